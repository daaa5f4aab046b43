"""Box visits: from the first entry at any of the ports to the exit from them all (model 7.3 A).

A leg between two of the platform's ports never closes a visit: this is what makes them *one port* (一港通).
"""

from __future__ import annotations

from typing import Final

from streams.domain.calls import Call, find_call
from streams.domain.evidence import LINE, RELEASE, VGM, Evidence
from streams.domain.moves import Move
from streams.domain.reference import Reference

#: A full box that leaves by gate for one of these comes back or is still under the port's care.
STAYS: Final = frozenset(("DIVERSION", "DECONSOLIDATION", "INSPECTION", "INTER_TERMINAL", "LEG"))
OUTBOUND_LINES: Final = frozenset(("PREPARED", "PACKING", "LOADED"))


class Visit:
    """One visit with its moves and the papers that belong to it."""

    def __init__(self, opening: Move) -> None:
        self.opening = opening
        self.moves: list[Move] = [opening]
        self.lines: list[Evidence] = []
        self.vgms: list[Evidence] = []
        self.releases: list[Evidence] = []
        self.bills: list[str] = []
        self.closed_at = 0
        self.closing: Move | None = None
        self.ocean_load: Move | None = None
        self.ocean_call: Call | None = None
        self.empty_return = 0
        self.ef = opening.ef or "F"
        self.trade = ""
        self.direction = "E" if opening.code == "IN" else "I"

    @property
    def opened_at(self) -> int:
        """Event time of the opening fact: with the container number it identifies the visit."""
        return self.opening.at


class World:
    """What a box sees beyond its own book: the calls of the vessels it has to do with, and the reference data."""

    def __init__(self, reference: Reference, calls: dict[str, list[Call]]) -> None:
        self.reference = reference
        self.calls = calls

    def call(self, vessel: str, port: str, voyage: str, at: int) -> Call | None:
        """The vessel's call at that port that an event belongs to, if it is known."""
        calls = self.calls.get(vessel + "|" + port)
        return find_call(calls, voyage, at) if calls else None


def cut_visits(moves: list[Move], world: World) -> list[Visit]:
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
                    _leave_by_sea(visit, move, world)
            elif _leaves_for_good(visit, move):
                visit.closed_at = move.at
                visit.closing = move
                visit = None
    return visits


def _leave_by_sea(visit: Visit, move: Move, world: World) -> None:
    visit.ocean_load = move
    if visit.direction == "I":
        visit.direction = "T"
    call = world.call(move.vessel, move.port, move.voyage, move.at)
    visit.ocean_call = call
    if call is not None and call.atd:
        visit.closed_at = call.atd


def _leaves_for_good(visit: Visit, move: Move) -> bool:
    if move.purpose == "WITHDRAWAL" or (move.ef or visit.ef) == "E":
        return True
    return move.purpose not in STAYS


def _note_empty_return(visits: list[Visit], move: Move) -> None:
    if move.code == "IN" and move.purpose == "EMPTY_RETURN" and visits:
        before = visits[-1]
        if before.direction == "I" and before.ef == "F" and before.closing is not None:
            before.empty_return = move.at


def attach_papers(visits: list[Visit], items: list[Evidence]) -> None:
    """Give each paper to the visit it speaks of: by vessel and voyage, by bill, else by time.

    A paper that fits none stays with the announcement: it makes no visit (model 7.3 A).
    """
    by_voyage: dict[str, Visit] = {}
    by_bill: dict[str, Visit] = {}
    for visit in visits:
        for move in visit.moves:
            if move.voyage:
                by_voyage.setdefault(move.vessel + "|" + move.voyage, visit)
            if move.bill and move.bill not in by_bill:
                by_bill[move.bill] = visit
                visit.bills.append(move.bill)
    elsewhere: set[str] = set()
    for e in items:
        if e.what == LINE and e.classifier == "ACT":
            owner = _owner(visits, e, by_voyage, by_bill, elsewhere)
            if owner is None:
                elsewhere.add(e.bill)
                continue
            owner.lines.append(e)
            if e.bill and e.bill not in by_bill:
                by_bill[e.bill] = owner
                owner.bills.append(e.bill)
    for e in items:
        if e.classifier != "ACT":
            continue
        if e.what == RELEASE:
            owner = _owner(visits, e, by_voyage, by_bill, elsewhere)
            if owner is not None:
                owner.releases.append(e)
        elif e.what == VGM:
            owner = _owner(visits, e, by_voyage, by_bill, elsewhere)
            if owner is not None:
                owner.vgms.append(e)


def _owner(
    visits: list[Visit], e: Evidence, by_voyage: dict[str, Visit], by_bill: dict[str, Visit], elsewhere: set[str]
) -> Visit | None:
    if e.voyage:
        found = by_voyage.get(e.vessel + "|" + e.voyage)
        if found is not None:
            return found
    if e.bill:
        found = by_bill.get(e.bill)
        if found is not None:
            return found
        if e.what != LINE and e.bill in elsewhere:
            return None
    best: Visit | None = None
    distance = 0
    for visit in visits:
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
