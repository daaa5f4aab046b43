"""Batches as Arrow columns, in the exact types of the table: how the embedded engine takes them.

The engine casts what it is given without checking ranges (300 into a UInt8 becomes 44, int64 into a time counts as
seconds), so types and ranges are settled here.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import accumulate, chain
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from connectors.clickhouse.columns import MAX_TIME_MS, check_shapes, refusal, transpose
from connectors.clickhouse.errors import BadRows, Misconfigured
from connectors.clickhouse.schema import Table

_TIME: Final = pa.timestamp("ms", "UTC")
# Text travels as binary: payloads are raw bytes, and nothing then validates the rest a second time.
_TYPES: Final = {
    "String": pa.binary(),
    # The engine keeps these columns as dictionaries: handed over as such, a row of box_visits costs it a third less.
    "LC": pa.dictionary(pa.int32(), pa.binary()),
    "TS": pa.int64(),
    "Int64": pa.int64(),
    "UInt64": pa.uint64(),
    "UInt32": pa.uint32(),
    "UInt16": pa.uint16(),
    "UInt8": pa.uint8(),
    "Float64": pa.float64(),
}
_REFUSED: Final = (pa.ArrowException, TypeError, ValueError, OverflowError)


def from_rows(table: Table, rows: Sequence[tuple[Any, ...]]) -> pa.Table:
    """``rows`` as a table in the table's column order. Raises BadRows with the indices at fault."""
    columns = transpose(table, rows)
    try:
        arrays = [_array(kind, column) for (_, kind), column in zip(table.columns, columns, strict=True)]
    except _REFUSED as error:
        raise refusal(table, rows, str(error)) from None
    return pa.Table.from_arrays(arrays, names=list(table.names))


def from_columns(table: Table, batch: pa.Table) -> pa.Table:
    """``batch`` with the table's column order and types. Raises Misconfigured for a missing or unknown column, BadRows
    (no indices) for a value that does not fit."""
    missing = sorted(set(table.names) - set(batch.column_names))
    unknown = sorted(set(batch.column_names) - set(table.names))
    if missing or unknown or len(batch.column_names) != len(table.names):
        raise Misconfigured(
            f"{table.name}: the batch has not the table's columns; missing: {', '.join(missing) or 'none'}, "
            f"unknown: {', '.join(unknown) or 'none'}"
        )
    arrays = []
    for name, kind in table.columns:
        try:
            arrays.append(_cast(kind, batch.column(name)))
        except _REFUSED as error:
            raise BadRows(f"{table.name}.{name}: {error}") from None
    return pa.Table.from_arrays(arrays, names=list(table.names))


def month_span(table: Table, batch: pa.Table) -> tuple[int, int]:
    """Least and greatest time (ms) of the month column, (0, 0) for a table without one."""
    if not table.month:
        return 0, 0
    ends = pc.min_max(month_times(table, batch)).as_py()
    return ends["min"], ends["max"]


def month_times(table: Table, batch: pa.Table) -> pa.ChunkedArray:
    """The month column as int64 ms."""
    return batch.column(table.month).cast(pa.int64())


def stream(batch: pa.Table) -> memoryview:
    """``batch`` in Arrow's stream format."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, batch.schema) as writer:
        writer.write_table(batch)
    return memoryview(sink.getvalue())


def _array(kind: str, values: Sequence[Any]) -> pa.Array:
    check_shapes(kind, values)
    if kind.startswith("Array("):
        # Offsets and flat values: four times as fast as letting Arrow walk a list of lists.
        offsets = pa.array([0, *accumulate(map(len, values))], pa.int32())
        return pa.ListArray.from_arrays(offsets, _array(kind[6:-1], list(chain.from_iterable(values))))
    return _checked(kind, pa.array(values, _TYPES[kind]))


def _cast(kind: str, column: pa.ChunkedArray) -> pa.ChunkedArray:
    if pa.types.is_dictionary(column.type) and kind != "LC":
        column = column.cast(column.type.value_type)
    if kind.startswith("Array("):
        if column.null_count:
            raise ValueError("a value is missing")
        item = kind[6:-1]
        chunks = [
            pa.ListArray.from_arrays(chunk.offsets, _cast(item, pa.chunked_array([chunk.values])).combine_chunks())
            for chunk in (part.cast(pa.list_(part.type.value_type)) for part in column.chunks)
        ]
        return pa.chunked_array(chunks, pa.list_(_stored(item)))
    if kind == "TS" and pa.types.is_timestamp(column.type):
        column = column.cast(_TIME).cast(pa.int64())
    if kind == "LC":
        # Chunks with dictionaries of their own cannot share one stream.
        column = _encoded(column).unify_dictionaries()
    column = column.cast(_TYPES[kind])
    return pa.chunked_array([_checked(kind, chunk) for chunk in column.chunks], _stored(kind))


def _encoded(column: pa.ChunkedArray) -> pa.ChunkedArray:
    if not pa.types.is_dictionary(column.type):
        return column.cast(pa.binary()).dictionary_encode()
    return column.cast(pa.dictionary(pa.int32(), column.type.value_type))


@cache
def _stored(kind: str) -> pa.DataType:
    return _TIME if kind == "TS" else _TYPES[kind]


def _checked(kind: str, array: pa.Array) -> pa.Array:
    """``array`` as it is sent. A missing value would silently become 0 or ""; a time out of range would be cut."""
    if array.null_count:
        raise ValueError("a value is missing")
    if kind == "TS":
        ends = pc.min_max(array).as_py()
        if len(array) and (ends["min"] < 0 or ends["max"] > MAX_TIME_MS):
            raise ValueError(f"a time is not between 0 and {MAX_TIME_MS} ms")
        return array.view(_TIME)
    return array


def to_rows(table: Table, batch: pa.Table) -> list[tuple[Any, ...]]:
    """The rows of a batch that :func:`from_columns` settled; text as str, bytes where it is not UTF-8."""
    return list(zip(*(_values(kind, batch.column(name)) for name, kind in table.columns), strict=True))


def _values(kind: str, column: pa.ChunkedArray) -> list[Any]:
    if kind.startswith("Array("):
        return [_plain(item) if item else [] for item in column.cast(_list_of_plain(kind)).to_pylist()]
    if kind in {"TS", "LC"}:
        column = column.cast(pa.int64() if kind == "TS" else pa.binary())
    return _plain(column.to_pylist())


def _list_of_plain(kind: str) -> pa.DataType:
    return pa.list_(pa.int64() if kind == "Array(TS)" else pa.binary())


def _plain(values: list[Any]) -> list[Any]:
    return [_text(value) if isinstance(value, bytes) else value for value in values]


def _text(value: bytes) -> str | bytes:
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value
