"""The schema that the migrations add up to, as data: read from their text, not written a second time.

Adapters, the in-memory store and the drift check all take a table's columns, key and month from here.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final, NamedTuple

from connectors.clickhouse.errors import Misconfigured
from connectors.clickhouse.migrations import load

#: The types that a column may have, as they stand in the migrations.
TYPES: Final = frozenset(
    {"String", "LC", "TS", "Int64", "UInt64", "UInt8", "UInt16", "UInt32", "Float64", "Array(String)", "Array(TS)"}
)

_TABLE: Final = re.compile(r"CREATE TABLE IF NOT EXISTS (\w+) \(\n(.*?)\n\) ENGINE = \w+\(version\)(.*)", re.S)
_COLUMN: Final = re.compile(r"    (\w+) ([A-Za-z0-9]+(?:\(\w+\))?)(?: CODEC\(.*\))?,?(?: --.*)?")
_ADD: Final = re.compile(
    r"ALTER TABLE (\w+) ADD COLUMN (?:/\*modern IF NOT EXISTS \*/)?(\w+) ([A-Za-z0-9]+(?:\(\w+\))?) AFTER (\w+)"
)
_HARMLESS: Final = re.compile(r"\s*(CREATE VIEW|DROP TABLE IF EXISTS \w+_now\b)")


class Table(NamedTuple):
    """One table. ``columns`` are (name, type) in insertion order; ``key`` is the ORDER BY; ``month`` is the time column
    that the table is partitioned by, "" = not partitioned; ``deletable``: rows are tombstoned by ``is_deleted``."""

    name: str
    columns: tuple[tuple[str, str], ...]
    key: tuple[str, ...]
    month: str
    deletable: bool

    @property
    def names(self) -> tuple[str, ...]:
        """Column names in insertion order."""
        return tuple(name for name, _ in self.columns)

    @property
    def shadows(self) -> tuple[str, ...]:
        """Times of the key: where the engine cuts them to seconds, ``<name>_ms`` (Int64) keeps them exact there."""
        types = dict(self.columns)
        return tuple(name for name in self.key if types[name] == "TS" and self.name not in ROLLUPS)


#: Tables that ClickHouse fills from others; their buckets are whole hours, exact on every engine.
ROLLUPS: Final = frozenset({"port_hour", "arrival_hour", "dwell_hour"})


@cache
def tables() -> dict[str, Table]:
    """All tables after the last migration, by name. Raises ValueError for a statement that cannot be read."""
    found: dict[str, Table] = {}
    for migration in load():
        for statement in migration.up:
            if _HARMLESS.match(statement):
                continue
            if match := _TABLE.match(statement.strip()):
                found[match[1]] = _parse(match[1], match[2], match[3])
            elif match := _ADD.fullmatch(statement.strip()):
                table = found[match[1]]
                place = table.names.index(match[4]) + 1
                added = (match[2], _known(match[3], match[2]))
                found[match[1]] = table._replace(columns=(*table.columns[:place], added, *table.columns[place:]))
            else:
                raise ValueError(
                    f"migration {migration.number:04} has a statement that schema.py cannot read: {statement}"
                )
    return found


def table(name: str) -> Table:
    """The table ``name``. Raises Misconfigured for one that no migration creates."""
    try:
        return tables()[name]
    except KeyError:
        raise Misconfigured(f"no table {name!r}; there are: {', '.join(sorted(tables()))}", 60) from None


def _parse(name: str, body: str, tail: str) -> Table:
    columns = []
    for line in body.splitlines():
        if line.strip().startswith("/*"):
            continue
        if not (match := _COLUMN.fullmatch(line)):
            raise ValueError(f"table {name}: expected one column per line, found {line!r}")
        columns.append((match[1], _known(match[2], match[1])))
    tail = re.sub(r"/\*.*?\*/", "", tail)
    order = re.search(r"ORDER BY \(?([\w, ]+)", tail)
    if order is None:
        raise ValueError(f"table {name}: no ORDER BY found")
    month = re.search(r"PARTITION BY toYYYYMM\((\w+)\)", tail)
    key = tuple(part.strip() for part in order[1].split(","))
    return Table(name, tuple(columns), key, month[1] if month else "", ("is_deleted", "UInt8") in columns)


def _known(kind: str, column: str) -> str:
    if kind not in TYPES:
        raise ValueError(f"column {column}: type {kind!r} is not one of {', '.join(sorted(TYPES))}")
    return kind
