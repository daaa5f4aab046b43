"""What a run left in the store, without what may differ between two runs of the same world."""

from __future__ import annotations

from collections import Counter
from typing import Any

from connectors.clickhouse.memory import MemoryStore
from streams.domain.rows import STATE_TABLES

#: When and where a record was read, and the count of evidence.
COORDINATES = ("version", "updated_at", "ingest_time", "ingest_lag_ms", "kafka_offset")
#: A report that was sent cannot be unsent: what was sent meanwhile shows in these columns of a case, and only there.
HISTORY_OF_COMMANDS = {"arrival_cases": ("message_id", "attempt", "evidence")}

Rows = dict[str, list[tuple[Any, ...]]]


def visible(store: MemoryStore) -> Rows:
    """Each table as its readers see it."""
    return {table: sorted(_plain(table, row) for row in store.now(table)) for table in (*STATE_TABLES, "events")
            if True}  # fmt: skip


def _plain(table: str, row: dict[str, Any]) -> tuple[Any, ...]:
    hidden = (*COORDINATES, *HISTORY_OF_COMMANDS.get(table, ()))
    return tuple((name, tuple(v) if isinstance(v, list) else v) for name, v in row.items() if name not in hidden)


def difference(found: Rows, expected: Rows) -> str:
    """The first rows that differ, in words; "" when there are none."""
    out: list[str] = []
    for table in expected:
        more, less = Counter(found[table]) - Counter(expected[table]), Counter(expected[table]) - Counter(found[table])
        out += [f"{table}: not expected {dict(row)}" for row in list(more)[:3]]
        out += [f"{table}: missing {dict(row)}" for row in list(less)[:3]]
    return "\n".join(out)
