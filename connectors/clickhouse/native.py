"""The native store: a ClickHouse server or cluster over its TCP protocol, by clickhouse-driver.

Works with 18.16 (Debian 12) and modern servers. Where times have whole seconds, the table has shadow columns that keep
the milliseconds of key times (``opened_at_ms``); they are written here, so that keys stay exact.
"""

from __future__ import annotations

import ssl
import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final, NoReturn
from urllib.parse import parse_qs, unquote, urlsplit

from clickhouse_driver import Client
from clickhouse_driver.errors import Error as DriverError
from clickhouse_driver.errors import (
    NetworkError,
    ServerException,
    SocketTimeoutError,
    TypeMismatchError,
    UnexpectedPacketFromServerError,
    UnknownPacketFromServerError,
)

from connectors.clickhouse import results, schema
from connectors.clickhouse.archive import read_archived, read_archived_boxes
from connectors.clickhouse.columns import MAX_TIME_MS, check_shapes, pieces, refusal, transpose
from connectors.clickhouse.dialect import Dialect
from connectors.clickhouse.errors import Misconfigured, Retry, StoreError, insert_error, query_error
from connectors.clickhouse.keys import read_stored_keys
from connectors.clickhouse.literals import bind
from connectors.clickhouse.store import Key, Params, Row

if TYPE_CHECKING:
    import pyarrow as pa

# A server that is there answers a connect at once; an insert of 100k rows takes a second, a merge-bound one some more.
_CONNECT_S: Final = 3
_ANSWER_S: Final = 60

# kill -9 of the server shows as EOFError or ConnectionResetError, neither of them a driver error.
_TRANSPORT: Final = (
    NetworkError,
    SocketTimeoutError,
    UnexpectedPacketFromServerError,
    UnknownPacketFromServerError,
    EOFError,
    OSError,
)
_DATA: Final = (TypeMismatchError, TypeError, ValueError, AttributeError, OverflowError)


class NativeStore:
    """A :class:`connectors.clickhouse.store.SqlStore` over TCP. One connection per thread, made on first use."""

    def __init__(self, url: str) -> None:
        """Connect to ``clickhouse://user:password@host:port/database`` (all but the host may be left out), with TLS to
        ``clickhouses://…`` (port 9440 if left out); ``?ca_certs=/path`` names the file of a CA of one's own.

        Raises Misconfigured for a wrong URL, user, password, database or certificate, Retry if nobody answers.
        """
        self._settings = _parse(url)
        self.where = f"{self._settings['host']}:{self._settings['port']}/{self._settings['database']}"
        self._local = threading.local()
        self._clients: list[Client] = []
        self._lock = threading.Lock()
        self._closed = False
        self._version = str(self.query("SELECT version() AS v")[0]["v"])
        self.dialect = Dialect(self._version)
        self.time_step_ms = self.dialect.time_step_ms

    def insert(self, table: str, rows: Sequence[Row]) -> None:
        """See the port."""
        if not rows:
            return
        known = schema.table(table)
        columns = transpose(known, rows)
        try:
            sent = self._columns(known, columns)
        except _DATA as error:
            raise refusal(known, rows, str(error)) from None
        names = [*known.names, *(f"{name}_ms" for name in self._shadows(known))]
        head = f"INSERT INTO {table} ({', '.join(names)}) VALUES"
        times: Sequence[int] = columns[known.names.index(known.month)] if known.month else (0,)
        for piece in pieces(known, lambda: times, (min(times), max(times)), len(rows)):
            if isinstance(piece, slice):
                part = [column[piece] for column in sent]
            else:
                part = [[column[number] for number in piece] for column in sent]
            try:
                self._client().execute(head, part, columnar=True)
            except (DriverError, *_TRANSPORT, *_DATA) as error:
                self._raise(error, known, rows)

    def insert_arrow(self, table: str, batch: pa.Table) -> None:
        """See the port."""
        from connectors.clickhouse import arrow

        known = schema.table(table)
        self.insert(table, arrow.to_rows(known, arrow.from_columns(known, batch)))

    def query(self, sql: str, params: Params | None = None) -> list[dict[str, Any]]:
        """See the port."""
        step = self.time_step_ms if self._version_known() else 1
        try:
            answer, columns = self._client().execute(bind(sql, params, step), with_column_types=True)
        except (DriverError, *_TRANSPORT) as error:
            self._raise(error)
        names, kinds = [name for name, _ in columns], [kind for _, kind in columns]
        return results.rows(names, [results.from_driver(kind) for kind in kinds], answer)

    def execute(self, sql: str) -> None:
        """See the port."""
        try:
            self._client().execute(sql)
        except (DriverError, *_TRANSPORT) as error:
            self._raise(error)

    def stored_keys(self, table: str, book_keys: Sequence[str]) -> list[tuple[Key, int, bool]]:
        """See the port."""
        return read_stored_keys(self, table, book_keys)

    def archived(self, keys: Sequence[str]) -> list[tuple[str, bytes]]:
        """See the port."""
        return read_archived(self, keys)

    def archived_boxes(self, calls: Sequence[str], since: int) -> list[str]:
        """See the port."""
        return read_archived_boxes(self, calls, since)

    def version(self) -> str:
        """See the port."""
        return self._version

    def close(self) -> None:
        """See the port."""
        with self._lock:
            self._closed = True
            for client in self._clients:
                client.disconnect()
            self._clients.clear()

    def _version_known(self) -> bool:
        return hasattr(self, "_version")

    def _shadows(self, table: schema.Table) -> tuple[str, ...]:
        return () if self.dialect.modern else table.shadows

    def _columns(self, table: schema.Table, columns: Sequence[Sequence[Any]]) -> list[list[Any]]:
        """``columns`` as the driver wants them: an int is ms for DateTime64(3), seconds for DateTime."""
        step = self.time_step_ms
        sent: list[list[Any]] = []
        for (name, kind), column in zip(table.columns, columns, strict=True):
            check_shapes(kind, column)
            if kind == "TS":
                # The driver sends any int as it is: a time out of range would be stored as another one.
                if min(column) < 0 or max(column) > MAX_TIME_MS:
                    raise ValueError(f"{name}: a time out of range")
                sent.append(list(column) if step == 1 else [time // step for time in column])
            elif kind == "Array(TS)" and step != 1:
                sent.append([[time // step for time in times] for times in column])
            else:
                sent.append(list(column))
        return sent + [list(columns[table.names.index(name)]) for name in self._shadows(table)]

    def _client(self) -> Client:
        client: Client | None = getattr(self._local, "client", None)
        if client is None:
            client = self._local.client = Client(**self._settings)
            with self._lock:
                self._clients.append(client)
        if self._closed:
            raise StoreError(f"the store at {self.where} is closed")
        return client

    def _raise(self, error: Exception, table: schema.Table | None = None, rows: Sequence[Row] = ()) -> NoReturn:
        """The port's error for what the driver raised; ``table`` and ``rows`` of an insert."""
        if isinstance(error, ServerException):
            # The message carries the server's stack trace behind the first line.
            reason = f"ClickHouse at {self.where}: {str(error.message).splitlines()[0]}"
            raise (insert_error if table else query_error)(error.code, reason) from None
        self._client().disconnect()  # a connection that failed half-way has bytes of the old answer in it
        if "CERTIFICATE_VERIFY_FAILED" in str(error):
            raise Misconfigured(
                f"ClickHouse at {self.where} shows a certificate that is not trusted: {error}. Name its CA in the URL, "
                "clickhouses://…?ca_certs=/path/ca.crt, and the host as the certificate does "
                "服务器证书不可信：请核对 CA 文件与主机名"
            ) from None
        if isinstance(error, _TRANSPORT):
            raise Retry(f"ClickHouse at {self.where} does not answer: {error or type(error).__name__}", 210) from None
        if table and isinstance(error, _DATA):
            raise refusal(table, rows, str(error)) from None
        code = getattr(error, "code", 0) or 0
        raise (insert_error if table else query_error)(code, f"ClickHouse at {self.where}: {error}") from None


def _parse(url: str) -> dict[str, Any]:
    parts = urlsplit(url)
    tls = parts.scheme == "clickhouses"
    try:
        port = parts.port or (9440 if tls else 9000)
    except ValueError:
        raise Misconfigured(
            "the port of the ClickHouse URL is no number; expected clickhouse://host:9000/database"
        ) from None
    if parts.scheme not in ("clickhouse", "clickhouses") or not parts.hostname:
        raise Misconfigured("the ClickHouse URL must look like clickhouse://user:password@host:9000/database")
    return {
        **_tls(tls, parse_qs(parts.query, keep_blank_values=True)),
        "host": parts.hostname,
        "port": port,
        "user": unquote(parts.username or "default"),
        "password": unquote(parts.password or ""),
        "database": parts.path.strip("/") or "default",
        "connect_timeout": _CONNECT_S,
        "send_receive_timeout": _ANSWER_S,
        # Times of columns without a zone come in this process's zone, not in whatever the server's is.
        "settings": {"use_client_time_zone": True},
    }


def _tls(tls: bool, options: dict[str, list[str]]) -> dict[str, Any]:
    """What the driver is told of TLS. Nothing else may stand behind the "?": it would not count, and nobody would know."""
    ca = options.pop("ca_certs", [None])[-1]
    if options or (ca is not None and not tls):
        raise Misconfigured(
            f"the ClickHouse URL has ?{'&'.join(options) or 'ca_certs'}, which cannot count. With TLS it is "
            "clickhouses://user:password@host:9440/database, and may end in ?ca_certs=/path/ca.crt 加密连接请用 clickhouses://"
        )
    if ca is not None:
        try:
            ssl.create_default_context(cafile=ca)
        except OSError as error:
            raise Misconfigured(
                f"ca_certs of the ClickHouse URL, {ca!r}, is no readable file with certificates in PEM form ({error.strerror}) "
                "CA 文件无法读取，或不是 PEM 格式"
            ) from None
    return {"secure": tls, "ca_certs": ca}
