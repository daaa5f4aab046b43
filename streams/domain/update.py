"""What is published of a box: its visits, and what a gate must know of its next steps (``visit-updates.v1``)."""

from __future__ import annotations

from typing import Any

from streams.domain.book import Book
from streams.domain.box import BoxState
from streams.domain.clearance import clearance_record, coming, steps_of
from streams.domain.effects import Effects
from streams.domain.evidence import Evidence
from streams.domain.in_force import InForce
from streams.domain.print_box import customs_status, document_status, seal_status
from streams.domain.rows import RowKey
from streams.domain.world import World


def tell_update(
    book: Book, box: BoxState, in_force: InForce, world: World, news: list[RowKey], version: int, out: Effects
) -> None:
    """Publish what is new of a box: the row of a visit, or a step that may come next. After a restart each box that is here,
    or announced, is told once more: rules may have changed, or a version of the record."""
    line = coming(box, in_force)
    steps = steps_of(box, line, in_force, world)
    mark = hash((tuple([step.said() for step in steps]), line.bill + line.seals if line is not None else ""))
    if (steps and mark != book.update) or (book.update and not steps) or _moved(news):
        record = update_record(box, clearance_record(box, line, steps), line)
        record["version"] = version
        out.updates.append(record)
    book.update = mark if steps else 0


def _moved(news: list[RowKey]) -> bool:
    for row_key in news:
        if row_key[0] == "box_visits":
            return True
    return False


def update_record(box: BoxState, clearance: dict[str, Any] | None, line: Evidence | None) -> dict[str, Any]:
    """Every visit that is not closed, the last closed one, and what may come next: what a gate or a subscriber needs.
    ``line`` announces a box that has no open visit. Without its version."""
    last_closed = -1
    for index, v in enumerate(box.visits):
        if v.visit.closed_at:
            last_closed = index
    visits: list[dict[str, Any]] = []
    for index, v in enumerate(box.visits):
        visit = v.visit
        if visit.closed_at and index != last_closed:
            continue
        axes = {
            "location": visit.location, "customs": customs_status(v), "holds": v.holds,
            "document": document_status(visit), "seal": seal_status(v),
            "leg": v.legs[-1].state() if v.legs else "",
        }  # fmt: skip
        missing = v.progress.missing
        visits.append({
            "visit_id": visit.visit_id, "opened_at": visit.opened_at,
            "closed_at": visit.closed_at or None, "direction": visit.direction, "trade": visit.trade, "ef": visit.ef,
            "port": visit.moves[-1].port, "state": v.progress.state, "axes": axes,
            "next_step": missing[0] if missing else "", "blockers": v.holds + missing, "evidence": [],
        })  # fmt: skip
    bills, ports = _concerned(box, line)
    return {
        "kind": "VISITS", "container": box.container, "visits": visits, "bills": bills, "ports": ports, "clearance": clearance,
    }  # fmt: skip


def _concerned(box: BoxState, line: Evidence | None) -> tuple[list[str], list[str]]:
    """Whose business a box is: the bills of its latest visit, or of what announces it, and the ports where that visit
    stood or its legs go."""
    bills: dict[str, None] = {}
    ports: dict[str, None] = {}
    if line is not None:
        bills[line.bill] = None
        ports[line.port] = None
    elif box.visits:
        latest = box.visits[-1]
        for bill in latest.visit.bills:
            bills[bill] = None
        for move in latest.visit.moves:
            ports[move.port] = None
        for leg in latest.legs:
            ports[leg.from_port] = None
            ports[leg.to_port] = None
    return [bill for bill in bills if bill], [port for port in ports if port]
