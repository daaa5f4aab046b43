"""The box book's derivation: visits through all ports, with their legs, arrival cases and exceptions, as rows."""

from __future__ import annotations

from typing import Any

from streams.domain.arrivals import TALLY_REPORT, Case, Command, Register, derive_cases, settle_tally
from streams.domain.evidence import LINE, RELEASE, REPORT, VGM, Evidence
from streams.domain.exceptions import (
    Raised,
    Watch,
    watch_arrival,
    watch_export,
    watch_import,
    watch_landing,
    watch_legs,
    watch_trade,
)
from streams.domain.legs import Leg, derive_legs, number_on
from streams.domain.milestones import derive_milestones, missing_steps, state_of
from streams.domain.moves import Move, derive_moves
from streams.domain.permits import Permits
from streams.domain.visits import Visit, World, attach_papers, cut_visits

Row = tuple[Any, ...]


class VisitState:
    """Everything derived about one visit; rows and explanations are two prints of it."""

    def __init__(self, visit: Visit, permits: Permits) -> None:
        self.visit = visit
        self.permits = permits
        self.legs: list[Leg] = []
        self.cases: list[Case] = []
        self.milestones: dict[str, int] = {}
        self.state = ""
        self.missing: list[str] = []
        self.holds: list[str] = []


class BoxState:
    """What one box's evidence says at a logical time."""

    def __init__(self, container: str, now: int) -> None:
        self.container = container
        self.watch = Watch(container, now)
        self.visits: list[VisitState] = []
        self.commands: list[Command] = []

    @property
    def exceptions(self) -> list[Raised]:
        """The exceptions of the box, raised or resolved."""
        return self.watch.raised


def derive_box(
    container: str, items: list[Evidence], world: World, now: int, check_digit_ok: bool = True
) -> BoxState:
    """Derive a box from its evidence in force (by event time), the calls it can see, and the logical time."""
    box = BoxState(container, now)
    items = own_lines(container, items)
    moves = derive_moves(items, world.reference)
    visits = cut_visits(moves, world)
    if visits:
        attach_papers(visits, items)
    reports: list[Evidence] = []
    receipts: list[Evidence] = []
    for e in items:
        if e.what == REPORT:
            reports.append(e)
        elif e.what == RELEASE and e.code == "ARRIVAL":
            receipts.append(e)
    register = Register(reports, receipts)
    cases: list[Case] = []
    for visit in visits:
        cases += _derive_visit(box, visit, register, world)
    if cases or reports:
        box.commands = register.commands(cases)
    watch_landing(box.watch, items, visits, moves, world)
    if not check_digit_ok and items:
        first = items[0]
        box.watch.note("BAD_CHECK_DIGIT", first.port, first, first.at, "not an ISO 6346 check digit")
    return box


def own_lines(container: str, items: list[Evidence]) -> list[Evidence]:
    """Without the manifest lines that were corrected to name another box: this one hears of them, to let go."""
    for e in items:
        if e.container != container and (e.what == LINE or e.what == VGM):
            return [e for e in items if e.container == container or (e.what != LINE and e.what != VGM)]
    return items


def _derive_visit(box: BoxState, visit: Visit, register: Register, world: World) -> list[Case]:
    visit.trade = _trade(visit)
    permits = Permits(visit.releases)
    derived = VisitState(visit, permits)
    box.visits.append(derived)
    derived.legs = derive_legs(visit, permits, world)
    if derived.legs and len(box.visits) > 1:
        number_on(derived.legs, [leg for earlier in box.visits[:-1] for leg in earlier.legs])
    customs = visit.ef == "F" and visit.trade == "F"
    arrival_at = 0
    if customs:
        derived.cases = derive_cases(box.container, visit, derived.legs, world)
        for case in derived.cases:
            if case.message_type == TALLY_REPORT:
                settle_tally(case, visit, permits)
            else:
                register.settle(case)
                watch_arrival(box.watch, case, register, world)
                if case.state == "ACKED" and not case.route_flag:
                    arrival_at = case.answered_at
        if visit.direction == "E":
            watch_export(box.watch, visit, permits, derived.legs, world)
        elif visit.direction == "I":
            watch_import(box.watch, visit, permits)
    if derived.legs:
        watch_legs(box.watch, derived.legs, permits, customs)
    watch_trade(box.watch, visit)
    derived.milestones = derive_milestones(visit, permits, arrival_at)
    derived.state = state_of(visit, derived.milestones)
    derived.missing = missing_steps(visit, derived.milestones)
    derived.holds = permits.holds()
    return derived.cases


def _trade(visit: Visit) -> str:
    stated = ""
    for e in visit.lines:
        if e.trade:
            stated = e.trade
    if stated:
        return stated
    for move in visit.moves:
        if move.trade:
            return move.trade
    return "F"


def location_of(visit: Visit) -> str:
    """Where the box is: at a terminal, on a vessel, or outside."""
    last: Move = visit.moves[-1]
    if last.code == "LOAD":
        return "ON_VESSEL " + last.vessel
    if last.code == "OUT":
        return "OUTSIDE" if visit.closing is last else "OFF_SITE " + last.purpose
    return "AT_TERMINAL " + last.port + "/" + last.terminal


def names_vessel(e: Evidence) -> bool:
    """True for evidence that ties a box to a vessel's calls."""
    return bool(e.vessel) and e.what not in (VGM, REPORT)


def box_links(e: Evidence, world: World) -> list[str]:
    """The vessel|port books that an item of evidence names: at its own port, and where its line or move begins or ends."""
    links = [e.vessel + "|" + e.port]
    for code in (e.pol, e.pod):
        if code:
            port = world.reference.port(code)
            if port and port != e.port:
                links.append(e.vessel + "|" + port)
    if e.what == LINE and e.code == "LEG":
        links.append(e.vessel + "|" + e.pod)
    return links
