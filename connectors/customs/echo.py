"""Customs' word about time, in simulated runs: "what was reported up to then is answered, as far as it ever will be".

A partition of the workers puts its logical time on ``arrival-reports.v1`` behind its commands. It comes back in the same
partition of every port's release topic, behind the answers: so no deadline for a receipt passes before the receipt.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from connectors.customs.desk import PARTY, Receipt
from schemas.reference import load_reference
from schemas.rules import WATERMARK

__all__ = ["asked_for", "echoes"]


def asked_for(records: Iterable[tuple[int, Mapping[str, Any]]]) -> dict[int, int]:
    """Of (partition, record of ``arrival-reports.v1``): the greatest time that each partition asks customs to echo."""
    asked: dict[int, int] = {}
    for partition, record in records:
        if record["message_type"] == WATERMARK:
            asked[partition] = max(record["ready_at"], asked.get(partition, 0))
    return asked


def echoes(partition: int, at: int) -> list[Receipt]:
    """The records that say so; they have no key and belong to this ``partition`` of each topic. Equal for equal times."""
    return [
        Receipt(f"{port}.release.v1", "", {
            "event_id": f"{WATERMARK}-{partition}-{at}", "source_party": PARTY, "source_system": PARTY,
            "event_type": WATERMARK, "classifier": "ACT", "event_time": at, "updated_time": at, "is_retracted": False,
            "port": port,
        })
        for port in load_reference().seaports
    ]  # fmt: skip
