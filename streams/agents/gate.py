"""Gate moves: evidence of their box."""

from __future__ import annotations

from collections.abc import Sequence

from schemas.decoded import Decoded
from streams.agents.envelope import FIELDS as ENVELOPE
from streams.agents.envelope import envelope, items
from streams.agents.seals import seal_issuers, seal_states
from streams.domain.evidence import GATE, Evidence
from streams.runtime.ports import Record

KIND = "gate"
FIELDS = (
    *ENVELOPE, "container_no", "move", "mode", "purpose", "bill_no", "vessel_id", "voyage", "trade", "ef", "iso_type",
    "weigh_kg", "result", "seals.no", "seals.issuer", "seals.condition", "ocr.seal_ok",
)  # fmt: skip


def evidence(decoded: Decoded, records: Sequence[Record]) -> list[Evidence]:
    """One item per good record of a batch of gate events."""
    count = len(decoded)
    boxes, words = decoded.text("container_no"), decoded.words
    return items(
        envelope(decoded, records), book=["B"] * count, key=boxes, what=[GATE] * count, code=words("move"), container=boxes,
        bill=decoded.text("bill_no"), vessel=words("vessel_id"), voyage=words("voyage"), trade=words("trade"),
        ef=words("ef"), iso_type=words("iso_type"), mode=words("mode"), purpose=words("purpose"),
        seals=decoded.joined("seals.no", " "), kg=decoded.column("weigh_kg", 0.0), reason=words("result"),
        seal_state=seal_states(decoded), extra=seal_issuers(decoded),
    )  # fmt: skip
