"""The pipeline of one worker, free of Faust: batches in; rows, facts and commands out; state to the changelog.

The order that makes it safe (design 6): evidence into the books; derived rows to the sink, facts and commands to Kafka;
and at a checkpoint a mark behind both, with the changelog's records as they are at that moment: when the mark has passed
the store and Kafka they are written and acknowledged, and only then the offsets. So the state is never ahead of the rows
or outputs that were derived from it, and evidence that a restored state knows already is a duplicate whose effects are out.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final, TypeVar

from schemas.errors import RegistryUnavailableError
from schemas.identifiers import container_ok, imo_ok
from schemas.topics import Topics
from streams.domain.correlator import Correlator
from streams.domain.reference import Reference
from streams.runtime import archive, changelog, standing, stored
from streams.runtime.archive import Archivist
from streams.runtime.homes import Home
from streams.runtime.intake import Batch, Intake
from streams.runtime.letters import Letters
from streams.runtime.mark import Mark
from streams.runtime.metrics import Metrics
from streams.runtime.outbox import Outbox
from streams.runtime.outgoing import Outgoing
from streams.runtime.packing import unpack
from streams.runtime.ports import Blocking, Broker, Clock, Member, Record, Rows
from streams.runtime.sink import Sink
from streams.runtime.slice import Slice
from streams.runtime.sources import echo_topics, sources, timed_topics
from streams.runtime.standing import Standing
from streams.runtime.waiting import WaitingRoom
from streams.runtime.watermark import Watermark, least
from streams.settings import Settings

log = logging.getLogger(__name__)

Offsets = TypeVar("Offsets")

#: Deadlines are minutes, so a second is fine; each owner writes one record per partition each time.
WATERMARK_EVERY_S: Final = 1.0
#: A book that got no evidence for so many seconds is closed: it takes a tenth of the memory. Most boxes hear of nothing
#: for an hour after that; to open one again costs 0.1 ms.
CLOSE_AFTER_S: Final = 10
#: Books of a partition that are looked at each second, to be closed: 0.1 ms each.
CLOSE_AT_ONCE: Final = 500


async def in_thread(call: Callable[[], Any]) -> Any:
    """Run a blocking call in the default executor."""
    return await asyncio.get_running_loop().run_in_executor(None, call)


class Engine:
    """One worker's pipeline over the partitions it owns."""

    def __init__(
        self, *, reference: Reference, topics: Topics, store: Rows, broker: Broker, clock: Clock, settings: Settings,
        metrics: Metrics, home: Home, member: Member, epoch: int, blocking: Blocking[Any] = in_thread,
    ) -> None:  # fmt: skip
        self._reference = reference
        self._epoch = epoch
        self._settings = settings
        self._clock = clock
        self._broker = broker
        self._store = store
        self._blocking = blocking
        self._metrics = metrics
        self._sources = sources(topics)
        self._slices: dict[int, Slice] = {}
        self._standings: dict[int, Standing] = {}
        self._intake = Intake(self._sources, home, metrics, settings.mode == "live")
        self._letters = Letters(home, broker.partitions(), metrics, settings.mode != "backfill")
        self._outbox = Outbox(broker, metrics)
        self._member = member
        self._sink = Sink(store, blocking, clock, metrics, self._refuse_rows, member, settings.sink_wait_ms / 1000)
        self._archivist = Archivist(store, blocking, metrics, settings.archive_days, settings.sweep_every_s)
        self._outgoing = Outgoing(topics, self._letters, clock, metrics, settings.visit_updates)
        self._waiting = WaitingRoom()
        self._gate = asyncio.Lock()
        self._checkpointing = asyncio.Lock()
        self._mark: Mark[Any] | None = None
        #: How often the store refused rows: their dead letters must be out before what they come from is committed.
        self._refused = 0
        self._wake = asyncio.Event()
        self._stopping = asyncio.Event()
        self._next_watermark = 0.0
        self._next_tidy = 0.0
        self._next_sweep = 0.0
        self._recovered = False
        #: Counts assignments and revocations: whoever awaited something can tell whether its partitions are still ours.
        self._generation = 0

    # -- assignment ----------------------------------------------------------------------------------------------

    def assign(self, partitions: Iterable[int], log_ends: Mapping[tuple[str, int], int]) -> None:
        """Begin anew with exactly these partitions; records below ``log_ends`` may have rows that we do not know."""
        self._forget()
        topics = timed_topics(self._sources, self._settings.mode == "live")
        echo = self._settings.mode == "simulated" and self._settings.customs_echo
        echoing = echo_topics(self._sources) if echo else ()
        alerts = self._settings.mode != "backfill"
        for p in partitions:
            correlator = Correlator(
                self._reference, self._epoch, p, container_ok, unpack=unpack, alerts=alerts, imo_digit=imo_ok
            )
            watermark = Watermark(topics, self._broker.partitions(), self._settings.mode == "live", echoing)
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
        self._outgoing.clear()
        self._sink.drop()
        self._waiting.clear()
        self._metrics.forget()
        if self._mark is not None:
            self._mark.give_up()

    # -- records in ----------------------------------------------------------------------------------------------

    async def ingest(self, records: Sequence[Record], ack: Callable[[], None]) -> None:
        """Keep one topic partition's batch for the next derivation; waits while the database is away and the memory limit is
        reached.

        ``ack`` is called when everything that the batch said is in the store; never, when the partition is lost before.
        """
        if not records:
            ack()
            return
        generation = self._generation
        await self._room()
        part = self._slices.get(records[0].partition)
        if part is None or generation != self._generation:
            return  # revoked meanwhile; its next owner reads the batch again
        self._waiting.put(self._sources[records[0].topic].kind, Batch(part, records), ack)
        if self._waiting.records >= self._settings.sink_rows:
            self._wake.set()

    async def _take_in(self) -> None:
        """Give the books what was read since the last time, kind by kind. The gate is held."""
        by_kind, ends = self._waiting.take()
        generation = self._generation
        for kind, some in by_kind.items():
            if generation != self._generation:
                return  # revoked while others had the loop
            try:
                taken = self._intake.take([each.batch for each in some], self._clock.now_ms())
            except RegistryUnavailableError as error:
                log.warning("%d batches of %s wait for the schema registry: %s", len(some), kind, error)
                self._waiting.put_back(some)
            else:
                self._outgoing.taken_in(kind, [each.batch for each in some], [each.ack for each in some], taken)
                await asyncio.sleep(0)
        held = self._waiting.topic_partitions()
        for topic, partition, at_ms in ends:
            part = self._slices.get(partition)
            if part is not None and generation == self._generation and (topic, partition) not in held:
                part.watermark.at_end(topic, at_ms)

    async def _room(self) -> None:
        while self._sink.held_bytes() + self._waiting.held_bytes > self._settings.sink_limit_bytes:
            self._metrics.paused.set(1)
            self._sink.room.clear()
            await self._sink.room.wait()
        self._metrics.paused.set(0)

    def log_end(self, topic: str, partition: int, position: int, end: int, at_ms: int) -> None:
        """Where a partition's log ended at this moment of the worker's clock, and what the adapter will read next: for the
        metrics of how far behind it is."""
        if partition in self._slices:
            self._metrics.behind.log_end(topic, partition, position, end, at_ms)

    def polled(self, seconds: float) -> None:
        """The adapter asked Kafka for records, and waited this long for the answer: for the metrics only."""
        self._metrics.seconds.labels("poll").inc(seconds)

    def at_end(self, topic: str, partition: int, at_ms: int) -> None:
        """A partition was read, and given to :meth:`ingest`, to its log end as it stood at this moment of the worker's clock.
        That counts once all that waits has been taken in."""
        self._waiting.at_end(topic, partition, at_ms)

    def time_of(self, partition: int) -> int | None:
        """The logical time (ms) of a partition that this worker holds, None of any other and before recovery."""
        part = self._slices.get(partition)
        return part.correlator.now if part is not None and self._recovered else None

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
                    await self._take_in()
                    self._sweep()
                    self._flush()
                    self._tidy()

    async def _adopt_for_ever(self) -> None:
        while True:
            await asyncio.sleep(self._settings.flush_ms / 1000)
            if self._recovered:
                await stored.adopt(list(self._slices.values()), self._store, self._blocking)
                await self._archivist.fetch(list(self._slices.values()))

    def _flush(self, mark: Mark[Any] | None = None) -> None:
        """Derive what is dirty; rows go to the sink, the rest to Kafka, and the mark behind both. The gate is held."""
        started = time.perf_counter()
        for part in self._slices.values():
            if part.correlator.pending():
                self._derive(part)
        self._publish_watermarks()
        self._metrics.seconds.labels("derive").inc(time.perf_counter() - started)
        bundle, parcel = self._outgoing.bundle, self._outgoing.parcel
        self._outgoing.clear()
        if mark is not None:
            bundle.acks.append(mark.stored)
            parcel.sent.append(mark.sent)
        if not parcel.empty():
            self._outbox.put(parcel)
        if not bundle.empty():
            self._sink.put(bundle)
        self._metrics.held.set(self._sink.held_bytes())

    def _derive(self, part: Slice) -> None:
        if self._settings.mode == "live":  # a log that is read again years later is as old as its events
            part.correlator.stale_before(self._clock.now_ms() - self._reference.fresh)
        effects = part.correlator.flush()
        self._outgoing.derived(part.partition, effects)
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
                self._letters.watermark(self._outgoing.parcel, part.partition, own, self._clock.now_ms())
            if not self._outbox.behind():  # else it is late for certain; and what says so must not make it later
                self._outgoing.watermark(part.partition, part.correlator.now)
            if (asked := part.watermark.to_ask()) is not None:
                self._letters.customs_watermark(self._outgoing.parcel, part.partition, asked, self._clock.now_ms())
            for state, books in zip(("open", "closed", "archived"), part.correlator.counts(), strict=True):
                self._metrics.books.labels(str(part.partition), state).set(books)
            self._metrics.evidence.labels(str(part.partition)).set(part.correlator.size()[1])
            self._metrics.watermark.labels(str(part.partition)).set(own / 1000)
        for topic, at in least(part.watermark.sources() for part in self._slices.values()).items():
            self._metrics.source_watermark.labels(topic).set(at / 1000)
        standing.show(list(self._standings.values()), self._metrics)

    def _tidy(self) -> None:
        """Once a second close books that nobody uses, and archive those that rest; while the store is behind there is other
        work."""
        now = asyncio.get_running_loop().time()
        if now >= self._next_tidy:
            self._next_tidy = now + 1
            limit = 0 if self._sink.backlog() else CLOSE_AT_ONCE
            for part in self._slices.values():
                part.correlator.tidy(CLOSE_AFTER_S, limit)
                if limit:
                    self._archivist.pack_up(part, self._outgoing.bundle)

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

    async def checkpoint(self, offsets: Callable[[], Offsets]) -> Offsets | None:
        """Bring everything that was taken in up to now into the store, Kafka and the changelog, in this order.

        Returns what ``offsets()`` said at the moment when the store had it all: these may be committed. None when
        something is not out yet: nothing is lost, the next checkpoint covers it. Intake and derivation go on meanwhile;
        what they yield lies behind the mark.
        """
        started = time.perf_counter()
        safe: Offsets | None = None
        async with self._checkpointing:  # an older draft must never be written behind a newer one
            if self._recovered:
                async with self._gate:
                    generation, refusals = self._generation, self._archivist.refusals
                    await self._take_in()
                    await self._archivist.fetch_for_commit(list(self._slices.values()))
                    mark = self._put_mark(offsets)
                    waits = archive.holding(self._slices.values())
                    drafts = [(p, changelog.Draft(s.correlator, s.watermark, s.written)) for p, s in self._slices.items()]
                try:
                    out = not waits and await self._is_out(mark)
                    if out and generation == self._generation and refusals == self._archivist.refusals:
                        written = [await self._write(partition, draft) for partition, draft in drafts]
                        safe = mark.offsets() if all(written) and generation == self._generation else None
                finally:  # also when the commit is cancelled: a later one must not go past what was not written
                    for _, draft in drafts:
                        draft.give_back()
        self._metrics.commits.labels("put off" if safe is None else "safe").inc()
        self._metrics.seconds.labels("commit").inc(time.perf_counter() - started)
        return safe

    def _put_mark(self, offsets: Callable[[], Offsets]) -> Mark[Offsets]:
        """Derive what is dirty, and draw a line behind all that leaves. The gate is held."""
        mark = self._mark = Mark(offsets)
        self._flush(mark)
        return mark

    async def _is_out(self, mark: Mark[Any]) -> bool:
        """Wait until store and Kafka have all before the mark, and the dead letters of rows that the store refused."""
        try:
            async with asyncio.timeout(self._settings.drain_timeout_s):
                refused = self._refused
                while await mark.passed():
                    if refused == self._refused:
                        return True
                    refused = self._refused
                    async with self._gate:
                        mark = self._put_mark(lambda: None)
        except TimeoutError:
            pass
        return False

    async def _write(self, partition: int, draft: changelog.Draft) -> bool:
        if not (draft.evidence or draft.times):
            return True
        if not self._member():  # an older chunk must not be written above the next owner's
            self._metrics.fenced.labels("changelog").inc()
            log.warning("changelog of partition %d not written: the group has not confirmed this worker", partition)
            return False
        try:
            for messages in (draft.evidence, draft.forgotten, draft.times):
                if messages:
                    await self._broker.send(changelog.TOPIC, partition, messages)
        except Exception as error:
            log.warning("changelog of partition %d not written (%s); offsets wait", partition, error)
            return False
        self._metrics.changelog.inc(len(draft.evidence) + len(draft.times))
        draft.acknowledged()
        return True

    def _refuse_rows(self, table: str, rows: list[dict[str, Any]], reason: str) -> None:
        """Rows that the store can never take: told, kept as dead letters, and the rest goes on."""
        log.error("%d rows of %s were refused by the store: %s", len(rows), table, reason)
        if table == "dead_letters":
            return  # nothing is left to keep it in but the log
        self._refused += 1
        if table in (archive.BLOBS, archive.CALLS):
            self._archivist.refused(rows, self._slices.values())
        self._outgoing.refused(table, rows, reason)
