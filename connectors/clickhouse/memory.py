"""The in-memory store: the port without an engine, for unit tests and the deterministic simulation of the runtime."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from connectors.clickhouse.columns import bad_rows, refusal
from connectors.clickhouse.errors import Misconfigured, QueryFailed, StoreError
from connectors.clickhouse.schema import ROLLUPS
from connectors.clickhouse.schema import table as schema_table
from connectors.clickhouse.store import Key, Params, Row

if TYPE_CHECKING:
    import pyarrow as pa


class MemoryStore:
    """A :class:`connectors.clickhouse.store.Store` that keeps, per table and key, the row of the highest version.

    It answers no SQL: readers use :meth:`now` and :meth:`rows`.
    """

    time_step_ms = 1

    def __init__(self) -> None:
        self._tables: dict[str, dict[Key, Row]] = {}
        self._lock = threading.Lock()
        self._closed = False

    def insert(self, table: str, rows: Sequence[Row]) -> None:
        """See the port. Of equal versions the one written last stays, as in an engine that merges in order."""
        if self._closed:
            raise StoreError("the in-memory store is closed")
        known = schema_table(table)
        if bad_rows(known, rows):
            raise refusal(known, rows, "")
        places = [known.names.index(name) for name in known.key]
        version = known.names.index("version")
        with self._lock:
            kept = self._tables.setdefault(table, {})
            for row in rows:
                key = tuple(row[place] for place in places)
                old = kept.get(key)
                if old is None or row[version] >= old[version]:
                    kept[key] = tuple(row)

    def insert_arrow(self, table: str, batch: pa.Table) -> None:
        """See the port."""
        from connectors.clickhouse import arrow  # pyarrow costs 0.1 s; the simulation does without

        known = schema_table(table)
        settled = arrow.from_columns(known, batch)
        self.insert(table, arrow.to_rows(known, settled))

    def query(self, sql: str, params: Params | None = None) -> list[dict[str, Any]]:
        """Always QueryFailed: there is no SQL engine here."""
        raise QueryFailed("the in-memory store answers no SQL; read it with now(table)")

    def now(self, table: str) -> list[dict[str, Any]]:
        """What ``<table>_now`` shows: a row per key, in key order; no tombstones, void events or empty hours."""
        known = schema_table(table)
        hidden = {"events": ("is_retracted", 1)} | dict.fromkeys(ROLLUPS, ("n", 0))
        column, value = hidden.get(table, ("is_deleted", 1) if known.deletable else ("version", None))
        rows = (dict(zip(known.names, row, strict=True)) for _, row in self._sorted(table))
        shown = [row for row in rows if row[column] != value]
        if table == "events" and (void := self._void()):
            return [e for e in shown if f"{e['source_party']}|{e['source_system']}|{e['event_id']}" not in void]
        return shown

    def _void(self) -> set[str]:
        """The events that do not count, on the word of an officer or of another event."""
        return {row["event_id"] for row in self.now("void_events")}

    def rows(self, table: str) -> list[Row]:
        """One row per key, in key order, tombstones too."""
        schema_table(table)
        return [row for _, row in self._sorted(table)]

    def stored_keys(self, table: str, book_keys: Sequence[str]) -> list[tuple[Key, int, bool]]:
        """See the port."""
        known = schema_table(table)
        if not known.deletable:
            raise Misconfigured(f"{table} is no state table: it has no rows of books")
        wanted = set(book_keys)
        deleted, version = known.names.index("is_deleted"), known.names.index("version")
        return [(key, row[version], bool(row[deleted])) for key, row in self._sorted(table) if key[0] in wanted]

    def archived(self, keys: Sequence[str]) -> list[tuple[str, bytes]]:
        """See the port."""
        wanted = set(keys)
        return list({key[0]: row[3] for key, row in self._sorted("book_archive") if key[0] in wanted}.items())

    def archived_boxes(self, calls: Sequence[str], since: int) -> list[str]:
        """See the port."""
        wanted = set(calls)
        boxes = [key[2] for key, _ in self._sorted("archive_calls") if key[0] in wanted and key[1] >= since // 1000 * 1000]
        return list(dict.fromkeys(boxes))

    def version(self) -> str:
        """Always ``memory``."""
        return "memory"

    def close(self) -> None:
        """See the port."""
        self._closed = True

    def _sorted(self, table: str) -> list[tuple[Key, Row]]:
        with self._lock:
            return sorted(self._tables.get(table, {}).items())
