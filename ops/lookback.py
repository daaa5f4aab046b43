"""Where to look for what is newest: first in the last day, in all of the history only where that day has not enough."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

_DAY_MS: Final = 86_400_000


def beginnings(until_ms: int) -> tuple[datetime, datetime]:
    """From when to look for what is newest by a time (ms): a day before it, then, as for a simulated past, from the start."""
    return _time(max(until_ms - _DAY_MS, 0)), _time(0)


def _time(ms: int) -> datetime:
    return datetime.fromtimestamp(ms / 1000, UTC)
