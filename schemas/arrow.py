"""Avro schema to Arrow types, and the alignment of an older writer's columns with today's."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Final

import pyarrow as pa

from schemas.registry import Schema, latest

_PRIMITIVE: Final = {
    "string": pa.string(), "long": pa.int64(), "int": pa.int32(), "double": pa.float64(), "float": pa.float32(),
    "boolean": pa.bool_(), "bytes": pa.binary(),
}  # fmt: skip


class UnsupportedError(Exception):
    """A type that has no column form here; the record-by-record path serves it."""


def _type(node: Any, named: dict[str, pa.DataType]) -> pa.DataType:
    if isinstance(node, str):
        if node in _PRIMITIVE:
            return _PRIMITIVE[node]
        if node in named:
            return named[node]
        raise UnsupportedError(node)
    if isinstance(node, list):
        branches = [b for b in node if b != "null"]
        if len(branches) != 1:
            raise UnsupportedError(str(node))
        return _type(branches[0], named)
    kind = node["type"]
    if kind == "array":
        return pa.list_(_type(node["items"], named))
    if kind == "enum":
        made: pa.DataType = pa.string()
    elif kind == "record":
        made = pa.struct([pa.field(f["name"], _type(f["type"], named)) for f in node["fields"]])
    else:
        return _type(kind, named)
    named[node["name"]] = made
    return made


def nullable(avro_type: Any) -> bool:
    """True when the Avro type is a union with null."""
    return isinstance(avro_type, list) and "null" in avro_type


@lru_cache(maxsize=256)
def arrow_schema(schema: Schema) -> pa.Schema:
    """The columns of a record schema; times are int64 milliseconds, enums strings. Raises UnsupportedError."""
    named: dict[str, pa.DataType] = {}
    return pa.schema(
        [pa.field(f["name"], _type(f["type"], named), nullable(f["type"])) for f in schema.parsed["fields"]]
    )


def align(batch: pa.RecordBatch, writer: Schema) -> pa.RecordBatch | None:
    """A writer's columns as the columns of today's schema of its kind: missing ones hold the default, unknown ones go.

    None when a column has changed in a way that only a record-by-record reading resolves.
    """
    reader = latest(writer.kind)
    target = arrow_schema(reader)
    if batch.schema.equals(target):
        return batch
    columns: list[pa.Array] = []
    for field, declared in zip(target, reader.parsed["fields"], strict=True):
        position = batch.schema.get_field_index(field.name)
        if position < 0:
            if "default" not in declared:
                return None
            columns.append(pa.array([declared["default"]] * batch.num_rows, field.type))
        elif batch.schema.field(position).type == field.type:
            columns.append(batch.column(position))
        else:
            return None
    return pa.RecordBatch.from_arrays(columns, schema=target)


def empty(kind: str) -> pa.RecordBatch:
    """A batch of no rows with today's columns of a kind."""
    return pa.RecordBatch.from_pylist([], schema=arrow_schema(latest(kind)))


def stack(batches: Sequence[pa.RecordBatch], order: Sequence[int]) -> pa.RecordBatch:
    """Batches of equal columns as one, row i being row ``order[i]`` of their concatenation."""
    return pa.concat_batches(list(batches)).take(pa.array(order, pa.int64()))
