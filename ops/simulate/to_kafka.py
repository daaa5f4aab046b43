"""Publishes a world to Kafka, at a multiple of its own time or as fast as possible."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from confluent_kafka import KafkaException, Producer

from ops.simulate.delivery import Delivery, File
from ops.simulate.world import World
from schemas import codec

#: So many events are encoded together where no real time is kept: the codec is fastest on batches.
BATCH: Final = 2000


def publish(
    world: World, bootstrap: str, speed: float = 0.0, on_file: Callable[[File], None] | None = None,
    on_progress: Callable[[int], None] | None = None, give_up_s: float = 60.0, login: Mapping[str, Any] | None = None,
) -> int:  # fmt: skip
    """Send all deliveries in order; returns the number of events that the broker has acknowledged.

    ``speed`` is a factor of real time (60: a simulated minute each second), 0 as fast as possible. Files are handed to
    ``on_file``; without it they are left out. ``on_progress`` is told the number of events so far. ``login``: how
    librdkafka reaches servers that want TLS or a login (`connectors.kafka.login`, which the simulator does not know). Raises
    RuntimeError when the broker does not take a record for ``give_up_s`` seconds, or refuses one.
    """
    producer = Producer({
        **(login or {}),
        "bootstrap.servers": bootstrap,
        "partitioner": "murmur2_random",  # Kafka's own: a key's events of all topics meet on one partition
        "acks": "all",  # and not idempotent: that lost first batches of topics that were just being created
        "linger.ms": 20 if speed == 0 else 5,
        "compression.type": "lz4",
        "message.timeout.ms": int(give_up_s * 1000),
        "queue.buffering.max.messages": 200_000,
    })  # fmt: skip
    failed: list[str] = []
    sent = 0
    for batch in _batches(world.deliveries(), speed):
        _send(producer, batch, failed, on_file)
        sent += sum(delivery.events for delivery in batch)
        if failed:
            break
        if on_progress is not None:
            on_progress(sent)
    left = producer.flush(give_up_s + 1)
    if failed or left:
        raise RuntimeError(
            f"Kafka at {bootstrap} did not take {len(failed) + left} records"
            + (f": {failed[0]}" if failed else "; is the broker up and reachable?")
        )
    return sent


def _batches(deliveries: Iterator[Delivery], speed: float) -> Iterator[list[Delivery]]:
    """Batches in order; with a speed, each is due now by the wall clock."""
    batch: list[Delivery] = []
    began, first = time.monotonic(), None
    for delivery in deliveries:
        if first is None:
            first = delivery.at_ms
        if speed:
            ahead = began + (delivery.at_ms - first) / 1000 / speed - time.monotonic()
            if ahead > 0.005:
                if batch:
                    yield batch
                    batch = []
                time.sleep(ahead)
        batch.append(delivery)
        if len(batch) >= BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _send(
    producer: Producer, batch: list[Delivery], failed: list[str], on_file: Callable[[File], None] | None
) -> None:
    values = _encoded(batch)
    for index, delivery in enumerate(batch):
        if delivery.file is not None:
            if on_file is not None:
                on_file(delivery.file)
            continue
        while True:
            try:
                producer.produce(
                    delivery.topic, key=delivery.key.encode(), value=values[index],
                    on_delivery=lambda error, _: failed.append(str(error)) if error is not None else None,
                )  # fmt: skip
                break
            except BufferError:  # the queue is full: let the broker take some
                producer.poll(0.1)
            except KafkaException as error:
                failed.append(str(error))
                return
    producer.poll(0)


def _encoded(batch: list[Delivery]) -> dict[int, bytes]:
    """Avro values by position in the batch, encoded kind by kind."""
    by_kind: dict[str, list[int]] = {}
    for index, delivery in enumerate(batch):
        if delivery.file is None:
            by_kind.setdefault(delivery.kind, []).append(index)
    values: dict[int, bytes] = {}
    for kind, positions in by_kind.items():
        records: list[dict[str, Any]] = [batch[position].record for position in positions]
        values.update(zip(positions, codec.encode_batch(kind, records), strict=True))
    return values
