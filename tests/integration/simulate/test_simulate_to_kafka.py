"""A world published to a real broker arrives whole and unchanged, in order per key, where Kafka's partitioner puts it."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import pytest
from confluent_kafka import Consumer, TopicPartition
from confluent_kafka.admin import AdminClient

from connectors.kafka.local import LocalKafka
from connectors.kafka.partitioner import partition_of
from connectors.kafka.topics import create_topics
from ops.simulate import Delivery, File, World
from ops.simulate.ports import KINDS, SLUGS
from ops.simulate.to_kafka import publish
from schemas import codec
from schemas.topics import load_topics

PARTITIONS = 4
ACTIONS = "operator-actions.v1"
#: Topic to kind: what the ports send, and what officers do.
TOPICS = {f"{port}.{kind}.v1": kind for port in SLUGS for kind in (*KINDS, "control")} | {ACTIONS: "operator-action"}


def test_a_published_world_arrives_whole_in_order_and_on_kafkas_partitions(kafka: LocalKafka) -> None:
    admin = AdminClient({"bootstrap.servers": kafka.bootstrap})
    known = set(admin.list_topics(timeout=20).topics)
    if known & set(TOPICS):
        pytest.fail("another test left the ports' topics on this broker; it must use names of its own")
    create_topics(kafka.bootstrap, [topic for topic in load_topics().with_partitions(PARTITIONS) if topic.name in TOPICS])
    try:
        world = World(seed=8, scale=0.01)
        files: list[File] = []
        sent = publish(world, kafka.bootstrap, on_file=files.append)
        deliveries = list(world.deliveries())
        assert sent == sum(d.events for d in deliveries)
        assert files == [d.file for d in deliveries if d.file]
        _check(kafka.bootstrap, [d for d in deliveries if d.topic])
    finally:
        for future in admin.delete_topics(list(TOPICS)).values():
            future.result(20)


def _check(bootstrap: str, deliveries: list[Delivery]) -> None:
    expected: dict[tuple[str, str], list[tuple[str, int]]] = defaultdict(list)
    for d in deliveries:
        expected[d.topic, d.key].append(_mark(d.record))
    found: dict[tuple[str, str], list[tuple[str, int]]] = defaultdict(list)
    consumer = Consumer({"bootstrap.servers": bootstrap, "group.id": "unused", "auto.offset.reset": "earliest"})
    try:
        consumer.assign([TopicPartition(t, p, 0) for t in TOPICS for p in range(PARTITIONS)])
        left = len(deliveries)
        while left:
            message = consumer.poll(20)
            assert message is not None and message.error() is None, f"{left} records did not arrive"
            key = message.key()
            assert message.partition() == partition_of(key, PARTITIONS)
            record = codec.decode(message.value(), TOPICS[message.topic()])
            found[message.topic(), key.decode()].append(_mark(record))
            left -= 1
    finally:
        consumer.close()
    assert found == expected


def _mark(record: dict[str, Any]) -> tuple[str, int]:
    return record["event_id"], record["updated_time"]


def test_a_broker_that_is_not_there_is_named(unused_tcp_port: int) -> None:
    with pytest.raises(RuntimeError, match=f"127.0.0.1:{unused_tcp_port}"):
        publish(World(seed=8, scale=0.01), f"127.0.0.1:{unused_tcp_port}", give_up_s=3)
