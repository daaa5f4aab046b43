"""Exports that were booked on another vessel (改配), or voyage, first."""

from __future__ import annotations

from typing import Final

from ops.simulate import papers
from ops.simulate.cargo import Bill, Box
from ops.simulate.clock import HOUR, MINUTE
from ops.simulate.fleet import Call
from ops.simulate.incidents import REASSIGNED
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


def reassign(sheet: Sheet, ocean: Call, bill: Bill, released: int) -> int:
    """A box that customs released for another vessel is booked on ``ocean``, which customs accepts, or does not; a word that
    it said before is of no booking that came later. Returns when that is over."""
    (box,) = bill.boxes
    at = released + sheet.between(3 * MINUTE, 10 * MINUTE)
    papers.line(sheet, "PREPARED", ocean.port, at, bill, box, 1, ocean.vessel, ocean.voyage_out, "E")
    sheet.raised("ROLLED", box.no)
    accepted = at + sheet.between(3 * MINUTE, 10 * MINUTE)
    if bill.quirk == "reassigned_word_before":
        accepted = at - sheet.between(10_000, 2 * MINUTE)
    if bill.quirk != "reassigned_never":
        action = "ACK" if sheet.chance(0.5) else "APPROVE"
        papers.release(sheet, ocean.port, accepted, "REASSIGN", bill.no, box.no, action=action)
    sheet.raised("REASSIGN_NOT_ACCEPTED", box.no, "RESOLVED" if bill.quirk == "reassigned" else "RAISED")
    return max(at, accepted)


def reported_for(ocean: Call, before: Call | None, quirk: str) -> Call:
    """The vessel for which the arrival of a box is reported: that of its first booking where customs has released it."""
    return before if before is not None and quirk in REASSIGNED else ocean
