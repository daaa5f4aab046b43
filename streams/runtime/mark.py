"""A line drawn through what leaves a worker: a checkpoint waits until the store and Kafka have passed it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Mark(Generic[T]):
    """``stored`` and ``sent`` are called by the sink and the outbox when all that was put before is out.

    ``take`` is asked at the very moment of ``stored``, before anything behind the mark can be acknowledged.
    """

    def __init__(self, take: Callable[[], T]) -> None:
        self._take = take
        loop = asyncio.get_running_loop()
        self._stored: asyncio.Future[T | None] = loop.create_future()
        self._sent: asyncio.Future[None] = loop.create_future()

    def stored(self) -> None:
        """The store has everything before the mark."""
        if not self._stored.done():
            self._stored.set_result(self._take())

    def sent(self) -> None:
        """Kafka has everything before the mark."""
        if not self._sent.done():
            self._sent.set_result(None)

    def give_up(self) -> None:
        """The partitions are lost: what lies before the mark was dropped, and nobody shall wait for it."""
        self._stored.cancel()
        self._sent.cancel()

    async def passed(self) -> bool:
        """Wait for both; False when the mark was given up."""
        await asyncio.wait((self._stored, self._sent), return_when=asyncio.ALL_COMPLETED)
        return not (self._stored.cancelled() or self._sent.cancelled())

    def offsets(self) -> T | None:
        """What ``take`` said, once the mark has passed."""
        return self._stored.result()
