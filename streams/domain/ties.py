"""Which boxes have to do with which vessel's calls at a port, and which of them a change of these calls touches."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from streams.domain.book import Book
from streams.domain.calls import REACH, Call, FeederSummary, Summary

#: Nothing was known of a call.
_NONE: Final[list[Summary]] = []
_NO_FEEDER: Final[list[FeederSummary]] = []


class Ties:
    """The ties of the boxes that are in memory."""

    def __init__(self) -> None:
        self._boxes: dict[str, dict[str, None]] = {}
        self._summaries: dict[str, list[Summary]] = {}
        self._feeder_summaries: dict[str, list[FeederSummary]] = {}

    def tie(self, name: str, book: Book, link: str) -> None:
        """Tie a box to a vessel's calls at a port. One source may name the vessel and another the port: each vessel that
        the box ever named goes with each port."""
        vessels: list[str] = []
        ports: list[str] = []
        for known in (*book.links, link):
            vessel, port = known.rsplit("|", 1)
            if vessel not in vessels:
                vessels.append(vessel)
            if port not in ports:
                ports.append(port)
        for vessel in vessels:
            for port in ports:
                each = vessel + "|" + port
                if each not in book.links:
                    book.links.append(each)
                    boxes = self._boxes.get(each)
                    if boxes is None:
                        boxes = self._boxes[each] = {}
                    boxes[name] = None

    def untie(self, name: str, book: Book) -> None:
        """A box is not in memory any more."""
        for link in book.links:
            boxes = self._boxes.get(link)
            if boxes is not None:
                boxes.pop(name, None)
                if not boxes:
                    del self._boxes[link]

    def boxes(self, link: str) -> dict[str, None]:
        """The boxes of a vessel's calls at a port."""
        return self._boxes.get(link, {})

    def learn(self, link: str, calls: list[Call]) -> tuple[bool, bool, int]:
        """The calls as they are now: whether anything changed that boxes depend on, or boxes with a leg, and the earliest
        time (ms) of a call that changed, 0 = none."""
        summary = [c.summary() for c in calls]
        of_feeder = [c.feeder_summary() for c in calls]
        before = self._summaries.get(link, _NONE)
        feeder_before = self._feeder_summaries.get(link, _NO_FEEDER)
        same, same_for_legs = link in self._summaries and before == summary, feeder_before == of_feeder
        self._summaries[link] = summary
        self._feeder_summaries[link] = of_feeder
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
