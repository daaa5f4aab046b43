"""What flushes yield for the store, gathered until the sink takes it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np
import pyarrow as pa

from streams.domain.rows import KEYS, STATE_TABLES, TABLES

Row = tuple[Any, ...]

#: Length of the ORDER BY key of each state table: its columns come first in every row.
_KEY_LENGTH: Final = {name: len(KEYS[name]) for name in STATE_TABLES}
assert all(tuple(c for c, _ in TABLES[t][:n]) == KEYS[t] for t, n in _KEY_LENGTH.items())

#: What a row of a state table takes in memory, about; counted against the limit that pauses the intake.
ROW_BYTES: Final = 1_000


class Bundle:
    """Rows by table, and whom to tell when they are in the store.

    Of a state table only the last row of each key is kept: while the database is away, memory grows with the books that
    change, not with how often they do.
    """

    def __init__(self) -> None:
        self.tables: dict[str, list[pa.Table]] = {}
        self.state: dict[str, dict[Row, Row]] = {}
        self.rows: dict[str, list[Row]] = {}
        self.acks: list[Callable[[], None]] = []
        self.appended: list[np.ndarray] = []
        self.records = 0
        self.raw_bytes = 0

    def empty(self) -> bool:
        """True when there is nothing to write and nobody to tell."""
        return not (self.tables or self.state or self.rows or self.acks)

    def add_table(self, name: str, table: pa.Table) -> None:
        """Rows by column."""
        self.tables.setdefault(name, []).append(table)

    def add_rows(self, name: str, rows: list[Row]) -> None:
        """Rows as tuples, in the order they were derived."""
        length = _KEY_LENGTH.get(name)
        if length is None:
            self.rows.setdefault(name, []).extend(rows)
            return
        latest = self.state.setdefault(name, {})
        for row in rows:
            key = row[:length]
            known = latest.get(key)
            if known is None or row[-1] >= known[-1]:
                latest[key] = row

    def merge(self, later: Bundle) -> None:
        """Add what a later flush yielded."""
        for name, tables in later.tables.items():
            self.tables.setdefault(name, []).extend(tables)
        for name, latest in later.state.items():
            self.add_rows(name, list(latest.values()))
        for name, rows in later.rows.items():
            self.add_rows(name, rows)
        self.acks += later.acks
        self.appended += later.appended
        self.records += later.records
        self.raw_bytes += later.raw_bytes

    def held_bytes(self) -> int:
        """Memory it takes, about."""
        return self.raw_bytes + ROW_BYTES * sum(map(len, self.state.values()))

    def oldest(self) -> int:
        """Append time (ms) of the oldest record in it, 0 when there is none."""
        return min((int(times.min()) for times in self.appended if len(times)), default=0)
