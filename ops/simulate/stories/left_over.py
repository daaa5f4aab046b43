"""Imports that stay in the yard for weeks: declared late or never, or fetched after the longest stay."""

from __future__ import annotations

from typing import Final

from ops.simulate import limits, papers, truths
from ops.simulate.cargo import Bill
from ops.simulate.clock import DAY, HOUR, MINUTE, SECOND
from ops.simulate.fleet import Call
from ops.simulate.moves import Place, gate, quay
from ops.simulate.sheet import Sheet
from ops.simulate.stories import import_papers as chain

QUIRKS: Final = frozenset(
    ("undeclared", "declared_late", "declared_near", "undeclared_transit", "stay_over", "stay_over_left",
     "stay_over_near")
)  # fmt: skip


def stay(sheet: Sheet, call: Call, bill: Bill, slot: int, boxes: dict[str, dict[str, int]]) -> None:
    """A box that is discharged and tallied, and then waits for its consignee."""
    quirk = bill.quirk
    (box,) = bill.boxes
    milestones = boxes[box.no]
    opened = quay(sheet, call, box, "DISC", slot, plain=True, bill=bill.no, pol=bill.pol, pod=bill.pod)
    milestones["IMPORT_UNLOADED"] = opened
    chain.tally(sheet, call, bill, box, 1, opened + 30 * MINUTE, milestones)
    declared_at = _declared_at(sheet, call, quirk)
    if declared_at:
        chain.declare(sheet, call.port, bill, declared_at, boxes)
    left = 0
    match quirk:
        case "undeclared_transit":
            left = opened + 5 * DAY
            papers.release(sheet, call.port, left - HOUR, "TRANSIT", bill.no, box.no, action="APPROVE")
        case "stay_over_left":
            left = opened + limits.STAY + sheet.between(10 * SECOND, 10 * MINUTE)
        case "stay_over_near":
            left = opened + limits.STAY - sheet.between(10 * SECOND, 5 * MINUTE)
    if not left:
        chain.not_declared(sheet, call, box, declared_at)
        chain.stays(sheet, box, opened, 1, milestones, abandoned=quirk == "stay_over")
        return
    if declared_at:
        chain.release_all(sheet, call.port, bill, left - 3 * HOUR, 4, boxes)
    left = gate(sheet, Place(call.port, call.terminal), box, "OUT", "IMPORT_OUT", left, plain=True, bill=bill.no)
    milestones["IMPORT_CONTAINER_LEAVE_PORT"] = left
    truths.visit(sheet, box, opened, left, "I", "F", "F", "GATED_OUT", milestones)


def _declared_at(sheet: Sheet, call: Call, quirk: str) -> int:
    due = call.ata + limits.DECLARATION
    match quirk:
        case "undeclared" | "undeclared_transit":
            return 0
        case "declared_late":
            return due + sheet.between(10 * SECOND, 10 * MINUTE)
        case "declared_near":
            return due - sheet.between(10 * SECOND, 5 * MINUTE)
    return call.ops_end + 5 * HOUR
