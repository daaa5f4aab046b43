"""Books go to the archive and come back while workers die: at rest the tables are those of books that never left."""

from __future__ import annotations

from collections import Counter

import pytest

from streams.runtime.changelog import STUB_MARK
from streams.runtime.changelog import TOPIC as CHANGELOG
from tests.faults.simulation.checks import check
from tests.faults.simulation.host import DieAt
from tests.faults.simulation.run import PARTITIONS, Plan, Simulation

#: Each commit writes to the changelog of each partition up to three times: evidence and stubs, tombstones, times. So these
#: passages end a life between any two of the steps.
PASSAGES = range(1, 64)
PLACES = [f"{side} {what}" for what in (CHANGELOG, "store") for side in ("before", "after")]


def archiving(seed: int = 4, *deaths: DieAt, workers: int = 1) -> Simulation:
    """A run in which books rest after five hours, and a third of the events come when the others may be archived."""
    run = Simulation(
        Plan(seed=seed, world=1, workers=workers, archive_days=0.2, latecomers=0.3, die_at=deaths, outages=seed % 2)
    )
    run.run()
    check(run)
    return run


def read_back(run: Simulation) -> Counter[str]:
    """What the workers that live in the end did."""
    found: Counter[str] = Counter()
    for worker in run.workers.values():
        for metric in worker.engine._metrics.archive.collect():
            found.update({s.labels["way"]: int(s.value) for s in metric.samples if s.name.endswith("_total")})
    return found


def test_books_leave_and_are_read_again_and_the_changelog_keeps_their_stubs_only() -> None:
    done: Counter[str] = Counter()
    for seed in range(1, 9):
        run = archiving(seed, workers=2)
        done += read_back(run)
        left: dict[bytes, bytes] = {}
        for p in range(PARTITIONS):
            for record in run.logs.all()[CHANGELOG, p]:
                left[record.key or b""] = record.value or b""
        stubs = {key[1:-8] for key, value in left.items() if key.startswith(STUB_MARK) and value}
        books = {key[:-8] for key, value in left.items() if key[:1] in b"BM" and value}
        archived = {name.encode() for w in run.workers.values() for s in w.engine._slices.values()
                    for name in s.correlator.archive.stubs}  # fmt: skip
        assert archived <= stubs and not archived & books, "a book is in the archive, or its evidence in the changelog"
    assert done["sent"] > 50 and done["read"] >= 5, done


@pytest.mark.parametrize("place", PLACES)
def test_a_crash_between_any_two_steps_loses_and_doubles_nothing(place: str) -> None:
    for time in PASSAGES[::7]:
        archiving(4, DieAt(place, time))


@pytest.mark.slow
@pytest.mark.parametrize("place", PLACES)
def test_nor_does_one_at_any_passage_or_a_second_one(place: str) -> None:
    for time in PASSAGES:
        archiving(4, DieAt(place, time))
        archiving(5, DieAt(place, time), DieAt(place, 64 - time))
