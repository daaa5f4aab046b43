"""Transfer legs: a box between two of the platform's ports (model 7.3 C)."""

from __future__ import annotations

from typing import Final

from streams.domain.evidence import Evidence
from streams.domain.moves import Move
from streams.domain.permits import Permits
from streams.domain.visits import Visit, World

STATES: Final = ("PLANNED", "APPROVED", "LOADED", "DEPARTED", "ARRIVED", "DISCHARGED")


class Leg:
    """One leg of a visit: planned by a LEG line, carried out between a LOAD and a DISC. Times in ms, 0 = not yet."""

    def __init__(self, from_port: str, to_port: str, ordinal: int) -> None:
        self.from_port = from_port
        self.to_port = to_port
        self.ordinal = ordinal
        self.from_terminal = ""
        self.to_terminal = ""
        self.vessel = ""
        self.voyage = ""
        self.allocation = ""
        self.planned_at = 0
        self.approved_at = 0
        self.load: Move | None = None
        self.departed_at = 0
        self.arrived_at = 0
        self.due_at = 0
        self.discharge: Move | None = None
        self.wrong_discharge: Move | None = None

    @property
    def leg_id(self) -> str:
        """from>to, numbered when a box takes the same leg again."""
        name = self.from_port + ">" + self.to_port
        return name if self.ordinal == 0 else name + "#" + str(self.ordinal + 1)

    def state(self) -> str:
        """The furthest step that has happened; steps in between may be missing."""
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


def derive_legs(visit: Visit, permits: Permits, world: World) -> list[Leg]:
    """The legs of a visit in order of their loading, planned ones last."""
    legs: list[Leg] = []
    under_way: Leg | None = None
    for move in visit.moves:
        if move.code == "LOAD":
            to_port = world.reference.port(move.pod)
            if to_port and to_port != move.port:
                under_way = _begin(legs, move, to_port, world)
        elif move.code == "DISC" and under_way is not None:
            if move.port == under_way.to_port:
                under_way.discharge = move
                under_way.to_terminal = move.terminal
            else:
                under_way.wrong_discharge = move
            under_way = None
    for line in visit.lines:
        if line.code == "LEG":
            _plan(legs, line)
    approval = permits.first("LEG", "APPROVE")
    if approval is not None:
        for leg in legs:
            leg.approved_at = approval.at
    return legs


def number_on(legs: list[Leg], earlier: list[Leg]) -> None:
    """Number the legs of a visit after those of the box's earlier visits, so that each keeps an id of its own."""
    for leg in legs:
        leg.ordinal += sum(1 for e in earlier if e.from_port == leg.from_port and e.to_port == leg.to_port)


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
        arrival = world.call(move.vessel, to_port, move.voyage, departure.atd)
        if arrival is not None:
            leg.arrived_at = arrival.ata
            leg.due_at = (arrival.eta + world.reference.leg_due) if arrival.eta else 0
    legs.append(leg)
    return leg


def _plan(legs: list[Leg], line: Evidence) -> None:
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
        legs.append(planned)
    planned.planned_at = line.at
    planned.allocation = line.ref or planned.allocation
