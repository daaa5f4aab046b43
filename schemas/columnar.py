"""Records to Arrow columns, refusing whatever the record-by-record writer would refuse."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from itertools import chain
from typing import Any, Final

import pyarrow as pa

from schemas.arrow import arrow_schema
from schemas.registry import Schema

Check = Callable[[Sequence[Any]], None]
_TYPES: Final[dict[str, frozenset[type]]] = {
    "string": frozenset({str}), "long": frozenset({int}), "int": frozenset({int}), "double": frozenset({float, int}),
    "boolean": frozenset({bool}), "bytes": frozenset({bytes}),
}  # fmt: skip


class MisfitError(Exception):
    """The records do not plainly fit the schema; the record-by-record writer tells why, or makes them fit."""


def columns(records: Sequence[Mapping[str, Any]], schema: Schema) -> pa.RecordBatch:
    """The records as Arrow columns of their schema, absent fields at their defaults. Raises MisfitError."""
    known = frozenset(schema.fields)
    if not all(record.keys() <= known for record in records):
        raise MisfitError
    arrays = []
    try:
        for field, declared, check in zip(arrow_schema(schema), schema.parsed["fields"], _checks(schema), strict=True):
            name, default = declared["name"], declared.get("default")
            column = [record.get(name, default) for record in records]
            check(column)
            arrays.append(pa.array(column, field.type))
    except (pa.ArrowException, TypeError, ValueError, OverflowError) as error:
        raise MisfitError from error
    return pa.RecordBatch.from_arrays(arrays, schema=arrow_schema(schema))


@lru_cache(maxsize=256)
def _checks(schema: Schema) -> tuple[Check, ...]:
    named: dict[str, Check] = {}
    return tuple(_check(f["type"], named) for f in schema.parsed["fields"])


def _check(node: Any, named: dict[str, Check]) -> Check:
    if isinstance(node, list):
        inner = _check(next(branch for branch in node if branch != "null"), named)
        return lambda column: inner([v for v in column if v is not None]) if None in column else inner(column)
    if isinstance(node, str):
        return _of_types(_TYPES[node]) if node in _TYPES else named[node]
    if node["type"] == "array":
        item = _check(node["items"], named)
        lists = _of_types(frozenset({list, tuple}))

        def array(column: Sequence[Any]) -> None:
            lists(column)
            item(list(chain.from_iterable(column)))

        return array
    if node["type"] == "enum":
        symbols = frozenset(node["symbols"])

        def enum(column: Sequence[Any]) -> None:
            if not symbols.issuperset(column):
                raise MisfitError

        named[node["name"]] = enum
        return enum
    made = named[node["name"]] = _record(node, named)
    return made


def _record(node: Any, named: dict[str, Check]) -> Check:
    inner = {f["name"]: _check(f["type"], named) for f in node["fields"]}
    dicts = _of_types(frozenset({dict}))

    def record(column: Sequence[Any]) -> None:
        dicts(column)
        if not all(value.keys() <= inner.keys() for value in column):
            raise MisfitError
        for name, check in inner.items():
            check([value.get(name) for value in column])

    return record


def _of_types(allowed: frozenset[type]) -> Check:
    def check(column: Sequence[Any]) -> None:
        if not allowed.issuperset(map(type, column)):
            raise MisfitError

    return check
