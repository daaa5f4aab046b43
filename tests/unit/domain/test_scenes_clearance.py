"""What a gate is told of a box: the steps of a visit update, and when there is news of them."""

from __future__ import annotations

from typing import Any

import pytest

from schemas.codec import decode, encode
from schemas.reference import load_reference
from streams.domain.evidence import Evidence
from tests.unit.domain.story import (
    BOX,
    COASTER,
    OCEAN,
    Platform,
    at,
    call,
    cutoff,
    discharge,
    estimate,
    gate_in,
    gate_out,
    line,
    load,
    receipt,
    release,
    report,
    vgm,
)

CALL = [cutoff(10, opens=2), estimate("ANCHOR", "ARRI", 4)]
ANNOUNCED = line("PREPARED", 1, seals="S1")
TAKEN_BACK = line("PREPARED", 2, action="3")
LANDED = [line("ORIGINAL", 0, seals="S1"), discharge(1, seals="S1")]
CLEARED = [*LANDED, *[release(stage, "RELEASE", 2) for stage in ("DECLARATION", "BILL", "TERMINAL")]]
READY = [
    ANNOUNCED, vgm(2), gate_in(3, seals="S1"), *[release(s, "RELEASE", 5) for s in ("DECLARATION", "LOADING", "TERMINAL")],
    *CALL,
]  # fmt: skip
OFF_SITE = [*LANDED, gate_out(3, purpose="INSPECTION")]


def told(*events: Evidence, now: float = 6) -> dict[str, Any]:
    """The last update of the box, as its readers see it."""
    port = Platform()
    port.hear(*events, now=now)
    sent = [c for c in port.commands if c["function"] == "2"]
    port.hear(*[report(c) for c in sent], *[receipt(c, 3.2) for c in sent])
    record: dict[str, Any] = decode(encode("visit-update", port.updates[-1]))
    return record


def step(action: str, *events: Evidence, **more: Any) -> dict[str, Any]:
    clearance = told(*events, **more)["clearance"]
    found: dict[str, Any] = next(s for s in clearance["steps"] if s["action"] == action)
    return found


@pytest.mark.parametrize(
    ("words", "action", "events", "verdict", "missing"),
    [
        ("announced, its call takes boxes", "gate-in", [ANNOUNCED, *CALL], "MAY", []),
        ("the line was taken back and came again", "gate-in", [ANNOUNCED, TAKEN_BACK, line("PREPARED", 3), *CALL], "MAY", []),
        ("its call is not known", "gate-in", [ANNOUNCED], "TO_CHECK", [("CUT_OFF", "NO_CALL")]),
        (
            "its vessel has sailed", "gate-in", [ANNOUNCED, *CALL, call("BERTH", "DEPA", 5, "OUTB")], "MAY_NOT",
            [("CUT_OFF", "SAILED")],
        ),
        ("it stands inside", "gate-in", READY, "MAY_NOT", [("EXPECTED", "INSIDE")]),
        ("it is aboard", "gate-in", [*READY, load(5.5)], "MAY_NOT", [("EXPECTED", "ABOARD")]),
        ("it comes back from inspection", "gate-in", OFF_SITE, "MAY", []),
        ("all is released", "gate-out", CLEARED, "MAY", []),
        ("the terminal has not released it", "gate-out", CLEARED[:-1], "MAY_NOT", [("TERMINAL_RELEASE", "")]),
        ("ready for its vessel", "load", READY, "MAY", []),
        ("held", "load", [*READY, release("DECLARATION", "HOLD", 5, extra="H1")], "MAY_NOT", [("NO_HOLD", "")]),
    ],
)  # fmt: skip
def test_what_a_gate_is_told(words: str, action: str, events: list[Evidence], verdict: str, missing: list[Any]) -> None:
    found = step(action, *events)
    assert (found["verdict"], [(m["code"], m["why"]) for m in found["missing"]]) == (verdict, missing), words
    assert all((code, why) in load_reference().conditions for code, why in missing)


@pytest.mark.parametrize("events", [READY, READY[:-1], READY[:3], CLEARED, CLEARED[:-1], LANDED])
def test_what_a_gate_is_told_is_what_explain_says(events: list[Evidence]) -> None:
    port = Platform()
    port.hear(*events, now=6)
    for step in port.updates[-1]["clearance"]["steps"][1:]:
        found = port.core.explain(BOX, step["action"])
        assert found is not None
        lacking = [(c.code, c.state, c.why) for c in found.conditions if c.state in ("UNMET", "UNKNOWN")]
        assert step["verdict"] == found.verdict
        assert [(m["code"], m["state"], m["why"]) for m in step["missing"]] == lacking


def test_a_step_names_the_vessel_its_times_and_the_place() -> None:
    record = told(ANNOUNCED, *CALL)
    (found,) = record["clearance"]["steps"]
    assert (found["vessel_id"], found["voyage"], found["port"]) == (OCEAN, "V1", "qingdao")
    assert (found["cutoff_at"], found["opens_at"]) == (at(10), at(2))
    assert (record["visits"], record["bills"], record["ports"]) == ([], ["BL1"], ["qingdao"])
    assert record["clearance"]["seals"] == ["S1"]


def test_nothing_may_be_asked_of_a_box_that_has_left_or_whose_announcement_was_taken_back() -> None:
    assert told(*CLEARED, gate_out(4))["clearance"] is None
    port = Platform().hear(ANNOUNCED, *CALL, now=6).hear(TAKEN_BACK)
    assert [u["clearance"] is None for u in port.updates] == [False, True]


def test_a_box_that_left_is_announced_again_by_a_later_line_only() -> None:
    export = {"vessel": COASTER, "voyage": "C9", "bill": "BL9", "port": "qingdao"}
    left = [*CLEARED, gate_out(4)]
    assert told(*left, line("PREPARED", 3, **export))["clearance"] is None
    again = told(*left, line("PREPARED", 5, **export))
    assert [(s["action"], s["vessel_id"]) for s in again["clearance"]["steps"]] == [("gate-in", COASTER)]
    assert again["bills"] == ["BL9"]


def test_only_news_is_published_and_a_new_cut_off_is_news() -> None:
    port = Platform().hear(ANNOUNCED, *CALL, now=6)
    before = len(port.updates)
    port.hear(line("PREPARED", 1.5, seals="S1", number="again"), now=6.1)
    assert len(port.updates) == before
    port.hear(cutoff(12, opens=2, updated=at(11)))
    assert port.updates[-1]["clearance"]["steps"][0]["cutoff_at"] == at(12)
