"""Reading the archive of books by SQL."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from connectors.clickhouse.store import SqlStore

# A statement may have 256 KiB; a key is the name of a book, seldom over 40 characters, and 17 more.
_KEYS_PER_QUERY: Final = 2_000


def read_archived(store: SqlStore, keys: Sequence[str]) -> list[tuple[str, bytes]]:
    """:meth:`connectors.clickhouse.store.Store.archived` by SQL."""
    wanted = list(dict.fromkeys(keys))
    found: dict[str, bytes] = {}
    for start in range(0, len(wanted), _KEYS_PER_QUERY):
        some = tuple(wanted[start : start + _KEYS_PER_QUERY])
        for row in store.query("SELECT book_key, payload FROM book_archive WHERE book_key IN %(keys)s", {"keys": some}):
            payload = row["payload"]
            found[row["book_key"]] = payload.encode() if isinstance(payload, str) else payload
    return list(found.items())


def read_archived_boxes(store: SqlStore, calls: Sequence[str], since: int) -> list[str]:
    """:meth:`connectors.clickhouse.store.Store.archived_boxes` by SQL."""
    if not calls:
        return []
    sql = "SELECT DISTINCT book_key FROM archive_calls WHERE call_key IN %(calls)s AND horizon >= %(since)s"
    whole = datetime.fromtimestamp(max(0, since) // 1000, UTC)  # seconds: some engines know no more
    return [row["book_key"] for row in store.query(sql, {"calls": tuple(calls), "since": whole})]
