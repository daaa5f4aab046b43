"""Customs as the core meets it: reports read back, receipts, and a register of what it holds."""

from __future__ import annotations

import random
from collections import Counter
from typing import Any
from zlib import crc32

from streams.domain.evidence import Evidence
from tests.property.domain.ports import LATE, Ports
from tests.unit.domain import story

Command = dict[str, Any]
#: What makes a message the same message.
SAID = ("message_id", "message_type", "function", "basis", "container", "bill", "house", "vessel_id", "voyage", "arrived_at")


def rejects(command: Command, mood: int) -> bool:
    """Customs rejects every third report, in each mood others."""
    return command["function"] == "2" and _draw(command, mood) % 3 == 0


def _draw(command: Command, mood: int) -> int:
    return crc32(f"{command['message_id']} {mood}".encode())


def read_back(command: Command) -> Evidence:
    return story.report(command)


def receipt(command: Command, mood: int) -> Evidence:
    late = 0.3 if _draw(command, mood) % 4 == 0 else 0
    hours = (command["arrived_at"] - story.DAY) / story.HOUR + 0.4 + late
    return story.release(
        "ARRIVAL", "REJECT" if rejects(command, mood) else "ACK", hours, box=command["container"],
        port=command["port"], ref=command["message_id"], number="R-" + command["message_id"],
    )  # fmt: skip


def deaf(command: Command, mood: int) -> int:
    """How often customs must be sent a message before it answers: to most it does at once."""
    return (0, 0, 0, 0, 1, 3)[_draw(command, mood) // 100 % 6]


def order(command: Command, mood: int) -> list[Evidence]:
    """What an officer does about some of the reports, at whatever time."""
    draw = _draw(command, mood) // 7
    action = {0: "RESUBMIT", 1: "DELETE"}.get(draw % 5)
    if action is None:
        return []
    return [
        story.act(
            action, draw // 5 % 40, command["message_id"], box=command["container"],
            number=f"{action}-{command['message_id']}",
        )
    ]  # fmt: skip


def remarks(ports: Ports) -> list[Evidence]:
    """What an officer says of some exceptions of boxes."""
    return [
        story.act(("ACKNOWLEDGE", "ASSIGN", "COMMENT")[number % 3], number, row["exception_id"], box=row["book_key"])
        for number, ((table, _), row) in enumerate(sorted(ports.store.shown().items()))
        if table == "exceptions" and row["subject"] == row["book_key"] and number % 4
    ]


def with_reports(soup: list[Evidence], mood: int) -> list[Evidence]:
    """The soup with the reports that the core sends on hearing it, customs' answers, and what officers do about both: facts
    of the world, too."""
    ports = Ports(random.Random(mood))
    ports.hear(*soup)
    said: list[Evidence] = []
    for _ in range(4):
        ports.settle()
        answers = [e for c in ports.commands for e in (read_back(c), receipt(c, mood), *order(c, mood))]
        ports.commands.clear()
        ports.hear(*answers)
        said += answers
    return soup + said + remarks(ports)


class WithCustoms(Ports):
    """Reports are read back, and answered, in any order and at any time; each is answered in the order it was sent."""

    def __init__(self, rng: random.Random, partitions: int, mood: int) -> None:
        super().__init__(rng, partitions)
        self.mood = mood
        self.sent: dict[str, Command] = {}
        #: how often each message was sent
        self.times: Counter[str] = Counter()
        self._live: dict[str, tuple[str, str, int]] = {}

    def command(self, commands: list[Command]) -> None:
        for c in commands:
            first = self.sent.setdefault(c["message_id"], c)
            assert first is c or c["attempt"] == self.times[c["message_id"]], f"one message id, sent twice: {first}, {c}"
            self.times[c["message_id"]] += 1
            if first is not c:
                assert [c[name] for name in SAID] == [first[name] for name in SAID], "what is sent again is the same message"
            elif c["function"] == "3":
                self._live.pop(c["basis"], None)
            elif not rejects(c, self.mood):
                self._live[c["message_id"]] = c["container"], c["case_id"], day(c["arrived_at"])
            heard = c["attempt"] >= deaf(c, self.mood)
            for e in (read_back(c), *([receipt(c, self.mood)] if heard else []), *order(c, self.mood)):
                self.flight.append((self.home(e), e))

    def wait_for_answers(self) -> None:
        """Time goes on until what was not answered has been sent as often as it is to be."""
        for number in range(1, 16):
            self.advance(LATE + number / 5)
            self.rest()

    def held(self) -> Counter[tuple[str, str, int]]:
        """How many live reports customs holds of each (container, case, day of arrival)."""
        return Counter(self._live.values())


def day(ms: int) -> int:
    """The day in Beijing."""
    return (ms + 8 * story.HOUR) // (24 * story.HOUR)
