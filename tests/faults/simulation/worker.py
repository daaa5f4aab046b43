"""A worker without Faust: what the adapter does around the engine, in its simplest form."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Sequence
from typing import Any

from connectors.clickhouse.memory import MemoryStore
from schemas.reference import load_reference
from schemas.topics import load_topics
from streams.domain.reference import Reference
from streams.runtime.changelog import TOPIC as CHANGELOG
from streams.runtime.engine import Engine
from streams.runtime.metrics import Metrics
from streams.runtime.ports import Clock
from streams.runtime.sources import sources, timed_topics
from streams.settings import Settings
from tests.faults.simulation.cluster import Group, Logs, TopicPartition
from tests.faults.simulation.host import Host

READERS = 2
BATCH = 40
HEARTBEAT_S = 0.4
#: A member that is not heard of for so long has lost its partitions.
SESSION_S = 2.0
IDLE_S = 0.3
_DATA = load_reference().for_domain()
#: These worlds tell two days of events within seconds, and their time leaps: nothing would be fresh enough to be told.
REFERENCE = Reference(**{**_DATA, "thresholds": {**_DATA["thresholds"], "ALERT_FRESH": 1000 * 86_400_000}})
SOURCES = sources(load_topics())
TIMED = frozenset(timed_topics(SOURCES))


class Session:
    """One assignment: what was read and what was acknowledged."""

    def __init__(self, generation: int, committed: dict[TopicPartition, int]) -> None:
        self.generation = generation
        self.position = dict(committed)
        self.acked: dict[TopicPartition, int] = {}
        self.open = True

    def ack(self, tp: TopicPartition, end: int) -> Callable[[], None]:
        def acknowledge() -> None:
            assert self.acked.get(tp, 0) < end, "acknowledged out of order"
            self.acked[tp] = end

        return acknowledge


class HostStore:
    """The store as one machine sees it: the connection may break after any insert."""

    time_step_ms = 1

    def __init__(self, host: Host, store: MemoryStore, owner: Callable[[], bool]) -> None:
        self._host = host
        self._store = store
        self._owner = owner

    def _inserted(self) -> None:
        self._host.late_inserts += not self._owner()
        self._host.inserted()

    def insert(self, table: str, rows: Sequence[tuple[Any, ...]]) -> None:
        self._store.insert(table, rows)
        self._inserted()

    def insert_arrow(self, table: str, batch: Any) -> None:
        self._store.insert_arrow(table, batch)
        self._inserted()

    def stored_keys(self, table: str, book_keys: Sequence[str]) -> list[tuple[tuple[Any, ...], int, bool]]:
        return self._store.stored_keys(table, book_keys)

    def archived(self, keys: Sequence[str]) -> list[tuple[str, bytes]]:
        return self._store.archived(keys)

    def archived_boxes(self, calls: Sequence[str], since: int) -> list[str]:
        return self._store.archived_boxes(calls, since)


class Worker:
    def __init__(
        self, host: Host, logs: Logs, group: Group, store: MemoryStore, clock: Clock, settings: Settings, rng: random.Random,
        fenced: bool,
    ) -> None:  # fmt: skip
        """``fenced`` False: it writes without asking whether it is still a member, as one does that slips through."""
        self.host = host
        self.engine = Engine(
            reference=REFERENCE, topics=load_topics(), store=HostStore(host, store, self._in_group), broker=host, clock=clock,
            settings=settings, metrics=Metrics(), home=lambda keys: [logs.home(key) for key in keys], blocking=host.blocking,
            epoch=1, member=self.is_member if fenced else lambda: True,
        )  # fmt: skip
        self.session: Session | None = None
        self._logs = logs
        self._group = group
        self._clock = clock
        self._rng = rng
        self._confirmed = -SESSION_S

    def start(self) -> None:
        self.host.start(self.engine.run())
        self.host.start(self._heartbeats())
        self.host.start(self._live())

    def is_member(self) -> bool:
        return asyncio.get_running_loop().time() - self._confirmed < SESSION_S

    def _in_group(self) -> bool:
        """The truth, which the worker cannot know."""
        return self._group.has(self.host.name)

    async def _heartbeats(self) -> None:
        while True:
            if not self.host.isolated and self._in_group():
                self._confirmed = asyncio.get_running_loop().time()
            await asyncio.sleep(HEARTBEAT_S)
            await self.host.pause("heartbeat")

    async def _live(self) -> None:
        while True:
            await self.host.pause("before join")
            generation, partitions = await self._group.join(self.host.name)
            self._confirmed = asyncio.get_running_loop().time()
            session = self.session = Session(generation, self._group.committed)
            await self._recover(partitions)
            tps = [(topic, p) for topic in sorted(SOURCES) for p in sorted(partitions)]
            self._rng.shuffle(tps)
            readers = [self.host.start(self._read(session, tps[i::READERS])) for i in range(READERS)]
            committer = self.host.start(self._commit_for_ever(session))
            while not self._must_rejoin(session):
                await self.host.pause("rebalance?")
                await asyncio.sleep(HEARTBEAT_S)
            session.open = False
            await asyncio.wait(readers, timeout=2.0)
            committer.cancel()
            try:
                await asyncio.wait_for(self._commit(session), 4.0)
            except TimeoutError:
                pass
            for reader in readers:
                reader.cancel()
            self.engine.revoke(partitions)

    def _must_rejoin(self, session: Session) -> bool:
        if self.host.isolated:
            return False  # it hears nothing of it
        return self._group.preparing or not self._group.is_member(self.host.name, session.generation)

    async def _recover(self, partitions: set[int]) -> None:
        self.engine.assign(partitions, {tp: self._logs.end(tp) for topic in SOURCES for p in partitions for tp in [(topic, p)]})
        for p in sorted(partitions):
            at, end = 0, self._logs.end((CHANGELOG, p))
            while at < end:
                step = self._rng.randint(1, 200)
                self.engine.restore(p, self._logs.read((CHANGELOG, p), at, min(step, end - at)))
                at += step
                await self.host.pause("recovery")
        self.engine.recovered()

    async def _read(self, session: Session, tps: list[TopicPartition]) -> None:
        while session.open:
            waiting = [tp for tp in tps if session.position.get(tp, 0) < self._logs.end(tp)]
            if self.host.isolated:
                waiting = []
            elif waiting:
                tp = self._rng.choice(waiting)
                start = session.position.get(tp, 0)
                records = self._logs.read(tp, start, self._rng.randint(1, BATCH))
                session.position[tp] = start + len(records)
                await self.engine.ingest(records, session.ack(tp, start + len(records)))
            if not self.host.isolated and session.open:
                now = self._clock.now_ms()
                for topic, p in tps:
                    if topic in TIMED and session.position.get((topic, p), 0) >= self._logs.end((topic, p)):
                        self.engine.at_end(topic, p, now)
            await self.host.pause("between batches")
            if not waiting:
                await asyncio.sleep(IDLE_S)

    async def _commit_for_ever(self, session: Session) -> None:
        while session.open:
            await asyncio.sleep(0.5 + self._rng.random())
            await self._commit(session)

    async def _commit(self, session: Session) -> None:
        acked = await self.engine.checkpoint(lambda: dict(session.acked))
        await self.host.pause("before commit")
        if acked is not None and not self.host.isolated:
            offsets = {tp: end for tp, end in acked.items() if end > self._group.committed.get(tp, 0)}
            self._group.commit(self.host.name, session.generation, offsets)
        await self.host.pause("after commit")
