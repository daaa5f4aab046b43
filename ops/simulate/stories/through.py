"""Full boxes from abroad that go on abroad by another ocean vessel (国际转运): off one, tallied, permitted, onto the next."""

from __future__ import annotations

from ops.simulate import papers, truths
from ops.simulate.cargo import Bill, Box
from ops.simulate.clock import HOUR, MINUTE, SECOND
from ops.simulate.fleet import Call
from ops.simulate.moves import quay
from ops.simulate.ports import PORTS
from ops.simulate.sheet import Sheet


def transhipped(sheet: Sheet, first: Call, second: Call, bill: Bill) -> None:
    """A box of ``bill`` comes with one call and goes with another. Its permit comes in time, at the last moment, too late, or
    never, or it is taken back before the loading."""
    (box,) = bill.boxes
    here, quirk = PORTS[first.port].locode, bill.quirk
    milestones = {"IMPORT_ORIGINAL_MANIFEST": first.ata - sheet.between(8 * HOUR, 14 * HOUR)}
    papers.line(
        sheet, "ORIGINAL", first.port, milestones["IMPORT_ORIGINAL_MANIFEST"], bill, box, 1, first.vessel, first.voyage_in,
        "I", pod=here, final_dest=bill.pod,
    )  # fmt: skip
    unloaded = quay(
        sheet, first, box, "DISC", first.discharge_slot(), plain=bool(quirk), bill=bill.no, pol=bill.pol, pod=here
    )
    truths.permitted(sheet, box, first.vessel, "F")
    milestones["IMPORT_UNLOADED"] = unloaded
    tallied = _tally(sheet, first, bill, box, unloaded + sheet.between(15 * MINUTE, 55 * MINUTE), "I")
    milestones["IMPORT_TALLY_REPORT"] = tallied
    answered = tallied + sheet.between(30 * SECOND, 10 * MINUTE)
    papers.release(sheet, first.port, answered, "TALLY", bill.no, box.no, action="ACK")
    milestones["EXPORT_PRE_STOWAGE_MANIFEST"] = unloaded + sheet.between(HOUR, 90 * MINUTE)
    papers.line(
        sheet, "PREPARED", second.port, milestones["EXPORT_PRE_STOWAGE_MANIFEST"], bill, box, 1, second.vessel,
        second.voyage_out, "E", pod=bill.pod,
    )  # fmt: skip
    slot = second.load_slot()
    released = slot - sheet.between(HOUR, 2 * HOUR)
    papers.release(sheet, second.port, released, "LOADING", bill.no, box.no)
    milestones["EXPORT_LOADING_RELEASE"] = released
    loaded = quay(sheet, second, box, "LOAD", slot, plain=bool(quirk), bill=bill.no, pol=here, pod=bill.pod)
    milestones["EXPORT_CONTAINER_LOADED_ON_VESSEL"] = loaded
    _permit(sheet, second, bill, box, loaded, milestones)
    permitted = "TRANSHIP_PERMIT" in milestones
    truths.arrival(
        sheet, box, bill.no, first.vessel.id, first.voyage_in, first.terminal, "MT5101", "ACKED" if permitted else "SENT"
    )
    at = second.atd + sheet.between(20 * MINUTE, 3 * HOUR)
    milestones["EXPORT_TALLY_REPORT"] = _tally(sheet, second, bill, box, at, "E")
    truths.permitted(sheet, box, second.vessel, "F")
    truths.sailed(sheet, box, unloaded, second, "T", "F", "F", milestones)


def _permit(sheet: Sheet, call: Call, bill: Bill, box: Box, loaded: int, milestones: dict[str, int]) -> None:
    """Apply for the permit, and give it as the story goes; with its truth."""

    def say(at: int, action: str) -> None:
        papers.release(sheet, call.port, at, "TRANSHIP", bill.no, box.no, action=action)

    say(loaded - sheet.between(3 * HOUR, 4 * HOUR), "APPLY")
    permitted = {
        "no_permit": 0,
        "permit_late": loaded + sheet.between(10 * SECOND, 2 * HOUR),
        "permit_near": loaded - sheet.between(SECOND, 20 * SECOND),
    }.get(bill.quirk, loaded - sheet.between(HOUR, 2 * HOUR))
    if permitted:
        say(permitted, "APPROVE")
        milestones["TRANSHIP_PERMIT"] = permitted
    if bill.quirk == "permit_revoked":
        say(permitted + sheet.between(5 * MINUTE, 30 * MINUTE), "REVOKE")
        del milestones["TRANSHIP_PERMIT"]
    if bill.quirk in ("no_permit", "permit_late", "permit_revoked"):
        sheet.raised("LOAD_NO_RELEASE", box.no)


def _tally(sheet: Sheet, call: Call, bill: Bill, box: Box, at: int, direction: str) -> int:
    voyage = call.voyage_in if direction == "I" else call.voyage_out
    papers.line(
        sheet, "TALLY", call.port, at, bill, box, 1, call.vessel, voyage, direction, expected=1, counted=1,
        tally_company=papers.TALLY,
    )  # fmt: skip
    return at
