"""The customs responder as a process on a real Kafka: killed while it works, it repeats itself and loses nothing."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from confluent_kafka import Consumer, TopicPartition

from connectors.customs.ledger import SendLedger
from connectors.customs.plan import Plan
from connectors.customs.responder import GROUP, TOPIC, Responder
from connectors.kafka.local import LocalKafka
from connectors.processes import Child, end, kill, spawn
from schemas.topics import load_topics
from tests.integration.customs.answers import publish, receipts, until

pytestmark = pytest.mark.integration
REPORTS = 2000


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


def lag(broker: LocalKafka) -> int:
    """Reports whose offsets the responder has not committed."""
    consumer = Consumer({"bootstrap.servers": broker.bootstrap, "group.id": GROUP})
    try:
        places = [TopicPartition(TOPIC, p) for p in range(load_topics().by_name()[TOPIC].partitions)]
        ends = [consumer.get_watermark_offsets(p, timeout=10)[1] for p in places]
        return sum(e - max(0, c.offset) for e, c in zip(ends, consumer.committed(places, timeout=10), strict=True))
    finally:
        consumer.close()


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
