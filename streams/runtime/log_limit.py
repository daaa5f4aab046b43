"""Keeps repeated log lines readable: aiokafka writes tens of ERROR lines a second while a broker is away."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Collection

#: Seconds in which one and the same message (before its arguments are filled in) is let through once.
WINDOW = 10.0


class RepeatLimit(logging.Filter):
    """For handlers: one line per message and window, with the number of lines left out since the last one."""

    def __init__(self, loggers: Collection[str] = ("aiokafka",), window: float = WINDOW,
                 clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._loggers = tuple(loggers)
        self._window = window
        self._clock = clock
        self._seen: dict[tuple[str, str], tuple[float, int]] = {}  # (logger, message) -> (shown at, left out since)

    def filter(self, record: logging.LogRecord) -> bool:
        if not record.name.startswith(self._loggers):
            return True
        key, now = (record.name, str(record.msg)), self._clock()
        shown_at, left_out = self._seen.get(key, (float("-inf"), 0))
        if now - shown_at < self._window:
            self._seen[key] = (shown_at, left_out + 1)
            return False
        self._seen[key] = (now, 0)
        if left_out:
            record.msg = f"{record.getMessage()} ({left_out} more like this in {now - shown_at:.0f} s)"
            record.args = None
        return True


def limit_repeats() -> None:
    """Put the filter on the root logger's handlers; one on a logger would not see its children's records."""
    limit = RepeatLimit()
    for handler in logging.getLogger().handlers:
        handler.addFilter(limit)
