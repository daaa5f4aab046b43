"""The hourly figures (`connectors.clickhouse.rollups`), kept up to date by one worker: the holder of partition 0.

What has changed is found in the store: a correction of a month ago shows with the next turn, whichever worker wrote it.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from functools import partial
from typing import Any, Final, Protocol

from connectors.clickhouse.errors import StoreError
from streams.runtime.ports import Blocking, Clock

log = logging.getLogger(__name__)

HOUR_MS: Final = 3_600_000
DAY_MS: Final = 24 * HOUR_MS
#: Nothing older is recomputed: a year, and the month that is compared with that of last year.
BEHIND_MS: Final = 400 * DAY_MS
#: Plans and estimates are events too: their hours lie ahead.
AHEAD_MS: Final = 62 * DAY_MS


class Figures(Protocol):
    """What is kept up to date (`connectors.clickhouse.rollups.Figures`)."""

    def refresh(self, lo: int, hi: int, now_ms: int) -> None:
        """Recompute what has changed in the hours from one time to before another, at this time of the clock (ms)."""

    def forget(self) -> None:
        """Recompute all of them the next time."""


class Refresher:
    """Recomputes the figures while ``now`` says that it is ours to do, beside all other work of the worker."""

    def __init__(
        self, figures: Figures, clock: Clock, now: Callable[[], int | None], every_s: float, blocking: Blocking[Any]
    ) -> None:
        """``now``: logical time (ms) of partition 0 if this worker holds it, else None."""
        self._figures = figures
        self._clock = clock
        self._now = now
        self._every_s = every_s
        self._blocking = blocking

    async def run(self) -> None:
        """A turn every so many seconds, for ever. The store may be away: the next turn makes up for it."""
        while True:
            await asyncio.sleep(self._every_s)
            try:
                await self.turn()
            except StoreError as error:
                log.warning("the hourly figures were not recomputed (%s); later again", error.reason)

    async def turn(self) -> None:
        """Recompute what can have changed. Raises StoreError; what was to be done is then done the next time."""
        now = self._now()
        if now is None:
            self._figures.forget()
            return
        lo, hi = (max(0, at) // HOUR_MS * HOUR_MS for at in (now - BEHIND_MS, now + AHEAD_MS))
        await self._blocking(partial(self._figures.refresh, lo, hi, self._clock.now_ms()))
