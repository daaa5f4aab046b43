"""A correction that moved an event to another book, and what becomes of both when it is taken back."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import pytest

from streams.domain.evidence import Evidence
from streams.domain.moved import moved
from tests.unit.domain.story import (
    BOX,
    FEEDER,
    OCEAN,
    Platform,
    act,
    act_on_bill,
    act_on_vessel,
    at,
    call,
    discharge,
    gate_in,
    gate_out,
    line,
)  # fmt: skip

OTHER = "APZU4812090"
THIRD = "TSTU0000014"

READ = gate_in(3, number="READ")
RIGHT = gate_in(4, number="RIGHT", box=OTHER, corrects=READ.ident, updated=at(5))
LINK = moved(RIGHT, BOX)
AGAIN = gate_in(5, number="AGAIN", box=THIRD, corrects=RIGHT.ident, updated=at(6))
BACK = gate_in(5, number="BACK", box=BOX, corrects=RIGHT.ident, updated=at(6))
TAKEN_BACK = gate_in(4, number="RIGHT", box=OTHER, corrects=READ.ident, updated=at(7), retracted=True)
#: Who takes an event back need not say again what it was for.
JUST_TAKEN_BACK = gate_in(4, number="RIGHT", box=OTHER, updated=at(7), retracted=True)


def in_some_orders(*events: Evidence) -> Iterator[Platform]:
    """All at once and one by one, in every order of a few events."""
    for order in itertools.islice(itertools.permutations(events), 120):
        yield Platform().hear(*order)
        port = Platform()
        for e in order:
            port.hear(e)
        yield port


def hidden(port: Platform) -> list[tuple[str, ...]]:
    """(book, event, reason, void by) of the events that the history leaves out."""
    rows = [(r["book_key"], r["event_id"], r["reason"], r["void_by"]) for r in port.rows("void_events")]
    return sorted(tuple(word.rpartition("|")[2] for word in row) for row in rows)


@pytest.mark.parametrize(
    ("events", "left_out", "opened"),
    [
        ([], [(BOX, "READ", "CORRECTED", "RIGHT")], {OTHER: 4}),
        ([TAKEN_BACK], [], {BOX: 3}),
        ([JUST_TAKEN_BACK], [], {BOX: 3}),
        ([act("VOID", 6, RIGHT, number="A1", box=OTHER)], [(OTHER, "RIGHT", "VOID", "A1")], {BOX: 3}),
        (
            [act("VOID", 6, RIGHT, number="A1", box=OTHER), act("UNVOID", 7, RIGHT, number="A2", box=OTHER)],
            [(BOX, "READ", "CORRECTED", "RIGHT")], {OTHER: 4},
        ),
        ([act("VOID", 6, READ, number="A1")], [(BOX, "READ", "VOID", "A1")], {OTHER: 4}),
        ([act("VOID", 6, READ, number="A1"), TAKEN_BACK], [(BOX, "READ", "VOID", "A1")], {}),
        (
            [AGAIN, moved(AGAIN, OTHER)],
            [(OTHER, "RIGHT", "CORRECTED", "AGAIN"), (BOX, "READ", "CORRECTED", "RIGHT")], {THIRD: 5},
        ),
        (
            [AGAIN, moved(AGAIN, OTHER), act("VOID", 7, AGAIN, number="A1", box=THIRD)],
            [(BOX, "READ", "CORRECTED", "RIGHT"), (THIRD, "AGAIN", "VOID", "A1")], {OTHER: 4},
        ),
        (
            [BACK, moved(BACK, OTHER)],
            [(OTHER, "RIGHT", "CORRECTED", "BACK"), (BOX, "READ", "CORRECTED", "RIGHT")], {BOX: 5},
        ),
    ],
    ids=[
        "moved", "taken back", "taken back in few words", "void", "no longer void", "the event itself void", "both",
        "moved on", "moved on by mistake", "moved to and fro",
    ],
)  # fmt: skip
def test_a_moved_event_counts_in_one_box_and_is_back_when_its_correction_is_taken_back(
    events: list[Evidence], left_out: list[tuple[str, ...]], opened: dict[str, float]
) -> None:
    for port in in_some_orders(READ, RIGHT, LINK, *events):
        assert hidden(port) == sorted(left_out)
        assert {v["container_no"]: v["opened_at"] for v in port.rows("box_visits")} == {b: at(t) for b, t in opened.items()}


def test_what_an_officer_says_of_a_correction_is_a_row_of_its_own_box_only() -> None:
    void = act("VOID", 6, RIGHT, number="A1", box=OTHER)
    for port in in_some_orders(READ, RIGHT, LINK, void):
        assert [(r["book_key"], r["status"]) for r in port.rows("operator_actions")] == [(OTHER, "IN_FORCE")]


def test_a_line_of_a_bill_is_another_bills_until_that_is_taken_back() -> None:
    """A third box, which both bills name, is no part of it."""
    wrong = line("PREPARED", 1, book="M", key="BL1", number="WRONG")
    right = line("PREPARED", 1.5, book="M", key="BL2", bill="BL2", box=OTHER, number="RIGHT", corrects=wrong.ident,
                 updated=at(4))  # fmt: skip
    gone = line("PREPARED", 1.5, book="M", key="BL2", bill="BL2", box=OTHER, number="RIGHT", updated=at(6), retracted=True)
    inside = [gate_in(3), gate_in(3, box=OTHER)]

    def announced(port: Platform) -> tuple[list[tuple[str, str]], list[str]]:
        bills = [(r["master_bl"], r["container_no"]) for r in port.rows("consignments")]
        passed = [v["container_no"] for v in port.rows("box_visits") if "EXPORT_PRE_STOWAGE_MANIFEST" in v["milestones"]]
        return bills, passed

    for port in in_some_orders(wrong, right, moved(right, "BL1"), *inside):
        assert announced(port) == ([("BL2", OTHER)], [OTHER])
        port.hear(gone)
        assert announced(port) == ([("BL1", BOX)], [BOX])
    port = Platform().hear(wrong, right, moved(right, "BL1"), *inside, act_on_bill("VOID", 6, right))
    assert announced(port) == ([("BL1", BOX)], [BOX])
    assert [r["book_key"] for r in port.rows("operator_actions")] == ["BL2"]


def test_a_timestamp_of_a_call_is_another_ships_until_that_is_void() -> None:
    wrong = call("BERTH", "ARRI", 1, book="V", number="WRONG")
    right = call("BERTH", "ARRI", 2, book="V", number="RIGHT", vessel=FEEDER, corrects=wrong.ident, updated=at(4))
    void = act_on_vessel("VOID", 6, right, vessel=FEEDER)

    def berthed(port: Platform) -> list[tuple[str, int]]:
        return [(row["vessel_id"], row["atb"]) for row in port.rows("port_calls")]

    for port in in_some_orders(wrong, right, moved(right, f"{OCEAN}|qingdao")):
        assert berthed(port) == [(FEEDER, at(2))]
        assert [c.atb for c in port.core._copies.calls[f"{OCEAN}|qingdao"]] == []
        port.hear(void)
        assert berthed(port) == [(OCEAN, at(1))]


def test_a_timestamp_that_comes_again_for_another_ship_leaves_the_copies_of_the_old_one() -> None:
    """The same event under a new key: boxes see a vessel's calls in a copy, which must hear of it as the vessel does."""
    wrong = call("BERTH", "ARRI", 1, book="V", number="B1")
    right = call("BERTH", "ARRI", 1, book="V", number="B1", vessel=FEEDER, updated=at(4))
    old = f"{OCEAN}|qingdao"
    for port in in_some_orders(wrong, right, right.retraction("V", old, right.version)):
        assert port.core._copies.calls[old] == []


def test_a_moved_event_moves_what_follows_from_it() -> None:
    """The box stays in the yard until somebody sees that the truck took it, and not its neighbour."""
    left = gate_out(9, number="LEFT", box=OTHER)
    right = gate_out(9, number="RIGHT", corrects=left.ident, updated=at(10))
    stays = [discharge(3), discharge(3, box=OTHER)]
    gone = gate_out(9, number="RIGHT", updated=at(11), retracted=True)

    def outside(port: Platform) -> list[str]:
        return [v["container_no"] for v in port.rows("box_visits") if v["closed_at"]]

    for port in in_some_orders(left, right, moved(right, OTHER), *stays):
        assert outside(port) == [BOX]
        port.hear(gone)
        assert outside(port) == [OTHER]
