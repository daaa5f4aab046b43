"""ClickHouse's HTTP interface over the embedded store, for reading, on loopback: curl, clickhouse-connect, Grafana.

It runs in a thread of its own beside the worker, because only the process that owns the store can answer. A query works
on its own session and cannot delay an insert for longer than the engine shares its cores.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import gzip
import hmac
import json
import re
import threading
import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from aiohttp import web

from connectors.clickhouse import http_native
from connectors.clickhouse.errors import Misconfigured
from connectors.clickhouse.http_guard import Guard, Refused
from connectors.clickhouse.literals import identifier, quote

if TYPE_CHECKING:
    from connectors.clickhouse.embedded import EmbeddedStore

HOST: Final = "127.0.0.1"
#: Upper limits of one request; its URL may lower them.
LIMITS: Final = {
    "max_execution_time": 10,
    "max_result_rows": 100_000,
    "max_result_bytes": 200_000_000,
    "max_memory_usage": 1_000_000_000,
}
_OUTPUT: Final = frozenset(
    {"output_format_json_quote_64bit_integers", "output_format_json_quote_denormals", "date_time_output_format"}
)
# Two cores: more workers would only share them; more waiting would answer after the reader has gone.
_WORKERS: Final = 4
_WAITING: Final = 32
_BODY: Final = 1 << 20
_STATUS: Final = {
    6: 400, 27: 400, 36: 400, 43: 400, 62: 400, 73: 400, 456: 400, 457: 400, 46: 404, 47: 404, 60: 404, 81: 404,
    164: 403, 516: 403, 159: 408, 202: 503,
}  # fmt: skip
_CONTENT: Final = {
    "TabSeparated": "text/tab-separated-values", "TSV": "text/tab-separated-values", "CSV": "text/csv",
    "CSVWithNames": "text/csv", "JSON": "application/json", "JSONCompact": "application/json",
    "JSONEachRow": "application/x-ndjson",
}  # fmt: skip


class _Request(NamedTuple):
    sql: str
    format: str
    database: str
    params: dict[str, str]
    settings: dict[str, str | int]


class _Answer(NamedTuple):
    body: bytes
    format: str
    summary: dict[str, str]


class HttpEndpoint:
    """A running endpoint; ``url`` is where it listens. ``close`` ends it, before the store is closed."""

    def __init__(self, store: EmbeddedStore, port: int = 0, user: str = "") -> None:
        """Serve ``store`` on loopback, on a free port if ``port`` is 0; ``user`` is ``name:password``, "" = anybody.

        Raises Misconfigured if the port is taken.
        """
        self._store = store
        self._user = user.encode()
        session = store.session()
        try:
            self._guard = Guard(session)
            self._formats = set(
                session.query("SELECT name FROM system.formats WHERE is_output", "TSVRaw").data().split()
            )
            self._hello = tuple(session.query("SELECT version(), timezone()", "TSVRaw").data().split())
        finally:
            session.close()
        self._pool = ThreadPoolExecutor(_WORKERS, "store-http")
        self._busy = 0
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="store-http", daemon=True)
        self._thread.start()
        try:
            self._runner, self.port = asyncio.run_coroutine_threadsafe(self._start(port), self._loop).result()
        except OSError as error:
            self._stop_loop()
            raise Misconfigured(
                f"the store's HTTP port {HOST}:{port} cannot be opened: {error.strerror}; choose another"
            ) from None
        self.url = f"http://{HOST}:{self.port}"

    def close(self) -> None:
        """Stop listening, wait for running queries (10 s at most by their limit). Idempotent."""
        if self._thread.is_alive():
            asyncio.run_coroutine_threadsafe(self._runner.cleanup(), self._loop).result()
            self._stop_loop()

    def _stop_loop(self) -> None:
        self._pool.shutdown()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _start(self, port: int) -> tuple[web.AppRunner, int]:
        app = web.Application(client_max_size=_BODY)
        app.add_routes(
            [
                web.get("/ping", _ok), web.get("/replicas_status", _ok),
                web.get("/", self._handle), web.post("/", self._handle),
            ]
        )  # fmt: skip
        # The embedding worker handles signals; an access log line per query would drown its own.
        runner = web.AppRunner(app, handle_signals=False, access_log=None)
        await runner.setup()
        try:
            await web.TCPSite(runner, HOST, port).start()
        except OSError:
            await runner.cleanup()
            raise
        return runner, runner.addresses[0][1]

    async def _handle(self, http: web.Request) -> web.Response:
        query_id = re.sub(r"[^\x20-\x7e]", "?", http.query.get("query_id", "")) or str(uuid.uuid4())
        head = {"X-ClickHouse-Query-Id": query_id, "X-ClickHouse-Server-Display-Name": "chdb"}
        try:
            self._admit(http)
            args, body = await _read(http)
            sql = "\n".join(part for part in (args.get("query", ""), body) if part.strip())
            if not sql.strip():
                return (
                    web.Response(text="Ok.\n") if http.method == "GET" else web.Response(status=400, text="no query\n")
                )
            answer = await self._answer(self._request(http, args, sql), args.get("client_protocol_version", ""))
        except (Refused, RuntimeError) as error:  # chDB's errors are RuntimeErrors
            codes = re.findall(r"Code: (\d+)", str(error))
            code = int(codes[-1]) if codes else 1001  # of nested errors the last is the cause
            head["X-ClickHouse-Exception-Code"] = str(code)
            return web.Response(status=_STATUS.get(code, 500), text=f"{str(error).strip()}\n", headers=head)
        head["X-ClickHouse-Format"] = answer.format
        head["Content-Type"] = _CONTENT.get(answer.format, "application/octet-stream")
        head["X-ClickHouse-Summary"] = json.dumps(answer.summary)
        out = answer.body
        if "gzip" in http.headers.get("Accept-Encoding", "") and args.get("enable_http_compression") == "1":
            out, head["Content-Encoding"] = await asyncio.to_thread(gzip.compress, out, 1), "gzip"
        return web.Response(body=out, headers=head)

    def _admit(self, http: web.Request) -> None:
        # A page in a browser may be made to resolve to loopback; it cannot choose the Host header.
        if http.url.host not in {HOST, "localhost", "::1"}:
            raise Refused(516, f"this endpoint answers to {HOST} and localhost only")
        if not self._user:
            return
        name = http.headers.get("X-ClickHouse-User") or http.query.get("user", "")
        key = http.headers.get("X-ClickHouse-Key") or http.query.get("password", "")
        given = f"{name}:{key}".encode()
        if (basic := http.headers.get("Authorization", "")).startswith("Basic "):
            try:
                given = base64.b64decode(basic[6:], validate=True)
            except binascii.Error:
                given = b""
        if not hmac.compare_digest(given, self._user):
            raise Refused(516, "wrong user name or password (AUTHENTICATION_FAILED)")

    def _request(self, http: web.Request, args: dict[str, str], sql: str) -> _Request:
        if {args.get("compress"), args.get("decompress")} & {"1", "true"}:
            raise Refused(36, "compress=1 is not supported, use gzip (enable_http_compression=1)")
        fmt = args.get("default_format") or http.headers.get("X-ClickHouse-Format") or "TabSeparated"
        if fmt not in self._formats:
            raise Refused(73, f"Unknown format {fmt!r}")
        settings: dict[str, str | int] = dict(LIMITS)
        for name, most in LIMITS.items():
            if re.fullmatch("[1-9][0-9]{0,17}", args.get(name, "")):
                settings[name] = min(most, int(args[name]))
        settings |= {name: quote(args[name]) for name in _OUTPUT & set(args)}
        database = args.get("database") or http.headers.get("X-ClickHouse-Database") or ""
        params = {name.removeprefix("param_"): value for name, value in args.items() if name.startswith("param_")}
        return _Request(sql, fmt, database, params, settings)

    async def _answer(self, request: _Request, protocol: str) -> _Answer:
        if request.format == "Native" and protocol.isdigit() and http_native.is_hello(request.sql):
            return _Answer(http_native.hello(*self._hello, protocol=int(protocol)), "Native", {})
        if self._busy >= _WAITING:
            raise Refused(202, "Too many simultaneous queries (TOO_MANY_SIMULTANEOUS_QUERIES)")
        self._busy += 1
        task = self._loop.run_in_executor(self._pool, self._ask, request)
        task.add_done_callback(self._done)
        return await asyncio.shield(task)  # when the client goes, the query itself goes on to its limit

    def _done(self, task: asyncio.Future[_Answer]) -> None:
        self._busy -= 1
        if not task.cancelled():
            task.exception()  # taken: its reader may have gone

    def _ask(self, request: _Request) -> _Answer:
        """Run one request in this thread, on a session of its own."""
        session = self._store.session()
        try:
            limits = ", ".join(f"{name} = {value}" for name, value in request.settings.items())
            # implicit_select: without it the engine takes any word for a SELECT and the guard's classes are off.
            session.query(f"SET implicit_select = 0, result_overflow_mode = 'throw', {limits}")
            if request.database:
                session.query(f"USE {identifier(request.database)}")
            for name, value in request.params.items():
                if not re.fullmatch(r"[A-Za-z0-9_]+", name):
                    raise Refused(36, f"bad parameter name {name!r}")
                session.query(f"SET param_{name} = {quote(value)}")
            session.query("SET readonly = 1")
            text = self._guard.check(session, request.sql, request.params)
            own = re.search(r" FORMAT (\w+)$", text)
            result = session.query(request.sql, request.format)
            return _Answer(result.bytes(), own[1] if own else request.format, _summary(result))
        finally:
            session.close()


async def _ok(_: web.Request) -> web.Response:
    return web.Response(text="Ok.\n")


async def _read(http: web.Request) -> tuple[dict[str, str], str]:
    """URL and form arguments, and the body as text; aiohttp has undone a gzip encoding already."""
    args = dict(http.query)
    if http.content_type == "multipart/form-data":
        form = await http.post()
        for name, value in form.items():
            if not isinstance(value, str):
                raise Refused(36, "external tables are not supported")
            args[name] = value
        return args, ""
    try:
        return args, (await http.read()).decode()
    except UnicodeDecodeError:
        raise Refused(36, "the query is not UTF-8") from None


def _summary(result: Any) -> dict[str, str]:
    return {
        "read_rows": str(result.storage_rows_read()),
        "read_bytes": str(result.storage_bytes_read()),
        "result_rows": str(result.rows_read()),
        "elapsed_ns": str(int(result.elapsed() * 1e9)),
    }
