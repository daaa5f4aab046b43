"""The one Faust table, `books`: it makes Faust assign, co-partition and recover `books-changelog`.

The table itself holds nothing. The state lives in the engine (packed evidence per partition); the engine writes the
changelog through its `Broker` inside the commit barrier, and recovery hands it back (`faust_recovery`).
"""

from __future__ import annotations

from typing import Any

import faust

from streams.runtime.faust_drain import BatchSchema

CHANGELOG = "books-changelog"


class BooksTable(faust.Table[bytes, bytes]):
    """Declared with `declare_books`."""

    async def on_start(self) -> None:
        """Not declared at the broker: topics come from `schemas/topics.yaml`, and the start-up check has seen it."""

    async def on_recovery_completed(self, active_tps: Any, standby_tps: Any) -> None:
        """Nothing to do here: `BatchRecovery` tells the engine, where an error ends the worker."""


def declare_books(app: faust.App, partitions: int, changelog: str = CHANGELOG) -> BooksTable:
    """Add the table to the application; `partitions` is that of the source topics."""
    raw: dict[str, Any] = {"key_type": bytes, "value_type": bytes, "partitions": partitions}
    topic = app.topic(changelog, schema=BatchSchema(), acks=False, **raw)
    table = BooksTable(app, name="books", changelog_topic=topic, **raw)
    app.tables.add(table)
    return table
