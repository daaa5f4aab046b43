"""Physical moves with their sources: gate and quay moves as the terminal, the cameras and the tally clerks report them.

One fact, several reports that differ by seconds, some of them wrong and corrected. Each function returns the time that
counts by the rules: that of the best source in force.
"""

from __future__ import annotations

from typing import Any, Final

from ops.simulate.cargo import Box
from ops.simulate.clock import HOUR, MINUTE, SECOND
from ops.simulate.delivery import Record
from ops.simulate.fleet import Call
from ops.simulate.papers import TALLY
from ops.simulate.ports import PORTS, whole_seconds
from ops.simulate.sheet import Sheet, recorded

#: How far the clocks of a second source are apart from the terminal's, ms.
OTHER_SOURCE: Final = (-20 * SECOND, 40 * SECOND)


class Place:
    """Where a box passes the gate."""

    __slots__ = ("port", "terminal")

    def __init__(self, port: str, terminal: str = "") -> None:
        self.port = port
        self.terminal = terminal or PORTS[port].terminals[0]


def gate_record(
    sheet: Sheet, place: Place, box: Box, move: str, purpose: str, at: int, ef: str = "F", trade: str | None = "F",
    bill: str = "", call: Call | None = None, voyage: str = "", mode: str = "TRUCK", system: str = "TOS", kg: int = 0,
) -> Record:  # fmt: skip
    """One report of a gate move. ``kg`` where an empty box is weighed."""
    known = recorded(at, sheet.rng)
    ocr = system == "OCR"
    return {
        "event_id": "G" + sheet.event_id(),
        "source_party": PORTS[place.port].party,
        "source_system": system,
        "event_type": "GATE_MOVE",
        "classifier": "ACT",
        "event_time": at,
        "source_offset_min": 480,
        "record_time": known,
        "updated_time": known,
        "is_retracted": False,
        "port": place.port,
        "unlocode_raw": PORTS[place.port].locode,
        "terminal_code": place.terminal,
        "move": move,
        "mode": mode,
        "lane": f"L{1 + int(sheet.rng.random() * 12):02d}",
        "truck_plate": box.plate if mode == "TRUCK" else None,
        "container_no": box.no,
        "ocr": {"confidence": 0.97, "box": box.no, "plate": box.plate, "seal_ok": True, "damage": []} if ocr else None,
        "weigh_kg": float(box.kg) if ef == "F" and not ocr else (float(kg) if kg else None),
        "ef": ef,
        "iso_type": box.iso,
        "seals": [{"no": box.seal, "issuer": "CA"}] if ef == "F" and box.seal else [],
        "bill_no": bill or None,
        "trade": trade,
        "purpose": purpose,
        "result": "PASS",
        "vessel_id": call.vessel.id if call else None,
        "voyage": voyage or None,
    }


def gate(
    sheet: Sheet, place: Place, box: Box, move: str, purpose: str, at: int, plain: bool = False, **more: Any
) -> int:
    """A box passes a gate at about ``at``. ``plain`` keeps it to one faultless report by the terminal."""
    at = whole_seconds(place.port, at)
    form = PORTS[place.port].form
    if form == "events" and more.get("mode", "TRUCK") == "TRUCK" and sheet.chance(0.5):
        _appointment(sheet, gate_record(sheet, place, box, move, purpose, at - at % HOUR, system="TOS", **more))
    return _reported(
        sheet, "gate", plain, at, form, "OCR",
        lambda when, system: gate_record(sheet, place, box, move, purpose, when, system=system, **more),
    )  # fmt: skip


def _appointment(sheet: Sheet, record: Record) -> None:
    """The truck's booked hour: a plan (PLN), which must make no milestone."""
    known = record["event_time"] - sheet.between(HOUR, 8 * HOUR)
    record.update(classifier="PLN", record_time=known, updated_time=known, appointment_no=sheet.mint.paper("AP"))
    sheet.put("gate", record)


def quay_record(
    sheet: Sheet, call: Call, box: Box, move: str, at: int, ef: str = "F", trade: str | None = "F", bill: str = "",
    pol: str = "", pod: str = "", final: str = "", seal: str | None = None, system: str = "TOS",
) -> Record:  # fmt: skip
    """One report of a quay move. ``final`` (the bill's destination) travels in files only."""
    known = recorded(at, sheet.rng)
    number = int(sheet.rng.random() * 30)
    seal_no = box.seal if seal is None else seal
    record: Record = {
        "event_id": "Q" + sheet.event_id(),
        "source_party": TALLY if system == "TALLY" else PORTS[call.port].party,
        "source_system": system,
        "event_type": "QUAY_MOVE",
        "classifier": "ACT",
        "event_time": at,
        "source_offset_min": 480,
        "record_time": known,
        "updated_time": known,
        "is_retracted": False,
        "port": call.port,
        "unlocode_raw": PORTS[call.port].locode,
        "terminal_code": call.terminal,
        "port_call_id": call.number,
        "vessel_id": call.vessel.id,
        "vessel_name": call.vessel.name,
        "move": move,
        "container_no": box.no,
        "crane": f"QC{1 + number % call.cranes:02d}",
        "slot": f"{2 * number + 1:03d}{2 + number % 10:02d}{2 + number % 8:02d}",
        "ef": ef,
        "eqd_status": "9" if trade == "D" else ("2" if move == "LOAD" else "3"),
        "bill_no": bill or None,
        "voyage": call.voyage_in if move == "DISC" else call.voyage_out,
        "pol": pol,
        "pod": pod,
        "iso_type": box.iso,
        "seals": [{"no": seal_no, "issuer": "CA"}] if ef == "F" and seal_no else [],
        "weigh_kg": float(box.kg) if ef == "F" else None,
        "trade": trade,
    }
    if final and PORTS[call.port].form != "events":
        record["final"] = final
    return record


def quay(sheet: Sheet, call: Call, box: Box, move: str, at: int, plain: bool = False, **more: Any) -> int:
    """A crane moves a box at about ``at``. ``plain`` keeps it to one faultless report by the terminal."""
    return _reported(
        sheet, "berth", plain, at, PORTS[call.port].form, "TALLY",
        lambda when, system: quay_record(sheet, call, box, move, when, system=system, **more),
    )  # fmt: skip


def _reported(sheet: Sheet, kind: str, plain: bool, at: int, form: str, second: str, make: Any) -> int:
    luck = 0.0 if plain else sheet.rng.random()
    if form == "edifact" and luck > 0.97:
        _amended_by_file(sheet, kind, at, make)
    elif form != "events" or luck < 0.4:
        sheet.put(kind, make(at, "TOS"))
    else:
        return _twofold(sheet, kind, at, make, second, luck)
    return at


def _twofold(sheet: Sheet, kind: str, at: int, make: Any, second: str, luck: float) -> int:
    """Reports by the terminal system and by a second source; ``luck`` in [0.4, 1) says how well it goes."""
    other = at + sheet.between(*OTHER_SOURCE)
    sheet.put(kind, make(other, second))
    if luck < 0.93:
        sheet.put(kind, make(at, "TOS"))
        return at
    if luck < 0.95:  # the terminal system missed it
        return other
    wrong = at - sheet.between(3 * MINUTE, 12 * MINUTE)
    entry = make(wrong, "TOS")
    if luck < 0.97:  # corrected under the same id
        sheet.put(kind, entry)
        sheet.revise(kind, entry, sheet.between(5 * MINUTE, 90 * MINUTE), event_time=at)
        return at
    if luck < 0.985:  # voided by a new entry
        sheet.put(kind, entry)
        newer = make(at, "TOS")
        newer["corrects_event_id"] = entry["event_id"]
        newer["updated_time"] = newer["record_time"] = entry["updated_time"] + sheet.between(5 * MINUTE, 90 * MINUTE)
        sheet.put(kind, newer)
        return at
    # taken back and never entered again: the second source stands. Half of the retractions overtake their original.
    overtaken = sheet.chance(0.5)
    sheet.put(kind, entry, stuck=3 * 60 * MINUTE if overtaken else 0)
    sheet.retract(kind, entry, sheet.between(5 * MINUTE, 60 * MINUTE))
    return other


def _amended_by_file(sheet: Sheet, kind: str, at: int, make: Any) -> None:
    """A message with a wrong time, then replaced; or cancelled, and sent anew under another document number.

    Between the cancellation and the new message the move has not happened. So only moves that confirm no arrival are
    cancelled: else a report would have to be deleted and sent again, or not, as the messages happen to meet.
    """
    wrong = at - sheet.between(3, 12) * MINUTE
    entry = sheet.put(kind, make(wrong, "TOS"))
    after = sheet.between(20 * MINUTE, 90 * MINUTE)
    if entry["move"] not in ("OUT", "LOAD") or sheet.chance(0.5):
        sheet.revise(kind, entry, after, event_time=at)
        return
    sheet.retract(kind, entry, after)
    newer = make(at, "TOS")
    newer["updated_time"] = newer["record_time"] = entry["updated_time"] + after + 15 * MINUTE
    sheet.put(kind, newer)


__all__ = ["Place", "gate", "gate_record", "quay", "quay_record"]
