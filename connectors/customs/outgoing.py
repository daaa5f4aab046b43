"""Receipts on their way out of the simulated customs: delayed, and out of order, as the plan says."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from connectors.customs.desk import Receipt


class Answered(NamedTuple):
    """A receipt and the report that it answers."""

    message_id: str
    receipt: Receipt


@dataclass(slots=True)
class _Held:
    answered: Answered
    due: int
    behind: int


class Outgoing:
    """Holds receipts until they may leave. Reads no clock: ``now`` is given, ms."""

    def __init__(self) -> None:
        self._held: list[_Held] = []

    def put(self, message_id: str, receipts: Iterable[Receipt], now: int) -> None:
        """Take in what answers a report."""
        self._held += [_Held(Answered(message_id, r), now + r.delay_ms, r.behind) for r in receipts]

    def due(self, now: int) -> list[Answered]:
        """What leaves now, in this order."""
        out: list[Answered] = []
        waiting: list[_Held] = []
        for held in self._held:
            waiting.append(held)
            while free := next((each for each in waiting if each.due <= now and each.behind <= 0), None):
                waiting.remove(free)
                out.append(free.answered)
                for other in waiting:
                    if other.answered.message_id != free.answered.message_id:
                        other.behind -= 1
        self._held = waiting
        return out

    def everything(self) -> list[Answered]:
        """What is left leaves at once."""
        held, self._held = self._held, []
        return [each.answered for each in held]

    def holds(self, message_id: str) -> bool:
        """True while a receipt for this report has not left."""
        return any(each.answered.message_id == message_id for each in self._held)
