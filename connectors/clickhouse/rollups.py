"""Hourly figures, recomputed over FINAL for the hours that were touched: right under redelivery and correction.

Materialised views see inserts only and count a redelivered or corrected event again; recomputing does not.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final, NamedTuple

from connectors.clickhouse.store import SqlStore

HOUR_MS: Final = 3_600_000


class Rollup(NamedTuple):
    """One rollup table: grouped by ``keys``, ``figures`` over ``source`` by the hour of ``time``, where ``where``."""

    keys: str
    figures: tuple[str, ...]
    source: str
    time: str
    where: str


# quantileExact: as fast as the t-digest ones, which differ between engine versions.
ROLLUPS: Final[dict[str, Rollup]] = {
    "port_hour": Rollup(
        "port, terminal_code, event_type", ("count()", "uniqExact(container_no)"), "events_now", "event_time", "1"
    ),
    "arrival_hour": Rollup(
        "port, terminal_code",
        (
            "count()",
            "countIf(state = 'ACKED')",
            "toInt64(quantileExact(0.5)(lag_ms))",
            "toInt64(quantileExact(0.95)(lag_ms))",
        ),
        "arrival_cases_now",
        "triggered_at",
        "answered_at > toDateTime(0, 'UTC')",
    ),
    "dwell_hour": Rollup(
        "port, direction",
        (
            "count()",
            "toInt64(quantileExact(0.5)(dateDiff('second', opened_at, closed_at)))",
            "toInt64(quantileExact(0.95)(dateDiff('second', opened_at, closed_at)))",
        ),
        "box_visits_now",
        "closed_at",
        "1",
    ),
}


def refresh(store: SqlStore, name: str, lo: int, hi: int, now_ms: int) -> None:
    """Recompute rollup ``name`` for the hours ``lo <= bucket < hi`` (ms UTC, whole hours).

    One refresh at a time, with a ``now_ms`` that grows from refresh to refresh: it is the version. A reader may see
    zeros for some ms. Raises ValueError for a time that is no whole hour, and what ``execute`` raises.
    """
    for statement in statements(name, lo, hi, now_ms):
        store.execute(statement)


def refresh_all(store: SqlStore, lo: int, hi: int, now_ms: int) -> None:
    """:func:`refresh` of every rollup; the clock of whoever did it before may have been ahead of ours."""
    for name in ROLLUPS:
        (row,) = store.query(f"SELECT max(version) AS version FROM {name}")
        refresh(store, name, lo, hi, max(now_ms, int(row["version"]) // 2 + 1))


def statements(name: str, lo: int, hi: int, now_ms: int) -> tuple[str, str]:
    """The two statements of a refresh, in order. First zeros for every known key, else an hour whose last event was
    corrected away would keep its figure; then the figures, with a higher version."""
    rollup = ROLLUPS[name]
    since, until = _hour(name, lo), _hour(name, hi)
    zeros = ", ".join("0" for _ in rollup.figures)
    return (
        f"INSERT INTO {name} SELECT bucket, {rollup.keys}, {zeros}, toUInt64({2 * now_ms}) FROM {name} FINAL"
        f" WHERE bucket >= {since} AND bucket < {until} AND n > 0",
        f"INSERT INTO {name} SELECT toStartOfHour({rollup.time}) AS bucket, {rollup.keys}, {', '.join(rollup.figures)},"
        f" toUInt64({2 * now_ms + 1}) FROM {rollup.source}"
        f" WHERE {rollup.time} >= {since} AND {rollup.time} < {until} AND {rollup.where}"
        f" GROUP BY bucket, {rollup.keys}",
    )


def _hour(name: str, time_ms: int) -> str:
    if time_ms % HOUR_MS:
        raise ValueError(f"refresh {name}: {time_ms} ms is not a whole UTC hour")
    return f"'{datetime.fromtimestamp(time_ms / 1000, UTC):%Y-%m-%d %H:%M:%S}'"
