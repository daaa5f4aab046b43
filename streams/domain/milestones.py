"""The milestone chain of a visit: which fact makes which node (model 1.3, 7.4), and the state that follows."""

from __future__ import annotations

from typing import Final

from streams.domain.permits import Permits
from streams.domain.visits import Visit

#: Releases of a foreign full box, in the order of its chain: stage -> milestone.
EXPORT_RELEASES: Final = (
    ("DECLARATION", "EXPORT_CUSTOMS_RELEASE"),
    ("LOADING", "EXPORT_LOADING_RELEASE"),
    ("TERMINAL", "EXPORT_TERMINAL_RELEASE"),
    ("TALLY", "EXPORT_TALLY_RELEASE"),
)
IMPORT_RELEASES: Final = (
    ("DECLARATION", "IMPORT_CUSTOMS_RELEASE"),
    ("BILL", "IMPORT_BILL_RELEASE"),
    ("TERMINAL", "IMPORT_TERMINAL_RELEASE"),
)
EXPORT_LADDER: Final = (
    ("EXPORT_ARRIVAL_REPORT", "ARRIVED"),
    ("EXPORT_CUSTOMS_RELEASE", "CUSTOMS_RELEASED"),
    ("EXPORT_LOADING_RELEASE", "LOAD_RELEASED"),
    ("EXPORT_TERMINAL_RELEASE", "TERMINAL_RELEASED"),
)


def is_domestic(visit: Visit) -> bool:
    """Domestic cargo needs no customs chain."""
    return visit.trade == "D"


def derive_milestones(visit: Visit, permits: Permits, arrival_at: int) -> dict[str, int]:
    """Milestone key -> event time in ms. ``arrival_at`` is the acknowledgement at the visit's first site, 0 = none."""
    if visit.ef == "E":
        return _plain(visit, {})
    if is_domestic(visit):
        found: dict[str, int] = {}
        _line(found, visit, "WATERWAY", "WATERWAY_BILL")
        released = permits.in_force("TERMINAL")
        if released:
            found["TERMINAL_RELEASE"] = released
        return _plain(visit, found)
    if visit.direction == "E":
        return _export(visit, permits, arrival_at)
    return _import(visit, permits)


def _line(found: dict[str, int], visit: Visit, kind: str, milestone: str) -> None:
    first = 0
    for e in visit.lines:
        if e.code == kind and e.action != "3" and (not first or e.at < first):
            first = e.at
    if first:
        found[milestone] = first


def _plain(visit: Visit, found: dict[str, int]) -> dict[str, int]:
    for move in visit.moves:
        if move.code == "IN":
            found.setdefault("GATE_IN", move.at)
        elif move.code == "DISC":
            found.setdefault("UNLOADED", move.at)
    if visit.ocean_load is not None:
        found["LOADED"] = visit.ocean_load.at
    if visit.closing is not None:
        found["GATE_OUT"] = visit.closing.at
    return found


def _export(visit: Visit, permits: Permits, arrival_at: int) -> dict[str, int]:
    found: dict[str, int] = {}
    _line(found, visit, "PREPARED", "EXPORT_PRE_STOWAGE_MANIFEST")
    declared = permits.first("DECLARATION", "DECLARED")
    if declared is not None:
        found["EXPORT_CUSTOMS_DECLARED"] = declared.at
    _line(found, visit, "PACKING", "EXPORT_PACKING_LIST")
    if visit.vgms:
        found["EXPORT_VGM_CONFIRMED"] = visit.vgms[0].at
    found["EXPORT_LADEN_CONTAINER_GATE_IN"] = visit.opened_at
    if arrival_at:
        found["EXPORT_ARRIVAL_REPORT"] = arrival_at
    for stage, milestone in EXPORT_RELEASES:
        released = permits.in_force(stage)
        if released:
            found[milestone] = released
    if visit.ocean_load is not None:
        found["EXPORT_CONTAINER_LOADED_ON_VESSEL"] = visit.ocean_load.at
    _line(found, visit, "TALLY", "EXPORT_TALLY_REPORT")
    return found


def _import(visit: Visit, permits: Permits) -> dict[str, int]:
    found: dict[str, int] = {}
    _line(found, visit, "ORIGINAL", "IMPORT_ORIGINAL_MANIFEST")
    declared = permits.first("DECLARATION", "DECLARED")
    if declared is not None:
        found["IMPORT_CUSTOMS_DECLARED"] = declared.at
    found["IMPORT_UNLOADED"] = visit.opened_at
    _line(found, visit, "TALLY", "IMPORT_TALLY_REPORT")
    for stage, milestone in IMPORT_RELEASES:
        released = permits.in_force(stage)
        if released:
            found[milestone] = released
    if visit.closing is not None:
        found["IMPORT_CONTAINER_LEAVE_PORT"] = visit.closing.at
    if visit.empty_return:
        found["IMPORT_EMPTY_RETURN"] = visit.empty_return
    if visit.ocean_load is not None:
        found["LOADED"] = visit.ocean_load.at
    return found


def state_of(visit: Visit, milestones: dict[str, int]) -> str:
    """One word for where a visit stands; the axes of the row say the rest."""
    if visit.ocean_load is not None:
        return "SAILED" if visit.closed_at else "LOADED"
    if visit.closing is not None:
        return "EMPTY_RETURNED" if visit.empty_return else "GATED_OUT"
    entered = "GATED_IN" if visit.opening.code == "IN" else "DISCHARGED"
    if visit.ef == "E":
        return entered
    if is_domestic(visit):
        return "TERMINAL_RELEASED" if "TERMINAL_RELEASE" in milestones else entered
    if visit.direction == "E":
        state = "ARRIVAL_PENDING"
        for milestone, reached in EXPORT_LADDER:
            if milestone not in milestones:
                break
            state = reached
        return state
    if "IMPORT_CUSTOMS_RELEASE" in milestones:
        return "BILL_RELEASED" if "IMPORT_BILL_RELEASE" in milestones else "CUSTOMS_RELEASED"
    return "TALLIED" if "IMPORT_TALLY_REPORT" in milestones else "DISCHARGED"


def missing_steps(visit: Visit, milestones: dict[str, int]) -> list[str]:
    """The steps that a box still needs before it may leave, in order; empty once it has left."""
    if visit.ocean_load is not None or visit.closing is not None or visit.ef == "E":
        return []
    if is_domestic(visit):
        return [] if "TERMINAL_RELEASE" in milestones else ["TERMINAL_RELEASE"]
    if visit.direction == "E":
        return [m for m, _ in EXPORT_LADDER if m not in milestones]
    return [m for _, m in IMPORT_RELEASES if m not in milestones]
