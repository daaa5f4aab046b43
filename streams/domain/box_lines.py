"""What the manifest lines of one box announce, whether it came or not, folded as they come."""

from __future__ import annotations

from typing import Final

from streams.domain.announced import DELETION
from streams.domain.calls import Call, same_cutoff, same_end, same_entry
from streams.domain.evidence import Evidence
from streams.domain.world import World

#: Shared by all boxes that have no such line: never changed.
_NONE: Final[list[Evidence]] = []
_NOT_MIXED: Final[list[tuple[Evidence, str]]] = []


class _LookUp:
    """A line whose call was looked up, what was found, and the look-up before."""

    def __init__(self, line: Evidence, call: Call | None, before: _LookUp | None) -> None:
        self.line = line
        self.call = call
        self.before = before


class BoxLines:
    """The lines of a box in force that are no deletions, by what rules ask for."""

    def __init__(self, lines: list[Evidence]) -> None:
        #: those of the original manifest (原始舱单), by time
        self.originals = _NONE
        #: the latest pre-stowage line (预配舱单)
        self.prepared: Evidence | None = None
        #: a line of a bill that had said another trade before, with what it said then; one of each bill
        self.mixed = _NOT_MIXED
        #: of each bill the line that said its trade first
        self._trades = _NONE
        self._looked_up: _LookUp | None = None
        #: the line with which the box may come in, and the call that was found for it
        self.entry: tuple[Evidence, Call | None] | None = None
        for e in lines:
            self.add(e)

    def add(self, e: Evidence) -> None:
        """One more line; they come by event time."""
        if e.classifier != "ACT" or e.action == DELETION:
            return
        if e.code == "ORIGINAL":
            self.originals = [*self.originals, e]
        elif e.code == "PREPARED":
            self.prepared = e
        if e.trade and e.bill:
            self._add_trade(e)

    def _add_trade(self, e: Evidence) -> None:
        for known in self._trades:
            if known.bill == e.bill:
                if known.trade != e.trade and not self._is_mixed(e.bill):
                    self.mixed = [*self.mixed, (e, known.trade)]
                return
        self._trades = [*self._trades, e]

    def _is_mixed(self, bill: str) -> bool:
        for e, _ in self.mixed:
            if e.bill == bill:
                return True
        return False

    def call_of(self, line: Evidence, world: World) -> Call | None:
        """The call with which a box comes (an original line) or leaves (a pre-stowage line); looked up once."""
        known = self._looked_up
        while known is not None:
            if known.line is line:
                return known.call
            known = known.before
        call = _look_up(line, world)
        self._looked_up = _LookUp(line, call, self._looked_up)
        return call

    def calls_changed(self, world: World) -> bool:
        """A call that the box has to do with changed: True when one that was looked up is another one now, in what counts."""
        changed = self.entry is not None and not same_entry(self.entry[1], world.outward_call(self.entry[0]))
        known = self._looked_up
        while known is not None:
            call = _look_up(known.line, world)
            same = same_end(known.call, call) if known.line.code == "ORIGINAL" else same_cutoff(known.call, call)
            changed = changed or not same
            known.call = call
            known = known.before
        return changed


def _look_up(line: Evidence, world: World) -> Call | None:
    if line.code == "ORIGINAL":
        return world.call(line.vessel, world.reference.port(line.pod), line.voyage, line.at)
    return world.outward_call(line)
