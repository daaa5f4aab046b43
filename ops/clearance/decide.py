"""The decision: a pure function of what is remembered of a box, how far its partition is, who is silent, and the time.

The conditions of a step were judged where the box was derived (`streams.domain.clearance`); here is only what depends on the
time of asking. In doubt it is REFER: a person looks. Customs' own instruction prevails.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from ops.clearance.memory import Mark, Remembered, Step

ALLOW: Final = "ALLOW"
DENY: Final = "DENY"
REFER: Final = "REFER"
GATE_IN: Final = "gate-in"
ACTIONS: Final = (GATE_IN, "gate-out", "load")
#: Data that is older is no ground for letting a box move.
FRESH_MS: Final = 10_000


class Moment(NamedTuple):
    """When it is asked: ``at`` by our clock (ms); ``simulated``: events have a clock of their own, the watermark."""

    at: int
    simulated: bool = False

    def age(self, mark: Mark) -> int:
        """Age of the data of a partition, ms. In simulated time it is how long ago the worker last spoke."""
        return self.at - (mark.appended_at if self.simulated else mark.watermark)

    def now(self, mark: Mark) -> int:
        """The time that cut-offs are compared with, ms."""
        return mark.watermark if self.simulated else self.at


class Verdict(NamedTuple):
    """``code`` and ``why`` name what decided: of `ops.clearance.texts`, or a condition that is not met or not known."""

    verdict: str
    code: str
    why: str = ""
    detail: str = ""
    evidence: tuple[str, ...] = ()


def decide(
    action: str, box: Remembered | None, mark: Mark | None, silent: Sequence[str], moment: Moment, port: str = ""
) -> Verdict:
    """May a box take a step? ``mark`` of its partition, ``silent`` the sources of the port that are, ``port`` where the gate
    stands ("": not said)."""
    if box is None:
        return Verdict(REFER, "UNKNOWN_BOX")
    if mark is None or abs(moment.age(mark)) > FRESH_MS:
        return Verdict(REFER, "STALE")
    if silent:
        return Verdict(REFER, "SOURCES_HEARD", "", ", ".join(silent))
    if box.left_at:
        return Verdict(REFER, "LEFT")
    step = box.step(action)
    if step is None:
        return Verdict(REFER, "NOT_NEXT", "", ", ".join(s.action for s in box.steps))
    if port and step.port and step.port != port:
        return Verdict(REFER, "OTHER_PORT", "", step.port)
    return _of_step(step, moment.now(mark))


def _of_step(step: Step, now: int) -> Verdict:
    if step.verdict == "MAY_NOT":
        return _lacks(DENY, step, "UNMET")
    if step.verdict == "TO_CHECK":
        return _lacks(REFER, step, "UNKNOWN")
    if step.verdict != "MAY":
        return Verdict(REFER, "NOT_NEXT", "", step.verdict)
    if step.action == GATE_IN and step.cutoff_at and now > step.cutoff_at:
        return Verdict(DENY, "CUT_OFF", "PASSED")
    if step.action == GATE_IN and step.opens_at and now < step.opens_at:
        return Verdict(DENY, "NOT_OPEN")
    return Verdict(ALLOW, "CLEAR")


def _lacks(verdict: str, step: Step, state: str) -> Verdict:
    """The first condition in that state decides."""
    for missing in step.missing:
        if missing.state == state:
            return Verdict(verdict, missing.code, missing.why, missing.detail, tuple(missing.evidence))
    return Verdict(REFER, "NOT_NEXT", "", step.verdict)
