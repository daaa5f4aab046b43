"""What becomes of an export that must be in the yard, and ready, at certain times of its vessel's call."""

from __future__ import annotations

from typing import Final

from ops.simulate.cargo import Box
from ops.simulate.clock import HOUR, MINUTE, SECOND
from ops.simulate.fleet import Call
from ops.simulate.sheet import Sheet

#: Quirks whose boxes come long before the cut-off.
EARLY: Final = frozenset(("cutoff_risk", "cutoff_risk_near", "cutoff_risk_left"))


def gate_time(sheet: Sheet, call: Call, quirk: str) -> int:
    """When the box of a quirk comes to the gate; 0 for a quirk that does not say."""
    match quirk:
        case "cutoff_missed":
            return call.cutoff + sheet.between(10 * SECOND, 25 * MINUTE)
        case "cutoff_near":
            return call.cutoff - sheet.between(10 * SECOND, 2 * MINUTE)
        case "line_after_cutoff":
            return call.cutoff + sheet.between(15 * MINUTE, 20 * MINUTE)
        case "early_gate_in":
            return call.cy_open - sheet.between(10 * SECOND, HOUR)
        case "early_near":
            return call.cy_open + sheet.between(10 * SECOND, 2 * MINUTE)
    if quirk in EARLY:
        return call.risk_at - sheet.between(150 * MINUTE, 5 * HOUR)
    return 0


def loading_time(sheet: Sheet, call: Call, quirk: str, at: int) -> int:
    """When the loading release comes, that would come at ``at``."""
    if quirk == "cutoff_risk":
        return call.risk_at + sheet.between(10 * SECOND, 10 * MINUTE)
    if quirk == "cutoff_risk_near":
        return call.risk_at - sheet.between(30 * SECOND, 3 * MINUTE)
    return at


def judge(
    sheet: Sheet, box: Box, call: Call, gate_in: int, ready_at: int, loaded_at: int, left_at: int, line_at: int,
    elsewhere: bool = False,
) -> None:  # fmt: skip
    """The truth of a full export whose line names ``call``; ``ready_at`` is when it had all releases that it needs to
    be ready. 0 = never. ``elsewhere`` when it passed the gate of another port."""
    if not elsewhere and gate_in > call.cutoff:
        sheet.raised("CUTOFF_MISSED", box.no)
    if not elsewhere and gate_in < call.cy_open:
        sheet.raised("EARLY_GATE_IN", box.no)
    if gate_in < call.risk_at and (not left_at or left_at > call.risk_at):
        sheet.overdue("CUTOFF_RISK", box.no, call.risk_at, ready_at)
    if line_at <= call.cutoff:
        sheet.overdue("BILL_INCOMPLETE", box.no, call.cutoff, gate_in)
    if gate_in <= call.cutoff and not loaded_at and (not left_at or left_at > call.atd):
        sheet.overdue("SHUT_OUT", box.no, call.atd, left_at)
