"""Releases and holds: evidence of the box, the bill or the vessel's call that they name."""

from __future__ import annotations

from collections.abc import Sequence

from schemas.decoded import Decoded
from streams.agents.envelope import FIELDS as ENVELOPE
from streams.agents.envelope import envelope
from streams.domain.evidence import RELEASE, Evidence
from streams.runtime.ports import Record

KIND = "release"
FIELDS = (
    *ENVELOPE, "authority", "stage", "action", "condition", "call_id", "bill_no", "container_no", "declaration_no",
    "hold_id", "ref_message_id", "reason_code", "reason_text", "site", "vessel_id", "voyage", "seals.no",
)  # fmt: skip


def evidence(decoded: Decoded, records: Sequence[Record]) -> list[Evidence]:
    """One item per good record of a batch of release events."""
    e = envelope(decoded, records)
    rows = zip(
        decoded.text("authority"), decoded.text("stage"), decoded.text("action"), decoded.text("condition"),
        decoded.text("call_id"), decoded.text("bill_no"), decoded.text("container_no"), decoded.text("declaration_no"),
        decoded.text("hold_id"), decoded.text("ref_message_id"), decoded.text("reason_code"),
        decoded.text("reason_text"), decoded.text("site"), decoded.text("vessel_id"), decoded.text("voyage"),
        decoded.joined("seals.no", " "), strict=True,
    )  # fmt: skip
    out: list[Evidence] = []
    for i, (
        authority, stage, action, condition, call, bill, box, declaration, hold, ref, reason_code, reason_text, site,
        vessel, voyage, seals,
    ) in enumerate(rows):  # fmt: skip
        if box:
            book, key = "B", box
        elif bill:
            book, key = "M", bill
        else:
            book, key = "V", vessel + "|" + e.ports[i]
        out.append(Evidence(
            book, key, e.idents[i], e.versions[i], RELEASE, stage, action, e.classifiers[i], e.at[i], e.seen[i],
            e.ports[i], e.terminals[i], e.sources[i], e.corrects[i], box, bill, "", vessel, voyage, "", "", "", "",
            authority, condition, seals, 0.0, "", "", declaration, ref, reason_text or reason_code, call, "", "", hold,
            site,
        ))  # fmt: skip
    return out
