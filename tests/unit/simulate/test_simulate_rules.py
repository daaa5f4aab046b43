"""The truth says of every box what the contract's rules say of its events: planted, near miss, and ordinary ones."""

from __future__ import annotations

import pytest

from ops.simulate import World
from ops.simulate import world as world_module

from .facts import DAY, Facts
from .rules import judge

#: Exceptions that `test_simulate_incidents` holds against the rules.
FIRST_SET = frozenset(
    ("ARR_MISSING", "ARR_REJECTED", "ARR_NO_MANIFEST", "LOAD_NO_RELEASE", "SEAL_CHANGED_IN_TRANSIT", "SHORTLANDED",
     "OVERLANDED", "LEG_WRONG_PORT", "TRADE_FLAG_CONFLICT", "BAD_CHECK_DIGIT")
)  # fmt: skip


def check(world: World) -> None:
    stated = {
        (line["code"], line["subject"], line["state"])
        for line in world.truth() if line["kind"] == "exception" and line["code"] not in FIRST_SET
    }  # fmt: skip
    found = judge(Facts(world))
    assert sorted(found - stated) == []
    assert sorted(stated - found) == []


@pytest.mark.parametrize(("seed", "days", "scale"), [(1, 1, 0.1), (2, 1, 0.1), (3, 1, 0.02), (4, 3, 0.02)])
def test_the_truth_is_what_the_rules_say_of_the_events(seed: int, days: int, scale: float) -> None:
    check(World(seed=seed, days=days, scale=scale, heartbeat=600))


@pytest.mark.parametrize("days", [1, 3, 15, 25, 95])
def test_deadlines_that_pass_in_a_longer_world_are_told(days: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """48 hours, 14 days, the 20 days of an open condition, 90 days: as if nothing more happened for so long."""
    monkeypatch.setattr(world_module, "SETTLED", days * DAY)
    check(World(seed=7, scale=0.05, heartbeat=600))


@pytest.mark.parametrize("seed", [1, 6])
def test_the_visits_are_those_that_the_moves_make(seed: int) -> None:
    world = World(seed=seed, scale=0.05)
    facts = Facts(world)
    stated = {
        (v["container_no"], v["opened_at"], v["closed_at"], v["direction"], v["trade"], v["ef"])
        for v in world.truth() if v["kind"] == "visit"
    }  # fmt: skip
    made = {
        (box.no, visit.opening.at, visit.closed_at, visit.direction, visit.trade, visit.ef)
        for box in facts.boxes.values() for visit in box.visits
    }  # fmt: skip
    assert made == stated
