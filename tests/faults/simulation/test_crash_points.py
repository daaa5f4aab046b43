"""A crash at every await between derive, produce, insert, changelog and commit."""

from __future__ import annotations

import pytest

from streams.runtime.changelog import TOPIC as CHANGELOG
from streams.runtime.letters import ALERTS, UPDATES
from streams.runtime.sources import FACTS, REPORTS
from tests.faults.simulation.checks import check
from tests.faults.simulation.host import ANYWHERE, DieAt
from tests.faults.simulation.run import Plan, Simulation

PLACES = [
    f"{side} {what}" for what in (FACTS, REPORTS, ALERTS, UPDATES, "store", CHANGELOG, "commit") for side in ("before", "after")
]

#: At which passages of a place the worker ends: alerts settle first, and so leave once or twice in a whole run.
TIMES = {f"{side} {ALERTS}": (1, 1) for side in ("before", "after")}


def crash_at(*deaths: DieAt, world: int = 1, workers: int = 1) -> list[str]:
    """Run with the worker's lives ending there; returns where they did."""
    run = Simulation(Plan(seed=4, world=world, workers=workers, die_at=deaths))
    run.run()
    check(run)
    return run.deaths


@pytest.mark.parametrize("place", PLACES)
def test_a_crash_there_loses_and_doubles_nothing(place: str) -> None:
    for time in sorted({*TIMES.get(place, (1, 3))}):
        assert crash_at(DieAt(place, time)) == [place]


@pytest.mark.parametrize("place", PLACES)
def test_nor_does_a_second_crash_at_the_same_place_in_the_next_life(place: str) -> None:
    assert place in crash_at(*(DieAt(place, time) for time in TIMES.get(place, (2, 1))), world=2)


def test_a_crash_during_recovery_starts_it_anew() -> None:
    assert crash_at(DieAt("after commit", 2), DieAt("recovery", 2), DieAt("recovery", 3)).count("recovery") == 2


@pytest.mark.slow
@pytest.mark.parametrize("first", range(1, 400, 50))
def test_a_crash_at_any_point_whatever_loses_nothing(first: int) -> None:
    for time in range(first, first + 50):
        crash_at(DieAt(ANYWHERE, time))
