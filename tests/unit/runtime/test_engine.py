"""The engine's promises, one by one (design 6; contracts, section 8)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any

import pytest

from connectors.clickhouse.errors import Retry
from connectors.clickhouse.memory import MemoryStore
from connectors.customs.echo import echoes
from schemas.codec import decode, encode
from schemas.examples import examples
from schemas.rules import WATERMARK
from streams.runtime.changelog import TOPIC as CHANGELOG
from streams.runtime.lag import Behind
from streams.runtime.outbox import Parcel
from streams.runtime.packing import unpack, unpack_facts, unpack_heartbeats
from streams.runtime.ports import Record
from streams.runtime.sources import REPORTS
from tests.unit.runtime.fakes import AT, BOX, PARTITIONS, Rig, control, gate, home, line, reference

HERE = home(BOX)
ELSEWHERE = 1 - HERE
GATE_TOPIC = "qingdao.gate.v1"
ACK = examples("release")["arrival-ack"]


@asynccontextmanager
async def running(rig: Rig) -> AsyncIterator[Rig]:
    task = asyncio.ensure_future(rig.engine.run())
    try:
        yield rig
    finally:
        await rig.engine.stop()
        await task


async def until(condition: Callable[[], Any]) -> None:
    async with asyncio.timeout(3):
        while not condition():
            await asyncio.sleep(0.002)


async def commit(rig: Rig) -> bool:
    return await rig.engine.checkpoint(lambda: True) is not None


class FailingStore(MemoryStore):
    """Away while ``down``."""

    down = True

    def insert(self, table: str, rows: Sequence[tuple[Any, ...]]) -> None:
        if self.down:
            raise Retry("the store is away")
        super().insert(table, rows)

    def stored_keys(self, table: str, book_keys: Sequence[str]) -> list[Any]:
        if self.down:
            raise Retry("the store is away")
        return super().stored_keys(table, book_keys)


def dispositions(rig: Rig) -> dict[int, str]:
    return {r["kafka_offset"]: r["disposition"] for r in rig.store.now("intake")}


# -- what becomes of a record ------------------------------------------------------------------------------------------


async def test_an_event_becomes_history_rows_of_its_book_and_an_acknowledgement() -> None:
    async with running(Rig()) as rig:
        rig.own()
        value = gate()
        await rig.take(GATE_TOPIC, HERE, value)
        await until(lambda: rig.acked)
        (event,) = rig.store.now("events")
        assert (event["container_no"], event["event_time"], event["payload"]) == (
            BOX,
            AT,
            value.decode("latin-1").encode("latin-1"),
        )
        assert (event["topic"], event["kafka_partition"], event["kafka_offset"]) == (GATE_TOPIC, HERE, 0)
        assert [v["container_no"] for v in rig.store.now("box_visits")] == [BOX]
        assert dispositions(rig) == {0: "ACCEPTED"}


async def test_bad_records_end_as_dead_letters_and_the_others_of_their_batch_go_through() -> None:
    async with running(Rig()) as rig:
        rig.own()
        await rig.take(GATE_TOPIC, HERE, b"junk", gate("G1"), gate("G2", box=""), None, gate("G3", port="rizhao"))
        await until(lambda: rig.acked)
        assert dispositions(rig) == {0: "DEAD", 1: "ACCEPTED", 2: "DEAD", 3: "DEAD", 4: "DEAD"}
        letters = [decode(m[1], "dead-letter") for _, m in rig.broker.of("dead-letters.gate.v1")]
        assert {(x["offset"], x["reason_code"]) for x in letters} == {
            (0, "BAD_MAGIC"), (2, "MISSING_FIELD"), (3, "BAD_MAGIC"), (4, "FOREIGN_PORT"),
        }  # fmt: skip
        assert letters[0]["original"] == b"junk"
        assert {r["kafka_offset"] for r in rig.store.now("dead_letters")} == {0, 2, 3, 4}
        assert len(rig.store.now("events")) == 1


async def test_what_was_read_of_one_kind_is_taken_in_together_and_each_partition_has_its_own() -> None:
    rig = Rig()
    rig.own()
    batches = [
        (GATE_TOPIC, HERE, gate("G1")), ("rizhao.gate.v1", HERE, gate("G2")), (GATE_TOPIC, ELSEWHERE, gate("G3")),
    ]  # fmt: skip
    for topic, p, value in batches:
        await rig.engine.ingest(rig.records(topic, p, value), lambda: rig.acked.append(0))
    assert all(not part.correlator.pending() for part in rig.engine._slices.values())
    async with rig.engine._gate:
        await rig.engine._take_in()
    (told,) = rig.engine._outgoing.bundle.tables["intake"]
    assert told.select(["topic", "kafka_partition", "disposition"]).to_pylist() == [
        {"topic": GATE_TOPIC, "kafka_partition": HERE, "disposition": "ACCEPTED"},
        {"topic": "rizhao.gate.v1", "kafka_partition": HERE, "disposition": "DEAD"},
        {"topic": GATE_TOPIC, "kafka_partition": ELSEWHERE, "disposition": "FORWARDED"},
    ]


async def test_what_waits_is_dropped_with_its_partition_and_never_acknowledged() -> None:
    async with running(Rig()) as rig:
        rig.own()
        await rig.engine.ingest(rig.records(GATE_TOPIC, HERE, gate()), lambda: rig.acked.append(0))
        rig.engine.revoke([HERE])
        rig.own()
        await rig.take(GATE_TOPIC, HERE, gate("G2"))
        await until(lambda: rig.store.now("intake"))
        assert len(rig.acked) == 1 and dispositions(rig) == {1: "ACCEPTED"}


async def test_the_end_of_a_log_counts_when_what_was_read_before_it_is_taken_in() -> None:
    rig = Rig(mode="live")
    rig.own()
    await rig.engine.ingest(rig.records(GATE_TOPIC, HERE, gate()), lambda: None)
    rig.engine.at_end(GATE_TOPIC, HERE, AT + 50)
    watermark = rig.engine._slices[HERE].watermark
    assert watermark._read_to[GATE_TOPIC] == 0
    async with rig.engine._gate:
        await rig.engine._take_in()
    assert watermark._read_to[GATE_TOPIC] == AT + 50


async def test_flags_of_good_records_survive_beside_bad_ones() -> None:
    async with running(Rig()) as rig:
        rig.own()
        await rig.take(GATE_TOPIC, HERE, b"junk", gate(quality_flags=["COUNT_MISMATCH"]))
        await until(lambda: rig.acked)
        assert {r["kafka_offset"]: r["flags"] for r in rig.store.now("intake")} == {0: [], 1: ["COUNT_MISMATCH"]}


async def test_a_duplicate_is_told_from_what_was_accepted_and_never_hides_it() -> None:
    async with running(Rig()) as rig:
        rig.own()
        records = await rig.take(GATE_TOPIC, HERE, gate(), gate())
        await until(lambda: rig.acked)
        assert dispositions(rig) == {0: "ACCEPTED", 1: "DUPLICATE"}
        await rig.engine.ingest(records, lambda: rig.acked.append(99))  # read again after a crash
        await until(lambda: 99 in rig.acked)
        assert dispositions(rig) == {0: "ACCEPTED", 1: "DUPLICATE"}


async def test_a_record_on_the_wrong_partition_is_forwarded_and_not_correlated_here() -> None:
    async with running(Rig()) as rig:
        rig.own()
        await rig.take(GATE_TOPIC, ELSEWHERE, gate())
        await until(lambda: rig.acked)
        ((target, fact),) = rig.broker.facts("FORWARDED")
        assert target == HERE
        assert [e.key for e in unpack_facts(fact["evidence"])] == [BOX]
        assert rig.store.now("box_visits") == []
        assert dispositions(rig) == {0: "FORWARDED"}
        (message,) = [m[1] for p, m in rig.broker.of("facts.v1") if p == HERE and m[1] is not None]
        await rig.take("facts.v1", HERE, message)
        await until(lambda: rig.store.now("box_visits"))


async def test_an_event_that_comes_again_under_another_key_is_withdrawn_from_the_old_book() -> None:
    async with running(Rig()) as rig:
        rig.own()
        old = "TSTU0000014"
        await rig.take(GATE_TOPIC, HERE, gate("G9", corrects_key=old))
        await until(lambda: rig.broker.facts("MOVED"))
        ((target, fact),) = rig.broker.facts("MOVED")
        (withdrawn,) = unpack_facts(fact["evidence"])
        assert target == home(old)
        assert (withdrawn.key, withdrawn.ident, withdrawn.retracted) == (old, "T|TOS|G9", True)


async def test_a_correction_in_another_book_is_told_to_the_old_one() -> None:
    async with running(Rig()) as rig:
        rig.own()
        old = "TSTU0000014"
        await rig.take(GATE_TOPIC, HERE, gate("G9", corrects_key=old, corrects_event_id="G0"))
        await until(lambda: rig.broker.facts("MOVED"))
        ((target, fact),) = rig.broker.facts("MOVED")
        assert target == HERE, "its own book tells the old one, as it knows what becomes of the correction"
        await rig.take("facts.v1", HERE, next(m[1] for p, m in rig.broker.of("facts.v1") if p == HERE and m[1] is not None))
        await until(lambda: rig.broker.facts("BILL_EVIDENCE"))
        ((target, fact),) = rig.broker.facts("BILL_EVIDENCE")
        (told,) = unpack_facts(fact["evidence"])
        assert (target, told.key, told.corrects, told.ref) == (home(old), old, "T|TOS|G0", "T|TOS|G9")


async def test_a_bill_tells_its_boxes_and_a_call_tells_every_partition() -> None:
    from schemas.codec import encode

    call = encode("berth", {
        "event_id": "C1", "source_party": "T", "source_system": "TOS", "event_type": "PORT_CALL", "classifier": "ACT",
        "event_time": AT, "updated_time": AT, "is_retracted": False, "port": "qingdao", "vessel_id": "IMO:2000107",
        "port_call_id": "P1", "service": "BERTH", "phase": "ALGS", "call_event": "ARRI",
    })  # fmt: skip
    async with running(Rig()) as rig:
        rig.own()
        await rig.take("qingdao.manifest.v1", home("BL1"), line("BL1"), key="BL1")
        await rig.take("qingdao.berth.v1", home("IMO:2000107"), call, key="IMO:2000107")
        await until(lambda: rig.broker.facts("BILL_EVIDENCE") and len(rig.broker.facts("CALL_EVIDENCE")) == PARTITIONS)
        assert [p for p, _ in rig.broker.facts("BILL_EVIDENCE")] == [HERE]
        assert sorted(p for p, _ in rig.broker.facts("CALL_EVIDENCE")) == list(range(PARTITIONS))


async def test_facts_that_cannot_be_read_are_dead_letters_and_do_not_stop_the_others() -> None:
    from schemas.codec import encode

    broken = encode("facts", {"kind": "BILL_EVIDENCE", "from_partition": 0, "to_key": "", "sent_at": AT, "evidence": b"\xc1"})
    async with running(Rig()) as rig:
        rig.own()
        await rig.take("facts.v1", HERE, b"junk", broken)
        await until(lambda: rig.acked)
        letters = [decode(m[1], "dead-letter") for _, m in rig.broker.of("dead-letters.facts.v1")]
        assert [x["reason_code"] for x in letters] == ["BAD_MAGIC", "CORRUPT_EVIDENCE"]


# -- commands ----------------------------------------------------------------------------------------------------------


async def export(rig: Rig) -> None:
    """A box whose arrival must be reported."""
    await rig.take("qingdao.manifest.v1", home("BL1"), line("BL1"), key="BL1")
    await rig.take(GATE_TOPIC, HERE, gate())
    await until(lambda: rig.broker.facts("BILL_EVIDENCE"))
    (message,) = [m[1] for p, m in rig.broker.of("facts.v1") if m[1] and decode(m[1], "facts")["kind"] == "BILL_EVIDENCE"]
    await rig.take("facts.v1", HERE, message)


async def test_customs_reports_leave_while_the_store_is_away() -> None:
    async with running(Rig(store=FailingStore())) as rig:
        rig.own()
        await export(rig)
        await until(lambda: rig.broker.of("arrival-reports.v1"))
        assert rig.acked == []
        rig.store.down = False
        await until(lambda: rig.acked)


async def test_a_back_fill_sends_nothing_to_customs_or_people() -> None:
    async with running(Rig(mode="backfill")) as rig:
        rig.own()
        await export(rig)
        await until(lambda: rig.store.now("arrival_cases"))
        assert {t for t, _, _ in rig.broker.sent} == {"facts.v1"}


async def wrong_exit(rig: Rig) -> None:
    """A full import box that leaves without release, and nothing that came since has mended that."""
    rig.engine._slices[HERE].correlator.advance(AT + 60_000)
    for number, move in (("Q1", quay_discharge()), ("G2", gate("G2", move="OUT", purpose="IMPORT_OUT", event_time=AT + 1000))):
        topic = "qingdao.berth.v1" if number == "Q1" else GATE_TOPIC
        await rig.take(topic, HERE, move)


def quay_discharge() -> bytes:
    return encode("berth", {**examples("berth")["quay-discharge"], "container_no": BOX, "event_time": AT, "updated_time": AT})


async def test_an_alert_leaves_with_its_line_in_the_ledger_of_notices() -> None:
    async with running(Rig()) as rig:
        rig.own()
        await wrong_exit(rig)
        await until(lambda: rig.store.now("notices") and rig.broker.of("alerts.v1"))
        alerts = [decode(m[1], "alert") for _, m in rig.broker.of("alerts.v1")]
        told = {n["alert_id"]: n for n in rig.store.now("notices")}
        assert "GATEOUT_NO_RELEASE" in {a["code"] for a in alerts}
        assert told.keys() == {a["exception_id"] + ".1" for a in alerts}
        (alert,) = [a for a in alerts if a["code"] == "GATEOUT_NO_RELEASE"]
        notice = told[alert["exception_id"] + ".1"]
        assert (notice["channel"], notice["audience"], notice["subject"]) == ("alerts.v1", "terminal", BOX)
        assert notice["told_at"] == rig.clock.now_ms() and "RAISED" in notice["text"] and "未放行" in notice["text"]


async def test_a_back_fill_and_a_log_read_again_after_years_tell_nobody() -> None:
    for mode, later in (("backfill", 0), ("live", 1000 * 24 * 3_600_000)):
        async with running(Rig(mode=mode)) as rig:
            rig.clock.ms += later
            rig.own()
            await wrong_exit(rig)
            await until(lambda: rig.store.now("exceptions"))
            assert rig.store.now("notices") == [] and rig.broker.of("alerts.v1") == []
    async with running(Rig(mode="live")) as rig:
        rig.own()
        await wrong_exit(rig)
        await until(lambda: rig.store.now("notices"))


# -- the commit barrier ------------------------------------------------------------------------------------------------


async def test_a_commit_writes_the_state_after_the_rows_are_in() -> None:
    async with running(Rig()) as rig:
        rig.own()
        await rig.take(GATE_TOPIC, HERE, gate())
        assert await commit(rig)
        assert rig.acked == [0]
        assert rig.store.now("box_visits")
        assert any(key.startswith(f"B{BOX}".encode()) for _, (key, _) in rig.broker.of(CHANGELOG))


async def test_no_commit_and_no_state_while_rows_are_not_in() -> None:
    async with running(Rig(store=FailingStore(), drain_timeout_s=0.05)) as rig:
        rig.own()
        await rig.take(GATE_TOPIC, HERE, gate())
        assert not await commit(rig)
        assert rig.broker.of(CHANGELOG) == []


async def test_no_commit_and_no_state_while_facts_are_not_acknowledged() -> None:
    async with running(Rig(drain_timeout_s=0.05)) as rig:
        rig.own()
        rig.broker.fail.add("facts.v1")
        await rig.take("qingdao.manifest.v1", home("BL1"), line("BL1"), key="BL1")
        assert not await commit(rig)
        assert rig.broker.of(CHANGELOG) == []


async def test_a_changelog_that_fails_puts_the_commit_off_and_is_written_whole_by_the_next() -> None:
    async with running(Rig()) as rig:
        rig.own()
        await rig.take(GATE_TOPIC, HERE, gate())
        rig.broker.fail.add(CHANGELOG)
        assert not await commit(rig)
        rig.broker.fail.clear()
        assert await commit(rig)
        assert any(key.startswith(f"B{BOX}".encode()) for _, (key, _) in rig.broker.of(CHANGELOG))


async def test_a_commit_that_is_cancelled_in_its_changelog_loses_no_state() -> None:
    async with running(Rig()) as rig:
        rig.own()
        await rig.take(GATE_TOPIC, HERE, gate())
        real, hang = rig.broker.send, asyncio.Event()

        async def hanging(topic: str, partition: int | None, messages: Any) -> None:
            if topic == CHANGELOG:
                await hang.wait()
            await real(topic, partition, messages)

        rig.broker.send = hanging  # type: ignore[method-assign]
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(commit(rig), 0.1)
        rig.broker.send = real  # type: ignore[method-assign]
        assert await commit(rig)
        assert any(key.startswith(f"B{BOX}".encode()) for _, (key, _) in rig.broker.of(CHANGELOG))


async def test_a_checkpoint_covers_what_was_taken_in_before_it_and_nothing_else() -> None:
    store = FailingStore()
    async with running(Rig(store=store)) as rig:
        rig.own()
        await rig.take(GATE_TOPIC, HERE, gate("G1"))
        waiting = asyncio.ensure_future(rig.engine.checkpoint(lambda: list(rig.acked)))
        await asyncio.sleep(0)
        await rig.take(GATE_TOPIC, HERE, gate("G2"))  # the intake goes on while the store is away
        await until(lambda: rig.metrics.store_errors.labels("Retry")._value.get())
        store.down = False
        assert await waiting == [0]
        await until(lambda: rig.acked == [0, 1])
        (written,) = [m for _, m in rig.broker.of(CHANGELOG) if m[0].startswith(f"B{BOX}".encode())]
        assert [e.ident for e in unpack(written[1] or b"")] == ["T|TOS|G1"]


async def test_partitions_that_are_lost_while_a_commit_waits_are_not_committed() -> None:
    async with running(Rig(store=FailingStore())) as rig:
        rig.own()
        await rig.take(GATE_TOPIC, HERE, gate())
        waiting = asyncio.ensure_future(commit(rig))
        await asyncio.sleep(0.02)
        rig.engine.revoke({HERE})
        rig.store.down = False
        assert not await waiting


async def test_rows_that_the_store_can_never_take_are_dead_letters_before_the_commit() -> None:
    from connectors.clickhouse.errors import BadRows

    class Picky(MemoryStore):
        def insert(self, table: str, rows: Sequence[tuple[Any, ...]]) -> None:
            if table in ("events", "box_visits"):
                raise BadRows("a time that the store cannot hold", dict.fromkeys(range(len(rows)), "time"))
            super().insert(table, rows)

    async with running(Rig(store=Picky())) as rig:
        rig.own()
        await rig.take(GATE_TOPIC, HERE, gate())
        assert await commit(rig)
        ((_, letter),) = rig.broker.of("dead-letters.gate.v1")
        told = decode(letter[1], "dead-letter")
        assert (told["topic"], told["offset"], told["reason_code"]) == (GATE_TOPIC, 0, "UNSTORABLE")
        assert {r["topic"] for r in rig.store.now("dead_letters")} == {GATE_TOPIC, "box_visits"}


# -- recovery ----------------------------------------------------------------------------------------------------------


async def test_a_restored_worker_knows_what_was_committed_and_derives_it_again() -> None:
    async with running(Rig()) as rig:
        rig.own()
        await rig.take(GATE_TOPIC, HERE, gate())
        assert await commit(rig)
        state = [Record(CHANGELOG, HERE, i, AT, *m) for i, (p, m) in enumerate(rig.broker.of(CHANGELOG)) if p == HERE]
    async with running(Rig()) as rig:
        rig.engine.assign([HERE], {})
        rig.engine.restore(HERE, state)
        rig.engine.recovered()
        await rig.take(GATE_TOPIC, HERE, gate())
        await until(lambda: rig.acked and rig.store.now("box_visits"))
        assert dispositions(rig) == {0: "DUPLICATE"}


async def test_a_row_that_nobody_derives_any_more_gets_a_tombstone() -> None:
    store = MemoryStore()
    async with running(Rig(store=store)) as rig:
        rig.own()
        await rig.take(GATE_TOPIC, HERE, gate())
        await until(lambda: store.now("box_visits"))
    async with running(Rig(store=store)) as rig:  # a new life that has not read so far, and reads a retraction first
        rig.own(ends={(GATE_TOPIC, HERE): 5})
        await rig.take(GATE_TOPIC, HERE, gate(is_retracted=True, updated_time=AT + 1))
        await until(lambda: rig.acked)
        assert store.now("box_visits")  # less is known than when it was written
        await rig.take(GATE_TOPIC, HERE, gate())
        await until(lambda: not store.now("box_visits"))


async def test_a_store_that_is_away_is_asked_for_its_keys_later() -> None:
    store = FailingStore()
    async with running(Rig(store=store)) as rig:
        rig.own(ends={(GATE_TOPIC, HERE): 5})
        await rig.take(GATE_TOPIC, HERE, gate())
        await asyncio.sleep(0.03)
        assert rig.engine._slices[HERE].to_check
        store.down = False
        await until(lambda: not rig.engine._slices[HERE].to_check)


# -- time --------------------------------------------------------------------------------------------------------------


async def end_of_the_run(rig: Rig) -> None:
    """Every port says that this was all, and every partition hears how far the others are."""
    rig.own()
    for port in ("qingdao", "rizhao", "yantai", "weihai"):
        await rig.take(f"{port}.control.v1", home(port), control("FINAL", port, now=AT + 9), key=port)
    await until(lambda: len(rig.broker.facts("HEARTBEAT")) == 16 * PARTITIONS)
    for p, (_, value) in rig.broker.of("facts.v1"):
        await rig.take("facts.v1", p, value)
    rig.clock.ms += 1
    for topic in rig.engine._sources:
        for p in range(PARTITIONS):
            rig.engine.at_end(topic, p, rig.clock.ms)
    await until(lambda: len(rig.broker.facts("WATERMARK")) == PARTITIONS**2)
    marks = [(p, m) for p, m in rig.broker.of("facts.v1") if decode(m[1], "facts")["kind"] == "WATERMARK"]
    for p, (_, value) in marks:
        await rig.take("facts.v1", p, value)


def nows(rig: Rig) -> list[int]:
    return [part.correlator.now for part in rig.engine._slices.values()]


async def test_heartbeats_reach_every_partition_and_the_final_word_becomes_the_time() -> None:
    async with running(Rig(customs_echo=False)) as rig:
        await end_of_the_run(rig)
        assert nows(rig) == [AT + 9] * PARTITIONS
        assert not rig.broker.of(REPORTS), "nobody is asked where no responder runs"


async def test_readers_of_updates_hear_every_second_up_to_which_time_they_follow_from() -> None:
    async with running(Rig(customs_echo=False)) as rig:
        await end_of_the_run(rig)
        rig.broker.sent.clear()
        rig.engine._next_watermark = 0.0
        await until(lambda: len(rig.broker.of("visit-updates.v1")) == PARTITIONS)
        said = [(p, decode(value, "visit-update")) for p, (_, value) in rig.broker.of("visit-updates.v1")]
        assert [(p, r["kind"], r["partition"], r["watermark"]) for p, r in said] == [
            (p, "WATERMARK", p, AT + 9) for p in range(PARTITIONS)
        ]


@pytest.mark.parametrize("questions_first", [True, False], ids=["in this life", "which an earlier life had asked"])
async def test_time_waits_until_customs_says_behind_its_answers_how_far_it_is(questions_first: bool) -> None:
    """And until what is behind our commands is read back, as its answers say nothing without them."""
    async with running(Rig()) as rig:
        await end_of_the_run(rig)
        await until(lambda: len(rig.broker.of(REPORTS)) == PARTITIONS)
        asked = [(p, decode(value, "arrival-report")) for p, (_, value) in rig.broker.of(REPORTS)]
        assert {(p, a["message_type"], a["ready_at"]) for p, a in asked} == {(p, WATERMARK, AT + 9) for p in range(PARTITIONS)}
        questions = [(REPORTS, p, value) for p, (_, value) in rig.broker.of(REPORTS)]
        told = [(r.topic, HERE, encode("release", r.record)) for r in echoes(HERE, AT + 9)]
        for some in (questions, told)[:: 1 if questions_first else -1]:
            assert nows(rig) == [0] * PARTITIONS
            for topic, p, value in some:
                await rig.take(topic, p, value)
        assert nows(rig)[HERE] == AT + 9 and nows(rig)[ELSEWHERE] == 0
        assert rig.metrics.dead_letters._metrics == {}


async def test_an_echo_among_receipts_is_accounted_for_and_is_no_event() -> None:
    async with running(Rig()) as rig:
        rig.own()
        (echo,) = [encode("release", r.record) for r in echoes(HERE, AT) if r.topic == "qingdao.release.v1"]
        ack = encode("release", {**ACK, "container_no": BOX, "port": "qingdao"})
        await rig.take("qingdao.release.v1", HERE, ack, echo, b"junk", ack)
        await until(lambda: rig.acked)
        assert dispositions(rig) == {0: "ACCEPTED", 1: "CONTROL", 2: "DEAD", 3: "DUPLICATE"}
        assert [e["event_id"] for e in rig.store.now("events")] == [ACK["event_id"]]


async def test_in_one_flush_customs_is_asked_behind_the_commands_which_the_time_covers() -> None:
    """A watermark that overtook its commands would let their deadline pass before customs has seen them."""
    rig = Rig()
    rig.own()
    await rig.take("qingdao.manifest.v1", home("BL1"), line("BL1"), key="BL1")
    await rig.take(GATE_TOPIC, HERE, gate())
    rig.engine._flush()
    (told,) = [m for (topic, p), ms in sent(rig).first.items() if (topic, p) == ("facts.v1", HERE) for m in ms]
    await rig.take("facts.v1", HERE, told[1])
    for p in range(PARTITIONS):
        rig.engine._slices[HERE].watermark.heard(p, AT + 9)
    rig.engine._next_watermark = 0.0
    rig.engine._flush()
    kinds = [
        {decode(m[1], "arrival-report")["message_type"] for (topic, _), ms in group.items() for m in ms if topic == REPORTS}
        for group in (sent(rig).first, sent(rig).last)
    ]
    assert kinds == [{"MT3101"}, {WATERMARK}]


def sent(rig: Rig) -> Parcel:
    """The latest parcel; the engine does not run, so it waits."""
    return rig.engine._outbox._queue[-1]


async def test_control_records_are_accounted_for_and_bad_ones_refused() -> None:
    async with running(Rig()) as rig:
        rig.own()
        await rig.take("qingdao.control.v1", 0, control("TOTALS", of_kind="gate", day="2026-03-02", count=1), control("FINAL"))
        await until(lambda: rig.acked)
        assert dispositions(rig) == {0: "CONTROL", 1: "DEAD"}


async def test_of_what_a_sender_says_of_a_day_its_last_word_is_kept() -> None:
    day = {"of_kind": "gate", "day": "2026-03-02"}
    async with running(Rig()) as rig:
        rig.own()
        totals = [control("TOTALS", updated_time=AT + at, count=count, **day) for at, count in ((2, 9), (3, -1), (1, 7))]
        await rig.take("qingdao.control.v1", 0, *totals, control("HEARTBEAT", of_kind="gate", sent_up_to=AT))
        await until(lambda: rig.acked)
        (total,) = rig.store.now("daily_totals")
        assert total == {"port": "qingdao", "sender": "T", **day, "told": -1, "said_at": AT + 3, "version": AT + 3}


async def test_intake_says_whose_record_it_was_and_when_it_was_recorded_but_of_one_that_cannot_be_read() -> None:
    async with running(Rig()) as rig:
        rig.own()
        await rig.take(GATE_TOPIC, HERE, gate("G1", updated_time=AT + 5), b"nonsense", gate("G2", source_party="OTHER"))
        await until(lambda: rig.acked)
        rows = sorted(rig.store.now("intake"), key=lambda r: r["kafka_offset"])
        assert [(r["sender"], r["updated_time"] - AT if r["sender"] else r["updated_time"]) for r in rows] == [
            ("T", 5), ("", 0), ("OTHER", 0)
        ]  # fmt: skip


# -- trouble of one does not stop the others ---------------------------------------------------------------------------


async def test_a_book_whose_derivation_raises_becomes_an_exception_and_stops_nobody() -> None:
    wrong = next(b for b in ("TSTU0000010", "TSTU0000021", "TSTU0000032", "TSTU0000043") if home(b) == HERE)
    async with running(Rig(reference=reference(BAD_CHECK_DIGIT=7))) as rig:  # a defect in the reference data
        rig.own()
        await rig.take(GATE_TOPIC, HERE, gate("G1", box=wrong), gate("G2"))
        await until(lambda: rig.acked)
        assert [v["container_no"] for v in rig.store.now("box_visits")] == [BOX]
        failures = [x for x in rig.store.now("exceptions") if x["code"] == "DERIVE_FAILED"]
        assert [x["book_key"] for x in failures] == [wrong]
        assert len(rig.store.now("events")) == 2
        assert rig.metrics.registry.get_sample_value("yigangtong_derive_failed_total") == 1


async def test_intake_pauses_at_the_memory_limit_and_goes_on_when_the_store_is_back() -> None:
    store = FailingStore()
    async with running(Rig(store=store, sink_limit_bytes=1024 * 1024)) as rig:
        rig.own()
        big = gate(raw_ref="x" * 700_000)
        await rig.take(GATE_TOPIC, HERE, big)
        await until(lambda: rig.engine._sink.held_bytes() > 1024 * 1024)
        blocked = asyncio.ensure_future(rig.take(GATE_TOPIC, HERE, gate("G2")))
        await until(lambda: rig.metrics.registry.get_sample_value("yigangtong_intake_paused") == 1)
        assert not blocked.done()
        store.down = False
        await asyncio.wait_for(blocked, 3)
        assert rig.metrics.registry.get_sample_value("yigangtong_intake_paused") == 0


async def test_a_batch_of_a_partition_that_was_lost_meanwhile_is_never_acknowledged() -> None:
    async with running(Rig()) as rig:
        rig.own()
        rig.engine.revoke({HERE})
        await rig.take(GATE_TOPIC, HERE, gate())
        assert not await commit(rig)
        assert rig.acked == []


async def test_in_doubt_the_changelog_is_not_written_and_the_commit_is_put_off() -> None:
    """An older chunk above the next owner's would take evidence away when the topic is compacted."""
    async with running(Rig()) as rig:
        rig.own()
        await rig.take(GATE_TOPIC, HERE, gate())
        await until(lambda: rig.acked)
        rig.member = False
        assert not await commit(rig)
        assert rig.broker.of(CHANGELOG) == []
        rig.member = True
        assert await commit(rig)
        assert rig.broker.of(CHANGELOG)


async def test_lag_is_that_of_the_partitions_which_the_worker_owns() -> None:
    async with running(Rig()) as rig:
        rig.own(HERE)
        await rig.take(GATE_TOPIC, HERE, gate())
        rig.engine.log_end(GATE_TOPIC, HERE, 1, 5, AT + 2000)
        rig.engine.log_end(GATE_TOPIC, ELSEWHERE, 5, 5, AT)
        assert rig.metrics.behind.most() == Behind(4, 2.0)
        rig.engine.revoke([HERE])
        assert rig.metrics.behind.most() == Behind(0, 0.0)


async def test_heartbeats_that_were_read_together_travel_in_one_fact() -> None:
    async with running(Rig()) as rig:
        rig.own()
        beats = [control("HEARTBEAT", event_id=f"H{i}", of_kind="gate", sent_up_to=AT + i) for i in range(3)]
        records = await rig.take("qingdao.control.v1", home("qingdao"), *beats, key="qingdao")
        await until(lambda: len(rig.broker.facts("HEARTBEAT")) == PARTITIONS)
        for target, fact in rig.broker.facts("HEARTBEAT"):
            assert fact["topic"] == "qingdao.gate.v1"
            assert unpack_heartbeats(fact["evidence"]) == [(r.timestamp, AT + i) for i, r in enumerate(records)], target
