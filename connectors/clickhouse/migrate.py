"""Bring the schema of an engine to the code's, step by step, and back: list, apply, reverse, drift.

What was applied stands in the table ``schema_migrations`` of the same database. Every statement may run twice, so an
apply that was killed half-way, or two that run at the same time, end in the same schema.
"""

from __future__ import annotations

import hashlib
import re
import time
from typing import Final, NamedTuple

from connectors.clickhouse.errors import Misconfigured, QueryFailed
from connectors.clickhouse.literals import quote
from connectors.clickhouse.migrations import Migration, load
from connectors.clickhouse.schema import tables
from connectors.clickhouse.store import SqlStore, Store

_LEDGER: Final = """
CREATE TABLE IF NOT EXISTS schema_migrations (
    number UInt32,
    name String,
    checksum String, -- of the migration's text
    is_applied UInt8, -- 0: reversed
    at TS, -- UTC
    version UInt64
) ENGINE = ReplacingMergeTree(version)
ORDER BY number
"""
_DESTROYS: Final = re.compile(r"\b(DROP\s+(TABLE|COLUMN|PARTITION)|TRUNCATE|DELETE|MODIFY\s+COLUMN|UPDATE)\b", re.I)
#: A column is there already, or is gone already: old engines have no IF [NOT] EXISTS for columns.
_DONE_BEFORE: Final = frozenset({10, 15, 16, 44})
_VIEW: Final = re.compile(r"DROP TABLE IF EXISTS \w+_now$")


class Status(NamedTuple):
    """One migration as ``list`` shows it. ``changed``: its text is not the one that was applied."""

    number: int
    name: str
    applied: bool
    changed: bool


def status(store: SqlStore) -> list[Status]:
    """All migrations of the code, in order, with what the engine's ledger says of each."""
    ledger = _ledger(store)
    return [
        Status(m.number, m.name, m.number in ledger, ledger.get(m.number, _checksum(m)) != _checksum(m)) for m in load()
    ]


def apply(store: Store, *, dry_run: bool = False, allow_danger: bool = False) -> list[str]:
    """Run every migration that is not applied yet; returns the statements, in the engine's dialect.

    ``dry_run``: only return them. A store without SQL (in memory) has nothing to migrate. Raises Misconfigured if an
    applied migration was edited, if the engine is ahead of the code, or if a migration destroys data and that is not
    allowed.
    """
    if not isinstance(store, SqlStore):
        return []
    ledger = _ledger(store)
    known = {m.number: m for m in load()}
    if ahead := sorted(set(ledger) - set(known)):
        raise Misconfigured(
            f"the database has migration {ahead[-1]}, this program only {max(known)}: upgrade the program"
        )
    for number, checksum in ledger.items():
        if checksum != _checksum(known[number]):
            raise Misconfigured(
                f"migration {number:04}_{known[number].name} was edited after it was applied; "
                "take the edit back and put it into a new migration"
            )
    ran: list[str] = []
    for migration in load():
        if migration.number in ledger:
            continue
        if (destroying := dangers(migration)) and not (migration.danger and allow_danger):
            raise Misconfigured(f"migration {migration.number:04} destroys data ({destroying[0]}); it must be allowed")
        ran += _run(store, migration.up, dry_run)
        if not dry_run:
            _note(store, migration, applied=True)
    return ran


def reverse(store: SqlStore, *, dry_run: bool = False, allow_danger: bool = False) -> list[str]:
    """Undo the last applied migration; returns the statements. Raises Misconfigured if none is applied, or if it would
    drop a table that holds rows and ``allow_danger`` is not set."""
    ledger = _ledger(store)
    last = next((m for m in reversed(load()) if m.number in ledger), None)
    if last is None:
        raise Misconfigured("no migration is applied, there is nothing to reverse")
    if not allow_danger and not dry_run:
        for statement in last.down:
            dropped = re.fullmatch(r"DROP TABLE IF EXISTS (\w+)", statement)
            if dropped and not _VIEW.match(statement) and _holds_rows(store, dropped[1]):
                raise Misconfigured(f"reversing {last.number:04}_{last.name} would drop {dropped[1]}, which holds rows")
    ran = _run(store, last.down, dry_run)
    if not dry_run:
        _note(store, last, applied=False)
    return ran


def dangers(migration: Migration) -> list[str]:
    """The statements of ``migration.up`` that destroy data (dropping a view does not)."""
    return [s.strip() for s in migration.up if _DESTROYS.search(s) and not _VIEW.match(s.strip())]


def drift(store: SqlStore) -> list[str]:
    """Where the live schema differs from the code's, one line each; [] when it does not."""
    live: dict[str, list[tuple[str, str]]] = {}
    for row in store.query(
        "SELECT table, name, type FROM system.columns"
        " WHERE database = currentDatabase() AND table != 'schema_migrations'"
    ):
        live.setdefault(row["table"], []).append((row["name"], row["type"]))
    found = [f"table {name} is not in the code" for name in sorted(set(live) - _names())]
    for name, table in tables().items():
        expected = [(column, store.dialect.render(kind)) for column, kind in table.columns]
        if not store.dialect.modern:
            expected += [(f"{column}_ms", "Int64") for column in table.shadows]
        if name not in live:
            found.append(f"table {name} is missing")
        elif live[name] != expected:
            found += _differences(name, expected, live[name])
        if f"{name}_now" not in live:
            found.append(f"view {name}_now is missing")
        elif [c for c, _ in live[f"{name}_now"]] != [c for c, _ in expected]:
            found.append(f"view {name}_now has not the columns of its table: recreate it")
    return found


def _names() -> set[str]:
    return {name for table in tables() for name in (table, f"{table}_now")}


def _differences(name: str, expected: list[tuple[str, str]], live: list[tuple[str, str]]) -> list[str]:
    lines = [
        f"{name}.{c}: expected {k}, found {dict(live).get(c, 'nothing')}" for c, k in expected if (c, k) not in live
    ]
    lines += [f"{name}.{c} ({k}) is not in the code" for c, k in live if c not in dict(expected)]
    return lines or [f"{name}: columns in another order than in the code"]


def _ledger(store: SqlStore) -> dict[int, str]:
    """Number -> checksum of the applied migrations; nothing is written where there is no ledger yet."""
    try:
        rows = store.query("SELECT number, checksum FROM schema_migrations FINAL WHERE is_applied = 1 ORDER BY number")
    except QueryFailed as error:
        if error.code == 60:
            return {}
        raise
    return {row["number"]: row["checksum"] for row in rows}


def _run(store: SqlStore, statements: tuple[str, ...], dry_run: bool) -> list[str]:
    rendered = [store.dialect.render(statement).strip() for statement in statements]
    if not dry_run:
        for statement in rendered:
            try:
                store.execute(statement)
            except QueryFailed as error:
                if not (statement.startswith("ALTER TABLE") and error.code in _DONE_BEFORE):
                    raise
    return rendered


def _note(store: SqlStore, migration: Migration, *, applied: bool) -> None:
    store.execute(store.dialect.render(_LEDGER))
    now = time.time_ns()
    store.execute(
        "INSERT INTO schema_migrations (number, name, checksum, is_applied, at, version) SELECT "
        f"toUInt32({migration.number}), {quote(migration.name)}, {quote(_checksum(migration))}, "
        f"toUInt8({int(applied)}), toDateTime({now // 10**9}, 'UTC'), toUInt64({now})"
    )


def _holds_rows(store: SqlStore, table: str) -> bool:
    return bool(store.query(f"SELECT 1 AS one FROM {table} LIMIT 1"))


def _checksum(migration: Migration) -> str:
    return hashlib.sha256("\0".join((*migration.up, *migration.down)).encode()).hexdigest()[:16]
