"""Exceptions of papers that come late, are missing, or say something else than the quay and the gate."""

from __future__ import annotations

from streams.domain.box_lines import BoxLines
from streams.domain.evidence import Evidence
from streams.domain.moves import Move
from streams.domain.visits import Visit
from streams.domain.watch import Watch
from streams.domain.world import World


def watch_export_papers(watch: Watch, visit: Visit, world: World) -> None:
    """ARR_NO_MANIFEST of a supervised export."""
    opening = visit.opening
    watch.due(
        "ARR_NO_MANIFEST", opening.port, opening.best, opening.at + visit.limits(world).manifest_due,
        visit.announced.get("PREPARED", 0), "预配舱单 came late", "no 预配舱单 line names this box",
    )  # fmt: skip


def watch_loading_papers(watch: Watch, visit: Visit, load: Move, world: World) -> None:
    """DECLARE_LATE_EXPORT and LOADMANIFEST_LATE of a supervised export that its ocean vessel has loaded."""
    limits = visit.limits(world)
    declared = visit.permits.declared
    watch.due(
        "DECLARE_LATE_EXPORT", load.port, load.best, load.at - limits.declared_before,
        declared.at if declared is not None else 0, "declared late", "not declared",
    )  # fmt: skip
    watch.due(
        "LOADMANIFEST_LATE", load.port, load.best, load.at - limits.listed_before, visit.announced.get("LOADED", 0),
        "装载舱单 came late", "no 装载舱单 line names this box",
    )  # fmt: skip


def watch_stripped(watch: Watch, visit: Visit, world: World) -> None:
    """DECONSOLIDATION_TALLY_LATE of goods that were taken out of a box at a CFS."""
    stripped = visit.stripped()
    if stripped is None:
        return
    tallied = 0
    for line in visit.lines:
        if line.code == "TALLY" and line.at >= stripped.at:
            tallied = line.at
            break
    watch.due(
        "DECONSOLIDATION_TALLY_LATE", stripped.port, stripped.best, stripped.at + visit.limits(world).stripped_tally_due,
        tallied, "the devanning tally came late", "no devanning tally names this box",
    )  # fmt: skip


def watch_import_papers(watch: Watch, visit: Visit, world: World) -> None:
    """TALLY_LATE, MANIFEST_LATE and DECLARATION_OVERDUE of a supervised import."""
    opening = visit.opening
    call = visit.opening_call
    limits = visit.limits(world)
    from_outside = not world.reference.port(opening.pol)
    if call is not None and call.ops_end and from_outside:
        watch.due(
            "TALLY_LATE", opening.port, opening.best, call.ops_end + limits.tally_due, visit.announced.get("TALLY", 0),
            "tally report came late", "no tally report names this box",
        )  # fmt: skip
    if call is None or not call.ata:
        return
    announced = visit.announced.get("ORIGINAL", 0)
    if announced or from_outside:
        watch.due(
            "MANIFEST_LATE", call.port, opening.best, call.ata, announced, "原始舱单 came late",
            "no 原始舱单 line names this box",
        )  # fmt: skip
    deadline = call.ata + limits.declaration_due
    if not visit.closed_at or visit.closed_at > deadline:
        declared = visit.permits.declared
        watch.due(
            "DECLARATION_OVERDUE", call.port, opening.best, deadline, declared.at if declared is not None else 0,
            "declared late", "not declared",
        )  # fmt: skip


def watch_conditions(watch: Watch, visit: Visit) -> None:
    """CONDITION_OVERDUE: the condition of a conditional release was not met in its time."""
    permits = visit.permits
    for condition in permits.conditions:
        if condition.code not in ("DECLARATION", "BILL") or not condition.until:
            continue
        if permits.revoked_by(condition, condition.until):
            continue
        purpose = condition.purpose or "the condition"
        watch.due(
            "CONDITION_OVERDUE", condition.port, condition, condition.until, permits.met_at(condition),
            purpose + " was met late", purpose + " is not met",
        )  # fmt: skip


def watch_trade(watch: Watch, visit: Visit) -> None:
    """TRADE_FLAG_CONFLICT: papers and moves disagree about domestic and foreign."""
    stated = visit.stated_trade
    if not stated:
        return
    for move in visit.moves:
        if move.trade_disputed or (move.trade and move.trade != stated):
            detail = "papers " + stated + ", terminal " + move.trade
            watch.note("TRADE_FLAG_CONFLICT", move.port, move.best, move.at, detail)
            return


def watch_mixed_bills(watch: Watch, lines: BoxLines) -> None:
    """DOMESTIC_IN_FOREIGN_BL: two lines are of one bill and of different trades. One for each bill."""
    for e, before in lines.mixed:
        watch.note("DOMESTIC_IN_FOREIGN_BL", e.port, e, e.at, "bill " + e.bill + " says " + before + " and " + e.trade)


def watch_declared(watch: Watch, visit: Visit, world: World) -> None:
    """EF_MISMATCH and SIZE_TYPE_MISMATCH: what the declared line says of the box, against what came."""
    line = visit.declared
    if line is None:
        return
    if visit.ef_differs:
        opening = visit.opening
        told = "declared full, came empty" if opening.ef == "E" else "declared empty, came full"
        watch.note("EF_MISMATCH", opening.port, opening.best, opening.at, told)
    if line.iso_type:
        _size(watch, visit, line, world)


def _size(watch: Watch, visit: Visit, line: Evidence, world: World) -> None:
    for move in visit.moves:
        if move.iso_type and move.iso_type != line.iso_type:
            declared, seen = world.reference.size(line.iso_type), world.reference.size(move.iso_type)
            if declared and seen and declared != seen:
                detail = "declared " + line.iso_type + ", came as " + move.iso_type
                watch.note("SIZE_TYPE_MISMATCH", move.port, move.best, move.at, detail)
                return


def watch_weight(watch: Watch, visit: Visit, world: World) -> None:
    """WEIGHT_DEVIATION: the latest VGM against the weight at the gate."""
    opening = visit.opening
    vgm = visit.last_vgm
    if vgm is None or not vgm.kg or not opening.kg or opening.code != "IN":
        return
    limits = visit.limits(world)
    allowed = min(vgm.kg * limits.weight_percent / 100, float(limits.weight_kg))
    if abs(vgm.kg - opening.kg) > allowed:
        later = vgm if vgm.at > opening.at else opening.best
        detail = "VGM " + str(round(vgm.kg)) + " kg, gate " + str(round(opening.kg)) + " kg"
        watch.note("WEIGHT_DEVIATION", opening.port, later, max(vgm.at, opening.at), detail)
