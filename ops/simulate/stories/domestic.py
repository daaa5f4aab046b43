"""Domestic boxes: no customs, a waterway bill (水路运单) instead, on coastal and on mixed vessels (内外贸同船)."""

from __future__ import annotations

from ops.simulate import papers, truths
from ops.simulate.cargo import Bill, Box
from ops.simulate.clock import HOUR, MINUTE, SECOND
from ops.simulate.fleet import Call
from ops.simulate.moves import Place, gate, quay, quay_record
from ops.simulate.ports import PORTS
from ops.simulate.sheet import Sheet
from ops.simulate.stories import legs


def outbound(sheet: Sheet, call: Call, bill: Bill) -> None:
    """Boxes that come by truck and leave on ``call`` for a port of the coast."""
    slots = [call.load_slot() for _ in bill.boxes]
    released_at = min(slots) - sheet.between(HOUR, 2 * HOUR)
    for number, (box, slot) in enumerate(zip(bill.boxes, slots, strict=True), 1):
        gate_at = released_at - sheet.between(HOUR, 6 * HOUR)
        milestones = _enter(sheet, call, bill, box, number, gate_at, slot)
        milestones["TERMINAL_RELEASE"] = _release(sheet, call.port, released_at, bill, box)
        milestones["LOADED"] = quay(
            sheet, call, box, "LOAD", slot, plain=bool(bill.quirk), trade="D", bill=bill.no, pol=bill.pol,
            pod=bill.pod,
        )  # fmt: skip
        truths.permitted(sheet, box, call.vessel, "D")
        truths.sailed(sheet, box, milestones["GATE_IN"], call, "E", "D", "F", milestones)


def inbound(sheet: Sheet, call: Call, bill: Bill) -> None:
    """Boxes that come on ``call`` from a port of the coast; most leave by truck."""
    place = Place(call.port, call.terminal)
    announced = call.ata - sheet.between(2 * HOUR, 8 * HOUR)
    for number, box in enumerate(bill.boxes, 1):
        _waterway(sheet, call, bill, box, number, announced, call.voyage_in, "I")
        unloaded = quay(
            sheet, call, box, "DISC", call.discharge_slot(), trade="D", bill=bill.no, pol=bill.pol, pod=bill.pod
        )
        truths.permitted(sheet, box, call.vessel, "D")
        milestones = {"WATERWAY_BILL": announced, "UNLOADED": unloaded}
        if sheet.chance(0.02):
            truths.visit(sheet, box, unloaded, 0, "I", "D", "F", "DISCHARGED", milestones)
            continue
        released = milestones["TERMINAL_RELEASE"] = _release(
            sheet, call.port, unloaded + sheet.between(30 * MINUTE, 3 * HOUR), bill, box
        )
        if sheet.chance(0.02):
            truths.visit(sheet, box, unloaded, 0, "I", "D", "F", "TERMINAL_RELEASED", milestones)
            continue
        left = gate(
            sheet, place, box, "OUT", "DOMESTIC", released + sheet.between(20 * MINUTE, 5 * HOUR), trade="D",
            bill=bill.no,
        )  # fmt: skip
        milestones["GATE_OUT"] = left
        truths.visit(sheet, box, unloaded, left, "I", "D", "F", "GATED_OUT", milestones)


def between_ports(sheet: Sheet, start: Call, end: Call, early: Call, bill: Bill) -> None:
    """Boxes from ``start`` to ``end`` by a mixed feeder. With the quirk ``wrong_port`` they are set ashore at
    ``early``, where the vessel calls before."""
    slots = [start.load_slot() for _ in bill.boxes]
    released_at = min(slots) - sheet.between(HOUR, 2 * HOUR)
    for number, (box, slot) in enumerate(zip(bill.boxes, slots, strict=True), 1):
        milestones = _enter(sheet, start, bill, box, number, released_at - sheet.between(HOUR, 4 * HOUR), slot)
        milestones["TERMINAL_RELEASE"] = _release(sheet, start.port, released_at, bill, box)
        ashore, unloaded = carry(sheet, start, end, early, box, slot, bill.quirk, "F", "D", bill.no)
        milestones["UNLOADED"] = unloaded
        left = gate(
            sheet, ashore, box, "OUT", "DOMESTIC", unloaded + sheet.between(HOUR, 4 * HOUR), trade="D", bill=bill.no
        )
        milestones["GATE_OUT"] = left
        truths.visit(sheet, box, milestones["GATE_IN"], left, "E", "D", "F", "GATED_OUT", milestones)


def carry(
    sheet: Sheet, start: Call, end: Call, early: Call, box: Box, slot: int, quirk: str, ef: str, trade: str, bill: str
) -> tuple[Place, int]:
    """Load a box for ``end``, discharge it there or at ``early``. Returns the place and time of the discharge."""
    here, there = PORTS[start.port].locode, PORTS[end.port].locode
    if quirk == "load_told_late":
        record = quay_record(sheet, start, box, "LOAD", slot, ef=ef, trade=trade, bill=bill, pol=here, pod=there)
        sheet.put("berth", record, stuck=end.ops_end - slot + sheet.between(HOUR, 2 * HOUR))
        loaded = slot
    else:
        loaded = quay(sheet, start, box, "LOAD", slot, ef=ef, trade=trade, bill=bill, pol=here, pod=there)
    wrong = quirk == "wrong_port"
    ashore = early if wrong else end
    unloaded = quay(
        sheet, ashore, box, "DISC", ashore.discharge_slot(), ef=ef, trade=trade, bill=bill, pol=here, pod=there
    )
    if wrong:
        sheet.raised("LEG_WRONG_PORT", box.no)
    legs.judge(sheet, box, start, end, loaded, 0 if wrong else unloaded, unloaded)
    return Place(ashore.port, ashore.terminal), unloaded


def not_loaded(sheet: Sheet, start: Call, end: Call, bill: Bill) -> None:
    """A box that comes off a feeder at ``end``, onto which nobody has loaded it at ``start``'s port."""
    (box,) = bill.boxes
    announced = start.ops_start - sheet.between(HOUR, 3 * HOUR)
    _waterway(sheet, end, bill, box, 1, announced, end.voyage_in, "I")
    unloaded = quay(
        sheet, end, box, "DISC", end.discharge_slot(), trade="D", bill=bill.no, pol=bill.pol, pod=bill.pod
    )
    sheet.raised("LEG_OVER", box.no)
    truths.visit(
        sheet, box, unloaded, 0, "I", "D", "F", "DISCHARGED", {"WATERWAY_BILL": announced, "UNLOADED": unloaded}
    )


def _enter(
    sheet: Sheet, call: Call, bill: Bill, box: Box, number: int, gate_at: int, loaded_at: int
) -> dict[str, int]:  # fmt: skip
    announced = gate_at - sheet.between(HOUR, 3 * HOUR)
    if bill.quirk == "waterway_near":
        announced = loaded_at - sheet.between(10 * SECOND, 2 * MINUTE)
    elif bill.quirk == "waterway_late":
        announced = loaded_at + sheet.between(10 * SECOND, HOUR)
        sheet.raised("NO_WATERWAY_BILL", box.no, "RESOLVED")
    if bill.quirk == "no_waterway":
        announced = 0
        sheet.raised("NO_WATERWAY_BILL", box.no)
    else:
        _waterway(sheet, call, bill, box, number, announced, call.voyage_out, "E")
    gate_in = gate(
        sheet, Place(call.port, call.terminal), box, "IN", "DOMESTIC", gate_at, trade="D", bill=bill.no, call=call,
        voyage=call.voyage_out,
    )  # fmt: skip
    return {"WATERWAY_BILL": announced, "GATE_IN": gate_in} if announced else {"GATE_IN": gate_in}


def _waterway(
    sheet: Sheet, call: Call, bill: Bill, box: Box, number: int, at: int, voyage: str, direction: str
) -> None:  # fmt: skip
    papers.line(
        sheet, "WATERWAY", call.port, at, bill, box, number, call.vessel, voyage, direction, trade="D",
        domestic_vessel=call.vessel.name, domestic_voyage=voyage,
    )  # fmt: skip


def _release(sheet: Sheet, port: str, at: int, bill: Bill, box: Box) -> int:
    papers.release(sheet, port, at, "TERMINAL", bill.no, box.no)
    return at
