"""Imports that go on from the quay to another supervised site before they are cleared (疏港分流)."""

from __future__ import annotations

from typing import Final

from ops.simulate import papers, truths
from ops.simulate.cargo import Bill, Box
from ops.simulate.clock import HOUR, MINUTE, SECOND
from ops.simulate.fleet import Call
from ops.simulate.moves import Place, gate, quay
from ops.simulate.ports import PORTS
from ops.simulate.sheet import Sheet
from ops.simulate.stories import import_papers as chain

#: Approved and cleared at the site; approved just before it leaves; after it came there; taken back before it leaves;
#: approved and not gone yet; refused; approved and driven back to the quay.
QUIRKS: Final = frozenset(
    ("diverted", "diversion_near", "diversion_late", "diversion_revoked", "diversion_expected", "diversion_refused",
     "diversion_turned_back")
)  # fmt: skip
REPORT: Final = "MT3102"


def divert(sheet: Sheet, call: Call, bill: Bill, slot: int, boxes: dict[str, dict[str, int]]) -> None:
    """A box that is discharged and tallied, and for which a diversion to another site is asked."""
    quirk = bill.quirk
    (box,) = bill.boxes
    milestones = boxes[box.no]
    opened = quay(sheet, call, box, "DISC", slot, plain=True, bill=bill.no, pol=bill.pol, pod=bill.pod)
    milestones["IMPORT_UNLOADED"] = opened
    tallied = opened + sheet.between(15 * MINUTE, 55 * MINUTE)
    chain.tally(sheet, call, bill, box, 1, tallied, milestones)
    applied = tallied + sheet.between(10 * MINUTE, HOUR)
    papers.release(sheet, call.port, applied, "DIVERSION", bill.no, box.no, action="APPLY")
    milestones["IMPORT_DIVERSION_APPLY"] = applied
    left = applied + sheet.between(2 * HOUR, 4 * HOUR)
    site = _site(call)
    if quirk == "diversion_refused":
        papers.release(sheet, call.port, left, "DIVERSION", bill.no, box.no, action="REFUSE", reason_text="场所已满")
        _stays(sheet, call, box, opened, milestones)
        return
    came = left + sheet.between(30 * MINUTE, 90 * MINUTE)
    approved = _approve(sheet, call, bill, box, site, left, came)
    if quirk == "diversion_revoked":
        sheet.raised("GATEOUT_NO_RELEASE", box.no)
    else:
        milestones["IMPORT_DIVERSION_RELEASE"] = approved
    if quirk != "diversion_expected":
        gate(sheet, Place(call.port, call.terminal), box, "OUT", "DIVERSION", left, plain=True, bill=bill.no)
        to = call.terminal if quirk == "diversion_turned_back" else site
        gate(sheet, Place(call.port, to), box, "IN", "DIVERSION", came, plain=True, bill=bill.no)
    if quirk in ("diversion_expected", "diversion_turned_back"):
        _case(sheet, call, bill, box, site, "NEED")
        _stays(sheet, call, box, opened, milestones)
        return
    milestones["IMPORT_DIVERSION_ARRIVAL"] = came
    if quirk == "diversion_revoked":
        _case(sheet, call, bill, box, site, "WAITING")
        _stays(sheet, call, box, opened, milestones, "DIVERTED")
        return
    if quirk == "diversion_late":
        sheet.raised("GATEOUT_NO_RELEASE", box.no)
    truths.reported(
        sheet, box, bill, call.vessel.id, call.voyage_in, site, max(came, approved), message_type=REPORT
    )
    if quirk != "diverted":
        _stays(sheet, call, box, opened, milestones, "DIVERTED")
        return
    cleared = came + sheet.between(HOUR, 2 * HOUR)
    chain.declare(sheet, call.port, bill, cleared - sheet.between(5 * MINUTE, 40 * MINUTE), boxes)
    released = chain.release_all(sheet, call.port, bill, cleared, 4, boxes)
    picked_up = released + sheet.between(20 * MINUTE, 3 * HOUR)
    chain.leave(sheet, Place(call.port, site), bill, box, opened, picked_up, milestones)


def _approve(sheet: Sheet, call: Call, bill: Bill, box: Box, site: str, left: int, came: int) -> int:
    """Customs approves the diversion to ``site``. Returns when."""
    at = left - sheet.between(HOUR, 2 * HOUR)
    if bill.quirk == "diversion_near":
        at = left - sheet.between(5 * SECOND, 60 * SECOND)
    elif bill.quirk == "diversion_late":
        at = came + sheet.between(5 * MINUTE, HOUR)
    papers.release(sheet, call.port, at, "DIVERSION", bill.no, box.no, action="APPROVE", site=site)
    if bill.quirk == "diversion_revoked":
        papers.release(
            sheet, call.port, left - sheet.between(10 * MINUTE, 50 * MINUTE), "DIVERSION", bill.no, box.no,
            action="REVOKE", reason_text="布控复核",
        )  # fmt: skip
    return at


def _site(call: Call) -> str:
    """The other supervised site of the port: the reference data know no yard off the docks, but a second terminal."""
    return next(terminal for terminal in PORTS[call.port].terminals if terminal != call.terminal)


def _case(sheet: Sheet, call: Call, bill: Bill, box: Box, site: str, state: str) -> None:
    truths.arrival(sheet, box, bill.no, call.vessel.id, call.voyage_in, site, REPORT, state)


def _stays(
    sheet: Sheet, call: Call, box: Box, opened: int, milestones: dict[str, int], state: str = "TALLIED"
) -> None:
    """The truth of a box that nobody has declared yet."""
    truths.visit(sheet, box, opened, 0, "I", "F", "F", state, milestones)
    chain.not_declared(sheet, call, box)
