"""Which source offsets may be committed: the delivery ledger of one worker.

Kafka stores one number per partition, "everything below is done". Faust 0.15 derives it from the acknowledgements alone
and steps over a head that is not acknowledged, so a crash loses that record. The ledger knows what was *delivered* as
well, in order, and never moves past the oldest unit that is not acknowledged, in whatever order they are.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Mapping

#: (topic, partition); Faust's and aiokafka's named tuples are equal to it.
Partition = tuple[str, int]


class OffsetLedger:
    """Delivered, taken in and acknowledged units (a unit = one fetched batch of one partition).

    Used from the event loop's thread only. A unit is known by its partition and the offset of its last record.
    """

    def __init__(self) -> None:
        self._delivered: defaultdict[Partition, deque[int]] = defaultdict(deque)
        self._acked: defaultdict[Partition, set[int]] = defaultdict(set)
        self._next: dict[Partition, int] = {}
        self._committed: dict[Partition, int] = {}
        self._not_taken: defaultdict[Partition, int] = defaultdict(int)
        self.generation = 0

    def deliver(self, partition: Partition, last_offset: int) -> Unit:
        """Note that records up to `last_offset` were handed to an agent. Units of a partition come in offset order."""
        self._delivered[partition].append(last_offset)
        self._not_taken[partition] += 1
        return Unit(self, partition, last_offset, self.generation)

    def committable(self) -> dict[Partition, int]:
        """The next offset to read, per partition that has moved since its last successful commit."""
        return {tp: offset for tp, offset in self._next.items() if self._committed.get(tp) != offset}

    def committed(self, offsets: Mapping[Partition, int]) -> None:
        """The broker has stored these. Not called after a failed commit, which is therefore repeated."""
        self._committed.update(offsets)

    def all_taken(self, partition: Partition) -> bool:
        """True when no delivered unit of the partition still waits in front of its agent."""
        return not self._not_taken.get(partition)

    def open_units(self) -> int:
        """Units that are delivered and not acknowledged."""
        return sum(len(units) - len(self._acked[tp]) for tp, units in self._delivered.items())

    def reset(self) -> None:
        """Forget everything: the partitions are gone, or reading starts again at the committed offsets.

        Units of before answer to nobody from now on: their late acknowledgements must not count for the same offsets
        read a second time.
        """
        self.generation += 1
        for mapping in (self._delivered, self._acked, self._next, self._committed, self._not_taken):
            mapping.clear()

    def _take(self, unit: Unit) -> None:
        if not unit.stale:
            self._not_taken[unit.partition] -= 1

    def _ack(self, unit: Unit) -> None:
        if unit.stale:
            return
        delivered, acked = self._delivered[unit.partition], self._acked[unit.partition]
        acked.add(unit.last_offset)
        while delivered and delivered[0] in acked:
            last = delivered.popleft()
            acked.discard(last)
            self._next[unit.partition] = last + 1


class Unit:
    """The receipt of one delivered batch: `taken()` when its agent is through with it, `ack()` when it is safe.

    Calling either again changes nothing.
    """

    __slots__ = ("_acked", "_ledger", "_taken", "generation", "last_offset", "partition")

    def __init__(self, ledger: OffsetLedger, partition: Partition, last_offset: int, generation: int) -> None:
        self._ledger = ledger
        self.partition = partition
        self.last_offset = last_offset
        self.generation = generation
        self._taken = self._acked = False

    @property
    def stale(self) -> bool:
        """True when the partition was given up since: the unit will be read again and must not be worked on."""
        return self.generation != self._ledger.generation

    def taken(self) -> None:
        """The records are in the state of this worker (they may still wait for the store)."""
        if not self._taken:
            self._taken = True
            self._ledger._take(self)

    def ack(self) -> None:
        """Rows derived from the records are stored; nothing is lost if they are never read again."""
        if not self._acked:
            self._acked = True
            self._ledger._ack(self)
