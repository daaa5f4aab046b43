"""Customs: takes arrival reports in the order of the topic, keeps what it holds, and answers."""

from __future__ import annotations

import asyncio
import random
from typing import Any

from connectors.customs.echo import echoes
from schemas.codec import decode, encode
from schemas.rules import WATERMARK
from streams.runtime.sources import REPORTS
from tests.faults.simulation.cluster import Logs
from tests.faults.simulation.world import HOUR, MINUTE

Case = tuple[str, ...]
#: Customs answers within the 30 minutes that it has.
ANSWER_MS = 20 * MINUTE
#: What makes a report the same report: the fields that its id is made of.
CONTENT = ("message_type", "container", "bill", "house", "vessel_id", "voyage", "terminal_code", "function", "basis")


class Customs:
    def __init__(self, logs: Logs, rejected: set[str], rejected_once: set[str], rng: random.Random, pause_s: float) -> None:
        self.held: dict[Case, set[str]] = {}
        self.two_contents: list[str] = []
        self._seen: dict[str, tuple[Any, ...]] = {}
        self._case_of: dict[str, Case] = {}
        self._position: dict[int, int] = {}
        self._logs = logs
        self._rejected = rejected
        self._rejected_once = rejected_once
        self._rng = rng
        self._pause_s = pause_s

    async def run(self) -> None:
        while True:
            await asyncio.sleep(self._pause_s * (0.5 + self._rng.random()))
            for p in range(self._logs.partitions):
                start = self._position.get(p, 0)
                for record in self._logs.read((REPORTS, p), start, 5):
                    self._position[p] = record.offset + 1
                    report = decode(record.value, "arrival-report")
                    if report["message_type"] == WATERMARK:
                        self._echo(p, report["ready_at"])
                    else:
                        self._take(report)

    def behind(self) -> bool:
        return any(self._position.get(p, 0) < self._logs.end((REPORTS, p)) for p in range(self._logs.partitions))

    def _echo(self, partition: int, at: int) -> None:
        for echo in echoes(partition, at):
            self._logs.send(echo.topic, echo.key, encode("release", echo.record), partition)

    def _take(self, report: dict[str, Any]) -> None:
        message = report["message_id"]
        content = tuple(report[name] or "" for name in CONTENT)
        if message in self._seen:
            if self._seen[message] != content:
                self.two_contents.append(message)
            return
        self._seen[message] = content
        if report["function"] == "3":
            self.held.get(self._case_of.get(report["basis"], ()), set()).discard(report["basis"])
            return
        case = (
            report["container"], report["house"] or report["bill"] or "", report["vessel_id"] or "",
            report["voyage"] or "", report["terminal_code"],
        )  # fmt: skip
        self._case_of[message] = case
        once = report["container"] in self._rejected_once
        rejected = report["container"] in self._rejected or (once and not report["basis"])
        if not rejected:
            self.held.setdefault(case, set()).add(message)
        # The hour, not the minute: two sources of one fact differ by seconds, and which was read first must not matter.
        answered = report["ready_at"] // HOUR * HOUR + ANSWER_MS + (MINUTE if once and not rejected else 0)
        receipt = encode("release", {
            "event_id": f"R-{message}", "source_party": "CUSTOMS", "source_system": "CUSTOMS", "event_type": "RELEASE",
            "classifier": "ACT", "event_time": answered, "updated_time": answered,
            "is_retracted": False, "port": report["port"], "authority": "CUSTOMS", "stage": "ARRIVAL",
            "action": "REJECT" if rejected else "ACK", "container_no": report["container"], "ref_message_id": message,
            "reason_text": "03" if rejected else None,
        })  # fmt: skip
        for _ in range(self._rng.choice((1, 1, 2))):
            self._logs.send(f"{report['port']}.release.v1", report["container"], receipt)
