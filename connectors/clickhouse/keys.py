"""Which rows a state table holds for given books, with exact keys on every engine."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from connectors.clickhouse.errors import Misconfigured
from connectors.clickhouse.schema import table as schema_table
from connectors.clickhouse.store import Key, SqlStore

# A statement may have 256 KiB; a key is a container number or a bill, seldom over 40 characters.
_KEYS_PER_QUERY: Final = 4_000


def read_stored_keys(store: SqlStore, table: str, book_keys: Sequence[str]) -> list[tuple[Key, int, bool]]:
    """:meth:`connectors.clickhouse.store.Store.stored_keys` by SQL. Raises Misconfigured for a table whose rows are not
    tombstoned: it has no book's key."""
    known = schema_table(table)
    if not known.deletable:
        raise Misconfigured(f"{table} is no state table: it has no rows of books")
    shadows = () if store.dialect.modern else known.shadows
    columns = [f"{name}_ms" if name in shadows else name for name in known.key]
    sql = f"SELECT {', '.join(columns)}, version, is_deleted FROM {table} FINAL WHERE {known.key[0]} IN %(keys)s"
    wanted = list(dict.fromkeys(book_keys))
    found: list[tuple[Key, int, bool]] = []
    for start in range(0, len(wanted), _KEYS_PER_QUERY):
        for row in store.query(sql, {"keys": tuple(wanted[start : start + _KEYS_PER_QUERY])}):
            *key, version, deleted = row.values()
            found.append((tuple(key), version, bool(deleted)))
    return found
