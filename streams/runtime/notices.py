"""The table ``notices``: what was told to whom and when, append-only. A notice told again after a crash is two rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from schemas.keys import alert_id

Row = tuple[Any, ...]


def rows(alerts: Iterable[Mapping[str, Any]], channel: str, told_at: int) -> list[Row]:
    """One row for each alert, in words. ``told_at``: the worker's clock, ms."""
    return [
        (
            alert_id(a), channel, told_at, a["owner"], a["code"], a["subject"],
            f"{a['state']} {a['text_zh']} {a['text_en']}", a["version"],
        )
        for a in alerts
    ]  # fmt: skip
