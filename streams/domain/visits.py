"""Box visits: from the first entry at any of the ports to the exit from them all (model 7.3 A).

A leg between two of the platform's ports never closes a visit: this is what makes them *one port* (一港通).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from streams.domain.announced import DELETION, takes_out
from streams.domain.calls import Call, same_departure, same_landing, same_sailing
from streams.domain.evidence import Evidence
from streams.domain.limits import Limits
from streams.domain.moves import Move
from streams.domain.permits import DIVERSIONS, Permits
from streams.domain.rows import RowKey
from streams.domain.world import World

if TYPE_CHECKING:
    from streams.domain.arrivals import Case
    from streams.domain.legs import Leg

#: A full box that leaves by gate for one of these comes back or is still under the port's care.
STAYS: Final = frozenset(("DIVERSION", "DECONSOLIDATION", "INSPECTION", "INTER_TERMINAL", "LEG"))


#: What is said about these decides about arrival cases.
CASE_STAGES: Final = frozenset(("LEG", "TALLY", "DIVERSION", "DECONSOLIDATION", "TRANSHIP", "REASSIGN"))

#: Shared by all visits that have no such move or paper: never changed.
_NONE: Final[list[Move]] = []
_NO_LINES: Final[list[Evidence]] = []
_NO_BILLS: Final[list[str]] = []
_NO_GOODS: Final[list[tuple[str, str]]] = []
_NOT_ANNOUNCED: Final[dict[str, int]] = {}


class Visit:
    """One visit with its moves and the papers that belong to it."""

    def __init__(self, opening: Move) -> None:
        self.opening = opening
        #: event time of the opening fact: with the container number it identifies the visit
        self.opened_at = opening.at
        self.moves: list[Move] = [opening]
        self.last = opening
        #: container@opened_at, its row's key, and where the box is: at a terminal, on a vessel, or outside
        self.visit_id = ""
        self.key: RowKey = ("", ())
        self.location = ""
        self.lines = _NO_LINES
        self.first_vgm: Evidence | None = None
        self.last_vgm: Evidence | None = None
        self.permits = Permits()
        self.bills = _NO_BILLS
        self.closed_at = 0
        self.closing: Move | None = None
        self.ocean_load: Move | None = None
        self.ocean_call: Call | None = None
        self.empty_return = 0
        self.ef = opening.ef or "F"
        self.trade = ""
        self.direction = "E" if opening.code == "IN" else "I"
        #: time of the first line of each manifest kind that is no deletion
        self.announced = _NOT_ANNOUNCED
        #: a line took earlier ones of its bill back
        self.withdrawn = False
        #: the trade that the latest line says, "" when none does
        self.stated_trade = ""
        #: kind of the lines that declare the box to customs, the latest of them in force, and whether one calls a box full
        #: that came empty, or the reverse
        self._declares = "PREPARED" if opening.code == "IN" else "ORIGINAL"
        self.declared: Evidence | None = None
        self.ef_differs = False
        #: (master bill, house bill) of the declared lines, of one voyage, and whether they were ever of several master bills
        self._sharing = _NO_GOODS
        self._shared_voyage = ("", "")
        self._was_shared = False
        #: the latest declared line that names another vessel, or another voyage of it, than the one before
        self.rolled: Evidence | None = None
        self.voyage_changed: Evidence | None = None
        #: a line names a seal
        self.seal_named = False
        #: the calls of the ship it came with and, of an export, of the one that the declared line names, once they were
        #: looked up
        self.opening_call: Call | None = None
        self.declared_call: Call | None = None
        self._sees_calls = False
        #: the steps that were last told of it depend on the time at which they were asked for
        self.timely = False
        self._limits: Limits | None = None
        #: its moves of some kinds: onto a ship, off one, out of a gate; with broken seals; empty, with a weight; in at a
        #: gate whose terminal the sources do not agree about
        self.loads = _NONE
        self.landings = _NONE
        self.exits = _NONE
        self.broken = _NONE
        self.weighed_empty = _NONE
        self.contested = _NONE
        #: what its moves say, the latest word on each; what none says is taken from its lines
        self.vessel = ""
        self.voyage = ""
        self.iso_type = ""
        self.seals: tuple[str, ...] = ()
        self.kg = 0.0
        #: legs and cases that follow from the moves and papers so far, None: to be derived anew
        self.legs: list[Leg] | None = None
        self.cases: list[Case] | None = None

    def leave_by_sea(self, move: Move, world: World) -> None:
        """It was loaded for a port outside the platform."""
        self.ocean_load = move
        if self.direction == "I":
            self.direction = "T"
        self.see_departure(world)

    def see_departure(self, world: World) -> None:
        """A visit that was loaded for a port outside ends when that vessel leaves."""
        move = self.ocean_load
        if move is not None:
            call = world.call(move.vessel, move.port, move.voyage, move.at)
            self.ocean_call = call
            self.closed_at = call.atd if call is not None else 0

    def limits(self, world: World) -> Limits:
        """The thresholds of the port where it opened."""
        known = self._limits
        if known is None:
            known = self._limits = world.reference.limits(self.opening.port)
        return known

    def see_calls(self, world: World) -> None:
        """Look up the calls that its rules ask about."""
        if self._sees_calls:
            return
        self._sees_calls = True
        opening = self.opening
        if opening.code == "DISC":
            self.opening_call = world.call(opening.vessel, opening.port, opening.voyage, opening.at)
        elif self.declared is not None:
            self.declared_call = world.outward_call(self.declared)

    def calls_changed(self, world: World) -> bool:
        """A call that the box has to do with changed: True when one of its calls is another one now, in what counts."""
        aboard, came, leaves = self.ocean_call, self.opening_call, self.declared_call
        self.see_departure(world)
        if self._sees_calls:
            self._sees_calls = False
            self.see_calls(world)
        if not same_departure(aboard, self.ocean_call):
            self.cases = None
            return True
        return not same_landing(came, self.opening_call) or not same_sailing(leaves, self.declared_call)

    def complete(self, box: str) -> None:
        """All its moves are known."""
        seals = ""
        for move in self.moves:
            self.iso_type = move.iso_type or self.iso_type
            seals = move.seals or seals
            if move.vessel:
                self.vessel = move.vessel
                self.voyage = move.voyage
            self._sort(move)
        self.last = self.moves[-1]
        self.seals = tuple(seals.split(" ")) if seals else ()
        self.visit_id = box + "@" + str(self.opened_at)
        self.key = ("box_visits", (box, self.opened_at))
        self.location = self._where()

    def _sort(self, move: Move) -> None:
        if move.code == "LOAD":
            self.loads = [*self.loads, move]
        elif move.code == "DISC":
            self.landings = [*self.landings, move]
        else:
            if move.code == "OUT":
                self.exits = [*self.exits, move]
            elif move.elsewhere is not None:
                self.contested = [*self.contested, move]
            if move.kg and move.ef == "E":
                self.weighed_empty = [*self.weighed_empty, move]
        if move.seal_state and self.ef == "F":
            self.broken = [*self.broken, move]

    def _where(self) -> str:
        last = self.last
        if last.code == "LOAD":
            return "ON_VESSEL " + last.vessel
        if last.code == "OUT":
            return "OUTSIDE" if self.closing is last else "OFF_SITE " + last.purpose
        return "AT_TERMINAL " + last.port + "/" + last.terminal

    def arrival_for(self, stage: str) -> Move | None:
        """The first gate-in at another site after the box left for one of DIVERSIONS; either gate may say for which."""
        left: Move | None = None
        for move in self.moves:
            if left is not None and move.code == "IN" and move.terminal != left.terminal:
                purpose = move.purpose if move.purpose in DIVERSIONS else left.purpose
                if purpose == stage:
                    return move
            left = move if move.code == "OUT" else None
        return None

    def stripped(self) -> Move | None:
        """The gate move at the CFS which says that its goods were taken out."""
        there = self.arrival_for("DECONSOLIDATION")
        if there is not None:
            for move in self.moves:
                if move.purpose == "STRIP" and move.at >= there.at:
                    return move
        return None

    def papers(self) -> dict[str, int]:
        """The kinds of manifest lines that name it and were not taken back, each with the time of one."""
        if not self.withdrawn:
            return self.announced
        kept: dict[str, dict[str, int]] = {}
        for e in self.lines:
            if e.action == DELETION:
                kept.pop(e.bill, None)
            else:
                kept.setdefault(e.bill, {})[e.code] = e.at
        return {code: at for of_bill in kept.values() for code, at in of_bill.items()}

    def add_line(self, e: Evidence) -> None:
        """One more manifest line; they come by event time."""
        if self.lines:
            self.lines.append(e)
        else:
            self.lines = [e]
        if e.trade:
            self.stated_trade = e.trade
        if e.action == DELETION:
            self.withdrawn = True
        elif not self.announced:
            self.announced = {e.code: e.at}
        elif e.code not in self.announced:
            self.announced[e.code] = e.at
        if not self.vessel and e.vessel:
            self.vessel = e.vessel
            self.voyage = e.voyage
        self.iso_type = self.iso_type or e.iso_type
        self.kg = e.kg or self.kg
        if e.seals:
            self.seal_named = True
        if e.code == self._declares:
            if e.action != DELETION:
                self._declare(e)
            self._share(e)
        self.legs = None
        self.cases = None

    def _declare(self, e: Evidence) -> None:
        before = self.declared
        if before is not None and before.vessel and e.vessel:
            if e.vessel != before.vessel:
                self.rolled = e
            elif before.voyage and e.voyage and e.voyage != before.voyage:
                self.voyage_changed = e
        self.declared = e
        self._sees_calls = False
        if e.ef and self.opening.ef and e.ef != self.opening.ef:
            self.ef_differs = True

    def _share(self, e: Evidence) -> None:
        """Which master bills have goods in the box: those of the declared lines on the voyage that it is declared for. Where
        they were several, the release of one whose goods were taken out is no release of the goods that are left."""
        declared = self.declared
        if declared is None or not e.bill:
            return
        vessel, voyage = self._shared_voyage
        if e.action == DELETION:
            self._sharing = [
                (bill, house) for bill, house in self._sharing if not takes_out(e, bill, house, vessel, voyage)
            ]
        elif (e.vessel, e.voyage) != (declared.vessel, declared.voyage):
            return
        elif self._sharing and (e.vessel, e.voyage) == self._shared_voyage:
            if (e.bill, e.house) not in self._sharing:
                self._sharing = [*self._sharing, (e.bill, e.house)]
        else:
            self._sharing = [(e.bill, e.house)]
            self._shared_voyage = (e.vessel, e.voyage)
            self._was_shared = False
        if len(self._sharing) > 1 or self._was_shared:
            bills: dict[str, None] = {}
            for bill, _ in self._sharing:
                bills[bill] = None
            self._was_shared = self._was_shared or len(bills) > 1
            self.permits.shared_by = tuple(bills) if self._was_shared else ()
        else:
            self.permits.shared_by = ()

    def add_vgm(self, e: Evidence) -> None:
        """One more weight; they come by event time."""
        if self.first_vgm is None:
            self.first_vgm = e
        self.last_vgm = e

    def add_release(self, e: Evidence) -> None:
        """One more release event; they come by event time."""
        self.permits.add(e)
        if e.code == "LEG":
            self.legs = None
        if e.code in CASE_STAGES or (e.code == "DECLARATION" and (self.rolled or self.voyage_changed)):
            self.cases = None


def cut_visits(box: str, moves: list[Move], world: World) -> list[Visit]:
    """Cut a box's moves into visits, oldest first."""
    visits: list[Visit] = []
    visit: Visit | None = None
    for move in moves:
        if visit is not None and visit.ocean_load is not None:
            visit = None
        if move.code == "IN" or move.code == "DISC":
            if visit is None:
                _note_empty_return(visits, move)
                visit = Visit(move)
                visits.append(visit)
            else:
                visit.moves.append(move)
        elif visit is None:
            continue
        else:
            visit.moves.append(move)
            if move.code == "LOAD":
                if not world.reference.port(move.pod):
                    visit.leave_by_sea(move, world)
            elif _leaves_for_good(visit, move):
                visit.closed_at = move.at
                visit.closing = move
                visit = None
    for each in visits:
        each.complete(box)
    return visits


def _leaves_for_good(visit: Visit, move: Move) -> bool:
    if move.purpose == "WITHDRAWAL" or (move.ef or visit.ef) == "E":
        return True
    return move.purpose not in STAYS


def _note_empty_return(visits: list[Visit], move: Move) -> None:
    if move.code == "IN" and move.purpose == "EMPTY_RETURN" and visits:
        before = visits[-1]
        if before.direction == "I" and before.ef == "F" and before.closing is not None:
            before.empty_return = move.at
