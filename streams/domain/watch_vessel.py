"""Exceptions of an export against its ocean vessel's call: cut-offs, and boxes that change their voyage."""

from __future__ import annotations

from typing import Final

from streams.domain.box_lines import BoxLines
from streams.domain.calls import Call
from streams.domain.evidence import VERSION_BITS, Evidence
from streams.domain.moves import Move
from streams.domain.visits import Visit
from streams.domain.watch import Raised, Watch
from streams.domain.world import World

#: What an export must have before its cut-off.
_READY: Final = ("DECLARATION", "LOADING")


def watch_cutoff(watch: Watch, visit: Visit, supervised: bool, world: World) -> None:
    """CUTOFF_MISSED, EARLY_GATE_IN, CUTOFF_RISK and SHUT_OUT of a full export."""
    call = visit.declared_call
    if call is None:
        return
    opening = visit.opening
    at_its_port = world.reference.node(opening.port, opening.terminal) == call.port
    if opening.at < call.opens and at_its_port:
        watch.note("EARLY_GATE_IN", opening.port, opening.best, opening.at, "before the yard opened for " + call.number)
    if not call.cutoff:
        return
    if opening.at > call.cutoff and at_its_port:
        watch.note("CUTOFF_MISSED", opening.port, opening.best, opening.at, "after the cut-off of " + call.number)
    if supervised:
        _not_ready(watch, visit, call.port, call.cutoff - world.reference.limits(call.port).before_cutoff)
    if call.atd and opening.at < call.cutoff:
        _shut_out(watch, visit, call.port, call.atd)


def _not_ready(watch: Watch, visit: Visit, port: str, moment: int) -> None:
    load = visit.ocean_load
    if visit.opened_at >= moment or (visit.closed_at and visit.closed_at <= moment):
        return
    if load is not None and load.at <= moment:
        return
    permits = visit.permits
    missing = [stage for stage in _READY if not permits.in_force_at(stage, moment)]
    if missing and watch.is_past(moment):
        detail = "missing: " + ", ".join(missing)
        watch.note("CUTOFF_RISK", port, visit.opening.best, moment, detail, permits.in_force_from(_READY, moment))


def _shut_out(watch: Watch, visit: Visit, port: str, departed_at: int) -> None:
    end = visit.ocean_load or visit.closing
    watch.due(
        "SHUT_OUT", port, visit.opening.best, departed_at, end.at if end is not None else 0, "left later",
        "its vessel left without it",
    )  # fmt: skip


def watch_calls(calls: list[Call]) -> list[Raised]:
    """TERMINAL_CHANGED of calls: the vessel goes to another terminal than it was first planned for."""
    found: list[Raised] = []
    for call in calls:
        told = call.diverted_by()
        if told is not None and call.first_plan is not None:
            detail = call.first_plan.terminal + " → " + told.terminal
            at = told.version >> VERSION_BITS
            evidence = [call.first_plan.ident, told.ident]
            found.append(Raised("TERMINAL_CHANGED", call.call_id, call.port, told.ident, at, 0, detail, evidence))
    return found


def watch_changes(watch: Watch, visit: Visit) -> None:
    """ROLLED, VOYAGE_CHANGED and REASSIGN_NOT_ACCEPTED of an export."""
    if visit.rolled is None and visit.voyage_changed is None:
        return
    for code, line in (("ROLLED", visit.rolled), ("VOYAGE_CHANGED", visit.voyage_changed)):
        if line is None:
            continue
        watch.note(code, line.port, line, line.at, "now " + line.vessel + " " + line.voyage)
        if customs_must_accept(visit, line):
            accepted = visit.permits.accepted_from("REASSIGN", line.at)
            if accepted or watch.is_past(line.at):
                watch.note("REASSIGN_NOT_ACCEPTED", line.port, line, line.at, "released for another voyage", accepted)


def customs_must_accept(visit: Visit, line: Evidence) -> bool:
    """True when a line that moves a box to another voyage came after its release: customs must accept the change."""
    return bool(visit.permits.in_force_at("DECLARATION", line.at))


def watch_incomplete(watch: Watch, lines: BoxLines, moves: list[Move], world: World) -> None:
    """BILL_INCOMPLETE: an announced export box is not there at the cut-off."""
    line = lines.prepared
    if line is None:
        return
    call = lines.call_of(line, world)
    if call is None or not call.cutoff or line.at > call.cutoff:
        return
    since = call.cutoff - world.reference.limits(call.port).arrived_within
    first = 0
    for move in moves:
        if move.at >= since and move.code in ("IN", "DISC"):
            first = move.at
            break
    if watch.overdue(call.cutoff, first):
        detail = "bill " + line.bill + ", cut-off of " + call.number
        watch.note("BILL_INCOMPLETE", call.port, line, call.cutoff, detail, first)
