"""Which boxes have to do with which vessel's calls at a port, and which of them a change of these calls touches."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from streams.domain.book import Book
from streams.domain.calls import REACH, Call, FeederSummary, Summary

#: Nothing was known of a call.
_NONE: Final[list[Summary]] = []
_NO_FEEDER: Final[list[FeederSummary]] = []
_NO_BOXES: Final[dict[str, None]] = {}


class Link:
    """A vessel's calls at a port as boxes see them. A box keeps the link itself, not its name: boxes are many."""

    def __init__(self, name: str) -> None:
        #: vessel|port
        self.name = name
        self.vessel, self.port = name.rsplit("|", 1)
        self.boxes: dict[str, None] = {}
        #: items of evidence in the copies of these calls: they count in the versions of the boxes
        self.count = 0
        #: what was last known of the calls, None: they were never derived
        self.summary: list[Summary] | None = None
        self.feeder_summary = _NO_FEEDER


class Ties:
    """The ties of the boxes that are in memory."""

    def __init__(self) -> None:
        self._links: dict[str, Link] = {}

    def tie(self, name: str, book: Book, link: str) -> None:
        """Tie a box to a vessel's calls at a port. One source may name the vessel and another the port: each vessel that
        the box ever named goes with each port."""
        if name in self.boxes(link):
            return
        vessels: list[str] = []
        ports: list[str] = []
        for known in (*book.links, self.link(link)):
            if known.vessel not in vessels:
                vessels.append(known.vessel)
            if known.port not in ports:
                ports.append(known.port)
        for vessel in vessels:
            for port in ports:
                each = self.link(vessel + "|" + port)
                if each not in book.links:
                    book.links.append(each)
                    each.boxes[name] = None

    def untie(self, name: str, book: Book) -> None:
        """A box is not in memory any more."""
        for link in book.links:
            link.boxes.pop(name, None)
            if not link.boxes and link.summary is None:
                self._links.pop(link.name, None)

    def link(self, name: str) -> Link:
        """A vessel's calls at a port (vessel|port)."""
        link = self._links.get(name)
        if link is None:
            link = self._links[name] = Link(name)
        return link

    def boxes(self, name: str) -> dict[str, None]:
        """The boxes of a vessel's calls at a port. Do not change them."""
        link = self._links.get(name)
        return link.boxes if link is not None else _NO_BOXES

    def learn(self, name: str, calls: list[Call]) -> tuple[bool, bool, int]:
        """The calls as they are now: whether anything changed that boxes depend on, or boxes with a leg, and the earliest
        time (ms) of a call that changed, 0 = none."""
        link = self.link(name)
        summary = [c.summary() for c in calls]
        of_feeder = [c.feeder_summary() for c in calls]
        before = link.summary if link.summary is not None else _NONE
        feeder_before = link.feeder_summary
        same, same_for_legs = link.summary is not None and before == summary, feeder_before == of_feeder
        link.summary = summary
        link.feeder_summary = of_feeder
        earliest = 0
        if not (same and same_for_legs):
            times = [_time(s, f) for s, f in _differ(before, feeder_before, summary, of_feeder)]
            earliest = min([at for at in times if at], default=0)
        return same, same_for_legs, earliest


def _differ(
    old: list[Summary], feeder_old: list[FeederSummary], new: list[Summary], feeder_new: list[FeederSummary]
) -> Iterable[tuple[Summary, FeederSummary]]:
    """What is known of calls only before, or only now."""
    return set(zip(old, feeder_old, strict=True)) ^ set(zip(new, feeder_new, strict=True))


def _time(s: Summary, f: FeederSummary) -> int:
    """When a call is, by the best that is known of it; 0 = nothing is."""
    _, _, _, ata, eta, ops_end, atd, cutoff, opens, _ = s
    return ata or eta or f[0] or atd or f[2] or ops_end or cutoff or opens


def reach(earliest: int) -> int:
    """No event before this time (ms) belongs to a call at ``earliest``."""
    return earliest - REACH
