"""Import boxes with goods of several house bills (拼箱), which are taken out at another supervised site (分拨)."""

from __future__ import annotations

from typing import Final

from ops.simulate import limits, papers, truths
from ops.simulate.cargo import Bill
from ops.simulate.clock import HOUR, MINUTE, SECOND
from ops.simulate.fleet import Call
from ops.simulate.moves import Place, gate, quay
from ops.simulate.ports import PORTS
from ops.simulate.sheet import Sheet
from ops.simulate.stories import import_papers as chain

#: Tallied soon, just in time, too late, or never after the goods were taken out.
QUIRKS: Final = frozenset(("shared", "strip_tally_near", "strip_tally_late", "strip_tally_never"))
_HOUSES: Final = ("A", "B")


def share(sheet: Sheet, call: Call, bill: Bill, slot: int, announced: int) -> None:
    """A box of two house bills that comes on ``call``, is cleared at the site and emptied there."""
    (box,) = bill.boxes
    boxes: dict[str, dict[str, int]] = {box.no: {"IMPORT_ORIGINAL_MANIFEST": announced}}
    milestones = boxes[box.no]
    for number, house in enumerate(_HOUSES, 1):
        papers.line(
            sheet, "ORIGINAL", call.port, announced, bill, box, number, call.vessel, call.voyage_in, "I",
            final_dest=bill.pod, house_bl=bill.no + house, load_type="LCL",
        )  # fmt: skip
    opened = quay(sheet, call, box, "DISC", slot, plain=True, bill=bill.no, pol=bill.pol, pod=bill.pod)
    milestones["IMPORT_UNLOADED"] = opened
    tallied = opened + sheet.between(15 * MINUTE, 55 * MINUTE)
    chain.tally(sheet, call, bill, box, 1, tallied, milestones)
    applied = tallied + sheet.between(10 * MINUTE, HOUR)
    approved = applied + sheet.between(10 * MINUTE, HOUR)
    site = next(terminal for terminal in PORTS[call.port].terminals if terminal != call.terminal)
    papers.release(sheet, call.port, applied, "DECONSOLIDATION", bill.no, box.no, action="APPLY")
    papers.release(sheet, call.port, approved, "DECONSOLIDATION", bill.no, box.no, action="APPROVE", site=site)
    left = approved + sheet.between(20 * MINUTE, HOUR)
    gate(sheet, Place(call.port, call.terminal), box, "OUT", "DECONSOLIDATION", left, plain=True, bill=bill.no)
    came = left + sheet.between(30 * MINUTE, 90 * MINUTE)
    gate(sheet, Place(call.port, site), box, "IN", "DECONSOLIDATION", came, plain=True, bill=bill.no)
    milestones["IMPORT_DECONSOLIDATION_APPLY"] = applied
    milestones["IMPORT_DECONSOLIDATION_RELEASE"] = approved
    milestones["IMPORT_DECONSOLIDATION_ARRIVAL"] = came
    _reported(sheet, call, bill, site, came)
    cleared = came + sheet.between(HOUR, 2 * HOUR)
    chain.declare(sheet, call.port, bill, cleared - sheet.between(5 * MINUTE, 40 * MINUTE), boxes)
    released = chain.release_all(sheet, call.port, bill, cleared, 4, boxes)
    stripped = released + sheet.between(20 * MINUTE, 3 * HOUR)
    gate(sheet, Place(call.port, site), box, "OUT", "STRIP", stripped, plain=True, ef="E")
    milestones["IMPORT_STRIPPED"] = milestones["IMPORT_CONTAINER_LEAVE_PORT"] = stripped
    counted = _counted_at(sheet, bill.quirk, stripped)
    for number, house in enumerate(_HOUSES if counted else (), 1):
        papers.line(
            sheet, "TALLY", call.port, counted, bill, box, number, call.vessel, call.voyage_in, "I",
            house_bl=bill.no + house, load_type="LCL", expected=1, counted=1, tally_company=papers.TALLY,
        )  # fmt: skip
    sheet.overdue("DECONSOLIDATION_TALLY_LATE", box.no, stripped + limits.STRIPPED, counted)
    truths.visit(sheet, box, opened, stripped, "I", "F", "F", "GATED_OUT", milestones)


def _reported(sheet: Sheet, call: Call, bill: Bill, site: str, came: int) -> None:
    """The site reports each house bill, and customs accepts."""
    (box,) = bill.boxes
    for house in _HOUSES:
        at = came + sheet.between(40 * SECOND, 10 * MINUTE)
        truths.arrival(sheet, box, bill.no, call.vessel.id, call.voyage_in, site, "MT3102", "ACKED")
        sheet.customs.append({
            "container_no": box.no, "bill_no": bill.no + house, "voyage": call.voyage_in, "terminal_code": site,
            "answers": [{"code": truths.ACCEPTED, "at": at, "reason": ""}],
        })  # fmt: skip
        sheet.last = max(sheet.last, at)


def _counted_at(sheet: Sheet, quirk: str, stripped: int) -> int:
    """When the devanning tally comes, 0 = never."""
    match quirk:
        case "strip_tally_never":
            return 0
        case "strip_tally_late":
            return stripped + limits.STRIPPED + sheet.between(10 * SECOND, HOUR)
        case "strip_tally_near":
            return stripped + limits.STRIPPED - sheet.between(10 * SECOND, 2 * MINUTE)
    return stripped + sheet.between(20 * MINUTE, 90 * MINUTE)
