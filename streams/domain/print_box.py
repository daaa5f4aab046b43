"""The rows of a derived box, in the column order of ``streams.domain.rows``."""

from __future__ import annotations

from streams.domain.box import BoxState, Row, VisitState, location_of
from streams.domain.reference import Reference

Keyed = tuple[str, tuple[str | int, ...], Row]


def box_rows(box: BoxState, reference: Reference) -> list[Keyed]:
    """(table, key, columns before the state columns) for everything derived about a box."""
    rows: list[Keyed] = []
    container = box.container
    for derived in box.visits:
        rows.append(_visit_row(container, derived))
        supervised = 1 if derived.visit.trade == "F" and derived.visit.ef == "F" else 0
        for leg in derived.legs:
            rows.append((
                "transfer_legs", (container, leg.leg_id),
                (
                    container, leg.leg_id, leg.from_port, leg.from_terminal, leg.to_port, leg.to_terminal, "VESSEL",
                    leg.vessel, leg.voyage, leg.state(), supervised, _split(leg.load.seals if leg.load else ""),
                    leg.allocation, leg.planned_at, leg.approved_at, leg.load.at if leg.load else 0, leg.departed_at,
                    leg.arrived_at, leg.discharge.at if leg.discharge else 0, leg.due_at,
                ),
            ))  # fmt: skip
        for case in derived.cases:
            lag = case.answered_at - case.trigger.at if case.answered_at else 0
            rows.append((
                "arrival_cases", (container, case.case_id),
                (
                    container, case.case_id, case.bill, case.house, case.vessel, case.voyage, case.port, case.terminal,
                    case.message_type, case.route_flag, case.state, case.message_id, case.attempts, case.trigger.at,
                    case.ready_at, case.ready_at if case.message_id else 0, case.answered_at, lag, case.reason,
                    tuple(case.unmet), tuple(case.evidence),
                ),
            ))  # fmt: skip
    for x in box.exceptions:
        rows.append((
            "exceptions", (container, x.exception_id),
            (
                container, x.exception_id, x.code, reference.severity(x.code), x.subject, x.port,
                reference.owner(x.code), "RESOLVED" if x.ended_at else "RAISED", x.raised_at, x.ended_at, x.detail,
                tuple(x.evidence),
            ),
        ))  # fmt: skip
    return rows


def _split(seals: str) -> tuple[str, ...]:
    return tuple(seals.split(" ")) if seals else ()


def _visit_row(container: str, derived: VisitState) -> Keyed:
    visit = derived.visit
    last = visit.moves[-1]
    milestones = derived.milestones
    bill = visit.bills[0] if visit.bills else ""
    iso_type = ""
    seals = ""
    kg = 0.0
    vessel = ""
    voyage = ""
    for move in visit.moves:
        iso_type = move.iso_type or iso_type
        seals = move.seals or seals
        if move.vessel:
            vessel = move.vessel
            voyage = move.voyage
    for line in visit.lines:
        if not vessel and line.vessel:
            vessel = line.vessel
            voyage = line.voyage
        iso_type = iso_type or line.iso_type
        kg = line.kg or kg
    missing = derived.missing
    holds = derived.holds
    if holds:
        next_step = "LIFT_HOLD"
    elif missing:
        next_step = missing[0]
    else:
        next_step = "" if visit.closed_at or visit.ocean_load is not None else "LEAVE"
    waiting = max(milestones.values()) if milestones and next_step else 0
    customs = visit.trade == "F" and visit.ef == "F"
    gone = visit.closed_at != 0
    blockers = tuple(holds) + tuple(missing)
    return (
        "box_visits", (container, visit.opened_at),
        (
            container, visit.opened_at, visit.closed_at, container + "@" + str(visit.opened_at), last.port,
            last.terminal, visit.direction, visit.trade, visit.ef, iso_type, 1 if customs and not gone else 0, bill,
            vessel, voyage, visit.ocean_call.call_id if visit.ocean_call is not None else "", derived.state,
            location_of(visit), customs_status(derived), "ANNOUNCED" if visit.lines else "NO_PAPERS",
            "SEALED" if seals else "UNKNOWN", derived.legs[-1].state() if derived.legs else "", tuple(holds),
            _split(seals), kg, next_step, blockers, waiting, tuple(milestones.keys()), tuple(milestones.values()),
        ),
    )  # fmt: skip


def customs_status(derived: VisitState) -> str:
    """The customs axis of a visit."""
    if derived.visit.trade != "F" or derived.visit.ef != "F":
        return "NOT_REQUIRED"
    if derived.holds:
        return "HELD"
    return "RELEASED" if derived.permits.in_force("DECLARATION") else "NOT_RELEASED"
