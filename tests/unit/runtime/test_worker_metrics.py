"""What the worker counts of its sources, its watermarks and its batches."""

from __future__ import annotations

from streams.runtime.watermark import Watermark, least
from tests.unit.runtime.fakes import AT, BOX, Rig, gate, home

HOUR = 3_600_000
TOPIC = "qingdao.gate.v1"


def counted(rig: Rig, result: str, kind: str = "gate") -> float:
    labels = {"port": "qingdao", "kind": kind, "result": result}
    return rig.metrics.registry.get_sample_value("yigangtong_source_events_total", labels) or 0.0


async def test_events_of_a_source_are_counted_by_result() -> None:
    rig = Rig(mode="live")
    rig.own()
    late = gate("G2", event_time=AT - 2 * HOUR)
    await rig.take(TOPIC, home(BOX), gate("G1"), gate("G1"), late, b"not Avro")
    found = {result: counted(rig, result) for result in ("accepted", "duplicate", "refused", "late", "forwarded")}
    assert found == {"accepted": 2, "duplicate": 1, "refused": 1, "late": 1, "forwarded": 0}


async def test_a_record_on_the_wrong_partition_is_counted_as_forwarded_only() -> None:
    rig = Rig()
    rig.own()
    await rig.take(TOPIC, 1 - home(BOX) if home(BOX) < 2 else 0, gate("G1"))
    assert (counted(rig, "accepted"), counted(rig, "forwarded")) == (0, 1)


async def test_sizes_of_batches_are_a_distribution() -> None:
    rig = Rig()
    rig.own()
    await rig.take(TOPIC, home(BOX), gate("G1"), gate("G2"))
    await rig.take(TOPIC, home(BOX), gate("G3"))
    sample = rig.metrics.registry.get_sample_value
    assert sample("yigangtong_batch_records_count") == 2
    assert sample("yigangtong_batch_records_sum") == 3


async def test_the_wait_for_kafka_is_a_stage_of_its_own() -> None:
    rig = Rig()
    rig.engine.polled(0.25)
    rig.engine.polled(0.5)
    assert rig.metrics.registry.get_sample_value("yigangtong_stage_seconds_total", {"stage": "poll"}) == 0.75


def test_the_source_that_holds_time_back_is_the_least_of_all_partitions() -> None:
    first, second = (Watermark(("a", "b"), partitions=2, live=False) for _ in range(2))
    for mark, sent_to in ((first, 50), (second, 40)):
        mark.heartbeat("a", appended_at=100, sent_to=sent_to, heard_at=1)
        mark.read("a", 101)
    assert least([first.sources(), second.sources()]) == {"a": 40, "b": 0}
    assert min(first.sources().values()) == first.own()


async def test_what_is_held_of_a_partition_is_shown_by_its_owner_only() -> None:
    rig = Rig()
    rig.own()
    await rig.take(TOPIC, home(BOX), gate("G1"))
    rig.engine._flush()
    names = ("yigangtong_now_seconds", "yigangtong_watermark_seconds", "yigangtong_books", "yigangtong_evidence")
    assert all(shown(rig, name) for name in (*names, "yigangtong_source_watermark_seconds"))
    rig.engine.revoke([0])
    assert not any(shown(rig, name) for name in (*names, "yigangtong_source_watermark_seconds"))
    assert shown(rig, "yigangtong_source_events"), "what was counted stays"


def shown(rig: Rig, name: str) -> int:
    return sum(len(family.samples) for family in rig.metrics.registry.collect() if family.name == name)
