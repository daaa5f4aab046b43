"""Foreign boxes that travel between two of the ports by feeder: one visit through both (一港通)."""

from __future__ import annotations

from ops.simulate import limits, papers, truths
from ops.simulate.cargo import Bill, Box
from ops.simulate.clock import HOUR, MINUTE, SECOND, near_midnight
from ops.simulate.fleet import Call
from ops.simulate.incidents import NOT_LOADED, NOT_ONWARD
from ops.simulate.moves import Place, quay
from ops.simulate.ports import PORTS, whole_seconds
from ops.simulate.sheet import Sheet
from ops.simulate.stories import declared, import_papers, legs, yard
from ops.simulate.stories.export_papers import present
from ops.simulate.stories.exports import sail


def feeder_export(sheet: Sheet, start: Call, hub: Call, ocean: Call, bill: Bill) -> None:
    """Boxes cleared at ``start``'s port go by feeder to ``hub`` and sail on ``ocean`` without a second declaration."""
    place = Place(start.port, start.terminal)
    stays = bill.quirk in NOT_LOADED
    _unseal(bill)
    slots = [start.first_load if stays else start.load_slot() for _ in bill.boxes]
    first = min(slots)
    boxes = present(sheet, place, ocean, bill, first)
    planned = first - sheet.between(7 * HOUR, 10 * HOUR)
    _plan(sheet, start, hub, bill, planned, "E")
    approved_at = _approve(sheet, start, bill, first)
    for number, (box, slot) in enumerate(zip(bill.boxes, slots, strict=True), 1):
        arrived = boxes[box.no]
        sailed = 0
        if stays:
            _left_behind(sheet, start, hub, box, approved_at)
        else:
            loaded, landed = _carry(sheet, start, hub, bill, box, slot, approved_at)
            declared.permit(sheet, start.port, bill.no, box, bill.quirk, loaded)
            legs.connection(sheet, box, hub.ata, ocean, landed)
            if landed:
                truths.reported(
                    sheet, box, bill, hub.vessel.id, hub.voyage_in, hub.terminal, landed,
                    bill.quirk.removeprefix("second_"),
                )  # fmt: skip
            if bill.quirk not in NOT_ONWARD:
                sailed = sail(sheet, ocean, bill, box, number, ocean.load_slot(), arrived)
        if not sailed:
            truths.visit(sheet, box, arrived.gate_in, 0, "E", "F", "F", arrived.state, arrived.milestones)
        yard.judge(sheet, box, ocean, arrived.gate_in, arrived.ready_at, sailed, 0, arrived.line_at, elsewhere=True)


def feeder_import(sheet: Sheet, ocean: Call, hub: Call, end: Call, bill: Bill) -> None:
    """Boxes discharged from ``ocean`` go on by the feeder that calls at ``hub`` and ``end``, and are cleared there."""
    boxes: dict[str, dict[str, int]] = {box.no: {} for box in bill.boxes}
    final = PORTS[end.port].locode
    import_papers.original_lines(sheet, ocean, bill, ocean.ata - sheet.between(8 * HOUR, 14 * HOUR), boxes, final)
    stays = bill.quirk in NOT_LOADED
    slots = [hub.first_load if stays else hub.load_slot() for _ in bill.boxes]
    _plan(sheet, hub, end, bill, ocean.ata - sheet.between(2 * HOUR, 6 * HOUR), "I")
    approved_at = _approve(sheet, hub, bill, min(slots))
    landed_last = 0
    for number, (box, slot) in enumerate(zip(bill.boxes, slots, strict=True), 1):
        milestones = boxes[box.no]
        unloaded = quay(
            sheet, ocean, box, "DISC", ocean.discharge_slot(), plain=bool(bill.quirk), bill=bill.no, pol=bill.pol,
            pod=bill.pod,
        )  # fmt: skip
        milestones["IMPORT_UNLOADED"] = unloaded
        tallied = unloaded + sheet.between(15 * MINUTE, 55 * MINUTE)
        import_papers.tally(sheet, ocean, bill, box, number, tallied, milestones)
        landed = 0
        if stays:
            _left_behind(sheet, hub, end, box, approved_at)
        else:
            _, landed = _carry(sheet, hub, end, bill, box, slot, approved_at)
        if not landed:
            import_papers.stays(sheet, box, unloaded, 1, milestones)
            import_papers.not_declared(sheet, ocean, box)
            continue
        landed_last = max(landed_last, landed)
        truths.reported(sheet, box, bill, end.vessel.id, end.voyage_in, end.terminal, landed)
    if not landed_last:
        return
    after = landed_last + sheet.between(30 * MINUTE, 90 * MINUTE)
    import_papers.declare(sheet, end.port, bill, after - sheet.between(10 * MINUTE, 25 * MINUTE), boxes)
    released = import_papers.release_all(sheet, end.port, bill, after, 4, boxes)
    place = Place(end.port, end.terminal)
    for box in bill.boxes:
        at = released + sheet.between(20 * MINUTE, 4 * HOUR)
        import_papers.leave(sheet, place, bill, box, boxes[box.no]["IMPORT_UNLOADED"], at, boxes[box.no])


def _left_behind(sheet: Sheet, start: Call, end: Call, box: Box, approved_at: int) -> None:
    """The feeder sails without the box."""
    legs.approved(sheet, box, start, approved_at, 0)
    truths.leg(sheet, box, start.port, end.port, "APPROVED" if approved_at else "PLANNED", 0, 0)


def _unseal(bill: Bill) -> None:
    if bill.quirk == "unsealed":
        bill.boxes[0].seal = ""


def _plan(sheet: Sheet, start: Call, end: Call, bill: Bill, at: int, direction: str) -> None:
    """The leg is planned: one LEG line for each box."""
    allocation = sheet.mint.paper("DB")
    for number, box in enumerate(bill.boxes, 1):
        papers.line(
            sheet, "LEG", start.port, at, bill, box, number, start.vessel, start.voyage_out, direction,
            pol=PORTS[start.port].locode, pod=PORTS[end.port].locode, leg_from=start.port, leg_to=end.port,
            domestic_vessel=start.vessel.name, domestic_voyage=start.voyage_out, allocation_no=allocation,
        )  # fmt: skip


def _approve(sheet: Sheet, start: Call, bill: Bill, first_load: int) -> int:
    """Customs approves the water allocation (水路调拨), in some stories at the last moment or too late. Returns when,
    0 = never."""
    due = start.etd - limits.READY
    at = min(first_load - sheet.between(40 * MINUTE, 100 * MINUTE), due - sheet.between(5 * MINUTE, 40 * MINUTE))
    if bill.quirk == "leg_only_planned":
        return 0
    if bill.quirk == "leg_approval_due":
        at = due - sheet.between(10 * SECOND, 2 * MINUTE)
    elif bill.quirk == "leg_approval_overdue":
        at = due + sheet.between(10 * SECOND, 10 * MINUTE)
    elif bill.quirk == "leg_approval_near":
        at = first_load - sheet.between(30 * SECOND, 2 * MINUTE)
    elif bill.quirk == "leg_approval_late":
        at = first_load + sheet.between(3 * MINUTE, 20 * MINUTE)
    if bill.by_bill:
        papers.release(sheet, start.port, at, "LEG", bill.no, action="APPROVE")
        return at
    for box in bill.boxes:
        papers.release(sheet, start.port, at, "LEG", bill.no, box.no, action="APPROVE")
    return at


def _carry(
    sheet: Sheet, start: Call, end: Call, bill: Bill, box: Box, slot: int, approved_at: int
) -> tuple[int, int]:  # fmt: skip
    """Load, sail, discharge. Returns the times of loading and discharge (0 = lost)."""
    quirk = bill.quirk
    here, there = PORTS[start.port].locode, PORTS[end.port].locode
    loaded = quay(
        sheet, start, box, "LOAD", slot, plain=bool(quirk), bill=bill.no, pol=here, pod=there, final=bill.pod,
        seal="" if quirk == "unsealed_at_quay" else box.seal,
    )  # fmt: skip
    own_time = quirk in legs.OWN_TIME
    landed = whole_seconds(end.port, legs.landing_time(sheet, end, quirk)) if own_time else end.discharge_slot()
    if landed:
        landed = quay(
            sheet, end, box, "DISC", landed, plain=bool(quirk) or near_midnight(landed), bill=bill.no, pol=here,
            pod=there, seal="XX" + box.seal[2:] if quirk == "seal_changed" else box.seal,
        )  # fmt: skip
    if approved_at > loaded:
        sheet.raised("LOAD_NO_RELEASE", box.no)
    elif quirk == "seal_changed":
        sheet.raised("SEAL_CHANGED_IN_TRANSIT", box.no)
    elif quirk == "unsealed":
        sheet.raised("SUPERVISED_UNSEALED", box.no)
    legs.approved(sheet, box, start, approved_at, loaded)
    legs.judge(sheet, box, start, end, loaded, landed, quirk=quirk)
    return loaded, landed
