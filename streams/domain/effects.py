"""What a flush yields, and the records in it that leave for Kafka (model 7.2, outputs)."""

from __future__ import annotations

from typing import Any

from streams.domain.evidence import Evidence
from streams.domain.reference import Reference
from streams.domain.reports import Command
from streams.domain.rows import Row


class Effects:
    """Facts, commands, alerts and updates leave at once; rows go to the sink."""

    rows: dict[str, list[Row]]
    facts: list[tuple[str, Evidence]]
    commands: list[dict[str, Any]]
    alerts: list[dict[str, Any]]
    updates: list[dict[str, Any]]
    failed: list[tuple[str, str]]

    def __init__(self, facts: list[tuple[str, Evidence]]) -> None:
        self.rows = {}
        self.facts = facts
        self.commands = []
        self.alerts = []
        self.updates = []
        self.failed = []

    def put(self, table: str, row: Row) -> None:
        """Add a row of a table."""
        rows = self.rows.get(table)
        if rows is None:
            self.rows[table] = [row]
        else:
            rows.append(row)


def command_record(c: Command, message_id: str, version: int, now: int, reference: Reference) -> dict[str, Any]:
    """An arrival report as it is sent at a logical time (ms)."""
    place, district = reference.place(c.terminal, c.port, c.arrived_at)
    feeder = bool(c.route_flag)
    return {
        "case_id": c.case_id, "message_id": message_id, "message_type": c.message_type, "function": c.function,
        "basis": c.basis, "container": c.container, "bill": c.bill, "house": c.house, "vessel_id": c.vessel,
        "voyage": c.voyage, "route_flag": c.route_flag, "domestic_vessel": c.vessel if feeder else "",
        "domestic_voyage": c.voyage if feeder else "", "port": c.port, "terminal_code": c.terminal,
        "place_code": place, "district": district, "arrived_at": c.arrived_at, "ready_at": c.ready_at,
        "size_type": c.size_type, "ef": "F", "sender_id": c.terminal, "sent_at": max(now, c.ready_at), "attempt": c.attempt,
        "line_version": c.line_version, "version": version, "evidence": c.evidence,
    }  # fmt: skip
