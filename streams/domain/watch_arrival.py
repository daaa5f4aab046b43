"""Exceptions of arrival confirmation (抵港自动运抵)."""

from __future__ import annotations

from streams.domain.arrivals import Case
from streams.domain.evidence import Evidence
from streams.domain.reports import Register
from streams.domain.visits import Visit
from streams.domain.watch import Watch
from streams.domain.world import World


def watch_case(watch: Watch, case: Case, world: World) -> None:
    """ARR_MISSING and ARR_REJECTED of a case that a report of ours confirms."""
    if case.unmet:
        return
    deadline = case.ready_at + world.reference.limits(case.port).arrival_due
    past = watch.is_past(deadline)
    ended = case.first_answer or case.stopped_at
    if not ended:
        if past:
            watch.note("ARR_MISSING", case.port, case.trigger.best, deadline, "no receipt for " + case.case_id)
    elif ended > deadline:
        told = "late receipt for " if case.first_answer else "deleted by an officer, without a receipt: "
        watch.note("ARR_MISSING", case.port, case.trigger.best, deadline, told + case.case_id, ended)
    if case.answers:
        _rejected(watch, case)


def _rejected(watch: Watch, case: Case) -> None:
    rejected: Evidence | None = None
    mended = 0
    for e in case.answers:
        if e.action == "REJECT":
            rejected = rejected or e
            mended = 0
        elif rejected is not None:
            mended = e.at
    if rejected is not None:
        if not mended and case.stopped_at:
            mended = max(case.stopped_at, rejected.at)
        watch.note("ARR_REJECTED", case.port, rejected, rejected.at, rejected.reason, mended)


def watch_strangers(watch: Watch, visit: Visit, cases: list[Case], register: Register) -> None:
    """ARR_DUPLICATE: customs acknowledged a report that is not ours for a box whose arrival it has from us."""
    for e in register.strangers:
        if not visit.permits.holds_event(e):
            continue
        for case in cases:
            if case.port == e.port and case.state == "ACKED" and case.reported:
                ours = register.answers(case.message_id)[-1]
                later = e if (e.at, e.ident) > (ours.at, ours.ident) else ours
                watch.note("ARR_DUPLICATE", case.port, later, later.at, "also acknowledged under " + (e.ref or "no number"))
                break


def watch_terminal(watch: Watch, visit: Visit) -> None:
    """ARR_WRONG_TERMINAL: the sources of one gate-in name different terminals."""
    for move in visit.contested:
        other = move.elsewhere
        if other is not None:
            watch.note("ARR_WRONG_TERMINAL", move.port, other, other.at, move.told_terminal + " and " + other.terminal)
