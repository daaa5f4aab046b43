"""What comes out of a file: events for topics, with the problems met on the way."""

from __future__ import annotations

from typing import Any, NamedTuple

from connectors.edi.problem import Problem

Record = dict[str, Any]


class Event(NamedTuple):
    """A record for a topic. ``kind`` names its schema, ``key`` the topic key (the container number)."""

    kind: str
    topic: str
    key: str
    record: Record


Item = Event | Problem
