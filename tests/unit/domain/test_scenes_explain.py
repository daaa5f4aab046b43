"""Explanations: each condition of a step, met and not met, and the answer that follows."""

from __future__ import annotations

import csv
from typing import Any

import pytest

from schemas.reference import DIRECTORY, load_reference
from streams.domain.conditions import Condition
from streams.domain.evidence import Evidence
from streams.domain.explain import ACTIONS, Explanation
from tests.unit.domain.story import (
    BOX,
    COASTER,
    FEEDER,
    OCEAN,
    REFERENCE,
    Platform,
    act,
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

GATED = [line("PREPARED", 1, seals="S1"), vgm(2), gate_in(3, seals="S1")]
RELEASED = [release(stage, "RELEASE", 5) for stage in ("DECLARATION", "LOADING", "TERMINAL")]
CALL = [cutoff(10), estimate("ANCHOR", "ARRI", 4)]
READY = [*GATED, *RELEASED, *CALL]
LANDED = [line("ORIGINAL", 0, seals="S1"), discharge(1, seals="S1")]
CLEARED = [*LANDED, *[release(stage, "RELEASE", 2) for stage in ("DECLARATION", "BILL", "TERMINAL")]]
LEG = line("LEG", 2, pol="weihai", pod="qingdao", vessel=FEEDER, voyage="F1", ref="A1")
AT_WEIHAI = [line("PREPARED", 1, seals="S1"), vgm(2), gate_in(3, port="weihai", terminal="WH"), LEG]
ON_FEEDER = load(8, port="weihai", terminal="WH", vessel=FEEDER, voyage="F1", pod="CNTAO", seals="S1")
APPROVED = release("LEG", "APPROVE", 4, port="weihai")
DOMESTIC = [gate_in(3, trade="D")]
TO_COASTER = {"trade": "D", "vessel": COASTER, "voyage": "C1"}
WATERWAY = line("WATERWAY", 2, trade="D", vessel=COASTER, voyage="C1")
TERMINAL = release("TERMINAL", "RELEASE", 5)
DANGEROUS = [line("PREPARED", 1, dg="3 1263"), *GATED[1:]]
ROLLED = line("PREPARED", 6, vessel=COASTER, voyage="V9")
MET, UNMET, SPARED, UNKNOWN = "MET", "UNMET", "NOT_REQUIRED", "UNKNOWN"


def ask(events: list[Evidence], action: str, now: float = 9, answer: str = "ACK") -> Explanation:
    """Everything has come, the arrival report was sent, customs answered it (``answer`` "" means not yet)."""
    port = Platform()
    port.hear(*events, now=now)
    sent = [c for c in port.commands if c["function"] == "2"]
    port.hear(*[report(c) for c in sent], *([receipt(c, 3.2, answer) for c in sent] if answer else []))
    found = port.core.explain(BOX, action)
    assert found is not None
    return found


def conditions(found: Explanation, code: str) -> list[Condition]:
    return [c for c in found.conditions if c.code == code]


def case(
    code: str, words: str, action: str, events: list[Evidence], state: str, why: str = "", **more: Any
) -> Any:
    """One row of a table: in this scene the condition ``code`` of a step is in that state, for that reason."""
    return pytest.param(code, action, events, state, why, more, id=f"{code}: {words}")


CASES = [
    case("PRESENT", "in the yard", "load", READY, MET),
    case("PRESENT", "gone", "load", [*READY, gate_out(8)], UNMET, "OUTSIDE"),
    case("PRESENT", "at another port than its vessel", "load",
         [*AT_WEIHAI, *CALL, ON_FEEDER, discharge(8.5, port="rizhao", pol="CNWEI", vessel=FEEDER, voyage="F1")], UNMET,
         "OTHER_PORT"),
    case("PRESENT", "on the feeder", "gate-out", [*AT_WEIHAI, APPROVED, ON_FEEDER], UNMET, "ABOARD"),
    case("CUT_OFF", "in time", "load", READY, MET),
    case("CUT_OFF", "too late", "load", [*GATED, cutoff(2.5), CALL[1]], UNMET),
    case("CUT_OFF", "its call is not known", "load", GATED, UNKNOWN, "NO_CALL"),
    case("CUT_OFF", "at the other port, there is time", "load",
         [*AT_WEIHAI[:3], APPROVED, *CALL, ON_FEEDER], UNMET, "NOT_THERE"),
    case("CUT_OFF", "at the other port, it is too late", "load",
         [*AT_WEIHAI[:3], APPROVED, *CALL, ON_FEEDER], UNMET, "PASSED", now=11),
    case("CUT_OFF", "the vessel left without it", "load", [*READY, call("BERTH", "DEPA", 8.5, "OUTB")], UNMET, "SAILED"),
    case("PRE_STOWAGE_LINE", "named", "load", READY, MET),
    case("PRE_STOWAGE_LINE", "named by nobody", "load", READY[1:], UNMET),
    case("ARRIVAL_CONFIRMED", "accepted", "load", READY, MET),
    case("ARRIVAL_CONFIRMED", "rejected", "load", READY, UNMET, "REJECTED", answer="REJECT"),
    case("ARRIVAL_CONFIRMED", "not answered", "load", READY, UNMET, "UNANSWERED", answer=""),
    case("ARRIVAL_CONFIRMED", "its line is missing", "load", READY[1:], UNMET, "NO_LINE"),
    case("ARRIVAL_CONFIRMED", "its terminal is not known", "load",
         [*GATED[:2], gate_in(3, terminal="")], UNMET, "NOT_SENT"),
    case("ARRIVAL_CONFIRMED", "domestic", "load", DOMESTIC, SPARED, "DOMESTIC"),
    case("CUSTOMS_RELEASE", "released", "load", READY, MET),
    case("CUSTOMS_RELEASE", "revoked", "load", [*READY, release("DECLARATION", "REVOKE", 6)], UNMET, "REVOKED"),
    case("CUSTOMS_RELEASE", "declared only", "load", [*GATED, release("DECLARATION", "DECLARED", 4)], UNMET, "DECLARED"),
    case("CUSTOMS_RELEASE", "not declared", "load", GATED, UNMET, "NOT_DECLARED"),
    case("CUSTOMS_RELEASE", "an empty box", "gate-out", [gate_in(3, ef="E")], SPARED, "EMPTY"),
    case("CUSTOMS_RELEASE", "on a condition", "gate-out",
         [*LANDED, release("DECLARATION", "CONDITIONAL", 2, until=at(99))], MET, "CONDITIONAL"),
    case("CUSTOMS_RELEASE", "it goes on in transit", "gate-out",
         [*LANDED, release("TRANSIT", "APPROVE", 2)], SPARED, "TRANSIT"),
    case("TRANSIT_APPROVED", "to an office inland", "gate-out", [*LANDED, release("TRANSIT", "APPROVE", 2)], MET),
    case("LOADING_RELEASE", "released", "load", READY, MET),
    case("LOADING_RELEASE", "not yet", "load", GATED, UNMET),
    case("LOADING_RELEASE", "released after the loading", "load",
         [*GATED, load(4), *RELEASED], UNMET),
    case("TERMINAL_RELEASE", "released", "gate-out", CLEARED, MET),
    case("TERMINAL_RELEASE", "not yet", "gate-out", CLEARED[:-1], UNMET),
    case("TERMINAL_RELEASE", "a domestic box", "load", [*DOMESTIC, TERMINAL], MET),
    case("BILL_RELEASE", "released", "gate-out", CLEARED, MET),
    case("BILL_RELEASE", "not yet", "gate-out", LANDED, UNMET),
    case("BILL_RELEASE", "on a condition", "gate-out", [*LANDED, release("BILL", "CONDITIONAL", 2)], MET, "CONDITIONAL"),
    case("BILL_RELEASE", "revoked", "gate-out", [*CLEARED, release("BILL", "REVOKE", 3)], UNMET, "REVOKED"),
    case("WITHDRAWAL_APPROVED", "approved", "gate-out", [*READY, release("DECLARATION", "APPROVE", 8)], MET),
    case("WITHDRAWAL_APPROVED", "not approved", "gate-out", READY, UNMET),
    case("WITHDRAWAL_APPROVED", "not reported yet", "gate-out", GATED, SPARED, "NOT_REPORTED", answer=""),
    case("REASSIGNMENT_ACCEPTED", "not accepted", "load", [*READY, ROLLED], UNMET),
    case("REASSIGNMENT_ACCEPTED", "accepted", "load", [*READY, ROLLED, release("REASSIGN", "APPROVE", 7)], MET),
    case("NO_HOLD", "none", "gate-out", CLEARED, MET),
    case("NO_HOLD", "customs", "gate-out", [*CLEARED, release("DECLARATION", "HOLD", 3, extra="H1")], UNMET),
    case("NO_HOLD", "the carrier", "gate-out",
         [*CLEARED, release("DELIVERY_ORDER", "HOLD", 3, mode="CARRIER", extra="H1")], UNMET, "COMMERCIAL"),
    case("NO_HOLD", "lifted", "gate-out", [*CLEARED, release("DECLARATION", "HOLD", 3, extra="H1"),
         release("DECLARATION", "UNHOLD", 4, extra="H1")], MET),
    case("INSPECTION_OVER", "none ordered", "gate-out", CLEARED, SPARED),
    case("INSPECTION_OVER", "ordered", "gate-out", [*CLEARED, release("DECLARATION", "INSPECT_SELECT", 3)], UNKNOWN),
    case("INSPECTION_OVER", "opened", "gate-out",
         [*CLEARED, release("DECLARATION", "INSPECT_STEP", 3, reason_code="OPENED")], UNMET, "OPEN"),
    case("INSPECTION_OVER", "sealed again", "gate-out",
         [*CLEARED, release("DECLARATION", "INSPECT_STEP", 3, reason_code="OPENED"),
          release("DECLARATION", "INSPECT_STEP", 4, reason_code="RESEALED")], MET),
    case("VGM", "known", "load", READY, MET),
    case("VGM", "missing", "load", [READY[0], *READY[2:]], UNMET),
    case("VGM", "known after the loading", "load", [GATED[0], GATED[2], load(4), vgm(5)], UNMET),
    case("DG_PERMIT", "nothing dangerous", "load", READY, SPARED),
    case("DG_PERMIT", "no permit", "load", DANGEROUS, UNMET),
    case("DG_PERMIT", "permitted", "load", [*DANGEROUS, release("DG", "RELEASE", 4)], MET),
    case("DG_PERMIT", "no line says", "load", GATED[1:], UNKNOWN, "NO_LINE"),
    case("VESSEL_PERMITTED", "an ocean vessel", "load", READY, MET),
    case("VESSEL_PERMITTED", "on a coaster", "load", [*GATED, load(8, vessel=COASTER)], UNMET),
    case("VESSEL_PERMITTED", "a ship that nobody knows", "load", [*GATED, load(8, vessel="CNSHIP:X")], UNKNOWN),
    case("VESSEL_PERMITTED", "no ship is named", "load", [GATED[2]], UNKNOWN, "NO_VESSEL"),
    case("WATERWAY_BILL", "there", "load", [*DOMESTIC, WATERWAY], MET),
    case("WATERWAY_BILL", "missing", "load", DOMESTIC, UNMET),
    case("LEG_PLANNED", "planned", "load", AT_WEIHAI, MET),
    case("LEG_PLANNED", "loaded without a plan", "depart", [*AT_WEIHAI[:3], ON_FEEDER], UNKNOWN),
    case("LEG_APPROVED", "approved", "load", [*AT_WEIHAI, APPROVED], MET),
    case("LEG_APPROVED", "not approved", "load", AT_WEIHAI, UNMET),
    case("LEG_SEALED", "a line names the seal", "load", AT_WEIHAI, MET),
    case("LEG_SEALED", "nobody names one", "load", [line("PREPARED", 1), *AT_WEIHAI[1:]], UNMET),
    case("TRANSHIPMENT_PERMIT", "not known", "load", [*LANDED, load(8, vessel=OCEAN, voyage="V2")], UNKNOWN),
    case("TRANSHIPMENT_PERMIT", "permitted", "load",
         [*LANDED, release("TRANSHIP", "APPROVE", 3), load(8, vessel=OCEAN, voyage="V2")], MET),
    case("ABOARD", "on board", "depart", [*READY, load(8)], MET),
    case("ABOARD", "still in the yard", "depart", READY, UNMET),
    case("SEALS_IN_ORDER", "as declared", "load", READY, MET),
    case("SEALS_IN_ORDER", "another seal", "load", [*READY[:2], gate_in(3, seals="S9")], UNMET, "SEAL_MISMATCH"),
    case("SEALS_IN_ORDER", "nobody looked", "load", [line("PREPARED", 1), gate_in(3)], UNKNOWN),
    case("NO_CRITICAL_EXCEPTION", "none", "load", READY, MET),
]  # fmt: skip


@pytest.mark.parametrize(("code", "action", "events", "state", "why", "more"), CASES)
def test_a_condition(
    code: str, action: str, events: list[Evidence], state: str, why: str, more: dict[str, Any]
) -> None:
    for told in (events, events[::-1]):
        found = conditions(ask(told, action, **more), code)
        assert [(c.state, c.why) for c in found] == [(state, why)]
    idents = {e.ident for e in events}
    assert all(ident in idents or "|E" in ident for c in found for ident in c.evidence)


def test_every_condition_has_a_scene_that_meets_it_or_not_and_words_for_it() -> None:
    """What the core can say is in the reference data, in both languages; nothing stands there that it cannot say."""
    shown = {(p.values[0], p.values[4]) for p in CASES}
    told = load_reference().conditions
    elsewhere = {  # codes of the exceptions' catalogue, and what only other steps of the same code say
        ("SEALS_IN_ORDER", "SEAL_MISMATCH"), ("SOURCES_HEARD", ""),
    }  # fmt: skip
    of_a_call = {  # asked of rows, not of a box: tests/unit/cli/test_vessel.py
        "MIXED_TRADE", "OPERATIONS_ENDED", "NOT_LOADED", "NOT_DISCHARGED", "LOADED_UNPLANNED", "DISCHARGED_UNPLANNED",
    }  # fmt: skip
    of_a_gate = {"EXPECTED"}  # tests/unit/domain/test_scenes_clearance.py
    assert {code for code, _ in told} - {code for code, _ in shown} == {"SOURCES_HEARD"} | of_a_call | of_a_gate
    assert shown - elsewhere <= set(told)
    with (DIRECTORY / "conditions.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            assert row["text_zh"] and row["text_en"], row
            assert bool(row["action_zh"]) == bool(row["action_en"]), row


@pytest.mark.parametrize(
    ("action", "events", "more", "verdict"),
    [
        ("load", READY, {}, "MAY"),
        ("load", READY, {"answer": ""}, "MAY_NOT"),
        ("load", [*READY, load(8)], {}, "DONE"),
        ("load", [*GATED, *RELEASED], {}, "TO_CHECK"),
        ("gate-out", CLEARED, {}, "MAY"),
        ("gate-out", CLEARED[:-1], {}, "MAY_NOT"),
        ("gate-out", [*CLEARED, gate_out(7)], {}, "DONE"),
        ("depart", [*READY, load(8)], {}, "MAY"),
        ("depart", [*GATED, *CALL, load(8)], {}, "MAY_NOT"),
        ("load", [line("PREPARED", 1)], {}, "NO_VISIT"),
        ("", [*CLEARED, gate_out(7)], {}, "ENDED"),
    ],
)
def test_the_answer(action: str, events: list[Evidence], more: dict[str, Any], verdict: str) -> None:
    assert ask(events, action, **more).verdict == verdict


@pytest.mark.parametrize(
    ("events", "action"),
    [
        (READY, "load"),
        ([*READY, load(8)], "depart"),
        (LANDED, "gate-out"),
        (AT_WEIHAI, "load"),
        ([*AT_WEIHAI, ON_FEEDER], "depart"),
        ([*AT_WEIHAI, ON_FEEDER, call("BERTH", "DEPA", 8.2, "OUTB", vessel=FEEDER, voyage="F1", port="weihai")], "load"),
        ([gate_in(3, ef="E")], "gate-out"),
        ([*CLEARED, gate_out(7)], ""),
    ],
    ids=["export", "aboard", "import", "leg planned", "on the feeder", "on its way", "empty", "gone"],
)
def test_what_comes_next(events: list[Evidence], action: str) -> None:
    assert ask(events, "").action == action


def test_a_condition_of_a_step_that_was_taken_is_that_of_its_time() -> None:
    """Revoked after it left: it was released then."""
    found = ask([*CLEARED, gate_out(7), release("BILL", "REVOKE", 8)], "gate-out")
    assert [c.state for c in conditions(found, "BILL_RELEASE")] == ["MET"]


def test_the_evidence_is_the_event_that_decides() -> None:
    revoke = release("BILL", "REVOKE", 3)
    (met,) = conditions(ask(CLEARED, "gate-out"), "BILL_RELEASE")
    (unmet,) = conditions(ask([*CLEARED, revoke], "gate-out"), "BILL_RELEASE")
    assert met.evidence == (CLEARED[3].ident,)
    assert unmet.evidence == (revoke.ident,)


def test_a_critical_exception_that_no_condition_tells_of_stands_against_the_step(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(REFERENCE.catalogue, "TRADE_FLAG_CONFLICT", ("critical", "terminal"))
    found = ask([GATED[0], GATED[1], gate_in(3, seals="S1", trade="D"), *RELEASED, *CALL], "load")
    assert [(c.state, c.why) for c in conditions(found, "NO_CRITICAL_EXCEPTION")] == [("UNMET", "TRADE_FLAG_CONFLICT")]
    assert found.verdict == "MAY_NOT"


def test_a_box_of_which_nothing_is_known_has_no_explanation() -> None:
    assert [Platform().core.explain(BOX, action) for action in ("", *ACTIONS)] == [None] * 4


def test_a_report_that_an_officer_had_deleted_confirms_nothing() -> None:
    port = Platform().hear(*READY, now=9)
    (command,) = port.commands
    port.hear(report(command), receipt(command, 3.2), act("DELETE", 6, command["message_id"]), now=9)
    deletion = port.commands[-1]
    port.hear(report(deletion, 6.1), now=9)
    found = port.core.explain(BOX, "load")
    assert found is not None
    assert [(c.state, c.why) for c in conditions(found, "ARRIVAL_CONFIRMED")] == [(UNMET, "DELETED")]
