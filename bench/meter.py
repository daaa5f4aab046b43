"""The clock of a case: runs from the first events to the last, and counts the CPU of the whole process."""

from __future__ import annotations

import json
import os
import sys
import time
from typing import Any, NoReturn


class Meter:
    """``tick`` for events that were handled. The first tick starts the clock and is not counted: what a client fetched
    before it may have been waiting. After ``events`` the figures are printed and the process ends at once."""

    def __init__(self, case: str, events: int) -> None:
        self._case = case
        self._events = events
        self._handled = 0
        self._skipped = 0
        self._started = 0.0
        self._cpu = 0.0

    def tick(self, count: int = 1) -> None:
        """``count`` more events are handled."""
        self._handled += count
        if not self._started:
            self._skipped = count
            self._cpu = time.process_time()
            self._started = time.perf_counter()
        elif self._handled >= self._events:
            self.finish()

    def finish(self) -> NoReturn:
        """Print the figures and end the process, without the minutes that some frameworks take for it."""
        seconds = time.perf_counter() - self._started
        cpu = time.process_time() - self._cpu
        tell(self._case, self._handled - self._skipped, seconds, cpu)
        os._exit(0)


def tell(case: str, events: int, seconds: float, cpu_seconds: float, **more: Any) -> None:
    """Print one round's figures as the line that `bench.__main__` reads."""
    line = {
        "case": case, "events": events, "events_per_s": round(events / seconds, 1),
        "cpu_us_per_event": round(cpu_seconds / events * 1e6, 3), **more,
    }  # fmt: skip
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()
