"""Hourly figures, recomputed over FINAL for the hours that were touched: right under redelivery and correction.

Materialised views see inserts only and count a redelivered or corrected event again; recomputing does not.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final, NamedTuple

from connectors.clickhouse.store import SqlStore

HOUR_MS: Final = 3_600_000
DAY_MS: Final = 24 * HOUR_MS

#: What the hours of a rollup are made of: hour (ms UTC) → number of rows, sum of their versions.
Contents = dict[int, tuple[int, int]]


class Rollup(NamedTuple):
    """One rollup table: grouped by ``keys``, ``figures`` over ``source`` by the hour of ``time``, where ``where``.

    ``watched`` shows every change of an hour: a table whose key holds ``time`` does so itself, as rows are only ever added
    to it; where ``time`` may change within a key it takes the view, in which the earlier one is gone. Void events keep their
    row in ``events``: what becomes void, or counts again, shows in ``void_events_now``.
    """

    keys: str
    figures: tuple[str, ...]
    source: str
    time: str
    where: str
    watched: str


# quantileExact: as fast as the t-digest ones, which differ between engine versions.
ROLLUPS: Final[dict[str, Rollup]] = {
    "port_hour": Rollup(
        "port, terminal_code, event_type",
        ("count()", "uniqExact(container_no)"),
        "events_now",
        "event_time",
        "1",
        "(SELECT event_time, version FROM events UNION ALL SELECT event_time, version FROM void_events_now)",
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
        "arrival_cases_now",
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
        "box_visits_now",
    ),
}


def refresh(store: SqlStore, name: str, lo: int, hi: int, now_ms: int) -> None:
    """Recompute rollup ``name`` for the hours ``lo <= bucket < hi`` (ms UTC, whole hours).

    One refresh at a time, with a ``now_ms`` that grows from refresh to refresh: it is the version. A reader may see
    zeros for some ms. Raises ValueError for a time that is no whole hour, and what ``execute`` raises.
    """
    for statement in statements(name, lo, hi, now_ms):
        store.execute(statement)


class Figures:
    """All rollups of a store, recomputed for the hours whose rows have changed since the last time.

    What has changed is asked of the store itself: who else writes, and what a correction touches, nobody need say. One user
    at a time.
    """

    def __init__(self, store: SqlStore) -> None:
        self._store = store
        self._seen: dict[str, Contents] = {}

    def forget(self) -> None:
        """The next refresh recomputes everything: meanwhile another worker has done so, or nobody."""
        self._seen.clear()

    def refresh(self, lo: int, hi: int, now_ms: int) -> None:
        """Recompute the changed ones of the hours ``lo <= bucket < hi`` (ms UTC, whole hours); at first all of them.

        ``now_ms`` may stand, or lie behind what the clock of an earlier holder said. Raises ValueError and what ``query``
        and ``execute`` raise; then the next refresh does it.
        """
        for name in ROLLUPS:
            found = contents(self._store, name, lo, hi)  # before the figures: what comes between is changed again
            seen = self._seen.get(name)
            if spans := [(lo, hi)] if seen is None else _spans(changed(seen, found, lo)):
                (row,) = self._store.query(f"SELECT max(version) AS version FROM {name}")
                version = max(now_ms, int(row["version"]) // 2 + 1)
                for n, (since, until) in enumerate(spans):
                    refresh(self._store, name, since, until, version + n)
            self._seen[name] = found


def contents(store: SqlStore, name: str, lo: int, hi: int) -> Contents:
    """Of each hour that has rows for this rollup: how many, and the sum of their versions. A merge that drops a redelivered
    row may change it, too."""
    rollup = ROLLUPS[name]
    rows = store.query(
        f"SELECT toStartOfHour({rollup.time}) AS bucket, count() AS n, sum(version) AS versions FROM {rollup.watched}"
        f" WHERE {rollup.time} >= {_hour(name, lo)} AND {rollup.time} < {_hour(name, hi)} GROUP BY bucket"
    )
    return {row["bucket"]: (row["n"], row["versions"]) for row in rows}


def changed(seen: Contents, found: Contents, lo: int) -> list[int]:
    """The hours from ``lo`` on whose contents differ, in order."""
    return sorted(hour for hour in seen.keys() | found.keys() if hour >= lo and seen.get(hour) != found.get(hour))


def _spans(hours: list[int]) -> list[tuple[int, int]]:
    """The hours as few spans: what lies between two of them less than a day apart is recomputed along."""
    spans: list[tuple[int, int]] = []
    for hour in hours:
        if spans and hour - spans[-1][1] < DAY_MS:
            spans[-1] = (spans[-1][0], hour + HOUR_MS)
        else:
            spans.append((hour, hour + HOUR_MS))
    return spans


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
