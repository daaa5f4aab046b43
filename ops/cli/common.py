"""What the commands share: options, the reader of the store, times as people write them."""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, Protocol
from urllib.parse import unquote, urlsplit

import typer

if TYPE_CHECKING:
    from connectors.clickhouse.store import SqlStore

BEIJING = timezone(timedelta(hours=8))
#: Settings that hold a password, and so may be given by file.
SECRETS: Final = ("YGT_STORE_URL", "YGT_READ_URL")
#: Times that every engine can hold.
YEARS: Final = range(1971, 2106)


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
    str, typer.Option("--bootstrap", envvar="YGT_BOOTSTRAP", help="Kafka servers, host:port; TLS and login: YGT_KAFKA_…")
]
DEFAULT_READER = "http://127.0.0.1:8123"
DEFAULT_BOOTSTRAP = "127.0.0.1:9092"


def take_secrets(environment: MutableMapping[str, str]) -> None:
    """Where ``YGT_STORE_URL_FILE`` names a file, its content is ``YGT_STORE_URL``, and so of each of SECRETS: an environment is
    shown to whoever may look at a container, a file to the process alone. Raises ValueError when both are set, or the file
    is empty; OSError when it cannot be read."""
    for name in SECRETS:
        file = environment.get(f"{name}_FILE")
        if not file:
            continue
        if environment.get(name):
            raise ValueError(f"{name} and {name}_FILE are both set: keep one of them 二者只能设置其一")
        content = Path(file).read_text("utf-8").strip()
        if not content:
            raise ValueError(f"{file}, which {name}_FILE names, is empty: write the store's URL into it 请写入数据库地址")
        environment[name] = content


def open_reader(url: str) -> Reader:
    """A reader for a store URL. Raises BadParameter when the URL is none, StoreError when it cannot be opened."""
    scheme = url.partition("://")[0]
    if scheme == "http" and _has_address(url):
        from connectors.clickhouse.http_client import HttpReader

        return HttpReader(url)
    if scheme not in ("clickhouse", "clickhouses", "chdb"):
        raise typer.BadParameter(
            f"{url!r} is no store to read: give a worker's endpoint http://127.0.0.1:8123, "
            "clickhouse://user:password@host:9000/database, or chdb:///folder while no worker has it open"
        )
    check_folder(url)
    from connectors.clickhouse.urls import open_store

    return open_store(url)


def check_folder(url: str) -> None:
    """Raises BadParameter for an embedded store that is not there: the engine would make an empty one."""
    scheme, _, folder = url.partition("://")
    if scheme == "chdb" and not Path(unquote(folder)).is_dir():
        raise typer.BadParameter(f"there is no store in the folder {unquote(folder)!r}: check --store")


def sql_store(url: str) -> SqlStore:
    """The store at a URL, to write to. Raises BadParameter for one without an engine, StoreError when it cannot be opened."""
    from connectors.clickhouse.store import SqlStore
    from connectors.clickhouse.urls import open_store

    store = open_store(url)
    if not isinstance(store, SqlStore):
        raise typer.BadParameter(f"{url} has no tables to migrate and keeps no epochs: give chdb:///path or clickhouse://host:9000/db")
    return store


def _has_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def shown(ms: int) -> str:
    """A time for people: Beijing time to the second, "—" when it has not happened."""
    if not ms:
        return "—"
    return datetime.fromtimestamp(ms / 1000, BEIJING).strftime("%Y-%m-%d %H:%M:%S")


def moment(text: str) -> int:
    """ISO 8601 as ms UTC; without zone it is Beijing time. Raises BadParameter."""
    hint = "write 2026-03-02T14:30 (Beijing time) or 2026-03-02T06:30:00Z"
    try:
        when = datetime.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter(f"{text!r} is no time: {hint}") from error
    if when.year not in YEARS:
        raise typer.BadParameter(f"{text!r}: the year must lie between {YEARS[0]} and {YEARS[-1]}; {hint}")
    if when.tzinfo is None:
        when = when.replace(tzinfo=BEIJING)
    return round(when.timestamp() * 1000)
