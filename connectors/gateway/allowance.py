"""How much each sender may send: nobody's flood makes another wait."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

#: A sender that was quiet may send the events of so many seconds at once.
BURST_S: Final = 10.0


class Allowance:
    """Events per second of each API key, by its name; what is not used is saved up for ``BURST_S`` seconds."""

    def __init__(self, per_s: float, clock: Callable[[], float] = time.monotonic) -> None:
        """``per_s``: above 0. ``clock`` in seconds."""
        self.per_s = per_s
        self._most = per_s * BURST_S
        self._clock = clock
        #: key -> what it may still send, and when that was known; below 0 after a request that was larger than all it had saved
        self._left: dict[str, tuple[float, float]] = {}

    def wait_s(self, name: str, events: int) -> float:
        """Take a request of so many events: 0.0 when it may go on, else after how many seconds to try it again.

        One that is larger than all that can be saved up goes when all is saved up.
        """
        left, now = self._now(name)
        wanted = min(events, self._most)
        if left < wanted:
            return (wanted - left) / self.per_s
        self._left[name] = (left - events, now)
        return 0.0

    def pause_s(self, name: str) -> float:
        """After how many seconds this sender may send one event; 0.0: now. It takes nothing, so it can be asked before a
        request is read."""
        left, _ = self._now(name)
        return max(0.0, (1 - left) / self.per_s)

    def _now(self, name: str) -> tuple[float, float]:
        now = self._clock()
        left, at = self._left.get(name, (self._most, now))
        return min(self._most, left + (now - at) * self.per_s), now
