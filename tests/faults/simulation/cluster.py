"""An in-memory Kafka: logs, and a consumer group with eager rebalancing."""

from __future__ import annotations

import asyncio
import random
from collections import defaultdict
from collections.abc import Callable, Sequence

from connectors.kafka.partitioner import partition_of
from streams.runtime.ports import Message, Record

TopicPartition = tuple[str, int]


class Logs:
    """Topics by partition. Append times are the virtual clock, so they never go back within a log."""

    def __init__(self, partitions: int, now_ms: Callable[[], int]) -> None:
        self.partitions = partitions
        self._now_ms = now_ms
        self._logs: dict[TopicPartition, list[Record]] = defaultdict(list)

    def append(self, topic: str, partition: int, messages: Sequence[Message]) -> None:
        log = self._logs[topic, partition]
        now = self._now_ms()
        for key, value in messages:
            log.append(Record(topic, partition, len(log), now, key, value))

    def send(self, topic: str, key: str, value: bytes, partition: int | None = None) -> None:
        self.append(topic, self.home(key) if partition is None else partition, [(key.encode(), value)])

    def home(self, key: str) -> int:
        return partition_of(key.encode(), self.partitions)

    def read(self, tp: TopicPartition, start: int, count: int) -> list[Record]:
        return self._logs[tp][start : start + count]

    def end(self, tp: TopicPartition) -> int:
        return len(self._logs[tp])

    def all(self) -> dict[TopicPartition, list[Record]]:
        return self._logs


class Group:
    """The workers' consumer group. A rebalance waits for every member; one that does not come is left out."""

    def __init__(self, partitions: int, rng: random.Random) -> None:
        self.generation = 0
        self.committed: dict[TopicPartition, int] = {}
        self.preparing = False
        self.assignment: dict[str, set[int]] = {}
        self._partitions = partitions
        self._rng = rng
        self._members: set[str] = set()
        self._joined: set[str] = set()
        self._changed = asyncio.Event()

    async def join(self, member: str) -> tuple[int, set[int]]:
        """Enter, or take part in a rebalance; returns the generation and the partitions once all are there."""
        if member not in self._members or not self.preparing:
            self.preparing = True
            self._members.add(member)
        self._joined.add(member)
        self._complete()
        while member in self._joined:
            self._changed.clear()
            await self._changed.wait()
        return self.generation, self.assignment.get(member, set())

    def evict(self, member: str) -> None:
        """The session of a member has timed out: its partitions go to the others."""
        if member in self._members:
            self._members.discard(member)
            self._joined.discard(member)
            self.preparing = True
            self._complete()

    def shuffle(self) -> None:
        """Ask for a rebalance with the members as they are."""
        if self._members:
            self.preparing = True

    def has(self, member: str) -> bool:
        return member in self._members

    def is_member(self, member: str, generation: int) -> bool:
        return member in self._members and generation == self.generation

    def commit(self, member: str, generation: int, offsets: dict[TopicPartition, int]) -> bool:
        """Refused for a member of an earlier generation."""
        if not self.is_member(member, generation):
            return False
        for tp, offset in offsets.items():
            assert offset >= self.committed.get(tp, 0), f"an offset went back: {tp} {offset}"
            self.committed[tp] = offset
        return True

    def _complete(self) -> None:
        if not self._members or self._joined != self._members:
            return
        self.generation += 1
        self.preparing = False
        members = sorted(self._members)
        self.assignment = {member: set() for member in members}
        for p in range(self._partitions):
            self.assignment[self._rng.choice(members)].add(p)
        self._joined = set()
        self._changed.set()
