"""The canary: timed by port until it is seen, lost when it is not, and harmless to the books."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from connectors.clickhouse.errors import Retry
from connectors.kafka.errors import PublishFailed
from ops.canary import LOST_S, Canaries, CanaryMetrics
from schemas.codec import decode
from schemas.metrics import METRICS, Where
from schemas.validate import read_batch
from streams.domain.correlator import Correlator
from tests.unit.runtime.fakes import Rig as Worker
from tests.unit.runtime.fakes import home

PORTS = ("qingdao", "weihai")
START = 1_795_000_000


class Way:
    """Kafka and store at once: what was published is seen when ``there`` says so."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, bytes]] = []
        self.there = self.kafka = self.store = True

    def publish(self, topic: str, key: str, value: bytes) -> None:
        if not self.kafka:
            raise PublishFailed("away")
        self.sent.append((topic, value))

    def flush(self) -> None:
        pass

    def query(self, sql: str, params: Mapping[str, Any] | None = None) -> list[dict[str, Any]]:
        if not self.store:
            raise Retry("away")
        assert params is not None
        ids = [decode(value, "control")["event_id"] for _, value in self.sent]
        return [{"event_id": ident} for ident in ids if self.there and ident in params["ids"]]


class Rig:
    def __init__(self) -> None:
        self.way, self.metrics, self.passed = Way(), CanaryMetrics(), 100.0
        self.canaries = Canaries(PORTS, self.way, self.way, self.metrics, lambda: START + self.passed, lambda: self.passed)

    def shown(self, name: str, port: str = "weihai") -> float | None:
        return self.metrics.registry.get_sample_value(f"yigangtong_canary_{name}", {"port": port})


def test_each_port_has_its_own_and_is_timed_until_it_is_seen() -> None:
    rig = Rig()
    rig.way.there = False
    rig.canaries.send()
    assert [topic for topic, _ in rig.way.sent] == ["qingdao.control.v1", "weihai.control.v1"]
    rig.canaries.look()
    assert rig.canaries.under_way() == 2
    rig.passed, rig.way.there = 101.5, True
    rig.canaries.look()
    rig.canaries.look()
    assert (rig.canaries.under_way(), rig.shown("seconds_count"), rig.shown("seconds_sum")) == (0, 1, 1.5)
    assert rig.shown("last_seen_seconds") == START + 101.5


def test_one_that_is_not_seen_within_a_minute_is_lost_whoever_lost_it() -> None:
    for part in ("there", "kafka", "store"):
        rig = Rig()
        setattr(rig.way, part, False)
        rig.canaries.send()
        rig.passed += LOST_S
        rig.canaries.look()
        assert rig.shown("lost_total") == 0
        rig.passed += 1
        rig.canaries.look()
        assert (rig.canaries.under_way(), rig.shown("lost_total"), rig.shown("seconds_count")) == (0, 1, None), part
        assert rig.shown("last_seen_seconds") == START + 100, "when they began to be sent"


async def test_a_worker_takes_it_for_an_event_of_no_book_and_no_source() -> None:
    rig = Rig()
    rig.canaries.send()
    topic, value = rig.way.sent[0]
    assert not read_batch("control", [value], ["qingdao"]).bad
    worker = Worker(mode="live")
    worker.own()
    await worker.take(topic, home("qingdao"), value, key="qingdao")
    part = worker.engine._slices[home("qingdao")].correlator
    assert isinstance(part, Correlator)
    assert not part.pending() and part.size() == (0, 0)
    counted = worker.metrics.registry.get_sample_value
    assert counted("yigangtong_records_total", {"topic": topic, "disposition": "CONTROL"}) == 1


def test_it_shows_its_part_of_the_list_of_metrics() -> None:
    shown = {family.name: family.documentation for family in CanaryMetrics().registry.collect()}
    assert shown == {m.name: m.en for m in METRICS if m.where is Where.CANARY}
