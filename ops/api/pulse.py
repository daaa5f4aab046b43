"""That something changed: a counter that pages look at, and streams of changes for those who follow along (SSE)."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final, NamedTuple

from ops.api.feed import Heard

#: Changes that wait for a slow reader; the oldest are dropped, and it is told how many.
MOST_WAITING: Final = 1000
#: Kind of a change that stands for those that a slow reader missed: ``{"count": n}``.
MISSED: Final = "missed"


class Change(NamedTuple):
    """A message of an output topic: ``kind`` alert or visit-update; ``key`` an exception id or container number."""

    kind: str
    key: str
    record: dict[str, Any]


class Follower:
    """What waits for one reader."""

    def __init__(self) -> None:
        self._queue: asyncio.Queue[Change] = asyncio.Queue(MOST_WAITING)
        self._missed = 0

    def put(self, change: Change) -> None:
        """Something changed."""
        if self._queue.full():
            self._queue.get_nowait()
            self._missed += 1
        self._queue.put_nowait(change)

    async def next(self) -> Change:
        """The next change; MISSED in place of those that the reader was too slow for."""
        if self._missed:
            missed, self._missed = self._missed, 0
            return Change(MISSED, "", {"count": missed})
        return await self._queue.get()


class Pulse:
    """Give it changes on the loop that its followers run on."""

    def __init__(self) -> None:
        self.count = 0
        self._followers: set[Follower] = set()

    def hear(self, heard: Heard) -> None:
        """A record of the feed: what is news of a box or an exception is a change."""
        if heard.news and heard.record is not None and heard.record.get("kind") != "WATERMARK":
            self.beat(Change(heard.kind, heard.key, heard.record))

    def beat(self, change: Change) -> None:
        """Something changed."""
        self.count += 1
        for follower in self._followers:
            follower.put(change)

    @contextmanager
    def following(self) -> Iterator[Follower]:
        """All changes for as long as the block runs."""
        follower = Follower()
        self._followers.add(follower)
        try:
            yield follower
        finally:
            self._followers.discard(follower)
