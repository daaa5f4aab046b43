"""Logical time of one partition (design 3, Time): the least over its source topics, then over all partitions.

A heartbeat says up to when a port has sent a kind. It counts for this partition once the topic's partition has been read
past it: a record that was appended later, or the log end as it stood after we heard of the heartbeat. Only then is
everything it speaks of in the books.

What a watermark knows is state: offsets are committed past the records that told it, and in a stream that has ended nobody
says it again. So it goes to the changelog (:meth:`Watermark.dump`).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from typing import Any, NamedTuple

import msgspec


class Heard(NamedTuple):
    """A heartbeat that waits for its topic to be read. Times in ms: ``appended_at`` by the broker's clock, ``heard_at``
    by this worker's (as are the log ends it is compared with: two clocks are never compared)."""

    appended_at: int
    sent_to: int
    heard_at: int


class Watermark:
    """How far one partition has come, and what the others said of themselves. Times in ms."""

    def __init__(self, topics: Iterable[str], partitions: int, live: bool) -> None:
        self._live = live
        self._read_to: dict[str, int] = dict.fromkeys(topics, 0)
        self._sent_to: dict[str, int] = dict.fromkeys(self._read_to, 0)
        self._waiting: dict[str, deque[Heard]] = {t: deque() for t in self._read_to}
        self._partitions = dict.fromkeys(range(partitions), 0)
        self.published = 0

    def heartbeat(self, topic: str, appended_at: int, sent_to: int, heard_at: int) -> None:
        """A sender's word that all of ``topic`` up to ``sent_to`` (event time) was appended before ``appended_at``."""
        waiting = self._waiting.get(topic)
        if waiting is not None and sent_to > self._sent_to[topic]:
            waiting.append(Heard(appended_at, sent_to, heard_at))

    def read(self, topic: str, appended_at: int) -> None:
        """The partition of ``topic`` was read up to and with a record of this append time.

        Records of one millisecond may still follow, so only what was appended *before* it is known to be read.
        """
        if topic in self._read_to:
            self._read_to[topic] = max(self._read_to[topic], appended_at)
            self._settle(topic, appended_at, 0)

    def at_end(self, topic: str, at_ms: int) -> None:
        """The partition of ``topic`` was read to its log end as it stood at this moment of the worker's clock."""
        if topic in self._read_to:
            self._read_to[topic] = max(self._read_to[topic], at_ms)
            self._settle(topic, 0, at_ms)

    def _settle(self, topic: str, appended_at: int, at_ms: int) -> None:
        waiting = self._waiting[topic]
        while waiting and (waiting[0].appended_at < appended_at or waiting[0].heard_at < at_ms):
            self._sent_to[topic] = max(self._sent_to[topic], waiting.popleft().sent_to)

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

    def dump(self) -> bytes:
        """All that cannot be read again, for the changelog."""
        waiting = {t: [(w.appended_at, w.sent_to) for w in ws] for t, ws in self._waiting.items() if ws}
        return msgspec.msgpack.encode((self._sent_to, waiting, self._partitions))

    def load(self, data: bytes, heard_at: int) -> None:
        """Put :meth:`dump` back; waiting heartbeats count as heard now. Raises msgspec.DecodeError for foreign bytes."""
        sent_to, waiting, partitions = msgspec.msgpack.decode(data, type=tuple[dict[str, int], dict[str, Any], dict[int, int]])
        for topic, at in sent_to.items():
            if topic in self._sent_to:
                self._sent_to[topic] = max(self._sent_to[topic], at)
        for topic, pairs in waiting.items():
            if topic in self._waiting:
                self._waiting[topic] = deque(Heard(appended, sent, heard_at) for appended, sent in pairs)
        for partition, at in partitions.items():
            if partition in self._partitions:
                self.heard(partition, at)
