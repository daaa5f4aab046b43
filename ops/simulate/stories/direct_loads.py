"""Exports from the gate straight to the quay (抵港直装): declared ahead, the gate confirms arrival, no stay in the yard."""

from __future__ import annotations

from typing import Final

from ops.simulate import papers, truths
from ops.simulate.cargo import Bill
from ops.simulate.clock import HOUR, MINUTE, SECOND
from ops.simulate.fleet import Call
from ops.simulate.moves import Place, gate
from ops.simulate.sheet import Sheet
from ops.simulate.stories import yard
from ops.simulate.stories.arrived import Arrived
from ops.simulate.stories.exports import sail

#: The cut-off of a vessel that takes such boxes is this long before the first of them is loaded.
GATE_CLOSES: Final = 20 * MINUTE
_STEPS: Final = {"DECLARATION": "CUSTOMS", "LOADING": "LOADING", "TERMINAL": "TERMINAL", "TALLY": "TALLY"}


def direct_load(sheet: Sheet, call: Call, bill: Bill) -> None:
    """A bill of one box."""
    (box,) = bill.boxes
    place = Place(call.port, call.terminal)
    arrived = Arrived()
    at = arrived.milestones
    gate_in = call.cutoff - sheet.between(MINUTE, 50 * MINUTE)
    ahead = gate_in - sheet.between(25 * HOUR, 30 * HOUR)
    at["EXPORT_PRE_STOWAGE_MANIFEST"] = arrived.line_at = ahead
    papers.line(sheet, "PREPARED", call.port, ahead, bill, box, 1, call.vessel, call.voyage_out, "E")
    at["EXPORT_PACKING_LIST"] = ahead + 10 * MINUTE
    papers.line(sheet, "PACKING", call.port, ahead + 10 * MINUTE, bill, box, 1, call.vessel, call.voyage_out, "E")
    at["EXPORT_VGM_CONFIRMED"] = ahead + 20 * MINUTE
    papers.vgm(sheet, call.port, ahead + 20 * MINUTE, bill, box, call.vessel, call.voyage_out, box.kg)
    at["EXPORT_CUSTOMS_DECLARED"] = ahead + 30 * MINUTE
    papers.release(sheet, call.port, ahead + 30 * MINUTE, "DECLARATION", bill.no, action="DECLARED")
    arrived.gate_in = gate_in = gate(
        sheet, place, box, "IN", "EXPORT_IN", gate_in, plain=True, bill=bill.no, call=call, voyage=call.voyage_out
    )
    at["EXPORT_LADEN_CONTAINER_GATE_IN"] = gate_in
    step = truths.reported(
        sheet, box, bill, call.vessel.id, call.voyage_out, place.terminal, gate_in, "direct_load"
    )  # fmt: skip
    at["EXPORT_ARRIVAL_REPORT"] = step
    for stage, name in _STEPS.items():
        step += sheet.between(20 * SECOND, 3 * MINUTE)
        papers.release(sheet, call.port, step, stage, bill.no, box.no)
        at[f"EXPORT_{name}_RELEASE"] = step
    loaded = sail(sheet, call, bill, box, 1, call.load_slot(), arrived)
    yard.judge(sheet, box, call, gate_in, arrived.ready_at, loaded, 0, arrived.line_at)
