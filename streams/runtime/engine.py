"""The pipeline of one worker, free of Faust: batches in; rows, facts and commands out; state to the changelog.

The order that makes it safe (design 6): evidence into the books; derived rows to the sink, facts and commands to Kafka;
and at a commit, with the intake stopped: sink drained, sends acknowledged, changelog written and acknowledged, and only
then offsets. So the state is never ahead of the rows or outputs that were derived from it, and evidence that a restored
state knows already is a duplicate whose effects are out.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from typing import Any

import numpy as np

from schemas.identifiers import container_ok
from schemas.topics import Topics
from streams.domain.correlator import Correlator
from streams.domain.reference import Reference
from streams.domain.rows import STATE_TABLES
from streams.runtime import changelog, dead_letters, history
from streams.runtime.intake import Intake, Slice, Taken
from streams.runtime.metrics import Metrics
from streams.runtime.outbox import Outbox, Parcel
from streams.runtime.ports import Blocking, Broker, Clock, Record, Rows
from streams.runtime.sink import Bundle, Sink
from streams.runtime.sources import sources, timed_topics
from streams.runtime.watermark import Watermark
from streams.settings import Settings

log = logging.getLogger(__name__)

#: Tables that hold rows of a kind of book.
TABLES_OF_BOOK = {
    "B": tuple(t for t in STATE_TABLES if t not in ("consignments", "port_calls")),
    "M": ("consignments", "exceptions"),
    "V": ("port_calls", "exceptions"),
}
WATERMARK_EVERY_S = 1.0
#: A record in memory costs about twice its bytes, as Arrow columns and as evidence.
HELD_PER_BYTE = 2


async def in_thread(call: Callable[[], Any]) -> Any:
    """Run a blocking call in the default executor."""
    return await asyncio.get_running_loop().run_in_executor(None, call)


class Engine:
    """One worker's pipeline over the partitions it owns."""

    def __init__(
        self, *, reference: Reference, topics: Topics, store: Rows, broker: Broker, clock: Clock, settings: Settings,
        metrics: Metrics, home: Callable[[str], int], blocking: Blocking[Any] = in_thread,
    ) -> None:  # fmt: skip
        self._reference = reference
        self._settings = settings
        self._clock = clock
        self._broker = broker
        self._store = store
        self._blocking = blocking
        self._metrics = metrics
        self._topics = topics
        self._sources = sources(topics)
        self._slices: dict[int, Slice] = {}
        self._intake = Intake(self._sources, home, metrics)
        self._home = home
        self.outbox = Outbox(broker, clock, metrics, home)
        self.sink = Sink(store, blocking, clock, metrics, settings.sink_rows, self._refuse_rows)
        self._bundle = Bundle()
        self._parcel = Parcel()
        self._gate = asyncio.Lock()
        self._wake = asyncio.Event()
        self._last_watermark = 0.0
        self._next_sweep = 0.0
        self._recovered = False

    # -- assignment ----------------------------------------------------------------------------------------------

    def assign(self, partitions: Iterable[int], log_ends: dict[tuple[str, int], int]) -> None:
        """Begin anew with these partitions; what is read below ``log_ends`` may have rows that we do not know."""
        self._recovered = False
        self._bundle, self._parcel = Bundle(), Parcel()
        self._slices = {}
        topics = timed_topics(self._sources)
        for p in partitions:
            correlator = Correlator(self._reference, self._settings.epoch, p, container_ok)
            watermark = Watermark(topics, self._broker.partitions(), self._settings.mode == "live")
            ends = {topic: end for (topic, q), end in log_ends.items() if q == p}
            self._slices[p] = Slice(p, correlator, watermark, ends)

    def restore(self, partition: int, records: Sequence[Record]) -> None:
        """Changelog records of a partition, in order."""
        changelog.restore(self._slices[partition].correlator, records)
        self._metrics.restored.inc(len(records))

    def recovered(self) -> None:
        """The changelog is read: facts and links are rebuilt, and the background sweep begins."""
        for part in self._slices.values():
            part.correlator.restored()
        self._next_sweep = time.monotonic() + self._settings.sweep_every_s
        self._recovered = True

    def revoke(self, partitions: Iterable[int]) -> None:
        """These belong to somebody else: drop their state, and everything that was not written yet."""
        for p in partitions:
            self._slices.pop(p, None)
        self._bundle, self._parcel = Bundle(), Parcel()
        self.sink.drop()

    # -- records in ----------------------------------------------------------------------------------------------

    async def ingest(self, records: Sequence[Record], ack: Callable[[], None]) -> None:
        """Take one topic partition's batch; waits while the database is away and the memory limit is reached."""
        if not records:
            ack()
            return
        await self._room()
        async with self._gate:
            part = self._slices.get(records[0].partition)
            if part is None:
                return  # revoked meanwhile; its next owner reads the batch again
            taken = self._intake.take(part, records)
            self._keep(part, records, taken, ack)
        if self._bundle.records >= self._settings.sink_rows:
            self._wake.set()

    async def _room(self) -> None:
        while self.sink.held_bytes > self._settings.sink_limit_bytes:
            self._metrics.paused.set(1)
            self.sink.room.clear()
            await self.sink.room.wait()
        self._metrics.paused.set(0)

    def _keep(self, part: Slice, records: Sequence[Record], taken: Taken, ack: Callable[[], None]) -> None:
        bundle, parcel = self._bundle, self._parcel
        for name, table in taken.tables:
            bundle.add_table(name, table)
        if taken.bad:
            kind = self._sources[records[0].topic].kind
            messages = dead_letters.letters(records, taken.bad, self._clock.now_ms())
            parcel.first.append((self._topics.dead_letters(kind).name, None, messages))
            bundle.add_rows("dead_letters", dead_letters.rows(records, taken.bad))
            for b in taken.bad:
                self._metrics.dead_letters.labels(kind, b.code).inc()
        if taken.forwarded:
            self.outbox.facts(parcel, "FORWARDED", part.partition, taken.forwarded)
        if taken.retractions:
            self.outbox.facts(parcel, "RETRACTION", part.partition, taken.retractions)
        for topic, sent_to, appended_at in taken.heartbeats:
            self.outbox.broadcast(parcel, "HEARTBEAT", part.partition, sent_to, topic, appended_at)
        bundle.acks.append(ack)
        bundle.records += len(records)
        bundle.bytes += HELD_PER_BYTE * sum(len(r.value or b"") for r in records)
        bundle.appended.append(np.array([r.timestamp for r in records], dtype=np.int64))
        self._metrics.batch.set(len(records))

    def at_end(self, topic: str, partition: int, at_ms: int) -> None:
        """A partition was read to its log end at this time."""
        part = self._slices.get(partition)
        if part is not None:
            part.watermark.read(topic, at_ms)

    # -- derivation ----------------------------------------------------------------------------------------------

    async def run(self) -> None:
        """Derive, write and send until cancelled. Raises what makes the worker unable to go on."""
        tasks = [asyncio.ensure_future(t) for t in (self.sink.run(), self.outbox.run(), self._flush_for_ever())]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_EXCEPTION)
            for task in done:
                task.result()
        finally:
            for task in tasks:
                task.cancel()

    async def _flush_for_ever(self) -> None:
        while True:
            try:
                await asyncio.wait_for(self._wake.wait(), self._settings.flush_ms / 1000)
            except asyncio.TimeoutError:
                pass
            self._wake.clear()
            async with self._gate:
                if self._recovered:
                    await self._flush(sweep=True)

    async def _flush(self, sweep: bool = False) -> None:
        """Derive what is dirty; rows go to the sink, the rest to Kafka. The gate is held."""
        started = time.perf_counter()
        for part in self._slices.values():
            if sweep and self._bundle.records < self._settings.sink_rows:
                self._sweep(part)
            if part.to_check:
                await self._adopt_stored(part)
            if part.correlator.pending():
                self._derive(part)
        self._publish_watermarks()
        self._metrics.seconds.labels("derive").inc(time.perf_counter() - started)
        if not self._parcel.empty():
            self.outbox.put(self._parcel)
            self._parcel = Parcel()
        if not self._bundle.empty():
            self.sink.put(self._bundle)
            self._bundle = Bundle()

    def _derive(self, part: Slice) -> None:
        effects = part.correlator.flush()
        if effects.facts:
            everybody = range(self._broker.partitions())
            routed = [
                (target, e)
                for key, e in effects.facts
                for target in (everybody if not key else (self._home(key),))
            ]
            bill = [f for f in routed if f[1].book == "B"]
            calls = [f for f in routed if f[1].book != "B"]
            for kind, facts in (("BILL_EVIDENCE", bill), ("CALL_EVIDENCE", calls)):
                if facts:
                    self.outbox.facts(self._parcel, kind, part.partition, facts)
        self.outbox.effects(self._parcel, effects, self._settings.visit_updates)
        for table, rows in effects.rows.items():
            self._bundle.add_rows(table, history.withdrawn(rows) if table == "events" else rows)
        for name, error in effects.failed:
            self._metrics.failed.inc()
            log.error("book %s could not be derived (%s); its last good rows stand", name[1:], error)
        books, evidence = part.correlator.size()
        label = str(part.partition)
        self._metrics.books.labels(label).set(books)
        self._metrics.evidence.labels(label).set(evidence)
        self._metrics.now.labels(label).set(part.correlator.now / 1000)

    def _publish_watermarks(self) -> None:
        now = time.monotonic()
        if now - self._last_watermark < WATERMARK_EVERY_S:
            return
        self._last_watermark = now
        for part in self._slices.values():
            own = part.watermark.own()
            if own > part.watermark.published:
                part.watermark.published = own
                self.outbox.broadcast(self._parcel, "WATERMARK", part.partition, own)

    # -- rows that a crash may have left behind --------------------------------------------------------------------

    def _sweep(self, part: Slice) -> None:
        if time.monotonic() > self._next_sweep:
            self._next_sweep = time.monotonic() + self._settings.sweep_every_s
            for each in self._slices.values():
                each.correlator.resweep()
                each.checked.clear()
        for name in part.correlator.sweep(self._settings.sweep_books):
            if name not in part.checked:
                part.checked.add(name)
                part.to_check[name] = None

    async def _adopt_stored(self, part: Slice) -> None:
        """Ask the store which rows it holds for books that are touched for the first time since the assignment."""
        names = part.to_check
        part.to_check = {}
        for kind, tables in TABLES_OF_BOOK.items():
            keys = sorted({n[1:].rsplit("|", 1)[0] if kind == "V" else n[1:] for n in names if n[0] == kind})
            for table in tables if keys else ():
                wanted = keys if table != "exceptions" or kind != "V" else [n[1:] for n in names if n[0] == kind]
                for key, version in await self._blocking(lambda t=table, k=wanted: self._store.stored_keys(t, k)):
                    part.correlator.adopt_stored(table, key, version, kind)

    # -- commit --------------------------------------------------------------------------------------------------

    @asynccontextmanager
    async def barrier(self) -> AsyncIterator[bool]:
        """Stop the intake, bring everything that the state knows into the store, Kafka and the changelog.

        Yields True when offsets may be committed, False when something is not out yet: then nothing is lost, the next
        commit covers it.
        """
        started = time.perf_counter()
        async with self._gate:
            safe = await self._settle()
            self._metrics.commits.labels("safe" if safe else "put off").inc()
            self._metrics.seconds.labels("commit").inc(time.perf_counter() - started)
            yield safe

    async def _settle(self) -> bool:
        timeout = self._settings.drain_timeout_s
        await self._flush()
        if not await self.sink.drained(timeout) or not await self.outbox.settled(timeout):
            return False
        for part in self._slices.values():
            messages, chunks = changelog.messages(part.correlator)
            if not messages:
                continue
            messages.append(changelog.now_message(part.correlator.now))
            try:
                await self._broker.send(changelog.TOPIC, part.partition, messages)
            except Exception as error:
                part.correlator.restore_chunks(chunks)
                log.warning("changelog of partition %d not written (%s); offsets wait", part.partition, error)
                return False
            self._metrics.changelog.inc(len(messages))
        return True

    def _refuse_rows(self, table: str, rows: list[tuple[Any, ...]], reason: str) -> None:
        """Rows that the store can never take: told, counted, and the rest goes on."""
        log.error("%d rows of %s were refused by the store: %s", len(rows), table, reason)
        self._metrics.store_errors.labels("BadRows").inc(len(rows))
