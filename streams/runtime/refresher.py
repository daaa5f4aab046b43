"""The hourly figures (`connectors.clickhouse.rollups`), kept up to date by one worker: the holder of partition 0.

Which hours other workers touch nobody knows, so it is those of the last day that are recomputed every half minute, and once
an hour, after a take-over, or when time has leapt, those of three months: a correction of something older than a day shows
within the hour.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from functools import partial
from typing import Any, Final

from connectors.clickhouse.errors import StoreError
from streams.runtime.ports import Blocking, Clock

log = logging.getLogger(__name__)

HOUR_MS: Final = 3_600_000
DAY_MS: Final = 24 * HOUR_MS
#: Events that are older than this when they come are seldom. 0.3 s of the store's CPU each time, on two million events.
RECENT_MS: Final = 26 * HOUR_MS
#: 1.5 s of the store's CPU each time.
ALL_MS: Final = 92 * DAY_MS
ALL_EVERY_MS: Final = HOUR_MS
#: Plans and estimates are events too: their hours lie ahead.
AHEAD_MS: Final = 62 * DAY_MS

#: Recompute the hours from one time to before another, at this time of the clock (ms; `rollups.refresh_all`).
Refresh = Callable[[int, int, int], None]


class Refresher:
    """Recomputes the figures while ``now`` says that it is ours to do, beside all other work of the worker."""

    def __init__(
        self, refresh: Refresh, clock: Clock, now: Callable[[], int | None], every_s: float, blocking: Blocking[Any]
    ) -> None:
        """``now``: logical time (ms) of partition 0 if this worker holds it, else None."""
        self._refresh = refresh
        self._clock = clock
        self._now = now
        self._every_s = every_s
        self._blocking = blocking
        #: Logical time of the last turn, 0 when there was none since we hold the partition; and when all was recomputed.
        self._last = 0
        self._all_at = 0

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
            self._last = self._all_at = 0
            return
        wall = self._clock.now_ms()
        leapt = now - self._last > HOUR_MS  # a log that is caught up with, or simulated time: old events come too
        everything = not self._last or leapt or wall - self._all_at >= ALL_EVERY_MS
        since = now - ALL_MS if everything else min(now, self._last) - RECENT_MS
        lo, hi = (max(0, at) // HOUR_MS * HOUR_MS for at in (since, now + AHEAD_MS))
        await self._blocking(partial(self._refresh, lo, hi, wall))
        self._last = now
        if everything:
            self._all_at = wall
