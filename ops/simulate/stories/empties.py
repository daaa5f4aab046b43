"""Empty boxes of foreign trade: no papers, only moves."""

from __future__ import annotations

from typing import Final

from ops.simulate import papers, truths
from ops.simulate.cargo import Box
from ops.simulate.clock import HOUR, MINUTE
from ops.simulate.fleet import Call
from ops.simulate.moves import Place, gate, quay
from ops.simulate.ports import PORTS
from ops.simulate.sheet import Sheet
from ops.simulate.stories.domestic import carry

#: Weights of an empty box at the gate, by the first digit of its size type (2 = 20 ft, 4 = 40 ft): much more than any
#: empty box, and what a heavy one weighs.
_KG: Final = {"not_empty": {"2": 9_500, "4": 14_000}, "tare_weighed": {"2": 2_450, "4": 4_600}}


def leaves_by_sea(sheet: Sheet, call: Call, box: Box, pod: str, quirk: str = "", before: Call | None = None) -> None:
    """Comes back by truck and is shipped away empty; in some stories it weighs more than an empty box does, or was
    declared for ``before`` and released by customs, then for ``call``."""
    slot = call.load_slot()
    at = slot - sheet.between(4 * HOUR, 10 * HOUR)
    if before is not None:
        at = min(at, call.cutoff - HOUR)
    gate_in = gate(
        sheet, Place(call.port, call.terminal), box, "IN", "EMPTY_RETURN", at, plain=bool(quirk), ef="E",
        kg=_KG.get(quirk, {}).get(box.iso[0], 0),
    )  # fmt: skip
    if quirk == "not_empty":
        sheet.raised("EMPTY_NOT_EMPTY", box.no)
    if before is not None:
        _reassigned(sheet, call, before, box, pod, quirk, gate_in)
    loaded = quay(sheet, call, box, "LOAD", slot, ef="E", pol=PORTS[call.port].locode, pod=pod)
    milestones = {"GATE_IN": gate_in, "LOADED": loaded}
    if before is None and sheet.chance(0.3):
        milestones |= _papers(sheet, call, box, pod, gate_in)
    truths.sailed(sheet, box, gate_in, call, "E", "F", "E", milestones)


def _papers(sheet: Sheet, call: Call, box: Box, pod: str, gate_in: int) -> dict[str, int]:
    """Some owners give notice of empties that they send out (空箱调运), and the tally company counts them."""
    bill = sheet.mint.bill("EX", "", 0, PORTS[call.port].locode, pod)
    noticed, tallied = gate_in - sheet.between(HOUR, 20 * HOUR), call.atd + sheet.between(20 * MINUTE, 3 * HOUR)
    for kind, at in (("EMPTY_NOTICE", noticed), ("TALLY", tallied)):
        papers.line(sheet, kind, call.port, at, bill, box, 1, call.vessel, call.voyage_out, "E", ef="E")
    return {"EMPTY_DISPATCH_NOTICE": noticed, "EMPTY_TALLY_REPORT": tallied}


def _reassigned(sheet: Sheet, call: Call, before: Call, box: Box, pod: str, quirk: str, gate_in: int) -> None:
    """Declared empty for ``before``, then for ``call``; what customs had released must be assigned anew (改配)."""
    bill = sheet.mint.bill("EX", quirk, 0, PORTS[call.port].locode, pod)
    first_at = gate_in - 3 * HOUR
    papers.line(sheet, "PREPARED", call.port, first_at, bill, box, 1, before.vessel, before.voyage_out, "E", ef="E")
    released = first_at + sheet.between(30 * MINUTE, 50 * MINUTE)
    if quirk != "rolled_unreleased":
        papers.release(sheet, call.port, released, "DECLARATION", bill.no, box.no)
    again = released + sheet.between(20 * MINUTE, 40 * MINUTE)
    papers.line(sheet, "PREPARED", call.port, again, bill, box, 1, call.vessel, call.voyage_out, "E", ef="E")
    sheet.raised("ROLLED", box.no)
    if quirk == "reassign_never":
        sheet.raised("REASSIGN_NOT_ACCEPTED", box.no)
    elif quirk == "reassign_approved":
        papers.release(
            sheet, call.port, again + sheet.between(10 * MINUTE, 2 * HOUR), "REASSIGN", bill.no, box.no,
            action="ACK" if sheet.chance(0.5) else "APPROVE",
        )  # fmt: skip
        sheet.raised("REASSIGN_NOT_ACCEPTED", box.no, "RESOLVED")


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
    truths.sailed(sheet, box, unloaded, second, "T", "F", "E", {"UNLOADED": unloaded, "LOADED": loaded})


def not_loaded(sheet: Sheet, start: Call, end: Call, box: Box) -> None:
    """Comes off a feeder onto which nobody has loaded it at ``start``'s port."""
    here, there = PORTS[start.port].locode, PORTS[end.port].locode
    unloaded = quay(sheet, end, box, "DISC", end.discharge_slot(), ef="E", pol=here, pod=there)
    sheet.raised("LEG_OVER", box.no)
    truths.visit(sheet, box, unloaded, 0, "I", "F", "E", "DISCHARGED", {"UNLOADED": unloaded})


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
