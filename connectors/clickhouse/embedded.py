"""The embedded store: chDB, the ClickHouse engine inside this process. One process owns the path.

Never fork after the first :class:`EmbeddedStore` of a process was opened: the child would hang (spawn and subprocess
work). chDB is imported by the constructor, not with this module.
"""

from __future__ import annotations

import fcntl
import re
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from connectors.clickhouse import arrow, results, schema
from connectors.clickhouse.archive import read_archived, read_archived_boxes
from connectors.clickhouse.columns import pieces
from connectors.clickhouse.dialect import Dialect
from connectors.clickhouse.errors import Misconfigured, StoreError, insert_error, query_error
from connectors.clickhouse.keys import read_stored_keys
from connectors.clickhouse.literals import bind
from connectors.clickhouse.store import Key, Params, Row

if TYPE_CHECKING:
    import pyarrow as pa
    from chdb.session import Session

# EachRow, not JSONCompact: that one replaces bytes that are not UTF-8. Unix timestamps keep zones out of it.
_FORMAT: Final = "JSONCompactEachRowWithNamesAndTypes"
_OUTPUT: Final = (
    "SET date_time_output_format = 'unix_timestamp', output_format_json_quote_64bit_integers = 0,"
    " output_format_json_quote_denormals = 0, output_format_json_validate_utf8 = 0"
)
# Rows of one key within an insert are left to merges and FINAL: looking for them costs a quarter of the insert.
_INSERTS: Final = "SET optimize_on_insert = 0"


class EmbeddedStore:
    """A :class:`connectors.clickhouse.store.SqlStore` over chDB. Only one path per process; tests may use ``:memory:``.

    Inserts are serialised on a session of their own; each query runs on a new session (0.1 ms), so a slow one stops
    nobody else.
    """

    def __init__(self, path: str) -> None:
        """Open or create the store in the folder ``path``. Raises Misconfigured if another process has it open, or this
        process another path, or if the working directory holds a ``config.xml``."""
        self.path = path if path == ":memory:" else str(Path(path).absolute())
        self._writing = threading.Lock()
        self._owner: Session | None = None
        self._owner = _open(self.path)
        self._owner.query(_INSERTS)
        self._version = str(self.query("SELECT version() AS v")[0]["v"])
        self.dialect = Dialect(self._version)
        self.time_step_ms = self.dialect.time_step_ms

    def insert(self, table: str, rows: Sequence[Row]) -> None:
        """See the port."""
        if rows:
            known = schema.table(table)
            self._send(known, arrow.from_rows(known, rows))

    def insert_arrow(self, table: str, batch: pa.Table) -> None:
        """See the port."""
        known = schema.table(table)
        if batch.num_rows:
            self._send(known, arrow.from_columns(known, batch))

    def _send(self, table: schema.Table, batch: pa.Table) -> None:
        head = f"INSERT INTO {table.name} ({', '.join(table.names)})"
        span = arrow.month_span(table, batch)
        for piece in pieces(table, lambda: arrow.month_times(table, batch).to_pylist(), span, batch.num_rows):
            part = batch.slice(piece.start, piece.stop - piece.start) if isinstance(piece, slice) else batch.take(piece)
            with self._writing:
                try:
                    # ArrowStream, not Python(table): equal for large batches and a third of the time for small ones.
                    insert = self._session.send_insert(head, "ArrowStream")
                    insert.append(arrow.stream(part))
                    insert.finish()
                except RuntimeError as error:
                    raise insert_error(*_cause(error)) from None

    def query(self, sql: str, params: Params | None = None) -> list[dict[str, Any]]:
        """See the port."""
        session = self.session()
        try:
            session.query(_OUTPUT)
            raw = session.query(bind(sql, params), _FORMAT).bytes()
        except RuntimeError as error:
            raise query_error(*_cause(error)) from None
        finally:
            session.close()
        names, types, answer = results.parse_json_rows(raw)
        return results.rows(names, [results.from_json(kind) for kind in types], answer)

    def execute(self, sql: str) -> None:
        """See the port. In a session of its own: an insert does not wait for a long statement."""
        session = self.session()
        try:
            session.query(sql)
        except RuntimeError as error:
            raise query_error(*_cause(error)) from None
        finally:
            session.close()

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

    def session(self) -> Session:
        """A new session on this store's engine, for one thread; its user closes it."""
        if self._owner is None:
            raise self._closed()
        return _session(self.path)

    def close(self) -> None:
        """See the port."""
        if self._owner is not None:
            with self._writing:
                self._owner.close()
                self._owner = None

    @property
    def _session(self) -> Session:
        if self._owner is None:
            raise self._closed()
        return self._owner

    def _closed(self) -> StoreError:
        return StoreError(f"the embedded store at {self.path} is closed")


def _open(path: str) -> Session:
    if "chdb" not in sys.modules and Path("config.xml").exists():
        raise Misconfigured(
            f"the folder {Path.cwd()} holds a config.xml, which the embedded ClickHouse would take for its own and "
            "open another database with; start in a folder without one"
        )
    try:
        return _session(path)
    except RuntimeError as error:
        code, reason = _cause(error)
        if "already initialized" in reason:
            reason = "this process has another embedded store open; close that first"
        elif _locked(path):
            # The engine prints this cause to stderr and raises an error without it.
            reason = (
                "it is open in another process, and only one may own it; "
                "stop that one, or ask it over its read-only HTTP port"
            )
        raise Misconfigured(f"the embedded store at {path} cannot be opened: {reason}", code) from None


def _locked(path: str) -> bool:
    """Whether another process holds the engine's lock on the folder ``path``."""
    try:
        with (Path(path) / "status").open() as status:
            fcntl.flock(status, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False


def _session(path: str) -> Session:
    from chdb.session import Session  # not with the module: 0.2 s, signal handlers, and no fork afterwards

    return Session(path)


def _cause(error: RuntimeError) -> tuple[int, str]:
    """Code and text of an engine error; of nested ones, the last is the cause."""
    text = str(error)
    codes = re.findall(r"Code: (\d+)", text)
    return int(codes[-1]) if codes else 0, text.strip()
