"""What a run left in the store, without what may differ between two runs of the same world."""

from __future__ import annotations

from collections import Counter
from typing import Any

from connectors.clickhouse.memory import MemoryStore
from streams.domain.rows import STATE_TABLES

#: When and where a record was read, and the count of evidence.
COORDINATES = frozenset({"version", "updated_at", "ingest_time", "ingest_lag_ms", "kafka_offset"})
#: A report that was sent cannot be unsent: what was sent meanwhile shows in these columns of a case, and only there.
HISTORY_OF_COMMANDS = {"arrival_cases": frozenset({"message_id", "attempt", "sent_at", "evidence"})}
CUSTOMS = "CUSTOMS"

Rows = dict[str, Counter[tuple[Any, ...]]]


def visible(store: MemoryStore) -> Rows:
    """Each table as its readers see it; customs' receipts are left out, they follow from the commands."""
    rows: Rows = {table: Counter(_plain(table, row) for row in store.now(table)) for table in STATE_TABLES}
    rows["events"] = Counter(_plain("events", row) for row in store.now("events") if row["source_party"] != CUSTOMS)
    return rows


def _plain(table: str, row: dict[str, Any]) -> tuple[Any, ...]:
    hidden = COORDINATES | HISTORY_OF_COMMANDS.get(table, frozenset())
    if table == "exceptions" and row["code"].startswith("ARR_"):
        hidden |= {"exception_id", "evidence"}
    return tuple((name, _value(v)) for name, v in row.items() if name not in hidden)


def _value(value: Any) -> Any:
    """One form for what the stores keep in several: lists, and bytes that are text."""
    if isinstance(value, list):
        return tuple(value)
    return value.encode() if isinstance(value, str) else value


def difference(found: Rows, expected: Rows) -> str:
    """What differs, one line per row or cell; "" when nothing does."""
    out: list[str] = []
    for table in expected:
        more, less = list(found[table] - expected[table]), list(expected[table] - found[table])
        for row in list(more):
            twin = next((r for r in less if r[:2] == row[:2]), None)
            if twin is not None:
                more.remove(row)
                less.remove(twin)
                cells = [f"{a[0]} {a[1]!r} for {b[1]!r}" for a, b in zip(row, twin, strict=True) if a != b]
                out.append(f"{table} {[v for _, v in row[:2]]}: {'; '.join(cells)}")
        out += [f"{table}: not expected {_short(row)}" for row in more] + [f"{table}: missing {_short(row)}" for row in less]
    return "\n".join(out)


def _short(row: tuple[Any, ...]) -> str:
    return ", ".join(f"{name}={value}" for name, value in row[:8])
