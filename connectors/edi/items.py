"""What reading a file gives: events and problems, one after the other."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from connectors.edi.problem import Problem

Record = dict[str, Any]


class Event(NamedTuple):
    """One event: ``record`` is ready for the codec of its ``kind`` (gate, berth); ``key`` is its topic key."""

    kind: str
    port: str
    key: str
    record: Record


Item = Event | Problem


class Reading(NamedTuple):
    """All that a file gave. ``errors`` refused something; ``warnings`` did not."""

    events: list[Event]
    errors: list[Problem]
    warnings: list[Problem]


def collect(items: Iterable[Item]) -> Reading:
    """Read to the end, holding everything: for tests and small files."""
    reading = Reading([], [], [])
    for item in items:
        if isinstance(item, Event):
            reading.events.append(item)
        elif item.severity == "error":
            reading.errors.append(item)
        else:
            reading.warnings.append(item)
    return reading
