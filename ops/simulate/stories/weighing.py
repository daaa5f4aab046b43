"""The verified gross mass (VGM) of an export: missing, late, or far from what the weighbridge says."""

from __future__ import annotations

from typing import Final

from ops.simulate import papers
from ops.simulate.cargo import Bill, Box
from ops.simulate.clock import HOUR
from ops.simulate.fleet import Call
from ops.simulate.moves import Place
from ops.simulate.sheet import Sheet

#: Quirks whose VGM comes at the quay, or never.
LATE: Final = frozenset(("no_vgm", "vgm_late", "vgm_near"))
#: Kilograms of the VGM, and of the box at the gate: 5 % of the VGM is the limit below 20 t, 1,000 kg above.
_STATED: Final = {
    "weight_off": (15_000, 15_790), "weight_off_tonne": (24_000, 22_950), "weight_near": (15_000, 14_260),
    "weight_near_tonne": (24_000, 24_990),
}  # fmt: skip


def weigh(sheet: Sheet, place: Place, ocean: Call, bill: Bill, box: Box, gate_at: int) -> int:
    """State the VGM before the box comes. Returns when; 0 = not then."""
    if bill.quirk in LATE:
        return 0
    at = gate_at - sheet.between(HOUR, 5 * HOUR)
    kg, _ = _STATED.get(bill.quirk, (box.kg, 0))
    papers.vgm(sheet, place.port, at, bill, box, ocean.vessel, ocean.voyage_out, kg)
    if bill.quirk.startswith("weight_off"):
        sheet.raised("WEIGHT_DEVIATION", box.no)
    return at


def prepare(bill: Bill) -> None:
    """Give the box of a quirk the weight that its story needs."""
    if bill.quirk in _STATED:
        bill.boxes[0].kg = _STATED[bill.quirk][1]


def weigh_at_quay(sheet: Sheet, call: Call, bill: Bill, box: Box, loaded_at: int) -> int:
    """State the VGM around the loading, or not at all. Returns when; 0 = never."""
    at = 0
    if bill.quirk == "vgm_near":
        at = loaded_at - sheet.between(20_000, 120_000)
    elif bill.quirk == "vgm_late":
        at = loaded_at + sheet.between(20_000, HOUR)
    if at:
        papers.vgm(sheet, call.port, at, bill, box, call.vessel, call.voyage_out, box.kg)
    if bill.quirk != "vgm_near":
        sheet.raised("LOAD_NO_VGM", box.no)
    return at
