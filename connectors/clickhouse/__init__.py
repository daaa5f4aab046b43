"""ClickHouse as the platform's store: one port (:mod:`.store`), three adapters (native, embedded, memory).

The engine libraries are imported only by the adapter that needs them: importing this package costs nothing and forks
safely (a process that has imported chDB must never fork).
"""

from __future__ import annotations

from connectors.clickhouse.errors import BadRows, Misconfigured, QueryFailed, Retry, StoreError
from connectors.clickhouse.store import SqlStore, Store
from connectors.clickhouse.urls import open_store
from connectors.clickhouse.writer import Written, insert_or_split

__all__ = [
    "BadRows",
    "Misconfigured",
    "QueryFailed",
    "Retry",
    "SqlStore",
    "Store",
    "StoreError",
    "Written",
    "insert_or_split",
    "open_store",
]
