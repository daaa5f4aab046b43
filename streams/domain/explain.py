"""Why a box may leave by gate, be loaded or sail, or why not (explanations; design 3).

The same predicates as the exceptions', asked on demand: `streams.domain.conditions`. Nothing here decides for customs.
"""

from __future__ import annotations

from typing import Final

from streams.domain import conditions as on
from streams.domain.box import BoxState, VisitState
from streams.domain.calls import Call
from streams.domain.conditions import ALWAYS, MET, UNKNOWN, UNMET, Condition, Findings
from streams.domain.legs import Leg
from streams.domain.moves import Move
from streams.domain.reports import Register
from streams.domain.watch import Raised
from streams.domain.world import World

#: What may be asked: may it leave by gate, be loaded, sail with the vessel that it is on?
GATE_OUT: Final = "gate-out"
LOAD: Final = "load"
DEPART: Final = "depart"
ACTIONS: Final = (GATE_OUT, LOAD, DEPART)
#: The answer: it may, it may not, it is to be checked, it has been done, there is no visit, nothing is left to be done.
MAY: Final = "MAY"
MAY_NOT: Final = "MAY_NOT"
TO_CHECK: Final = "TO_CHECK"
DONE: Final = "DONE"
NO_VISIT: Final = "NO_VISIT"
ENDED: Final = "ENDED"
#: Exceptions that only say later what a condition says.
_OF_CONDITIONS: Final = frozenset((
    "ARR_MISSING", "ARR_REJECTED", "ARR_NO_MANIFEST", "LOAD_NO_RELEASE", "LOAD_NO_VGM", "DG_NO_PERMIT", "NO_WATERWAY_BILL",
    "VESSEL_NOT_PERMITTED", "EXPORT_OUT_UNAPPROVED", "GATEOUT_NO_RELEASE", "GATEOUT_NOT_PAID", "LEG_NOT_APPROVED",
    "SUPERVISED_UNSEALED", "CUTOFF_MISSED", "CUTOFF_RISK", "SHUT_OUT", "REASSIGN_NOT_ACCEPTED",
))  # fmt: skip
_SEALS: Final = ("SEAL_BROKEN", "SEAL_MISMATCH", "SEAL_CHANGED_IN_TRANSIT")


class Explanation:
    """The answer for the latest visit of a box. ``done_at`` ms, 0 = not done; of a step that was taken the conditions are
    those of that moment. ``open_exceptions`` are the box's that no condition tells of."""

    def __init__(
        self, container: str, visit_id: str, action: str, verdict: str, done_at: int, conditions: list[Condition],
        open_exceptions: list[Raised],
    ) -> None:  # fmt: skip
        self.container = container
        self.visit_id = visit_id
        self.action = action
        self.verdict = verdict
        self.done_at = done_at
        self.conditions = conditions
        self.open_exceptions = open_exceptions


def explain(box: BoxState, register: Register, action: str, world: World, brief: bool = False) -> Explanation:
    """Explain one of ACTIONS for the latest visit of a box, or what comes next when ``action`` is ""; ``brief`` leaves out
    the conditions that are met or not required."""
    if not box.visits:
        return Explanation(box.container, "", action, NO_VISIT, 0, [], _open(box, 0))
    derived = box.visits[-1]
    visit = derived.visit
    since = box.visits[-2].visit.last.at if len(box.visits) > 1 else 0
    left = _open(box, since)
    asked = action or next_step(derived)
    if not asked:
        return Explanation(box.container, visit.visit_id, "", ENDED, visit.closed_at, [], _apart(left))
    leg = leg_asked(derived, asked)
    done_at = _done_at(derived, asked, leg)
    f = Findings(visit, done_at or ALWAYS, world, box.watch.now, brief)
    if asked == GATE_OUT:
        _gate_out(f)
    elif asked == LOAD and leg is not None:
        _load_leg(f, leg)
    elif asked == LOAD:
        _load(f, derived, register)
    else:
        _depart(f, derived, leg, register)
    on.holds(f)
    _exceptions(f, left, world)
    answer = DONE if done_at else verdict(f.found)
    return Explanation(box.container, visit.visit_id, asked, answer, done_at, f.found, _apart(left))


def _open(box: BoxState, since: int) -> list[Raised]:
    return [x for x in box.exceptions if not x.ended_at and x.raised_at > since]


def _apart(left: list[Raised]) -> list[Raised]:
    return [x for x in left if x.code not in _OF_CONDITIONS and x.code not in _SEALS]


def verdict(found: list[Condition]) -> str:
    """The answer that follows from the conditions of a step that was not taken."""
    states = [condition.state for condition in found]
    if UNMET in states:
        return MAY_NOT
    return TO_CHECK if UNKNOWN in states else MAY


def next_step(derived: VisitState) -> str:
    """What comes next for a visit: one of ACTIONS, "" when nothing does."""
    visit = derived.visit
    if visit.closed_at:
        return ""
    if visit.ocean_load is not None:
        return DEPART
    if visit.last.code == "LOAD":
        if derived.legs and not derived.legs[-1].departed_at:
            return DEPART
        return LOAD if visit.direction == "E" else GATE_OUT
    if visit.direction == "E" and (visit.ef == "F" or visit.declared is not None):
        return LOAD
    return LOAD if any(leg.load is None for leg in derived.legs) else GATE_OUT


def leg_asked(derived: VisitState, action: str) -> Leg | None:
    """The leg that is asked about: of a loading the next one, of a departure the one under way."""
    legs = derived.legs
    if action == LOAD:
        for leg in legs:
            if leg.load is None:
                return leg
        if derived.visit.direction == "I" and legs:
            return legs[-1]
    elif action == DEPART and derived.visit.ocean_load is None:
        for leg in legs[::-1]:
            if leg.load is not None:
                return leg
    return None


def _done_at(derived: VisitState, action: str, leg: Leg | None) -> int:
    visit = derived.visit
    if action == GATE_OUT:
        return visit.closing.at if visit.closing is not None else 0
    if action == DEPART:
        return leg.departed_at if leg is not None else visit.closed_at if visit.ocean_load is not None else 0
    done = leg.load if leg is not None else visit.ocean_load
    return done.at if done is not None else 0


def _gate_out(f: Findings) -> None:
    visit = f.visit
    if visit.closing is not None:
        on.was_at(f, visit.closing)
    else:
        on.is_at(f, "")
    if _is_free(f, ("CUSTOMS_RELEASE", "BILL_RELEASE")):
        if visit.ef == "F" and visit.direction != "E":
            on.stage(f, "TERMINAL")
    elif visit.direction == "E":
        on.withdrawal(f)
    else:
        on.import_releases(f)
    on.inspection(f)


def _is_free(f: Findings, codes: tuple[str, ...]) -> bool:
    """True for a box that needs no customs chain; says so of these conditions."""
    visit = f.visit
    if visit.ef == "F" and visit.trade == "F":
        return False
    for code in codes:
        f.spare(code, "EMPTY" if visit.ef == "E" else "DOMESTIC")
    return True


def _load(f: Findings, derived: VisitState, register: Register) -> None:
    visit = f.visit
    call = visit.declared_call
    load = visit.ocean_load
    if load is not None:
        on.was_at(f, load)
    else:
        on.is_at(f, call.port if call is not None else "")
    if visit.ef == "F" and (visit.trade == "F" or call is not None):
        on.cutoff(f, call)
    _ocean(f, derived, register, load, call)


def _ocean(f: Findings, derived: VisitState, register: Register, load: Move | None, call: Call | None) -> None:
    """What a box needs on its ocean or coastal vessel, besides being there."""
    visit = f.visit
    if _is_free(f, ("ARRIVAL_CONFIRMED", "CUSTOMS_RELEASE", "LOADING_RELEASE")):
        if visit.ef == "F":
            on.announced(f, "WATERWAY", "WATERWAY_BILL")
            on.stage(f, "TERMINAL")
    elif visit.opening.code == "DISC":
        permit = visit.permits.first("TRANSHIP", "APPROVE") or visit.permits.first("TRANSHIP", "RELEASE")
        f.say("TRANSHIPMENT_PERMIT", MET if permit is not None else UNKNOWN, permit)
    else:
        on.announced(f, "PREPARED", "PRE_STOWAGE_LINE")
        on.arrival(f, derived.cases, register)
        on.export_releases(f)
        on.reassignment(f)
        on.weight(f)
        on.inspection(f)
    if visit.ef == "F":
        on.dangerous(f)
        vessel = load.vessel if load is not None else call.vessel if call is not None else visit.vessel
        moment = load.at if load is not None else (call.etd or call.eta or f.now()) if call is not None else f.now()
        on.ship(f, vessel, moment)


def _load_leg(f: Findings, leg: Leg) -> None:
    if leg.load is not None:
        on.was_at(f, leg.load)
    else:
        on.is_at(f, leg.from_port)
    _feeder(f, leg)


def _feeder(f: Findings, leg: Leg) -> None:
    """What a box needs on a feeder between two of the ports, besides being there."""
    visit = f.visit
    on.leg_papers(f, leg)
    if visit.ef != "F":
        return
    if visit.trade == "D":
        on.announced(f, "WATERWAY", "WATERWAY_BILL")
    on.dangerous(f)
    moment = leg.load.at if leg.load is not None else leg.etd or f.now()
    on.ship(f, f.world.reference.vessel(leg.vessel), moment)


def _depart(f: Findings, derived: VisitState, leg: Leg | None, register: Register) -> None:
    visit = f.visit
    load = leg.load if leg is not None else visit.ocean_load
    if load is None or (visit.last is not load and not f.at < ALWAYS):
        f.say("ABOARD", UNMET, visit.last.best, "", visit.location)
    else:
        f.say("ABOARD", MET, load.best, "", load.vessel + " " + load.voyage)
    if leg is not None:
        _feeder(f, leg)
    else:
        _ocean(f, derived, register, load, visit.declared_call)


def _exceptions(f: Findings, left: list[Raised], world: World) -> None:
    """SEALS_IN_ORDER and NO_CRITICAL_EXCEPTION: what is open against the box and no other condition tells of."""
    visit = f.visit
    if visit.ef == "F":
        wrong = [x for x in left if x.code in _SEALS]
        for x in wrong:
            f.found.append(Condition("SEALS_IN_ORDER", UNMET, x.code, x.raised_at, x.detail, tuple(x.evidence)))
        if not wrong:
            f.say("SEALS_IN_ORDER", MET if visit.seals else UNKNOWN, None, "", " ".join(visit.seals))
    grave = [x for x in _apart(left) if world.reference.severity(x.code) == "critical"]
    for x in grave:
        f.found.append(
            Condition("NO_CRITICAL_EXCEPTION", UNMET, x.code, x.raised_at, x.detail, tuple(x.evidence))
        )
    if not grave:
        f.say("NO_CRITICAL_EXCEPTION", MET)
