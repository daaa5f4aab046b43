"""Exceptions of a box: states with a life, derived like everything else (model 5.1).

Deadlines compare event times; ``now`` only decides whether one has passed. A later fact that shows that nothing was
wrong takes the exception away; one that mends it resolves it.
"""

from __future__ import annotations

import hashlib

from streams.domain.arrivals import EXPORT_REPORT, Case, Register
from streams.domain.evidence import LINE, Evidence
from streams.domain.legs import Leg
from streams.domain.moves import Move
from streams.domain.permits import Permits
from streams.domain.visits import Visit, World


class Raised:
    """One exception with the event that breaks the rule or starts its timer."""

    def __init__(
        self, code: str, subject: str, port: str, cause: str, raised_at: int, ended_at: int, detail: str,
        evidence: list[str],
    ) -> None:  # fmt: skip
        self.code = code
        self.subject = subject
        self.port = port
        self.cause = cause
        self.raised_at = raised_at
        self.ended_at = ended_at
        self.detail = detail
        self.evidence = evidence

    @property
    def exception_id(self) -> str:
        """hash(code, subject, identity of the causing event): a re-cut visit keeps it."""
        text = self.code + "\x1f" + self.subject + "\x1f" + self.cause
        return hashlib.blake2b(text.encode(), digest_size=12).hexdigest()


class Watch:
    """Collects the exceptions of one box, and the deadlines that decide about them."""

    def __init__(self, container: str, now: int) -> None:
        self.container = container
        self.now = now
        self.raised: list[Raised] = []
        self.passed = 0
        self.next_deadline = 0

    def is_past(self, deadline: int) -> bool:
        """True when ``now`` has passed a deadline; else it is remembered, so that the box is derived again then."""
        if self.now > deadline:
            self.passed += 1
            return True
        if not self.next_deadline or deadline < self.next_deadline:
            self.next_deadline = deadline
        return False

    def note(
        self, code: str, port: str, cause: Evidence, raised_at: int, detail: str, ended_at: int = 0
    ) -> None:
        """Add an exception whose subject is the box."""
        self.raised.append(
            Raised(code, self.container, port, cause.ident, raised_at, ended_at, detail, [cause.ident])
        )


def watch_arrival(watch: Watch, case: Case, register: Register, world: World) -> None:
    """ARR_MISSING and ARR_REJECTED of a case that an MT3101 confirms."""
    if case.message_type != EXPORT_REPORT or case.unmet:
        return
    deadline = case.ready_at + world.reference.arrival_due
    past = watch.is_past(deadline)
    if not case.first_answer:
        if past:
            watch.note("ARR_MISSING", case.port, case.trigger.best, deadline, "no receipt for " + case.case_id)
    elif case.first_answer > deadline:
        watch.note(
            "ARR_MISSING", case.port, case.trigger.best, deadline, "late receipt for " + case.case_id, case.first_answer
        )
    if not case.message_id:
        return
    rejected: Evidence | None = None
    mended = 0
    for e in register.answers(case.message_id):
        if e.action == "REJECT":
            rejected = rejected or e
            mended = 0
        elif rejected is not None:
            mended = e.at
    if rejected is not None:
        watch.note("ARR_REJECTED", case.port, rejected, rejected.at, rejected.reason, mended)


def watch_export(watch: Watch, visit: Visit, permits: Permits, legs: list[Leg], world: World) -> None:
    """ARR_NO_MANIFEST and LOAD_NO_RELEASE of a foreign full export."""
    opening = visit.opening
    deadline = opening.at + world.reference.manifest_due
    first = 0
    for e in visit.lines:
        if e.code == "PREPARED" and (not first or e.at < first):
            first = e.at
    if first > deadline:
        watch.note("ARR_NO_MANIFEST", opening.port, opening.best, deadline, "预配舱单 came late", first)
    elif not first and watch.is_past(deadline):
        watch.note("ARR_NO_MANIFEST", opening.port, opening.best, deadline, "no 预配舱单 line names this box")
    load = visit.ocean_load
    if load is not None:
        missing = [s for s in ("LOADING", "TERMINAL") if not permits.in_force(s, load.at)]
        if missing:
            watch.note("LOAD_NO_RELEASE", load.port, load.best, load.at, "missing: " + ", ".join(missing))


def watch_import(watch: Watch, visit: Visit, permits: Permits) -> None:
    """GATEOUT_NO_RELEASE of a foreign full import."""
    out = visit.closing
    if out is None or out.purpose == "WITHDRAWAL":
        return
    missing = [s for s in ("BILL", "TERMINAL") if not permits.in_force(s, out.at)]
    if missing:
        watch.note("GATEOUT_NO_RELEASE", out.port, out.best, out.at, "missing: " + ", ".join(missing))


def watch_legs(watch: Watch, legs: list[Leg], permits: Permits, supervised: bool) -> None:
    """LOAD_NO_RELEASE, SEAL_CHANGED_IN_TRANSIT and LEG_WRONG_PORT of transfer legs."""
    for leg in legs:
        load = leg.load
        if load is None:
            continue
        if supervised and not permits.approved("LEG", load.at):
            watch.note("LOAD_NO_RELEASE", load.port, load.best, load.at, "missing: LEG approval")
        if leg.wrong_discharge is not None:
            wrong = leg.wrong_discharge
            watch.note(
                "LEG_WRONG_PORT", wrong.port, wrong.best, wrong.at, "for " + leg.to_port + ", came to " + wrong.port
            )
        end = leg.discharge or leg.wrong_discharge
        if end is not None and load.seals and end.seals and _seals(load) != _seals(end):
            watch.note(
                "SEAL_CHANGED_IN_TRANSIT", end.port, end.best, end.at, load.seals + " → " + end.seals
            )


def _seals(move: Move) -> list[str]:
    return sorted(move.seals.split(" "))


def watch_trade(watch: Watch, visit: Visit) -> None:
    """TRADE_FLAG_CONFLICT: papers and moves disagree about domestic and foreign."""
    stated = ""
    for e in visit.lines:
        if e.trade:
            stated = e.trade
    if not stated:
        return
    for move in visit.moves:
        if any(flag != stated for flag in move.flags):
            watch.note(
                "TRADE_FLAG_CONFLICT", move.port, move.best, move.at, "papers " + stated + ", terminal " + move.trade
            )
            return


def watch_landing(watch: Watch, items: list[Evidence], visits: list[Visit], moves: list[Move], world: World) -> None:
    """SHORTLANDED and OVERLANDED: the manifest against the quay, 6 h after operations end."""
    lines = [e for e in items if e.what == LINE and e.code == "ORIGINAL" and e.classifier == "ACT" and e.action != "3"]
    _shortlanded(watch, lines, moves, world)
    for visit in visits:
        if visit.opening.code == "DISC" and visit.ef == "F" and visit.trade == "F":
            _overlanded(watch, visit.opening, lines, world)


def _shortlanded(watch: Watch, lines: list[Evidence], moves: list[Move], world: World) -> None:
    told: set[str] = set()
    for line in lines:
        port = world.reference.port(line.pod)
        voyage = line.vessel + "|" + line.voyage
        if not port or voyage in told:
            continue
        told.add(voyage)
        call = world.call(line.vessel, port, line.voyage, line.at)
        if call is None or not call.ops_end:
            continue
        deadline = call.ops_end + world.reference.landed_due
        landed_at = 0
        for move in moves:
            if move.code == "DISC" and move.port == port and move.vessel == line.vessel and _on(move, line.voyage):
                landed_at = move.at
                break
        if landed_at and landed_at <= deadline:
            continue
        if landed_at or watch.is_past(deadline):
            watch.note("SHORTLANDED", port, line, deadline, "announced on " + voyage + ", not landed", landed_at)


def _overlanded(watch: Watch, move: Move, lines: list[Evidence], world: World) -> None:
    if world.reference.port(move.pol):
        return
    first = 0
    for line in lines:
        if line.vessel == move.vessel and _on(move, line.voyage) and (not first or line.at < first):
            first = line.at
    call = world.call(move.vessel, move.port, move.voyage, move.at)
    if call is None or not call.ops_end:
        return
    deadline = call.ops_end + world.reference.landed_due
    if first and first <= deadline:
        return
    if first or watch.is_past(deadline):
        watch.note("OVERLANDED", move.port, move.best, deadline, "landed, in no 原始舱单", first)


def _on(move: Move, voyage: str) -> bool:
    return not move.voyage or not voyage or move.voyage == voyage
