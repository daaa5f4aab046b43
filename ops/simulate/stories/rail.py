"""Exports that are cleared at an inland port and go to their vessel by train (海铁直运): one visit through both."""

from __future__ import annotations

from typing import Final

from ops.simulate import papers, truths
from ops.simulate.cargo import Bill, Box
from ops.simulate.clock import HOUR, MINUTE, SECOND
from ops.simulate.fleet import Call
from ops.simulate.moves import Place, gate
from ops.simulate.ports import INLAND
from ops.simulate.sheet import Sheet
from ops.simulate.stories import legs, yard
from ops.simulate.stories.export_papers import present
from ops.simulate.stories.exports import sail

#: From the gate of the inland yard to the train, and on the rails: longer than the least and less than the usual time.
_CLEARED: Final = 4 * HOUR
_UNDER_WAY: Final = (7 * HOUR + 20 * MINUTE, 11 * HOUR)


def rail_export(sheet: Sheet, ocean: Call, bill: Bill) -> None:
    """Boxes go from the inland yard to ``ocean``'s terminal, and from the train to the quay without a second report."""
    yard_inland = Place(INLAND.port, INLAND.terminal)
    slots = [ocean.load_slot() for _ in bill.boxes]
    boxes = present(sheet, yard_inland, ocean, bill, min(slots))
    train_at = max(arrived.gate_in for arrived in boxes.values()) + _CLEARED + sheet.between(0, HOUR)
    _plan(sheet, ocean, bill, train_at - sheet.between(3 * HOUR, 6 * HOUR))
    approved_at = _approve(sheet, bill, train_at)
    arrives_at = train_at + sheet.between(*_UNDER_WAY)
    for number, (box, slot) in enumerate(zip(bill.boxes, slots, strict=True), 1):
        arrived = boxes[box.no]
        _carry(sheet, ocean, bill, box, train_at, arrives_at, approved_at)
        sailed = sail(sheet, ocean, bill, box, number, slot, arrived)
        yard.judge(sheet, box, ocean, arrived.gate_in, arrived.ready_at, sailed, 0, arrived.line_at, elsewhere=True)


def _plan(sheet: Sheet, ocean: Call, bill: Bill, at: int) -> None:
    for number, box in enumerate(bill.boxes, 1):
        papers.line(
            sheet, "LEG", INLAND.port, at, bill, box, number, ocean.vessel, ocean.voyage_out, "E", leg_from=INLAND.slug,
            leg_to=ocean.port, allocation_no=sheet.mint.paper("DB"),
        )  # fmt: skip


def _approve(sheet: Sheet, bill: Bill, train_at: int) -> int:
    at = train_at - sheet.between(20 * MINUTE, 2 * HOUR)
    if bill.quirk == "leg_approval_near":
        at = train_at - sheet.between(30 * SECOND, 2 * MINUTE)
    elif bill.quirk == "leg_approval_late":
        at = train_at + sheet.between(3 * MINUTE, 20 * MINUTE)
    for box in bill.boxes:
        papers.release(sheet, INLAND.port, at, "LEG", bill.no, box.no, action="APPROVE")
    return at


def _carry(
    sheet: Sheet, ocean: Call, bill: Bill, box: Box, train_at: int, arrives_at: int, approved_at: int
) -> None:  # fmt: skip
    yard_inland = Place(INLAND.port, INLAND.terminal)
    left = gate(sheet, yard_inland, box, "OUT", "LEG", train_at, plain=True, mode="RAIL", bill=bill.no)
    if bill.quirk == "seal_changed":
        box.seal = "XX" + box.seal[2:]
        sheet.raised("SEAL_CHANGED_IN_TRANSIT", box.no)
    came = gate(
        sheet, Place(ocean.port, ocean.terminal), box, "IN", "EXPORT_IN", arrives_at, plain=True, mode="RAIL", bill=bill.no
    )
    if approved_at > left:
        sheet.raised("LOAD_NO_RELEASE", box.no)
    legs.connection(sheet, box, came, ocean, came)
    truths.leg(sheet, box, INLAND.slug, ocean.port, legs.ended(bill.quirk), left, came)
