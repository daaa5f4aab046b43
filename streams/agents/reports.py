"""Arrival reports read back: commands are facts of the world, and evidence of their box (design 3)."""

from __future__ import annotations

from collections.abc import Sequence

from schemas.decoded import Decoded
from streams.domain.evidence import REPORT, Evidence
from streams.domain.reports import sent_as
from streams.runtime.ports import Record

KIND = "arrival-report"
FIELDS = (
    "message_id", "message_type", "function", "basis", "container", "bill", "house", "vessel_id", "voyage",
    "route_flag", "port", "terminal_code", "arrived_at", "ready_at", "sent_at", "attempt", "line_version",
)  # fmt: skip

#: The first record of a message id counts, so all have the same version: later ones are duplicates.
FIRST_COUNTS = 2


def evidence(decoded: Decoded, records: Sequence[Record]) -> list[Evidence]:
    """One item per good record of a batch of arrival reports."""
    seen = [records[i].timestamp for i in decoded.good]
    rows = zip(
        decoded.text("message_id"), decoded.text("message_type"), decoded.text("function"), decoded.text("basis"),
        decoded.text("container"), decoded.text("bill"), decoded.text("house"), decoded.text("vessel_id"),
        decoded.text("voyage"), decoded.text("route_flag"), decoded.text("port"), decoded.text("terminal_code"),
        decoded.times("arrived_at"), decoded.times("sent_at"), decoded.times("attempt"), decoded.times("line_version"), seen,
        strict=True,
    )  # fmt: skip
    return [
        Evidence(
            "B", box, sent_as(message, attempt), FIRST_COUNTS, REPORT, message_type, function, "ACT", at, when,
            port, terminal, "PLATFORM", "", box, bill, house, vessel, voyage, "", "", "", "", "", route_flag, "", 0.0,
            "", "", "", message, "", "", "", "", basis, "", attempt, "", "", "", line_version, sent_at,
        )
        for (
            message, message_type, function, basis, box, bill, house, vessel, voyage, route_flag, port, terminal, at,
            sent_at, attempt, line_version, when,
        ) in rows
    ]  # fmt: skip
