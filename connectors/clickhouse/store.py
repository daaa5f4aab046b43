"""The store port: what the platform needs of ClickHouse, and what every adapter promises.

One contract suite (``tests/contracts/store``) runs over every adapter.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

if TYPE_CHECKING:
    import pyarrow as pa

    from connectors.clickhouse.dialect import Dialect

Row = tuple[Any, ...]
Key = tuple[Any, ...]
Params = Mapping[str, Any]


class Store(Protocol):
    """Rows in, rows out. All times are int milliseconds UTC, 0 = has not happened.

    Every table keeps, per ORDER BY key, the row with the highest ``version``; of equal versions, one that was written.
    So writing a row again, or an older one later, changes nothing that a reader sees through the ``*_now`` views.
    """

    time_step_ms: int
    """How exactly the engine shows times: 1, or 1000 where it has whole seconds only (ClickHouse before 20.x).
    Keys in :meth:`stored_keys` are exact on every engine."""

    def insert(self, table: str, rows: Sequence[Row]) -> None:
        """Store ``rows``, tuples in the table's column order. Blocks; may be called from one thread at a time.

        When it returns, all rows are in the table and survive a kill of this process. When it raises, some may be.
        Raises Retry (send the same batch again), BadRows (these can never be stored) or Misconfigured (stop).
        No row is changed silently to make it fit; an empty batch is fine.
        """

    def insert_arrow(self, table: str, batch: pa.Table) -> None:
        """Like :meth:`insert`, for columns by name; times are int64 milliseconds (or Arrow timestamps).

        Every column of the table must be there, and no other: else Misconfigured.
        """

    def query(self, sql: str, params: Params | None = None) -> list[dict[str, Any]]:
        """Answer a SELECT as dicts in column order. Safe from any thread, beside inserts.

        Times come back as int ms, Date as 'YYYY-MM-DD', NaN and infinity as None, arrays and tuples as lists, text as
        str (bytes where it is not UTF-8). ``%(name)s`` in ``sql`` is replaced by the quoted value: str, int, float,
        bool, bytes, None, aware datetime, tuple (for IN) or list (an array); a lone ``%`` stays. Raises QueryFailed,
        Retry or Misconfigured.
        """

    def stored_keys(self, table: str, book_keys: Sequence[str]) -> list[tuple[Key, int, bool]]:
        """What a state table holds for these books: ``[(full ORDER BY key, version, is it a tombstone), ...]``.

        The first column of the key is the book's key; times in the key are exact ms on every engine.
        """

    def archived(self, keys: Sequence[str]) -> list[tuple[str, bytes]]:
        """The payloads of these blobs of ``book_archive``: ``[(book_key, payload), ...]``, each once; what is not there is
        left out. Safe from any thread, beside inserts."""

    def archived_boxes(self, calls: Sequence[str], since: int) -> list[str]:
        """The books that ``archive_calls`` names for these calls with a horizon of ``since`` (ms) or later, by whole
        seconds, each once."""

    def version(self) -> str:
        """The engine's version, e.g. ``26.9.2.1`` (``memory`` for the in-memory store)."""

    def close(self) -> None:
        """Release the engine. Idempotent; no call may follow."""


@runtime_checkable
class SqlStore(Store, Protocol):
    """A store with an engine behind it: it also runs DDL."""

    dialect: Dialect

    def execute(self, sql: str) -> None:
        """Run one statement that returns nothing (DDL, INSERT SELECT), already in the engine's dialect. Safe from any
        thread, beside inserts."""
