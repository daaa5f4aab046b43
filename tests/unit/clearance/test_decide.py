"""The decision: each reason once, and what just misses it."""

from __future__ import annotations

import pytest

from ops.clearance.decide import ACTIONS, FRESH_MS, Moment, decide
from ops.clearance.memory import Mark, Missing, Remembered, Step
from ops.clearance.texts import tell

NOW = 1_772_409_600_000
MINUTE = 60_000
UNMET = Missing("CUSTOMS_RELEASE", "UNMET", "NOT_DECLARED", evidence=["P|TOS|E1"])
UNKNOWN = Missing("SEALS_IN_ORDER", "UNKNOWN")
HERE = Remembered(0, 7, steps=[
    Step("gate-in", "MAY", "qingdao", cutoff_at=NOW + MINUTE, opens_at=NOW - MINUTE),
    Step("gate-out", "MAY", "qingdao"),
])  # fmt: skip
FRESH = Mark(NOW, NOW)


def box(action: str, verdict: str, *missing: Missing, cutoff_at: int = 0, opens_at: int = 0) -> Remembered:
    return Remembered(0, 7, steps=[
        Step(action, verdict, "qingdao", cutoff_at=cutoff_at or None, opens_at=opens_at or None, missing=list(missing))
    ])  # fmt: skip


@pytest.mark.parametrize(
    ("words", "action", "known", "mark", "silent", "port", "expected"),
    [
        ("all conditions are met", "gate-out", HERE, FRESH, [], "", ("ALLOW", "CLEAR", "")),
        ("nobody knows the box", "gate-out", None, FRESH, [], "", ("REFER", "UNKNOWN_BOX", "")),
        ("the partition has said nothing yet", "gate-out", HERE, None, [], "", ("REFER", "STALE", "")),
        ("data just fresh", "gate-out", HERE, Mark(NOW - FRESH_MS, NOW), [], "", ("ALLOW", "CLEAR", "")),
        ("data too old", "gate-out", HERE, Mark(NOW - FRESH_MS - 1, NOW), [], "", ("REFER", "STALE", "")),
        ("old data allow nothing to be denied either", "gate-out", box("gate-out", "MAY_NOT", UNMET), Mark(0, NOW), [], "",
         ("REFER", "STALE", "")),
        ("a clock that is ahead", "gate-out", HERE, Mark(NOW + FRESH_MS + 1, NOW), [], "", ("REFER", "STALE", "")),
        ("a source of the port is silent", "gate-out", HERE, FRESH, ["qingdao.release"], "", ("REFER", "SOURCES_HEARD", "")),
        ("it has left", "gate-in", Remembered(0, 7, left_at=NOW - 1), FRESH, [], "", ("REFER", "LEFT", "")),
        ("not its next step", "load", HERE, FRESH, [], "", ("REFER", "NOT_NEXT", "")),
        ("a record without steps", "load", Remembered(0, 7), FRESH, [], "", ("REFER", "NOT_NEXT", "")),
        ("the gate of another port", "gate-out", HERE, FRESH, [], "weihai", ("REFER", "OTHER_PORT", "")),
        ("the gate of its port", "gate-out", HERE, FRESH, [], "qingdao", ("ALLOW", "CLEAR", "")),
        ("a condition is not met", "gate-out", box("gate-out", "MAY_NOT", UNKNOWN, UNMET), FRESH, [], "",
         ("DENY", "CUSTOMS_RELEASE", "NOT_DECLARED")),
        ("a condition is not known", "load", box("load", "TO_CHECK", UNKNOWN), FRESH, [], "", ("REFER", "SEALS_IN_ORDER", "")),
        ("it was done", "load", box("load", "DONE"), FRESH, [], "", ("REFER", "NOT_NEXT", "")),
        ("a verdict that says not why", "load", box("load", "MAY_NOT"), FRESH, [], "", ("REFER", "NOT_NEXT", "")),
        ("before the cut-off", "gate-in", HERE, FRESH, [], "", ("ALLOW", "CLEAR", "")),
        ("after the cut-off", "gate-in", box("gate-in", "MAY", cutoff_at=NOW - 1), FRESH, [], "",
         ("DENY", "CUT_OFF", "PASSED")),
        ("the yard is not open", "gate-in", box("gate-in", "MAY", opens_at=NOW + 1), FRESH, [], "", ("DENY", "NOT_OPEN", "")),
        ("a loading asks the conditions only", "load", box("load", "MAY", cutoff_at=NOW - 1), FRESH, [], "",
         ("ALLOW", "CLEAR", "")),
    ],
)  # fmt: skip
def test_the_decision(
    words: str, action: str, known: Remembered | None, mark: Mark | None, silent: list[str], port: str,
    expected: tuple[str, str, str],
) -> None:  # fmt: skip
    found = decide(action, known, mark, silent, Moment(NOW), port)
    assert (found.verdict, found.code, found.why) == expected, words
    said = tell(found.code, found.why, found.verdict != "REFER")
    assert said.zh and said.en and (said.owner or found.verdict == "ALLOW")


def test_a_denial_names_the_events_that_decide() -> None:
    assert decide("load", box("load", "MAY_NOT", UNMET), FRESH, [], Moment(NOW)).evidence == ("P|TOS|E1",)


def test_in_simulated_time_the_worker_must_have_spoken_lately_and_cut_offs_are_of_that_time() -> None:
    long_ago = Mark(NOW, NOW + 400 * MINUTE)  # the events are of yesterday, the worker speaks now
    then = Moment(long_ago.appended_at + FRESH_MS, simulated=True)
    assert decide("gate-in", HERE, long_ago, [], then).verdict == "ALLOW"
    assert decide("gate-in", HERE, long_ago, [], then._replace(at=then.at + 1)).code == "STALE"
    assert decide("gate-in", HERE, long_ago, [], then._replace(simulated=False)).code == "STALE"


def test_every_action_can_be_denied() -> None:
    assert {decide(a, box(a, "MAY_NOT", UNMET), FRESH, [], Moment(NOW)).verdict for a in ACTIONS} == {"DENY"}
