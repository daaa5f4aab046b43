"""Publishing from the edges: partitioned as Kafka's own client does, and nothing refused or lost in silence.

When the broker's answer gets lost, a record may be written twice, or behind a later one: every event has an id, by which
readers know it again, and its version orders it.
"""

from __future__ import annotations

from types import TracebackType
from typing import Final, Self

from confluent_kafka import KafkaError, KafkaException, Message, Producer

from connectors.kafka.errors import PublishFailed
from connectors.kafka.knock import knock
from connectors.kafka.login import for_librdkafka

__all__ = ["PublishFailed", "Publisher"]

#: How long the broker may be away before a record is given up, seconds.
PATIENCE_S: Final = 60.0


class Publisher:
    """``publish`` returns at once, ``flush`` waits for all; both raise what the broker refused. As a context manager it
    flushes at the end of a block that did not fail.

    ``acknowledged`` counts the records that all in-sync replicas have. Raises KafkaRefused when a broker answers and does not
    take us; one that is away is waited for, ``patience_s``.
    """

    def __init__(self, bootstrap: str, patience_s: float = PATIENCE_S) -> None:
        knock(bootstrap)
        self.acknowledged = 0
        self._patience_s = patience_s
        self._failed: list[str] = []
        self._bootstrap = bootstrap
        self._producer = Producer({
            **for_librdkafka(bootstrap),
            # Not idempotent: on topics that are just being created the client was seen (librdkafka 2.12, one run in thirty)
            # to take a batch for a duplicate that it had never written, and to report it as delivered, without an offset.
            "acks": "all",
            "delivery.timeout.ms": int(patience_s * 1000),
            "linger.ms": 20,
            "batch.size": 262_144,
            "queue.buffering.max.messages": 200_000,
            "compression.type": "lz4",
            "partitioner": "murmur2_random",  # the Java client's: a box lands in one partition whoever publishes it
            "log_level": 0,  # what matters is raised
        })

    def publish(self, topic: str, key: str, value: bytes, partition: int | None = None) -> None:
        """Queue one record, for the partition of its key unless one is given; waits while the queue is full. Raises
        PublishFailed when this or an earlier one was refused."""
        while True:
            try:
                self._producer.produce(
                    topic, value, key.encode() or None, -1 if partition is None else partition, on_delivery=self._delivered
                )
                break
            except BufferError:
                self._producer.poll(0.1)
            except KafkaException as error:
                raise PublishFailed(f"Kafka does not take a record for {topic}: {error.args[0].str()}") from error
        self._producer.poll(0)
        self._raise()

    def flush(self) -> None:
        """Wait until all is acknowledged. Raises PublishFailed."""
        left = self._producer.flush(self._patience_s + 5)
        self._raise()
        if left:
            raise PublishFailed(f"{left} records are not acknowledged: does Kafka run at {self._bootstrap}?")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if error is None:
            self.flush()

    def _delivered(self, error: KafkaError | None, message: Message) -> None:
        if error is None:
            self.acknowledged += 1
        else:
            self._failed.append(f"{message.topic()}: {error.str()}")

    def _raise(self) -> None:
        if self._failed:
            failed, self._failed = self._failed, []
            more = f" (and {len(failed) - 1} records more)" if len(failed) > 1 else ""
            raise PublishFailed(f"Kafka at {self._bootstrap} did not take a record for {failed[0]}{more}")
