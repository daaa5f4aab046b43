"""The sink: what one flush yields goes into the store in one piece, in order, and only then are its records acknowledged.

At least once: a batch is tried until it is in. The tables keep the highest version per key, so a batch that was written
twice, or half, changes nothing that a reader sees.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections import deque
from collections.abc import Callable
from typing import Any

import numpy as np
import pyarrow as pa

from connectors.clickhouse.errors import BadRows, Misconfigured, Retry
from streams.runtime.metrics import Metrics
from streams.runtime.ports import Blocking, Clock, Rows

#: First and longest pause between tries (s): a database that restarts is back in seconds, one that is down for an hour
#: must not be hammered.
FIRST_PAUSE, LONGEST_PAUSE = 0.1, 10.0


class Bundle:
    """The rows of one flush, and whom to tell when they are in."""

    def __init__(self) -> None:
        self.tables: dict[str, list[pa.Table]] = {}
        self.rows: dict[str, list[tuple[Any, ...]]] = {}
        self.acks: list[Callable[[], None]] = []
        self.appended: list[np.ndarray] = []
        self.records = 0
        self.bytes = 0

    def empty(self) -> bool:
        """True when there is nothing to write and nobody to tell."""
        return not (self.tables or self.rows or self.acks)

    def add_table(self, name: str, table: pa.Table) -> None:
        """Rows by column."""
        self.tables.setdefault(name, []).append(table)

    def add_rows(self, name: str, rows: list[tuple[Any, ...]]) -> None:
        """Rows as tuples."""
        known = self.rows.get(name)
        if known is None:
            self.rows[name] = rows
        else:
            known.extend(rows)


class Sink:
    """Writes bundles in a thread, one at a time, in order."""

    def __init__(
        self, store: Rows, blocking: Blocking[Any], clock: Clock, metrics: Metrics, max_rows: int, refuse: Callable[..., None]
    ) -> None:
        self._store = store
        self._blocking = blocking
        self._clock = clock
        self._metrics = metrics
        self._max_rows = max_rows
        self._refuse = refuse
        self._queue: deque[Bundle] = deque()
        self._writing = False
        self._wake = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()
        self.held_bytes = 0
        self.room = asyncio.Event()
        self.room.set()

    def put(self, bundle: Bundle) -> None:
        """Queue a bundle; returns at once."""
        self._queue.append(bundle)
        self.held_bytes += bundle.bytes
        self._idle.clear()
        self._wake.set()

    def drop(self) -> None:
        """Forget what was not begun: its partitions belong to somebody else now."""
        self._queue.clear()
        if not self._writing:
            self._idle.set()

    async def drained(self, timeout: float) -> bool:
        """Wait until all that was put is in the store; False when that takes longer than ``timeout`` seconds."""
        try:
            await asyncio.wait_for(self._idle.wait(), timeout)
        except asyncio.TimeoutError:
            return False
        return True

    async def run(self) -> None:
        """Write for ever. Raises Misconfigured when the store says that it never will take our rows."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            while self._queue:
                await self._write(self._gather())
            self._idle.set()

    def _gather(self) -> list[Bundle]:
        taken = [self._queue.popleft()]
        records = taken[0].records
        while self._queue and records < self._max_rows:
            taken.append(self._queue.popleft())
            records += taken[-1].records
        return taken

    async def _write(self, bundles: list[Bundle]) -> None:
        self._writing = True
        started = time.perf_counter()
        for name in {n for b in bundles for n in b.tables}:
            tables = [t for b in bundles for t in b.tables.get(name, ())]
            whole = pa.concat_tables(tables) if len(tables) > 1 else tables[0]
            await self._until_in(name, lambda whole=whole, name=name: self._store.insert_arrow(name, whole), whole.num_rows)
        for name in {n for b in bundles for n in b.rows}:
            rows = [r for b in bundles for r in b.rows.get(name, ())]
            await self._insert_rows(name, rows)
        self._metrics.seconds.labels("sink").inc(time.perf_counter() - started)
        now = self._clock.now_ms()
        for bundle in bundles:
            self.held_bytes -= bundle.bytes
            for appended in bundle.appended:
                self._metrics.latency.observe((now - appended) / 1000.0)
            for ack in bundle.acks:
                ack()
        self._writing = False
        self.room.set()

    async def _insert_rows(self, name: str, rows: list[tuple[Any, ...]]) -> None:
        while rows:
            try:
                await self._until_in(name, lambda: self._store.insert(name, rows), len(rows))
                return
            except BadRows as bad:
                gone = set(bad.indices)
                if not gone:
                    raise
                self._refuse(name, [rows[i] for i in sorted(gone)], str(bad))
                rows = [r for i, r in enumerate(rows) if i not in gone]

    async def _until_in(self, name: str, insert: Callable[[], None], count: int) -> None:
        pause = FIRST_PAUSE
        while True:
            try:
                await self._blocking(insert)
                self._metrics.rows.labels(name).inc(count)
                return
            except Retry as error:
                self._metrics.store_errors.labels(type(error).__name__).inc()
                await asyncio.sleep(pause * (0.5 + random.random()))
                pause = min(pause * 2, LONGEST_PAUSE)
            except Misconfigured:
                self._metrics.store_errors.labels("Misconfigured").inc()
                raise
