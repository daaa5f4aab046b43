"""Whatever happens to the workers, at rest the tables are those of the in-order run (design 3 and 9, promises 1 to 4).

``SIM_SEED=n pytest tests/faults/simulation`` replays one run exactly; ``SIM_SEEDS=n`` sets how many there are.
"""

from __future__ import annotations

import os

import pytest

from tests.faults.simulation.checks import check
from tests.faults.simulation.host import ANYWHERE, DieAt
from tests.faults.simulation.run import Plan, Simulation, hostile

SEEDS = [int(os.environ["SIM_SEED"])] if "SIM_SEED" in os.environ else range(1, int(os.environ.get("SIM_SEEDS", "300")) + 1)
MORE = range(10_001, 12_001)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_hostile_run_ends_with_the_rows_of_the_in_order_run(seed: int) -> None:
    run = Simulation(hostile(seed))
    run.run()
    check(run)


@pytest.mark.slow
@pytest.mark.parametrize("first", MORE[::100])
def test_many_more_hostile_runs(first: int) -> None:
    for seed in range(first, first + 100):
        run = Simulation(hostile(seed))
        run.run()
        check(run)


def test_the_same_seed_is_the_same_run() -> None:
    def trace(seed: int) -> tuple[object, ...]:
        run = Simulation(hostile(seed))
        run.run()
        return run.loop.time(), run.deaths, {tp: [r.value for r in log] for tp, log in run.logs.all().items()}

    assert trace(7) == trace(7)
    assert trace(7) != trace(8)


def test_the_hostile_plans_do_what_they_say() -> None:
    """A simulation in which nothing happens proves nothing."""
    plans = [hostile(seed) for seed in range(1, 301)]
    assert sum(bool(p.die_at) for p in plans) > 100
    assert sum(bool(p.sleepers) for p in plans) > 100
    run = Simulation(Plan(seed=1, workers=2, die_at=(DieAt(ANYWHERE, 60), DieAt(ANYWHERE, 120))))
    run.run()
    check(run)
    assert len(run.deaths) == 2
    assert run.group.generation > 2
