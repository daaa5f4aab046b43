"""Books that were archived give the rows of books that never were: whenever they left, whatever came late, through crashes."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from streams.domain.evidence import Evidence
from tests.property.domain.archivist import Archivist
from tests.property.domain.customs import with_reports
from tests.property.domain.ports import LATE, in_order
from tests.property.domain.soups import soups, thorough
from tests.unit.domain import story
from tests.unit.domain.test_main_paths import imported

seeds = st.integers(0, 2**32 - 1)


def some_time(worker: Archivist, rng: random.Random) -> None:
    """Evidence comes, books leave, and what is needed again is read when the store is there."""
    worker.take_in(rng.randint(1, 3))
    worker.advance(rng.uniform(0, LATE))
    worker.sweep(1)
    worker.derive()
    for step in (worker.commit, lambda: worker.archive(rng.random()), worker.commit, lambda: worker.fetch(rng.random())):
        if rng.random() < 0.7:
            step()


@thorough
@given(soups(), seeds)
def test_archiving_at_any_moment_changes_no_row(soup: list[Evidence], seed: int) -> None:
    rng = random.Random(seed)
    evidence = with_reports(soup, seed)
    worker = Archivist(rng, evidence)
    while len(worker.read) < len(worker.log):
        some_time(worker, rng)
    worker.settle_all(LATE)
    assert worker.store.shown() == in_order(evidence).store.shown()


@thorough
@given(soups(), seeds)
def test_nor_do_crashes_at_any_moment(soup: list[Evidence], seed: int) -> None:
    rng = random.Random(seed)
    evidence = with_reports(soup, seed)
    worker = Archivist(rng, evidence)
    for _ in range(rng.randint(1, 4)):
        while rng.random() < 0.85:
            some_time(worker, rng)
        worker.crash()
    worker.settle_all(LATE)
    assert worker.store.shown() == in_order(evidence).store.shown()


def test_such_workers_do_archive_and_read_back() -> None:
    """A property about what never happens proves nothing."""
    archived = read_back = 0
    for seed in range(40):
        rng = random.Random(seed)
        worker = Archivist(rng, [*imported(), story.gate_out(30, number="LATE")])
        while len(worker.read) < len(worker.log):
            some_time(worker, rng)
        worker.settle_all(LATE)
        archived += worker.archived
        read_back += worker.read_back
    assert archived > 10 and read_back > 10
