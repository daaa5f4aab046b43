"""The customs plan: what a simulated customs answers to which report, and when (contracts, section 6)."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Final, NamedTuple

from connectors.customs.report import Report

ACCEPTED: Final = "01"
REJECTED: Final = "03"
NEVER: Final = "NEVER"
#: A case that the plan does not name is accepted so long after the last condition of its report was met.
DEFAULT_MS: Final = 90_000


class PlanProblem(ValueError):
    """A line of the plan that cannot be read."""


class Answer(NamedTuple):
    """``code`` 01 accepted, 03 rejected, NEVER no answer; ``at`` is the receipt's event time, ms UTC. How it is given:
    ``delay_ms`` later (wall clock), behind the next ``behind`` receipts to other reports (out of order), and ``repeat``
    times more under other receipt ids."""

    code: str
    at: int
    reason: str
    delay_ms: int = 0
    behind: int = 0
    repeat: int = 0


class PlanKey(NamedTuple):
    """How the plan names a case."""

    container_no: str
    bill_no: str
    voyage: str
    terminal_code: str


class Plan:
    """Answers by case. The n-th different report of a case gets the n-th answer; the last one is repeated, so that a
    case that was deleted and reported anew ends as planned."""

    def __init__(self, answers: dict[PlanKey, list[Answer]] | None = None) -> None:
        self._answers = answers or {}

    def __len__(self) -> int:
        return len(self._answers)

    def answer(self, report: Report, number: int) -> Answer:
        """What customs says to the report that is number ``number`` (from 0) of its case."""
        planned = self._answers.get(PlanKey(report.container, report.bill, report.voyage, report.terminal_code))
        if not planned:
            return Answer(ACCEPTED, report.ready_at + DEFAULT_MS, "")
        return planned[min(number, len(planned) - 1)]


def parse_plan(lines: Iterable[str], name: str = "plan") -> Plan:
    """Read JSON lines. Raises PlanProblem, naming the line and the field."""
    answers: dict[PlanKey, list[Answer]] = {}
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        where = f"{name}, line {number}"
        try:
            entry = json.loads(line)
            key = PlanKey(*(str(entry[field]) for field in PlanKey._fields))
            given = [
                Answer(str(a["code"]), int(a.get("at") or 0), str(a.get("reason", "")),
                       *(int(a.get(manner, 0)) for manner in ("delay_ms", "behind", "repeat")))
                for a in entry["answers"]
            ]  # fmt: skip
        except KeyError as error:
            raise PlanProblem(f"{where}: {error.args[0]} is missing") from error
        except (ValueError, TypeError, AttributeError) as error:
            raise PlanProblem(f"{where}: not a JSON object of the customs plan ({error})") from error
        for answer in given:
            if answer.code not in (ACCEPTED, REJECTED, NEVER):
                raise PlanProblem(f"{where}: code is {answer.code!r}; expected 01, 03 or NEVER")
            if answer.code != NEVER and answer.at <= 0:
                raise PlanProblem(f"{where}: an answer needs `at`, its time in ms UTC")
            if min(answer.delay_ms, answer.behind, answer.repeat) < 0:
                raise PlanProblem(f"{where}: delay_ms, behind and repeat are counts; expected 0 or more")
        answers.setdefault(key, []).extend(given)
    return Plan(answers)


def load_plan(path: Path) -> Plan:
    """The plan of a file. Raises PlanProblem, and OSError when it cannot be read."""
    with path.open(encoding="utf-8") as lines:
        return parse_plan(lines, path.name)
