"""Empty boxes of foreign trade: no papers, only moves."""

from __future__ import annotations

from ops.simulate import truths
from ops.simulate.cargo import Box
from ops.simulate.clock import HOUR
from ops.simulate.fleet import Call
from ops.simulate.moves import Place, gate, quay
from ops.simulate.ports import PORTS
from ops.simulate.sheet import Sheet
from ops.simulate.stories.domestic import carry


def leaves_by_sea(sheet: Sheet, call: Call, box: Box, pod: str) -> None:
    """Comes back by truck and is shipped away empty."""
    slot = call.load_slot()
    at = slot - sheet.between(4 * HOUR, 10 * HOUR)
    gate_in = gate(sheet, Place(call.port, call.terminal), box, "IN", "EMPTY_RETURN", at, ef="E")
    loaded = quay(sheet, call, box, "LOAD", slot, ef="E", pol=PORTS[call.port].locode, pod=pod)
    truths.visit(sheet, box, gate_in, call.atd, "E", "F", "E", "SAILED", {"GATE_IN": gate_in, "LOADED": loaded})


def comes_by_sea(sheet: Sheet, call: Call, box: Box, pol: str) -> None:
    """Discharged empty, then picked up by a shipper who will load it."""
    unloaded = quay(sheet, call, box, "DISC", call.discharge_slot(), ef="E", pol=pol, pod=PORTS[call.port].locode)
    at = unloaded + sheet.between(HOUR, 8 * HOUR)
    left = gate(sheet, Place(call.port, call.terminal), box, "OUT", "EMPTY_PICKUP", at, ef="E")
    truths.visit(sheet, box, unloaded, left, "I", "F", "E", "GATED_OUT", {"UNLOADED": unloaded, "GATE_OUT": left})


def transhipped(sheet: Sheet, first: Call, second: Call, box: Box, pol: str, pod: str) -> None:
    """Discharged from one vessel, shipped away on another."""
    here = PORTS[first.port].locode
    unloaded = quay(sheet, first, box, "DISC", first.discharge_slot(), ef="E", pol=pol, pod=here)
    loaded = quay(sheet, second, box, "LOAD", second.load_slot(), ef="E", pol=here, pod=pod)
    truths.visit(
        sheet, box, unloaded, second.atd, "T", "F", "E", "SAILED", {"UNLOADED": unloaded, "LOADED": loaded}
    )


def between_ports(sheet: Sheet, start: Call, end: Call, early: Call, box: Box, quirk: str) -> None:
    """Goes by feeder to a port that needs it; with ``wrong_port`` it is set ashore at ``early`` before that."""
    slot = start.load_slot()
    at = slot - sheet.between(4 * HOUR, 8 * HOUR)
    gate_in = gate(sheet, Place(start.port, start.terminal), box, "IN", "EMPTY_RETURN", at, ef="E")
    ashore, unloaded = carry(sheet, start, end, early, box, slot, quirk, "E", "F", "")
    left = gate(sheet, ashore, box, "OUT", "EMPTY_PICKUP", unloaded + sheet.between(HOUR, 4 * HOUR), ef="E")
    truths.visit(
        sheet, box, gate_in, left, "E", "F", "E", "GATED_OUT",
        {"GATE_IN": gate_in, "UNLOADED": unloaded, "GATE_OUT": left},
    )  # fmt: skip
