"""What comes out of a file: events for topics, with the problems met on the way."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from connectors.reading.problem import ERROR, Problem

Record = dict[str, Any]


class Event(NamedTuple):
    """A record for a topic. ``kind`` (gate, berth, manifest, release) names its schema, ``key`` its place in the topic: a
    container number, master bill or vessel."""

    kind: str
    topic: str
    key: str
    record: Record

    @property
    def port(self) -> str:
        """Slug of the port that the event belongs to."""
        return str(self.record["port"])


Item = Event | Problem


class Outcome(NamedTuple):
    """What became of one message of a file: its name there, how many events it gave, how many of its parts were refused."""

    message: str
    events: int
    refused: int

    @property
    def verdict(self) -> str:
        """ACCEPTED, PARTLY or REFUSED."""
        return verdict(self.events, self.refused)


def verdict(events: int, refused: int) -> str:
    """ACCEPTED when nothing was refused, REFUSED when nothing came of it, PARTLY for what lies between."""
    if not refused:
        return "ACCEPTED"
    return "PARTLY" if events else "REFUSED"


class Reading(NamedTuple):
    """All that a file gave. ``errors`` refused something; ``warnings`` and notes did not."""

    events: list[Event]
    errors: list[Problem]
    warnings: list[Problem]


def collect(items: Iterable[Item]) -> Reading:
    """Read to the end, holding everything: for small files and tests."""
    reading = Reading([], [], [])
    for item in items:
        if isinstance(item, Event):
            reading.events.append(item)
        else:
            (reading.errors if item.severity == ERROR else reading.warnings).append(item)
    return reading
