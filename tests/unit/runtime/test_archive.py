"""The way of a book to the archive and back, step by step (architecture, 5)."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import pytest

from connectors.clickhouse.errors import BadRows, Retry
from connectors.clickhouse.memory import MemoryStore
from schemas.codec import encode
from streams.runtime import archive
from streams.runtime.changelog import STUB_MARK
from streams.runtime.changelog import TOPIC as CHANGELOG
from streams.runtime.ports import Message, Record
from tests.unit.runtime.fakes import AT, BOX, Rig, gate, home
from tests.unit.runtime.test_engine import commit, running, until

HERE = home(BOX)
TOPIC = "qingdao.gate.v1"
HOUR = 3_600_000
DAY = 24 * HOUR
VESSEL = "IMO:2000107"


class Shelves(MemoryStore):
    """Its archive may be out of reach, and refuse blobs."""

    def __init__(self) -> None:
        super().__init__()
        self.away = self.refuses = False
        self.blobs_written = 0

    def insert(self, table: str, rows: Sequence[tuple[Any, ...]]) -> None:
        if table == archive.BLOBS:
            if self.refuses:
                raise BadRows("too large", dict.fromkeys(range(len(rows)), "too large"))
            self.blobs_written += len(rows)
        super().insert(table, rows)

    def archived(self, keys: Sequence[str]) -> list[tuple[str, bytes]]:
        if self.away:
            raise Retry("the archive is away")
        return super().archived(keys)


def rig(**more: Any) -> Rig:
    return Rig(**{"store": Shelves(), "archive_days": 60, "drain_timeout_s": 5.0, **more})


def core(rig: Rig) -> Any:
    return rig.engine._slices[HERE].correlator


def withdrawn(number: str, at: int = AT + HOUR) -> bytes:
    return gate(number, move="OUT", purpose="WITHDRAWAL", event_time=at, updated_time=at)


async def archived(rig: Rig, days: float = 61) -> None:
    """Two months later a sweep comes by, and everything that rests is archived."""
    core(rig).advance(AT + round(days * DAY))
    part = rig.engine._slices[HERE]
    part.looked_up.clear()
    part.correlator._shelf.round += 3600  # an hour later
    rig.engine._next_tidy = float("inf")
    rig.engine._next_sweep = 0.0
    await until(lambda: part.looked_up)
    rig.engine._next_tidy = 0.0
    await until(lambda: not part.looked_up and not part.to_check)
    await until_async(lambda: commit(rig))


async def until_async(condition: Callable[[], Awaitable[Any]]) -> None:
    async with asyncio.timeout(10):
        while not await condition():
            await asyncio.sleep(0.002)


async def with_a_box_in_the_archive(rig: Rig) -> None:
    rig.own()
    await rig.take(TOPIC, HERE, gate("IN"), withdrawn("OUT"))
    assert await commit(rig)
    await archived(rig)
    assert list(core(rig).archive.stubs) == ["B" + BOX]


def state(rig: Rig) -> list[Message]:
    return [message for p, message in rig.broker.of(CHANGELOG) if p == HERE]


def again(old: Rig, **more: Any) -> Rig:
    """Another worker takes over what the store and the changelog hold."""
    new = rig(store=old.store, **more)
    new.engine.assign([HERE], {})
    new.engine.restore(HERE, [Record(CHANGELOG, HERE, i, AT, *m) for i, m in enumerate(state(old))])
    new.engine.recovered()
    return new


async def test_a_book_that_rests_leaves_memory_for_a_blob_and_a_stub_and_the_changelog_forgets_it_last() -> None:
    async with running(rig()) as r:
        await with_a_box_in_the_archive(r)
        (blob,) = r.store.now("book_archive")
        assert blob["book_key"].startswith(f"B{BOX}#") and blob["horizon"] == AT + HOUR and blob["evidence_count"] == 2
        about = [(k[:1] == STUB_MARK, v is None) for k, v in state(r) if k and BOX.encode() in k]
        assert about[0] == (False, False) and about[-2:] == [(True, False), (False, True)], "evidence, stub, tombstone"
        assert core(r).counts()[2] == 1 and core(r).book("B" + BOX) is None


async def test_a_book_in_which_something_is_younger_stays() -> None:
    async with running(rig()) as r:
        r.own()
        await r.take(TOPIC, HERE, gate("IN"), withdrawn("OUT", AT + 2 * DAY))
        await commit(r)
        await archived(r)
        assert not core(r).archive.stubs and not r.store.now("book_archive")


async def test_a_box_with_a_deadline_ahead_stays() -> None:
    async with running(rig()) as r:
        r.own()
        await r.take(TOPIC, HERE, gate("IN"))  # it may stay for 90 days
        await commit(r)
        await archived(r)
        assert not core(r).archive.stubs
        await archived(r, 92)
        assert core(r).archive.stubs


async def test_late_evidence_waits_for_the_book_and_the_commit_for_both() -> None:
    async with running(rig()) as r:
        await with_a_box_in_the_archive(r)
        r.store.away = True
        before = r.store.now("box_visits")
        await r.take(TOPIC, HERE, withdrawn("OUT2", AT + 2 * HOUR), gate("IN"))
        assert not await commit(r) and r.store.now("box_visits") == before, "the last rows stand"
        r.store.away = False
        await until(lambda: not core(r).archive.holding())
        assert await commit(r)
        assert core(r).book("B" + BOX).count == 3, "the gate-in was known"
        (visit,) = r.store.now("box_visits")
        assert visit["closed_at"] == AT + HOUR and visit["version"] > before[0]["version"]


async def test_a_later_retraction_of_archived_evidence_withdraws_its_history_too() -> None:
    async with running(rig()) as r:
        await with_a_box_in_the_archive(r)
        gone = gate("IN", updated_time=AT + DAY, is_retracted=True)
        await r.take(TOPIC, HERE, gone)
        await until(lambda: r.store.now("box_visits") == [])
        assert await commit(r)
        assert [e["event_id"] for e in r.store.now("events")] == ["OUT"]


async def test_an_archived_book_comes_back_after_a_restart_and_leaves_again_with_one_stub() -> None:
    async with running(rig()) as r:
        await with_a_box_in_the_archive(r)
    async with running(again(r)) as r2:
        assert core(r2).counts() == (0, 0, 1)
        await r2.take(TOPIC, HERE, withdrawn("OUT2", AT + 2 * HOUR))
        await until(lambda: not core(r2).archive.holding())
        assert await commit(r2)
        await archived(r2)
        (key, stub) = [(k, v) for k, v in state(r2) if k and k[:1] == STUB_MARK and v][-1]
        assert [k for k, v in state(r2) if k and k[:1] == STUB_MARK and v is None] == [
            k for k, v in state(r) if k and k[:1] == STUB_MARK
        ], "the earlier stub goes"
        assert core(r2).archive.stubs == {"B" + BOX: stub} and key
        assert len(r2.store.now("book_archive")) == 2, "a blob is named by its content: none replaces another"


async def test_a_stub_beside_evidence_that_was_not_forgotten_yet_is_read_and_all_counts_once() -> None:
    """A crash between the stub and the tombstones."""
    async with running(rig()) as r:
        await with_a_box_in_the_archive(r)
    r.broker.sent = [(t, p, m) for t, p, m in r.broker.sent if m[1] is not None]
    async with running(again(r)) as r2:
        await until(lambda: not core(r2).archive.background)
        assert core(r2).book("B" + BOX).count == 2


async def test_a_blob_that_the_store_refuses_leaves_its_book_in_memory() -> None:
    async with running(rig()) as r:
        r.own()
        r.store.refuses = True
        await r.take(TOPIC, HERE, gate("IN"), withdrawn("OUT"))
        await commit(r)
        await archived(r)
        assert not core(r).archive.stubs and not [k for k, _ in state(r) if k and k[:1] == STUB_MARK]
        assert await commit(r)


async def test_a_blob_that_is_missing_holds_the_commit_and_is_told(caplog: pytest.LogCaptureFixture) -> None:
    async with running(rig()) as r:
        await with_a_box_in_the_archive(r)
        kept = dict(r.store._tables["book_archive"])
        r.store._tables["book_archive"].clear()
        await r.take(TOPIC, HERE, withdrawn("OUT2", AT + 2 * HOUR))
        assert not await commit(r)
        await until(lambda: "book_archive lacks" in caplog.text)
        r.store._tables["book_archive"].update(kept)
        await until(lambda: not core(r).archive.holding())
        assert await commit(r)


async def test_after_a_raise_of_the_epoch_archived_books_are_derived_anew_and_go_back_without_a_second_blob() -> None:
    async with running(rig()) as r:
        await with_a_box_in_the_archive(r)
    async with running(again(r, epoch=2)) as r2:
        await until(lambda: r2.store.now("box_visits")[0]["version"] >> 48 == 2)
        await archived(r2)
        assert core(r2).counts() == (0, 0, 1) and r2.store.blobs_written == 1
    async with running(again(r2, epoch=2)) as r3:
        assert not core(r3).archive.stale, "once is enough"


def departure(at: int, updated: int) -> bytes:
    return encode("berth", {
        "event_id": "DEPA", "source_party": "T", "source_system": "TOS", "event_type": "PORT_CALL", "classifier": "ACT",
        "event_time": at, "updated_time": updated, "is_retracted": False, "port": "qingdao", "terminal_code": "QQCTU",
        "vessel_id": VESSEL, "port_call_id": "C1", "service": "BERTH", "call_event": "DEPA", "phase": "OUTB",
        "voyage_in": "V1", "voyage_out": "V1",
    })  # fmt: skip


def loaded() -> bytes:
    return encode("berth", {
        "event_id": "LOAD", "source_party": "T", "source_system": "TOS", "event_type": "QUAY_MOVE", "classifier": "ACT",
        "event_time": AT + HOUR, "updated_time": AT + HOUR, "is_retracted": False, "port": "qingdao",
        "terminal_code": "QQCTU", "vessel_id": VESSEL, "voyage": "V1", "move": "LOAD", "container_no": BOX, "pod": "NLRTM",
    })  # fmt: skip


async def sail(rig: Rig, at: int, updated: int) -> None:
    """The departure, as every partition hears of it."""
    await rig.take("qingdao.berth.v1", home(VESSEL), departure(at, updated), key=VESSEL)
    async with rig.engine._gate:
        rig.engine._flush()
    await until(lambda: rig.broker.facts("CALL_EVIDENCE"))
    values = [m[1] for p, m in rig.broker.of("facts.v1") if p == HERE]
    await rig.take("facts.v1", HERE, *values[-1:], key="")


async def test_a_departure_that_is_corrected_late_reaches_the_archived_box() -> None:
    async with running(rig()) as r:
        r.own()
        await r.take(TOPIC, HERE, gate("IN"))
        await r.take("qingdao.berth.v1", HERE, loaded())
        await sail(r, AT + 2 * HOUR, AT + 2 * HOUR)
        await commit(r)
        await archived(r, 92)
        assert "B" + BOX in core(r).archive.stubs
        r.broker.sent = [s for s in r.broker.sent if s[0] != "facts.v1"]
        await sail(r, AT + 3 * HOUR, AT + 3 * DAY)
        await until(lambda: r.store.now("box_visits")[0]["closed_at"] == AT + 3 * HOUR)


async def test_a_call_of_today_reads_no_box_back() -> None:
    async with running(rig()) as r:
        r.own()
        await r.take(TOPIC, HERE, gate("IN"))
        await r.take("qingdao.berth.v1", HERE, loaded())
        await commit(r)
        await archived(r, 92)
        await sail(r, AT + 92 * DAY, AT + 92 * DAY)
        await commit(r)
        assert "B" + BOX in core(r).archive.stubs and not core(r).archive.holding()
