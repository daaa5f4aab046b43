"""What delivery does to events: delays, so that they arrive out of order, repetitions, and some that come hours late.

It has its own random numbers: whatever the noise, the world and its truth stay the same.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterable, Iterator

from ops.simulate.clock import HOUR, MINUTE
from ops.simulate.delivery import Delivery
from ops.simulate.filing import FileDue
from ops.simulate.sheet import Planned


class Noise:
    """``disorder`` is the mean delay in seconds; ``duplicates`` and ``late`` are shares of the deliveries."""

    def __init__(self, seed: int, disorder: float, duplicates: float, late: float) -> None:
        self._seed = seed
        self._mean = disorder * 1000
        self._duplicates = duplicates
        self._late = late
        self._rng = random.Random()

    def begin(self, day: int) -> None:
        """Start the random numbers of a day."""
        self._rng.seed(f"{self._seed}/{day}/noise")

    def deliver(self, planned: Iterable[Planned]) -> Iterator[Delivery]:
        """When each event arrives, and the copies that arrive later."""
        chance = self._rng.random
        for due, topic, key, kind, record in planned:
            at = due + self._delay()
            yield Delivery(at, topic, key, kind, record, None, 1)
            if chance() < self._duplicates:
                yield Delivery(at + self._repeat(), topic, key, kind, record, None, 1)

    def deliver_files(self, files: Iterable[FileDue]) -> Iterator[Delivery]:
        """The same for files: a port that is not sure sends its file again."""
        for due, file, events in files:
            at = due + self._delay()
            yield Delivery(at, "", "", "file", {}, file, events)
            if self._rng.random() < self._duplicates:
                again = file._replace(name="RESENT_" + file.name)
                yield Delivery(at + self._repeat(), "", "", "file", {}, again, events)

    def _delay(self) -> int:
        rng = self._rng
        delay = int(-self._mean * math.log(1.0 - rng.random()))
        if rng.random() < self._late:
            delay += HOUR + int(rng.random() * 4 * HOUR)
        return delay

    def _repeat(self) -> int:
        return MINUTE + int(self._rng.random() * 2 * HOUR)
