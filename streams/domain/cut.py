"""The visits of a box with their papers: whose a manifest line, a weight or a release is (model 7.3 A)."""

from __future__ import annotations

from typing import Final

from streams.domain.evidence import LINE, VGM, Evidence
from streams.domain.legs import legs_changed
from streams.domain.moves import Move
from streams.domain.visits import Visit, cut_visits
from streams.domain.world import World

OUTBOUND_LINES: Final = frozenset(("PREPARED", "PACKING", "LOADED"))


#: Of the boxes all of whose lines fit, as most do: never changed.
_NOWHERE: Final[set[str]] = set()


class Cut:
    """The visits of a box, each with the papers that speak of it: by vessel and voyage, by bill, else by time.

    A paper that fits none stays with the announcement: it makes no visit (model 7.3 A). Papers that come by event time
    are added to a cut; after anything else (a move, a correction, an earlier paper, a call that changed) the box is cut
    anew, and both ways the visits are the same.
    """

    def __init__(
        self, box: str, moves: list[Move], lines: list[Evidence], releases: list[Evidence], vgms: list[Evidence],
        world: World,
    ) -> None:  # fmt: skip
        self.visits = cut_visits(box, moves, world)
        self._owners = _Owners(self.visits)
        #: whose a release or a weight is was told by time alone, or by nothing
        self._guessed = False
        for e in lines:
            self._line(e)
        for e in releases:
            self.add_release(e)
        for e in vgms:
            self.add_vgm(e)

    def add_line(self, e: Evidence) -> bool:
        """Add a manifest line that is later than all others; False when the box must be cut anew, because the line may say
        whose the releases before it are."""
        if self._guessed and e.bill and not self._owners.knows(e.bill):
            return False
        self._line(e)
        return True

    def _line(self, e: Evidence) -> None:
        if e.classifier != "ACT":
            return
        visit = self._owners.find(e)
        if visit is None:
            self._owners.learn_elsewhere(e.bill)
            return
        visit.add_line(e)
        if e.bill:
            self._owners.learn_bill(e.bill, visit)

    def add_release(self, e: Evidence) -> None:
        """Add a release event that is later than all others."""
        if e.classifier == "ACT":
            visit = self._owner(e)
            if visit is not None:
                visit.add_release(e)

    def add_vgm(self, e: Evidence) -> None:
        """Add a weight that is later than all others."""
        if e.classifier == "ACT":
            visit = self._owner(e)
            if visit is not None:
                visit.add_vgm(e)

    def needs_ends(self) -> bool:
        """True when papers were given by the end of a visit, which may be that of a call."""
        return len(self.visits) > 1

    def calls_changed(self, world: World) -> bool:
        """See the calls of vessels anew; True when its visit must be derived anew for that."""
        changed = False
        for visit in self.visits:
            other_calls, other_legs = visit.calls_changed(world), legs_changed(visit, world)
            changed = changed or other_calls or other_legs or visit.timely
        return changed

    def _owner(self, e: Evidence) -> Visit | None:
        visit = self._owners.find(e)
        if visit is None or len(self.visits) > 1 or (e.bill != "" and not self._owners.knows(e.bill)):
            self._guessed = True
        return visit


class _Owners:
    """Which visit a paper speaks of."""

    def __init__(self, visits: list[Visit]) -> None:
        self._visits = visits
        #: bills of which a line fits no visit: their other papers do not either
        self.elsewhere = _NOWHERE
        #: bill -> the first visit that it was heard of with
        self._bills: dict[str, Visit] = {}
        #: vessel and voyage -> the first visit with a move from or onto it; known when somebody asks
        self._voyages: dict[tuple[str, str], Visit] | None = None
        for visit in visits:
            for move in visit.moves:
                if move.bill:
                    self.learn_bill(move.bill, visit)

    def learn_bill(self, bill: str, visit: Visit) -> None:
        """The first visit that a bill is heard of with has it."""
        if bill not in self._bills:
            self._bills[bill] = visit
            visit.bills = [*visit.bills, bill]

    def learn_elsewhere(self, bill: str) -> None:
        """A line of this bill fits no visit."""
        if not self.elsewhere:
            self.elsewhere = set()
        self.elsewhere.add(bill)

    def knows(self, bill: str) -> bool:
        """True for a bill that a visit has."""
        return bill in self._bills

    def _sailing(self) -> dict[tuple[str, str], Visit]:
        known = self._voyages
        if known is None:
            known = self._voyages = {}
            for visit in self._visits:
                for move in visit.moves:
                    if move.voyage:
                        known.setdefault((move.vessel, move.voyage), visit)
        return known

    def find(self, e: Evidence) -> Visit | None:
        """The visit that a paper belongs to, if any."""
        visits = self._visits
        if len(visits) == 1 and not self.elsewhere and _fits(visits[0], e):
            return visits[0]  # nearly all papers: whatever they name, there is no other visit to go to
        if e.voyage:
            owner = self._sailing().get((e.vessel, e.voyage))
            if owner is not None:
                return owner
        if e.bill:
            owner = self._bills.get(e.bill)
            if owner is not None:
                return owner
            if e.what != LINE and e.bill in self.elsewhere:
                return None
        return self._nearest(e)

    def _nearest(self, e: Evidence) -> Visit | None:
        best: Visit | None = None
        distance = 0
        for visit in self._visits:
            if not _fits(visit, e):
                continue
            away = 0
            if e.at < visit.opened_at:
                away = visit.opened_at - e.at
            elif visit.closed_at and e.at > visit.closed_at:
                away = e.at - visit.closed_at
            if best is None or away < distance:
                best = visit
                distance = away
        return best


def _fits(visit: Visit, e: Evidence) -> bool:
    if visit.ef == "E" and e.ef != "E":
        return False
    if e.what == LINE:
        if e.code == "ORIGINAL":
            return visit.opening.code == "DISC"
        if e.code in OUTBOUND_LINES:
            return visit.opening.code == "IN" or visit.direction == "T"
    elif e.what == VGM:
        return visit.opening.code == "IN" or visit.direction == "T"
    return True
