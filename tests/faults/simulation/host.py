"""A machine that a worker runs on: every place where the worker waits for the world is a point where it may die."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Callable, Coroutine, Sequence
from typing import Any, NamedTuple

from connectors.clickhouse.errors import Retry
from streams.runtime.ports import Message
from tests.faults.simulation.cluster import Logs

DELAY_S = 0.05
#: How long what was under way when a machine died may still take to reach its server.
LATE_S = 3.0


ANYWHERE = ""


class DieAt(NamedTuple):
    """The ``time``-th passage of a point, or of any."""

    where: str
    time: int


class Faults:
    """How unfriendly the world is; probabilities per call."""

    def __init__(self, refuse: float = 0.0, lose_ack: float = 0.0) -> None:
        self.refuse = refuse
        self.lose_ack = lose_ack
        self.store_down = False


class Host:
    """Runs a worker's tasks; counts the points; dies or falls asleep at one of them."""

    def __init__(self, name: str, logs: Logs, faults: Faults, rng: random.Random, die_at: DieAt | None = None) -> None:
        self.name = name
        self.alive = True
        self.points: Counter[str] = Counter()
        self.died_at = ""
        self.on_death: Callable[[], None] = lambda: None
        self._logs = logs
        self._faults = faults
        self._rng = rng
        self._die_at = die_at
        self._tasks: dict[asyncio.Task[Any], None] = {}  # in order: a set's order is that of addresses
        self._awake = asyncio.Event()
        self._awake.set()
        self.isolated = False
        self.late_inserts = 0  # after it had lost its partitions

    def start(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks[task] = None
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._tasks.pop(task, None)
        if not task.cancelled() and task.exception() is not None and self.alive:
            self.error = task.exception()
            asyncio.get_running_loop().stop()

    error: BaseException | None = None

    def isolate(self, asleep: bool) -> None:
        """From now on the group does not hear of it; ``asleep``: nor does it go past any point."""
        self.isolated = True
        if asleep:
            self._awake.clear()

    def wake(self) -> None:
        self.isolated = False
        self._awake.set()

    def die(self, where: str) -> None:
        if self.alive:
            self.alive = False
            self.died_at = where
            for task in list(self._tasks):
                task.cancel()
            self.on_death()

    async def pause(self, where: str) -> None:
        """Wait for the world."""
        self.points[where] += 1
        self.points[ANYWHERE] += 1
        if self._die_at is not None and self.points[self._die_at.where] == self._die_at.time:
            self.die(where)
        await asyncio.sleep(self._rng.random() * DELAY_S)
        await self._awake.wait()
        if not self.alive:
            raise asyncio.CancelledError

    # -- the broker as this machine sees it --------------------------------------------------------------------------

    def partitions(self) -> int:
        return self._logs.partitions

    async def send(self, topic: str, partition: int | None, messages: Sequence[Message]) -> None:
        by_partition: dict[int, list[Message]] = {}
        for message in messages:
            p = partition if partition is not None else self._logs.home((message[0] or b"").decode())
            by_partition.setdefault(p, []).append(message)
        try:
            await self.pause(f"before {topic}")
        except asyncio.CancelledError:
            self._perhaps_late(lambda: self._append(topic, by_partition))
            raise
        if self._rng.random() < self._faults.refuse:
            for p in sorted(by_partition)[: self._rng.randint(0, len(by_partition) - 1)]:
                self._logs.append(topic, p, by_partition[p][: self._rng.randint(0, len(by_partition[p]))])
            raise ConnectionError("the broker refused some of it")
        self._append(topic, by_partition)
        await self.pause(f"after {topic}")
        if self._rng.random() < self._faults.lose_ack:
            raise ConnectionError("the acknowledgement was lost")

    def _append(self, topic: str, by_partition: dict[int, list[Message]]) -> None:
        for p, messages in by_partition.items():
            self._logs.append(topic, p, messages)

    # -- the store as this machine sees it ---------------------------------------------------------------------------

    async def blocking(self, call: Callable[[], Any]) -> Any:
        try:
            await self.pause("before store")
        except asyncio.CancelledError:
            self._perhaps_late(call)
            raise
        if self._faults.store_down:
            raise Retry("the store is away")
        try:
            return call()
        finally:
            await self.pause("after store")

    def inserted(self) -> None:
        """Told after each insert of a call that may make several."""
        if self._rng.random() < self._faults.lose_ack:
            raise Retry("the connection broke after the insert")

    def _perhaps_late(self, call: Callable[[], Any]) -> None:
        """What had left a machine that died may still arrive, or not."""
        if not self.alive and self._rng.random() < 0.5:
            asyncio.get_running_loop().call_later(self._rng.random() * LATE_S, call)
