"""Events that corrections move between boxes, in any order: they count as if there were one book for all."""

from __future__ import annotations

import random
from collections.abc import Iterable

from hypothesis import given
from hypothesis import strategies as st

from streams.domain.book import Pages
from streams.domain.evidence import GATE, MOVED, Evidence
from streams.domain.moved import moved
from tests.property.domain.ports import Ports, in_order
from tests.property.domain.soups import BOXES as TWO
from tests.property.domain.soups import thorough
from tests.unit.domain.story import act, at, gate_in

BOXES = (*TWO, "TSTU0000014")
EVENTS, CORRECTIONS, ACTIONS = 2, 2, 2
numbers = st.integers(0, EVENTS + CORRECTIONS - 1)
#: A version of a correction: which, when, of which event before it, if any, and whether it is taken back.
versions = st.tuples(st.integers(EVENTS, EVENTS + CORRECTIONS - 1), st.integers(1, 9), numbers, st.booleans())
#: A version of an officer's action: which, when, on which event, whether it corrects the first action, or is taken back.
words = st.tuples(
    st.integers(0, ACTIONS - 1), st.integers(1, 9), st.sampled_from(("VOID", "VOID", "UNVOID")), numbers, st.booleans(),
    st.booleans(),
)  # fmt: skip


@st.composite
def worlds(draw: st.DrawFn) -> list[Evidence]:
    """Each event and correction is in a box of its own choice. An action is in the box of a correction and acts in it."""
    box = draw(st.lists(st.sampled_from(BOXES), min_size=EVENTS + CORRECTIONS, max_size=EVENTS + CORRECTIONS))
    found = [gate_in(1 + n, number=f"E{n}", box=box[n], updated=at(0)) for n in range(EVENTS)]
    for n, when, of, gone in draw(st.lists(versions, min_size=2, max_size=5, unique_by=lambda v: v[:2])):
        corrects = f"P|TOS|E{of}" if of < n else ""
        e = gate_in(1 + n, number=f"E{n}", box=box[n], corrects=corrects, updated=at(when), retracted=gone)
        found += with_link(e, box[of] if corrects else e.key)
    desks = draw(st.lists(st.sampled_from(box[EVENTS:]), min_size=ACTIONS, max_size=ACTIONS))
    for n, when, what, of, corrects_first, gone in draw(st.lists(words, min_size=1, max_size=4, unique_by=lambda v: v[:2])):
        its_own = [number for number in reversed(range(len(box))) if box[number] == desks[n]]
        about = "" if gone else f"P|TOS|E{its_own[of % len(its_own)]}"
        corrects = "P|DESK|A0" if corrects_first and n else ""
        e = act(what, 10 + when, about, number=f"A{n}", box=desks[n], corrects=corrects, updated=at(when), retracted=gone)
        found += with_link(e, desks[0] if corrects else e.key)
    return found


def with_link(correction: Evidence, old: str) -> list[Evidence]:
    """A correction, and what the runtime tells its book where the event is another's."""
    return [correction, moved(correction, old)] if old != correction.key else [correction]


def counted(events: Iterable[Evidence]) -> set[str]:
    return {e.ident for e in events if e.what == GATE}


@thorough
@given(worlds(), st.integers(0, 2**32 - 1))
def test_a_moved_event_counts_as_if_all_boxes_had_one_book(world: list[Evidence], seed: int) -> None:
    one = Pages("Ball")
    for e in world:
        if e.what != MOVED:
            one.add(e.readdressed("B", "all"))
    expected = in_order(world).store.shown()
    for partitions in (1, 3):
        ports = Ports(random.Random(seed), partitions).in_disorder(world)
        books = [book for core in ports.cores for box in BOXES if (book := core.book("B" + box)) is not None]
        assert {ident for book in books if book.pages for ident in counted(book.pages.current())} == counted(one.current())
        assert ports.store.shown() == expected
        assert {ident for _, _, ident in ports.history() if "|TOS|" in ident} == counted(one.current())
