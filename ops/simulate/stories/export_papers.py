"""The way of an export bill up to the quay: manifest, gate, arrival report. Shared by direct and feeder exports."""

from __future__ import annotations

from typing import Final

from ops.simulate import limits, papers, truths
from ops.simulate.cargo import Bill, Box
from ops.simulate.clock import HOUR, MINUTE, SECOND, clear_of_midnight
from ops.simulate.fleet import Call
from ops.simulate.moves import Place
from ops.simulate.ports import INLAND
from ops.simulate.sheet import Sheet
from ops.simulate.stories import gate_oddities, rebooked, weighing, yard
from ops.simulate.stories.arrived import Arrived
from ops.simulate.stories.declared import inspect_around, judge, stated
from ops.simulate.stories.export_releases import release_steps

#: Latest gate-in before the first crane move of the bill: room for late acknowledgements and all releases.
GATE_BEFORE: Final = 6 * HOUR
#: Latest gate-in inland before the cut-off: the train is there in good time.
INLAND_BEFORE: Final = 23 * HOUR


def present(
    sheet: Sheet, place: Place, ocean: Call, bill: Bill, first_move: int, before: Call | None = None
) -> dict[str, Arrived]:  # fmt: skip
    """Bring the boxes of a bill for ``ocean`` to the gate of ``place``, and through customs.

    ``first_move`` is the earliest crane move of the bill, ms; ``before`` is the vessel that they were booked on
    first. Returns the boxes by number.
    """
    boxes = {box.no: Arrived() for box in bill.boxes}
    base = _base(sheet, place, ocean, bill.quirk, first_move)
    prepared_at = base - sheet.between(25 * HOUR, 30 * HOUR)
    declared_at = _declared(sheet, bill.quirk, prepared_at, base, first_move)
    acked = 0
    for number, box in enumerate(bill.boxes, 1):
        if bill.quirk in rebooked.QUIRKS:
            rebooked.first_booking(sheet, place, before or ocean, bill, box, boxes[box.no], prepared_at)
        by = rebooked.reported_for(ocean, before, bill.quirk)
        onto = ocean if bill.quirk == "reassigned" else None
        acked = max(acked, _arrive(sheet, place, by, bill, box, number, base, prepared_at, boxes[box.no], onto))
    if bill.quirk != "manifest_never":
        papers.release(sheet, place.port, declared_at, "DECLARATION", bill.no, action="DECLARED")
        for arrived in boxes.values():
            arrived.milestones["EXPORT_CUSTOMS_DECLARED"] = declared_at
    release_steps(sheet, place, ocean, bill, boxes, acked, first_move)
    return boxes


def _declared(sheet: Sheet, quirk: str, prepared_at: int, base: int, first_move: int) -> int:
    """When the declaration of a bill is accepted: after its manifest, and a day before the crane takes its boxes."""
    if quirk == "export_declared_late":
        return base - sheet.between(2 * HOUR, 5 * HOUR)
    if quirk == "export_declared_near":
        return max(prepared_at, first_move - limits.DECLARE - sheet.between(5 * MINUTE, 20 * MINUTE))
    return prepared_at + sheet.between(20 * MINUTE, 100 * MINUTE)


def _base(sheet: Sheet, place: Place, ocean: Call, quirk: str, first_move: int) -> int:
    """From when on the boxes of a bill come to the gate."""
    if place.terminal == INLAND.terminal:
        return ocean.cutoff - INLAND_BEFORE - sheet.between(0, 2 * HOUR)
    if place.port != ocean.port:
        return first_move - GATE_BEFORE - sheet.between(0, 5 * HOUR)
    if not quirk and sheet.chance(0.12):  # so early that all is released when the vessel's risk is looked at
        return ocean.risk_at - sheet.between(4 * HOUR, 8 * HOUR)
    return ocean.cutoff - sheet.between(75 * MINUTE, 225 * MINUTE)


def _arrive(
    sheet: Sheet, place: Place, ocean: Call, bill: Bill, box: Box, number: int, base: int, prepared_at: int,
    arrived: Arrived, onto: Call | None = None,
) -> int:  # fmt: skip
    """Papers, gate-in and arrival report of one box, which is assigned ``onto`` another vessel later. Returns the
    time of the acknowledgement, 0 = none.
    """
    quirk = bill.quirk
    vessel, voyage = ocean.vessel, ocean.voyage_out
    milestones = arrived.milestones
    exact = yard.gate_time(sheet, ocean, quirk)
    gate_at = exact or clear_of_midnight(base + sheet.between(0, 30 * MINUTE))
    if exact:
        prepared_at = exact - sheet.between(2 * HOUR, 6 * HOUR)
    rail = place.port == "qingdao" and number % 4 == 0
    unknown = quirk == "manifest_never"
    arrived.gate_in = gate_in = gate_oddities.enter(
        sheet, place, box, gate_at, quirk, bill="" if unknown else bill.no, call=None if unknown else ocean,
        voyage="" if unknown else voyage, mode="RAIL" if rail else "TRUCK",
        trade="D" if quirk == "trade_conflict" else "F",
    )  # fmt: skip
    milestones["EXPORT_LADEN_CONTAINER_GATE_IN"] = gate_in
    if unknown:
        sheet.raised("ARR_NO_MANIFEST", box.no)
        truths.arrival(sheet, box, "", "", "", place.terminal, "MT3101", "WAITING")
        return 0
    if quirk == "manifest_late":
        prepared_at = gate_in + sheet.between(11 * MINUTE, 40 * MINUTE)
        sheet.raised("ARR_NO_MANIFEST", box.no, "RESOLVED")
    elif quirk == "manifest_near":
        prepared_at = gate_in + sheet.between(8 * MINUTE, 9 * MINUTE + 30 * SECOND)
    elif quirk == "line_after_cutoff":
        prepared_at = ocean.cutoff + sheet.between(3 * MINUTE, 10 * MINUTE)
    line = papers.line(
        sheet, "PREPARED", place.port, prepared_at, bill, box, number, vessel, voyage, "E", **stated(quirk, box)
    )
    if sheet.chance(0.01):
        sheet.revise("manifest", line, sheet.between(10 * MINUTE, HOUR), gross_kg=float(box.kg + 150), version="1.1")
    if quirk == "seal_amended":
        papers.line(sheet, "PREPARED", place.port, prepared_at + 5 * MINUTE, bill, box, number, vessel, voyage, "E")
    inspect_around(sheet, place.port, bill.no, box, quirk, gate_in)
    judge(sheet, quirk, box)
    arrived.line_at = prepared_at
    milestones.setdefault("EXPORT_PRE_STOWAGE_MANIFEST", prepared_at)
    if quirk == "ef_mismatch_move":
        return 0
    milestones["EXPORT_PACKING_LIST"] = _pack(sheet, place, ocean, bill, box, number, gate_at, prepared_at)
    if weighed_at := weighing.weigh(sheet, place, ocean, bill, box, gate_at):
        milestones["EXPORT_VGM_CONFIRMED"] = weighed_at
    if quirk == "trade_conflict":
        sheet.raised("TRADE_FLAG_CONFLICT", box.no)
    ready_at = max(gate_in, prepared_at)
    acked = truths.reported(sheet, box, bill, vessel.id, voyage, place.terminal, ready_at, quirk, onto=onto)
    if acked:
        milestones["EXPORT_ARRIVAL_REPORT"] = acked
        if quirk in ("acknowledged_twice", "second_ack_taken_back"):
            _acknowledge_again(sheet, place, bill, box, acked)
    return acked


def _pack(
    sheet: Sheet, place: Place, ocean: Call, bill: Bill, box: Box, number: int, gate_at: int, prepared_at: int
) -> int:  # fmt: skip
    """The packing list (装箱单), in some cases of domestic trade before the manifest says foreign. Returns its time."""
    at = gate_at - sheet.between(20 * MINUTE, 90 * MINUTE)
    domestic = bill.quirk in ("domestic_line", "domestic_line_corrected")
    if domestic:
        at = prepared_at - sheet.between(10 * MINUTE, HOUR)
    line = papers.line(
        sheet, "PACKING", place.port, at, bill, box, number, ocean.vessel, ocean.voyage_out, "E",
        trade="D" if domestic else "F",
    )  # fmt: skip
    if bill.quirk == "domestic_line":
        sheet.raised("DOMESTIC_IN_FOREIGN_BL", box.no)
    elif domestic:
        sheet.revise("manifest", line, sheet.between(10 * MINUTE, HOUR), trade="F")
    return at


def _acknowledge_again(sheet: Sheet, place: Place, bill: Bill, box: Box, acked: int) -> None:
    """Customs acknowledges a report of the box that the platform never sent; in some cases it takes that back."""
    again = papers.release(
        sheet, place.port, acked + sheet.between(10 * MINUTE, HOUR), "ARRIVAL", bill.no, box.no, action="ACK",
        ref_message_id=sheet.mint.paper("OTHER"),
    )  # fmt: skip
    if bill.quirk == "acknowledged_twice":
        sheet.raised("ARR_DUPLICATE", box.no)
    else:
        sheet.retract("release", again, sheet.between(10 * MINUTE, HOUR))
