"""The rows of a derived box, in the column order of ``streams.domain.rows``."""

from __future__ import annotations

from typing import Final

from streams.domain.arrivals import Case
from streams.domain.box import BoxState, VisitState
from streams.domain.legs import Leg, carry_over, onward_call
from streams.domain.reference import Reference
from streams.domain.rows import Keyed
from streams.domain.visits import Visit
from streams.domain.watch import Raised


def box_rows(box: BoxState, reference: Reference) -> list[Keyed]:
    """The rows of everything derived about a box."""
    rows: list[Keyed] = []
    container = box.container
    for derived in box.visits:
        rows.append(_visit_row(container, derived))
        for leg in derived.legs:
            rows.append(_leg_row(container, leg, derived.visit, reference))
        for case in derived.cases:
            printed = case.row
            if printed is None:
                printed = case.row = _case_row(container, case)
            rows.append(printed)
    for x in box.exceptions:
        rows.append(exception_row(container, x, reference))
    return rows


def _leg_row(container: str, leg: Leg, visit: Visit, reference: Reference) -> Keyed:
    load = leg.load
    onward = onward_call(leg, visit)
    return (
        ("transfer_legs", (container, leg.leg_id)),
        (
            container, leg.leg_id, leg.from_port, leg.from_terminal, leg.to_port, leg.to_terminal, leg.mode, leg.vessel,
            leg.voyage, leg.state(), 1 if visit.trade == "F" and visit.ef == "F" else 0,
            _split(load.seals if load is not None else ""), leg.allocation, leg.planned_at, leg.approved_at,
            load.at if load is not None else 0, leg.departed_at, leg.arrived_at,
            leg.discharge.at if leg.discharge is not None else 0, leg.due_at, leg.reconciled_at,
            carry_over(leg, visit, reference), leg.expected_at(), onward.call_id if onward is not None else "",
            onward.cutoff if onward is not None else 0,
        ),
    )  # fmt: skip


def exception_row(book_key: str, x: Raised, reference: Reference) -> Keyed:
    """The row of an exception that a book yields."""
    exception_id = x.exception_id
    return (
        ("exceptions", (book_key, exception_id)),
        (
            book_key, exception_id, x.code, reference.severity(x.code), x.subject, x.port, reference.owner(x.code),
            x.state, x.raised_at, x.ended_at, x.detail, tuple(x.evidence),
        ),
    )  # fmt: skip


def _case_row(container: str, case: Case) -> Keyed:
    return (
        ("arrival_cases", (container, case.case_id)),
        (
            container, case.case_id, case.bill, case.house, case.vessel, case.voyage, case.port, case.terminal,
            case.message_type, case.route_flag, case.state, case.message_id, case.attempts,
            case.trigger.at if case.triggered else 0,
            case.ready_at, case.sent_at, case.answered_at,
            case.answered_at - case.trigger.at if case.answered_at else 0, case.reason, tuple(case.unmet),
            tuple(case.evidence),
        ),
    )  # fmt: skip


def _split(seals: str) -> tuple[str, ...]:
    return tuple(seals.split(" ")) if seals else ()


def _visit_row(container: str, derived: VisitState) -> Keyed:
    visit = derived.visit
    last = visit.last
    progress = derived.progress
    bill = visit.bills[0] if visit.bills else ""
    missing = progress.missing
    holds = derived.holds
    if holds:
        next_step = "LIFT_HOLD"
    elif missing:
        next_step = missing[0]
    else:
        next_step = "" if visit.closed_at or visit.ocean_load is not None else "LEAVE"
    waiting = progress.latest if next_step else 0
    customs = visit.trade == "F" and visit.ef == "F"
    gone = visit.closed_at != 0
    blockers = tuple(holds) + tuple(missing)
    return (
        visit.key,
        (
            container, visit.opened_at, visit.closed_at, visit.visit_id, last.port,
            last.terminal, visit.direction, visit.trade, visit.ef, visit.iso_type, 1 if customs and not gone else 0, bill,
            visit.vessel, visit.voyage, visit.ocean_call.call_id if visit.ocean_call is not None else "",
            visit.opening_call.call_id if visit.opening_call is not None else "", progress.state, visit.location,
            customs_status(derived), document_status(visit),
            seal_status(derived), derived.legs[-1].state() if derived.legs else "", tuple(holds),
            visit.seals, visit.kg, next_step, blockers, waiting, tuple(progress.keys), tuple(progress.times),
        ),
    )  # fmt: skip


def customs_status(derived: VisitState) -> str:
    """The customs axis of a visit."""
    if derived.visit.trade != "F" or derived.visit.ef != "F":
        return "NOT_REQUIRED"
    if derived.holds:
        return "HELD"
    return "RELEASED" if derived.visit.permits.in_force("DECLARATION") else "NOT_RELEASED"


#: The papers of a visit, the last one first, and what each makes of it.
_PAPERS: Final = (("TALLY", "TALLIED"), ("LOADED", "MANIFESTED"), ("PACKING", "PACKED"))


def document_status(visit: Visit) -> str:
    """The documents axis of a visit: how far its papers have come. NO_PAPERS; ANNOUNCED by any manifest, or the plan of a leg;
    PACKED (装箱单), MANIFESTED (装载舱单), TALLIED (理货报告)."""
    papers = visit.papers()
    for code, status in _PAPERS:
        if code in papers:
            return status
    return "ANNOUNCED" if papers else "NO_PAPERS"


#: Later than any event.
_EVER = 1 << 62


def seal_status(derived: VisitState) -> str:
    """The seal axis of a visit: OPENED while an inspection has the box open, BROKEN, else SEALED; UNKNOWN without a word."""
    visit = derived.visit
    if visit.permits.inspection_open_at(_EVER):
        return "OPENED"
    if derived.chain_broken or (visit.broken and visit.broken[-1] is visit.last):
        return "BROKEN"
    return "SEALED" if visit.seals else "UNKNOWN"
