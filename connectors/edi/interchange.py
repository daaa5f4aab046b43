"""UNB to UNZ and UNG to UNE: what is counted in them, and the events that wait for their trailers."""

from __future__ import annotations

from dataclasses import dataclass, field

from connectors.edi.heads import Surroundings, component
from connectors.edi.syntax import Segment
from connectors.reading.events import Event, Outcome


@dataclass(slots=True)
class Frame:
    """An open UNB or UNG.

    ``version``: message type, version and release that a group says of its messages, "" = not said.
    ``parts`` counts the messages so far, ``groups`` the groups of an interchange. ``strict``: its sender wants faults
    refused; ``overflowed``: it was, being too large to wait for its trailer. ``held``: events that wait for it.
    """

    tag: str
    reference: str
    position: int
    around: Surroundings
    parts: int = 0
    groups: int = 0
    strict: bool = False
    overflowed: bool = False
    held: list[Event] = field(default_factory=list)
    version: tuple[str, ...] = ()


@dataclass(slots=True)
class Ledger:
    """What an answer needs to know of a stream: its envelopes, and of each message (by the position of its UNH) the
    number of its document, and whether it was refused as a whole. Of flat files, which are answered by a report, the
    outcome of each message."""

    segments: list[Segment] = field(default_factory=list)
    documents: dict[int, str] = field(default_factory=dict)
    refused: set[int] = field(default_factory=set)
    outcomes: list[Outcome] = field(default_factory=list)


def opened_interchange(file: str, unb: Segment) -> Frame:
    """The interchange that UNB opens: sender 0004 with its reference 0020, date 0017 and time 0019."""
    elements = unb.elements
    reference = component(elements, 5, 0).strip()
    around = Surroundings(
        file, component(elements, 2, 0).strip(), reference, component(elements, 4, 0), component(elements, 4, 1)
    )
    return Frame("UNB", reference, unb.position, around)


def opened_group(around: Surroundings, ung: Segment) -> Frame:
    """The group that UNG opens (0038 type, 0040 sender, 0048 reference, S008 version)."""
    sender = component(ung.elements, 2, 0).strip()
    inside = Surroundings(around.file, around.sender, around.reference, around.date, around.time, sender)
    version = component(ung.elements, 1, 0).strip(), *(component(ung.elements, 7, part).strip() for part in (0, 1))
    return Frame("UNG", component(ung.elements, 5, 0).strip(), ung.position, inside, version=version)


def differs(said: str, found: int) -> bool:
    """Whether a stated count is another number than what was found; zero-padding is none."""
    digits = said.lstrip("0") or said[-1:]  # compared as text: a count may have more digits than a number should
    return digits != str(found)
