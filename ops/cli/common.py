"""What the commands share: options, the reader of the store, times as people write them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone
from typing import Annotated, Any, Protocol

import typer

BEIJING = timezone(timedelta(hours=8))


class Reader(Protocol):
    """What the reading commands need of a store."""

    def query(self, sql: str, params: Mapping[str, Any] | None = None) -> list[dict[str, Any]]:
        """Rows as dicts, times in ms."""


StoreOption = Annotated[
    str,
    typer.Option(
        "--store", envvar="YGT_READ_URL",
        help="where to read: a worker's endpoint http://127.0.0.1:8123, or clickhouse://user:pw@host:9000/db",
    ),
]  # fmt: skip
BootstrapOption = Annotated[
    str, typer.Option("--bootstrap", envvar="YGT_BOOTSTRAP", help="Kafka servers, host:port, comma-separated")
]
DEFAULT_READER = "http://127.0.0.1:8123"
DEFAULT_BOOTSTRAP = "127.0.0.1:9092"


def open_reader(url: str) -> Reader:
    """A reader for a store URL. Raises StoreError when the URL is none."""
    if url.startswith("http://"):
        from connectors.clickhouse.http_client import HttpReader

        return HttpReader(url)
    from connectors.clickhouse.urls import open_store

    return open_store(url)


def shown(ms: int) -> str:
    """A time for people: Beijing time to the second, "—" when it has not happened."""
    if not ms:
        return "—"
    return datetime.fromtimestamp(ms / 1000, BEIJING).strftime("%Y-%m-%d %H:%M:%S")


def moment(text: str) -> int:
    """ISO 8601 as ms UTC; without zone it is Beijing time. Raises BadParameter."""
    try:
        when = datetime.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter(
            f"{text!r} is no time: write 2026-03-02T14:30 (Beijing time) or 2026-03-02T06:30:00Z"
        ) from error
    if when.tzinfo is None:
        when = when.replace(tzinfo=BEIJING)
    return int(when.astimezone(UTC).timestamp() * 1000)
