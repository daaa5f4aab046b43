"""How long rows of the history are kept: ClickHouse's own TTL, by table, from a configuration file."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

import yaml

from connectors.clickhouse.errors import Misconfigured
from connectors.clickhouse.store import SqlStore


class Kept(NamedTuple):
    """``time``: the column that a row's age is told by. ``least``: fewer days would break a promise, and ``why``."""

    time: str
    least: int
    why: str


#: The tables whose rows may go. State is not among them: it is derived again, and written again.
TABLES: Final[Mapping[str, Kept]] = {
    "events": Kept("event_time", 430, "the hourly figures of 13 months are made from it, and made anew when it changes"),
    "intake": Kept("append_time", 30, "reconcile compares it with what Kafka still has"),
    "dead_letters": Kept("seen_at", 30, "somebody must have the time to mend what was refused"),
    "notices": Kept("told_at", 30, "who was told, and when, is asked after the fact"),
    "daily_totals": Kept("said_at", 30, "reconcile compares it with what Kafka still has"),
}
_TTL: Final = re.compile(r"\bTTL \S+\(?\w+\)? \+ (?:toIntervalDay\((\d+)\)|INTERVAL (\d+) DAY)")


class RetentionError(ValueError):
    """A retention file that makes no sense: the text says which line, and what to change."""


def load(path: Path) -> dict[str, int]:
    """Table to days. Raises RetentionError, OSError."""
    try:
        said = yaml.safe_load(path.read_text("utf-8"))
    except yaml.YAMLError as error:
        raise RetentionError(f"{path} is no YAML: {error}") from error
    return checked(said, str(path))


def checked(said: Any, where: str) -> dict[str, int]:
    """What a file says, if it makes sense. Raises RetentionError."""
    if not isinstance(said, dict):
        raise RetentionError(f"{where} must hold lines such as `events: 1100`: table and days")
    for table, days in said.items():
        kept = TABLES.get(str(table))
        if kept is None:
            raise RetentionError(f"{where}: rows of {table!r} are not taken away; tables that have an age: {', '.join(TABLES)}")
        if not isinstance(days, int) or isinstance(days, bool) or days < kept.least:
            raise RetentionError(f"{where}: {table}: {days!r}; at least {kept.least} days, as {kept.why}")
    return {str(table): days for table, days in said.items()}


def show(store: SqlStore) -> dict[str, int]:
    """Table to days as the engine has it, 0 = for ever. Raises StoreError."""
    rows = store.query(
        "SELECT name, create_table_query AS text FROM system.tables WHERE database = currentDatabase() AND name IN %(names)s",
        {"names": tuple(TABLES)},
    )
    found = {row["name"]: _TTL.search(row["text"]) for row in rows}
    return {table: int(match[1] or match[2]) if (match := found.get(table)) else 0 for table in TABLES}


def apply(store: SqlStore, wanted: Mapping[str, int], *, dry_run: bool = False) -> list[str]:
    """Put it in force where it differs; a table that is not named keeps its rows for ever. Returns the statements.

    Rows that are too old go with the next merges, whole months at once where the table has months. Raises Misconfigured for
    an engine that has no TTL, and StoreError.
    """
    if not store.dialect.modern:
        raise Misconfigured("this ClickHouse is too old to take rows away by their age: use 21 or later")
    now = show(store)
    statements = []
    for table, kept in TABLES.items():
        days = wanted.get(table, 0)
        if days != now[table]:
            change = f"MODIFY TTL toDateTime({kept.time}) + INTERVAL {days} DAY" if days else "REMOVE TTL"
            statements.append(f"ALTER TABLE {table} {change}")
    if not dry_run:
        for statement in statements:
            store.execute(statement)
    return statements
