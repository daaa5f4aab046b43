"""Exceptions of transfer legs (model 7.3 C)."""

from __future__ import annotations

from streams.domain.legs import Leg, onward_call, same_seals
from streams.domain.moves import Move
from streams.domain.visits import Visit
from streams.domain.watch import Raised, Watch
from streams.domain.world import World


def watch_legs(watch: Watch, visit: Visit, legs: list[Leg], supervised: bool, world: World) -> None:
    """All rules of the legs of a visit."""
    for leg in legs:
        if supervised:
            _planned_unapproved(watch, leg, world)
        _write_off(watch, leg)
        load = leg.load
        if load is None:
            continue
        if supervised:
            _loaded_unapproved(watch, visit, load)
            _unsealed(watch, visit, load)
        _landed(watch, leg)
        _late(watch, visit, leg, load, world)
        for berthed_at, port, ident in leg.stops:
            detail = leg.vessel + " berthed at " + port
            found = Raised("LEG_UNPLANNED_STOP", watch.container, port, ident, berthed_at, 0, detail, [ident, load.best.ident])
            watch.add(found)
        if visit.direction == "E":
            _connection(watch, visit, leg, load, world)


def _planned_unapproved(watch: Watch, leg: Leg, world: World) -> None:
    plan = leg.plan
    if plan is None or not leg.etd:
        return
    moment = leg.etd - world.reference.limits(leg.from_port).before_cutoff
    if leg.load is None or leg.load.at > moment:
        watch.due(
            "LEG_NOT_APPROVED", leg.from_port, plan, moment, leg.approved_at, "approved late", "the leg is not approved"
        )


def _loaded_unapproved(watch: Watch, visit: Visit, load: Move) -> None:
    if not visit.permits.approved_at("LEG", load.at):
        watch.note("LOAD_NO_RELEASE", load.port, load.best, load.at, "missing: LEG approval")


def is_sealed(visit: Visit, load: Move) -> bool:
    """True when the move onto a feeder, or a line of the visit, names a seal."""
    return bool(load.seals) or visit.seal_named


def _unsealed(watch: Watch, visit: Visit, load: Move) -> None:
    if not is_sealed(visit, load):
        watch.note("SUPERVISED_UNSEALED", load.port, load.best, load.at, "nobody names a seal")


def _landed(watch: Watch, leg: Leg) -> None:
    wrong = leg.wrong_discharge
    if wrong is not None:
        watch.note(
            "LEG_WRONG_PORT", wrong.port, wrong.best, wrong.at, "for " + leg.to_port + ", came to " + wrong.port
        )
    end = leg.discharge or wrong
    load = leg.load
    if end is not None and load is not None and not same_seals(load, end):
        watch.note("SEAL_CHANGED_IN_TRANSIT", end.port, end.best, end.at, load.seals + " → " + end.seals)


def _write_off(watch: Watch, leg: Leg) -> None:
    """The leg is reconciled once the operations of its feeder are written off; by rail as it arrives (自动核销)."""
    due = leg.write_off_at
    leg.reconciled_at = due if due and (leg.mode == "RAIL" or watch.reached(due)) else 0


def _late(watch: Watch, visit: Visit, leg: Leg, load: Move, world: World) -> None:
    """LEG_OVERDUE, LEG_SHORT and LEG_LOST."""
    end = leg.discharge or leg.wrong_discharge
    ended_at = end.at if end is not None else 0
    limits = world.reference.limits(leg.to_port)
    if leg.due_at:
        watch.due("LEG_OVERDUE", leg.to_port, load.best, leg.due_at, ended_at, "came late", "has not come")
    if leg.ops_end:
        landed_at = leg.discharge.at if leg.discharge is not None else _later(visit, leg, load)
        watch.due(
            "LEG_SHORT", leg.to_port, load.best, leg.ops_end, landed_at, "came off later", "did not come off " + leg.vessel
        )
    lost_at = leg.ops_end + limits.landed_due if leg.ops_end else leg.due_at - limits.leg_due + limits.leg_lost
    if leg.ops_end or leg.due_at:
        watch.due("LEG_LOST", leg.to_port, load.best, lost_at, ended_at, "came off later", "came off nowhere")


def _later(visit: Visit, leg: Leg, load: Move) -> int:
    for move in visit.landings:
        if move.port == leg.to_port and move.at >= load.at:
            return move.at
    return 0


def _connection(watch: Watch, visit: Visit, leg: Leg, load: Move, world: World) -> None:
    call = onward_call(leg, visit)
    arrives = leg.arrived_at or leg.eta
    if call is None or not arrives:
        return
    if arrives <= call.cutoff - world.reference.limits(call.port).connection:
        return
    landed = leg.discharge
    made_it = landed.at if landed is not None and landed.at <= call.cutoff else 0
    watch.note("MISSED_CONNECTION_RISK", leg.to_port, load.best, load.at, "for the cut-off of " + call.number, made_it)


def watch_landings(watch: Watch, visit: Visit, world: World) -> None:
    """LEG_OVER: a box comes off a feeder onto which nobody has seen it loaded."""
    for move in visit.landings:
        if not move.vessel or not world.reference.port(move.pol):
            continue
        if not any(load.vessel == move.vessel and load.at <= move.at for load in visit.loads):
            watch.note("LEG_OVER", move.port, move.best, move.at, "no loading onto " + move.vessel + " is known")
