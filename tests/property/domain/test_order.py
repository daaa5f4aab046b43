"""The same evidence gives the same rows: in any order, batching and multiplicity, on any number of partitions (design 3)."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from streams.domain.box import derive_box
from streams.domain.evidence import Evidence
from streams.domain.in_force import sort_out
from streams.domain.print_box import box_rows
from streams.domain.world import World
from tests.property.domain.customs import with_reports
from tests.property.domain.ports import LATE, Ports, in_order
from tests.property.domain.soups import hours, soups, thorough
from tests.unit.domain import story

seeds = st.integers(0, 2**32 - 1)


@thorough
@given(soups(), seeds, st.one_of(hours, st.just(100.0)))
def test_any_order_batching_and_multiplicity_gives_the_same_rows(soup: list[Evidence], seed: int, now: float) -> None:
    evidence = with_reports(soup, seed)
    expected = in_order(evidence, now)
    for partitions in (1, 3):
        found = Ports(random.Random(seed + partitions), partitions).in_disorder(evidence, now)
        assert found.store.shown() == expected.store.shown()
        assert partitions > 1 or found.cores[0].size() == expected.cores[0].size(), "each item of evidence counts once"


@thorough
@given(soups(), seeds)
def test_evidence_one_by_one_never_lowers_a_version(soup: list[Evidence], seed: int) -> None:
    """:class:`Ports` judges every row that is written; here each item of evidence is a derivation of its own."""
    rng = random.Random(seed)
    ports = Ports(rng)
    for e in rng.sample(soup, len(soup)):
        ports.hear(e)
        ports.flush()
        ports.land(len(ports.flight))
        ports.flush()
        ports.advance(rng.uniform(0, LATE))
        ports.flush()
    ports.settle()


@thorough
@given(soups(), seeds)
def test_what_is_kept_between_derivations_is_what_is_derived_anew(soup: list[Evidence], seed: int) -> None:
    (core,) = Ports(random.Random(seed)).in_disorder(with_reports(soup, seed)).cores
    for box in {e.key for e in soup if e.book == "B"}:
        book = core.book("B" + box)
        assert book is not None and book.pages is not None
        kept, anew = book.pages.in_force(), sort_out(box, reversed(book.pages.current()))
        world = World(story.REFERENCE, core._copies.calls)
        found, expected = [box_rows(derive_box(box, f, world, core.now), story.REFERENCE) for f in (kept, anew)]
        assert found == expected


@thorough
@given(soups(), st.lists(st.floats(0, 50), min_size=1))
def test_time_is_the_latest_that_was_told(soup: list[Evidence], told: list[float]) -> None:
    ports = Ports(random.Random(0))
    ports.hear(*soup)
    for now in told:
        ports.advance(now)
        ports.flush()
    (core,) = ports.cores
    assert core.now == story.at(max(told))
    ports.advance(min(told))
    assert core.now == story.at(max(told))


@thorough
@given(soups(), seeds)
def test_deriving_again_changes_nothing(soup: list[Evidence], seed: int) -> None:
    rng = random.Random(seed)
    ports = Ports(rng).in_disorder(with_reports(soup, seed))
    expected, commands = ports.store.shown(), len(ports.commands)
    (core,) = ports.cores
    assert core.flush().rows == {}
    core.resweep()
    written = 0
    while names := core.sweep(rng.randint(1, 3)):
        assert core.pending() and all(core.book(name) for name in names)
        rows = core.flush().rows
        written += sum(map(len, rows.values()))
        for table, some in rows.items():
            ports.store.put(table, some)
    assert ports.store.shown() == expected
    assert written == len(expected), "every row is written again, and no other"
    assert len(ports.commands) == commands
