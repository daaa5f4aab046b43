"""Exports that leave by gate: withdrawn (退关), taken out without leave, or out for a while with good reason."""

from __future__ import annotations

from typing import Final

from ops.simulate import desk, papers, truths
from ops.simulate.cargo import Bill, Box
from ops.simulate.clock import HOUR, MINUTE
from ops.simulate.fleet import Call
from ops.simulate.moves import Place, gate, gate_record
from ops.simulate.sheet import Sheet
from ops.simulate.stories.arrived import Arrived

#: Quirks whose boxes leave for good.
LEAVE: Final = frozenset(
    ("withdrawn", "withdrawn_unapproved", "withdrawn_approved_late", "withdrawn_rejected", "taken_out",
     "shut_out_taken_out", "exit_void_taken_back")
)  # fmt: skip
#: Of these, the ones that customs allowed in time, or had no report of.
_ALLOWED: Final = frozenset(("withdrawn", "withdrawn_rejected", "shut_out_taken_out", "exit_void_taken_back"))
#: Quirks whose boxes go out and come back: purpose, and whether it needs, and has, the word of customs.
_ROUND_TRIPS: Final = {
    "out_for_inspection": ("INSPECTION", True), "out_inspection_unordered": ("INSPECTION", False),
    "out_inter_terminal": ("INTER_TERMINAL", False),
}  # fmt: skip


def leave(sheet: Sheet, place: Place, call: Call, box: Box, bill: Bill, arrived: Arrived) -> int:
    """The shipper takes the box back. Returns when."""
    quirk = bill.quirk
    known = arrived.milestones.get("EXPORT_ARRIVAL_REPORT", arrived.gate_in)
    asked = known + sheet.between(HOUR, 3 * HOUR)
    if quirk == "shut_out_taken_out":
        asked = call.atd + sheet.between(HOUR, 4 * HOUR)
    if quirk in ("withdrawn", "shut_out_taken_out", "exit_void_taken_back"):
        _approve(sheet, place, box, bill, asked - sheet.between(30_000, 30 * MINUTE))
    purpose = "IMPORT_OUT" if quirk == "taken_out" else "WITHDRAWAL"
    if quirk == "exit_void_taken_back":
        left = asked
        desk.void(sheet, sheet.put("gate", gate_record(sheet, place, box, "OUT", purpose, left, bill=bill.no)), kept=False)
    else:
        left = gate(sheet, place, box, "OUT", purpose, asked, plain=quirk != "withdrawn", bill=bill.no)
    if quirk == "withdrawn_approved_late":
        _approve(sheet, place, box, bill, left + sheet.between(MINUTE, HOUR))
    if purpose == "WITHDRAWAL":
        sheet.raised("WITHDRAWN", box.no)
    if quirk not in _ALLOWED:
        sheet.raised("EXPORT_OUT_UNAPPROVED", box.no)
    truths.visit(sheet, box, arrived.gate_in, left, "E", "F", "F", "GATED_OUT", arrived.milestones)
    return left


def _approve(sheet: Sheet, place: Place, box: Box, bill: Bill, at: int) -> None:
    papers.release(sheet, place.port, at, "DECLARATION", bill.no, box.no, action="APPROVE", reason_text="退关")


def round_trip(sheet: Sheet, place: Place, box: Box, bill: Bill, arrived: Arrived) -> None:
    """Out and in again before it is loaded, where the quirk says so."""
    if bill.quirk in ("phantom_exit", "exit_voided"):
        _phantom_exit(sheet, place, box, bill, arrived)
    if bill.quirk not in _ROUND_TRIPS:
        return
    purpose, ordered = _ROUND_TRIPS[bill.quirk]
    out_at = arrived.milestones["EXPORT_ARRIVAL_REPORT"] + sheet.between(20 * MINUTE, 40 * MINUTE)
    if ordered:
        papers.release(
            sheet, place.port, out_at - sheet.between(MINUTE, 10 * MINUTE), "DECLARATION", bill.no, box.no,
            action="INSPECT_SELECT",
        )  # fmt: skip
    elif purpose == "INSPECTION":
        sheet.raised("EXPORT_OUT_UNAPPROVED", box.no)
    gate(sheet, place, box, "OUT", purpose, out_at, plain=True, bill=bill.no)
    gate(sheet, place, box, "IN", purpose, out_at + sheet.between(40 * MINUTE, 80 * MINUTE), plain=True, bill=bill.no)


def _phantom_exit(sheet: Sheet, place: Place, box: Box, bill: Bill, arrived: Arrived) -> None:
    """A gate-out keyed in for the wrong box and taken back, in half of the cases before it arrives itself; or it is left
    standing, and an officer voids it."""
    at = arrived.milestones["EXPORT_ARRIVAL_REPORT"] + sheet.between(20 * MINUTE, HOUR)
    phantom = gate_record(sheet, place, box, "OUT", "UNKNOWN", at, bill=bill.no)
    if bill.quirk == "exit_voided":
        desk.void(sheet, sheet.put("gate", phantom))
        return
    sheet.put("gate", phantom, stuck=2 * HOUR if sheet.chance(0.5) else 0)
    sheet.retract("gate", phantom, sheet.between(10 * MINUTE, HOUR))
