"""Times of the simulated world: integer milliseconds UTC, days by Beijing midnight."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from typing import Final

SECOND: Final = 1000
MINUTE: Final = 60 * SECOND
HOUR: Final = 60 * MINUTE
DAY: Final = 24 * HOUR
BEIJING: Final = timezone(timedelta(hours=8))


def midnight(day: str) -> int:
    """Beijing midnight at the start of a day ``YYYY-MM-DD``, ms UTC. Raises ValueError for another form."""
    start = date.fromisoformat(day)
    return int(datetime(start.year, start.month, start.day, tzinfo=BEIJING).timestamp() * 1000)


def local(at: int, form: str) -> str:
    """``at`` (ms UTC) as Beijing time in a strftime form."""
    return datetime.fromtimestamp(at // 1000, BEIJING).strftime(form)


def clear_of_midnight(at: int) -> int:
    """``at``, moved on when it lies within 20 minutes of Beijing midnight.

    A report that customs holds is bound to its Beijing date of arrival; two sources on both sides of midnight would
    make the date depend on the order of arrival of the events.
    """
    into = (at + 8 * HOUR) % DAY
    if into < 20 * MINUTE:
        return at + 20 * MINUTE - into
    if into > DAY - 20 * MINUTE:
        return at + DAY - into + 20 * MINUTE
    return at


def near_midnight(at: int) -> bool:
    """True within 20 minutes of Beijing midnight, where only one source may speak (see ``clear_of_midnight``)."""
    return clear_of_midnight(at) != at
