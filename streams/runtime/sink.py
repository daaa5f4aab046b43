"""The sink: what flushes yield goes into the store in order, and only then are its records acknowledged.

At least once: a batch is tried until it is in. The tables keep the highest version per key, so a batch that was written
twice, or half, changes nothing that a reader sees.
"""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections.abc import Callable
from typing import Any, Final

import pyarrow as pa

from connectors.clickhouse.errors import BadRows, Misconfigured, Retry
from streams.runtime.bundle import Bundle
from streams.runtime.metrics import Metrics
from streams.runtime.piece import Columns, Piece, Tuples
from streams.runtime.ports import Blocking, Clock, Rows

log = logging.getLogger(__name__)

#: First and longest pause between tries (s): a database that restarts is back in seconds, one that is down for an hour
#: must not be hammered.
FIRST_PAUSE: Final = 0.1
LONGEST_PAUSE: Final = 10.0

#: Table, rows that the store can never take, and why.
Refuse = Callable[[str, list[dict[str, Any]], str], None]


class Sink:
    """Writes one bundle after the other; what comes meanwhile is merged into the next."""

    def __init__(self, store: Rows, blocking: Blocking[Any], clock: Clock, metrics: Metrics, refuse: Refuse) -> None:
        self._store = store
        self._blocking = blocking
        self._clock = clock
        self._metrics = metrics
        self._refuse = refuse
        self._next = Bundle()
        self._writing: Bundle | None = None
        self._wake = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()
        #: Set whenever memory was given back.
        self.room = asyncio.Event()

    def put(self, bundle: Bundle) -> None:
        """Queue a bundle; returns at once."""
        if self._next.empty():
            self._next = bundle
        else:
            self._next.merge(bundle)
        self._idle.clear()
        self._wake.set()

    def held_bytes(self) -> int:
        """Memory of what is not in the store yet."""
        return self._next.held_bytes() + (self._writing.held_bytes() if self._writing else 0)

    def backlog(self) -> int:
        """Records that wait while another insert runs."""
        return self._next.records if self._writing else 0

    def drop(self) -> None:
        """Forget what was not begun: its partitions belong to somebody else now."""
        self._next = Bundle()
        self.room.set()
        if self._writing is None:
            self._idle.set()

    async def drained(self, timeout: float) -> bool:
        """Wait until all that was put is in the store; False when that takes longer than ``timeout`` seconds."""
        try:
            await asyncio.wait_for(self._idle.wait(), timeout)
        except TimeoutError:
            return False
        return True

    async def run(self) -> None:
        """Write for ever. Raises StoreError when the store says that it never will take our rows."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            while not self._next.empty():
                self._writing, self._next = self._next, Bundle()
                try:
                    await self._write(self._writing)
                finally:
                    self._writing = None
                self.room.set()
            self._idle.set()

    async def _write(self, bundle: Bundle) -> None:
        started = time.perf_counter()
        self._metrics.lag.set(max(0.0, (self._clock.now_ms() - oldest) / 1000) if (oldest := bundle.oldest()) else 0.0)
        for name in sorted(bundle.tables):
            await self._insert(Columns(name, pa.concat_tables(bundle.tables[name])))
        for name in sorted(bundle.state):
            await self._insert(Tuples(name, list(bundle.state[name].values())))
        for name in sorted(bundle.rows):
            await self._insert(Tuples(name, bundle.rows[name]))
        self._metrics.seconds.labels("sink").inc(time.perf_counter() - started)
        now = self._clock.now_ms()
        for appended in bundle.appended:
            self._metrics.latency.observe((now - appended) / 1000.0)
        for ack in bundle.acks:
            ack()

    async def _insert(self, piece: Piece) -> None:
        """Store what can be stored of a piece; the rest is refused row by row."""
        try:
            await self._until_in(piece)
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

    async def _until_in(self, piece: Piece) -> None:
        pause = FIRST_PAUSE
        tries = 0
        while True:
            try:
                await self._blocking(lambda: piece.insert(self._store))
                self._metrics.rows.labels(piece.table).inc(len(piece))
                return
            except Retry as error:
                tries += 1
                self._metrics.store_errors.labels("Retry").inc()
                if (error.attempts is not None and tries >= error.attempts) or (error.smaller and len(piece) > 1):
                    raise
                log.warning("%s: %d rows not taken by the store (%s), trying again", piece.table, len(piece), error.reason)
                await asyncio.sleep(pause * (0.5 + random.random()))  # jitter: all workers lost the store at one moment
                pause = min(pause * 2, LONGEST_PAUSE)
            except Misconfigured:
                self._metrics.store_errors.labels("Misconfigured").inc()
                raise
