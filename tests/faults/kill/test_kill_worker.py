"""kill -9 of the worker under load: nothing is lost and no count is wrong (promise 1), into the embedded store."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import Any

from ops.simulate import World, to_kafka
from ops.totals import compare_totals
from streams.domain.rows import STATE, STATE_TABLES, TABLES
from tests.faults.simulation.tables import HISTORY_OF_COMMANDS

from .conftest import Platform, until

#: When a row was written and how often its book was derived differs from run to run; what it says must not.
NOT_COMPARED = {name for name, _ in STATE}
WORLD = {"seed": 11, "scale": 0.02, "disorder": 30.0, "duplicates": 0.05}
KILLS = 3
PORTS = ("qingdao", "rizhao", "yantai", "weihai")


def rows(run: Platform) -> dict[str, set[tuple[Any, ...]]]:
    """Every state table as readers see it. Reports that were sent cannot be unsent: after a crash a case may have been
    deleted and reported anew, under another id (design 3)."""
    shown = {}
    for table in STATE_TABLES:
        hidden = NOT_COMPARED | HISTORY_OF_COMMANDS.get(table, frozenset())
        columns = [name for name, _ in TABLES[table] if name not in hidden]
        answer = run.query(f"SELECT {', '.join(columns)} FROM {table}_now")
        shown[table] = {tuple(tuple(v) if isinstance(v, list) else v for v in row.values()) for row in answer}
    return shown


def accounted(run: Platform) -> dict[tuple[str, int], int]:
    """Records per partition of the source topics, by their own row in `intake`; a record twice or missing shows."""
    answer = run.query(
        "SELECT topic, kafka_partition AS p, count() AS n, uniqExact(kafka_offset) AS different,"
        " max(kafka_offset) AS last FROM intake_now GROUP BY topic, p"
    )
    assert all(row["n"] == row["different"] == row["last"] + 1 for row in answer), answer
    return {(row["topic"], row["p"]): row["n"] for row in answer}


FIGURES = "SELECT bucket, port, event_type, sum(n) AS events FROM port_hour_now GROUP BY bucket, port, event_type"
EVENTS = (
    "SELECT toStartOfHour(event_time) AS bucket, port, event_type, count() AS events FROM events_now"
    " GROUP BY bucket, port, event_type"
)


def hours(run: Platform, sql: str) -> dict[tuple[Any, ...], int]:
    """Events by hour, port and type."""
    return {(row["bucket"], row["port"], row["event_type"]): row["events"] for row in run.query(sql)}


def test_a_killed_worker_ends_with_the_rows_of_an_undisturbed_one(new_platform: Callable[[str], Any]) -> None:
    with new_platform("undisturbed") as run:
        to_kafka.publish(World(**WORLD), run.bootstrap)
        run.start()
        run.settle()
        expected = rows(run)
        assert run.stop() == 0
    assert all(expected[table] for table in ("box_visits", "port_calls", "arrival_cases", "exceptions"))

    when = random.Random(5)
    with new_platform("killed") as run:
        to_kafka.publish(World(**WORLD), run.bootstrap)
        for _ in range(KILLS):
            run.start()
            until(lambda: run.taken() > 1000, "the worker is at work")
            time.sleep(when.uniform(0.0, 0.6))  # somewhere between derive, insert, changelog and commit
            run.kill()
        assert run.committed() != run.ends(), "the kills came too late to be under load"
        run.start()
        run.settle()
        until(lambda: rows(run) == expected, f"equal rows; differences: {differences(rows(run), expected)}", timeout=30)
        sources = {tp: end for tp, end in run.ends().items() if tp[0].split(".")[0] in PORTS}
        counted = accounted(run)
        assert {tp: counted.get(tp) for tp in sources} == sources
        until(lambda: hours(run, FIGURES) == hours(run, EVENTS), "the hourly figures are those of the events")
        # Yantai and Weihai file their moves, and nobody reads files here.
        wrong = [(t.port, t.of_kind, t.missing) for t in compare_totals(run) if t.missing and t.port in ("qingdao", "rizhao")]
        assert wrong == [("rizhao", "gate", 3)], "the simulator tells this total wrong, and no other"
        assert run.stop() == 0
        assert run.committed() == run.ends()


def differences(found: dict[str, set[Any]], expected: dict[str, set[Any]]) -> dict[str, tuple[list[Any], list[Any]]]:
    """Per table a few rows that are only here, and only there."""

    def few(rows_: set[Any]) -> list[Any]:
        return sorted(rows_, key=str)[:3]

    return {
        table: (few(found[table] - expected[table]), few(expected[table] - found[table]))
        for table in expected
        if found[table] != expected[table]
    }
