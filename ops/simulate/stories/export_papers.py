"""The way of an export bill up to the quay: manifest, gate, arrival report and releases. Shared by direct and feeder
exports."""

from __future__ import annotations

from typing import Final

from ops.simulate import papers, truths
from ops.simulate.cargo import Bill, Box
from ops.simulate.clock import HOUR, MINUTE, SECOND, clear_of_midnight
from ops.simulate.fleet import Call
from ops.simulate.moves import Place, gate, gate_record
from ops.simulate.sheet import Sheet

Milestones = dict[str, dict[str, int]]
#: The steps after arrival, in order; a quirk names the last one that is reached.
_STEPS: Final = ("DECLARATION", "LOADING", "TERMINAL", "TALLY")
_LAST_STEP: Final = {
    "never_acknowledged": 0, "rejected": 0, "rejected_late": 0, "manifest_never": 0, "withdrawn": 0, "only_arrived": 0,
    "only_customs": 1, "only_loading": 2, "only_terminal": 3,
}  # fmt: skip
#: Latest gate-in before the first crane move of the bill: room for late acknowledgements and all releases.
GATE_BEFORE: Final = 6 * HOUR


class Arrived:
    """A box of an export bill that has passed the gate: ``milestones`` so far, and the state that they amount to."""

    __slots__ = ("gate_in", "milestones", "state")

    def __init__(self) -> None:
        self.gate_in = 0
        self.milestones: dict[str, int] = {}
        self.state = "ARRIVAL_PENDING"


def present(sheet: Sheet, place: Place, ocean: Call, bill: Bill, first_move: int) -> dict[str, Arrived]:
    """Bring the boxes of a bill for ``ocean`` to the gate of ``place``, and through customs.

    ``first_move`` is the earliest crane move of the bill, ms. Returns the boxes by number.
    """
    boxes = {box.no: Arrived() for box in bill.boxes}
    base = first_move - GATE_BEFORE - sheet.between(0, 5 * HOUR)
    prepared_at = base - sheet.between(2 * HOUR, 7 * HOUR)
    declared_at = prepared_at + sheet.between(20 * MINUTE, 100 * MINUTE)
    acked = 0
    for number, box in enumerate(bill.boxes, 1):
        acked = max(acked, _arrive(sheet, place, ocean, bill, box, number, base, prepared_at, boxes[box.no]))
    if bill.quirk != "manifest_never":
        papers.release(sheet, place.port, declared_at, "DECLARATION", bill.no, action="DECLARED")
        for arrived in boxes.values():
            arrived.milestones["EXPORT_CUSTOMS_DECLARED"] = declared_at
    _release(sheet, place, bill, boxes, acked, first_move)
    return boxes


def _arrive(
    sheet: Sheet, place: Place, ocean: Call, bill: Bill, box: Box, number: int, base: int, prepared_at: int,
    arrived: Arrived,
) -> int:  # fmt: skip
    """Papers, gate-in and arrival report of one box. Returns the time of the acknowledgement, 0 = none."""
    quirk = bill.quirk
    vessel, voyage = ocean.vessel, ocean.voyage_out
    milestones = arrived.milestones
    gate_at = clear_of_midnight(base + sheet.between(0, 30 * MINUTE))
    rail = place.port == "qingdao" and number % 4 == 0
    unknown = quirk == "manifest_never"
    arrived.gate_in = gate_in = _gate_in(
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
    line = papers.line(sheet, "PREPARED", place.port, prepared_at, bill, box, number, vessel, voyage, "E")
    if sheet.chance(0.01):
        sheet.revise("manifest", line, sheet.between(10 * MINUTE, HOUR), gross_kg=float(box.kg + 150), version="1.1")
    packed_at = gate_at - sheet.between(20 * MINUTE, 90 * MINUTE)
    papers.line(sheet, "PACKING", place.port, packed_at, bill, box, number, vessel, voyage, "E")
    weighed_at = gate_at - sheet.between(HOUR, 5 * HOUR)
    papers.vgm(sheet, place.port, weighed_at, bill, box, vessel, voyage)
    milestones["EXPORT_PRE_STOWAGE_MANIFEST"] = prepared_at
    milestones["EXPORT_PACKING_LIST"] = packed_at
    milestones["EXPORT_VGM_CONFIRMED"] = weighed_at
    if quirk == "trade_conflict":
        sheet.raised("TRADE_FLAG_CONFLICT", box.no)
    ready_at = max(gate_in, prepared_at)
    acked = truths.reported(sheet, box, bill, vessel.id, voyage, place.terminal, ready_at, quirk)
    if acked:
        milestones["EXPORT_ARRIVAL_REPORT"] = acked
        arrived.state = "ARRIVED"
    return acked


def _gate_in(
    sheet: Sheet, place: Place, box: Box, at: int, quirk: str, bill: str, call: Call | None, voyage: str, mode: str,
    trade: str,
) -> int:  # fmt: skip
    if quirk != "misread_gate":
        return gate(
            sheet, place, box, "IN", "EXPORT_IN", at, plain=bool(quirk), bill=bill, call=call, voyage=voyage,
            mode=mode, trade=trade,
        )  # fmt: skip
    # The camera read another number; the terminal put it right later under the same event id.
    wrong = Box(sheet.mint.stray(), box.iso, box.kg, box.seal, box.plate)
    entry = gate_record(sheet, place, wrong, "IN", "EXPORT_IN", at, mode=mode)
    sheet.put("gate", entry)
    sheet.revise(
        "gate", entry, sheet.between(4 * MINUTE, 40 * MINUTE), container_no=box.no, corrects_key=wrong.no,
        bill_no=bill, vessel_id=call.vessel.id if call else None, voyage=voyage,
    )  # fmt: skip
    return at


def _release(
    sheet: Sheet, place: Place, bill: Bill, boxes: dict[str, Arrived], acked: int, first_move: int
) -> None:  # fmt: skip
    """The releases of a bill, step after step, as far as its quirk lets it come."""
    quirk = bill.quirk
    at = acked
    for step, stage in enumerate(_STEPS[: _LAST_STEP.get(quirk, len(_STEPS))]):
        at += sheet.between(4 * MINUTE, 22 * MINUTE)
        if step == 0 and not quirk and sheet.chance(0.05):
            at = _inspect_or_hold(sheet, place.port, bill, at)
        if stage == "LOADING" and quirk == "no_loading_release":
            continue
        if stage == "TERMINAL" and quirk in ("terminal_release_late", "terminal_release_near"):
            near = quirk == "terminal_release_near"
            at = first_move + (-sheet.between(20_000, 90_000) if near else sheet.between(5 * MINUTE, 20 * MINUTE))
        times = papers.bill_or_boxes(sheet, place.port, at, stage, bill, bill.by_bill and stage != "TALLY")
        at = max(times.values())
        for no, when in times.items():
            boxes[no].milestones[_milestone(stage)] = when
        if stage == "LOADING" and quirk in ("loading_revoked", "loading_revoked_and_renewed"):
            at = _revoke_loading(sheet, place.port, bill, boxes, at, quirk == "loading_revoked_and_renewed")
        if stage == "DECLARATION" and quirk == "phantom_release":
            _phantom_release(sheet, place.port, bill, at)
    for arrived in boxes.values():
        arrived.state = _state(arrived)


def _milestone(stage: str) -> str:
    return "EXPORT_" + ("CUSTOMS" if stage == "DECLARATION" else stage) + "_RELEASE"


def _state(arrived: Arrived) -> str:
    state = "ARRIVAL_PENDING"
    for key, reached in (
        ("EXPORT_ARRIVAL_REPORT", "ARRIVED"), ("EXPORT_CUSTOMS_RELEASE", "CUSTOMS_RELEASED"),
        ("EXPORT_LOADING_RELEASE", "LOAD_RELEASED"), ("EXPORT_TERMINAL_RELEASE", "TERMINAL_RELEASED"),
    ):  # fmt: skip
        if key not in arrived.milestones:
            break
        state = reached
    return state


def _revoke_loading(
    sheet: Sheet, port: str, bill: Bill, boxes: dict[str, Arrived], at: int, renewed: bool
) -> int:  # fmt: skip
    (box,) = bill.boxes
    scope = "" if bill.by_bill else box.no
    at += sheet.between(5 * MINUTE, 15 * MINUTE)
    papers.release(sheet, port, at, "LOADING", bill.no, scope, action="REVOKE", reason_text="单证复核")
    del boxes[box.no].milestones["EXPORT_LOADING_RELEASE"]
    if renewed:
        at += sheet.between(5 * MINUTE, 15 * MINUTE)
        papers.release(sheet, port, at, "LOADING", bill.no, scope)
        boxes[box.no].milestones["EXPORT_LOADING_RELEASE"] = at
    return at


def _phantom_release(sheet: Sheet, port: str, bill: Bill, at: int) -> None:
    """A later release that was sent in error and taken back, in half of the cases before it arrives."""
    overtaken = sheet.chance(0.5)
    phantom = papers.release(
        sheet, port, at + 2 * MINUTE, "DECLARATION", bill.no, "" if bill.by_bill else bill.boxes[0].no,
        stuck=2 * HOUR if overtaken else 0,
    )  # fmt: skip
    sheet.retract("release", phantom, sheet.between(10 * MINUTE, HOUR))


def _inspect_or_hold(sheet: Sheet, port: str, bill: Bill, at: int) -> int:
    """An inspection of one box, or a hold on the bill, lifted by the word that names it. Returns when it is over."""
    if sheet.chance(0.5):
        box = bill.boxes[0].no
        for action in ("INSPECT_SELECT", "INSPECT_STEP", "INSPECT_RESULT"):
            papers.release(sheet, port, at, "DECLARATION", bill.no, box, action=action, site=port.upper() + "-CIS")
            at += sheet.between(4 * MINUTE, 12 * MINUTE)
        return at
    hold = sheet.mint.paper("H")
    papers.release(sheet, port, at, "DECLARATION", bill.no, action="HOLD", hold_id=hold, reason_text="单证审核")
    at += sheet.between(10 * MINUTE, 25 * MINUTE)
    papers.release(sheet, port, at, "DECLARATION", bill.no, action="UNHOLD", hold_id=hold)
    return at + MINUTE
