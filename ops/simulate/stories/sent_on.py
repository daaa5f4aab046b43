"""Imports that go on from the quay to an off-dock yard before they are cleared (疏港分流): applied for, approved, driven
there, and reported by the yard."""

from __future__ import annotations

from typing import Final

from ops.simulate import papers, truths
from ops.simulate.cargo import Bill, Box
from ops.simulate.clock import HOUR, MINUTE, SECOND
from ops.simulate.fleet import Call
from ops.simulate.moves import Place, gate
from ops.simulate.sheet import Sheet

#: Approved in good time, at the last moment, too late, or never.
QUIRKS: Final = frozenset(("diverted", "diverted_near", "diverted_late", "diverted_unapproved"))
YARD: Final = "YARD1"


def divert(sheet: Sheet, call: Call, bill: Bill, box: Box, milestones: dict[str, int]) -> tuple[Place, int]:
    """A discharged box goes to the yard. Returns where it is then, and since when."""
    applied = milestones["IMPORT_UNLOADED"] + sheet.between(HOUR, 90 * MINUTE)
    _say(sheet, call, bill, box, applied, "APPLY")
    left = gate(
        sheet, Place(call.port, call.terminal), box, "OUT", "DIVERSION", applied + sheet.between(HOUR, 2 * HOUR), plain=True,
        bill=bill.no,
    )  # fmt: skip
    yard = Place(call.port, YARD)
    came = gate(sheet, yard, box, "IN", "DIVERSION", left + sheet.between(30 * MINUTE, 90 * MINUTE), plain=True, bill=bill.no)
    milestones |= {"IMPORT_DIVERSION_APPLY": applied, "IMPORT_DIVERSION_ARRIVAL": came}
    approved = {
        "diverted": applied + sheet.between(10 * MINUTE, 40 * MINUTE),
        "diverted_near": left - sheet.between(SECOND, 20 * SECOND),
        "diverted_late": left + sheet.between(10 * SECOND, 3 * HOUR),
    }.get(bill.quirk, 0)
    if approved:
        _say(sheet, call, bill, box, approved, "APPROVE")
        milestones["IMPORT_DIVERSION_RELEASE"] = approved
        ready = max(came, approved)
        truths.reported(sheet, box, bill, call.vessel.id, call.voyage_in, YARD, ready, message_type="MT3102")
    else:
        truths.arrival(sheet, box, bill.no, call.vessel.id, call.voyage_in, YARD, "MT3102", "WAITING")
    if not 0 < approved <= left:
        sheet.raised("GATEOUT_NO_RELEASE", box.no)
    return yard, max(came, approved)


def _say(sheet: Sheet, call: Call, bill: Bill, box: Box, at: int, action: str) -> None:
    papers.release(sheet, call.port, at, "DIVERSION", bill.no, box.no, action=action, site=YARD)
