"""Releases and holds: evidence of the box, the bill or the vessel's call that they name."""

from __future__ import annotations

from collections.abc import Sequence

from schemas.decoded import Decoded
from streams.agents.envelope import FIELDS as ENVELOPE
from streams.agents.envelope import envelope, items
from streams.domain.evidence import RELEASE, Evidence
from streams.runtime.ports import Record

KIND = "release"
FIELDS = (
    *ENVELOPE, "authority", "stage", "action", "condition", "call_id", "bill_no", "container_no", "declaration_no",
    "hold_id", "ref_message_id", "reason_code", "reason_text", "site", "vessel_id", "voyage", "seals.no",
    "valid_until",
)  # fmt: skip


def evidence(decoded: Decoded, records: Sequence[Record]) -> list[Evidence]:
    """One item per good record of a batch of release events."""
    e = envelope(decoded, records)
    words = decoded.words
    boxes, bills, vessels = decoded.text("container_no"), decoded.text("bill_no"), words("vessel_id")
    named = list(zip(boxes, bills, vessels, e.ports, strict=True))
    return items(
        e,
        book=["B" if box else "M" if bill else "V" for box, bill, _, _ in named],
        key=[box or bill or f"{vessel}|{port}" for box, bill, vessel, port in named],
        what=[RELEASE] * len(named),
        code=words("stage"),
        action=words("action"),
        container=boxes,
        bill=bills,
        vessel=vessels,
        voyage=words("voyage"),
        mode=words("authority"),
        purpose=words("condition"),
        seals=decoded.joined("seals.no", " "),
        declaration=decoded.text("declaration_no"),
        ref=decoded.text("ref_message_id"),
        reason=[text or code for text, code in zip(words("reason_text"), words("reason_code"), strict=True)],
        reason_code=words("reason_code"),
        until=decoded.times("valid_until"),
        call=words("call_id"),
        extra=decoded.text("hold_id"),
        place=words("site"),
    )
