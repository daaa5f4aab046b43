"""Rows of the history go when they are old enough, on an engine that can; state stays."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from connectors.clickhouse import SqlStore, retention
from connectors.clickhouse.errors import Misconfigured
from connectors.clickhouse.retention import TABLES, RetentionError, checked
from streams.runtime.refresher import BEHIND_MS
from tests.contracts.store.rows_of import event, visit

FILE = Path(__file__).parents[3] / "deploy" / "clickhouse" / "retention.yaml"
DAY = 86_400_000


@pytest.fixture
def store(sql_store: SqlStore) -> Iterator[SqlStore]:
    """A store that others use after us: nothing of ours stays in force."""
    yield sql_store
    if sql_store.dialect.modern:
        retention.apply(sql_store, {})


def cannot(store: SqlStore) -> bool:
    """True for an engine without TTL, which must say so."""
    if store.dialect.modern:
        return False
    with pytest.raises(Misconfigured, match="use 21 or later"):
        retention.apply(store, {"events": 100})
    return True


def names(store: SqlStore) -> set[str]:
    return {row["event_id"] for row in store.query("SELECT event_id FROM events")}


def test_old_events_go_and_visits_of_the_same_age_stay(store: SqlStore) -> None:
    if cannot(store):
        return
    (row,) = store.query("SELECT toUnixTimestamp(now()) AS s")
    now = int(row["s"]) * 1000
    store.insert("events", [event("old", now - 101 * DAY), event("young", now - 99 * DAY)])
    store.insert("box_visits", [visit("A", now - 101 * DAY)])
    (told,) = retention.apply(store, {"events": 100})
    assert told == "ALTER TABLE events MODIFY TTL toDateTime(event_time) + INTERVAL 100 DAY"
    store.execute("OPTIMIZE TABLE events FINAL")
    store.execute("OPTIMIZE TABLE box_visits FINAL")
    assert names(store) == {"young"}
    assert len(store.query("SELECT container_no FROM box_visits_now")) == 1


def test_what_is_in_force_is_shown_and_changed_only_where_it_differs(store: SqlStore) -> None:
    if cannot(store):
        return
    assert set(retention.show(store).values()) == {0}
    wanted = {"events": 200, "intake": 60}
    told = retention.apply(store, wanted, dry_run=True)
    assert len(told) == 2 and set(retention.show(store).values()) == {0}
    assert retention.apply(store, wanted) == told
    assert {table: days for table, days in retention.show(store).items() if days} == wanted
    assert retention.apply(store, wanted) == []
    assert retention.apply(store, {"events": 300}) == [
        "ALTER TABLE events MODIFY TTL toDateTime(event_time) + INTERVAL 300 DAY", "ALTER TABLE intake REMOVE TTL",
    ]  # fmt: skip
    assert {table: days for table, days in retention.show(store).items() if days} == {"events": 300}


def test_the_shipped_file_makes_sense() -> None:
    assert retention.load(FILE).keys() == retention.TABLES.keys()


def test_no_hourly_figure_loses_the_events_that_it_is_made_from() -> None:
    """An hour whose events go would be made anew, of nothing."""
    assert TABLES["events"].least * DAY > BEHIND_MS + 28 * DAY


@pytest.mark.parametrize(
    ("said", "why"),
    [
        (None, "table and days"),
        ({"box_visits": 100}, "are not taken away"),
        ({"events": 429}, "at least 430 days, as the hourly figures"),
        ({"intake": "long"}, "at least 30 days"),
        ({"intake": True}, "at least 30 days"),
    ],
    ids=["nothing", "state", "too few", "no number", "yes"],
)
def test_a_file_that_would_break_a_promise_is_refused(said: Any, why: str) -> None:
    with pytest.raises(RetentionError, match=why):
        checked(said, "retention.yaml")
