"""What officers do: evidence of the box, the bill, the vessel's calls or the port's sources that they act on."""

from __future__ import annotations

from collections.abc import Sequence

from schemas.decoded import Decoded
from streams.agents.envelope import FIELDS as ENVELOPE
from streams.agents.envelope import envelope, items
from streams.domain.evidence import OPERATOR, Evidence
from streams.runtime.ports import Record

KIND = "operator-action"
FIELDS = (
    *ENVELOPE, "action", "operator", "container_no", "bill_no", "vessel_id", "target_id", "assignee", "comment",
)  # fmt: skip


def evidence(decoded: Decoded, records: Sequence[Record]) -> list[Evidence]:
    """One item per good record of a batch of operator actions."""
    e = envelope(decoded, records)
    boxes, bills, vessels = decoded.text("container_no"), decoded.text("bill_no"), decoded.words("vessel_id")
    named = list(zip(boxes, bills, vessels, e.ports, strict=True))
    return items(
        e,
        book=["B" if box else "M" if bill else "V" if vessel else "S" for box, bill, vessel, _ in named],
        key=[box or bill or (f"{vessel}|{port}" if vessel else port) for box, bill, vessel, port in named],
        what=[OPERATOR] * len(named),
        code=decoded.words("action"),
        container=boxes,
        bill=bills,
        vessel=vessels,
        mode=decoded.text("operator"),
        ref=decoded.text("target_id"),
        reason=decoded.text("comment"),
        extra=decoded.text("assignee"),
    )
