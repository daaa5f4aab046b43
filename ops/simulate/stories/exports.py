"""Exports by gate that an ocean vessel loads at the same port."""

from __future__ import annotations

from typing import Final

from ops.simulate import limits, papers, truths
from ops.simulate.cargo import Bill, Box
from ops.simulate.clock import HOUR, MINUTE
from ops.simulate.fleet import Call
from ops.simulate.incidents import NOT_LOADED
from ops.simulate.moves import Place, quay
from ops.simulate.sheet import Sheet
from ops.simulate.stories import declared, gate_exits, gate_oddities, several_bills, weighing, yard
from ops.simulate.stories.arrived import Arrived
from ops.simulate.stories.export_papers import present

#: Quirks whose boxes are loaded without all releases.
_UNRELEASED: Final = frozenset(("no_loading_release", "loading_revoked", "terminal_release_late")) | several_bills.UNRELEASED


def export(sheet: Sheet, call: Call, bill: Bill, before: Call | None = None) -> None:
    """A bill of boxes that come by truck or train and leave on ``call``, or stay behind where its quirk says so.
    ``before`` is the vessel of their first booking, where there was one."""
    if bill.quirk == "not_come":
        _not_come(sheet, call, bill)
        return
    place = Place(call.port, call.terminal)
    stays = bill.quirk in NOT_LOADED
    weighing.prepare(bill)
    slots = [call.first_load if stays else call.load_slot() for _ in bill.boxes]
    if bill.quirk in several_bills.EXPORT:
        boxes = several_bills.present(sheet, place, call, bill)
    else:
        boxes = present(sheet, place, call, bill, min(slots), before)
    for number, (box, slot) in enumerate(zip(bill.boxes, slots, strict=True), 1):
        arrived = boxes[box.no]
        left = loaded = 0
        if bill.quirk in gate_exits.LEAVE:
            left = gate_exits.leave(sheet, place, call, box, bill, arrived)
        elif bill.quirk == "ef_mismatch_move":
            _sail_as_empty(sheet, call, bill, box, slot, arrived)
            continue
        elif stays:
            if bill.quirk in ("two_places", "two_places_near"):
                gate_oddities.seen_elsewhere(sheet, place, box, arrived.gate_in, bill.quirk == "two_places_near")
            truths.visit(sheet, box, arrived.gate_in, 0, "E", "F", "F", arrived.state, arrived.milestones)
        else:
            gate_exits.round_trip(sheet, place, box, bill, arrived)
            loaded = sail(sheet, call, bill, box, number, slot, arrived)
            declared.permit(sheet, call.port, bill.no, box, bill.quirk, loaded)
        if arrived.line_at:
            yard.judge(sheet, box, call, arrived.gate_in, arrived.ready_at, loaded, left, arrived.line_at)


def sail(sheet: Sheet, call: Call, bill: Bill, box: Box, number: int, slot: int, arrived: Arrived) -> int:
    """Load a box on its ocean vessel, which sails with it: the end of every export. Returns when it was loaded."""
    quirk = bill.quirk
    listed_at = _listed(sheet, call, quirk, slot)
    if listed_at:
        papers.line(sheet, "LOADED", call.port, listed_at, bill, box, number, call.vessel, call.voyage_out, "E")
    loaded_at = quay(
        sheet, call, box, "LOAD", slot, plain=bool(quirk), bill=bill.no, pol=bill.pol, pod=bill.pod,
    )  # fmt: skip
    tallied_at = call.atd + sheet.between(20 * MINUTE, 3 * HOUR)
    papers.line(
        sheet, "TALLY", call.port, tallied_at, bill, box, number, call.vessel, call.voyage_out, "E",
        expected=1, counted=1, tally_company=papers.TALLY,
    )  # fmt: skip
    milestones = arrived.milestones
    sheet.overdue(
        "DECLARE_LATE_EXPORT", box.no, loaded_at - limits.DECLARE, milestones.get("EXPORT_CUSTOMS_DECLARED", 0)
    )
    sheet.overdue("LOADMANIFEST_LATE", box.no, loaded_at - limits.LISTED, listed_at)
    if quirk in _UNRELEASED:
        sheet.raised("LOAD_NO_RELEASE", box.no)
    if quirk in weighing.LATE and (weighed_at := weighing.weigh_at_quay(sheet, call, bill, box, loaded_at)):
        milestones["EXPORT_VGM_CONFIRMED"] = weighed_at
    truths.permitted(sheet, box, call.vessel, "F")
    milestones["EXPORT_CONTAINER_LOADED_ON_VESSEL"] = loaded_at
    milestones["EXPORT_TALLY_REPORT"] = tallied_at
    truths.sailed(sheet, box, arrived.gate_in, call, "E", "F", "F", milestones)
    return loaded_at


def _listed(sheet: Sheet, call: Call, quirk: str, slot: int) -> int:
    """When the loading manifest (装载舱单) names a box that is loaded at about ``slot``, 0 = never."""
    if quirk == "never_listed":
        return 0
    if quirk == "listed_late":
        return slot - sheet.between(MINUTE, 25 * MINUTE)
    if quirk == "listed_near":
        return slot - limits.LISTED - sheet.between(MINUTE, 3 * MINUTE)
    return call.ops_start - sheet.between(30 * MINUTE, 60 * MINUTE)


def _sail_as_empty(sheet: Sheet, call: Call, bill: Bill, box: Box, slot: int, arrived: Arrived) -> None:
    """A box that was declared full came empty, and goes so."""
    loaded = quay(sheet, call, box, "LOAD", slot, plain=True, ef="E", pol=bill.pol, pod=bill.pod)
    truths.sailed(sheet, box, arrived.gate_in, call, "E", "F", "E", {"GATE_IN": arrived.gate_in, "LOADED": loaded})


def _not_come(sheet: Sheet, call: Call, bill: Bill) -> None:
    """A box that is declared and never comes."""
    at = call.cutoff - sheet.between(4 * HOUR, 9 * HOUR)
    for number, box in enumerate(bill.boxes, 1):
        papers.line(sheet, "PREPARED", call.port, at, bill, box, number, call.vessel, call.voyage_out, "E")
        sheet.overdue("BILL_INCOMPLETE", box.no, call.cutoff, 0)
