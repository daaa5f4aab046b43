"""Rows to columns, and which rows can never be stored.

The adapters turn whole columns at once and trust them; only when that fails does :func:`bad_rows`, slow and obvious,
look at each value to name the rows at fault.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any, Final

from connectors.clickhouse.errors import BadRows
from connectors.clickhouse.schema import Table

#: Rows of one insert: one block, which ClickHouse stores whole or not at all.
MAX_ROWS: Final = 100_000
#: Month partitions of one insert: the engine refuses more than 100 (code 252).
MAX_MONTHS: Final = 50
#: Times that every engine holds: 1970-01-01 to 2106-02-07 (old ones have 32 bits of seconds).
MAX_TIME_MS: Final = (1 << 32) * 1000 - 1

_INTEGERS: Final = {
    "Int64": (-(1 << 63), (1 << 63) - 1),
    "UInt64": (0, (1 << 64) - 1),
    "UInt32": (0, (1 << 32) - 1),
    "UInt16": (0, (1 << 16) - 1),
    "UInt8": (0, 255),
    "TS": (0, MAX_TIME_MS),
}
# Whole numbers up to here have an exact Float64.
_EXACT: Final = 1 << 53
# No two rows less than this apart lie in more than MAX_MONTHS months (a month has at least 28 days).
_FEW_MONTHS_MS: Final = (MAX_MONTHS - 2) * 28 * 86_400_000
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def transpose(table: Table, rows: Sequence[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """The columns of ``rows``. Raises BadRows for rows with a wrong number of values."""
    try:
        columns = list(zip(*rows, strict=True))
    except ValueError:
        columns = []
    if len(columns) != len(table.columns):
        raise refusal(table, rows, "rows of different lengths")
    return columns


def check_shapes(kind: str, column: Sequence[Any]) -> None:
    """Raise TypeError for what a whole-column conversion would take and change without a word: text as a list of its
    letters, a fraction cut to a whole number, a truth value as 1."""
    if kind.startswith("Array("):
        if not {list, tuple}.issuperset(map(type, column)):
            raise TypeError("a value is no list")
    elif kind in _INTEGERS:
        if not {int}.issuperset(map(type, column)):
            raise TypeError("a value is no whole number")
    elif kind == "Float64" and not {int, float}.issuperset(map(type, column)):
        raise TypeError("a value is no number")


def refusal(table: Table, rows: Sequence[tuple[Any, ...]], reason: str) -> BadRows:
    """The BadRows for a batch that could not be converted, with the rows at fault by index."""
    reasons = bad_rows(table, rows)
    first = next(iter(reasons.values()), reason)
    return BadRows(f"{table.name}: {len(reasons) or 'some'} of {len(rows)} rows cannot be stored: {first}", reasons)


def bad_rows(table: Table, rows: Sequence[tuple[Any, ...]]) -> dict[int, str]:
    """Index -> reason for each row that no engine can store as it is."""
    found = {}
    for index, row in enumerate(rows):
        if reason := _row_fault(table, row):
            found[index] = reason
    return found


def _row_fault(table: Table, row: tuple[Any, ...]) -> str:
    if len(row) != len(table.columns):
        return f"{len(row)} values, expected {len(table.columns)}"
    for (name, kind), value in zip(table.columns, row, strict=True):
        if expected := _value_fault(kind, value):
            shown = repr(value)
            return f"{name} = {shown if len(shown) < 80 else shown[:77] + '...'}, expected {expected}"
    return ""


def _value_fault(kind: str, value: Any) -> str:
    """What was expected, "" if ``value`` is that."""
    if kind.startswith("Array("):
        if type(value) not in {list, tuple}:
            return "a list"
        return next((f"a list, each {fault}" for item in value if (fault := _value_fault(kind[6:-1], item))), "")
    if kind in _INTEGERS:
        low, high = _INTEGERS[kind]
        what = "milliseconds UTC" if kind == "TS" else "a whole number"
        return "" if type(value) is int and low <= value <= high else f"{what} from {low} to {high}"
    if kind == "Float64":
        return "" if type(value) is float or (type(value) is int and abs(value) <= _EXACT) else "a number"
    if isinstance(value, bytes):
        return ""
    if not isinstance(value, str):
        return "text"
    try:
        value.encode()
    except UnicodeEncodeError:
        return "text that UTF-8 can express"
    return ""


def pieces(
    table: Table, times: Callable[[], Sequence[int]], span: tuple[int, int], size: int
) -> Iterator[slice | list[int]]:
    """The pieces of a batch that one insert each may carry: few months, at most MAX_ROWS rows.

    ``span`` is the least and greatest month time in ms, ``times`` gives that column when it is needed (rarely),
    ``size`` is the number of rows. A piece is a slice of the batch, or row numbers.
    """
    if not table.month or span[1] - span[0] < _FEW_MONTHS_MS:
        for start in range(0, size, MAX_ROWS):
            yield slice(start, min(start + MAX_ROWS, size))
        return
    months: dict[tuple[int, int], list[int]] = {}
    for index, time in enumerate(times()):
        at = _EPOCH + timedelta(milliseconds=time)
        months.setdefault((at.year, at.month), []).append(index)
    groups = iter([months[month] for month in sorted(months)])
    while group := list(islice(groups, MAX_MONTHS)):
        numbers = [number for month in group for number in month]
        for start in range(0, len(numbers), MAX_ROWS):
            yield numbers[start : start + MAX_ROWS]
