"""Gate moves: evidence of their box."""

from __future__ import annotations

from collections.abc import Sequence

from schemas.decoded import Decoded
from streams.agents.envelope import FIELDS as ENVELOPE
from streams.agents.envelope import envelope
from streams.domain.evidence import GATE, Evidence
from streams.runtime.ports import Record

KIND = "gate"
FIELDS = (
    *ENVELOPE, "container_no", "move", "mode", "purpose", "bill_no", "vessel_id", "voyage", "trade", "ef", "iso_type",
    "weigh_kg", "result", "seals.no",
)  # fmt: skip


def evidence(decoded: Decoded, records: Sequence[Record]) -> list[Evidence]:
    """One item per good record of a batch of gate events."""
    e = envelope(decoded, records)
    boxes = decoded.text("container_no")
    rows = zip(
        boxes, e.idents, e.versions, decoded.text("move"), e.classifiers, e.at, e.seen, e.ports, e.terminals, e.sources,
        e.corrects, decoded.text("bill_no"), decoded.text("vessel_id"), decoded.text("voyage"), decoded.text("trade"),
        decoded.text("ef"), decoded.text("iso_type"), decoded.text("mode"), decoded.text("purpose"),
        decoded.joined("seals.no", " "), decoded.column("weigh_kg", 0.0), decoded.text("result"), strict=True,
    )  # fmt: skip
    return [
        Evidence(
            "B", box, ident, version, GATE, move, "", classifier, at, seen, port, terminal, source, corrects, box,
            bill, "", vessel, voyage, trade, ef, "", iso_type, mode, purpose, seals, kg, "", "", "", "", result,
        )
        for (
            box, ident, version, move, classifier, at, seen, port, terminal, source, corrects, bill, vessel, voyage,
            trade, ef, iso_type, mode, purpose, seals, kg, result,
        ) in rows
    ]  # fmt: skip
