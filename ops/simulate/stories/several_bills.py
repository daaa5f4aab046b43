"""A box with the goods of two master bills (拼箱): customs releases each of them, and of an export each arrival is reported."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from ops.simulate import papers, truths
from ops.simulate.cargo import Bill, Box
from ops.simulate.clock import HOUR, MINUTE, SECOND, clear_of_midnight
from ops.simulate.fleet import Call
from ops.simulate.moves import Place, gate, quay
from ops.simulate.sheet import Sheet
from ops.simulate.stories import import_papers as chain
from ops.simulate.stories import weighing
from ops.simulate.stories.arrived import Arrived

#: Both bills are released; the second one just before the box leaves, or never; its goods are taken out of the box again, and
#: in some of these it alone is released.
IMPORT: Final = frozenset(
    ("two_bills", "second_bill_near", "second_bill_unreleased", "second_bill_taken_out", "second_bill_alone_released")
)
#: The same; the goods are taken out before the box comes, or once its arrival was reported. Where its papers do not call it
#: shared, one report stood for it, under the second bill: the first is reported anew, and answered just in time, or late.
EXPORT: Final = frozenset(
    ("two_shippers", "second_shipper_unreleased", "second_shipper_taken_out", "second_shipper_out_after_report",
     "report_moved_near", "report_moved_late")
)  # fmt: skip
_MOVED: Final = ("report_moved_near", "report_moved_late")
_OUT_BEFORE: Final = ("second_bill_taken_out", "second_bill_alone_released", "second_shipper_taken_out")
_OUT_AFTER: Final = ("second_shipper_out_after_report", *_MOVED)
#: Of these a bill never gets its last release by customs.
UNRELEASED: Final = frozenset(("second_bill_unreleased", "second_bill_alone_released", "second_shipper_unreleased"))


def come(sheet: Sheet, call: Call, bill: Bill, slot: int, announced: int) -> None:
    """An import box that leaves when both bills are released, or without."""
    (box,) = bill.boxes
    quirk, port = bill.quirk, call.port
    milestones = {"IMPORT_ORIGINAL_MANIFEST": announced}
    named = _name(sheet, "ORIGINAL", port, announced, bill, call, call.voyage_in, "I")
    bills = named[:1] if quirk in _OUT_BEFORE else named
    opened = quay(sheet, call, box, "DISC", slot, plain=True, bill=bill.no, pol=bill.pol, pod=bill.pod)
    milestones["IMPORT_UNLOADED"] = opened
    truths.permitted(sheet, box, call.vessel, "F")
    chain.tally(sheet, call, bills[-1], box, 1, opened + sheet.between(15 * MINUTE, 55 * MINUTE), milestones)
    at = opened + sheet.between(2 * HOUR, 4 * HOUR)
    for each in bills:
        chain.declare(sheet, port, each, at, {box.no: milestones})
    at = milestones["IMPORT_CUSTOMS_RELEASE"] = _each(sheet, port, "DECLARATION", bills, at)
    free = bills if quirk in ("two_bills", "second_bill_taken_out") else bills[:1]
    released = _each(sheet, port, "BILL", named[1:] if quirk == "second_bill_alone_released" else free, at)
    at = released + sheet.between(2 * MINUTE, 15 * MINUTE)
    papers.release(sheet, port, at, "TERMINAL", bill.no, box.no)
    milestones["IMPORT_TERMINAL_RELEASE"] = at
    leaves = at + sheet.between(20 * MINUTE, 3 * HOUR)
    if quirk == "second_bill_near":
        released = leaves - sheet.between(5 * SECOND, 60 * SECOND)
        papers.release(sheet, port, released, "BILL", bills[-1].no)
    left = gate(sheet, Place(port, call.terminal), box, "OUT", "IMPORT_OUT", leaves, plain=True, bill=bill.no, trade="F")
    milestones["IMPORT_CONTAINER_LEAVE_PORT"] = left
    if quirk in UNRELEASED:
        sheet.raised("GATEOUT_NO_RELEASE", box.no)
    else:
        milestones["IMPORT_BILL_RELEASE"] = released
    truths.visit(sheet, box, opened, left, "I", "F", "F", "GATED_OUT", milestones)


def present(sheet: Sheet, place: Place, ocean: Call, bill: Bill) -> dict[str, Arrived]:
    """Bring an export box to the gate, and both bills through customs. Returns the box by number."""
    (box,) = bill.boxes
    arrived = Arrived()
    milestones = arrived.milestones
    moved = bill.quirk in _MOVED  # it takes longer until these are released
    gate_at = clear_of_midnight(ocean.cutoff - sheet.between(200 * MINUTE if moved else 75 * MINUTE, 225 * MINUTE))
    prepared_at = gate_at - sheet.between(25 * HOUR, 30 * HOUR)
    bills = _name(sheet, "PREPARED", place.port, prepared_at, bill, ocean, ocean.voyage_out, "E")
    if bill.quirk in _OUT_BEFORE:
        del bills[1:]
    packed_at = gate_at - sheet.between(20 * MINUTE, 90 * MINUTE)
    for number, each in enumerate(bills, 1):
        _line(sheet, "PACKING", place.port, packed_at, each, box, number, ocean, ocean.voyage_out, "E")
    weighed_at = weighing.weigh(sheet, place, ocean, bill, box, gate_at)
    arrived.gate_in = gate_in = gate(
        sheet, place, box, "IN", "EXPORT_IN", gate_at, plain=True, bill=bill.no, call=ocean, voyage=ocean.voyage_out, trade="F"
    )
    declared_at = prepared_at + sheet.between(20 * MINUTE, 100 * MINUTE)
    for each in bills:
        papers.release(sheet, place.port, declared_at, "DECLARATION", each.no, action="DECLARED")
    if bill.quirk in _OUT_AFTER:
        acked = _report_both(sheet, place, ocean, bills, gate_in)
        del bills[1:]
    else:
        acked = max([_answer(sheet, place, ocean, each, box, gate_in) for each in bills])
    at = _each(sheet, place.port, "DECLARATION", bills, acked)
    loading = _each(sheet, place.port, "LOADING", bills[:1] if bill.quirk in UNRELEASED else bills, at)
    terminal = loading + sheet.between(4 * MINUTE, 22 * MINUTE)
    papers.release(sheet, place.port, terminal, "TERMINAL", bill.no, box.no)
    arrived.line_at = prepared_at
    milestones |= {
        "EXPORT_LADEN_CONTAINER_GATE_IN": gate_in, "EXPORT_PRE_STOWAGE_MANIFEST": prepared_at,
        "EXPORT_PACKING_LIST": packed_at, "EXPORT_VGM_CONFIRMED": weighed_at, "EXPORT_CUSTOMS_DECLARED": declared_at,
        "EXPORT_ARRIVAL_REPORT": acked, "EXPORT_CUSTOMS_RELEASE": at, "EXPORT_TERMINAL_RELEASE": terminal,
    }  # fmt: skip
    if bill.quirk not in UNRELEASED:
        milestones["EXPORT_LOADING_RELEASE"] = loading
    return {box.no: arrived}


def _name(
    sheet: Sheet, kind: str, port: str, at: int, bill: Bill, call: Call, voyage: str, direction: str
) -> list[Bill]:
    """The manifest names the box in both bills, and may take the second one's goods out before the box comes. Returns both."""
    (box,) = bill.boxes
    second = replace(bill, no=sheet.mint.paper(bill.no[:4]), declaration=sheet.mint.paper("4218"))
    for number, each in enumerate((bill, second), 1):
        _line(sheet, kind, port, at + number * MINUTE - MINUTE, each, box, number, call, voyage, direction)
    if bill.quirk in _OUT_BEFORE:
        _line(sheet, kind, port, at + sheet.between(HOUR, 3 * HOUR), second, box, 2, call, voyage, direction, "3")
    return [bill, second]


def _report_both(sheet: Sheet, place: Place, ocean: Call, bills: list[Bill], gate_in: int) -> int:
    """Customs has acknowledged the second bill when its goods are taken out, and that report is deleted. Where it stood for the
    whole box, the first bill is reported only then. Returns when customs acknowledged that."""
    first, second = bills
    (box,) = first.boxes
    shared = first.quirk not in _MOVED
    hers = gate_in + sheet.between(40 * SECOND, 10 * MINUTE)
    sheet.customs.append({
        "container_no": box.no, "bill_no": second.no, "voyage": ocean.voyage_out, "terminal_code": place.terminal,
        "answers": [{"code": truths.ACCEPTED, "at": hers, "reason": ""}],
    })  # fmt: skip
    acked = _answer(sheet, place, ocean, first, box, gate_in) if shared else 0
    out = max(acked, hers) + sheet.between(MINUTE, 10 * MINUTE)
    _line(sheet, "PREPARED", place.port, out, second, box, 2, ocean, ocean.voyage_out, "E", "3")
    return acked or _answer(sheet, place, ocean, first, box, out)


def _answer(sheet: Sheet, place: Place, ocean: Call, bill: Bill, box: Box, ready_at: int) -> int:
    """Customs acknowledges the arrival of one of the bills, which could be reported from ``ready_at`` on. Returns when."""
    quirk = {"report_moved_near": "acknowledged_near", "report_moved_late": "acknowledged_late"}.get(bill.quirk, "")
    return truths.reported(sheet, box, bill, ocean.vessel.id, ocean.voyage_out, place.terminal, ready_at, quirk)


def _line(
    sheet: Sheet, kind: str, port: str, at: int, bill: Bill, box: Box, number: int, call: Call, voyage: str, direction: str,
    function: str = "9",
) -> None:  # fmt: skip
    load_type = "FCL" if bill.quirk in _MOVED else "LCL"
    papers.line(
        sheet, kind, port, at, bill, box, number, call.vessel, voyage, direction, load_type=load_type, function_code=function
    )


def _each(sheet: Sheet, port: str, stage: str, bills: list[Bill], at: int) -> int:
    """A stage is released bill by bill, some time apart. Returns when the last was."""
    for bill in bills:
        at += sheet.between(4 * MINUTE, 20 * MINUTE)
        papers.release(sheet, port, at, stage, bill.no)
    return at
