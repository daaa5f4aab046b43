"""A piece of one insert: rows of one table, by column or by row, that can be cut when the store refuses some of them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any, Protocol

import pyarrow as pa

from streams.domain.rows import TABLES
from streams.runtime.ports import Rows


class Piece(Protocol):
    """Both kinds of piece."""

    table: str

    def __len__(self) -> int: ...

    def insert(self, store: Rows) -> None:
        """Put it into the store; blocks."""

    def part(self, start: int, end: int) -> Piece:
        """The rows from ``start`` up to, without, ``end``."""

    def without(self, indices: Collection[int]) -> Piece:
        """All rows but these."""

    def dicts(self, indices: Iterable[int]) -> list[dict[str, Any]]:
        """Some rows, by column name."""


class Columns:
    """Rows by column."""

    def __init__(self, table: str, batch: pa.Table) -> None:
        self.table = table
        self._batch = batch

    def __len__(self) -> int:
        return int(self._batch.num_rows)

    def insert(self, store: Rows) -> None:
        store.insert_arrow(self.table, self._batch)

    def part(self, start: int, end: int) -> Columns:
        return Columns(self.table, self._batch.slice(start, end - start))

    def without(self, indices: Collection[int]) -> Columns:
        return Columns(self.table, self._batch.filter(pa.array([i not in indices for i in range(len(self))])))

    def dicts(self, indices: Iterable[int]) -> list[dict[str, Any]]:
        return [self._batch.slice(i, 1).to_pylist()[0] for i in indices]


class Tuples:
    """Rows as tuples in the table's column order."""

    def __init__(self, table: str, rows: Sequence[tuple[Any, ...]]) -> None:
        self.table = table
        self._rows = rows

    def __len__(self) -> int:
        return len(self._rows)

    def insert(self, store: Rows) -> None:
        store.insert(self.table, self._rows)

    def part(self, start: int, end: int) -> Tuples:
        return Tuples(self.table, self._rows[start:end])

    def without(self, indices: Collection[int]) -> Tuples:
        return Tuples(self.table, [row for i, row in enumerate(self._rows) if i not in indices])

    def dicts(self, indices: Iterable[int]) -> list[dict[str, Any]]:
        names = [name for name, _ in TABLES[self.table]]
        return [dict(zip(names, self._rows[i], strict=True)) for i in indices]
