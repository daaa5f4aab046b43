"""The worker with a store that takes rows and forgets them: what the platform costs without its database."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

import streams.app
from streams.settings import Settings


class NullStore:
    """The store port, empty."""

    time_step_ms = 1

    def insert(self, table: str, rows: Sequence[tuple[Any, ...]]) -> None:
        """Forget rows."""

    def insert_arrow(self, table: str, batch: Any) -> None:
        """Forget columns."""

    def query(self, sql: str, params: Any = None) -> list[dict[str, Any]]:
        """Nothing is there."""
        return []

    def stored_keys(self, table: str, book_keys: Sequence[str]) -> list[tuple[tuple[Any, ...], int, bool]]:
        """Nothing is there."""
        return []

    def archived(self, keys: Sequence[str]) -> list[tuple[str, bytes]]:
        """Nothing is there."""
        return []

    def archived_boxes(self, calls: Sequence[str], since: int) -> list[str]:
        """Nothing is there."""
        return []

    def version(self) -> str:
        """What it is."""
        return "null"

    def close(self) -> None:
        """Nothing is held."""


if __name__ == "__main__":
    streams.app.open_store = lambda url: NullStore()  # type: ignore[attr-defined]
    sys.exit(streams.app.run_worker(Settings(store_url="null://")))
