"""Berth events: quay moves are evidence of their box, port-call timestamps of their vessel at that port."""

from __future__ import annotations

from collections.abc import Sequence

from schemas.decoded import Decoded
from streams.agents.envelope import FIELDS as ENVELOPE
from streams.agents.envelope import Envelope, envelope, items
from streams.agents.seals import seal_issuers, seal_states
from streams.domain.evidence import CALL, QUAY, Evidence
from streams.runtime.ports import Record

KIND = "berth"
FIELDS = (
    *ENVELOPE, "event_type", "vessel_id", "port_call_id", "vessel_name", "voyage_in", "voyage_out", "berth_code",
    "service", "phase", "call_event", "moves.planned", "move", "container_no", "slot", "ef", "bill_no", "voyage",
    "pol", "pod", "iso_type", "weigh_kg", "trade", "seals.no", "seals.issuer",
    "seals.condition", "cutoffs.cy_open",
)  # fmt: skip


def evidence(decoded: Decoded, records: Sequence[Record]) -> list[Evidence]:
    """One item per good record of a batch of berth events."""
    e = envelope(decoded, records)
    types = decoded.words("event_type")
    moves = [row for row, event_type in enumerate(types) if event_type == "QUAY_MOVE"]
    if len(moves) == len(types):
        return _moves(decoded, e, moves)
    calls = [row for row, event_type in enumerate(types) if event_type != "QUAY_MOVE"]
    by_row = dict(zip(moves, _moves(decoded, e, moves), strict=True)) if moves else {}
    by_row.update(zip(calls, _calls(decoded, e, calls), strict=True))
    return [by_row[row] for row in range(len(types))]


def _moves(decoded: Decoded, e: Envelope, rows: list[int]) -> list[Evidence]:
    words, count = decoded.words, len(decoded)
    boxes = decoded.text("container_no")
    return items(
        e, rows=rows, book=["B"] * count, key=boxes, what=[QUAY] * count, code=words("move"), container=boxes,
        bill=decoded.text("bill_no"), vessel=words("vessel_id"), voyage=words("voyage"), trade=words("trade"),
        ef=words("ef"), iso_type=words("iso_type"), mode=["VESSEL"] * count, seals=decoded.joined("seals.no", " "),
        kg=decoded.column("weigh_kg", 0.0), pol=words("pol"), pod=words("pod"), place=decoded.text("slot"),
        seal_state=seal_states(decoded), extra=seal_issuers(decoded),
    )  # fmt: skip


def _calls(decoded: Decoded, e: Envelope, rows: list[int]) -> list[Evidence]:
    words, count = decoded.words, len(decoded)
    vessels = words("vessel_id")
    return items(
        e, rows=rows, book=["V"] * count, key=[f"{vessel}|{port}" for vessel, port in zip(vessels, e.ports, strict=True)],
        what=[CALL] * count, code=words("service"), action=words("call_event"), vessel=vessels,
        voyage=words("voyage_in"), ref=words("voyage_out"), call=words("port_call_id"), berth=words("berth_code"),
        phase=words("phase"), extra=words("vessel_name"), kg=[float(n) for n in decoded.times("moves.planned")],
        opens=decoded.times("cutoffs.cy_open"),
    )  # fmt: skip
