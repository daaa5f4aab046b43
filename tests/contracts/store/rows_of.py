"""Rows for the store's tests, made from the schema: a plain value per type, overridden by name."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from connectors.clickhouse import SqlStore, Store
from connectors.clickhouse.memory import MemoryStore
from connectors.clickhouse.schema import table

#: 2026-03-01 00:00:00.123 UTC, and what engines with whole seconds show of it.
AT = 1_772_323_200_123
DAY = 86_400_000

_PLAIN: dict[str, Any] = {
    "String": "提单 it's \\2\t\n",
    "LC": "qingdao",
    "TS": AT,
    "Int64": -(1 << 63),
    "UInt64": (1 << 64) - 1,
    "UInt32": (1 << 32) - 1,
    "UInt16": (1 << 16) - 1,
    "UInt8": 255,
    "Float64": 21300.123456789,
    "Array(String)": ["封志1", "", "it's \\2"],
    "Array(TS)": [AT, 0],
}


def row_of(name: str, **values: Any) -> tuple[Any, ...]:
    """A row of table ``name``; columns that are not given have a plain value, is_deleted and is_retracted are 0."""
    zero = {"is_deleted": 0, "is_retracted": 0}
    found = {column: _PLAIN[kind] for column, kind in table(name).columns} | {
        column: 0 for column in zero if column in table(name).names
    }
    assert set(values) <= set(found), f"{set(values) - set(found)} are not columns of {name}"
    return tuple((found | values).values())


def visit(container: str, opened_at: int = AT, version: int = 1, **values: Any) -> tuple[Any, ...]:
    """A row of box_visits."""
    return row_of("box_visits", container_no=container, opened_at=opened_at, version=version, **values)


def event(event_id: str, event_time: int = AT, version: int = 1, **values: Any) -> tuple[Any, ...]:
    """A row of events."""
    return row_of("events", event_id=event_id, event_time=event_time, version=version, **values)


def now(store: Store, name: str) -> list[dict[str, Any]]:
    """What ``<name>_now`` shows, in key order, without the columns that only one engine has."""
    known = table(name)
    if isinstance(store, MemoryStore):
        return store.now(name)
    assert isinstance(store, SqlStore)
    return store.query(f"SELECT {', '.join(known.names)} FROM {name}_now ORDER BY {', '.join(known.key)}")


def count(store: Store, name: str) -> int:
    """How many keys table ``name`` holds."""
    if isinstance(store, MemoryStore):
        return len(store.rows(name))
    return int(store.query(f"SELECT count() AS n FROM {name} FINAL")[0]["n"])


def shown(store: Store, name: str, row: tuple[Any, ...]) -> dict[str, Any]:
    """``row`` as a reader of this store gets it: times cut to the engine's step."""
    step = store.time_step_ms
    cut = {"TS": lambda t: t - t % step, "Array(TS)": lambda ts: [t - t % step for t in ts]}
    return {
        column: cut[kind](value) if kind in cut else value
        for (column, kind), value in zip(table(name).columns, row, strict=True)
    }


def columns_of(name: str, rows: list[tuple[Any, ...]], **replaced: pa.Array) -> pa.Table:
    """``rows`` as a caller has them in columns: text as strings, times as int64 ms; in any order of columns."""
    types = {"LC": pa.dictionary(pa.int32(), pa.string()), "TS": pa.int64(), "Float64": pa.float64(),
             "Int64": pa.int64(), "Array(TS)": pa.list_(pa.int64()), "Array(String)": pa.list_(pa.string()),
             "String": pa.string(), "UInt64": pa.uint64(),
             "UInt32": pa.uint32(), "UInt16": pa.uint16(), "UInt8": pa.uint8()}  # fmt: skip
    arrays = {
        column: pa.array([row[place] for row in rows], types[kind])
        for place, (column, kind) in enumerate(table(name).columns)
    }
    return pa.table(dict(reversed((arrays | replaced).items())))
