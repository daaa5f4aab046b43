"""The second set of exceptions of the contract (section 7), restated over the facts of one box, rule by rule.

Slow and obvious on purpose, and apart from the simulator: its truth is compared with this.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

from stdnum import imo

from .facts import DAY, HOUR, LOCODES, Box, Call, Facts, Move, Record, Visit

REFERENCE = Path(__file__).parents[3] / "schemas" / "reference"
MIN_KG = {"20": 4_000, "": 6_000}


def _table(name: str) -> list[dict[str, str]]:
    with (REFERENCE / name).open(encoding="utf-8") as source:
        return list(csv.DictReader(source))


INLAND = {row["code"] for row in _table("terminals.csv") if row["facility_type"] == "INTE"}
SIZES = {row["code"]: row for row in _table("size_types.csv")}
VESSELS = {row["vessel_id"]: row for row in _table("vessels.csv")}
ROUTES = {(row["from_port"], row["to_port"]): float(row["min_hours"]) for row in _table("routes.csv")}
Found = tuple[str, str]


def judge(facts: Facts) -> set[tuple[str, str, str]]:
    """(code, subject, state) of all exceptions of the second set."""
    found: set[tuple[str, str, str]] = set()
    for box in facts.boxes.values():
        for code, state in judge_box(facts, box):
            found.add((code, box.no, state))
    for vessel in facts.of_vessel:
        scheme, _, number = vessel.partition(":")
        if scheme == "IMO" and not imo.is_valid(number):
            found.add(("BAD_IMO", vessel, "RAISED"))
    for call_id, terminals in facts.planned_terminals.items():
        if terminals[0] != terminals[-1]:
            found.add(("TERMINAL_CHANGED", call_id, "RAISED"))
    return found


def judge_box(facts: Facts, box: Box) -> Iterator[Found]:
    """(code, state) of one box."""
    yield from _landing(facts, box)
    yield from _incomplete(facts, box)
    yield from _two_places(box)
    for visit in box.visits:
        yield from _stay(facts, visit)
        yield from _both_ways(facts, visit)
        if visit.direction == "I":
            yield from _import(facts, box, visit)
        if visit.direction == "E":
            yield from _export(facts, box, visit)
        yield from _legs(facts, box, visit)


def _due(facts: Facts, code: str, due: int, done: int) -> Iterator[Found]:
    if facts.now > due and not (done and done <= due):
        yield code, "RESOLVED" if done else "RAISED"


def _first(times: list[int]) -> int:
    return min(times, default=0)


def _seals(record: Record) -> set[str]:
    return {seal["no"] for seal in record.get("seals") or []}


def _inspected(visit: Visit, at: int) -> bool:
    is_open = False
    for r in visit.said("DECLARATION", "INSPECT_STEP"):
        if r["event_time"] <= at and r.get("reason_code") in ("OPENED", "RESEALED"):
            is_open = r["reason_code"] == "OPENED"
    return is_open


def _stay(facts: Facts, visit: Visit) -> Iterator[Found]:
    yield from _due(facts, "STAY_OVER", visit.opening.at + 90 * DAY, visit.closed_at)


def _incomplete(facts: Facts, box: Box) -> Iterator[Found]:
    lines = [line for line in box.lines if line["manifest_kind"] == "PREPARED"]
    if not lines:
        return
    line = lines[-1]
    call = facts.call(line["vessel_id"], "", line["voyage"], "out")
    if call is None or not call.cutoff or line["event_time"] > call.cutoff:
        return
    came = [m.at for m in box.moves if m.kind in ("IN", "DISC")]
    if not any(call.cutoff - 60 * DAY <= at <= call.cutoff for at in came):
        yield from _due(facts, "BILL_INCOMPLETE", call.cutoff, _first([at for at in came if at > call.cutoff]))


def _two_places(box: Box) -> Iterator[Found]:
    for before, after in zip(box.moves, box.moves[1:], strict=False):
        if before.port != after.port and before.kind != "LOAD":
            ways = [ROUTES[w] for w in ((before.port, after.port), (after.port, before.port)) if w in ROUTES]
            if after.at - before.at < min(ways, default=2.0) * HOUR:
                yield "BOX_TWO_PLACES", "RAISED"


def _landing(facts: Facts, box: Box) -> Iterator[Found]:
    """DIFF_UNEXPLAINED, after SHORTLANDED and OVERLANDED."""
    discharged = [m for m in box.moves if m.kind == "DISC"]
    originals = [line for line in box.lines if line["manifest_kind"] == "ORIGINAL"]
    for line in originals:
        call = facts.call(line["vessel_id"], LOCODES[line["pod"]], line["voyage"], "in")
        if call and not [m for m in discharged if m.told("voyage") == line["voyage"]]:
            yield from _due(facts, "DIFF_UNEXPLAINED", call.ops_end + 48 * HOUR, 0)
    for visit in box.visits:
        move = visit.opening
        if move.kind == "DISC" and move.told("pol") not in LOCODES and visit.supervised:
            call = facts.call_of_move(move)
            named = _first([ln["event_time"] for ln in originals if ln["voyage"] == move.told("voyage")])
            if call and not (named and named <= call.ops_end + 6 * HOUR):
                yield from _due(facts, "DIFF_UNEXPLAINED", call.ops_end + 48 * HOUR, named)


def _permitted(move: Move, trade: str) -> bool:
    vessel = VESSELS.get(str(move.told("vessel_id")))
    if vessel is None or (vessel["mixed_from"] and vessel["mixed_until"] >= "2026-12-31"):
        return True
    return vessel["coastal_licence"] == "yes" if trade == "D" else vessel["service"] != "COASTAL"


def _both_ways(facts: Facts, visit: Visit) -> Iterator[Found]:
    opening, lines = visit.opening, visit.declared()
    line = lines[-1] if lines else None
    loads = [m for m in visit.moves if m.kind == "LOAD"]
    if line:
        if any(ln["ef"] and ln["ef"] != visit.ef for ln in lines):
            yield "EF_MISMATCH", "RAISED"
        known = SIZES.get(line["iso_type"])
        sizes = [SIZES[m.told("iso_type")]["normalised"] for m in visit.moves if m.told("iso_type") in SIZES]
        if known and any(size != known["normalised"] for size in sizes):
            yield "SIZE_TYPE_MISMATCH", "RAISED"
        stated, seen = _seals(line), _seals({"seals": opening.told("seals")})
        if visit.supervised and stated and seen and stated != seen and not _inspected(visit, opening.at):
            yield "SEAL_MISMATCH", "RAISED"
        if line.get("dg") and any(not visit.in_force("DG", m.at) for m in loads):
            yield "DG_NO_PERMIT", "RAISED"
    for move in visit.moves:
        for report in move.reports:
            broken = (report.get("ocr") or {}).get("seal_ok") is False
            broken |= any(seal["condition"] == "BROKEN" for seal in report["seals"] if seal.get("condition"))
            if broken and visit.ef == "F" and not _inspected(visit, move.at):
                yield "SEAL_BROKEN", "RAISED"
    for move in visit.moves:
        limit = MIN_KG.get(SIZES.get(move.told("iso_type"), {"length_ft": ""})["length_ft"], MIN_KG[""])
        if move.kind in ("IN", "OUT") and move.told("ef") == "E" and (move.told("weigh_kg") or 0) > limit:
            yield "EMPTY_NOT_EMPTY", "RAISED"
    checked = loads + [m for m in [opening] if m.kind == "DISC"]
    if visit.ef == "F" and not all(_permitted(m, visit.trade) for m in checked):
        yield "VESSEL_NOT_PERMITTED", "RAISED"
    waterway = _first([ln["event_time"] for ln in visit.lines if ln["manifest_kind"] == "WATERWAY"])
    if visit.trade == "D" and visit.ef == "F" and any(not waterway or m.at < waterway for m in loads):
        yield "NO_WATERWAY_BILL", "RESOLVED" if waterway else "RAISED"
    bills = {ln["master_bl"] for ln in visit.lines}
    if any(len({ln["trade"] for ln in visit.lines if ln["master_bl"] == bill}) > 1 for bill in bills):
        yield "DOMESTIC_IN_FOREIGN_BL", "RAISED"


def _import(facts: Facts, box: Box, visit: Visit) -> Iterator[Found]:
    call = facts.call_of_move(visit.opening)
    if not call:
        return
    supervised, outside = visit.supervised, visit.opening.told("pol") not in LOCODES
    if supervised and outside:
        tally = _first([ln["event_time"] for ln in visit.lines if ln["manifest_kind"] == "TALLY"])
        yield from _due(facts, "TALLY_LATE", call.ops_end + 6 * HOUR, tally)
        yield from _due(facts, "MANIFEST_LATE", call.ata, _first([ln["event_time"] for ln in visit.declared()]))
    if supervised:
        declared = _first([r["event_time"] for r in visit.said("DECLARATION", "DECLARED")])
        due = call.ata + 14 * DAY
        if not visit.closed_at or visit.closed_at > due:
            yield from _due(facts, "DECLARATION_OVERDUE", due, declared)
    if supervised and any(not _sent_on(visit, m) for m in visit.moves):
        yield "GATEOUT_NO_RELEASE", "RAISED"
    for strip in [m for m in visit.moves if m.told("purpose") == "STRIP"]:
        counted = [ln["event_time"] for ln in visit.lines if ln["manifest_kind"] == "TALLY" and ln["event_time"] >= strip.at]
        yield from _due(facts, "DECONSOLIDATION_TALLY_LATE", strip.at + 2 * HOUR, _first(counted))
    out = visit.closing
    if out and visit.ef == "F":
        holds: set[str] = set()
        for r in visit.releases:
            if r["event_time"] <= out.at and r["action"] == "HOLD" and r["authority"] in ("CARRIER", "CHARGES"):
                holds.add(r["hold_id"])
            if r["event_time"] <= out.at and r["action"] == "UNHOLD":
                holds.discard(r["hold_id"])
        if holds:
            yield "GATEOUT_NOT_PAID", "RAISED"
        transit = any(r["event_time"] <= out.at for r in visit.said("TRANSIT", "APPROVE"))
        conditional = any(r["event_time"] <= out.at for r in visit.said("BILL", "CONDITIONAL"))
        bill = visit.in_force("BILL", out.at) or conditional
        if supervised and not transit and not (bill and visit.in_force("TERMINAL", out.at)):
            yield "GATEOUT_NO_RELEASE", "RAISED"
    for r in [*visit.said("DECLARATION", "CONDITIONAL"), *visit.said("BILL", "CONDITIONAL")]:
        met = _first([x["event_time"] for x in visit.said(r["stage"], "RELEASE")])
        yield from _due(facts, "CONDITION_OVERDUE", r["valid_until"], met)


def _sent_on(visit: Visit, move: Move) -> bool:
    """True but of a box that leaves for another site without customs' approval of that."""
    purpose = str(move.told("purpose"))
    if move.kind != "OUT" or purpose not in ("DIVERSION", "DECONSOLIDATION"):
        return True
    words = [r["action"] for r in visit.said(purpose, "APPROVE", "REFUSE", "REVOKE") if r["event_time"] <= move.at]
    return words[-1:] == ["APPROVE"]


def _export(facts: Facts, box: Box, visit: Visit) -> Iterator[Found]:
    lines, opening = visit.declared(), visit.opening
    acks = [at for _, at in facts.acks[box.no]]
    yield from _rebooked(visit, lines)
    if visit.supervised:
        if visit.ocean and not any(v["event_time"] <= visit.ocean.at for v in visit.vgms):
            yield "LOAD_NO_VGM", "RAISED"
        yield from _loading_papers(facts, visit)
        if any(_unapproved(visit, m, _first(acks)) for m in visit.moves if m.kind == "OUT"):
            yield "EXPORT_OUT_UNAPPROVED", "RAISED"
        if acks and visit.said("ARRIVAL", "ACK"):
            yield "ARR_DUPLICATE", "RAISED"
    if visit.closing and visit.closing.told("purpose") == "WITHDRAWAL":
        yield "WITHDRAWN", "RAISED"
    if visit.vgms and opening.told("weigh_kg"):
        vgm = visit.vgms[-1]["vgm"]["kg"]
        apart = abs(vgm - opening.told("weigh_kg"))
        if apart > 0.05 * vgm or apart > 1000:
            yield "WEIGHT_DEVIATION", "RAISED"
    for move in visit.moves:
        if move.kind == "IN" and len({r["terminal_code"] for r in move.reports}) > 1:
            yield "ARR_WRONG_TERMINAL", "RAISED"
    call = facts.call(lines[-1]["vessel_id"], "", lines[-1]["voyage"], "out") if lines else None
    if call and call.cutoff and visit.ef == "F":
        yield from _yard(facts, visit, call)


def _loading_papers(facts: Facts, visit: Visit) -> Iterator[Found]:
    if not visit.ocean:
        return
    declared = [r["event_time"] for r in visit.said("DECLARATION", "DECLARED")]
    yield from _due(facts, "DECLARE_LATE_EXPORT", visit.ocean.at - 24 * HOUR, _first(declared))
    listed = [ln["event_time"] for ln in visit.lines if ln["manifest_kind"] == "LOADED"]
    yield from _due(facts, "LOADMANIFEST_LATE", visit.ocean.at - HOUR // 2, _first(listed))


def _rebooked(visit: Visit, lines: list[Record]) -> Iterator[Found]:
    if len({ln["vessel_id"] for ln in lines}) > 1:
        yield "ROLLED", "RAISED"
    elif len({ln["voyage"] for ln in lines}) > 1:
        yield "VOYAGE_CHANGED", "RAISED"
    else:
        return
    last = lines[-1]["event_time"]
    if visit.in_force("DECLARATION", last):
        accepted = any(r["event_time"] >= last for r in visit.said("REASSIGN", "APPROVE", "ACK"))
        yield "REASSIGN_NOT_ACCEPTED", "RESOLVED" if accepted else "RAISED"


def _unapproved(visit: Visit, move: Move, acked: int) -> bool:
    if not acked or acked > move.at or move.told("purpose") in ("INTER_TERMINAL", "LEG"):
        return False
    before = {r["action"] for r in visit.said("DECLARATION", "APPROVE", "INSPECT_SELECT", "INSPECT_STEP")
              if r["event_time"] <= move.at}  # fmt: skip
    if move.told("purpose") == "INSPECTION" and before & {"INSPECT_SELECT", "INSPECT_STEP"}:
        return False
    return "APPROVE" not in before


def _yard(facts: Facts, visit: Visit, call: Call) -> Iterator[Found]:
    opened = visit.opening.at
    left = visit.closing.at if visit.closing else 0
    if visit.opening.port == call.port and visit.opening.told("terminal_code") not in INLAND:
        if opened > call.cutoff:
            yield "CUTOFF_MISSED", "RAISED"
        if opened < call.cy_open:
            yield "EARLY_GATE_IN", "RAISED"
    risk = call.cutoff - 4 * HOUR
    if visit.supervised and opened < risk and not (left and left <= risk):
        times = [r["event_time"] for r in visit.releases]
        ready = [at for at in [risk, *times] if at >= risk and visit.in_force("DECLARATION", at)
                 and visit.in_force("LOADING", at)]  # fmt: skip
        yield from _due(facts, "CUTOFF_RISK", risk, _first(ready))
    if opened <= call.cutoff and not visit.ocean and not (left and left <= call.atd):
        yield from _due(facts, "SHUT_OUT", call.atd, left)


def _legs(facts: Facts, box: Box, visit: Visit) -> Iterator[Found]:
    planned = {(ln["leg_from"], ln["leg_to"]): ln for ln in visit.lines if ln["manifest_kind"] == "LEG"}
    loads = [m for m in visit.moves if m.kind == "LOAD" and m.told("pod") in LOCODES]
    approved = _first([r["event_time"] for r in visit.said("LEG", "APPROVE")])
    for (start, _), line in planned.items():
        call = facts.call(line["vessel_id"], start, line["voyage"], "out")
        loaded = _first([m.at for m in loads if m.port == start])
        if call and call.etd and visit.supervised and not (loaded and loaded <= call.etd - 4 * HOUR):
            yield from _due(facts, "LEG_NOT_APPROVED", call.etd - 4 * HOUR, approved)
    for load in loads:
        yield from _leg(facts, visit, load)
    for index, move in enumerate(visit.moves):
        known = [m for m in visit.moves[:index] if m.kind == "LOAD" and m.told("vessel_id") == move.told("vessel_id")]
        if move.kind == "DISC" and move.told("pol") in LOCODES and not known:
            yield "LEG_OVER", "RAISED"


def _leg(facts: Facts, visit: Visit, load: Move) -> Iterator[Found]:
    vessel, to_port = load.told("vessel_id"), LOCODES[load.told("pod")]
    start = facts.call_of_move(load)
    end = facts.call(vessel, to_port, str(load.told("voyage")), "in")
    assert start and end
    ashore = [m for m in visit.moves if m.kind == "DISC" and m.at > load.at and m.told("vessel_id") == vessel]
    there = _first([m.at for m in ashore if m.port == to_port])
    anywhere = _first([m.at for m in ashore])
    yield from _due(facts, "LEG_OVERDUE", end.eta + 6 * HOUR, anywhere)
    yield from _due(facts, "LEG_SHORT", end.ops_end, there)
    yield from _due(facts, "LEG_LOST", end.ops_end + 6 * HOUR, anywhere)
    for call in facts.of_vessel[vessel]:
        third = call.port not in (load.port, to_port)
        if third and start.atd <= call.atb <= end.ata and not call.eta and not call.etd:
            yield "LEG_UNPLANNED_STOP", "RAISED"
    sealed = load.told("seals") or any(ln["seals"] for ln in visit.lines)
    if visit.supervised and not sealed:
        yield "SUPERVISED_UNSEALED", "RAISED"
    lines = visit.declared()
    onward = facts.call(lines[-1]["vessel_id"], to_port, lines[-1]["voyage"], "out") if lines else None
    if visit.direction == "E" and onward and (end.ata or end.eta) > onward.cutoff - 6 * HOUR:
        yield "MISSED_CONNECTION_RISK", "RESOLVED" if there and there <= onward.cutoff else "RAISED"
