"""Logical time of one partition (design 3, Time): the least over its source topics, then over all partitions.

A heartbeat says up to when a port has sent a kind. It counts for this partition once the topic's partition has been
read past the heartbeat's append time: only then is everything it speaks of in the books.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable


class Watermark:
    """How far one partition has come, and what the others said of themselves. Times in ms."""

    def __init__(self, topics: Iterable[str], partitions: int, live: bool) -> None:
        self._live = live
        self._read_to: dict[str, int] = dict.fromkeys(topics, 0)
        self._sent_to: dict[str, int] = dict.fromkeys(self._read_to, 0)
        self._waiting: dict[str, deque[tuple[int, int]]] = {t: deque() for t in self._read_to}
        self._partitions = dict.fromkeys(range(partitions), 0)
        self.published = 0

    def heartbeat(self, topic: str, appended_at: int, sent_to: int) -> None:
        """A sender's word that all of ``topic`` up to ``sent_to`` (event time) was appended before ``appended_at``."""
        if topic in self._waiting:
            self._waiting[topic].append((appended_at, sent_to))
            self._settle(topic)

    def read(self, topic: str, appended_at: int) -> None:
        """The partition of ``topic`` was read to a record of this append time, or to its end at this time."""
        if topic in self._read_to and appended_at > self._read_to[topic]:
            self._read_to[topic] = appended_at
            self._settle(topic)

    def _settle(self, topic: str) -> None:
        waiting = self._waiting[topic]
        while waiting and waiting[0][0] <= self._read_to[topic]:
            self._sent_to[topic] = max(self._sent_to[topic], waiting.popleft()[1])

    def own(self) -> int:
        """This partition's watermark: everything up to here is in its books."""
        return min((self._read_to if self._live else self._sent_to).values(), default=0)

    def heard(self, partition: int, watermark: int) -> None:
        """What the owner of a partition published, behind the facts that it covers."""
        if watermark > self._partitions.get(partition, 0):
            self._partitions[partition] = watermark

    def now(self) -> int:
        """Logical time: nobody, here or in another partition, still has to say anything earlier."""
        return min(self._partitions.values())
