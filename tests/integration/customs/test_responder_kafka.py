"""The customs responder as a process on a real Kafka: killed while it works, it repeats itself and loses nothing."""

from __future__ import annotations

import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from confluent_kafka import Consumer, KafkaError, KafkaException, TopicPartition

from connectors.customs.ledger import SendLedger
from connectors.customs.plan import Plan
from connectors.customs.responder import GROUP, TOPIC, Responder
from connectors.kafka.errors import KafkaProblem
from connectors.kafka.local import LocalKafka, local_kafka
from connectors.kafka.producer import Publisher
from connectors.kafka.topics import create_topics
from connectors.processes import Child, end, kill, last_lines, spawn
from schemas import codec
from schemas.examples import examples
from schemas.topics import load_topics

pytestmark = pytest.mark.integration
REPORTS = 2000
ADD = examples("arrival-report")["add"]


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalKafka]:
    """A broker of its own: the responder's topics have fixed names."""
    try:
        with local_kafka(tmp_path_factory.mktemp("kafka")) as running:
            create_topics(running.bootstrap, load_topics())
            yield running
    except KafkaProblem as problem:
        pytest.skip(str(problem))


@pytest.fixture
def start(broker: LocalKafka, tmp_path: Path) -> Iterator[Callable[[], Child]]:
    """Starts the responder; what still runs at the end is ended."""
    children: list[Child] = []

    def run() -> Child:
        words = ["customs-responder", "--bootstrap", broker.bootstrap, "--ledger", str(tmp_path / "ledger.db")]
        children.append(spawn([sys.executable, "-m", "ops.cli.main", *words], tmp_path / "log"))
        return children[-1]

    yield run
    for child in children:
        end(child)


def publish(broker: LocalKafka, first: int, last: int) -> None:
    with Publisher(broker.bootstrap) as publisher:
        for number in range(first, last):
            box = f"TESU{number:07d}"
            record = {**ADD, "message_id": f"M{number}", "container": box, "port": ("qingdao", "weihai")[number % 2]}
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


def lag(broker: LocalKafka) -> int:
    """Reports whose offsets the responder has not committed."""
    consumer = Consumer({"bootstrap.servers": broker.bootstrap, "group.id": GROUP})
    try:
        places = [TopicPartition(TOPIC, p) for p in range(load_topics().by_name()[TOPIC].partitions)]
        ends = [consumer.get_watermark_offsets(p, timeout=10)[1] for p in places]
        return sum(e - max(0, c.offset) for e, c in zip(ends, consumer.committed(places, timeout=10), strict=True))
    finally:
        consumer.close()


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


@pytest.mark.slow
def test_every_report_is_answered_once_by_content_though_the_responder_is_killed_while_it_works(
    broker: LocalKafka, start: Callable[[], Child], tmp_path: Path
) -> None:
    log = tmp_path / "log"
    publish(broker, 0, REPORTS // 2)
    first = start()
    until(lambda: len(receipts(broker)) > 0, first, log)
    publish(broker, REPORTS // 2, REPORTS)
    kill(first)
    second = start()
    until(lambda: lag(broker) == 0, second, log, 90.0)

    found = receipts(broker)
    assert found.keys() == {f"M{number}-1" for number in range(REPORTS)}
    assert all(len(contents) == 1 for contents in found.values())
    assert end(second) == 0
    again = Responder(Plan(), SendLedger(tmp_path / "ledger.db"), NoOutlet())
    assert again.resume() == 0
    live = again.desk.live_reports()
    assert len(live) == REPORTS and all(len(ids) == 1 for ids in live.values())


class NoOutlet:
    """Nothing may be sent when nothing was left open."""

    def publish(self, topic: str, key: str, value: bytes) -> None:
        raise AssertionError(f"sent again: {key}")

    def flush(self) -> None:
        """Nothing is queued."""
