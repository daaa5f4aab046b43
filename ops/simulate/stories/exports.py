"""Exports by gate that an ocean vessel loads at the same port."""

from __future__ import annotations

from typing import Final

from ops.simulate import papers, truths
from ops.simulate.cargo import Bill, Box
from ops.simulate.clock import HOUR, MINUTE
from ops.simulate.fleet import Call
from ops.simulate.incidents import NOT_LOADED
from ops.simulate.moves import Place, gate, gate_record, quay
from ops.simulate.sheet import Sheet
from ops.simulate.stories.export_papers import Arrived, present

#: Quirks whose boxes are loaded without all releases.
_UNRELEASED: Final = frozenset(("no_loading_release", "loading_revoked", "terminal_release_late"))


def export(sheet: Sheet, call: Call, bill: Bill) -> None:
    """A bill of boxes that come by truck or train and leave on ``call``, or stay behind where its quirk says so."""
    place = Place(call.port, call.terminal)
    stays = bill.quirk in NOT_LOADED
    slots = [call.first_load if stays else call.load_slot() for _ in bill.boxes]
    boxes = present(sheet, place, call, bill, min(slots))
    for number, (box, slot) in enumerate(zip(bill.boxes, slots, strict=True), 1):
        arrived = boxes[box.no]
        if bill.quirk == "withdrawn":
            _withdraw(sheet, place, box, bill, arrived)
        elif stays:
            truths.visit(sheet, box, arrived.gate_in, 0, "E", "F", "F", arrived.state, arrived.milestones)
        else:
            if bill.quirk == "phantom_exit":
                _phantom_exit(sheet, place, box, bill, arrived)
            sail(sheet, call, bill, box, number, slot, arrived)


def sail(sheet: Sheet, call: Call, bill: Bill, box: Box, number: int, slot: int, arrived: Arrived) -> None:
    """Load a box on its ocean vessel, which sails with it: the end of every export."""
    quirk = bill.quirk
    papers.line(
        sheet, "LOADED", call.port, call.ops_start - sheet.between(30 * MINUTE, 60 * MINUTE), bill, box, number,
        call.vessel, call.voyage_out, "E",
    )  # fmt: skip
    loaded_at = quay(
        sheet, call, box, "LOAD", slot, plain=bool(quirk), bill=bill.no, pol=bill.pol, pod=bill.pod,
    )  # fmt: skip
    tallied_at = call.atd + sheet.between(20 * MINUTE, 3 * HOUR)
    papers.line(
        sheet, "TALLY", call.port, tallied_at, bill, box, number, call.vessel, call.voyage_out, "E",
        expected=1, counted=1, tally_company=papers.TALLY,
    )  # fmt: skip
    if quirk in _UNRELEASED:
        sheet.raised("LOAD_NO_RELEASE", box.no)
    milestones = arrived.milestones
    milestones["EXPORT_CONTAINER_LOADED_ON_VESSEL"] = loaded_at
    milestones["EXPORT_TALLY_REPORT"] = tallied_at
    truths.visit(sheet, box, arrived.gate_in, call.atd, "E", "F", "F", "SAILED", milestones)


def _withdraw(sheet: Sheet, place: Place, box: Box, bill: Bill, arrived: Arrived) -> None:
    """The shipper takes the box back (退关)."""
    asked = arrived.milestones["EXPORT_ARRIVAL_REPORT"] + sheet.between(HOUR, 3 * HOUR)
    left = gate(sheet, place, box, "OUT", "WITHDRAWAL", asked, bill=bill.no)
    truths.visit(sheet, box, arrived.gate_in, left, "E", "F", "F", "GATED_OUT", arrived.milestones)


def _phantom_exit(sheet: Sheet, place: Place, box: Box, bill: Bill, arrived: Arrived) -> None:
    """A gate-out keyed in for the wrong box and taken back, in half of the cases before it arrives itself."""
    at = arrived.milestones["EXPORT_ARRIVAL_REPORT"] + sheet.between(20 * MINUTE, HOUR)
    phantom = gate_record(sheet, place, box, "OUT", "UNKNOWN", at, bill=bill.no)
    sheet.put("gate", phantom, stuck=2 * HOUR if sheet.chance(0.5) else 0)
    sheet.retract("gate", phantom, sheet.between(10 * MINUTE, HOUR))
