"""Exceptions at the gate, of seals, and of where a box is."""

from __future__ import annotations

from typing import Final

from streams.domain.moves import Move
from streams.domain.permits import DIVERSIONS, Permits
from streams.domain.visits import Visit
from streams.domain.watch import Watch
from streams.domain.world import World

#: Trips of an export on the platform's own ground, for which nobody's approval is needed.
_OWN_GROUND: Final = ("INTER_TERMINAL", "LEG")
#: Authorities that hold a box for money.
COMMERCIAL: Final = ("CARRIER", "CHARGES")


def watch_import_out(watch: Watch, visit: Visit, supervised: bool) -> None:
    """GATEOUT_NO_RELEASE and GATEOUT_NOT_PAID of a full import that has left by gate."""
    if supervised:
        _sent_on(watch, visit)
    out = visit.closing
    if out is None:
        return
    if supervised and out.purpose != "WITHDRAWAL":
        _unreleased(watch, visit, out)
    if visit.permits.held_at(COMMERCIAL, out.at):
        watch.note("GATEOUT_NOT_PAID", out.port, out.best, out.at, "held by carrier or for charges")


def missing_to_leave(permits: Permits, at: int) -> list[str]:
    """The releases without which a supervised import may not leave by gate at a time (ms)."""
    missing: list[str] = []
    if not permits.cleared_at("BILL", at):
        missing.append("BILL")
    if not permits.in_force_at("TERMINAL", at):
        missing.append("TERMINAL")
    return [] if missing and permits.approved_at("TRANSIT", at) else missing


def _sent_on(watch: Watch, visit: Visit) -> None:
    """A box leaves for an off-dock yard or a CFS, and customs has not approved that."""
    for out in visit.exits:
        if out.purpose in DIVERSIONS and not visit.permits.approved_at(out.purpose, out.at):
            watch.note("GATEOUT_NO_RELEASE", out.port, out.best, out.at, "missing: " + out.purpose)
            return


def _unreleased(watch: Watch, visit: Visit, out: Move) -> None:
    missing = missing_to_leave(visit.permits, out.at)
    if missing:
        watch.note("GATEOUT_NO_RELEASE", out.port, out.best, out.at, "missing: " + ", ".join(missing))


def watch_export_out(watch: Watch, visit: Visit, supervised: bool) -> None:
    """EXPORT_OUT_UNAPPROVED and WITHDRAWN of an export that left by gate."""
    if supervised:
        for out in visit.exits:
            if not may_come_out(visit.permits, out.purpose, out.at):
                watch.note("EXPORT_OUT_UNAPPROVED", out.port, out.best, out.at, "purpose " + out.purpose)
                break
    closing = visit.closing
    if closing is not None and closing.purpose == "WITHDRAWAL":
        watch.note("WITHDRAWN", closing.port, closing.best, closing.at, "退关")


def may_come_out(permits: Permits, purpose: str, at: int) -> bool:
    """True when a supervised export may leave by gate for a purpose at a time (ms)."""
    if purpose in _OWN_GROUND:
        return True
    arrived = permits.first("ARRIVAL", "ACK")
    if arrived is None or arrived.at > at or permits.approved_at("DECLARATION", at):
        return True
    return purpose == "INSPECTION" and permits.inspected_by(at)


def watch_empties(watch: Watch, visit: Visit, world: World) -> None:
    """EMPTY_NOT_EMPTY: the gate calls a box empty that is too heavy for that."""
    for move in visit.weighed_empty:
        limits = world.reference.limits(move.port)
        size = world.reference.size(move.iso_type or visit.iso_type)
        if move.kg > (limits.empty_20 if size[:2] == "20" else limits.empty_40):
            watch.note("EMPTY_NOT_EMPTY", move.port, move.best, move.at, "weighs " + str(round(move.kg)) + " kg")
            return


def watch_seals(watch: Watch, visit: Visit, supervised: bool) -> None:
    """SEAL_BROKEN, and SEAL_MISMATCH: the declared seals against those of the move that opened the visit."""
    for move in visit.broken:
        if not visit.permits.inspection_open_at(move.at):
            watch.note("SEAL_BROKEN", move.port, move.best, move.at, move.seals)
            break
    line = visit.declared
    opening = visit.opening
    if not supervised or line is None or not line.seals or not opening.seals or line.seals == opening.seals:
        return
    if set(line.seals.split(" ")) != set(opening.seals.split(" ")) and not visit.permits.inspection_open_at(opening.at):
        detail = "declared " + line.seals + ", came with " + opening.seals
        watch.note("SEAL_MISMATCH", opening.port, opening.best, opening.at, detail)


def watch_stay(watch: Watch, visit: Visit, world: World) -> None:
    """STAY_OVER: the visit has no end in three months."""
    opening = visit.opening
    watch.due(
        "STAY_OVER", visit.last.port, opening.best, opening.at + visit.limits(world).longest_stay,
        visit.closed_at, "stayed too long", "is still here",
    )  # fmt: skip


def watch_places(watch: Watch, moves: list[Move], world: World) -> None:
    """BOX_TWO_PLACES: a box is at another port sooner than it can get there."""
    reference = world.reference
    before: Move | None = None
    there = ""
    for move in moves:
        here = reference.node(move.port, move.terminal)
        if (
            before is not None
            and here != there
            and before.code != "LOAD"
            and move.at - before.at < reference.least_time(there, here)
        ):
            watch.note("BOX_TWO_PLACES", move.port, move.best, move.at, "just now at " + there)
        before = move
        there = here
