"""Batches that were read and wait for the next derivation, and what the adapter has said of log ends since."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from streams.runtime.intake import Batch
from streams.runtime.outgoing import HELD_PER_BYTE


class Waiting(NamedTuple):
    """A batch that was read and not taken in, and whom to tell when all that it said is in the store."""

    kind: str
    batch: Batch
    ack: Callable[[], None]


class WaitingRoom:
    """In the order of arrival. ``records`` and ``held_bytes`` say how much waits."""

    def __init__(self) -> None:
        self._batches: list[Waiting] = []
        self._ends: list[tuple[str, int, int]] = []
        self.records = self.held_bytes = 0

    def put(self, kind: str, batch: Batch, ack: Callable[[], None]) -> None:
        """A batch was read."""
        self._batches.append(Waiting(kind, batch, ack))
        self._count(batch)

    def at_end(self, topic: str, partition: int, at_ms: int) -> None:
        """A topic partition was read, and put here, to its log end as it stood at this time."""
        self._ends.append((topic, partition, at_ms))

    def take(self) -> tuple[dict[str, list[Waiting]], list[tuple[str, int, int]]]:
        """All batches by kind, and the log ends that count once these have been taken in."""
        by_kind: dict[str, list[Waiting]] = {}
        for each in self._batches:
            by_kind.setdefault(each.kind, []).append(each)
        ends = self._ends
        self.clear()
        return by_kind, ends

    def put_back(self, some: list[Waiting]) -> None:
        """These could not be taken in now: they come before what came since."""
        self._batches = some + self._batches
        for each in some:
            self._count(each.batch)

    def topic_partitions(self) -> set[tuple[str, int]]:
        """Of which something waits."""
        return {(each.batch.records[0].topic, each.batch.part.partition) for each in self._batches}

    def clear(self) -> None:
        """Forget all."""
        self._batches, self._ends = [], []
        self.records = self.held_bytes = 0

    def _count(self, batch: Batch) -> None:
        self.records += len(batch.records)
        self.held_bytes += HELD_PER_BYTE * sum([len(r.value) for r in batch.records if r.value])
