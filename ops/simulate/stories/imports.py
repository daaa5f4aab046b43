"""Imports that an ocean vessel discharges at the port where they leave by gate."""

from __future__ import annotations

from ops.simulate import truths
from ops.simulate.cargo import Bill
from ops.simulate.clock import HOUR, MINUTE
from ops.simulate.fleet import Call
from ops.simulate.incidents import NOT_DISCHARGED
from ops.simulate.moves import Place, quay, quay_record
from ops.simulate.sheet import Sheet
from ops.simulate.stories import import_papers as chain

#: Short- and overlanding is decided this long after the end of operations.
LANDED_DUE = 6 * HOUR


def import_(sheet: Sheet, call: Call, bill: Bill) -> None:
    """A bill of boxes that come on ``call`` and leave by truck."""
    boxes: dict[str, dict[str, int]] = {box.no: {} for box in bill.boxes}
    if bill.quirk in NOT_DISCHARGED:
        chain.original_lines(sheet, call, bill, call.ata - sheet.between(8 * HOUR, 14 * HOUR), boxes)
        for box in bill.boxes:
            sheet.raised("SHORTLANDED", box.no)
        return
    slots = [call.discharge_slot() for _ in bill.boxes]
    if bill.quirk in ("overlanded", "overlanded_resolved"):
        _overlanded(sheet, call, bill, slots[0], boxes)
        return
    announced = call.ata - sheet.between(8 * HOUR, 14 * HOUR)
    if bill.quirk == "manifest_amended":
        announced = call.ops_end + sheet.between(HOUR, LANDED_DUE - 10 * MINUTE)
    chain.original_lines(sheet, call, bill, announced, boxes)
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
            sheet.put("berth", record, stuck=call.ops_end + LANDED_DUE + HOUR - slot)
            milestones["IMPORT_UNLOADED"] = slot
        else:
            milestones["IMPORT_UNLOADED"] = quay(
                sheet, call, box, "DISC", slot, plain=bool(bill.quirk), bill=bill.no, pol=bill.pol, pod=bill.pod
            )
        if chain.steps(bill.quirk) < 1:
            truths.arrival(
                sheet, box, bill.no, call.vessel.id, call.voyage_in, call.terminal, "MT5101", "TRIGGERED"
            )
        else:
            chain.tally(
                sheet, call, bill, box, number, slot + sheet.between(15 * MINUTE, 55 * MINUTE), milestones,
                answered=bill.quirk != "tally_unanswered",
            )  # fmt: skip


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
    if bill.quirk == "overlanded":
        sheet.raised("OVERLANDED", box.no)
        truths.arrival(sheet, box, "", "", "", call.terminal, "MT5101", "TRIGGERED")
        chain.stays(sheet, box, opened, 0, boxes[box.no])
        return
    sheet.raised("OVERLANDED", box.no, "RESOLVED")
    announced = call.ops_end + LANDED_DUE + sheet.between(10 * MINUTE, 2 * HOUR)
    chain.original_lines(sheet, call, bill, announced, boxes)
    tallied = announced + sheet.between(10 * MINUTE, HOUR)
    chain.tally(sheet, call, bill, box, 1, tallied, boxes[box.no])
    _clear_and_leave(sheet, call, bill, [slot], tallied + sheet.between(30 * MINUTE, HOUR), boxes)
