"""A vessel's call as port and terminal report it: estimates, anchorage, berth, shift, operations, departure."""

from __future__ import annotations

from typing import Any

from ops.simulate import desk, papers, truths
from ops.simulate.clock import HOUR, MINUTE
from ops.simulate.delivery import Record
from ops.simulate.fleet import BAD_IMO, REPLANNED, Call
from ops.simulate.ports import PORTS
from ops.simulate.sheet import Sheet, recorded


def port_call(sheet: Sheet, call: Call) -> None:
    """All events of one call, and its truth."""
    ahead = call.ata - 10 * HOUR
    replanned = call.slot.name in REPLANNED and bool(call.slips)
    for update, slip in enumerate(call.slips):  # they come closer and closer
        first = {"terminal_code": PORTS[call.port].terminals[0]} if replanned and update == 0 else {}
        _report(sheet, call, "ANCHOR", "INBD", "ARRI", call.ata + slip, "EST", ahead + update * 3 * HOUR, **first)
        _report(sheet, call, "BERTH", "OUTB", "DEPA", call.atd + slip, "EST", ahead + update * 3 * HOUR + MINUTE)
    if call.slips:
        _report(
            sheet, call, "CUTOFF", None, None, call.cutoff, "PLN", ahead - HOUR,
            cutoffs={"cy_open": call.cy_open, "cy_close": call.cutoff},
            window={"start": call.atb - HOUR, "end": call.atd + HOUR},
        )  # fmt: skip
    _report(sheet, call, "ANCHOR", "INBD", "ARRI", call.ata)
    _report(sheet, call, "PILOT", "INBD", "STRT", call.atb - 35 * MINUTE)
    _berthed(sheet, call)
    _report(sheet, call, "MOORING", "ALGS", "CMPL", call.atb + 8 * MINUTE)
    if call.shifted_at:
        _report(sheet, call, "BERTH", "SHIF", "DEPA", call.shifted_at - 15 * MINUTE)
        _report(sheet, call, "BERTH", "SHIF", "ARRI", call.shifted_at, berth_code=berth(call, 1))
    moves = {"planned": call.discharges + call.loads, "discharge": call.discharges, "load": call.loads}
    _report(sheet, call, "CARGO_OPS", "ALGS", "STRT", call.ops_start, moves=moves, cranes=call.cranes)
    _report(sheet, call, "CARGO_OPS", "ALGS", "CMPL", call.ops_end, moves=moves)
    _report(sheet, call, "BERTH", "OUTB", "DEPA", call.atd)
    _clear(sheet, call)
    truths.call(sheet, call)
    if replanned:
        sheet.raised("TERMINAL_CHANGED", f"{call.port}|{call.vessel.id}|{call.number}")
    if call.slot.name in BAD_IMO:
        sheet.raised("BAD_IMO", call.vessel.id)


def _clear(sheet: Sheet, call: Call) -> None:
    """Customs clears the voyage; of one call in eight it takes a first clearance back, and clears it again."""
    about: Record = {
        "bill_no": None, "call_id": call.number, "vessel_id": call.vessel.id, "voyage": call.voyage_out,
    }  # fmt: skip
    if sheet.rng.random() < 0.125:
        at = call.cleared_at - 40 * MINUTE
        papers.release(sheet, call.port, at, "VOYAGE_CLEARANCE", "", **about)
        papers.release(sheet, call.port, at + 10 * MINUTE, "VOYAGE_CLEARANCE", "", action="REVOKE", **about)
    papers.release(sheet, call.port, call.cleared_at, "VOYAGE_CLEARANCE", "", **about)


def _berthed(sheet: Sheet, call: Call) -> None:
    """The berthing; in one call of five the first report has a wrong time, in two a wrong entry is
    taken back, by its sender or by an officer."""
    luck = sheet.rng.random()
    if luck < 0.2:
        wrong = _report(sheet, call, "BERTH", "ALGS", "ARRI", call.atb - 9 * MINUTE)
        sheet.revise("berth", wrong, sheet.between(10 * MINUTE, HOUR), event_time=call.atb)
        return
    _report(sheet, call, "BERTH", "ALGS", "ARRI", call.atb)
    if luck < 0.6:
        phantom = _report(sheet, call, "BERTH", "SHIF", "ARRI", call.atb + 50 * MINUTE, berth_code=berth(call, 2))
        if luck < 0.4:
            sheet.retract("berth", phantom, sheet.between(10 * MINUTE, HOUR))
        else:
            desk.void(sheet, phantom)


def berth(call: Call, offset: int = 0) -> str:
    """Code of the berth; ``offset`` > 0 for another one of the same terminal."""
    return f"{call.terminal}-{1 + (len(call.slot.name) + ord(call.slot.name[-1]) + offset) % 9}"


def _report(
    sheet: Sheet, call: Call, service: str, phase: str | None, event: str | None, at: int, classifier: str = "ACT",
    known_at: int = 0, **more: Any,
) -> Record:  # fmt: skip
    known = known_at or recorded(at, sheet.rng)
    record: Record = {
        "event_id": "C" + sheet.event_id(),
        "source_party": PORTS[call.port].party,
        "source_system": "TOS",
        "event_type": "PORT_CALL",
        "classifier": classifier,
        "event_time": at,
        "source_offset_min": 480,
        "record_time": known,
        "updated_time": known,
        "is_retracted": False,
        "port": call.port,
        "unlocode_raw": PORTS[call.port].locode,
        "terminal_code": call.terminal,
        "port_call_id": call.number,
        "seq": 1,
        "vessel_id": ((service == "CARGO_OPS" or phase == "OUTB") and call.vessel.other) or call.vessel.id,
        "vessel_name": call.vessel.name,
        "voyage_in": call.voyage_in,
        "voyage_out": call.voyage_out,
        "berth_code": berth(call),
        "service": service,
        "phase": phase,
        "call_event": event,
    }
    if more:
        record.update(more)
    return sheet.put("berth", record)
