"""Transfer legs: a box between two of the platform's ports, or between one and an inland port (model 7.3 C)."""

from __future__ import annotations

from typing import Final

from streams.domain.announced import DELETION
from streams.domain.calls import Call
from streams.domain.evidence import QUAY, Evidence
from streams.domain.moves import Move
from streams.domain.reference import Reference
from streams.domain.visits import Visit
from streams.domain.world import World

STATES: Final = ("PLANNED", "APPROVED", "LOADED", "DEPARTED", "ARRIVED", "DISCHARGED", "RECONCILED")

#: Why a leg does not carry declaration, arrival and release on.
UNSEALED: Final = "UNSEALED"
NOT_ACCEPTED: Final = "SEAL_NOT_ACCEPTED"
CHANGED: Final = "SEAL_CHANGED"
BROKEN: Final = "SEAL_BROKEN"
#: Those that are seen when the box comes off.
SEAL_CHAIN: Final = (CHANGED, BROKEN)


class Leg:
    """One leg of a visit: planned by a LEG line, carried out between a LOAD and a DISC, or by rail between a gate OUT and a
    gate IN. Times in ms, 0 = not yet."""

    def __init__(self, from_port: str, to_port: str, ordinal: int) -> None:
        self.from_port = from_port
        self.to_port = to_port
        self.own_ordinal = ordinal
        self.ordinal = ordinal
        self.from_terminal = ""
        self.to_terminal = ""
        self.mode = "VESSEL"
        self.vessel = ""
        self.voyage = ""
        self.allocation = ""
        self.planned_at = 0
        #: the line that plans it, and when its feeder is to leave
        self.plan: Evidence | None = None
        self.etd = 0
        self.approved_at = 0
        self.load: Move | None = None
        self.departed_at = 0
        self.arrived_at = 0
        #: of its feeder at to_port
        self.eta = 0
        self.ops_end = 0
        self.due_at = 0
        #: (time, port, event) of each berthing at a port that nobody had announced
        self.stops: list[tuple[int, str, str]] = []
        self.discharge: Move | None = None
        self.wrong_discharge: Move | None = None
        #: when loaded and discharged are written off against each other, 0 = they do not agree or nobody can tell yet
        self.write_off_at = 0
        #: the same once that time has passed
        self.reconciled_at = 0

    @property
    def leg_id(self) -> str:
        """from>to, numbered when a box takes the same leg again."""
        name = self.from_port + ">" + self.to_port
        return name if self.ordinal == 0 else name + "#" + str(self.ordinal + 1)

    def told(self) -> tuple[object, ...]:
        """What moves, papers and calls tell of it, without what follows from the time and from the box's other legs."""
        return (
            self.from_port, self.to_port, self.own_ordinal, self.from_terminal, self.to_terminal, self.mode, self.vessel,
            self.voyage, self.allocation, self.planned_at, self.plan, self.etd, self.approved_at, self.load, self.departed_at,
            self.arrived_at, self.eta, self.ops_end, self.due_at, self.stops, self.discharge, self.wrong_discharge,
            self.write_off_at,
        )

    def expected_at(self) -> int:
        """When it is there: discharged, else arrived, else as announced; 0 = unknown."""
        return self.discharge.at if self.discharge is not None else self.arrived_at or self.eta

    def state(self) -> str:
        """The furthest step that has happened; steps in between may be missing."""
        if self.reconciled_at:
            return "RECONCILED"
        if self.discharge is not None:
            return "DISCHARGED"
        if self.arrived_at:
            return "ARRIVED"
        if self.departed_at:
            return "DEPARTED"
        if self.load is not None:
            return "LOADED"
        if self.approved_at:
            return "APPROVED"
        return "PLANNED"


def is_leg(e: Evidence, reference: Reference) -> bool:
    """True for evidence of a leg, planned or begun."""
    return e.code == "LEG" or (e.what == QUAY and e.code == "LOAD" and bool(reference.port(e.pod)))


def derive_legs(visit: Visit, world: World) -> list[Leg]:
    """The legs of a visit in order of their loading, planned ones last."""
    if visit.legs is not None:
        return visit.legs
    legs: list[Leg] = []
    under_way: Leg | None = None
    for at, move in enumerate(visit.moves):
        if move.code == "LOAD":
            to_port = world.reference.port(move.pod)
            if to_port and to_port != move.port:
                under_way = _begin(legs, move, to_port, world)
        elif move.code == "OUT":
            if move.purpose == "LEG" and move.best.mode == "RAIL":
                under_way = _depart_by_rail(legs, visit, at, world)
        elif under_way is not None and (move.code == "DISC") == (under_way.mode == "VESSEL"):
            _end(under_way, move, world)
            under_way = None
    for line in visit.lines:
        if line.code == "LEG":
            _plan(legs, line, visit, world)
    approval = visit.permits.first("LEG", "APPROVE")
    if approval is not None:
        for leg in legs:
            leg.approved_at = approval.at
    visit.legs = legs
    return legs


def legs_changed(visit: Visit, world: World) -> bool:
    """A call that the box has to do with changed: True when its legs are other ones now. Legs that are the same stay, with
    what was derived of them."""
    before = visit.legs
    if not before:
        return before is None
    visit.legs = None
    now = derive_legs(visit, world)
    if [leg.told() for leg in now] == [leg.told() for leg in before]:
        visit.legs = before
        return False
    visit.cases = None
    return True


def _end(leg: Leg, move: Move, world: World) -> None:
    if world.reference.node(move.port, move.terminal) != leg.to_port:
        leg.wrong_discharge = move
        return
    leg.discharge = move
    leg.to_terminal = move.terminal
    if leg.mode != "VESSEL":
        leg.arrived_at = move.at
    load = leg.load
    if load is not None and not same_seals(load, move):
        return
    if leg.mode != "VESSEL":
        leg.write_off_at = move.at
    elif leg.ops_end:
        leg.write_off_at = max(leg.ops_end + world.reference.limits(leg.to_port).landed_due, move.at)


def same_seals(load: Move, end: Move) -> bool:
    """True unless both moves name seals and not the same ones."""
    return not load.seals or not end.seals or sorted(load.seals.split(" ")) == sorted(end.seals.split(" "))


def carry_over(leg: Leg, visit: Visit, reference: Reference) -> str:
    """Whether declaration, arrival and release travel with the box of a leg: CARRIED, or why they do not. "" while it has
    not left."""
    load = leg.load
    if load is None:
        return ""
    if visit.ef != "F" or visit.trade != "F":
        return "NOT_REQUIRED"
    accepted = reference.seal_issuers.get(leg.from_port + "|" + leg.to_port)
    if accepted is None:
        return "NO_ROUTE"
    end = leg.discharge or leg.wrong_discharge
    if end is not None and end.seal_state:
        return BROKEN
    if end is not None and not same_seals(load, end):
        return CHANGED
    if not load.seals and not visit.seal_named:
        return UNSEALED
    issuers = load.best.extra
    if issuers and not any(issuer in accepted for issuer in issuers.split(" ")):
        return NOT_ACCEPTED
    return "CARRIED"


def broken_chain(legs: list[Leg], visit: Visit, reference: Reference) -> bool:
    """True when a seal did not hold on a leg and customs has not released the declaration since: what was released before
    does not carry over."""
    for leg in reversed(legs):
        end = leg.discharge or leg.wrong_discharge
        if end is not None and carry_over(leg, visit, reference) in SEAL_CHAIN:
            return visit.permits.in_force("DECLARATION") <= end.at
    return False


def onward_call(leg: Leg, visit: Visit) -> Call | None:
    """The call with a cut-off for which an export travels on a leg to its port."""
    call = visit.declared_call
    return call if call is not None and call.cutoff and call.port == leg.to_port else None


def number_on(legs: list[Leg], earlier: list[Leg]) -> None:
    """Number the legs of a visit after those of the box's earlier visits, so that each keeps an id of its own."""
    for leg in legs:
        leg.ordinal = leg.own_ordinal + sum(1 for e in earlier if e.from_port == leg.from_port and e.to_port == leg.to_port)


def _begin(legs: list[Leg], move: Move, to_port: str, world: World) -> Leg:
    ordinal = sum(1 for leg in legs if leg.from_port == move.port and leg.to_port == to_port)
    leg = Leg(move.port, to_port, ordinal)
    leg.load = move
    leg.from_terminal = move.terminal
    leg.vessel = move.vessel
    leg.voyage = move.voyage
    departure = world.call(move.vessel, move.port, move.voyage, move.at)
    if departure is not None and departure.atd >= move.at:
        leg.departed_at = departure.atd
    if leg.departed_at or move.voyage:
        _see_arrival(leg, move, world)
    if leg.departed_at:
        leg.stops = _unplanned_stops(leg, world)
    legs.append(leg)
    return leg


def _depart_by_rail(legs: list[Leg], visit: Visit, at: int, world: World) -> Leg | None:
    """A leg that begins at a gate with a train. Where it leads a LEG line says, else the gate where the box comes in next; None
    while nobody knows."""
    reference = world.reference
    move = visit.moves[at]
    node = reference.node(move.port, move.terminal)
    to_port = ""
    for line in visit.lines:
        if line.code == "LEG" and line.pol == node and line.action != DELETION:
            to_port = line.pod
    if not to_port and at + 1 < len(visit.moves) and visit.moves[at + 1].code == "IN":
        to_port = reference.node(visit.moves[at + 1].port, visit.moves[at + 1].terminal)
    if not to_port or to_port == node:
        return None
    ordinal = sum(1 for leg in legs if leg.from_port == node and leg.to_port == to_port)
    leg = Leg(node, to_port, ordinal)
    leg.mode = "RAIL"
    leg.load = move
    leg.from_terminal = move.terminal
    leg.vessel = move.vessel
    leg.voyage = move.voyage
    leg.departed_at = move.at
    usual = reference.usual_time(node, to_port)
    if usual:
        leg.eta = move.at + usual
        leg.due_at = leg.eta + reference.limits(to_port).leg_due
    legs.append(leg)
    return leg


def _see_arrival(leg: Leg, load: Move, world: World) -> None:
    reference = world.reference
    delay = reference.limits(leg.to_port).leg_due
    arrival = world.call(load.vessel, leg.to_port, load.voyage, leg.departed_at or load.at)
    if arrival is not None:
        if leg.departed_at:
            leg.arrived_at = arrival.ata
        leg.eta = arrival.eta
        if arrival.ops_end > load.at:
            leg.ops_end = arrival.ops_end
    usual = reference.usual_time(leg.from_port, leg.to_port)
    if leg.eta:
        leg.due_at = leg.eta + delay
    elif leg.departed_at and usual:
        leg.due_at = leg.departed_at + usual + delay


def _unplanned_stops(leg: Leg, world: World) -> list[tuple[int, str, str]]:
    """Where its feeder berthed on the way at a port for which its call had no estimate."""
    stops: list[tuple[int, str, str]] = []
    for port in world.reference.seaports:
        if port in (leg.from_port, leg.to_port):
            continue
        for call in world.calls.get(leg.vessel + "|" + port, ()):
            if call.atb < leg.departed_at or (leg.arrived_at and call.atb > leg.arrived_at):
                continue
            if not call.eta and not call.etd:
                stops.append((call.atb, port, call.berthed_by))
    return stops


def _plan(legs: list[Leg], line: Evidence, visit: Visit, world: World) -> None:
    planned: Leg | None = None
    for leg in legs:
        if leg.from_port == line.pol and leg.to_port == line.pod and not leg.planned_at:
            planned = leg
            break
    if planned is None:
        if any(leg.from_port == line.pol and leg.to_port == line.pod for leg in legs):
            return  # a second line of a leg that is planned already
        planned = Leg(line.pol, line.pod, 0)
        planned.vessel = line.vessel
        planned.voyage = line.voyage
        seaports = world.reference.seaports
        if line.pol not in seaports or line.pod not in seaports:
            planned.mode = "RAIL"
        _come_by_rail(planned, visit, world)
        legs.append(planned)
    planned.planned_at = line.at
    planned.plan = line
    call = world.call(world.reference.vessel(line.vessel), line.pol, line.voyage, line.at)
    planned.etd = call.etd if call is not None else 0
    planned.allocation = line.ref or planned.allocation


def _come_by_rail(leg: Leg, visit: Visit, world: World) -> None:
    """A planned leg whose departure nobody has told ends with a gate IN from a train all the same."""
    for move in visit.moves:
        if move.code == "IN" and move.best.mode == "RAIL" and world.reference.node(move.port, move.terminal) == leg.to_port:
            leg.mode = "RAIL"
            _end(leg, move, world)
            return
