"""Events on paper: manifest lines, VGM, releases and customs' other words."""

from __future__ import annotations

from typing import Any, Final

from ops.simulate.cargo import Bill, Box
from ops.simulate.delivery import Record
from ops.simulate.fleet import Vessel
from ops.simulate.ports import PORTS
from ops.simulate.sheet import Sheet, recorded

AGENT: Final = "SDAGENCY"
TALLY: Final = "SDTALLY"
CUSTOMS: Final = "CUSTOMS"
#: Who speaks for a stage of release: party, source system, authority.
_SPEAKERS: Final = {
    "TERMINAL": ("", "TOS", "TERMINAL"),
    "TALLY": (TALLY, "TALLY", "TALLY"),
    "DG": ("SDMSA", "PLATFORM", "MSA"),
    "DELIVERY_ORDER": (AGENT, "CARRIER", "CARRIER"),
}
_MESSAGES: Final = {"ORIGINAL": "MT1101", "PREPARED": "MT2101", "LOADED": "MT4101", "PACKING": "MT7101"}


def line(
    sheet: Sheet, kind: str, port: str, at: int, bill: Bill, box: Box, number: int, vessel: Vessel, voyage: str,
    direction: str, trade: str = "F", ef: str = "F", pod: str = "", stuck: int = 0, **more: Any,
) -> Record:  # fmt: skip
    """One manifest line: one box of one bill. ``pod`` where it differs from the bill's."""
    known = recorded(at, sheet.rng)
    record: Record = {
        "event_id": "M" + sheet.event_id(),
        "source_party": TALLY if kind == "TALLY" else AGENT,
        "source_system": "TALLY" if kind == "TALLY" else "AGENT-EDI",
        "event_type": "MANIFEST_LINE",
        "classifier": "ACT",
        "event_time": at,
        "source_offset_min": 480,
        "record_time": known,
        "updated_time": known,
        "is_retracted": False,
        "port": port,
        "unlocode_raw": PORTS[port].locode,
        "manifest_kind": kind,
        "msg_type": _MESSAGES.get(kind),
        "function_code": "9",
        "version": "1.0",
        "line_no": number,
        "direction": direction,
        "trade": trade,
        "vessel_id": vessel.id,
        "vessel_name": vessel.name,
        "voyage": voyage,
        "master_bl": bill.no,
        "declaration_no": bill.declaration,
        "container_no": box.no,
        "iso_type": box.iso,
        "ef": ef,
        "load_type": "FCL",
        "pol": bill.pol,
        "pod": pod or bill.pod,
        "gross_kg": float(box.kg),
        "packages": 400,
        "goods": bill.goods,
        "hs": bill.hs,
        "seals": [{"no": box.seal, "issuer": "CA"}] if box.seal else [],
        "customs_district": PORTS[port].district,
    }
    if more:
        record.update(more)
    return sheet.put("manifest", record, stuck)


def vgm(sheet: Sheet, port: str, at: int, bill: Bill, box: Box, vessel: Vessel, voyage: str, kg: int) -> Record:
    """The verified gross mass of a box."""
    known = recorded(at, sheet.rng)
    record: Record = {
        "event_id": "V" + sheet.event_id(),
        "source_party": AGENT,
        "source_system": "AGENT-EDI",
        "event_type": "VGM",
        "classifier": "ACT",
        "event_time": at,
        "source_offset_min": 480,
        "record_time": known,
        "updated_time": known,
        "is_retracted": False,
        "port": port,
        "vessel_id": vessel.id,
        "voyage": voyage,
        "master_bl": bill.no,
        "container_no": box.no,
        "vgm": {"kg": float(kg), "method": "SM1", "party": AGENT},
        "gross_kg": float(box.kg),
    }
    return sheet.put("manifest", record)


def release(
    sheet: Sheet, port: str, at: int, stage: str, bill: str, container: str = "", action: str = "RELEASE",
    stuck: int = 0, **more: Any,
) -> Record:  # fmt: skip
    """A release or another word of customs, terminal or tally: on a bill, or on a box of it."""
    party, system, authority = _SPEAKERS.get(stage, (CUSTOMS, "CUSTOMS", "CUSTOMS"))
    known = recorded(at, sheet.rng)
    record: Record = {
        "event_id": "R" + sheet.event_id(),
        "source_party": party or PORTS[port].party,
        "source_system": system,
        "event_type": "RELEASE",
        "classifier": "ACT",
        "event_time": at,
        "source_offset_min": 480,
        "record_time": known,
        "updated_time": known,
        "is_retracted": False,
        "port": port,
        "unlocode_raw": PORTS[port].locode,
        "authority": authority,
        "stage": stage,
        "action": action,
        "bill_no": bill,
        "container_no": container or None,
        "district": PORTS[port].district,
    }
    if more:
        record.update(more)
    return sheet.put("release", record, stuck)


def bill_or_boxes(sheet: Sheet, port: str, at: int, stage: str, bill: Bill, by_bill: bool) -> dict[str, int]:
    """Release every box of a bill: with one word on the bill, or box by box, some seconds apart.

    Returns the time of release by container number.
    """
    if by_bill:
        release(sheet, port, at, stage, bill.no)
        return {box.no: at for box in bill.boxes}
    times = {}
    for box in bill.boxes:
        at += sheet.between(50, 9_000)
        release(sheet, port, at, stage, bill.no, box.no)
        times[box.no] = at
    return times
