"""Imports that an ocean vessel discharges at the port where they leave by gate."""

from __future__ import annotations

from typing import Final

from ops.simulate import limits, truths
from ops.simulate.cargo import Bill
from ops.simulate.clock import HOUR, MINUTE, SECOND
from ops.simulate.fleet import Call
from ops.simulate.incidents import NOT_DISCHARGED
from ops.simulate.moves import Place, quay, quay_record
from ops.simulate.sheet import Sheet
from ops.simulate.stories import consolidated, diverted, left_over, several_bills
from ops.simulate.stories import import_papers as chain
from ops.simulate.stories.declared import inspect_around

#: Quirks whose boxes come ashore without a manifest.
OVERLANDED: Final = frozenset(
    ("overlanded", "overlanded_resolved", "overlanded_explained_late", "overlanded_explained_near")
)


def import_(sheet: Sheet, call: Call, bill: Bill) -> None:
    """A bill of boxes that come on ``call`` and leave by truck."""
    boxes: dict[str, dict[str, int]] = {box.no: {} for box in bill.boxes}
    if bill.quirk in NOT_DISCHARGED:
        chain.original_lines(sheet, call, bill, call.ata - sheet.between(8 * HOUR, 14 * HOUR), boxes)
        for box in bill.boxes:
            sheet.raised("SHORTLANDED", box.no)
            sheet.overdue("DIFF_UNEXPLAINED", box.no, call.ops_end + limits.EXPLAINED, 0)
        return
    slots = [call.discharge_slot() for _ in bill.boxes]
    if bill.quirk in OVERLANDED:
        _overlanded(sheet, call, bill, slots[0], boxes)
        return
    announced = call.ata - sheet.between(8 * HOUR, 14 * HOUR)
    if bill.quirk == "manifest_amended":
        announced = call.ops_end + sheet.between(HOUR, limits.LANDED - 10 * MINUTE)
    elif bill.quirk == "original_late":
        announced = call.ata + sheet.between(10 * SECOND, 10 * MINUTE)
    elif bill.quirk == "original_near":
        announced = call.ata - sheet.between(10 * SECOND, 2 * MINUTE)
    if bill.quirk in consolidated.QUIRKS:
        consolidated.share(sheet, call, bill, slots[0], announced)
        return
    if bill.quirk in several_bills.IMPORT:
        several_bills.come(sheet, call, bill, slots[0], announced)
        return
    chain.original_lines(sheet, call, bill, announced, boxes)
    if bill.quirk == "ef_mismatch_move":
        _came_empty(sheet, call, bill, slots[0])
        return
    if bill.quirk in left_over.QUIRKS:
        left_over.stay(sheet, call, bill, slots[0], boxes)
        return
    if bill.quirk in diverted.QUIRKS:
        diverted.divert(sheet, call, bill, slots[0], boxes)
        return
    early = not bill.quirk and sheet.chance(0.25)
    if early:
        _cleared_before_discharge(sheet, call, bill, slots, boxes)
        return
    _discharge(sheet, call, bill, slots, boxes)
    after = max(*slots, announced) + sheet.between(HOUR, 2 * HOUR)
    _clear_and_leave(sheet, call, bill, slots, after, boxes)


def _discharge(
    sheet: Sheet, call: Call, bill: Bill, slots: list[int], boxes: dict[str, dict[str, int]]
) -> None:  # fmt: skip
    """Discharge and tally of every box; what counts as its time is its milestone."""
    for number, (box, slot) in enumerate(zip(bill.boxes, slots, strict=True), 1):
        milestones = boxes[box.no]
        if bill.quirk == "discharge_reported_late":
            record = quay_record(sheet, call, box, "DISC", slot, bill=bill.no, pol=bill.pol, pod=bill.pod)
            sheet.put("berth", record, stuck=call.ops_end + limits.LANDED + HOUR - slot)
            milestones["IMPORT_UNLOADED"] = slot
        else:
            milestones["IMPORT_UNLOADED"] = quay(
                sheet, call, box, "DISC", slot, plain=bool(bill.quirk), bill=bill.no, pol=bill.pol, pod=bill.pod
            )
        truths.permitted(sheet, box, call.vessel, "F")
        inspect_around(sheet, call.port, bill.no, box, bill.quirk, milestones["IMPORT_UNLOADED"])
        if chain.steps(bill.quirk) < 1:
            sheet.overdue("TALLY_LATE", box.no, call.ops_end + limits.TALLY, 0)
            truths.arrival(
                sheet, box, bill.no, call.vessel.id, call.voyage_in, call.terminal, "MT5101", "TRIGGERED"
            )
        else:
            chain.tally(
                sheet, call, bill, box, number, _tally_time(sheet, call, bill.quirk, slot), milestones,
                answered=bill.quirk != "tally_unanswered",
            )  # fmt: skip


def _tally_time(sheet: Sheet, call: Call, quirk: str, slot: int) -> int:
    if quirk == "tally_late":
        return call.ops_end + limits.TALLY + sheet.between(10 * SECOND, 10 * MINUTE)
    if quirk == "tally_near":
        return call.ops_end + limits.TALLY - sheet.between(10 * SECOND, 2 * MINUTE)
    return slot + sheet.between(15 * MINUTE, 55 * MINUTE)


def _came_empty(sheet: Sheet, call: Call, bill: Bill, slot: int) -> None:
    """A box that the manifest calls full is set ashore empty, and stays."""
    (box,) = bill.boxes
    unloaded = quay(sheet, call, box, "DISC", slot, plain=True, ef="E", pol=bill.pol, pod=bill.pod)
    truths.visit(sheet, box, unloaded, 0, "I", "F", "E", "DISCHARGED", {"UNLOADED": unloaded})


def _clear_and_leave(
    sheet: Sheet, call: Call, bill: Bill, slots: list[int], after: int, boxes: dict[str, dict[str, int]]
) -> None:  # fmt: skip
    chain.declare(sheet, call.port, bill, after - sheet.between(5 * MINUTE, 40 * MINUTE), boxes)
    passed = chain.steps(bill.quirk)
    released = chain.release_all(sheet, call.port, bill, after, passed, boxes)
    place = Place(call.port, call.terminal)
    for box in bill.boxes:
        milestones = boxes[box.no]
        opened = milestones["IMPORT_UNLOADED"]
        if passed < 4:
            chain.stays(sheet, box, opened, passed, milestones)
        else:
            at = released + sheet.between(20 * MINUTE, 5 * HOUR)
            chain.leave(sheet, place, bill, box, opened, at, milestones)


def _cleared_before_discharge(
    sheet: Sheet, call: Call, bill: Bill, slots: list[int], boxes: dict[str, dict[str, int]]
) -> None:  # fmt: skip
    """Declared ahead (提前申报), released before discharge; some go from the crane straight to the truck (船边直提)."""
    place = Place(call.port, call.terminal)
    cleared = min(slots) - sheet.between(3 * HOUR, 5 * HOUR)
    chain.declare(sheet, call.port, bill, cleared - sheet.between(10 * MINUTE, 90 * MINUTE), boxes)
    chain.release_all(sheet, call.port, bill, cleared, 4, boxes)
    direct = sheet.chance(0.3)
    _discharge(sheet, call, bill, slots, boxes)
    for box in bill.boxes:
        milestones = boxes[box.no]
        opened = milestones["IMPORT_UNLOADED"]
        wait = sheet.between(4 * MINUTE, 10 * MINUTE) if direct else sheet.between(2 * HOUR, 7 * HOUR)
        chain.leave(sheet, place, bill, box, opened, opened + wait, milestones)


def _overlanded(
    sheet: Sheet, call: Call, bill: Bill, slot: int, boxes: dict[str, dict[str, int]]
) -> None:  # fmt: skip
    """A box that no manifest names comes ashore; in some cases an amended manifest names it later."""
    (box,) = bill.boxes
    opened = quay(sheet, call, box, "DISC", slot, plain=True, pol=bill.pol, pod=bill.pod)
    boxes[box.no]["IMPORT_UNLOADED"] = opened
    explained_by = call.ops_end + limits.EXPLAINED
    if bill.quirk == "overlanded":
        sheet.raised("OVERLANDED", box.no)
        sheet.raised("MANIFEST_LATE", box.no)
        sheet.overdue("TALLY_LATE", box.no, call.ops_end + limits.TALLY, 0)
        sheet.overdue("DIFF_UNEXPLAINED", box.no, explained_by, 0)
        chain.not_declared(sheet, call, box)
        truths.arrival(sheet, box, "", "", "", call.terminal, "MT5101", "TRIGGERED")
        chain.stays(sheet, box, opened, 0, boxes[box.no])
        return
    sheet.raised("OVERLANDED", box.no, "RESOLVED")
    announced = call.ops_end + limits.LANDED + sheet.between(10 * MINUTE, 2 * HOUR)
    if bill.quirk == "overlanded_explained_late":
        announced = explained_by + sheet.between(10 * SECOND, 10 * MINUTE)
    elif bill.quirk == "overlanded_explained_near":
        announced = explained_by - sheet.between(10 * SECOND, 2 * MINUTE)
    sheet.overdue("DIFF_UNEXPLAINED", box.no, explained_by, announced)
    chain.original_lines(sheet, call, bill, announced, boxes)
    tallied = announced + sheet.between(10 * MINUTE, HOUR)
    chain.tally(sheet, call, bill, box, 1, tallied, boxes[box.no])
    _clear_and_leave(sheet, call, bill, [slot], tallied + sheet.between(30 * MINUTE, HOUR), boxes)
