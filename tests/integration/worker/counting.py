"""An engine of a few lines that keeps the real one's promises, to test the Faust side alone.

State: the set of (topic, offset) seen per partition, one changelog record each. "Store": a list of what was inserted.
"""

from __future__ import annotations

import asyncio
import json
from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from streams.runtime.ports import Record

Offsets = TypeVar("Offsets")


class CountingEngine:
    def __init__(self, broker: Any = None) -> None:
        self.broker = broker
        self.changelog = ""
        self.state: defaultdict[int, set[tuple[str, int]]] = defaultdict(set)
        self.dirty: defaultdict[int, set[tuple[str, int]]] = defaultdict(set)
        self.inserted: list[tuple[str, int, int]] = []  # topic, partition, offset
        self.assignments: list[tuple[set[int], dict[tuple[str, int], int]]] = []
        self.revocations: list[set[int]] = []
        self.restored = 0
        self.recoveries = 0
        self.log_ends: dict[tuple[str, int], tuple[int, int]] = {}
        self.ends: dict[tuple[str, int], int] = {}
        self.pending: list[tuple[Sequence[Record], Callable[[], None]]] = []
        self.store_down = False
        self.safe = True
        self.barriers = 0
        self.gate = asyncio.Lock()
        self.before_ingest: Callable[[Sequence[Record]], None] = lambda records: None
        self.changed = asyncio.Condition()

    def assign(self, partitions: set[int], log_ends: dict[tuple[str, int], int]) -> None:
        self.assignments.append((set(partitions), dict(log_ends)))
        for partition in partitions:
            self.state[partition] = set()

    def restore(self, partition: int, records: Sequence[Record]) -> None:
        for record in records:
            topic, offset = json.loads(record.key or b"")
            self.state[partition].add((topic, offset))
        self.restored += len(records)

    def recovered(self) -> None:
        self.recoveries += 1

    def revoke(self, partitions: set[int]) -> None:
        self.revocations.append(set(partitions))
        self.pending.clear()
        for partition in partitions:
            self.state.pop(partition, None)
            self.dirty.pop(partition, None)

    async def ingest(self, records: Sequence[Record], ack: Callable[[], None]) -> None:
        async with self.gate:
            self.before_ingest(records)
            for r in records:
                self.state[r.partition].add((r.topic, r.offset))
                self.dirty[r.partition].add((r.topic, r.offset))
            self.pending.append((records, ack))
        self._insert()

    def _insert(self) -> None:
        if self.store_down:
            return
        pending, self.pending = self.pending, []
        for records, ack in pending:
            self.inserted += [(r.topic, r.partition, r.offset) for r in records]
            ack()

    async def checkpoint(self, offsets: Callable[[], Offsets]) -> Offsets | None:
        async with self.gate:
            self.barriers += 1
            self._insert()
            if self.pending or not self.safe:
                return None
            stored = offsets()
            for partition, keys in list(self.dirty.items()):
                await self.broker.send(self.changelog, partition, [(json.dumps(key).encode(), b"1") for key in keys])
                self.dirty.pop(partition, None)
            return stored

    def log_end(self, topic: str, partition: int, position: int, end: int, at_ms: int) -> None:
        self.log_ends[topic, partition] = position, end

    def polled(self, seconds: float) -> None:
        """Nobody asks for it here."""

    def at_end(self, topic: str, partition: int, at_ms: int) -> None:
        self.ends[topic, partition] = at_ms
