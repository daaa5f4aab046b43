"""The conditions of a step, each with what proves it: the predicates that the exceptions use, asked beforehand.

A condition is a code and a reason, which `schemas/reference/conditions.csv` puts into words; here are no texts.
"""

from __future__ import annotations

from typing import Final

from streams.domain.announced import DELETION
from streams.domain.arrivals import EXPORT_REPORT, Case
from streams.domain.calls import Call
from streams.domain.evidence import Evidence
from streams.domain.legs import Leg
from streams.domain.moves import Move
from streams.domain.reports import Register
from streams.domain.visits import Visit
from streams.domain.watch_gate import COMMERCIAL, may_come_out, missing_to_leave
from streams.domain.watch_legs import is_sealed
from streams.domain.watch_quay import missing_to_load, weighed_by
from streams.domain.watch_vessel import customs_must_accept
from streams.domain.world import World

MET: Final = "MET"
UNMET: Final = "UNMET"
NOT_REQUIRED: Final = "NOT_REQUIRED"
UNKNOWN: Final = "UNKNOWN"
#: Later than anything: asks for what holds with all that is known.
ALWAYS: Final = 1 << 62
_STAGES: Final = {
    "DECLARATION": "CUSTOMS_RELEASE", "BILL": "BILL_RELEASE", "LOADING": "LOADING_RELEASE", "TERMINAL": "TERMINAL_RELEASE",
}  # fmt: skip


class Condition:
    """One condition of a step. ``state`` MET, UNMET, NOT_REQUIRED or UNKNOWN; ``why`` the reason, "" where the code says
    all; ``at`` the event time (ms) that decides, 0 = none; ``detail`` names and figures, no prose; ``evidence`` the
    identities of the events that prove it."""

    def __init__(self, code: str, state: str, why: str, at: int, detail: str, evidence: tuple[str, ...]) -> None:
        self.code = code
        self.state = state
        self.why = why
        self.at = at
        self.detail = detail
        self.evidence = evidence

    def said(self) -> tuple[str, str, str, int, str, tuple[str, ...]]:
        """All of it, to be compared."""
        return (self.code, self.state, self.why, self.at, self.detail, self.evidence)


class Findings:
    """Collects the conditions of a step of one visit, as they stood at a time (ms). ``brief``: only those that are not met
    or not known, as most need not be told."""

    def __init__(self, visit: Visit, at: int, world: World, now: int, brief: bool = False) -> None:
        self.visit = visit
        self.permits = visit.permits
        self.at = at
        self.world = world
        self._now = now
        self.brief = brief
        self.found: list[Condition] = []

    def now(self) -> int:
        """The logical time (ms): what is found depends on it."""
        self.visit.timely = True
        return self._now

    def say(self, code: str, state: str, cause: Evidence | None = None, why: str = "", detail: str = "") -> None:
        """Add a condition that one event proves, or none."""
        if self.brief and state in (MET, NOT_REQUIRED):
            return
        at = cause.at if cause is not None else 0
        self.found.append(Condition(code, state, why, at, detail, (cause.ident,) if cause is not None else ()))

    def need(self, code: str, cause: Evidence | None, detail: str = "") -> None:
        """Add a condition that is met when there is an event for it."""
        self.say(code, MET if cause is not None else UNMET, cause, "", detail)

    def spare(self, code: str, why: str) -> None:
        """Add a condition that this visit need not meet."""
        self.say(code, NOT_REQUIRED, None, why)


def is_at(f: Findings, port: str) -> None:
    """PRESENT: the box stands on the ground of a port; ``port`` "" means wherever it is."""
    visit = f.visit
    last = visit.last
    if not visit.location.startswith("AT_TERMINAL"):
        why = "ABOARD" if last.code == "LOAD" else "OUTSIDE"
        f.say("PRESENT", UNMET, last.best, why, visit.location)
    elif port and last.port != port:
        f.say("PRESENT", UNMET, last.best, "OTHER_PORT", last.port + " / " + port)
    else:
        f.say("PRESENT", MET, last.best, "", last.port + "/" + last.terminal)


def was_at(f: Findings, move: Move) -> None:
    """PRESENT, of a step that was taken."""
    f.say("PRESENT", MET, move.best, "", move.port + "/" + move.terminal)


def arrival(f: Findings, cases: list[Case], register: Register) -> None:
    """ARRIVAL_CONFIRMED, one for each report that the visit needs."""
    for case in cases:
        if case.message_type != EXPORT_REPORT:
            continue
        halted = register.orders.halted.get(case.case_id)
        if case.state == "DELETED" and halted is not None and halted.at <= f.at:
            f.say("ARRIVAL_CONFIRMED", UNMET, halted, "DELETED", case.terminal + " " + halted.reason)
            continue
        answer: Evidence | None = None
        for e in register.answers(case.message_id):
            if e.at <= f.at:
                answer = e
        if answer is not None:
            met = answer.action == "ACK"
            detail = case.terminal if met else case.terminal + " " + answer.reason
            f.say("ARRIVAL_CONFIRMED", MET if met else UNMET, answer, "" if met else "REJECTED", detail)
        else:
            why = "UNANSWERED" if case.message_id else "NO_LINE" if "PREPARED" in case.unmet else "NOT_SENT"
            f.say("ARRIVAL_CONFIRMED", UNMET, case.trigger.best, why, case.terminal + " " + case.message_id)


def announced(f: Findings, kind: str, code: str) -> None:
    """A manifest line of a kind names the box."""
    line: Evidence | None = None
    for e in f.visit.lines:
        if e.code == kind and e.action != DELETION and e.at <= f.at:
            line = e
    f.need(code, line, line.bill + " " + line.vessel + " " + line.voyage if line is not None else "")


def stage(f: Findings, name: str, is_needed: bool = True) -> None:
    """The release of a stage. ``is_needed`` False: the path of the box does not ask for it."""
    permits = f.permits
    code = _STAGES[name]
    word = permits.word_on(name, f.at)
    if permits.in_force_at(name, f.at):
        f.say(code, MET, word)
    elif not is_needed:
        f.spare(code, "TRANSIT")
    elif word is not None:
        f.say(code, UNMET, word, "REVOKED", word.reason)
    elif name == "DECLARATION":
        _undecided(f, code)
    else:
        f.say(code, UNMET)


def _undecided(f: Findings, code: str) -> None:
    declared = f.permits.undecided_at(f.at) or f.permits.declared
    if declared is not None:
        f.say(code, UNMET, declared, "DECLARED", declared.declaration)
    else:
        f.say(code, UNMET, None, "NOT_DECLARED")


def import_releases(f: Findings) -> None:
    """What customs and the terminal must release before a supervised import leaves by gate."""
    permits = f.permits
    missing = missing_to_leave(permits, f.at)
    condition = permits.condition_at("DECLARATION", f.at) or permits.condition_at("BILL", f.at)
    transit = permits.first("TRANSIT", "APPROVE") if permits.approved_at("TRANSIT", f.at) else None
    if transit is not None:
        f.say("TRANSIT_APPROVED", MET, transit)
    if condition is not None and not permits.in_force_at("DECLARATION", f.at):
        f.say("CUSTOMS_RELEASE", MET, condition, "CONDITIONAL", condition.purpose)
    else:
        stage(f, "DECLARATION", transit is None)
    if "BILL" not in missing and not permits.in_force_at("BILL", f.at) and permits.conditional_at("BILL", f.at):
        f.say("BILL_RELEASE", MET, permits.condition_at("BILL", f.at), "CONDITIONAL")
    else:
        stage(f, "BILL", "BILL" in missing)
    stage(f, "TERMINAL", "TERMINAL" in missing)


def export_releases(f: Findings) -> None:
    """What customs and the terminal must release before a supervised export is loaded onto its ocean vessel."""
    stage(f, "DECLARATION")
    missing = missing_to_load(f.permits, f.at)
    for name in ("LOADING", "TERMINAL"):
        stage(f, name, name in missing)


def reassignment(f: Findings) -> None:
    """REASSIGNMENT_ACCEPTED of a box that was moved to another voyage after its release."""
    for line in (f.visit.rolled, f.visit.voyage_changed):
        if line is None or not customs_must_accept(f.visit, line):
            continue
        accepted = f.permits.accepted_from("REASSIGN", line.at)
        met = accepted != 0 and accepted <= f.at
        f.say("REASSIGNMENT_ACCEPTED", MET if met else UNMET, line, "", line.vessel + " " + line.voyage)


def holds(f: Findings) -> None:
    """NO_HOLD, one for each hold in force."""
    held = f.permits.holds_at(f.at)
    for e in held:
        why = "COMMERCIAL" if e.mode in COMMERCIAL else ""
        f.say("NO_HOLD", UNMET, e, why, e.mode + " " + (e.reason or e.extra))
    if not held:
        f.say("NO_HOLD", MET)


def inspection(f: Findings) -> None:
    """INSPECTION_OVER: customs does not have the box open."""
    last = f.permits.last_inspection(f.at)
    if last is None:
        f.spare("INSPECTION_OVER", "")
    elif f.permits.inspection_open_at(f.at):
        f.say("INSPECTION_OVER", UNMET, last, "OPEN")
    elif last.reason_code == "RESEALED" or f.permits.in_force_at("DECLARATION", f.at) >= last.at:
        f.say("INSPECTION_OVER", MET, last)
    else:
        f.say("INSPECTION_OVER", UNKNOWN, last)


def weight(f: Findings) -> None:
    """VGM of a supervised export."""
    known = weighed_by(f.visit, f.at)
    f.need("VGM", known, str(round(known.kg)) + " kg" if known is not None and known.kg else "")


def dangerous(f: Findings) -> None:
    """DG_PERMIT of a box whose declared line names dangerous goods."""
    line = f.visit.declared
    if line is None:
        if f.visit.trade == "F":
            f.say("DG_PERMIT", UNKNOWN, None, "NO_LINE")
    elif not line.dg:
        f.spare("DG_PERMIT", "")
    elif f.permits.in_force_at("DG", f.at):
        f.say("DG_PERMIT", MET, f.permits.word_on("DG", f.at), "", line.dg)
    else:
        f.say("DG_PERMIT", UNMET, line, "", line.dg)


def ship(f: Findings, vessel: str, moment: int) -> None:
    """VESSEL_PERMITTED: whether a vessel may carry the box's trade on the day of a time (ms)."""
    known = f.world.reference.ships.get(vessel)
    if not vessel:
        f.say("VESSEL_PERMITTED", UNKNOWN, None, "NO_VESSEL")
    elif known is None:
        f.say("VESSEL_PERMITTED", UNKNOWN, None, "", vessel)
    else:
        f.say("VESSEL_PERMITTED", MET if known.may_carry(f.visit.trade, moment) else UNMET, None, "", vessel)


def cutoff(f: Findings, call: Call | None) -> None:
    """CUT_OFF: the box is at the port of its vessel before that call closes, and the vessel has not left without it."""
    if call is None or not call.cutoff:
        f.say("CUT_OFF", UNKNOWN, None, "NO_CALL" if call is None else "")
        return
    came: Move | None = None
    for move in f.visit.moves:
        if move.port == call.port and move.code in ("IN", "DISC"):
            came = move
            break
    if call.atd and f.visit.ocean_load is None:
        state, cause, why = UNMET, f.visit.last.best, "SAILED"
    elif came is not None:
        state, cause, why = MET if came.at <= call.cutoff else UNMET, came.best, ""
    else:
        state, cause, why = UNMET, f.visit.last.best, "PASSED" if f.now() > call.cutoff else "NOT_THERE"
    f.found.append(Condition("CUT_OFF", state, why, call.cutoff, call.port + " " + call.number, (cause.ident,)))


def leg_papers(f: Findings, leg: Leg) -> None:
    """LEG_PLANNED, and of a supervised box LEG_APPROVED and LEG_SEALED."""
    supervised = f.visit.trade == "F" and f.visit.ef == "F"
    if supervised or leg.plan is not None:
        f.say("LEG_PLANNED", MET if leg.plan is not None else UNKNOWN, leg.plan, "", leg.leg_id + " " + leg.allocation)
    if not supervised:
        return
    approved = f.permits.approved_at("LEG", f.at)
    f.say("LEG_APPROVED", MET if approved else UNMET, f.permits.first("LEG", "APPROVE") if approved else None)
    load = leg.load if leg.load is not None else f.visit.last
    f.say("LEG_SEALED", MET if is_sealed(f.visit, load) else UNMET, load.best, "", load.seals)


def withdrawal(f: Findings) -> None:
    """WITHDRAWAL_APPROVED: a supervised export comes out again by gate (退关)."""
    if not may_come_out(f.permits, "WITHDRAWAL", f.at):
        f.say("WITHDRAWAL_APPROVED", UNMET, f.permits.first("ARRIVAL", "ACK"))
        return
    approval = f.permits.first("DECLARATION", "APPROVE")
    if approval is not None and approval.at <= f.at:
        f.say("WITHDRAWAL_APPROVED", MET, approval)
    else:
        f.spare("WITHDRAWAL_APPROVED", "NOT_REPORTED")
