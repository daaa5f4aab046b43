"""What the stories of a day are written on: events to be delivered, the truth, and what customs will answer."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from ops.simulate.cargo import Box, Mint
from ops.simulate.clock import SECOND
from ops.simulate.delivery import Record
from ops.simulate.ports import PORTS

Truth = dict[str, Any]

ORIGINAL: Final = "9"
CANCEL: Final = "1"
REPLACE: Final = "5"
#: Key of a truth line that holds only when the final `now` is past this time; it does not leave the world.
DUE: Final = "due"


class Planned(NamedTuple):
    """An event and when it is due at its topic, before any disorder. ms UTC."""

    due: int
    topic: str
    key: str
    kind: str
    record: Record


class Filed(NamedTuple):
    """A move that a port reports by file. ``function`` is the BGM function; ``about`` is the move that it cancels or
    replaces; ``due`` is when the terminal system writes it."""

    due: int
    kind: str
    record: Record
    function: str
    about: Record | None


class Sheet:
    """One day of the world. Everything random comes from ``rng``: the same seed tells the same stories."""

    def __init__(self, day: int, start: int, rng: random.Random, back: Sequence[Box] = ()) -> None:
        self.day = day
        self.start = start
        self.rng = rng
        self.mint = Mint(day, rng, back)
        self.planned: list[Planned] = []
        self.filed: list[Filed] = []
        self.truth: list[Truth] = []
        self.customs: list[Truth] = []
        self.last = start
        #: nothing is delivered before this: events from before the world's begin come with its first day
        self.not_before = 0
        self._events = 0

    def between(self, low: int, high: int) -> int:
        """A whole number in [low, high): mostly a time or a duration in ms."""
        return low + int((high - low) * self.rng.random())

    def chance(self, share: float) -> bool:
        """True in this share of the cases."""
        return self.rng.random() < share

    def event_id(self) -> str:
        """An id that no other event has."""
        self._events += 1
        return f"{self.day:03d}{self._events:08d}"

    def put(self, kind: str, record: Record, stuck: int = 0) -> Record:
        """Have an event delivered; ``stuck`` ms later than its sender recorded it. Moves of a port that sends files
        are filed instead."""
        at = record["updated_time"]
        if record["event_time"] > self.last and record["classifier"] == "ACT":
            self.last = record["event_time"]
        if self.by_file(record):
            self.filed.append(Filed(at, kind, record, ORIGINAL, None))
        else:
            due = max(at + stuck, self.not_before)
            self.planned.append(Planned(due, record["port"] + "." + kind + ".v1", key_of(record), kind, record))
        return record

    def by_file(self, record: Record) -> bool:
        """True for the moves of a port whose terminal system sends files."""
        return record["event_type"] in ("GATE_MOVE", "QUAY_MOVE") and PORTS[record["port"]].form != "events"

    def revise(self, kind: str, record: Record, after: int, **changes: Any) -> Record:
        """A later version of an event, ``after`` ms after the one before: same identity, later updated_time."""
        at = record["updated_time"] + after
        newer = {**record, **changes, "updated_time": at, "record_time": at}
        if self.by_file(record):
            self.filed.append(Filed(at, kind, newer, REPLACE, record))
            return newer
        return self.put(kind, newer)

    def retract(self, kind: str, record: Record, after: int) -> None:
        """Take an event back, ``after`` ms after it was recorded."""
        if self.by_file(record):
            at = record["updated_time"] + after
            self.filed.append(Filed(at, kind, {**record, "updated_time": at}, CANCEL, record))
        else:
            self.revise(kind, record, after, is_retracted=True)

    def raised(self, code: str, subject: str, state: str = "RAISED", due: int = 0) -> None:
        """State in the truth that an exception holds, once the final ``now`` is past ``due`` (ms)."""
        line: Truth = {"kind": "exception", "code": code, "subject": subject, "state": state}
        if due:
            line[DUE] = due
        self.truth.append(line)

    def overdue(self, code: str, subject: str, due: int, done: int) -> None:
        """State what follows when something is due at a time and was ``done`` then (ms; 0 = never)."""
        if not done:
            self.raised(code, subject, "RAISED", due)
        elif done > due:
            self.raised(code, subject, "RESOLVED", due)


def key_of(record: Record) -> str:
    """The topic key of an event (contracts, section 1)."""
    event_type = record["event_type"]
    if event_type in ("MANIFEST_LINE", "VGM"):
        return str(record["master_bl"])
    if event_type == "PORT_CALL":
        return str(record["vessel_id"])
    if event_type in ("HEARTBEAT", "TOTALS", "FINAL"):
        return str(record["port"])
    return str(record.get("container_no") or record["bill_no"])


def recorded(at: int, rng: random.Random) -> int:
    """When a system records what happened at ``at``: some seconds later."""
    return at + SECOND + int(rng.random() * 9 * SECOND)
