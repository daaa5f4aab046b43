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
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any, Final

import numpy as np

from schemas.errors import RegistryUnavailableError
from schemas.identifiers import container_ok
from schemas.topics import Topics
from streams.domain.correlator import Correlator
from streams.domain.reference import Reference
from streams.runtime import changelog, dead_letters, history, standing, stored
from streams.runtime.bundle import Bundle
from streams.runtime.intake import Intake, Taken
from streams.runtime.letters import Letters
from streams.runtime.metrics import Metrics
from streams.runtime.outbox import Outbox, Parcel
from streams.runtime.ports import Blocking, Broker, Clock, Record, Rows
from streams.runtime.sink import Sink
from streams.runtime.slice import Slice
from streams.runtime.sources import sources, timed_topics
from streams.runtime.standing import Standing
from streams.runtime.watermark import Watermark
from streams.settings import Settings

log = logging.getLogger(__name__)

#: Deadlines are minutes, so a second is fine; each owner writes one record per partition each time.
WATERMARK_EVERY_S: Final = 1.0
#: How long to wait for a schema registry that is away, before the batch is tried again.
REGISTRY_PAUSE_S: Final = 1.0
#: A record in memory costs about twice its bytes, as Arrow columns and as evidence.
HELD_PER_BYTE: Final = 2


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
        self._standings: dict[int, Standing] = {}
        self._intake = Intake(self._sources, home, metrics)
        self._letters = Letters(home, broker.partitions(), metrics, settings.mode != "backfill")
        self._outbox = Outbox(broker, metrics)
        self._sink = Sink(store, blocking, clock, metrics, self._refuse_rows)
        self._bundle = Bundle()
        self._parcel = Parcel()
        self._gate = asyncio.Lock()
        self._wake = asyncio.Event()
        self._stopping = asyncio.Event()
        self._next_watermark = 0.0
        self._next_sweep = 0.0
        self._recovered = False
        #: Counts assignments and revocations: whoever awaited something can tell whether its partitions are still ours.
        self._generation = 0

    # -- assignment ----------------------------------------------------------------------------------------------

    def assign(self, partitions: Iterable[int], log_ends: Mapping[tuple[str, int], int]) -> None:
        """Begin anew with exactly these partitions; records below ``log_ends`` may have rows that we do not know."""
        self._forget()
        topics = timed_topics(self._sources)
        for p in partitions:
            correlator = Correlator(self._reference, self._settings.epoch, p, container_ok)
            watermark = Watermark(topics, self._broker.partitions(), self._settings.mode == "live")
            ends = {topic: end for (topic, q), end in log_ends.items() if q == p}
            self._slices[p] = Slice(p, correlator, watermark, ends)
            self._standings[p] = Standing()

    def restore(self, partition: int, records: Sequence[Record]) -> None:
        """Changelog records of a partition, in order."""
        part = self._slices[partition]
        changelog.restore(part.correlator, part.watermark, records, self._clock.now_ms())
        self._metrics.restored.inc(len(records))

    def recovered(self) -> None:
        """The changelog is read: facts and links are rebuilt, and the background sweep begins."""
        for part in self._slices.values():
            part.correlator.restored()
        self._next_sweep = asyncio.get_running_loop().time() + self._settings.sweep_every_s
        self._recovered = True

    def revoke(self, partitions: Iterable[int]) -> None:
        """These belong to somebody else, and so will the rest: rebalancing takes everything from everybody.

        All state goes. What was derived from it and not written yet is dropped, so evidence that stayed would never
        yield it again.
        """
        if not self._slices.keys().isdisjoint(partitions):
            self._forget()

    def _forget(self) -> None:
        self._generation += 1
        self._recovered = False
        self._slices = {}
        self._standings = {}
        self._bundle, self._parcel = Bundle(), Parcel()
        self._sink.drop()

    # -- records in ----------------------------------------------------------------------------------------------

    async def ingest(self, records: Sequence[Record], ack: Callable[[], None]) -> None:
        """Take one topic partition's batch; waits while the database is away and the memory limit is reached.

        ``ack`` is called when everything that the batch said is in the store; never, when the partition is lost before.
        """
        if not records:
            ack()
            return
        generation = self._generation
        while True:
            await self._room()
            async with self._gate:
                part = self._slices.get(records[0].partition)
                if part is None or generation != self._generation:
                    return  # revoked meanwhile; its next owner reads the batch again
                try:
                    taken = self._intake.take(part, records, self._clock.now_ms())
                except RegistryUnavailableError as error:
                    log.warning("%s: a batch waits for the schema registry: %s", records[0].topic, error)
                else:
                    self._keep(part, records, taken, ack)
                    break
            await asyncio.sleep(REGISTRY_PAUSE_S)
        if self._bundle.records >= self._settings.sink_rows:
            self._wake.set()

    async def _room(self) -> None:
        while self._sink.held_bytes() > self._settings.sink_limit_bytes:
            self._metrics.paused.set(1)
            self._sink.room.clear()
            await self._sink.room.wait()
        self._metrics.paused.set(0)

    def _keep(self, part: Slice, records: Sequence[Record], taken: Taken, ack: Callable[[], None]) -> None:
        bundle, parcel, now = self._bundle, self._parcel, self._clock.now_ms()
        for name, table in taken.tables:
            bundle.add_table(name, table)
        if taken.bad:
            kind = self._sources[records[0].topic].kind
            parcel.add(self._topics.dead_letters(kind).name, None, dead_letters.letters(records, taken.bad, now))
            bundle.add_rows("dead_letters", dead_letters.rows(records, taken.bad))
            for b in taken.bad:
                self._metrics.dead_letters.labels(kind, b.code).inc()
        if taken.forwarded:
            self._letters.facts(parcel, "FORWARDED", part.partition, taken.forwarded, now)
        if taken.retractions:
            self._letters.facts(parcel, "RETRACTION", part.partition, taken.retractions, now)
        for topic, sent_to, appended_at in taken.heartbeats:
            self._letters.heartbeat(parcel, part.partition, topic, sent_to, appended_at)
        bundle.acks.append(ack)
        bundle.records += len(records)
        bundle.raw_bytes += HELD_PER_BYTE * sum([len(r.value or b"") for r in records])
        bundle.appended.append(np.array([r.timestamp for r in records], dtype=np.int64))
        self._metrics.batch.set(len(records))

    def at_end(self, topic: str, partition: int, at_ms: int) -> None:
        """A partition was read, and taken in, to its log end as it stood at this moment of the worker's clock."""
        part = self._slices.get(partition)
        if part is not None:
            part.watermark.at_end(topic, at_ms)

    # -- derivation ----------------------------------------------------------------------------------------------

    async def run(self) -> None:
        """Derive, write and send until :meth:`stop`. Raises what makes the worker unable to go on."""
        work = (self._sink.run(), self._outbox.run(), self._flush_for_ever(), self._adopt_for_ever())
        tasks = [asyncio.ensure_future(each) for each in (self._stopping.wait(), *work)]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def stop(self) -> None:
        """End :meth:`run`. What no barrier has covered is read again by the next owner."""
        self._stopping.set()

    async def _flush_for_ever(self) -> None:
        while True:
            try:
                await asyncio.wait_for(self._wake.wait(), self._settings.flush_ms / 1000)
            except TimeoutError:
                pass
            self._wake.clear()
            async with self._gate:
                if self._recovered:
                    self._sweep()
                    self._flush()

    async def _adopt_for_ever(self) -> None:
        while True:
            await asyncio.sleep(self._settings.flush_ms / 1000)
            if self._recovered:
                await stored.adopt(list(self._slices.values()), self._store, self._blocking)

    def _flush(self) -> None:
        """Derive what is dirty; rows go to the sink, the rest to Kafka. The gate is held."""
        started = time.perf_counter()
        for part in self._slices.values():
            if part.correlator.pending():
                self._derive(part)
        self._publish_watermarks()
        self._metrics.seconds.labels("derive").inc(time.perf_counter() - started)
        if not self._parcel.empty():
            self._outbox.put(self._parcel)
            self._parcel = Parcel()
        if not self._bundle.empty():
            self._sink.put(self._bundle)
            self._bundle = Bundle()
        self._metrics.held.set(self._sink.held_bytes())

    def _derive(self, part: Slice) -> None:
        effects = part.correlator.flush()
        if effects.facts:
            self._letters.routed(self._parcel, part.partition, effects.facts, self._clock.now_ms())
        self._letters.effects(self._parcel, effects, self._settings.visit_updates)
        for table, rows in effects.rows.items():
            self._bundle.add_rows(table, history.withdrawn(rows) if table == "events" else rows)
        for name, error in effects.failed:
            self._metrics.failed.inc()
            log.error("book %s could not be derived (%s); its last good rows stand", name[1:], error)
        self._standings[part.partition].learn(effects.rows)
        self._metrics.now.labels(str(part.partition)).set(part.correlator.now / 1000)

    def _publish_watermarks(self) -> None:
        """Once a second, and not before the facts that a watermark covers are in the parcel."""
        now = asyncio.get_running_loop().time()
        if now < self._next_watermark:
            return
        self._next_watermark = now + WATERMARK_EVERY_S
        for part in self._slices.values():
            own = part.watermark.own()
            if own > part.watermark.published:
                part.watermark.published = own
                self._letters.watermark(self._parcel, part.partition, own, self._clock.now_ms())
            books, evidence = part.correlator.size()
            self._metrics.books.labels(str(part.partition)).set(books)
            self._metrics.evidence.labels(str(part.partition)).set(evidence)
        standing.show(list(self._standings.values()), self._metrics)

    def _sweep(self) -> None:
        """Derive a few books of an earlier life again, and have their stored rows looked up."""
        now = asyncio.get_running_loop().time()
        if now >= self._next_sweep:
            self._next_sweep = now + self._settings.sweep_every_s
            for part in self._slices.values():
                part.correlator.resweep()
                part.checked.clear()
        if self._sink.backlog():
            return  # the background waits for the foreground
        for part in self._slices.values():
            for name in part.correlator.sweep(self._settings.sweep_books):
                part.touch(name)

    # -- commit --------------------------------------------------------------------------------------------------

    @asynccontextmanager
    async def barrier(self) -> AsyncIterator[bool]:
        """Stop the intake, bring everything that the state knows into the store, Kafka and the changelog.

        Yields True when offsets may be committed, False when something is not out yet: then nothing is lost, the next
        commit covers it.
        """
        started = time.perf_counter()
        async with self._gate:
            generation = self._generation
            safe = self._recovered and await self._settle() and generation == self._generation
            self._metrics.commits.labels("safe" if safe else "put off").inc()
            self._metrics.seconds.labels("commit").inc(time.perf_counter() - started)
            yield safe

    async def _settle(self) -> bool:
        loop = asyncio.get_running_loop()
        end = loop.time() + self._settings.drain_timeout_s
        while True:
            self._flush()
            if not await self._sink.drained(end - loop.time()) or not await self._outbox.settled(end - loop.time()):
                return False
            if self._bundle.empty() and self._parcel.empty():
                break  # else the store refused rows, and their dead letters must be out too
        return all([await self._write_changelog(part) for part in list(self._slices.values())])

    async def _write_changelog(self, part: Slice) -> bool:
        draft = changelog.Draft(part.correlator, part.watermark, part.written)
        if not draft.messages:
            return True
        try:
            await self._broker.send(changelog.TOPIC, part.partition, draft.messages)
        except BaseException as error:
            draft.give_back()  # also when the commit is cancelled: a later one must not go past what was not written
            if not isinstance(error, Exception):
                raise
            log.warning("changelog of partition %d not written (%s); offsets wait", part.partition, error)
            return False
        draft.acknowledged()
        self._metrics.changelog.inc(len(draft.messages))
        return True

    def _refuse_rows(self, table: str, rows: list[dict[str, Any]], reason: str) -> None:
        """Rows that the store can never take: told, kept as dead letters, and the rest goes on."""
        log.error("%d rows of %s were refused by the store: %s", len(rows), table, reason)
        if table == "dead_letters":
            return  # nothing is left to keep it in but the log
        now = self._clock.now_ms()
        self._bundle.add_rows("dead_letters", dead_letters.unstorable(table, rows, reason, now))
        if table == "events":
            for row in rows:
                letter = dead_letters.unstorable_letter(row, reason, now)
                self._parcel.add(self._topics.dead_letters(row["kind"]).name, None, [letter])
        self._metrics.dead_letters.labels(table, dead_letters.UNSTORABLE).inc(len(rows))
