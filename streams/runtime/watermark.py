"""Logical time of one partition (design 3, Time): the least over its source topics, over all partitions, and customs.

A heartbeat says up to when a port has sent a kind. It counts for this partition once the topic's partition has been read
past it: a record that was appended later, or the log end as it stood after we heard of the heartbeat. Only then is
everything it speaks of in the books.

In simulated time customs answers later than the clock of the senders runs. So each partition tells customs how far it is,
behind its commands, and customs says it again behind its answers: `now` waits for that echo, and for having read back the
question. A worker that starts anew may read the answers and the echo of an earlier life before the commands that they answer.

What a watermark knows is state: offsets are committed past the records that told it, and in a stream that has ended nobody
says it again. So it goes to the changelog (:meth:`Watermark.dump`).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from typing import NamedTuple

import msgspec


class Heard(NamedTuple):
    """A heartbeat that waits for its topic to be read. Times in ms: ``appended_at`` by the broker's clock, ``heard_at``
    by this worker's (as are the log ends it is compared with: two clocks are never compared)."""

    appended_at: int
    sent_to: int
    heard_at: int


class _Said(msgspec.Struct, array_like=True):
    """What the changelog keeps. Fields are only ever added at the end, with a default."""

    sent_to: dict[str, int]
    waiting: dict[str, list[tuple[int, int]]]
    partitions: dict[int, int]
    echoed: dict[str, int] = {}


class Watermark:
    """How far one partition has come, and what the others and customs said of themselves. Times in ms."""

    def __init__(self, topics: Iterable[str], partitions: int, live: bool, echoing: Iterable[str] = ()) -> None:
        """``echoing``: the topics in which the question comes back and customs echoes it, where time waits for that."""
        self._live = live
        self._read_to: dict[str, int] = dict.fromkeys(topics, 0)
        self._sent_to: dict[str, int] = dict.fromkeys(self._read_to, 0)
        self._waiting: dict[str, deque[Heard]] = {t: deque() for t in self._read_to}
        self._partitions = dict.fromkeys(range(partitions), 0)
        self._echoed = dict.fromkeys(echoing, 0)
        self._asked = 0
        self.published = 0

    def heartbeat(self, topic: str, appended_at: int, sent_to: int, heard_at: int) -> None:
        """A sender's word that all of ``topic`` up to ``sent_to`` (event time) was appended before ``appended_at``."""
        waiting = self._waiting.get(topic)
        if waiting is not None and sent_to > self._sent_to[topic]:
            waiting.append(Heard(appended_at, sent_to, heard_at))

    def heartbeats(self, topic: str, said: Iterable[tuple[int, int]], heard_at: int) -> None:
        """Several of them, in order: (append time, sent up to)."""
        waiting = self._waiting.get(topic)
        if waiting is not None:
            known = self._sent_to[topic]
            waiting.extend([Heard(appended_at, sent_to, heard_at) for appended_at, sent_to in said if sent_to > known])

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
        return min(self.sources().values(), default=0)

    def sources(self) -> Mapping[str, int]:
        """Up to when each source topic is known here, ms; 0 where nothing is. The least is :meth:`own`."""
        return self._read_to if self._live else self._sent_to

    def heard(self, partition: int, watermark: int) -> None:
        """What the owner of a partition published, behind the facts that it covers."""
        if watermark > self._partitions.get(partition, 0):
            self._partitions[partition] = watermark

    def _without_customs(self) -> int:
        return min(self._partitions.values())

    def to_ask(self) -> int | None:
        """The time that customs is to echo behind its answers; None when it was asked for that, or nobody waits for it.

        Everything up to then has been heard, from other partitions too, so the commands that follow from it are derived.
        """
        if not self._echoed or self._without_customs() <= self._asked:
            return None
        self._asked = self._without_customs()
        return self._asked

    def echoed(self, topic: str, at: int) -> None:
        """In this topic's partition stands, behind all that belongs to it, that customs was asked about the time up to ``at``;
        or, where customs answers, that it has."""
        if at > self._echoed.get(topic, at):
            self._echoed[topic] = at

    def now(self) -> int:
        """Logical time: nobody, here, in another partition or at customs, still has to say anything earlier."""
        return min((self._without_customs(), *self._echoed.values()))

    def dump(self) -> bytes:
        """All that cannot be read again, for the changelog."""
        waiting = {t: [(w.appended_at, w.sent_to) for w in ws] for t, ws in self._waiting.items() if ws}
        return msgspec.msgpack.encode(_Said(self._sent_to, waiting, self._partitions, self._echoed))

    def load(self, data: bytes, heard_at: int) -> None:
        """Put :meth:`dump` back; waiting heartbeats count as heard now. Raises msgspec.DecodeError for foreign bytes."""
        said = msgspec.msgpack.decode(data, type=_Said)
        for topic, at in said.sent_to.items():
            if topic in self._sent_to:
                self._sent_to[topic] = max(self._sent_to[topic], at)
        for topic, pairs in said.waiting.items():
            if topic in self._waiting:
                self._waiting[topic] = deque(Heard(appended, sent, heard_at) for appended, sent in pairs)
        for partition, at in said.partitions.items():
            if partition in self._partitions:
                self.heard(partition, at)
        for topic, at in said.echoed.items():
            self.echoed(topic, at)


def least(each: Iterable[Mapping[str, int]]) -> dict[str, int]:
    """By topic, the least time of several partitions' :meth:`Watermark.sources`."""
    found: dict[str, int] = {}
    for sources in each:
        for topic, at in sources.items():
            found[topic] = min(at, found.get(topic, at))
    return found
