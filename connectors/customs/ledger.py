"""The send ledger: what is said to customs is written down, durably, before it is sent.

What was sent cannot be unsent, so a crash must not make us forget it: after a restart the same bytes go out again under
the same id. The first content under an id is the one that counts; another one is refused and counted, for customs
must never see an id with two contents (design 3, promise 4).
"""

from __future__ import annotations

import fcntl
import sqlite3
import time
from collections.abc import Iterable, Iterator, Sequence
from enum import Enum
from pathlib import Path
from typing import Final, NamedTuple

_SCHEMA: Final = """
BEGIN;
CREATE TABLE IF NOT EXISTS sent (
    place INTEGER PRIMARY KEY,          -- order of sending
    id TEXT NOT NULL UNIQUE,            -- message id
    content BLOB NOT NULL,              -- exactly what is sent
    about BLOB NOT NULL DEFAULT x'',    -- what it says, where the bytes also hold something else (a time of sending)
    written_at INTEGER NOT NULL,        -- UTC ms, wall clock: for people only
    is_done INTEGER NOT NULL DEFAULT 0, -- 1: sent, and the answer is safe
    refused INTEGER NOT NULL DEFAULT 0  -- how often another content came under this id
);
CREATE INDEX IF NOT EXISTS sent_open ON sent (place) WHERE is_done = 0;
CREATE TABLE IF NOT EXISTS held (
    id TEXT PRIMARY KEY,                -- message id of what could not be sent as it stands
    about BLOB NOT NULL,
    problem TEXT NOT NULL               -- why, for a person
);
COMMIT;
"""


class LedgerProblem(RuntimeError):
    """The ledger cannot be used; the message says what to do."""


class Entry(NamedTuple):
    """One message of the ledger. Two messages are the same when they are ``about`` the same; where it is empty, when
    their content is."""

    id: str
    content: bytes
    about: bytes = b""


class Held(NamedTuple):
    """A message that could not be made, and why; it is tried again at the next start."""

    id: str
    about: bytes
    problem: str


class Outcome(Enum):
    """What became of a message that was entered."""

    NEW = "new"
    REPEAT = "repeat"  # the same content is there already: a retry, harmless
    REFUSED = "refused"  # another content stands under this id: the first counts


class SendLedger:
    """The ledger in one file. One process at a time writes; used from one thread.

    ``enter`` returns when the messages are on disk (fsync); only then may they be sent. ``done`` notes that they were.
    """

    def __init__(self, path: Path, *, look: bool = False) -> None:
        """Open or create the ledger; ``look``: an existing one, to read beside its writer. Raises LedgerProblem when it
        cannot be opened so, or another process writes it."""
        if look and not path.exists():
            raise LedgerProblem(f"there is no ledger {path}: check the path, or start the sender first")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._lock = None if look else path.with_name(path.name + ".lock").open("w")
            if self._lock is not None:
                fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)  # two senders would answer twice
            self._db = sqlite3.connect(path, isolation_level=None, timeout=5.0)
            if look:
                self._db.execute("PRAGMA query_only = ON")
                self._db.execute("SELECT id, content, about FROM sent LIMIT 1")
                return
            self._db.execute("PRAGMA journal_mode = WAL")
            self._db.execute("PRAGMA synchronous = FULL")  # a commit returns after fsync
            self._db.executescript(_SCHEMA)
            if "about" not in [column[1] for column in self._db.execute("PRAGMA table_info(sent)")]:
                self._db.execute("ALTER TABLE sent ADD COLUMN about BLOB NOT NULL DEFAULT x''")  # an older ledger
        except (sqlite3.Error, OSError) as error:
            held = isinstance(error, BlockingIOError)
            todo = "another process uses it: stop that one first" if held else "give a ledger that can be used"
            raise LedgerProblem(f"the send ledger {path} cannot be opened ({error}); {todo}") from error

    def enter(self, entries: Iterable[Entry]) -> list[Outcome]:
        """Write messages down, in order, and say of each whether it is new. Durable when it returns."""
        now = time.time_ns() // 1_000_000
        outcomes = []
        self._db.execute("BEGIN IMMEDIATE")
        try:
            for entry in entries:
                outcomes.append(self._enter(entry, now))
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")
        return outcomes

    def _enter(self, entry: Entry, now: int) -> Outcome:
        added = self._db.execute(
            "INSERT INTO sent (id, content, about, written_at) VALUES (?, ?, ?, ?) ON CONFLICT (id) DO NOTHING",
            (entry.id, entry.content, entry.about, now),
        )
        if added.rowcount:
            self._db.execute("DELETE FROM held WHERE id = ?", (entry.id,))
            return Outcome.NEW
        known = self.entry(entry.id)
        if known is not None and (known.about or known.content) == (entry.about or entry.content):
            return Outcome.REPEAT
        self._db.execute("UPDATE sent SET refused = refused + 1 WHERE id = ?", (entry.id,))
        return Outcome.REFUSED

    def done(self, ids: Sequence[str]) -> None:
        """These were sent, and what came back is safe: they need not be sent again after a crash."""
        if ids:
            self._db.execute("BEGIN IMMEDIATE")
            self._db.executemany("UPDATE sent SET is_done = 1 WHERE id = ?", [(i,) for i in ids])
            self._db.execute("COMMIT")

    def content(self, message_id: str) -> bytes | None:
        """The content that counts under an id, None when it was never sent."""
        known = self.entry(message_id)
        return None if known is None else known.content

    def entry(self, message_id: str) -> Entry | None:
        """What counts under an id, None when it was never entered."""
        row = self._db.execute("SELECT id, content, about FROM sent WHERE id = ?", (message_id,)).fetchone()
        return None if row is None else Entry(row[0], bytes(row[1]), bytes(row[2]))

    def entries(self) -> Iterator[Entry]:
        """Every message, in the order of sending."""
        for message_id, content, about in self._db.execute("SELECT id, content, about FROM sent ORDER BY place"):
            yield Entry(message_id, bytes(content), bytes(about))

    def hold(self, message: Held) -> None:
        """Keep a message that could not be made, until it can be; durable when it returns. The first one counts."""
        self._db.execute(
            "INSERT INTO held (id, about, problem) VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE SET problem = excluded.problem",
            message,
        )

    def held(self, message_id: str = "") -> list[Held]:
        """What is kept so, in no order; or only what is under an id."""
        rows = self._db.execute("SELECT id, about, problem FROM held WHERE ?1 IN ('', id)", (message_id,))
        return [Held(row[0], bytes(row[1]), row[2]) for row in rows]

    def open_ids(self) -> list[str]:
        """Ids that were written down and not noted as done: after a crash these are sent again, in this order."""
        return [row[0] for row in self._db.execute("SELECT id FROM sent WHERE is_done = 0 ORDER BY place")]

    def refused(self) -> int:
        """How many messages were refused because their id had another content, over the ledger's life."""
        return int(self._db.execute("SELECT coalesce(sum(refused), 0) FROM sent").fetchone()[0])

    def close(self) -> None:
        """Release the file."""
        self._db.close()
        if self._lock is not None:
            self._lock.close()
