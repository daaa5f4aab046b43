"""The rows and alerts of exceptions of a source. They are facts of the past when they end: no sweep derives them anew."""

from __future__ import annotations

from streams.domain.alerts import alert_record
from streams.domain.effects import Effects
from streams.domain.evidence import NOTICE, SOURCE, Evidence
from streams.domain.reference import Reference
from streams.domain.sources import Change
from streams.domain.watch import Raised


def print_changes(changes: list[Change], epoch: int, reference: Reference, alerts: bool, out: Effects) -> None:
    """Add what begins or ends to a flush. The row of the end stands above that of the beginning."""
    for c in changes:
        x = Raised(c.code, c.source, c.port, c.cause, c.raised_at, c.ended_at, c.detail, [])
        number = 2 if c.ended_at else 1
        version = (epoch << 48) | (number << 16)
        exception_id = x.exception_id
        out.put("exceptions", (
            c.port, exception_id, c.code, reference.severity(c.code), c.source, c.port, reference.owner(c.code), x.state,
            c.raised_at, c.ended_at, c.detail, (), c.ended_at or c.raised_at, 0, version,
        ))  # fmt: skip
        if alerts and c.news:
            notice = Evidence(
                SOURCE, c.port, exception_id, number, NOTICE, c.code, x.state, "", c.raised_at, 0, c.port, "", "",
                reason=c.detail, ref=c.source,
            )  # fmt: skip
            out.alerts.append(alert_record(notice, x, version, reference))
