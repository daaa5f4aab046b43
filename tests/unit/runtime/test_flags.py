"""Flags of the intake: what is noticed about an event, and how little it may cost."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from schemas.reference import load_reference
from schemas.validate import read_batch
from streams.runtime import flags as flags_module
from streams.runtime.flags import Flags
from streams.runtime.metrics import Metrics
from tests.unit.runtime.fakes import AT, BOX, Rig, gate, home, line

MINUTE = 60_000
TOPIC = "qingdao.gate.v1"


class Watcher:
    """Notices batches of one partition; events are appended when they happen, unless said otherwise."""

    def __init__(self, live: bool = True) -> None:
        self.metrics = Metrics()
        self.flags = Flags(load_reference().thresholds, live, self.metrics.flagged)
        self.memory = self.flags._memory

    def see(
        self, *values: bytes, kind: str = "gate", appended: int | None = None, now: int = 0, topic: str = TOPIC
    ) -> list[list[str]]:
        decoded = read_batch(kind, values)
        assert not decoded.bad
        seen = [appended if appended is not None else at for at in decoded.times("event_time")]
        of = np.zeros(len(decoded), np.int64)
        found: list[list[str]] = self.flags.notice(decoded, seen, [(topic, 0)], of, np.array([now])).to_pylist()
        return found

    def counted(self, party: str, flag: str) -> float:
        return self.metrics.registry.get_sample_value("yigangtong_flagged_events_total", {"party": party, "flag": flag}) or 0.0


def at(minutes: float, **changes: Any) -> dict[str, Any]:
    return {"event_time": AT + round(minutes * MINUTE), "updated_time": AT + round(minutes * MINUTE), **changes}


@pytest.mark.parametrize("together", [True, False], ids=["in one batch", "in two"])
def test_the_same_fact_under_another_id_of_the_same_party_came_twice(together: bool) -> None:
    w = Watcher()
    if together:
        assert w.see(gate("G1"), gate("G2")) == [[], ["DUP_EVENT"]]
    else:
        assert w.see(gate("G1")) == [[]]
        assert w.see(gate("G2")) == [["DUP_EVENT"]]
    assert w.counted("T", "DUP_EVENT") == 1


@pytest.mark.parametrize(
    "other",
    [
        gate("G1"), gate("G1", updated_time=AT + 1), gate("G2", source_party="U"), gate("G2", event_time=AT + 1),
        gate("G2", move="OUT"), gate("G2", terminal_code="QQCTN"), gate("G2", box="MSCU6639871"), gate("G2", classifier="EST"),
    ],
    ids=["delivered again", "corrected", "another party", "another time", "another move", "another terminal", "another box",
         "an estimate"],
)  # fmt: skip
def test_what_is_not_the_same_fact_told_anew_is_not_flagged(other: bytes) -> None:
    assert Watcher().see(gate("G1"), other) == [[], []]


def test_lines_of_one_box_in_two_lists_are_two_facts() -> None:
    lists = [line("BL1", number=f"L{i}", manifest_kind=kind) for i, kind in enumerate(("PREPARED", "PACKING"))]
    assert Watcher().see(*lists, kind="manifest") == [[], []]
    assert Watcher().see(lists[0], line("BL1", number="L9"), kind="manifest") == [[], ["DUP_EVENT"]]


def test_the_window_is_bounded_and_forgets_old_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flags_module, "WINDOW", 8)
    w = Watcher()
    w.see(gate("G1"))
    w.see(*(gate(f"H{i}", **at(0, event_time=AT + i)) for i in range(1, 200)))
    assert w.memory._keys.size == 8
    assert w.see(gate("G2")) == [[]], "199 newer keys have taken its slot"


def test_out_of_order_is_behind_the_newest_of_the_same_sender_in_the_same_topic() -> None:
    w = Watcher()
    assert w.see(gate("G1", **at(10)), gate("G2", **at(9.1)), gate("G3", **at(8.9))) == [[], [], ["OUT_OF_ORDER"]]
    assert w.see(gate("G4", **at(8.5))) == [["OUT_OF_ORDER"]]
    assert w.see(gate("G5", **at(8.4, source_party="U"))) == [[]]
    assert w.see(gate("G6", **at(8.3)), topic="weihai.gate.v1") == [[]]


def test_senders_between_each_other_do_not_matter_to_the_order() -> None:
    w = Watcher()
    batch = [gate(f"G{i}", **at(minutes, source_party=party)) for i, (party, minutes) in enumerate(
        [("A", 50), ("B", 10), ("A", 51), ("B", 5), ("B", 11), ("A", 40)])]  # fmt: skip
    assert w.see(*batch) == [[], [], [], ["OUT_OF_ORDER"], [], ["OUT_OF_ORDER"]]
    assert w.see(gate("H1", **at(50.5, source_party="A")), gate("H2", **at(9, source_party="B"))) == [[], ["OUT_OF_ORDER"]]


def test_places_in_one_batch_have_an_order_and_a_time_of_their_own() -> None:
    w = Watcher(live=False)
    values = [gate(f"G{i}", **at(minutes)) for i, minutes in enumerate((10, 5, 8, 7))]
    decoded = read_batch("gate", values)
    places, now = [("a", 0), ("a", 1)], np.array([AT, AT + 68 * MINUTE])
    found = w.flags.notice(decoded, [AT] * 4, places, np.array([0, 1, 0, 1]), now)
    assert found.to_pylist() == [[], ["LATE_EVENT"], ["OUT_OF_ORDER"], ["LATE_EVENT"]]


def test_late_is_an_hour_after_it_happened_when_the_clock_runs() -> None:
    w = Watcher()
    assert w.see(gate("G1"), appended=AT + 60 * MINUTE) == [[]]
    assert w.see(gate("G2", **at(0.1)), appended=AT + 61 * MINUTE) == [["LATE_EVENT"]]


def test_late_in_a_simulated_world_is_an_hour_behind_its_own_time() -> None:
    w = Watcher(live=False)
    assert w.see(gate("G1"), appended=AT + 10**9, now=AT + 60 * MINUTE) == [[]]
    assert w.see(gate("G2", **at(0.1)), appended=0, now=AT + 61 * MINUTE) == [["LATE_EVENT"]]


def test_an_event_may_lie_five_minutes_ahead_and_a_plan_as_far_as_it_wants() -> None:
    w = Watcher()
    skew = {"updated_time": AT}
    assert w.see(gate("G1", **at(5) | skew), appended=AT) == [[]]
    assert w.see(gate("G2", **at(5.1) | skew), gate("G2b", **at(10) | skew), appended=AT) == [["FUTURE_EVENT"]] * 2
    assert w.see(gate("G3", **at(500, classifier="PLN") | skew), appended=AT) == [[]]
    assert w.see(gate("G4", **at(4.9) | skew), appended=AT) == [[]], "neither has put it out of order"


def test_what_was_recorded_after_it_came_in_was_recorded_by_a_wrong_clock() -> None:
    w = Watcher()
    assert w.see(gate("G1", record_time=AT + 2 * MINUTE)) == [[]]
    assert w.see(gate("G2", event_time=AT + 1, record_time=AT + 2 * MINUTE + 2)) == [["CLOCK_SKEW"]]
    assert w.see(gate("G3", event_time=AT + 2, updated_time=AT + 3 * MINUTE)) == [["CLOCK_SKEW"]]
    assert Watcher(live=False).see(gate("G4", record_time=AT + 9 * MINUTE), appended=0) == [[]]


def test_the_senders_own_flags_stand_first() -> None:
    w = Watcher()
    w.see(gate("G1"))
    assert w.see(gate("G2", quality_flags=["OCR_WEAK"])) == [["OCR_WEAK", "DUP_EVENT"]]


def test_a_sender_that_makes_up_names_costs_no_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flags_module, "MOST_PARTIES", 3)
    monkeypatch.setattr(flags_module, "MOST_SENDERS", 3)
    w = Watcher()
    for i in range(10):
        w.see(gate(f"G{i}", source_party=f"P{i}", **at(-61)), appended=AT)
    assert w.counted("P2", "LATE_EVENT") == 1
    assert w.counted("P3", "LATE_EVENT") == 0
    assert w.counted("(others)", "LATE_EVENT") == 7
    assert len(w.memory._newest) <= 4


async def test_flags_stand_in_the_row_of_intake_and_drop_nothing() -> None:
    rig = Rig(mode="live")
    rig.own()
    here = home(BOX)
    await rig.take(TOPIC, here, gate("G1"), b"junk", gate("G2"))
    rig.engine._flush()
    tables = rig.engine._sink._next.tables["intake"]
    assert [row for t in tables for row in t.column("flags").to_pylist()] == [[], [], ["DUP_EVENT"]]
    assert [row for t in tables for row in t.column("disposition").to_pylist()] == ["ACCEPTED", "DEAD", "ACCEPTED"]
