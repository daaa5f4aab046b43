"""Exceptions at the quay: what is loaded without its papers, and the manifest against what came off the ship."""

from __future__ import annotations

from streams.domain.box_lines import BoxLines
from streams.domain.evidence import Evidence
from streams.domain.moves import Move
from streams.domain.permits import Permits
from streams.domain.visits import Visit
from streams.domain.watch import Watch
from streams.domain.world import World


def watch_ocean_load(watch: Watch, visit: Visit) -> None:
    """LOAD_NO_RELEASE and LOAD_NO_VGM of a supervised export on its ocean vessel."""
    load = visit.ocean_load
    if load is None:
        return
    missing = missing_to_load(visit.permits, load.at)
    if missing:
        watch.note("LOAD_NO_RELEASE", load.port, load.best, load.at, "missing: " + ", ".join(missing))
    if weighed_by(visit, load.at) is None:
        watch.note("LOAD_NO_VGM", load.port, load.best, load.at, "no VGM was confirmed")


def watch_transhipped(watch: Watch, visit: Visit) -> None:
    """LOAD_NO_RELEASE of a full foreign box that goes from one vessel onto another: its permit is another (国际转运准单)."""
    load = visit.ocean_load
    if load is not None and not visit.permits.approved_at("TRANSHIP", load.at):
        watch.note("LOAD_NO_RELEASE", load.port, load.best, load.at, "missing: TRANSHIP")


def missing_to_load(permits: Permits, at: int) -> list[str]:
    """The releases without which a supervised export may not be loaded onto its ocean vessel at a time (ms)."""
    return [stage for stage in ("LOADING", "TERMINAL") if not permits.in_force_at(stage, at)]


def weighed_by(visit: Visit, at: int) -> Evidence | None:
    """The verified gross mass (VGM) that was known by a time (ms)."""
    first = visit.first_vgm
    return first if first is not None and first.at <= at else None


def watch_dangerous(watch: Watch, visit: Visit) -> None:
    """DG_NO_PERMIT: declared dangerous goods are loaded without the permit for them."""
    line = visit.declared
    if line is None or not line.dg:
        return
    for load in visit.loads:
        if not visit.permits.in_force_at("DG", load.at):
            watch.note("DG_NO_PERMIT", load.port, load.best, load.at, "class " + line.dg)
            return


def watch_domestic(watch: Watch, visit: Visit) -> None:
    """NO_WATERWAY_BILL of a full domestic box."""
    bill_at = visit.announced.get("WATERWAY", 0)
    for load in visit.loads:
        if not bill_at or bill_at > load.at:
            watch.note("NO_WATERWAY_BILL", load.port, load.best, load.at, "no 水路运单 line names this box", bill_at)


def watch_ship(watch: Watch, visit: Visit, world: World) -> None:
    """VESSEL_NOT_PERMITTED: a full box on a ship that may not carry its trade."""
    if visit.opening.code == "DISC" and _forbidden(watch, visit.opening, visit.trade, world):
        return
    for load in visit.loads:
        if _forbidden(watch, load, visit.trade, world):
            return


def _forbidden(watch: Watch, move: Move, trade: str, world: World) -> bool:
    ship = world.reference.ships.get(move.vessel)
    if ship is None or ship.may_carry(trade, move.at):
        return False
    detail = ("domestic box on " if trade == "D" else "foreign box on ") + move.vessel
    watch.note("VESSEL_NOT_PERMITTED", move.port, move.best, move.at, detail)
    return True


def watch_announced(watch: Watch, lines: BoxLines, visits: list[Visit], moves: list[Move], world: World) -> None:
    """SHORTLANDED, OVERLANDED and DIFF_UNEXPLAINED: the manifest against the quay, whether the box came or not."""
    if lines.originals:
        _shortlanded(watch, lines, moves, world)
    for visit in visits:
        if visit.opening.code == "DISC" and visit.ef == "F" and visit.trade == "F":
            _overlanded(watch, visit, lines.originals, world)


def _shortlanded(watch: Watch, lines: BoxLines, moves: list[Move], world: World) -> None:
    told: list[Evidence] = []
    for line in lines.originals:
        port = world.reference.port(line.pod)
        if not port or _named(told, line):
            continue
        told.append(line)
        call = lines.call_of(line, world)
        if call is None or not call.ops_end:
            continue
        landed_at = 0
        for move in moves:
            if move.code == "DISC" and move.port == port and move.vessel == line.vessel and _on(move, line.voyage):
                landed_at = move.at
                break
        _difference(watch, "SHORTLANDED", port, line, call.ops_end, landed_at, world)


def _named(lines: list[Evidence], line: Evidence) -> bool:
    """True when one of these lines names the same voyage."""
    for each in lines:
        if each.vessel == line.vessel and each.voyage == line.voyage:
            return True
    return False


def _overlanded(watch: Watch, visit: Visit, originals: list[Evidence], world: World) -> None:
    move = visit.opening
    call = visit.opening_call
    if call is None or not call.ops_end or world.reference.port(move.pol):
        return
    first = 0
    for line in originals:
        if line.vessel == move.vessel and _on(move, line.voyage):
            first = line.at
            break
    _difference(watch, "OVERLANDED", move.port, move.best, call.ops_end, first, world)


def _difference(watch: Watch, code: str, port: str, cause: Evidence, ops_end: int, mended_at: int, world: World) -> None:
    limits = world.reference.limits(port)
    deadline = ops_end + limits.landed_due
    if not watch.overdue(deadline, mended_at):
        return
    if code == "SHORTLANDED":
        detail = "announced on " + cause.vessel + "|" + cause.voyage + ", not landed"
    else:
        detail = "landed, in no 原始舱单"
    watch.note(code, port, cause, deadline, detail, mended_at)
    unexplained = ops_end + limits.difference_due
    if watch.overdue(unexplained, mended_at):
        watch.note("DIFF_UNEXPLAINED", port, cause, unexplained, detail, mended_at)


def _on(move: Move, voyage: str) -> bool:
    return not move.voyage or not voyage or move.voyage == voyage
