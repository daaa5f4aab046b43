"""What is odd about the way of an export through the gate: other sources, other numbers, broken seals."""

from __future__ import annotations

from typing import Any, Final

from ops.simulate.cargo import Box
from ops.simulate.clock import HOUR, MINUTE, SECOND
from ops.simulate.moves import Place, gate, gate_record
from ops.simulate.ports import PORTS
from ops.simulate.sheet import Sheet
from ops.simulate.stories.declared import inspect, seals

_OTHER_PORT: Final = {"qingdao": "rizhao", "rizhao": "qingdao"}
#: Least hours between these two.
_APART: Final = 5 * HOUR


def enter(sheet: Sheet, place: Place, box: Box, at: int, quirk: str, **more: Any) -> int:
    """The box passes the gate, as its quirk has it. Returns when."""
    match quirk:
        case "misread_gate":
            return _misread(sheet, place, box, at, **more)
        case "wrong_terminal" | "wrong_terminal_corrected" | "seal_broken" | "seal_opened":
            _second_report(sheet, place, box, at, quirk, **more)
        case "ef_mismatch_move":
            return gate(sheet, place, box, "IN", "EMPTY_RETURN", at, plain=True, **{**more, "ef": "E"})
        case "seal_broken_named":
            entry = gate_record(sheet, place, box, "IN", "EXPORT_IN", at, **more)
            entry["seals"][0]["condition"] = "BROKEN"
            sheet.put("gate", entry)
            sheet.raised("SEAL_BROKEN", box.no)
            return at
        case "two_seals":
            entry = gate_record(sheet, place, box, "IN", "EXPORT_IN", at, **more)
            entry["seals"] = [*seals("A" + box.seal), *seals("B" + box.seal)]
            sheet.put("gate", entry)
            return at
    return gate(sheet, place, box, "IN", "EXPORT_IN", at, plain=bool(quirk), **more)


def _second_report(sheet: Sheet, place: Place, box: Box, at: int, quirk: str, bill: str, **more: Any) -> None:
    """The cameras see something else than the terminal system knows."""
    seen_at = at + sheet.between(5 * SECOND, 30 * SECOND)
    if quirk.startswith("wrong_terminal"):
        terminals = PORTS[place.port].terminals
        other = Place(place.port, terminals[1 - terminals.index(place.terminal)])
        entry = gate_record(sheet, other, box, "IN", "EXPORT_IN", seen_at, system="OCR", bill=bill, **more)
        sheet.put("gate", entry)
        if quirk == "wrong_terminal":
            sheet.raised("ARR_WRONG_TERMINAL", box.no)
        else:
            sheet.revise("gate", entry, sheet.between(5 * MINUTE, HOUR), terminal_code=place.terminal)
        return
    entry = gate_record(sheet, place, box, "IN", "EXPORT_IN", seen_at, system="OCR", bill=bill, **more)
    entry["ocr"]["seal_ok"] = False
    sheet.put("gate", entry)
    if quirk == "seal_broken":
        sheet.raised("SEAL_BROKEN", box.no)
    else:
        inspect(sheet, place.port, bill, box, at - sheet.between(MINUTE, HOUR), at + sheet.between(MINUTE, HOUR))


def _misread(sheet: Sheet, place: Place, box: Box, at: int, bill: str, mode: str, **more: Any) -> int:
    """The camera read another number; the terminal put it right later under the same event id."""
    call = more["call"]
    wrong = Box(sheet.mint.stray(), box.iso, box.kg, box.seal, box.plate)
    entry = gate_record(sheet, place, wrong, "IN", "EXPORT_IN", at, mode=mode)
    sheet.put("gate", entry)
    sheet.revise(
        "gate", entry, sheet.between(4 * MINUTE, 40 * MINUTE), container_no=box.no, corrects_key=wrong.no,
        bill_no=bill, vessel_id=call.vessel.id if call else None, voyage=more["voyage"],
    )  # fmt: skip
    return at


def seen_elsewhere(sheet: Sheet, place: Place, box: Box, gate_in: int, near: bool) -> None:
    """Another port reports the same box at its gate, sooner than a feeder brings it there; ``near``: just not."""
    other = Place(_OTHER_PORT[place.port])
    after = _APART + sheet.between(10 * SECOND, 10 * MINUTE) if near else sheet.between(HOUR, _APART - 10 * MINUTE)
    sheet.put("gate", gate_record(sheet, other, box, "IN", "UNKNOWN", gate_in + after))
    if not near:
        sheet.raised("BOX_TWO_PLACES", box.no)
