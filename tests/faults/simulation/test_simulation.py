"""Whatever happens to the workers, at rest the tables are those of the in-order run (design 3 and 9, promises 1 to 4).

``SIM_SEED=n pytest tests/faults/simulation`` replays one run exactly; ``SIM_SEEDS=n`` sets how many there are.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import replace
from multiprocessing import get_context

import pytest

from tests.faults.simulation.checks import check, hostile_run, told_too_early
from tests.faults.simulation.host import ANYWHERE, DieAt
from tests.faults.simulation.run import CALM, Plan, Simulation, hostile

SEEDS = [int(os.environ["SIM_SEED"])] if "SIM_SEED" in os.environ else range(1, int(os.environ.get("SIM_SEEDS", "300")) + 1)
MORE = range(10_001, 12_001)


@pytest.fixture(scope="module")
def outcomes() -> Iterator[Mapping[int, Future[None]]]:
    """All runs, a core each; a single one is run in its test, where pytest explains what fails."""
    if len(SEEDS) == 1:
        yield {}
        return
    with ProcessPoolExecutor(mp_context=get_context("spawn")) as pool:
        yield {seed: pool.submit(hostile_run, seed) for seed in SEEDS}
        pool.shutdown(cancel_futures=True)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_hostile_run_ends_with_the_rows_of_the_in_order_run(seed: int, outcomes: Mapping[int, Future[None]]) -> None:
    if outcomes:
        outcomes[seed].result()
    else:
        hostile_run(seed)


@pytest.mark.slow
@pytest.mark.parametrize("first", MORE[::100])
def test_many_more_hostile_runs(first: int) -> None:
    for seed in range(first, first + 100):
        hostile_run(seed)


def late_inserts(seed: int, fenced: bool) -> int:
    """Inserts of workers that had lost their partitions, in a run in which three workers fall asleep or are cut off."""
    run = Simulation(Plan(seed=seed, sleepers=3, outages=1, fenced=fenced))
    run.run()
    check(run)
    return sum(host.late_inserts for host in run.hosts)


def test_a_worker_that_wakes_after_losing_its_partitions_inserts_nothing_more() -> None:
    assert [late_inserts(seed, fenced=True) for seed in range(1, 11)] == [0] * 10


def test_without_the_fence_it_does_and_the_rows_are_right_all_the_same() -> None:
    assert sum(late_inserts(seed, fenced=False) for seed in range(1, 11)) > 10


@pytest.mark.parametrize("echo", [True, False], ids=["echo", "no echo"])
def test_nobody_hears_of_a_missing_receipt_that_came_in_time_because_time_waits_for_customs_echo(echo: bool) -> None:
    early = 0
    for seed in range(1, 6):
        run = Simulation(Plan(seed=seed, customs_pause_s=8.0, customs_echo=echo))
        run.run()
        early += len(told_too_early(run))
    assert bool(early) == (not echo)


@pytest.mark.parametrize("seed", [207, 312, 432])
def test_nobody_hears_of_a_missing_receipt_whose_report_the_next_life_has_yet_to_read_back(seed: int) -> None:
    """The worker dies before it has committed anything: its next life may read the receipts and their echo first."""
    run = Simulation(replace(hostile(seed), latecomers=0.0))
    run.run()
    check(run)


def test_the_same_seed_is_the_same_run() -> None:
    def trace(seed: int) -> tuple[object, ...]:
        run = Simulation(hostile(seed))
        run.run()
        return run.loop.time(), run.deaths, {tp: [r.value for r in log] for tp, log in run.logs.all().items()}

    assert trace(7) == trace(7)
    assert trace(7) != trace(8)


def test_what_officers_do_takes_effect_in_these_worlds() -> None:
    run = Simulation(CALM)
    run.run()
    done = Counter((row["action"], row["status"]) for row in run.store.now("operator_actions"))
    assert done == {
        ("VOID", "IN_FORCE"): 6, ("VOID", "OVERTAKEN"): 1, ("UNVOID", "IN_FORCE"): 1, ("RESUBMIT", "IN_FORCE"): 2,
        ("DELETE", "IN_FORCE"): 1, ("DELETE", "OVERTAKEN"): 1, ("ACKNOWLEDGE", "IN_FORCE"): 1,
        ("ASSIGN", "IN_FORCE"): 1, ("COMMENT", "NO_TARGET"): 1,
    }  # fmt: skip
    cases = {row["container_no"]: row["state"] for row in run.store.now("arrival_cases")}
    assert {cases[box] for box in run.world.rejected_once} == {"ACKED"}
    assert "DELETED" in cases.values()


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
