"""The events that every case reads: a simulated, disordered day of the four ports.

The platform reads them from its own topics. Its peers read the same bytes under the same keys from one topic more: they
are spared what sixteen topics would cost them (quixstreams aligns joined topics by time and then stands still most of the
time), and find each box's events in order of delivery.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Final, NamedTuple

from confluent_kafka import Consumer, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic

from connectors.edi import Event, read
from connectors.kafka.producer import Publisher
from connectors.kafka.topics import create_topics
from ops.simulate import Delivery, World
from schemas.codec import encode_batch
from schemas.registry import latest
from schemas.topics import load_topics

#: What the ports send about boxes, bills and ships: the events that are counted.
KINDS: Final = ("manifest", "gate", "berth", "release")
#: Where the peers find all of them.
TOPIC: Final = "bench.events.v1"
PARTITIONS: Final = load_topics().all[0].partitions

_KIND_OF: Final = {latest(kind).id: kind for kind in KINDS}

_BATCH: Final = 2000
#: Roles of topics that workers write: each round of the platform needs them empty, as on the first day.
_WRITTEN: Final = ("internal", "output", "dead-letter", "changelog")


def kind_of(value: bytes) -> str:
    """The kind of a record, by the schema id before it."""
    return _KIND_OF[int.from_bytes(value[1:5], "big")]


class Message(NamedTuple):
    """One record, ready for its topic. ``at_ms``: when it arrives in the simulated world."""

    topic: str
    key: str
    kind: str
    value: bytes
    at_ms: int


def messages(world: World) -> Iterator[Message]:
    """Everything that the world's ports send, in order of delivery; the ports' files through the connectors."""
    batch: list[tuple[str, str, str, dict[str, object], int]] = []
    for delivery in world.deliveries():
        batch += _rows(delivery)
        if len(batch) >= _BATCH:
            yield from _encoded(batch)
            batch = []
    yield from _encoded(batch)


def _rows(delivery: Delivery) -> list[tuple[str, str, str, dict[str, object], int]]:
    if delivery.file is None:
        return [(delivery.topic, delivery.key, delivery.kind, delivery.record, delivery.at_ms)]
    items = read(delivery.file.text.encode(), name=delivery.file.name, port=delivery.file.port)
    return [(i.topic, i.key, i.kind, i.record, delivery.at_ms) for i in items if isinstance(i, Event)]


def _encoded(batch: Sequence[tuple[str, str, str, dict[str, object], int]]) -> Iterator[Message]:
    values: dict[int, bytes] = {}
    for kind in {row[2] for row in batch}:
        places = [i for i, row in enumerate(batch) if row[2] == kind]
        values.update(zip(places, encode_batch(kind, [batch[i][3] for i in places]), strict=True))
    for i, (topic, key, kind, _, at_ms) in enumerate(batch):
        yield Message(topic, key, kind, values[i], at_ms)


def publish(bootstrap: str, world: World, progress: Callable[[int], None]) -> None:
    """Create the topics and fill them with the world."""
    create_topics(bootstrap, load_topics())
    admin = AdminClient({"bootstrap.servers": bootstrap, "log_level": 0})
    for done in admin.create_topics([NewTopic(TOPIC, PARTITIONS, 1)]).values():
        done.result()
    with Publisher(bootstrap) as publisher:
        for count, message in enumerate(messages(world), 1):
            publisher.publish(message.topic, message.key, message.value)
            if message.kind in KINDS:
                publisher.publish(TOPIC, message.key, message.value)
            if count % _BATCH == 0:
                progress(count)


def counted(bootstrap: str) -> tuple[int, int]:
    """(events, records in all source topics): what a case reads, and what the platform must account for."""
    consumer = Consumer({"bootstrap.servers": bootstrap, "group.id": "bench-count", "log_level": 0})
    try:
        sources = [(t.name, p) for t in load_topics().source_topics() for p in range(t.partitions)]
        records = sum(_size(consumer, *place) for place in sources)
        return sum(_size(consumer, TOPIC, p) for p in range(PARTITIONS)), records
    finally:
        consumer.close()


def _size(consumer: Consumer, topic: str, partition: int) -> int:
    low, high = consumer.get_watermark_offsets(TopicPartition(topic, partition), timeout=15)
    return int(high - low)


def reset(bootstrap: str) -> None:
    """Empty the topics that workers write: a round must not read what the last one wrote."""
    admin = AdminClient({"bootstrap.servers": bootstrap, "log_level": 0})
    names = [topic.name for topic in load_topics() if topic.role in _WRITTEN]
    for done in admin.delete_topics(names, operation_timeout=30).values():
        done.result()
    create_topics(bootstrap, load_topics())
