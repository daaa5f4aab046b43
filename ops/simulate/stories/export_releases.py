"""The releases of an export bill, with the ways in which they come late, not at all, or are taken back."""

from __future__ import annotations

from typing import Final

from ops.simulate import papers
from ops.simulate.cargo import Bill
from ops.simulate.clock import HOUR, MINUTE
from ops.simulate.fleet import Call
from ops.simulate.incidents import REASSIGNED
from ops.simulate.moves import Place
from ops.simulate.sheet import Sheet
from ops.simulate.stories import rebooked, yard
from ops.simulate.stories.arrived import Arrived

#: The steps after arrival, in order; a quirk names the last one that is reached.
_STEPS: Final = ("DECLARATION", "LOADING", "TERMINAL", "TALLY")
_LAST_STEP: Final = {
    "never_acknowledged": 0, "rejected": 0, "rejected_late": 0, "manifest_never": 0, "withdrawn": 0, "only_arrived": 0,
    "only_customs": 1, "only_loading": 2, "only_terminal": 3, "withdrawn_unapproved": 0, "withdrawn_approved_late": 1,
    "withdrawn_rejected": 0, "taken_out": 1, "shut_out_taken_out": 1, "cutoff_risk_left": 1, "two_places": 0,
    "two_places_near": 0, "ef_mismatch_move": 0, "exit_void_taken_back": 0, "report_deleted": 0,
}  # fmt: skip


def release_steps(
    sheet: Sheet, place: Place, ocean: Call, bill: Bill, boxes: dict[str, Arrived], acked: int, first_move: int
) -> None:  # fmt: skip
    """The releases of a bill, step after step, as far as its quirk lets it come."""
    quirk = bill.quirk
    at = acked
    for step, stage in enumerate(_STEPS[: _LAST_STEP.get(quirk, len(_STEPS))]):
        at += sheet.between(4 * MINUTE, 22 * MINUTE)
        if step == 0 and not quirk and sheet.chance(0.05):
            at = _inspect_or_hold(sheet, place.port, bill, at, boxes)
        if stage == "LOADING":
            at = yard.loading_time(sheet, ocean, quirk, at)
        if stage == "LOADING" and quirk == "no_loading_release":
            continue
        if stage == "TERMINAL" and quirk in ("terminal_release_late", "terminal_release_near"):
            near = quirk == "terminal_release_near"
            at = first_move + (-sheet.between(20_000, 90_000) if near else sheet.between(5 * MINUTE, 20 * MINUTE))
        times = papers.bill_or_boxes(sheet, place.port, at, stage, bill, bill.by_bill and stage != "TALLY")
        at = max(times.values())
        for no, when in times.items():
            boxes[no].milestones[_milestone(stage)] = when
        if stage == "LOADING" and quirk in ("loading_revoked", "loading_revoked_and_renewed"):
            at = _revoke_loading(sheet, place.port, bill, boxes, at, quirk == "loading_revoked_and_renewed")
        if stage == "DECLARATION" and quirk == "phantom_release":
            _phantom_release(sheet, place.port, bill, at)
        if stage == "DECLARATION" and quirk in REASSIGNED:
            at = rebooked.reassign(sheet, ocean, bill, at)


def _milestone(stage: str) -> str:
    return "EXPORT_" + ("CUSTOMS" if stage == "DECLARATION" else stage) + "_RELEASE"


def _revoke_loading(
    sheet: Sheet, port: str, bill: Bill, boxes: dict[str, Arrived], at: int, renewed: bool
) -> int:  # fmt: skip
    (box,) = bill.boxes
    scope = "" if bill.by_bill else box.no
    at += sheet.between(5 * MINUTE, 15 * MINUTE)
    papers.release(sheet, port, at, "LOADING", bill.no, scope, action="REVOKE", reason_text="单证复核")
    del boxes[box.no].milestones["EXPORT_LOADING_RELEASE"]
    if renewed:
        at += sheet.between(5 * MINUTE, 15 * MINUTE)
        papers.release(sheet, port, at, "LOADING", bill.no, scope)
        boxes[box.no].milestones["EXPORT_LOADING_RELEASE"] = at
    return at


def _phantom_release(sheet: Sheet, port: str, bill: Bill, at: int) -> None:
    """A later release that was sent in error and taken back, in half of the cases before it arrives."""
    overtaken = sheet.chance(0.5)
    phantom = papers.release(
        sheet, port, at + 2 * MINUTE, "DECLARATION", bill.no, "" if bill.by_bill else bill.boxes[0].no,
        stuck=2 * HOUR if overtaken else 0,
    )  # fmt: skip
    sheet.retract("release", phantom, sheet.between(10 * MINUTE, HOUR))


def _inspect_or_hold(sheet: Sheet, port: str, bill: Bill, at: int, boxes: dict[str, Arrived]) -> int:
    """An inspection of one box, or a hold on the bill, lifted by the word that names it. Returns when it is over."""
    if sheet.chance(0.5):
        box = bill.boxes[0].no
        for action in ("INSPECT_SELECT", "INSPECT_STEP", "INSPECT_RESULT"):
            papers.release(sheet, port, at, "DECLARATION", bill.no, box, action=action, site=port.upper() + "-CIS")
            boxes[box].milestones["EXPORT_INSPECTION_MAIN"] = at  # its result is the last of them
            at += sheet.between(4 * MINUTE, 12 * MINUTE)
        return at
    hold = sheet.mint.paper("H")
    papers.release(sheet, port, at, "DECLARATION", bill.no, action="HOLD", hold_id=hold, reason_text="单证审核")
    at += sheet.between(10 * MINUTE, 25 * MINUTE)
    papers.release(sheet, port, at, "DECLARATION", bill.no, action="UNHOLD", hold_id=hold)
    return at + MINUTE
