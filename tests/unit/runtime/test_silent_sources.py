"""In live time a worker watches who falls silent, over a restart too, and its time waits for the control records."""

from __future__ import annotations

from typing import Any

import pytest

from connectors.clickhouse.memory import MemoryStore
from schemas.codec import decode, encode
from schemas.topics import load_topics
from streams.runtime import engine, stored
from streams.runtime.changelog import TOPIC as CHANGELOG
from streams.runtime.ports import Record
from streams.runtime.sources import REPORTS, sources, timed_topics
from tests.unit.runtime.fakes import AT, PARTITIONS, Rig, control, home
from tests.unit.runtime.test_engine import commit, running, until

MINUTE = 60_000
TIMED = timed_topics(sources(load_topics()), live=True)
CONTROL = "qingdao.control.v1"
ACTIONS = "operator-actions.v1"
OWNER = home("qingdao")


@pytest.fixture(autouse=True)
def _hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits a second for a watermark here."""
    monkeypatch.setattr(engine, "WATERMARK_EVERY_S", 0.01)


def heartbeat(at: int, kind: str = "gate") -> bytes:
    return control("HEARTBEAT", event_id=f"HB-{at}", of_kind=kind, sent_up_to=at, event_time=at, updated_time=at)


async def say(rig: Rig, at: int, kind: str = "gate") -> None:
    """A heartbeat that was appended at this time."""
    start = rig.records(CONTROL, OWNER, heartbeat(at, kind), key="qingdao")[0]
    await rig.engine.ingest([start._replace(timestamp=at)], lambda: rig.acked.append(start.offset))


async def pass_time(rig: Rig, to: int, without: str = "") -> None:
    """All topics are read to their ends at this moment of the clock, and the partitions hear of each other."""
    rig.clock.ms = to
    for partition in range(PARTITIONS):
        for topic in TIMED:
            if topic != without:
                rig.engine.at_end(topic, partition, to)
    if without:
        return
    await until(lambda: {f["from_partition"] for _, f in rig.broker.facts("WATERMARK") if f["at"] == to} == {0, 1})
    for partition, message in rig.broker.of("facts.v1"):
        if message[1] and decode(message[1], "facts")["kind"] in ("WATERMARK", "HEARTBEAT"):
            await rig.take("facts.v1", partition, message[1])


def silences(rig: Rig) -> list[tuple[Any, ...]]:
    rows = rig.store.now("exceptions")
    return [(r["subject"], r["state"], r["owner"]) for r in rows if r["code"] == "SOURCE_SILENT"]


async def test_three_minutes_without_a_heartbeat_are_an_exception_over_a_restart_too() -> None:
    store = MemoryStore()
    async with running(Rig(store=store, mode="live")) as rig:
        rig.own()
        await say(rig, AT)
        await pass_time(rig, AT + 3 * MINUTE)
        assert silences(rig) == []
        await pass_time(rig, AT + 3 * MINUTE + 1000)
        await until(lambda: silences(rig) == [("qingdao.gate", "RAISED", "sender")])
        assert await commit(rig)
        state = rig.broker.of(CHANGELOG)
    async with running(Rig(store=store, mode="live")) as rig:
        rig.engine.assign(range(PARTITIONS), {})
        for partition in range(PARTITIONS):
            rig.engine.restore(partition, [Record(CHANGELOG, p, i, AT, *m) for i, (p, m) in enumerate(state) if p == partition])
        rig.engine.recovered()
        await say(rig, AT + 9 * MINUTE)
        await until(lambda: silences(rig) == [("qingdao.gate", "RESOLVED", "sender")])
        await until(lambda: rig.broker.of("alerts.v1"))
        alerts = [decode(m[1], "alert") for _, m in rig.broker.of("alerts.v1")]
        assert [(a["code"], a["state"]) for a in alerts] == [("SOURCE_SILENT", "RESOLVED")]


def said(action: str, exception_id: str, at: int) -> bytes:
    """What an officer says of the exception of a source."""
    return encode("operator-action", {
        "event_id": f"{action}-1", "source_party": "OPS", "source_system": "DESK", "event_type": "OPERATOR_ACTION",
        "classifier": "ACT", "event_time": at, "updated_time": at, "is_retracted": False, "port": "qingdao", "action": action,
        "operator": "officer-1", "target_id": exception_id, "comment": "已联系信息部门",
    })  # fmt: skip


async def test_what_an_officer_says_of_a_silent_source_is_kept_and_leaves_its_exception_alone() -> None:
    """Also after a restart whose sweep asks the store for the rows of the port's remarks."""
    store = MemoryStore()
    async with running(Rig(store=store, mode="live")) as rig:
        rig.own()
        await say(rig, AT)
        await pass_time(rig, AT + 3 * MINUTE + 1000)
        await until(lambda: silences(rig) == [("qingdao.gate", "RAISED", "sender")])
        (silent,) = store.now("exceptions")
        await rig.take(ACTIONS, OWNER, said("ACKNOWLEDGE", silent["exception_id"], AT + 4 * MINUTE), key="qingdao")
        await until(lambda: [a["status"] for a in store.now("operator_actions")] == ["IN_FORCE"])
        (kept,) = store.now("operator_actions")
        assert (kept["book_key"], kept["target_id"], kept["operator"]) == ("qingdao", silent["exception_id"], "officer-1")
        assert await commit(rig)
        state = rig.broker.of(CHANGELOG)
    async with running(Rig(store=store, mode="live")) as rig:
        rig.engine.assign(range(PARTITIONS), {(ACTIONS, OWNER): 9})
        for partition in range(PARTITIONS):
            rig.engine.restore(partition, [Record(CHANGELOG, p, i, AT, *m) for i, (p, m) in enumerate(state) if p == partition])
        rig.engine.recovered()
        await rig.take(ACTIONS, OWNER, said("COMMENT", silent["exception_id"], AT + 5 * MINUTE), key="qingdao")
        await until(lambda: len(store.now("operator_actions")) == 2)
        assert [a["status"] for a in store.now("operator_actions")] == ["IN_FORCE", "IN_FORCE"]
        part = rig.engine._slices[OWNER]
        part.to_check["Sqingdao"] = None
        await stored.adopt([part], store, engine.in_thread)
        assert await commit(rig)
        assert store.now("exceptions") == [silent]


async def test_time_does_not_pass_control_records_that_are_not_read() -> None:
    """A worker that is behind with the heartbeats must not take their senders for silent."""
    async with running(Rig(mode="live")) as rig:
        rig.own()
        await say(rig, AT)
        await pass_time(rig, AT + MINUTE)
        await pass_time(rig, AT + 60 * MINUTE, without=CONTROL)
        await say(rig, AT + 2 * MINUTE)
        await until(lambda: rig.engine._slices[OWNER].watermark.own() == AT + 2 * MINUTE)
        assert silences(rig) == []


async def test_time_does_not_pass_our_own_commands_that_are_not_read_back() -> None:
    """A worker that starts anew may read customs' receipts before the reports that they answer: these are not missing."""
    async with running(Rig(mode="live")) as rig:
        rig.own()
        await pass_time(rig, AT + MINUTE)
        await pass_time(rig, AT + 60 * MINUTE, without=REPORTS)
        watermark = rig.engine._slices[OWNER].watermark
        await until(lambda: watermark.sources()[CONTROL] == AT + 60 * MINUTE)
        assert watermark.own() == AT + MINUTE


async def test_simulated_time_knows_no_silence() -> None:
    async with running(Rig()) as rig:
        rig.own()
        await say(rig, AT)
        await say(rig, AT + 90 * MINUTE)
        await until(lambda: len(rig.acked) == 2)
        assert silences(rig) == []
