"""The way of an import bill from the announcement to the exit: manifest, tally, releases, gate, and the empty box's
return. Shared by direct and feeder imports."""

from __future__ import annotations

from typing import Final

from ops.simulate import desk, limits, papers, truths
from ops.simulate.cargo import Bill, Box
from ops.simulate.clock import HOUR, MINUTE, SECOND
from ops.simulate.fleet import Call
from ops.simulate.moves import Place, gate
from ops.simulate.sheet import Sheet
from ops.simulate.stories import conditions, declared, exits

#: How many of the steps tally, customs release, bill release, terminal release a quirk's box passes.
_STEPS: Final = {"only_discharged": 0, "only_tallied": 1, "only_customs": 2, "only_bill": 3, "leg_only_planned": 1,
                 "leg_only_approved": 1}  # fmt: skip
_STATES: Final = ("DISCHARGED", "TALLIED", "CUSTOMS_RELEASED", "BILL_RELEASED", "BILL_RELEASED")
#: Quirks whose boxes leave without a release that they need.
_UNRELEASED: Final = frozenset(
    ("no_bill_release", "bill_release_after_exit", "bill_release_revoked", "no_terminal_release", "transit_late",
     "bill_revoke_void_taken_back")
)  # fmt: skip
#: Quirks whose boxes get no release of the bill at this step: later, another word instead, or never.
_NO_BILL: Final = (
    frozenset(("no_bill_release", "bill_release_after_exit", "bill_release_near", "transit", "transit_late"))
    | conditions.QUIRKS
)


def steps(quirk: str) -> int:
    """How far a bill comes after its discharge: 0 … 3 = stays in the yard after that step, 4 = all, and leaves."""
    return _STEPS.get(quirk, 4)


def stays(
    sheet: Sheet, box: Box, opened_at: int, passed: int, milestones: dict[str, int], abandoned: bool = False
) -> None:  # fmt: skip
    """The truth of a box that is still in the yard after so many steps; ``abandoned``: for months."""
    truths.visit(sheet, box, opened_at, 0, "I", "F", "F", "ABANDONED" if abandoned else _STATES[passed], milestones)


def original_lines(
    sheet: Sheet, call: Call, bill: Bill, at: int, boxes: dict[str, dict[str, int]], final: str = ""
) -> None:
    """The original manifest (原始舱单) of a bill, box by box; ``final`` where it goes on from the bill's ``pod``."""
    for number, box in enumerate(bill.boxes, 1):
        wrong = Box(sheet.mint.stray(), box.iso, box.kg, box.seal, "") if bill.quirk == "line_moved" else None
        line = papers.line(
            sheet, "ORIGINAL", call.port, at, bill, wrong or box, number, call.vessel, call.voyage_in, "I",
            final_dest=final or bill.pod, **declared.stated(bill.quirk, box),
        )  # fmt: skip
        declared.judge(sheet, bill.quirk, box)
        if at > call.ata:
            sheet.raised("MANIFEST_LATE", box.no, "RESOLVED")
        if wrong:
            sheet.revise(
                "manifest", line, sheet.between(HOUR, 3 * HOUR), container_no=box.no, corrects_key=wrong.no,
                version="1.1",
            )  # fmt: skip
        boxes[box.no]["IMPORT_ORIGINAL_MANIFEST"] = at


def declare(sheet: Sheet, port: str, bill: Bill, at: int, boxes: dict[str, dict[str, int]]) -> None:
    """The declaration is accepted (报关单审结)."""
    papers.release(sheet, port, at, "DECLARATION", bill.no, action="DECLARED", declaration_no=bill.declaration)
    for milestones in boxes.values():
        milestones["IMPORT_CUSTOMS_DECLARED"] = at


def tally(
    sheet: Sheet, call: Call, bill: Bill, box: Box, number: int, at: int, milestones: dict[str, int],
    answered: bool = True,
) -> None:  # fmt: skip
    """The tally report (理货报告, MT5101) of a discharged box, and customs' receipt for it."""
    papers.line(
        sheet, "TALLY", call.port, at, bill, box, number, call.vessel, call.voyage_in, "I", msg_type="MT5101",
        expected=1, counted=1, tally_company=papers.TALLY,
    )  # fmt: skip
    milestones["IMPORT_TALLY_REPORT"] = at
    sheet.overdue("TALLY_LATE", box.no, call.ops_end + limits.TALLY, at)
    if answered:
        papers.release(
            sheet, call.port, at + sheet.between(30 * SECOND, 10 * MINUTE), "TALLY", bill.no, box.no, action="ACK"
        )
    truths.arrival(
        sheet, box, bill.no, call.vessel.id, call.voyage_in, call.terminal, "MT5101", "ACKED" if answered else "SENT"
    )


def not_declared(sheet: Sheet, call: Call, box: Box, declared_at: int = 0) -> None:
    """The truth of a box that ``call`` brought and that stays: it is to be declared in time."""
    sheet.overdue("DECLARATION_OVERDUE", box.no, call.ata + limits.DECLARATION, declared_at)


def release_all(
    sheet: Sheet, port: str, bill: Bill, at: int, passed: int, boxes: dict[str, dict[str, int]]
) -> int:  # fmt: skip
    """Customs, bill and terminal release, as far as ``passed`` says. Returns when the last of them was given."""
    quirk = bill.quirk
    if passed >= 2:
        if not quirk and sheet.chance(0.04):
            at = _hold(sheet, port, bill, at, boxes)
        if quirk in conditions.DECLARATION:
            conditions.declare(sheet, port, bill, at)
        at = _step(sheet, port, "DECLARATION", "IMPORT_CUSTOMS_RELEASE", bill, at, boxes)
    if quirk in conditions.QUIRKS:
        conditions.release(sheet, port, bill, at + sheet.between(MINUTE, 2 * MINUTE), boxes)
    if passed >= 3 and quirk not in _NO_BILL:
        at += sheet.between(3 * MINUTE, 25 * MINUTE)
        papers.release(sheet, port, at, "BILL", bill.no)
        for milestones in boxes.values():
            milestones["IMPORT_BILL_RELEASE"] = at
        if quirk in ("bill_release_revoked", "bill_revoked_and_renewed"):
            at = _revoke_bill(sheet, port, bill, at, boxes, quirk == "bill_revoked_and_renewed")
        elif quirk.startswith("bill_revoke_void"):
            _void_revoke(sheet, port, bill, at, boxes, kept=quirk == "bill_revoke_voided")
    if passed >= 4 and quirk != "no_terminal_release":
        at += sheet.between(2 * MINUTE, 15 * MINUTE)
        at = _step(sheet, port, "TERMINAL", "IMPORT_TERMINAL_RELEASE", bill, at, boxes)
    return at


def _step(
    sheet: Sheet, port: str, stage: str, milestone: str, bill: Bill, at: int, boxes: dict[str, dict[str, int]]
) -> int:  # fmt: skip
    times = papers.bill_or_boxes(sheet, port, at, stage, bill, bill.by_bill)
    for no, when in times.items():
        boxes[no][milestone] = when
    return max(times.values())


def _hold(sheet: Sheet, port: str, bill: Bill, at: int, boxes: dict[str, dict[str, int]]) -> int:
    hold = sheet.mint.paper("H")
    papers.release(sheet, port, at, "BILL", bill.no, action="HOLD", hold_id=hold, reason_text="待查验")
    for action in ("INSPECT_SELECT", "INSPECT_STEP", "INSPECT_RESULT"):
        at += sheet.between(MINUTE, 6 * MINUTE)
        papers.release(sheet, port, at, "DECLARATION", bill.no, bill.boxes[0].no, action=action)
    boxes[bill.boxes[0].no]["IMPORT_INSPECTION_MAIN"] = at
    papers.release(sheet, port, at + MINUTE, "BILL", bill.no, action="UNHOLD", hold_id=hold)
    return at + 2 * MINUTE


def _revoke_bill(
    sheet: Sheet, port: str, bill: Bill, at: int, boxes: dict[str, dict[str, int]], renewed: bool
) -> int:  # fmt: skip
    at += sheet.between(3 * MINUTE, 20 * MINUTE)
    papers.release(sheet, port, at, "BILL", bill.no, action="REVOKE", reason_text="布控复核")
    if renewed:
        at += sheet.between(3 * MINUTE, 20 * MINUTE)
        papers.release(sheet, port, at, "BILL", bill.no)
    for milestones in boxes.values():
        if renewed:
            milestones["IMPORT_BILL_RELEASE"] = at
        else:
            del milestones["IMPORT_BILL_RELEASE"]
    return at


def _void_revoke(
    sheet: Sheet, port: str, bill: Bill, at: int, boxes: dict[str, dict[str, int]], kept: bool
) -> None:  # fmt: skip
    """The release is revoked for another bill than was meant, as an officer says; or it was this one after all."""
    revoke = papers.release(sheet, port, at + 30 * SECOND, "BILL", bill.no, action="REVOKE", reason_text="布控复核")
    desk.void(sheet, revoke, kept)
    if not kept:
        for milestones in boxes.values():
            del milestones["IMPORT_BILL_RELEASE"]


def leave(
    sheet: Sheet, place: Place, bill: Bill, box: Box, opened_at: int, at: int, milestones: dict[str, int]
) -> None:
    """The box is picked up at about ``at``; many come back empty, and some of these go out again."""
    quirk = bill.quirk
    if quirk == "inspected_outside":
        gate(sheet, place, box, "OUT", "INSPECTION", at, bill=bill.no)
        at += sheet.between(70 * MINUTE, 2 * HOUR)
        gate(sheet, place, box, "IN", "INSPECTION", at, bill=bill.no)
        at += sheet.between(HOUR, 2 * HOUR)
    elif quirk == "bill_release_near":
        released = at - sheet.between(5 * SECOND, 60 * SECOND)
        papers.release(sheet, place.port, released, "BILL", bill.no)
        milestones["IMPORT_BILL_RELEASE"] = released
    before, after = exits.words(sheet, quirk)
    exits.speak(sheet, place.port, bill, box, before, at)
    conflict = quirk == "trade_conflict"
    left = gate(
        sheet, place, box, "OUT", "IMPORT_OUT", at, plain=bool(quirk), bill=bill.no, trade="D" if conflict else "F"
    )
    milestones["IMPORT_CONTAINER_LEAVE_PORT"] = left
    if quirk == "bill_release_after_exit":
        released = left + sheet.between(5 * MINUTE, HOUR)
        papers.release(sheet, place.port, released, "BILL", bill.no)
        milestones["IMPORT_BILL_RELEASE"] = released
    exits.speak(sheet, place.port, bill, box, after, left)
    exits.judge(sheet, quirk, box)
    if conflict:
        sheet.raised("TRADE_FLAG_CONFLICT", box.no)
    if quirk in _UNRELEASED:
        sheet.raised("GATEOUT_NO_RELEASE", box.no)
    state = "GATED_OUT"
    if not quirk and sheet.chance(0.65):
        state = "EMPTY_RETURNED"
        milestones["IMPORT_EMPTY_RETURN"] = _return_empty(sheet, place, box, left)
    truths.visit(sheet, box, opened_at, left, "I", "F", "F", state, milestones)


def _return_empty(sheet: Sheet, place: Place, box: Box, left: int) -> int:
    """The empty comes back, which opens its next visit. Returns when."""
    back = gate(sheet, place, box, "IN", "EMPTY_RETURN", left + sheet.between(3 * HOUR, 8 * HOUR), ef="E")
    if sheet.chance(0.3):
        out = gate(sheet, place, box, "OUT", "EMPTY_PICKUP", back + sheet.between(HOUR, 5 * HOUR), ef="E")
        truths.visit(sheet, box, back, out, "E", "F", "E", "GATED_OUT", {"GATE_IN": back, "GATE_OUT": out})
    else:
        truths.visit(sheet, box, back, 0, "E", "F", "E", "GATED_IN", {"GATE_IN": back})
    return back
