"""One run: a world is published, workers live and die, everything comes to rest; then its tables are read."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from dataclasses import dataclass
from typing import Any

from connectors.clickhouse.memory import MemoryStore
from streams.settings import Settings
from tests.faults.simulation.cluster import Group, Logs, TopicPartition
from tests.faults.simulation.customs import Customs
from tests.faults.simulation.host import ANYWHERE, DieAt, Faults, Host
from tests.faults.simulation.loop import SeededLoop
from tests.faults.simulation.quick_store import QuickStore
from tests.faults.simulation.worker import SESSION_S, SOURCES, Worker
from tests.faults.simulation.world import FINAL, KINDS, PORTS, World, control

PARTITIONS = 4
RESTART_S = 1.0
SWEEP_S = 3
PATIENCE_S = 240.0
#: The world lasts two and a half days: books rest while others are still told of, and some of these come late to them.
ARCHIVE_DAYS = (0.2, 0.5, 1.0)
#: The virtual wall clock begins here: after everything that the world tells.
START_MS = FINAL + 86_400_000


@dataclass(frozen=True)
class Plan:
    """What one run does to the workers. ``die_at``: the points at which successive lives of the first worker end.
    ``latecomers``: the share of the events that come when the books of the others may be in the archive."""

    seed: int
    world: int = 0
    workers: int = 2
    disorder: bool = True
    die_at: tuple[DieAt, ...] = ()
    kills: int = 0
    sleepers: int = 0
    rebalances: int = 0
    outages: int = 0
    refuse: float = 0.0
    lose_ack: float = 0.0
    fenced: bool = True
    customs_pause_s: float = 0.4
    customs_echo: bool = True
    archive_days: float = 60.0
    latecomers: float = 0.0


CALM = Plan(seed=0, workers=1, disorder=False)


def hostile(seed: int) -> Plan:
    """A plan drawn from a seed."""
    rng = random.Random(seed)
    return Plan(
        seed=seed, world=seed % 5, die_at=tuple(DieAt(ANYWHERE, rng.randint(1, 350)) for _ in range(rng.randint(0, 2))),
        kills=rng.randint(0, 2), sleepers=rng.randint(0, 2), rebalances=rng.randint(0, 1), outages=rng.randint(0, 1),
        refuse=rng.choice((0.0, 0.1, 0.4)), lose_ack=rng.choice((0.0, 0.1)), fenced=rng.random() < 0.5,
        customs_pause_s=rng.choice((0.4, 0.4, 4.0)), archive_days=rng.choice((60.0, *ARCHIVE_DAYS)),
        latecomers=rng.choice((0.0, 0.1, 0.3)),
    )  # fmt: skip


class Simulation:
    """Call :meth:`run`, then look at ``store``, ``customs`` and ``logs``."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.rng = random.Random(plan.seed)
        self.loop = SeededLoop(self.rng)
        self.world = World(plan.world, PARTITIONS)
        self.store = QuickStore() if plan.disorder else MemoryStore()
        self.logs = Logs(PARTITIONS, self.now_ms)
        self.customs = Customs(self.logs, self.world.rejected, self.world.rejected_once, self.rng, plan.customs_pause_s)
        self.faults = Faults(plan.refuse, plan.lose_ack)
        self.workers: dict[int, Worker] = {}
        self.hosts: list[Host] = []
        self.deaths: list[str] = []
        self._settings = Settings(
            partitions=PARTITIONS,
            mode="simulated",
            customs_echo=plan.customs_echo,
            sweep_every_s=SWEEP_S,
            sweep_books=30,
            drain_timeout_s=2.0,
            sink_rows=40,
            flush_ms=400,
            archive_days=plan.archive_days,
        )
        self._lives: Counter[int] = Counter()
        self._published = False
        self._trouble = 0

    def now_ms(self) -> int:
        return START_MS + round(self.loop.time() * 1000)

    def run(self) -> None:
        """Raises what a worker's engine raised, and TimeoutError when the run does not come to rest."""
        asyncio.set_event_loop(self.loop)
        random.seed(self.plan.seed)  # the sink's jitter
        try:
            self.loop.run_until_complete(self._main())
        except RuntimeError:
            for worker in self.workers.values():
                if worker.host.error is not None:
                    raise worker.host.error from None
            raise
        finally:
            for task in asyncio.all_tasks(self.loop):
                task.cancel()
            self.loop.run_until_complete(asyncio.sleep(0.2))
            asyncio.set_event_loop(None)
            self.loop.close()

    async def _main(self) -> None:
        self.group = Group(PARTITIONS, self.rng)
        tasks = [self.loop.create_task(self.customs.run()), self.loop.create_task(self._publish())]
        for slot in range(self.plan.workers):
            self._start(slot)
        tasks += [self.loop.create_task(trouble) for trouble in self._troubles()]
        await self._rest(0.5)
        await asyncio.sleep(2.5 * SWEEP_S)  # every row is looked at once more
        await self._rest(0.5)
        for task in tasks:
            task.cancel()

    # -- the world ---------------------------------------------------------------------------------------------------

    async def _publish(self) -> None:
        events = list(self.world.events)
        if self.plan.disorder:
            # Mostly in order, some far out of it, some twice.
            delay = {id(e): self.rng.choice((0, 0, 0, 30, 300)) for e in events}
            ranked = sorted(enumerate(events), key=lambda pair: pair[0] + self.rng.random() * delay[id(pair[1])])
            events = [e for _, e in ranked for _ in range(self.rng.choice((1, 1, 1, 2)))]
        late = [e for e in events if self.rng.random() < self.plan.latecomers]
        await self._tell([e for e in events if e not in late])
        if late:
            self._heartbeats([])
            await asyncio.sleep(self.rng.random() * 5 * SWEEP_S)
            await self._tell(late)
        for port in PORTS:
            self.logs.send(f"{port}.control.v1", port, control(port, "FINAL", now=FINAL))
        self._published = True

    async def _tell(self, events: list[Any]) -> None:
        while events:
            for e in events[:10]:
                self.logs.send(e.topic, e.key, e.value, None if e.partition < 0 else e.partition)
            del events[:10]
            if self.rng.random() < 0.1:
                self._heartbeats(events)
            await asyncio.sleep(self.rng.random() * 0.8 if self.plan.disorder else 0.4)

    def _heartbeats(self, to_come: list[Any]) -> None:
        for port in PORTS:
            for kind in KINDS:
                first = min((e.at for e in to_come if e.topic == f"{port}.{kind}.v1"), default=FINAL)
                heartbeat = control(port, "HEARTBEAT", of_kind=kind, sent_up_to=first - 1)
                self.logs.send(f"{port}.control.v1", port, heartbeat)

    # -- the workers -------------------------------------------------------------------------------------------------

    def _start(self, slot: int) -> None:
        self._lives[slot] += 1
        life = self._lives[slot]
        die_at = self.plan.die_at[life - 1] if slot == 0 and life <= len(self.plan.die_at) else None
        host = Host(f"w{slot}.{life}", self.logs, self.faults, self.rng, die_at)
        host.on_death = lambda: self._died(slot, host)
        self.hosts.append(host)
        self.workers[slot] = Worker(
            host, self.logs, self.group, self.store, self, self._settings, self.rng, self.plan.fenced
        )  # fmt: skip
        self.workers[slot].start()

    def _died(self, slot: int, host: Host) -> None:
        self.deaths.append(host.died_at)
        self.loop.call_later(SESSION_S, self.group.evict, host.name)
        self.loop.call_later(self.rng.random() * RESTART_S, self._start, slot)

    def _troubles(self) -> list[Any]:
        plan = self.plan
        return [
            *(self._kill() for _ in range(plan.kills)), *(self._put_to_sleep() for _ in range(plan.sleepers)),
            *(self._rebalance() for _ in range(plan.rebalances)), *(self._outage() for _ in range(plan.outages)),
        ]  # fmt: skip

    async def _some_time(self) -> None:
        self._trouble += 1
        await asyncio.sleep(self.rng.random() * 8.0)

    async def _kill(self) -> None:
        await self._some_time()
        self.workers[self.rng.randrange(self.plan.workers)].host.die("killed")
        self._trouble -= 1

    async def _put_to_sleep(self) -> None:
        await self._some_time()
        worker = self.workers[self.rng.randrange(self.plan.workers)]
        host = worker.host
        host.isolate(asleep=self.rng.random() < 0.7)
        self.loop.call_later(SESSION_S, lambda: worker.is_member() or self.group.evict(host.name))
        await asyncio.sleep(SESSION_S + self.rng.random() * 4.0)
        host.wake()
        self._trouble -= 1

    async def _rebalance(self) -> None:
        await self._some_time()
        self.group.shuffle()
        self._trouble -= 1

    async def _outage(self) -> None:
        await self._some_time()
        self.faults.store_down = True
        await asyncio.sleep(self.rng.random() * 4.0)
        self.faults.store_down = False
        self._trouble -= 1

    # -- the end -----------------------------------------------------------------------------------------------------

    async def _rest(self, step_s: float) -> None:
        while not self._at_rest():
            await asyncio.sleep(step_s)
            if self.loop.time() > PATIENCE_S:
                raise TimeoutError(f"not at rest after {PATIENCE_S:.0f} virtual seconds: {self._why_not()}")

    def _at_rest(self) -> bool:
        return not self._why_not()

    def _why_not(self) -> str:
        if not self._published or self._trouble:
            return "the world still turns"
        if self.group.preparing or self.customs.behind():
            return "rebalancing, or customs is behind"
        open_tps: list[TopicPartition] = [
            (topic, p) for topic in SOURCES for p in range(PARTITIONS)
            if self.group.committed.get((topic, p), 0) < self.logs.end((topic, p))
        ]  # fmt: skip
        if open_tps:
            return f"not committed to the end: {open_tps}"
        slices = [part for w in self.workers.values() for part in w.engine._slices.values()]
        nows = {part.partition: part.correlator.now for part in slices}
        if len(slices) != PARTITIONS or any(nows.get(p) != FINAL for p in range(PARTITIONS)):
            return f"logical time is {nows}"
        if any(part.correlator.pending() or part.to_check for part in slices):
            return "something is left to derive"
        return ""
