"""A reader over ClickHouse's HTTP interface: a server's, or a worker's read-only endpoint over the embedded store."""

from __future__ import annotations

import http.client
from typing import Any
from urllib.parse import urlencode, urlsplit

from connectors.clickhouse.errors import QueryFailed, Retry
from connectors.clickhouse.literals import bind
from connectors.clickhouse.results import from_json, parse_json_rows, rows
from connectors.clickhouse.store import Params

TIMEOUT_S = 60


class HttpReader:
    """``query`` as in the store port, and nothing that writes."""

    time_step_ms = 1

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._address = (parts.hostname or "127.0.0.1", parts.port or 8123)
        self._user, self._password = parts.username or "", parts.password or ""

    def query(self, sql: str, params: Params | None = None) -> list[dict[str, Any]]:
        """See the port. Raises Retry when nobody answers, QueryFailed for what the engine refuses."""
        arguments = {
            "default_format": "JSONCompactEachRowWithNamesAndTypes", "output_format_json_quote_64bit_integers": "0",
            "date_time_output_format": "unix_timestamp",
        }  # fmt: skip
        names, types, answer = parse_json_rows(self._ask(bind(sql, params), arguments))
        return rows(names, [from_json(kind) for kind in types], answer)

    def version(self) -> str:
        """The engine's version."""
        return str(self.query("SELECT version() AS v")[0]["v"])

    def close(self) -> None:
        """Nothing is held."""

    def _ask(self, sql: str, arguments: dict[str, str]) -> bytes:
        host, port = self._address
        connection = http.client.HTTPConnection(host, port, timeout=TIMEOUT_S)
        headers = {"X-ClickHouse-User": self._user, "X-ClickHouse-Key": self._password} if self._user else {}
        try:
            connection.request("POST", "/?" + urlencode(arguments), body=sql.encode(), headers=headers)
            response = connection.getresponse()
            body = response.read()
        except (OSError, http.client.HTTPException) as error:
            raise Retry(f"no ClickHouse answers at http://{host}:{port} ({error}); does the worker run?") from error
        finally:
            connection.close()
        if response.status != 200:
            raise QueryFailed(body.decode(errors="replace").strip()[:500])
        return body
