"""Exports that were booked on another vessel (改配), or voyage, first."""

from __future__ import annotations

from typing import Final

from ops.simulate import papers
from ops.simulate.cargo import Bill, Box
from ops.simulate.clock import HOUR, MINUTE
from ops.simulate.fleet import Call
from ops.simulate.moves import Place
from ops.simulate.sheet import Sheet
from ops.simulate.stories.arrived import Arrived

QUIRKS: Final = frozenset(("rolled", "voyage_changed", "booked_anew"))


def first_booking(
    sheet: Sheet, place: Place, before: Call, bill: Bill, box: Box, arrived: Arrived, prepared_at: int
) -> None:  # fmt: skip
    """The first line, which names ``before``'s vessel, or its voyage by another number. It stays in force, or is
    taken back where the box was only booked anew."""
    at = prepared_at - sheet.between(30 * MINUTE, 2 * HOUR)
    voyage = before.voyage_out + ("X" if bill.quirk == "voyage_changed" else "")
    line = papers.line(sheet, "PREPARED", place.port, at, bill, box, 1, before.vessel, voyage, "E")
    if bill.quirk == "booked_anew":
        sheet.retract("manifest", line, sheet.between(10 * MINUTE, 30 * MINUTE))
        return
    arrived.milestones["EXPORT_PRE_STOWAGE_MANIFEST"] = at
    sheet.raised("ROLLED" if bill.quirk == "rolled" else "VOYAGE_CHANGED", box.no)
