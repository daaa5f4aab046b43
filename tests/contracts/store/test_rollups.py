"""Hourly figures stay right when events are sent again, corrected to another hour, and when an hour empties."""

from __future__ import annotations

from collections.abc import Callable
from threading import Thread
from typing import Any

import pytest

from connectors.clickhouse import SqlStore, rollups
from streams.runtime.refresher import Refresher
from tests.contracts.store.rows_of import AT, event, row_of, visit

HOUR = rollups.HOUR_MS
EIGHT = AT - AT % HOUR + 8 * HOUR
NINE = EIGHT + HOUR


def counts(store: SqlStore, now_ms: int) -> dict[int, int]:
    rollups.refresh(store, "port_hour", EIGHT, NINE + HOUR, now_ms)
    return {row["bucket"]: row["n"] for row in store.query("SELECT bucket, n FROM port_hour_now")}


def test_counts_stay_right_through_redelivery_and_correction(sql_store: SqlStore) -> None:
    a, b, c = (event(name, EIGHT + minute * 60_000, 1) for name, minute in (("a", 10), ("b", 20), ("c", 30)))
    sql_store.insert("events", [a, b, c])
    assert counts(sql_store, 1) == {EIGHT: 3}
    sql_store.insert("events", [a, c])
    assert counts(sql_store, 2) == {EIGHT: 3}
    void = event("c", EIGHT + 30 * 60_000, 2, is_retracted=1)
    sql_store.insert("events", [event("c2", NINE + 60_000, 1), void])
    assert counts(sql_store, 3) == {EIGHT: 2, NINE: 1}
    sql_store.insert("events", [c])
    assert counts(sql_store, 4) == {EIGHT: 2, NINE: 1}
    sql_store.insert(
        "events", [event("a", EIGHT + 600_000, 2, is_retracted=1), event("b", EIGHT + 1_200_000, 2, is_retracted=1)]
    )
    assert counts(sql_store, 5) == {NINE: 1}


def test_a_refresh_leaves_other_hours_alone(sql_store: SqlStore) -> None:
    sql_store.insert("events", [event("a", EIGHT), event("b", NINE)])
    counts(sql_store, 1)
    sql_store.insert("events", [event("a2", EIGHT + 1), event("b2", NINE + 1)])
    rollups.refresh(sql_store, "port_hour", EIGHT, NINE, 2)
    assert {r["bucket"]: r["n"] for r in sql_store.query("SELECT bucket, n FROM port_hour_now")} == {EIGHT: 2, NINE: 1}


def test_arrival_lag_is_exact_to_the_millisecond(sql_store: SqlStore) -> None:
    cases = [
        row_of("arrival_cases", case_id=f"c{lag}", triggered_at=EIGHT + 5, answered_at=EIGHT + lag, lag_ms=lag,
               state="ACKED" if lag < 3_000 else "REJECTED", version=1)
        for lag in (1_001, 2_002, 3_003)
    ]  # fmt: skip
    waiting = row_of("arrival_cases", case_id="w", triggered_at=EIGHT, answered_at=0, state="SENT", version=1)
    sql_store.insert("arrival_cases", [*cases, waiting])
    rollups.refresh(sql_store, "arrival_hour", EIGHT, NINE, 1)
    assert sql_store.query("SELECT bucket, n, acked, lag_p50 FROM arrival_hour_now") == [
        {"bucket": EIGHT, "n": 3, "acked": 2, "lag_p50": 2_002}
    ]


def test_dwell_counts_the_hour_in_which_a_visit_closed(sql_store: SqlStore) -> None:
    sql_store.insert(
        "box_visits",
        [
            visit("A", EIGHT - 7_200_000, closed_at=EIGHT),
            visit("B", EIGHT - 3_600_000, closed_at=NINE),
            visit("C", EIGHT, closed_at=0),
        ],
    )
    rollups.refresh(sql_store, "dwell_hour", EIGHT, NINE, 1)
    assert sql_store.query("SELECT bucket, n, dwell_p50_s FROM dwell_hour_now") == [
        {"bucket": EIGHT, "n": 1, "dwell_p50_s": 7_200}
    ]


def test_an_insert_does_not_wait_for_a_long_statement(sql_store: SqlStore) -> None:
    sleep = "SELECT toDateTime(0, 'UTC'), 'p', 't', 'e', toUInt64(0), toUInt64(sleep(2)), toUInt64(1)"
    long = Thread(target=sql_store.execute, args=(f"INSERT INTO port_hour {sleep}",))
    long.start()
    sql_store.insert("events", [event("a", EIGHT)])
    assert long.is_alive()
    long.join()


class At:
    """A clock that stands."""

    def now_ms(self) -> int:
        return AT


async def at_once(call: Callable[[], Any]) -> Any:
    return call()


async def test_the_worker_keeps_the_figures_right_through_redelivery_and_correction(sql_store: SqlStore) -> None:
    """Also an event of three weeks ago, and a clock that does not move between two turns."""
    future = row_of("port_hour", bucket=EIGHT, n=9, version=2 * (AT + 5_000))
    sql_store.insert("port_hour", [future])  # by a holder whose clock was ahead
    refresher = Refresher(rollups.Figures(sql_store), At(), lambda: NINE, 30, at_once)
    old = EIGHT - 21 * 24 * HOUR
    sql_store.insert("events", [event("a", EIGHT, 1), event("b", EIGHT + 1, 1), event("old", old, 1)])
    await refresher.turn()
    assert shown(sql_store) == {EIGHT: 2, old: 1}
    sql_store.insert("events", [event("a", EIGHT, 1)])
    sql_store.insert("events", [event("b", EIGHT + 1, 2, is_retracted=1), event("b2", NINE, 1)])
    await refresher.turn()
    assert shown(sql_store) == {EIGHT: 1, NINE: 1, old: 1}
    sql_store.insert("events", [event("old", old, 2, is_retracted=1), event("late", old - HOUR, 1)])
    await refresher.turn()
    assert shown(sql_store) == {EIGHT: 1, NINE: 1, old - HOUR: 1}, "what comes three weeks late shows with the next turn"


def test_an_hour_is_made_anew_when_an_event_in_it_becomes_void_or_counts_again(sql_store: SqlStore) -> None:
    figures = rollups.Figures(sql_store)
    sql_store.insert("events", [event("a", EIGHT, source_party="P", source_system="TOS"), event("b", EIGHT)])
    seen = []
    for version, deleted in ((0, 1), (1, 0), (2, 1)):
        at = 0 if deleted else EIGHT
        row = {"book_key": "X", "event_id": "P|TOS|a", "event_time": at, "version": version, "is_deleted": deleted}
        sql_store.insert("void_events", [row_of("void_events", **row)])
        figures.refresh(EIGHT, NINE, AT)
        seen.append(shown(sql_store))
    assert seen == [{EIGHT: 2}, {EIGHT: 1}, {EIGHT: 2}]


def test_a_visit_that_closes_at_another_time_leaves_the_earlier_hour(sql_store: SqlStore) -> None:
    figures = rollups.Figures(sql_store)
    closed: list[list[tuple[int, int]]] = []
    for version, at in enumerate((EIGHT, NINE, 0), start=1):
        sql_store.insert("box_visits", [visit("A", EIGHT - HOUR, closed_at=at, version=version)])
        figures.refresh(EIGHT - HOUR, NINE + HOUR, AT)
        closed.append([(r["bucket"], r["n"]) for r in sql_store.query("SELECT bucket, n FROM dwell_hour_now")])
    assert closed == [[(EIGHT, 1)], [(NINE, 1)], []]


def test_hours_in_which_nothing_has_changed_are_left_alone(sql_store: SqlStore) -> None:
    figures = rollups.Figures(sql_store)
    sql_store.insert("events", [event("a", EIGHT), event("b", EIGHT + 40 * HOUR)])
    versions = []
    for name in ("", "c", ""):
        if name:
            sql_store.insert("events", [event(name, EIGHT)])
        figures.refresh(EIGHT, EIGHT + 41 * HOUR, AT)
        versions.append({r["bucket"]: r["version"] for r in sql_store.query("SELECT bucket, version FROM port_hour_now")})
    assert versions[0] != versions[1] == versions[2]
    assert versions[0][EIGHT + 40 * HOUR] == versions[2][EIGHT + 40 * HOUR]


def shown(store: SqlStore) -> dict[int, int]:
    return {row["bucket"]: row["n"] for row in store.query("SELECT bucket, n FROM port_hour_now")}


def test_only_whole_hours_are_refreshed(sql_store: SqlStore) -> None:
    with pytest.raises(ValueError, match="whole UTC hour"):
        rollups.refresh(sql_store, "port_hour", EIGHT + 1, NINE, 1)
