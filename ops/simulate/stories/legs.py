"""One leg between two of the ports, by feeder: what may go wrong on it, and the truth of it."""

from __future__ import annotations

from typing import Final

from ops.simulate import limits, truths
from ops.simulate.cargo import Box
from ops.simulate.clock import MINUTE, SECOND
from ops.simulate.fleet import UNPLANNED_FROM, Call
from ops.simulate.sheet import Sheet

#: Quirks whose boxes come ashore at their own time, or never, and take no slot under a crane.
OWN_TIME: Final = frozenset(
    ("lost", "landed_late", "landed_overdue", "landed_very_late", "landed_near", "landed_not_overdue",
     "landed_not_lost")
)  # fmt: skip


def landing_time(sheet: Sheet, end: Call, quirk: str) -> int:
    """When a box of ``OWN_TIME`` comes ashore; 0 = never."""
    match quirk:
        case "landed_late":
            return end.ops_end + sheet.between(10 * SECOND, 25 * MINUTE)
        case "landed_very_late":
            return end.ops_end + limits.LANDED + sheet.between(10 * SECOND, 10 * MINUTE)
        case "landed_not_lost":
            return end.ops_end + limits.LANDED - sheet.between(10 * SECOND, 2 * MINUTE)
        case "landed_overdue":
            return end.eta + limits.LEG + sheet.between(10 * SECOND, 10 * MINUTE)
        case "landed_not_overdue":
            return end.eta + limits.LEG - sheet.between(10 * SECOND, 2 * MINUTE)
        case "landed_near":
            return end.ops_end - sheet.between(10 * SECOND, 2 * MINUTE)
    return 0


def judge(
    sheet: Sheet, box: Box, start: Call, end: Call, loaded_at: int, landed_at: int, elsewhere_at: int = 0,
    quirk: str = "",
) -> None:  # fmt: skip
    """The truth of a leg that was loaded: discharged at ``end``, or ``elsewhere_at`` at another port (0 = not). All of a
    day's feeders are written off by its end."""
    anywhere = landed_at or elsewhere_at
    sheet.overdue("LEG_OVERDUE", box.no, end.eta + limits.LEG, anywhere)
    sheet.overdue("LEG_SHORT", box.no, end.ops_end, landed_at)
    sheet.overdue("LEG_LOST", box.no, end.ops_end + limits.LANDED, anywhere)
    if start.slot.name == UNPLANNED_FROM:
        sheet.raised("LEG_UNPLANNED_STOP", box.no)
    state = ended(quirk) if landed_at else "ARRIVED"
    truths.leg(sheet, box, start.port, end.port, state, loaded_at, landed_at)


def ended(quirk: str) -> str:
    """How a leg ends whose box came off: written off, unless its seals do not agree."""
    return "DISCHARGED" if quirk == "seal_changed" else "RECONCILED"


def approved(sheet: Sheet, box: Box, start: Call, approved_at: int, loaded_at: int) -> None:
    """The truth of a planned leg of a supervised box: approved in time, late or never (0), and loaded (0 = not)."""
    due = start.etd - limits.READY
    if not loaded_at or loaded_at > due:
        sheet.overdue("LEG_NOT_APPROVED", box.no, due, approved_at)


def connection(sheet: Sheet, box: Box, came_at: int, ocean: Call, landed_at: int) -> None:
    """The truth of a feeder or train that comes close to the cut-off of the ocean vessel."""
    if came_at > ocean.cutoff - limits.CONNECTION:
        in_time = 0 < landed_at <= ocean.cutoff
        sheet.raised("MISSED_CONNECTION_RISK", box.no, "RESOLVED" if in_time else "RAISED")
