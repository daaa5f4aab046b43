"""The milestone chain of a visit: which fact makes which node (model 1.3, 7.4), and the state that follows."""

from __future__ import annotations

from typing import Final

from streams.domain.permits import ALWAYS, DIVERSIONS
from streams.domain.visits import Visit

#: State of a visit without an end of which nothing was heard for a long time; a later event reopens it (model 7.3 A).
ABANDONED: Final = "ABANDONED"


def is_domestic(visit: Visit) -> bool:
    """Domestic cargo needs no customs chain."""
    return visit.trade == "D"


class Progress:
    """How far a visit has come: what it has passed, what it still needs before it may leave, and one word for both."""

    def __init__(self) -> None:
        #: milestones passed, and the event time of each in ms
        self.keys: list[str] = []
        self.times: list[int] = []
        self.latest = 0
        #: steps that a box still needs, in their order; empty once it has left
        self.missing: list[str] = []
        self.state = ""

    def add(self, key: str, at: int) -> None:
        """A milestone; a time of 0 says that it was not passed."""
        if at:
            self.keys.append(key)
            self.times.append(at)
            if at > self.latest:
                self.latest = at

    def need(self, key: str, at: int, state: str) -> None:
        """A step that must be taken before the box may leave; ``state`` is reached with it and all steps before it."""
        if not at:
            self.missing.append(key)
            return
        self.add(key, at)
        if not self.missing:
            self.state = state


def derive_progress(visit: Visit, arrival_at: int) -> Progress:
    """The progress of a visit. ``arrival_at`` is the acknowledgement at the visit's first site, 0 = none."""
    p = Progress()
    p.state = "GATED_IN" if visit.opening.code == "IN" else "DISCHARGED"
    if visit.ef == "E":
        p.add("EMPTY_DISPATCH_NOTICE", visit.announced.get("EMPTY_NOTICE", 0))
        _plain(visit, p)
        p.add("EMPTY_TALLY_REPORT", visit.announced.get("TALLY", 0))
    elif is_domestic(visit):
        p.add("WATERWAY_BILL", visit.announced.get("WATERWAY", 0))
        p.need("TERMINAL_RELEASE", visit.permits.in_force("TERMINAL"), "TERMINAL_RELEASED")
        _plain(visit, p)
    elif visit.direction == "E":
        _export(visit, arrival_at, p)
    elif visit.direction == "T" or visit.permits.approval("TRANSHIP") is not None:
        _transhipment(visit, p)
    else:
        _import(visit, p)
    if visit.ocean_load is not None:
        p.state = "SAILED" if visit.closed_at else "LOADED"
        p.missing = []
        if visit.ocean_call is not None and visit.trade == "F":
            p.add("VOYAGE_CLEARANCE", visit.ocean_call.cleared_at)
    elif visit.closing is not None:
        p.state = "EMPTY_RETURNED" if visit.empty_return else "GATED_OUT"
        p.missing = []
    return p


def _plain(visit: Visit, p: Progress) -> None:
    for code, milestone in (("IN", "GATE_IN"), ("DISC", "UNLOADED")):
        for move in visit.moves:
            if move.code == code:
                p.add(milestone, move.at)
                break
    if visit.ocean_load is not None:
        p.add("LOADED", visit.ocean_load.at)
    if visit.closing is not None:
        p.add("GATE_OUT", visit.closing.at)


def _export(visit: Visit, arrival_at: int, p: Progress) -> None:
    announced = visit.announced
    permits = visit.permits
    p.state = "ARRIVAL_PENDING"
    p.add("EXPORT_PRE_STOWAGE_MANIFEST", announced.get("PREPARED", 0))
    if permits.declared is not None:
        p.add("EXPORT_CUSTOMS_DECLARED", permits.declared.at)
    p.add("EXPORT_PACKING_LIST", announced.get("PACKING", 0))
    if visit.first_vgm is not None:
        p.add("EXPORT_VGM_CONFIRMED", visit.first_vgm.at)
    p.add("EXPORT_LADEN_CONTAINER_GATE_IN", visit.opened_at)
    p.need("EXPORT_ARRIVAL_REPORT", arrival_at, "ARRIVED")
    if permits.inspected:
        _inspection(visit, p, "EXPORT_INSPECTION_MAIN")
    p.need("EXPORT_CUSTOMS_RELEASE", permits.in_force("DECLARATION"), "CUSTOMS_RELEASED")
    p.need("EXPORT_LOADING_RELEASE", permits.in_force("LOADING"), "LOAD_RELEASED")
    p.need("EXPORT_TERMINAL_RELEASE", permits.in_force("TERMINAL"), "TERMINAL_RELEASED")
    p.add("EXPORT_TALLY_RELEASE", permits.in_force("TALLY"))
    if visit.ocean_load is not None:
        p.add("EXPORT_CONTAINER_LOADED_ON_VESSEL", visit.ocean_load.at)
    p.add("EXPORT_TALLY_REPORT", announced.get("TALLY", 0))


def _import(visit: Visit, p: Progress) -> None:
    permits = visit.permits
    _landed(visit, p)
    if visit.exits or permits.sent_on:
        _sent_on(visit, p)
    if permits.inspected:
        _inspection(visit, p, "IMPORT_INSPECTION_MAIN")
    p.need("IMPORT_CUSTOMS_RELEASE", permits.in_force("DECLARATION"), "CUSTOMS_RELEASED")
    p.need("IMPORT_BILL_RELEASE", permits.in_force("BILL"), "BILL_RELEASED")
    # What the terminal still wants does not change how far customs has come.
    p.need("IMPORT_TERMINAL_RELEASE", permits.in_force("TERMINAL"), p.state)
    if visit.closing is not None:
        p.add("IMPORT_CONTAINER_LEAVE_PORT", visit.closing.at)
    p.add("IMPORT_EMPTY_RETURN", visit.empty_return)


def _landed(visit: Visit, p: Progress) -> None:
    p.add("IMPORT_ORIGINAL_MANIFEST", visit.announced.get("ORIGINAL", 0))
    if visit.permits.declared is not None:
        p.add("IMPORT_CUSTOMS_DECLARED", visit.permits.declared.at)
    p.add("IMPORT_UNLOADED", visit.opened_at)
    tallied = visit.announced.get("TALLY", 0)
    p.add("IMPORT_TALLY_REPORT", tallied)
    p.state = "TALLIED" if tallied else "DISCHARGED"


def _sent_on(visit: Visit, p: Progress) -> None:
    """疏港分流 to an off-dock yard, 分拨 to a CFS: asked for, approved, and there; at the CFS the goods are taken out."""
    permits = visit.permits
    for stage in DIVERSIONS:
        asked = permits.first(stage, "APPLY")
        approval = permits.approval(stage)
        there = visit.arrival_for(stage)
        if asked is not None:
            p.add("IMPORT_" + stage + "_APPLY", asked.at)
        if approval is not None:
            p.add("IMPORT_" + stage + "_RELEASE", approval.at)
        if there is not None:
            p.add("IMPORT_" + stage + "_ARRIVAL", there.at)
            if not p.missing:
                p.state = "DIVERTED"
    stripped = visit.stripped()
    if stripped is not None:
        p.add("IMPORT_STRIPPED", stripped.at)


def _inspection(visit: Visit, p: Progress, key: str) -> None:
    """An inspection that was ordered is a step to take, until its result or a release of the declaration after all."""
    last = visit.permits.last_inspection(ALWAYS)
    result = visit.permits.last_result()
    if result is not None:
        p.add(key, result.at)
    if last is not result and not visit.permits.in_force("DECLARATION"):
        p.missing.append(key)


def _transhipment(visit: Visit, p: Progress) -> None:
    """国际转运: off one vessel and onto another, under a permit in place of a declaration."""
    permits = visit.permits
    _landed(visit, p)
    permit = permits.approval("TRANSHIP")
    p.need("TRANSHIP_PERMIT", permit.at if permit is not None else 0, "TRANSHIP_PERMITTED")
    p.add("EXPORT_PRE_STOWAGE_MANIFEST", visit.announced.get("PREPARED", 0))
    p.need("EXPORT_LOADING_RELEASE", permits.in_force("LOADING"), "LOAD_RELEASED")
    load = visit.ocean_load
    if load is not None:
        p.add("EXPORT_CONTAINER_LOADED_ON_VESSEL", load.at)
        for line in visit.lines:
            if line.code == "TALLY" and line.at >= load.at:
                p.add("EXPORT_TALLY_REPORT", line.at)
                break
