"""Where an event goes: its topic, and the key that decides its partition (``docs/contracts.md``, section 1)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

#: Kinds that a port sends itself.
PORT_KINDS: Final = ("manifest", "gate", "berth", "release")


def topic_of(kind: str, port: str) -> str:
    """The port's own topic of a kind."""
    return f"{port}.{kind}.v1"


def key_of(record: Mapping[str, Any]) -> str:
    """The topic key of an event, "" for a record without the field that its type is keyed by."""
    event_type = record.get("event_type")
    if event_type in ("MANIFEST_LINE", "VGM"):
        return str(record.get("master_bl") or record.get("container_no") or "")
    if event_type == "PORT_CALL":
        return str(record.get("vessel_id") or "")
    if event_type in ("HEARTBEAT", "TOTALS", "FINAL"):
        return str(record.get("port") or "")
    subject = str(record.get("container_no") or record.get("bill_no") or record.get("vessel_id") or "")
    return str(record.get("port") or "") if event_type == "OPERATOR_ACTION" and not subject else subject


def alert_id(alert: Mapping[str, Any]) -> str:
    """The identity of one notice: the exception and the number of the notice on it. Whoever tells people tells each once.

    Alerts of version 1 have no number; what their exception had become, and in which version of the row, stands for it.
    """
    if alert.get("notice"):
        return f"{alert['exception_id']}.{alert['notice']}"
    return f"{alert['exception_id']}.{alert['state']}.{alert['version']}"
