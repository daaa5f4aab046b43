"""The sink: what flushes yield goes into the store in order, and only then are its records acknowledged.

At least once: a batch is tried until it is in. The tables keep the highest version per key, so a batch that was written
twice, or half, changes nothing that a reader sees.
"""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections import deque
from collections.abc import Callable
from functools import partial
from typing import Any, Final

import pyarrow as pa

from connectors.clickhouse.errors import BadRows, Misconfigured, Retry, StoreError
from streams.runtime.bundle import Bundle
from streams.runtime.metrics import Metrics
from streams.runtime.piece import Columns, Piece, Tuples
from streams.runtime.ports import Blocking, Clock, Member, Rows

log = logging.getLogger(__name__)

#: First and longest pause between tries (s): a database that restarts is back in seconds, one that is down for an hour
#: must not be hammered.
FIRST_PAUSE: Final = 0.1
LONGEST_PAUSE: Final = 10.0

#: Pause between looks at a membership that is in doubt (s): heartbeats are seconds apart.
RECHECK_S: Final = 0.1

#: An insert costs each of some ten tables 10 to 20 ms of CPU whatever its size, so rows wait for others. Behind by so
#: much (ms), nobody waits for a single event any more: the sink gathers four times as long, up to so many records.
CATCHING_UP_MS: Final = 10_000
CATCHING_UP_WAITS: Final = 4
ENOUGH: Final = 40_000

#: Table, rows that the store can never take, and why.
Refuse = Callable[[str, list[dict[str, Any]], str], None]


class GivenUp(Exception):
    """The partitions of the bundle in hand belong to somebody else: the rest of it must not be written."""


class InDoubt(Exception):
    """The group has not confirmed this worker for a session timeout: its partitions may belong to somebody else."""


class Sink:
    """Writes one bundle after the other; what comes meanwhile, or within ``wait_s`` of the first, is merged into
    the next.

    Nothing is written in doubt. A bundle then waits, and is not dropped: when the group confirms the worker after all
    (its coordinator was away) the rows are still needed, as their evidence stays in the books; when it does not, the
    partitions are revoked, and :meth:`drop` ends the bundle, unacknowledged, for the next owner to read again.
    """

    def __init__(
        self, store: Rows, blocking: Blocking[Any], clock: Clock, metrics: Metrics, refuse: Refuse, member: Member,
        wait_s: float = 0.0,
    ) -> None:  # fmt: skip
        self._store = store
        self._blocking = blocking
        self._clock = clock
        self._metrics = metrics
        self._refuse = refuse
        self._member = member
        self._wait_s = wait_s
        #: When the first of `_next` was put, by the loop's clock.
        self._since = 0.0
        self._next = Bundle()
        self._writing: Bundle | None = None
        self._dropped = False
        self._wake = asyncio.Event()
        #: Set whenever memory was given back.
        self.room = asyncio.Event()

    def put(self, bundle: Bundle) -> None:
        """Queue a bundle; returns at once."""
        if self._next.empty():
            self._next = bundle
            self._since = asyncio.get_running_loop().time()
        else:
            self._next.merge(bundle)
        self._wake.set()

    def held_bytes(self) -> int:
        """Memory of what is not in the store yet."""
        return self._next.held_bytes() + (self._writing.held_bytes() if self._writing else 0)

    def backlog(self) -> int:
        """Records that wait while another insert runs."""
        return self._next.records if self._writing else 0

    def drop(self) -> None:
        """Forget everything but the insert that is under way: the partitions belong to somebody else now."""
        self._next = Bundle()
        self._dropped = True
        self.room.set()

    async def run(self) -> None:
        """Write for ever. Raises StoreError when the store says that it never will take our rows."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            while not self._next.empty():
                await self._gather()
                self._writing, self._next = self._next, Bundle()
                self._dropped = False
                try:
                    await self._write(self._writing)
                except GivenUp:
                    log.info("%d records were given back unwritten and will be read again", self._writing.records)
                finally:
                    self._writing = None
                self.room.set()

    async def _gather(self) -> None:
        """Wait until the next bundle is worth an insert: its time is up, it is large, or no more comes."""
        loop = asyncio.get_running_loop()
        oldest = self._next.oldest()
        behind = oldest and self._clock.now_ms() - oldest > CATCHING_UP_MS
        until = self._since + self._wait_s * (CATCHING_UP_WAITS if behind else 1)
        while self._next.records < ENOUGH and (left := until - loop.time()) > 0:
            self._wake.clear()
            try:
                await asyncio.wait_for(self._wake.wait(), min(left, self._wait_s))
            except TimeoutError:
                return

    async def _write(self, bundle: Bundle) -> None:
        started = time.perf_counter()
        self._metrics.lag.set(max(0.0, (self._clock.now_ms() - oldest) / 1000) if (oldest := bundle.oldest()) else 0.0)
        waiting = _pieces(bundle)
        while waiting:
            try:
                await self._blocking(partial(self._insert_all, waiting))
            except InDoubt:
                await self._confirmed()
            except StoreError as error:
                await self._insert(waiting.popleft(), error)
        self._metrics.seconds.labels("sink").inc(time.perf_counter() - started)
        now = self._clock.now_ms()
        for appended in bundle.appended:
            self._metrics.latency.observe((now - appended) / 1000.0)
        for ack in bundle.acks:
            ack()

    def _insert_all(self, waiting: deque[Piece]) -> None:
        """Insert one after the other. One call of the thread for all: the loop has much to do, and may be long in coming
        back between two."""
        while waiting:
            self._insert_now(waiting[0])
            waiting.popleft()

    def _insert_now(self, piece: Piece) -> None:
        """In the thread, at the last moment: the worker may have slept since the loop came by here."""
        if self._dropped:
            raise GivenUp
        if not self._member():
            raise InDoubt
        piece.insert(self._store)
        self._metrics.rows.labels(piece.table).inc(len(piece))
        self._metrics.inserted.observe(len(piece))

    async def _confirmed(self) -> None:
        """Wait until the group confirms this worker. Raises GivenUp when it has taken the partitions instead."""
        self._metrics.fenced.labels("rows").inc()
        log.warning("rows wait: the group has not confirmed this worker")
        while not self._member():  # heartbeats are another thread's; in doubt only
            await asyncio.sleep(RECHECK_S)
            if self._dropped:
                raise GivenUp

    async def _insert(self, piece: Piece, said: StoreError | None = None) -> None:
        """Store what can be stored of a piece; the rest is refused row by row. ``said``: the answer to a first try."""
        try:
            await self._until_in(piece, said)
        except BadRows as bad:
            self._metrics.store_errors.labels("BadRows").inc()
            gone = bad.indices or ((0,) if len(piece) == 1 else ())
            if not gone:
                await self._halves(piece)
                return
            self._refuse(piece.table, piece.dicts(gone), bad.reason)
            rest = piece.without(set(gone))
            if len(rest):
                await self._insert(rest)
        except Retry as error:
            if not error.smaller:
                raise  # tried often enough: an error that nobody knows, so the worker stops and says so
            await self._halves(piece)

    async def _halves(self, piece: Piece) -> None:
        middle = len(piece) // 2
        await self._insert(piece.part(0, middle))
        await self._insert(piece.part(middle, len(piece)))

    async def _until_in(self, piece: Piece, said: StoreError | None = None) -> None:
        pause = FIRST_PAUSE
        tries = 0
        while True:
            try:
                if said is not None:
                    raise said
                await self._blocking(partial(self._insert_now, piece))
                return
            except InDoubt:
                await self._confirmed()
            except Retry as error:
                tries += 1
                self._metrics.store_errors.labels("Retry").inc()
                if (error.attempts is not None and tries >= error.attempts) or (error.smaller and len(piece) > 1):
                    raise
                log.warning("%s: %d rows not taken by the store (%s), trying again", piece.table, len(piece), error.reason)
                said = None
                self._metrics.store_retries.inc()
                await asyncio.sleep(pause * (0.5 + random.random()))  # jitter: all workers lost the store at one moment
                pause = min(pause * 2, LONGEST_PAUSE)
            except Misconfigured:
                self._metrics.store_errors.labels("Misconfigured").inc()
                raise


def _pieces(bundle: Bundle) -> deque[Piece]:
    """One piece per table."""
    return deque([
        *(Columns(name, pa.concat_tables(bundle.tables[name])) for name in sorted(bundle.tables)),
        *(Tuples(name, list(bundle.state[name].values())) for name in sorted(bundle.state)),
        *(Tuples(name, bundle.rows[name]) for name in sorted(bundle.rows)),
    ])  # fmt: skip
