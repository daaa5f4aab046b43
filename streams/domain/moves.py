"""Physical moves of a box: gate and quay facts, each told by one or more sources (model 7.1).

The same fact from two sources stays two items of evidence; here they become one :class:`Move` whose time is that of the
best source. Nothing is decided at insertion.
"""

from __future__ import annotations

from streams.domain.evidence import GATE, QUAY, Evidence
from streams.domain.reference import Reference


class Move:
    """One physical fact: IN or OUT of a gate, DISC from or LOAD onto a vessel."""

    def __init__(self, first: Evidence, rank: int) -> None:
        self.code = first.code
        self.port = first.port
        self.best = first
        self.rank = rank
        self.last_at = first.at
        self.at = first.at
        self.terminal = first.terminal
        self.ef = first.ef
        self.bill = first.bill
        self.vessel = first.vessel
        self.voyage = first.voyage
        self.pod = first.pod
        self.pol = first.pol
        self.seals = first.seals
        self.purpose = first.purpose
        self.trade = first.trade
        self.iso_type = first.iso_type
        self.kg = first.kg
        self.seal_state = first.seal_state
        #: its sources name different trades
        self.trade_disputed = False
        #: the terminal that was told first, and the latest word of another one
        self.told_terminal = first.terminal
        self.elsewhere: Evidence | None = None

    def also(self, e: Evidence, rank: int) -> None:
        """Another source, or a second record, of this fact. ``e`` is not earlier than those before it."""
        self.last_at = e.at
        if e.terminal and e.terminal != self.told_terminal:
            if self.told_terminal:
                self.elsewhere = e
            else:
                self.told_terminal = e.terminal
        self.seal_state = self.seal_state or e.seal_state
        if e.trade and self.trade and e.trade != self.trade:
            self.trade_disputed = True
        if rank < self.rank:
            self._prefer(e, rank)
        else:
            self._complete(e)

    def _prefer(self, e: Evidence, rank: int) -> None:
        self.rank = rank
        self.best = e
        self.at = e.at
        self.terminal = e.terminal or self.terminal
        self.ef = e.ef or self.ef
        self.bill = e.bill or self.bill
        self.vessel = e.vessel or self.vessel
        self.voyage = e.voyage or self.voyage
        self.pod = e.pod or self.pod
        self.pol = e.pol or self.pol
        self.seals = e.seals or self.seals
        self.purpose = e.purpose or self.purpose
        self.trade = e.trade or self.trade
        self.iso_type = e.iso_type or self.iso_type
        self.kg = e.kg or self.kg

    def _complete(self, e: Evidence) -> None:
        self.terminal = self.terminal or e.terminal
        self.ef = self.ef or e.ef
        self.bill = self.bill or e.bill
        self.vessel = self.vessel or e.vessel
        self.voyage = self.voyage or e.voyage
        self.pod = self.pod or e.pod
        self.pol = self.pol or e.pol
        self.seals = self.seals or e.seals
        self.purpose = self.purpose or e.purpose
        self.trade = self.trade or e.trade
        self.iso_type = self.iso_type or e.iso_type
        self.kg = self.kg or e.kg


def is_move(e: Evidence) -> bool:
    """True for an actual passage of the gate or the quay; a refused or referred truck has not passed."""
    if e.classifier != "ACT":
        return False
    if e.what == GATE:
        return e.reason not in ("DENY", "REFER")
    return e.what == QUAY and e.code != "SHIF"


def derive_moves(passages: list[Evidence], reference: Reference) -> list[Move]:
    """The moves that passages of the gate and the quay tell of; both by time."""
    moves: list[Move] = []
    for e in passages:
        add_passage(moves, e, reference)
    return moves


def add_passage(moves: list[Move], e: Evidence, reference: Reference) -> None:
    """Add a passage that is later than all before it: another move, or another word of the last one."""
    rank = reference.rank(e.source)
    if moves:
        last = moves[-1]
        if last.code == e.code and last.port == e.port and e.at - last.last_at < reference.same_move:
            last.also(e, rank)
            return
    moves.append(Move(e, rank))
