"""Insert what can be inserted and name the rest: the bisecting of batches, over any store."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from connectors.clickhouse.errors import BadRows, Retry
from connectors.clickhouse.store import Row, Store


class Written(NamedTuple):
    """``inserted`` rows are stored; ``bad`` are (index in the batch, reason) of those that can never be, ascending."""

    inserted: int
    bad: list[tuple[int, str]]


def insert_or_split(store: Store, table: str, rows: Sequence[Row]) -> Written:
    """Store every good row of ``rows`` and return the bad ones with their reasons.

    Takes out the rows that the store names; where it names none, halves the batch until the row stands alone. Where the
    store says that the batch is too large for it, halves it too. Raises Retry and Misconfigured like ``Store.insert``.
    """
    bad: list[tuple[int, str]] = []
    _insert(store, table, rows, range(len(rows)), bad)
    bad.sort()
    return Written(len(rows) - len(bad), bad)


def _insert(store: Store, table: str, rows: Sequence[Row], numbers: Sequence[int], bad: list[tuple[int, str]]) -> None:
    try:
        store.insert(table, rows)
    except BadRows as error:
        if error.reasons:
            bad.extend((numbers[index], reason) for index, reason in error.reasons.items())
            good = [index for index in range(len(rows)) if index not in error.reasons]
            if good:
                _insert(store, table, [rows[i] for i in good], [numbers[i] for i in good], bad)
        elif len(rows) == 1:
            bad.append((numbers[0], error.reason))
        else:
            _halves(store, table, rows, numbers, bad)
    except Retry as error:
        if not error.smaller or len(rows) == 1:
            raise
        _halves(store, table, rows, numbers, bad)


def _halves(store: Store, table: str, rows: Sequence[Row], numbers: Sequence[int], bad: list[tuple[int, str]]) -> None:
    middle = len(rows) // 2
    _insert(store, table, rows[:middle], numbers[:middle], bad)
    _insert(store, table, rows[middle:], numbers[middle:], bad)
