"""Scenes: what happens to a box, and what one rule of contracts section 7 says to it."""

from __future__ import annotations

from typing import Any

import pytest

from streams.domain.evidence import Evidence
from tests.unit.domain.story import Platform, at

#: state, raised at, ended at; all in hours of the story's day
Verdict = tuple[str, float, float] | None
NOTHING: Verdict = None


def raised(when: float) -> Verdict:
    """It is open, since then."""
    return ("RAISED", when, 0)


def resolved(when: float, ended: float) -> Verdict:
    """It was raised, and mended later."""
    return ("RESOLVED", when, ended)


def scene(code: str, words: str, events: list[Evidence], now: float, verdict: Verdict) -> Any:
    """One row of a table: this happens, it is ``now`` o'clock, and the rule ``code`` says that."""
    return pytest.param(code, events, now, verdict, id=f"{code}: {words}")


def judge(code: str, events: list[Evidence], now: float, verdict: Verdict) -> None:
    """The rule says so whatever the order in which the events come, all at once or one by one."""
    expected = [] if verdict is None else [(verdict[0], at(verdict[1]), at(verdict[2]) if verdict[2] else 0)]
    for told in ([events], [events[::-1]], [[e] for e in events]):
        port = Platform()
        for some in told:
            port.hear(*some)
        rows = port.hear(now=now).rows("exceptions")
        assert [(r["state"], r["raised_at"], r["ended_at"]) for r in rows if r["code"] == code] == expected
