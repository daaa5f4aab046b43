"""The history shows an event exactly while its book counts it: in any order, twice, through restarts and the archive."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from streams.domain.evidence import LINE, MOVED, VGM, Evidence
from tests.property.domain.archivist import Archivist
from tests.property.domain.kafka import Mortal
from tests.property.domain.ports import LATE, Ports
from tests.property.domain.soups import soups, thorough
from tests.property.domain.test_archive import some_time

seeds = st.integers(0, 2**32 - 1)


def fed(soup: list[Evidence]) -> list[Evidence]:
    """What topics feed to one book each: papers come to boxes through their bills, and an event that moves to another box
    and back needs a word to each."""
    places: dict[str, set[str]] = {}
    for e in soup:
        places.setdefault(e.ident, set()).add(e.book + e.key)
    return [e for e in soup if len(places[e.ident]) == 1 and (e.book != "B" or e.what not in (LINE, VGM))]


def counted(ports: Ports, soup: list[Evidence]) -> list[tuple[str, int, str]]:
    """What the books count of what came to them from their topics: container, time and identity."""
    told = {(e.book + e.key, e.ident) for e in soup if e.what != MOVED}
    found: list[tuple[str, int, str]] = []
    for name in {name for name, _ in told}:
        for core in ports.cores:
            book = core.book(name)
            known = book.pages.current() if book is not None and book.pages is not None else []
            found += [(e.container, e.at, e.ident) for e in known if (name, e.ident) in told]
    return sorted(found)


@thorough
@given(soups().map(fed), seeds)
def test_in_any_order_the_history_is_what_counts(soup: list[Evidence], seed: int) -> None:
    for partitions in (1, 3):
        ports = Ports(random.Random(seed), partitions).in_disorder(soup)
        assert ports.history() == counted(ports, soup)


@thorough
@given(soups().map(fed), seeds)
def test_also_after_crashes(soup: list[Evidence], seed: int) -> None:
    rng = random.Random(seed)
    worker = Mortal(rng, soup)
    for _ in range(rng.randint(1, 4)):
        while rng.random() < 0.8:
            worker.take_in(rng.randint(1, 6))
            worker.sweep(1)
            worker.derive()
            if rng.random() < 0.4:
                worker.commit()
        worker.crash()
    worker.advance(LATE)
    while worker.take_in(rng.randint(1, 6)) or worker.cores[0].pending():
        worker.derive()
    while worker.sweep(2):
        worker.derive()
    assert worker.history() == counted(worker, soup)


@thorough
@given(soups().map(fed), seeds)
def test_also_from_the_archive(soup: list[Evidence], seed: int) -> None:
    rng = random.Random(seed)
    worker = Archivist(rng, soup)
    while len(worker.read) < len(worker.log):
        some_time(worker, rng)
    worker.settle_all(LATE)
    for core in worker.cores:
        core.archive.wanted.update(dict.fromkeys(core.archive.stubs))
    worker.settle_all(LATE)
    assert worker.history() == counted(worker, soup)
