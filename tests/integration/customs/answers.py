"""Reports into a real Kafka, and the receipts that came out."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

from confluent_kafka import Consumer, KafkaError, KafkaException, TopicPartition

from connectors.customs.responder import TOPIC
from connectors.kafka.local import LocalKafka
from connectors.kafka.producer import Publisher
from connectors.processes import Child, last_lines
from schemas import codec
from schemas.examples import examples
from schemas.topics import load_topics

ADD = examples("arrival-report")["add"]


def publish(broker: LocalKafka, first: int, last: int, **changes: Any) -> None:
    """Reports M{first} to before M{last}, each of its own box."""
    with Publisher(broker.bootstrap) as publisher:
        for number in range(first, last):
            box = f"TESU{number:07d}"
            record = {**ADD, **changes, "message_id": f"M{number}", "container": box, "port": ("qingdao", "weihai")[number % 2]}
            publisher.publish(TOPIC, box, codec.encode("arrival-report", record))


def receipts(broker: LocalKafka) -> dict[str, set[bytes]]:
    """Event id of every receipt in the topics, with the contents it came with."""
    found: dict[str, set[bytes]] = defaultdict(set)
    consumer = Consumer({"bootstrap.servers": broker.bootstrap, "group.id": "look", "auto.offset.reset": "earliest"})
    try:
        for topic in ("qingdao.release.v1", "weihai.release.v1"):
            for p in range(load_topics().by_name()[topic].partitions):
                place = TopicPartition(topic, p, 0)
                _, high = consumer.get_watermark_offsets(place, timeout=10)
                consumer.assign([place])
                at = 0
                while at < high:
                    for message in consumer.consume(1000, timeout=1.0):
                        assert message.error() is None, message.error()
                        found[codec.decode(message.value(), "release")["event_id"]].add(message.value())
                        at = message.offset() + 1
    finally:
        consumer.close()
    return found


def holds(condition: Callable[[], bool]) -> bool:
    """The condition; not yet while new topics have no leader."""
    try:
        return condition()
    except KafkaException as error:
        assert error.args[0].code() == KafkaError.NOT_LEADER_FOR_PARTITION, error
        return False


def until(condition: Callable[[], bool], child: Child, log: Path, seconds: float = 60.0) -> None:
    deadline = time.monotonic() + seconds
    while not holds(condition):
        assert child.poll() is None and time.monotonic() < deadline, last_lines(log)
        time.sleep(0.1)
