"""A correction that moved an event to another book, and what becomes of both when it is taken back."""

from __future__ import annotations

import itertools
import math
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

#: The box beside it, and what happened to it.
NEIGHBOUR = gate_in(3.5, number="NEIGHBOUR", box=THIRD)
LEFT_ALONE = gate_in(4.5, number="LEFT_ALONE", box=OTHER)
#: The same correction, when its sender had looked again.
MEANT = gate_in(4, number="RIGHT", box=OTHER, corrects=NEIGHBOUR.ident, updated=at(6))
MEANT_TAKEN_BACK = gate_in(4, number="RIGHT", box=OTHER, updated=at(7), retracted=True)
MEANT_NOTHING = gate_in(4, number="RIGHT", box=OTHER, updated=at(6))
VOID = act("VOID", 6, RIGHT, number="A1", box=OTHER)


def in_some_orders(*events: Evidence) -> Iterator[Platform]:
    """All at once and one by one: a few events in every order, more in orders that are far from each other."""
    step = math.factorial(len(events)) // 120 + 1
    for order in itertools.islice(itertools.permutations(events), 0, None, step):
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


@pytest.mark.parametrize(
    ("events", "left_out", "opened"),
    [
        ([MEANT, moved(MEANT, THIRD)], [(THIRD, "NEIGHBOUR", "CORRECTED", "RIGHT")], {BOX: 3, OTHER: 4}),
        ([MEANT, moved(MEANT, THIRD), MEANT_TAKEN_BACK], [], {BOX: 3, THIRD: 3.5}),
        ([MEANT, moved(MEANT, THIRD), VOID], [(OTHER, "RIGHT", "VOID", "A1")], {BOX: 3, THIRD: 3.5}),
        ([MEANT_NOTHING], [], {BOX: 3, OTHER: 4, THIRD: 3.5}),
    ],
    ids=["of another box", "taken back", "void", "of none"],
)  # fmt: skip
def test_a_later_version_of_a_correction_says_of_which_event_it_is(
    events: list[Evidence], left_out: list[tuple[str, ...]], opened: dict[str, float]
) -> None:
    for port in in_some_orders(READ, RIGHT, LINK, NEIGHBOUR, *events):
        assert hidden(port) == sorted(left_out)
        assert {v["container_no"]: v["opened_at"] for v in port.rows("box_visits")} == {b: at(t) for b, t in opened.items()}


@pytest.mark.parametrize(
    ("actions", "left_out"),
    [
        ([act("VOID", 6, LEFT_ALONE, number="A1", box=OTHER, updated=at(8))], [(OTHER, "LEFT_ALONE", "VOID", "A1")]),
        ([act("VOID", 6, "", number="A1", box=OTHER, updated=at(8), retracted=True)], []),
        (
            [act("VOID", 7, LEFT_ALONE, number="A2", box=OTHER, corrects=VOID.ident)],
            [(OTHER, "A1", "CORRECTED", "A2"), (OTHER, "LEFT_ALONE", "VOID", "A2")],
        ),
        (
            [
                act("VOID", 7, LEFT_ALONE, number="A2", box=OTHER, corrects=VOID.ident),
                act("VOID", 7, LEFT_ALONE, number="A2", box=OTHER, updated=at(8), retracted=True),
            ],
            [(OTHER, "RIGHT", "VOID", "A1")],
        ),
    ],
    ids=["another event", "retracted in few words", "corrected", "corrected by mistake"],
)  # fmt: skip
def test_an_officer_who_meant_another_event_leaves_the_correction_as_it_was(
    actions: list[Evidence], left_out: list[tuple[str, ...]]
) -> None:
    """In both boxes: else the event would count in both."""
    stands = (OTHER, "RIGHT", "VOID", "A1") not in left_out
    for port in in_some_orders(READ, RIGHT, LINK, LEFT_ALONE, VOID, *actions):
        assert hidden(port) == sorted([*left_out, *([(BOX, "READ", "CORRECTED", "RIGHT")] if stands else [])])
        assert (BOX in {v["container_no"] for v in port.rows("box_visits")}) is not stands
        assert {r["book_key"] for r in port.rows("operator_actions")} <= {OTHER}


@pytest.mark.parametrize("back", [False, True], ids=["moved", "taken back"])
def test_an_officers_action_is_moved_as_an_event_is(back: bool) -> None:
    """The officer had named the wrong box."""
    void = act("VOID", 6, READ, number="A1")
    meant = act("VOID", 6, LEFT_ALONE, number="A2", box=OTHER, corrects=void.ident, updated=at(7))
    gone = [act("VOID", 6, "", number="A2", box=OTHER, updated=at(8), retracted=True)] if back else []
    for port in in_some_orders(READ, LEFT_ALONE, void, meant, moved(meant, BOX), *gone):
        assert [v["container_no"] for v in port.rows("box_visits")] == [OTHER if back else BOX]


def test_an_action_that_voided_a_correction_was_meant_for_a_third_box() -> None:
    """The box that the correction was of, hears of neither from them, but from the box of the correction."""
    meant = act("VOID", 7, NEIGHBOUR, number="A2", box=THIRD, corrects=VOID.ident)
    for port in in_some_orders(READ, RIGHT, LINK, NEIGHBOUR, VOID, meant, moved(meant, OTHER)):
        assert [v["container_no"] for v in port.rows("box_visits")] == [OTHER]


def test_books_that_moved_events_to_each_other_come_to_rest() -> None:
    there = gate_in(4, number="TO_AND_FRO", box=OTHER, corrects=READ.ident, updated=at(5))
    here = gate_in(4, number="TO_AND_FRO", box=BOX, corrects=LEFT_ALONE.ident, updated=at(6))
    void = act("VOID", 7, there, number="A1", box=OTHER)
    port = Platform().hear(READ, LEFT_ALONE, there, moved(there, BOX), here, moved(here, OTHER), void)
    assert not port.hear(void, there, here).core.pending()


def test_an_event_that_comes_again_where_its_correction_is_counts_when_that_is_taken_back() -> None:
    again = gate_in(3, number="READ", box=OTHER, updated=at(6))
    for port in in_some_orders(READ, RIGHT, LINK, READ.retraction("B", BOX, again.version), again, JUST_TAKEN_BACK):
        assert hidden(port) == []
        assert [(v["container_no"], v["opened_at"]) for v in port.rows("box_visits")] == [(OTHER, at(3))]


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

    def seen(port: Platform) -> list[list[int]]:
        """The same as boxes see it."""
        return [[c.atb for c in port.core._copies.calls[f"{ship}|qingdao"]] for ship in (OCEAN, FEEDER)]

    for port in in_some_orders(wrong, right, moved(right, f"{OCEAN}|qingdao")):
        assert berthed(port) == [(FEEDER, at(2))]
        assert seen(port) == [[], [at(2)]]
        port.hear(void)
        assert berthed(port) == [(OCEAN, at(1))]
        assert seen(port) == [[at(1)], []]
        assert [r["book_key"] for r in port.rows("operator_actions")] == [f"{FEEDER}|qingdao"]


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
