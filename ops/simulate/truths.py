"""Lines of the truth (contracts, section 6), written from what was planned to happen."""

from __future__ import annotations

from ops.simulate import desk, limits
from ops.simulate.cargo import Bill, Box
from ops.simulate.clock import HOUR, MINUTE
from ops.simulate.fleet import Call, Vessel
from ops.simulate.ports import INLAND, PORTS
from ops.simulate.sheet import Sheet, Truth

ACCEPTED = "01"
REJECTED = "03"
NEVER = "NEVER"


def visit(
    sheet: Sheet, box: Box, opened_at: int, closed_at: int, direction: str, trade: str, ef: str, state: str,
    milestones: dict[str, int],
) -> None:  # fmt: skip
    """One box visit; ``closed_at`` 0 while it is open."""
    sheet.truth.append({
        "kind": "visit", "container_no": box.no, "opened_at": opened_at, "closed_at": closed_at, "direction": direction,
        "trade": trade, "ef": ef, "state": state, "milestones": milestones,
    })  # fmt: skip
    sheet.overdue("STAY_OVER", box.no, opened_at + limits.STAY, closed_at)
    if box.bad_digit:
        sheet.raised("BAD_CHECK_DIGIT", box.no)


def sailed(
    sheet: Sheet, box: Box, opened_at: int, call: Call, direction: str, trade: str, ef: str, milestones: dict[str, int]
) -> None:
    """The visit of a box that sailed with a call, which customs clears afterwards where its cargo is foreign."""
    cleared = {"VOYAGE_CLEARANCE": call.cleared_at} if trade == "F" else {}
    visit(sheet, box, opened_at, call.atd, direction, trade, ef, "SAILED", milestones | cleared)


def arrival(
    sheet: Sheet, box: Box, bill: str, vessel_id: str, voyage: str, terminal: str, message: str, state: str
) -> None:
    """One arrival case."""
    sheet.truth.append({
        "kind": "arrival", "container_no": box.no, "bill_no": bill, "vessel_id": vessel_id, "voyage": voyage,
        "terminal_code": terminal, "message_type": message, "state": state,
    })  # fmt: skip


def reported(
    sheet: Sheet, box: Box, bill: Bill, vessel_id: str, voyage: str, terminal: str, ready_at: int, quirk: str = "",
    message_type: str = "MT3101", onto: Call | None = None,
) -> int:  # fmt: skip
    """An arrival case that a report confirms, an MT3101 or another site's MT3102: plan customs' answer and state the truth
    that follows from it. ``onto``: customs accepts that the box goes by this vessel, and the case goes on under its voyage.

    Returns the time of the acknowledgement, 0 when there is none.
    """
    at = ready_at + sheet.between(40_000, 3 * MINUTE if quirk == "direct_load" else 10 * MINUTE)
    code = ACCEPTED
    if quirk == "acknowledged_near":
        at = ready_at + sheet.between(25 * MINUTE, 29 * MINUTE)
    elif quirk in ("acknowledged_late", "rejected_late"):
        at = ready_at + sheet.between(31 * MINUTE, 80 * MINUTE)
        sheet.raised("ARR_MISSING", box.no, "RESOLVED")
    if quirk == "never_acknowledged":
        code = NEVER
        sheet.raised("ARR_MISSING", box.no)
    elif quirk in ("rejected", "rejected_late", "withdrawn_rejected", "rejected_made_anew"):
        code = REJECTED
        sheet.raised("ARR_REJECTED", box.no, "RESOLVED" if quirk == "rejected_made_anew" else "RAISED")
    elif quirk == "unanswered_made_anew":
        code = NEVER
        sheet.raised("ARR_MISSING", box.no, "RESOLVED")
    answers = [{"code": code, "at": at, "reason": "箱号与预配舱单不符" if code == REJECTED else ""}]
    state = {ACCEPTED: "ACKED", REJECTED: "REJECTED", NEVER: "SENT"}[code]
    port = next((slug for slug, known in PORTS.items() if terminal in known.terminals), INLAND.port)
    message = desk.first_message(box.no, bill.no, vessel_id, voyage, terminal)
    if quirk == "rejected":
        desk.take_up_rejection(sheet, at + sheet.between(5 * MINUTE, HOUR), message, port, box.no)
    elif quirk in ("rejected_made_anew", "unanswered_made_anew"):
        at = _made_anew(sheet, box, message, port, ready_at, answers)
        state, code = "ACKED", ACCEPTED
    elif quirk.startswith("report_deleted"):
        state = _deleted(sheet, box, message, port, at, quirk == "report_deleted")
        code = ACCEPTED if state == "ACKED" else NEVER
    for by in [voyage, onto.voyage_out] if onto else [voyage]:  # where the release comes late, it is reported for both
        sheet.customs.append({
            "container_no": box.no, "bill_no": bill.no, "voyage": by, "terminal_code": terminal,
            "answers": answers,
        })  # fmt: skip
    if onto is not None:
        vessel_id, voyage = onto.vessel.id, onto.voyage_out
    arrival(sheet, box, bill.no, vessel_id, voyage, terminal, message_type, state)
    sheet.last = max(sheet.last, at)
    return at if code == ACCEPTED else 0


def _made_anew(sheet: Sheet, box: Box, message: str, port: str, ready_at: int, answers: list[Truth]) -> int:
    """An officer has a report made anew that was rejected or not answered; customs accepts the next one. Returns when."""
    at = ready_at + sheet.between(35 * MINUTE, 70 * MINUTE)
    desk.act(sheet, "RESUBMIT", at - sheet.between(2 * MINUTE, 4 * MINUTE), message, "舱单已更正", port, container_no=box.no)
    answers.append({"code": ACCEPTED, "at": at, "reason": ""})
    return at


def _deleted(sheet: Sheet, box: Box, message: str, port: str, at: int, for_good: bool) -> str:
    """An officer has an accepted report deleted, for good or until he has it made anew. Returns the state of the case."""
    at += sheet.between(5 * MINUTE, 20 * MINUTE)
    status = "IN_FORCE" if for_good else "OVERTAKEN"
    desk.act(sheet, "DELETE", at, message, "退关，撤销运抵", port, status, container_no=box.no)
    if for_good:
        return "DELETED"
    desk.act(sheet, "RESUBMIT", at + sheet.between(MINUTE, 9 * MINUTE), message, "恢复出运", port, container_no=box.no)
    return "ACKED"


def permitted(sheet: Sheet, box: Box, vessel: Vessel, trade: str) -> None:
    """State what follows when a full box goes on, or comes from, a vessel."""
    if vessel.service == ("OCEAN" if trade == "D" else "COASTAL"):
        sheet.raised("VESSEL_NOT_PERMITTED", box.no)


def leg(sheet: Sheet, box: Box, from_port: str, to_port: str, state: str, loaded_at: int, discharged_at: int) -> None:
    """One transfer leg between two of the ports; 0 = has not happened."""
    sheet.truth.append({
        "kind": "leg", "container_no": box.no, "from_port": from_port, "to_port": to_port, "leg_state": state,
        "loaded_at": loaded_at, "discharged_at": discharged_at,
    })  # fmt: skip


def call(sheet: Sheet, made: Call) -> None:
    """One port call that has sailed."""
    sheet.truth.append({
        "kind": "call", "vessel_id": made.vessel.id, "port": made.port, "phase": "DEPARTED", "ata": made.ata,
        "atb": made.atb, "ops_start": made.ops_start, "ops_end": made.ops_end, "atd": made.atd,
        "shifts": 1 if made.shifted_at else 0,
    })  # fmt: skip
