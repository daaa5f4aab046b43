"""Full foreign boxes that go from one ocean vessel onto another, under a permit in place of a declaration (国际转运)."""

from __future__ import annotations

from ops.simulate import papers, truths
from ops.simulate.cargo import Bill
from ops.simulate.clock import HOUR, MINUTE, SECOND
from ops.simulate.fleet import Call
from ops.simulate.moves import quay
from ops.simulate.ports import PORTS
from ops.simulate.sheet import Sheet
from ops.simulate.stories import import_papers as chain

#: Loaded without a permit in force: it comes after loading, never, or was taken back.
_UNPERMITTED = frozenset(("tranship_late", "tranship_never", "tranship_revoked"))


def transhipped(sheet: Sheet, first: Call, second: Call, bill: Bill) -> None:
    """A box that ``first`` brings and ``second`` takes on to the bill's ``pod``; with ``tranship_waiting`` it is left
    behind."""
    quirk = bill.quirk
    (box,) = bill.boxes
    here = PORTS[first.port].locode
    milestones: dict[str, int] = {}
    announced = first.ata - sheet.between(8 * HOUR, 14 * HOUR)
    papers.line(
        sheet, "ORIGINAL", first.port, announced, bill, box, 1, first.vessel, first.voyage_in, "I", pod=here,
        final_dest=bill.pod,
    )  # fmt: skip
    milestones["IMPORT_ORIGINAL_MANIFEST"] = announced
    opened = quay(sheet, first, box, "DISC", first.discharge_slot(), plain=True, bill=bill.no, pol=bill.pol, pod=here)
    milestones["IMPORT_UNLOADED"] = opened
    truths.permitted(sheet, box, first.vessel, "F")
    tallied = opened + sheet.between(15 * MINUTE, 55 * MINUTE)
    papers.line(
        sheet, "TALLY", first.port, tallied, bill, box, 1, first.vessel, first.voyage_in, "I", pod=here,
        msg_type="MT5101", expected=1, counted=1, tally_company=papers.TALLY,
    )  # fmt: skip
    milestones["IMPORT_TALLY_REPORT"] = tallied
    papers.release(
        sheet, first.port, tallied + sheet.between(30 * SECOND, 10 * MINUTE), "TALLY", bill.no, box.no, action="ACK"
    )
    stays = quirk == "tranship_waiting"
    slot = second.first_load if stays else second.load_slot()
    booked = slot - sheet.between(100 * MINUTE, 3 * HOUR)
    papers.line(
        sheet, "PREPARED", second.port, booked, bill, box, 1, second.vessel, second.voyage_out, "T", pol=here
    )
    milestones["EXPORT_PRE_STOWAGE_MANIFEST"] = booked
    permit = _permit(sheet, second, bill, slot)
    if permit:
        milestones["TRANSHIP_PERMIT"] = permit
    case = "ACKED" if permit or stays else "SENT"
    truths.arrival(sheet, box, bill.no, first.vessel.id, first.voyage_in, first.terminal, "MT5101", case)
    if stays:
        truths.visit(sheet, box, opened, 0, "I", "F", "F", "TRANSHIP_PERMITTED", milestones)
        chain.not_declared(sheet, first, box)
        return
    if quirk in _UNPERMITTED:
        sheet.raised("LOAD_NO_RELEASE", box.no)
    released = slot - sheet.between(10 * MINUTE, 40 * MINUTE)
    papers.release(sheet, second.port, released, "LOADING", bill.no, box.no)
    milestones["EXPORT_LOADING_RELEASE"] = released
    loaded = quay(sheet, second, box, "LOAD", slot, plain=True, bill=bill.no, pol=here, pod=bill.pod)
    milestones["EXPORT_CONTAINER_LOADED_ON_VESSEL"] = loaded
    counted = second.atd + sheet.between(20 * MINUTE, 3 * HOUR)
    papers.line(
        sheet, "TALLY", second.port, counted, bill, box, 1, second.vessel, second.voyage_out, "T", pol=here,
        expected=1, counted=1, tally_company=papers.TALLY,
    )  # fmt: skip
    milestones["EXPORT_TALLY_REPORT"] = counted
    truths.sailed(sheet, box, opened, second, "T", "F", "F", milestones)


def _permit(sheet: Sheet, second: Call, bill: Bill, slot: int) -> int:
    """Customs permits the transhipment (MT8105). Returns when, 0 when no permit stands at the end."""
    quirk = bill.quirk
    (box,) = bill.boxes
    if quirk == "tranship_never":
        return 0
    at = slot - sheet.between(50 * MINUTE, 90 * MINUTE)
    if quirk == "tranship_near":
        at = slot - sheet.between(5 * SECOND, 60 * SECOND)
    elif quirk == "tranship_late":
        at = slot + sheet.between(MINUTE, HOUR)
    papers.release(sheet, second.port, at, "TRANSHIP", bill.no, box.no, action="APPROVE")
    if quirk != "tranship_revoked":
        return at
    papers.release(
        sheet, second.port, at + sheet.between(5 * MINUTE, 45 * MINUTE), "TRANSHIP", bill.no, box.no, action="REVOKE",
        reason_text="布控复核",
    )  # fmt: skip
    return 0
