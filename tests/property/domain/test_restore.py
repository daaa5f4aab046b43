"""State put back from the changelog, whole or cut off by a crash, gives the rows of a worker that never died."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from streams.domain.evidence import Evidence
from tests.property.domain.customs import with_reports
from tests.property.domain.kafka import Mortal
from tests.property.domain.ports import LATE, in_order
from tests.property.domain.soups import soups, thorough

seeds = st.integers(0, 2**32 - 1)


@thorough
@given(soups(), seeds)
def test_a_restored_worker_goes_on_as_if_it_had_not_died(soup: list[Evidence], seed: int) -> None:
    """Its state alone gives its rows again, and it hears and tells what it would have heard and told."""
    rng = random.Random(seed)
    evidence = with_reports(soup, seed)
    worker = Mortal(rng, evidence)
    for _ in range(rng.randint(1, 10)):
        worker.take_in(rng.randint(1, 5))
        worker.derive()
        worker.commit()
    while worker.committed != worker.read:
        worker.commit()
    worker.crash()
    worker.store.kept.clear()
    while worker.sweep(rng.randint(1, 4)):
        worker.derive()
    assert worker.read == worker.committed, "nothing is told again that was told before"
    while worker.take_in(rng.randint(1, 6)):
        worker.derive()
    worker.advance(LATE)
    worker.derive()
    assert worker.store.shown() == in_order(evidence).store.shown()


@thorough
@given(soups(), seeds)
def test_crashes_leave_no_row_wrong_or_behind(soup: list[Evidence], seed: int) -> None:
    """Whatever was written, sent or committed before, and in whatever order the rest is read again."""
    rng = random.Random(seed)
    evidence = with_reports(soup, seed)
    worker = Mortal(rng, evidence)
    for _ in range(rng.randint(1, 4)):
        while rng.random() < 0.8:
            worker.take_in(rng.randint(1, 6))
            worker.advance(rng.uniform(0, LATE))
            worker.sweep(1)
            worker.derive()
            if rng.random() < 0.4:
                worker.commit()
        worker.crash()
    worker.advance(LATE)
    while worker.take_in(rng.randint(1, 6)) or worker.cores[0].pending():
        worker.derive()
    while worker.sweep(2):  # the one that follows each take-over; books without evidence since wait for it
        worker.derive()
    assert worker.store.shown() == in_order(evidence).store.shown()
