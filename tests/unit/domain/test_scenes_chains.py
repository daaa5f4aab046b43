"""The milestone chains beside the main ones (model 1.3, 7.3 A): inspection, diversion, deconsolidation, transhipment; boxes
that carry goods of several bills."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from streams.domain.evidence import Evidence
from streams.domain.permits import Permits
from tests.unit.domain.story import (
    BOX,
    OCEAN,
    Platform,
    at,
    call,
    cutoff,
    discharge,
    gate_in,
    gate_out,
    line,
    load,
    release,
)

LANDED = [line("ORIGINAL", 0, pod="CNTAO"), discharge(1)]
YARD = {"terminal": "YARD1"}
CFS = {"terminal": "CFS1"}


def passed(events: Iterable[Evidence], now: float = 30) -> dict[str, int]:
    """Milestones of the one visit and their times, told in order and in reverse: the same."""
    told = list(events)
    visit = Platform().hear(*told, now=now).visit()
    assert Platform().hear(*reversed(told), now=now).visit() == visit
    milestones: dict[str, int] = visit["milestones"]
    return milestones


def blockers(*events: Evidence) -> list[str]:
    return list(Platform().hear(*events, now=20).visit()["blockers"])


ORDERED = release("DECLARATION", "INSPECT_SELECT", 2)
OPENED = release("DECLARATION", "INSPECT_STEP", 3, reason_code="OPENED")
RESULT = release("DECLARATION", "INSPECT_RESULT", 4)
RELEASED = release("DECLARATION", "RELEASE", 5)


@pytest.mark.parametrize(("words", "waits", "passed_at"), [
    pytest.param([], False, 0, id="none was ordered"),
    pytest.param([ORDERED], True, 0, id="ordered"),
    pytest.param([ORDERED, OPENED], True, 0, id="begun"),
    pytest.param([ORDERED, OPENED, RESULT], False, 4, id="over"),
    pytest.param([ORDERED, RELEASED], False, 0, id="nobody told the result, but customs released"),
    pytest.param([RESULT, release("DECLARATION", "INSPECT_SELECT", 4.5)], True, 4, id="ordered again"),
])  # fmt: skip
@pytest.mark.parametrize(("start", "side"), [([*LANDED], "IMPORT"), ([line("PREPARED", 0), gate_in(1)], "EXPORT")])
def test_an_inspection_is_a_step_until_its_result(
    start: list[Evidence], side: str, words: list[Evidence], waits: bool, passed_at: int
) -> None:
    node = f"{side}_INSPECTION_MAIN"
    assert (node in blockers(*start, *words)) is waits
    assert passed([*start, *words]).get(node, 0) == (at(passed_at) if passed_at else 0)


def test_a_diversion_is_asked_for_approved_and_there() -> None:
    trip = [gate_out(4, purpose="DIVERSION"), gate_in(5, purpose="DIVERSION", **YARD)]
    told = [*LANDED, release("DIVERSION", "APPLY", 2), release("DIVERSION", "APPROVE", 3, place="YARD1"), *trip]
    found = passed(told)
    nodes = ("IMPORT_DIVERSION_APPLY", "IMPORT_DIVERSION_RELEASE", "IMPORT_DIVERSION_ARRIVAL")
    assert [found[node] for node in nodes] == [at(2), at(3), at(5)]
    assert Platform().hear(*told, now=20).visit()["state"] == "DIVERTED"
    assert "IMPORT_DIVERSION_ARRIVAL" not in passed(told[:-1]), "still on its way"
    back = [gate_out(4, purpose="DIVERSION"), gate_in(5, purpose="DIVERSION")]
    assert "IMPORT_DIVERSION_ARRIVAL" not in passed([*LANDED, *back]), "it came back to the quay"


def test_goods_of_a_shared_box_are_taken_out_at_the_cfs() -> None:
    trip = [gate_out(4, purpose="DECONSOLIDATION"), gate_in(5, purpose="DECONSOLIDATION", **CFS)]
    told = [*LANDED, release("DECONSOLIDATION", "APPROVE", 3, place="CFS1"), *trip]
    found = passed([*told, gate_out(9, purpose="STRIP", ef="E", **CFS)])
    assert found["IMPORT_DECONSOLIDATION_RELEASE"] == at(3)
    assert found["IMPORT_DECONSOLIDATION_ARRIVAL"] == at(5)
    assert found["IMPORT_STRIPPED"] == at(9)
    assert "IMPORT_STRIPPED" not in passed([*LANDED, gate_out(4, purpose="STRIP")]), "it never came to a CFS"


def test_a_transhipment_needs_a_permit_and_no_declaration() -> None:
    start = [*LANDED, line("TALLY", 2), line("PREPARED", 3, vessel="IMO:9074729", voyage="V2")]
    onward = load(9, vessel="IMO:9074729", voyage="V2")
    permit = release("TRANSHIP", "APPROVE", 4)
    assert blockers(*start, permit) == ["EXPORT_LOADING_RELEASE"]
    found = passed([*start, permit, release("LOADING", "RELEASE", 6), onward, line("TALLY", 11)])
    assert found == {
        "IMPORT_ORIGINAL_MANIFEST": at(0), "IMPORT_UNLOADED": at(1), "IMPORT_TALLY_REPORT": at(2),
        "EXPORT_PRE_STOWAGE_MANIFEST": at(3), "TRANSHIP_PERMIT": at(4), "EXPORT_LOADING_RELEASE": at(6),
        "EXPORT_CONTAINER_LOADED_ON_VESSEL": at(9), "EXPORT_TALLY_REPORT": at(11),
    }  # fmt: skip
    assert "TRANSHIP_PERMIT" not in passed([*start, onward]), "it went without one"
    refused = passed([*start, permit, release("TRANSHIP", "REVOKE", 5), onward])
    assert "TRANSHIP_PERMIT" not in refused


ONE, TWO = line("ORIGINAL", 0, pod="CNTAO"), line("ORIGINAL", 0.1, pod="CNTAO", bill="BL2")


def of_house(house: str, action: str = "9") -> Evidence:
    return line("ORIGINAL", 0.2 if action == "3" else 0.1, pod="CNTAO", bill="BL2", house=house, action=action)


@pytest.mark.parametrize(("lines", "releases", "released_at"), [
    pytest.param([ONE], [("BL1", 3)], 3, id="one bill"),
    pytest.param([ONE, TWO], [("BL1", 3)], 0, id="the other is not released"),
    pytest.param([ONE, TWO], [("BL1", 3), ("BL2", 5)], 5, id="with the last of two"),
    pytest.param([ONE, TWO], [("BL2", 3), ("BL1", 5)], 5, id="whichever that is"),
    pytest.param([ONE, TWO], [("", 4)], 4, id="the box as a whole"),
    pytest.param([ONE, line("ORIGINAL", 0.1, pod="CNTAO", bill="BL2", voyage="V0")], [("BL1", 3)], 3,
                 id="a line of another voyage counts not"),
    pytest.param([ONE, TWO, line("ORIGINAL", 0.2, pod="CNTAO", bill="BL2", action="3")], [("BL1", 3)], 3,
                 id="the other was taken out of it"),
    pytest.param([ONE, TWO, line("ORIGINAL", 0.2, pod="CNTAO", bill="BL2", action="3")], [("BL2", 3)], 0,
                 id="that of the one that was taken out releases nothing"),
    pytest.param([ONE, TWO, line("ORIGINAL", 0.2, bill="BL2", action="3", vessel="", voyage="")], [("BL1", 3)], 3,
                 id="taken out without a word of the voyage"),
    pytest.param([ONE, of_house("H1"), of_house("H2"), of_house("H1", action="3")], [("BL1", 3)], 0,
                 id="one house bill of the other was taken out"),
    pytest.param([ONE, of_house("H1"), of_house("H2"), of_house("", action="3")], [("BL1", 3)], 3,
                 id="all house bills of the other were"),
])  # fmt: skip
@pytest.mark.parametrize(("stage", "node"), [("DECLARATION", "IMPORT_CUSTOMS_RELEASE"), ("BILL", "IMPORT_BILL_RELEASE")])
def test_a_box_of_several_bills_is_released_with_the_last_of_them(
    stage: str, node: str, lines: list[Evidence], releases: list[tuple[str, float]], released_at: float
) -> None:
    said = [release(stage, "RELEASE", when, **({"bill": bill, "container": ""} if bill else {})) for bill, when in releases]
    found = passed([*lines, discharge(1), *said])
    assert found.get(node, 0) == (at(released_at) if released_at else 0)
    assert (node in blockers(*lines, discharge(1), *said)) is (released_at == 0)


def test_a_revoke_of_one_bill_holds_the_shared_box_again() -> None:
    told = [ONE, TWO, discharge(1), *(release("BILL", "RELEASE", 3, bill=b, container="") for b in ("BL1", "BL2"))]
    assert "IMPORT_BILL_RELEASE" in passed(told)
    assert "IMPORT_BILL_RELEASE" not in passed([*told, release("BILL", "REVOKE", 4, bill="BL2", container="")])
    assert Platform().hear(*told, gate_out(6), now=20).exceptions("GATEOUT_NO_RELEASE") != []


def by_bill(stage: str, action: str, when: float, bill: str = "BL1", **a: object) -> Evidence:
    return release(stage, action, when, bill=bill, container="", **a)


FREE = release("TERMINAL", "RELEASE", 5, mode="TERMINAL")

def on(number: str, action: str, when: float, **a: object) -> Evidence:
    """Customs' word on one of the bill's declarations; "" names none."""
    return by_bill("DECLARATION", action, when, **{"declaration": number, **a})


D1, D2 = on("D1", "DECLARED", 2), on("D2", "DECLARED", 2.5)


@pytest.mark.parametrize(("said", "released_at"), [
    pytest.param([D1, on("D1", "RELEASE", 3)], 3, id="one declaration"),
    pytest.param([D1, D2, on("D1", "RELEASE", 3)], 0, id="the other is not released"),
    pytest.param([D1, D2, on("D1", "RELEASE", 3), on("D2", "RELEASE", 5)], 5, id="with the last of two"),
    pytest.param([D1, D2, on("D2", "RELEASE", 3), on("D1", "RELEASE", 5)], 5, id="whichever that is"),
    pytest.param([D1, D2, on("", "RELEASE", 4)], 4, id="a release that names none is of all"),
    pytest.param([D1, D2, on("D1", "RELEASE", 3), on("D2", "RELEASE", 4), on("D1", "REVOKE", 5)], 0, id="one was revoked"),
    pytest.param([D1, D2, on("D1", "RELEASE", 3), on("D2", "RELEASE", 4), on("", "REVOKE", 5)], 0, id="all were revoked"),
    pytest.param([D1, D2, on("D1", "RELEASE", 3), on("D2", "RELEASE", 4), on("D1", "REVOKE", 5), on("D1", "RELEASE", 6)], 6,
                 id="and released again"),
])  # fmt: skip
def test_a_bill_is_released_with_the_last_of_its_declarations(said: list[Evidence], released_at: float) -> None:
    found = passed([ONE, discharge(1), *said])
    assert found.get("IMPORT_CUSTOMS_RELEASE", 0) == (at(released_at) if released_at else 0)


def test_each_bill_of_a_shared_box_waits_for_its_own_declarations() -> None:
    told = [
        ONE, TWO, discharge(1), D1, on("D2", "DECLARED", 2.5, bill="BL2"), on("D3", "DECLARED", 2.6, bill="BL2"),
        on("D1", "RELEASE", 3), on("D2", "RELEASE", 4, bill="BL2"),
    ]  # fmt: skip
    assert "IMPORT_CUSTOMS_RELEASE" not in passed(told)
    assert passed([*told, on("D3", "RELEASE", 5, bill="BL2")])["IMPORT_CUSTOMS_RELEASE"] == at(5)


def test_an_export_is_ready_with_all_declarations_that_were_known_then() -> None:
    """The cut-off is at 10, and 4 hours before all must be released."""
    ready = [
        line("PREPARED", 0), gate_in(1), cutoff(10), D1, on("D1", "RELEASE", 3), release("LOADING", "RELEASE", 4),
    ]  # fmt: skip
    assert Platform().hear(*ready, now=9).exceptions("CUTOFF_RISK") == []
    assert Platform().hear(*ready, D2, now=9).exceptions("CUTOFF_RISK") != []
    assert Platform().hear(*ready, on("D2", "DECLARED", 7), now=9).exceptions("CUTOFF_RISK") == [], "declared later"
    port = Platform().hear(*ready, D2, now=9)
    found = port.core.explain(BOX, "load")
    assert found is not None
    assert [(c.why, c.detail) for c in found.conditions if c.code == "CUSTOMS_RELEASE"] == [("DECLARED", "D2")]


@pytest.mark.parametrize(("given", "may_leave"), [
    pytest.param([on("D1", "RELEASE", 3)], False, id="nothing about the other"),
    pytest.param([on("D1", "RELEASE", 3), on("D2", "CONDITIONAL", 3)], True, id="the other on a condition"),
    pytest.param([on("D1", "CONDITIONAL", 3)], False, id="only one, on a condition"),
    pytest.param([on("", "CONDITIONAL", 3)], True, id="all on a condition"),
])  # fmt: skip
def test_each_declaration_is_released_or_has_its_condition(given: list[Evidence], may_leave: bool) -> None:
    permits = Permits()
    for e in (D1, D2, *given):
        permits.add(e)
    assert permits.cleared_at("DECLARATION", at(9)) is may_leave


def test_the_condition_of_one_declaration_is_not_met_by_the_release_of_another() -> None:
    waits = on("D2", "CONDITIONAL", 3, purpose="LAB_PENDING", until=at(8))
    told = [ONE, discharge(1), D1, D2, waits, on("D1", "RELEASE", 4)]
    assert Platform().hear(*told, now=20).exceptions("CONDITION_OVERDUE") != []
    assert Platform().hear(*told, on("D2", "RELEASE", 6), now=20).exceptions("CONDITION_OVERDUE") == []


def test_a_box_of_which_nothing_is_heard_for_60_days_is_abandoned_until_it_is_heard_of_again() -> None:
    quiet = [*LANDED, release("DECLARATION", "RELEASE", 5)]
    days = 24 * 60
    assert Platform().hear(*quiet, now=days + 5).visit()["state"] == "CUSTOMS_RELEASED"
    port = Platform().hear(*quiet, now=days + 5.1)
    assert port.visit()["state"] == "ABANDONED"
    assert port.hear(release("BILL", "RELEASE", days + 6), now=days + 7).visit()["state"] == "BILL_RELEASED"
    assert Platform().hear(*quiet, gate_out(9), now=days + 20).visit()["state"] == "GATED_OUT"


ON_CONDITION = by_bill("BILL", "CONDITIONAL", 3, purpose="AT_DESTINATION", until=at(8))
HERS = by_bill("BILL", "RELEASE", 4, bill="BL2")


@pytest.mark.parametrize(("said", "may"), [
    pytest.param([ON_CONDITION], False, id="nothing is said of the other bill"),
    pytest.param([ON_CONDITION, HERS], True, id="the other is released"),
    pytest.param([ON_CONDITION, by_bill("BILL", "CONDITIONAL", 4, bill="BL2", purpose="LAB_PENDING")], True,
                 id="each on its own"),
    pytest.param([ON_CONDITION, HERS, by_bill("BILL", "REVOKE", 5)], False, id="its condition was revoked"),
])  # fmt: skip
def test_of_a_shared_box_each_bill_is_released_or_let_go_on_a_condition(said: list[Evidence], may: bool) -> None:
    port = Platform().hear(ONE, TWO, discharge(1), *said, FREE, gate_out(6), now=7)
    assert port.exceptions("GATEOUT_NO_RELEASE") == ([] if may else [("GATEOUT_NO_RELEASE", "RAISED")])


def test_the_release_of_another_bill_meets_no_condition() -> None:
    told = [ONE, TWO, discharge(1), ON_CONDITION, HERS]
    assert Platform().hear(*told, now=9).exceptions("CONDITION_OVERDUE") == [("CONDITION_OVERDUE", "RAISED")]
    own = by_bill("BILL", "RELEASE", 7)
    assert Platform().hear(*told, own, now=9).exceptions("CONDITION_OVERDUE") == []


@pytest.mark.parametrize(("words", "may"), [
    pytest.param(["APPROVE"], True, id="approved"),
    pytest.param(["APPROVE", "REVOKE"], False, id="revoked before it left"),
    pytest.param(["APPROVE", "REFUSE"], False, id="refused after all"),
    pytest.param(["REFUSE", "APPROVE"], True, id="approved at last"),
])  # fmt: skip
@pytest.mark.parametrize("stage", ["TRANSIT", "DIVERSION", "DECONSOLIDATION"])
def test_what_customs_took_back_lets_no_box_out(stage: str, words: list[str], may: bool) -> None:
    said = [release(stage, action, 2 + n) for n, action in enumerate(words)]
    out = gate_out(6, purpose=stage if stage != "TRANSIT" else "IMPORT_OUT")
    port = Platform().hear(*LANDED, *said, out, now=7)
    assert port.exceptions("GATEOUT_NO_RELEASE") == ([] if may else [("GATEOUT_NO_RELEASE", "RAISED")])


def test_a_full_foreign_box_is_not_transhipped_without_a_permit() -> None:
    onward = load(9, vessel="IMO:9074729", voyage="V2")
    missing = [("LOAD_NO_RELEASE", "RAISED")]
    assert Platform().hear(*LANDED, onward, now=10).exceptions("LOAD_NO_RELEASE") == missing
    for when, found in ((8, []), (9.5, missing)):
        port = Platform().hear(*LANDED, release("TRANSHIP", "APPROVE", when), onward, now=10)
        assert port.exceptions("LOAD_NO_RELEASE") == found
    empty = [discharge(1, ef="E"), load(9, ef="E", vessel="IMO:9074729", voyage="V2")]
    assert Platform().hear(*empty, now=10).exceptions("LOAD_NO_RELEASE") == []


@pytest.mark.parametrize(("papers", "expected"), [
    pytest.param([], "NO_PAPERS", id="nothing names the box"),
    pytest.param([line("PREPARED", 0)], "ANNOUNCED", id="a pre-stowage manifest"),
    pytest.param([line("PREPARED", 0), line("PREPARED", 0.2, action="3")], "NO_PAPERS", id="which was deleted"),
    pytest.param([line("PREPARED", 0), line("PACKING", 0.5)], "PACKED", id="and a packing list"),
    pytest.param([line("PREPARED", 0), line("PACKING", 0.5), line("LOADED", 8)], "MANIFESTED", id="and a loaded manifest"),
    pytest.param([line("LOADED", 8), line("TALLY", 9), line("PREPARED", 0)], "TALLIED", id="and a tally report"),
])  # fmt: skip
def test_the_axis_of_documents_is_how_far_the_papers_have_come(papers: list[Evidence], expected: str) -> None:
    for told in (papers, papers[::-1]):
        assert Platform().hear(gate_in(1), *told, now=20).visit()["document_status"] == expected


def clearance(action: str, when: float, **a: object) -> Evidence:
    """Customs' word on the voyage, as every partition's copy of its calls sees it."""
    about = {"book": "C", "key": f"{OCEAN}|qingdao", "vessel": OCEAN, "call": "PC1", "container": ""}
    return release("VOYAGE_CLEARANCE", action, when, **about | a)


SAILED = [gate_in(1), load(5), call("BERTH", "ARRI", 3, "ALGS"), call("BERTH", "DEPA", 6, "OUTB")]


@pytest.mark.parametrize(("said", "cleared_at"), [
    pytest.param([clearance("RELEASE", 8)], 8, id="cleared"),
    pytest.param([clearance("RELEASE", 8, call="", voyage="V1")], 8, id="by its voyage"),
    pytest.param([clearance("RELEASE", 8, call="PC2")], 0, id="another call"),
    pytest.param([clearance("RELEASE", 8), clearance("REVOKE", 9)], 0, id="taken back"),
    pytest.param([clearance("RELEASE", 8), clearance("REVOKE", 9), clearance("RELEASE", 10)], 10, id="and given again"),
    pytest.param([], 0, id="nothing was said"),
])  # fmt: skip
def test_the_clearance_of_a_voyage_is_a_node_of_the_boxes_that_sailed_with_it(said: list[Evidence], cleared_at: float) -> None:
    found = passed([line("PREPARED", 0), *SAILED, *said])
    assert found.get("VOYAGE_CLEARANCE", 0) == (at(cleared_at) if cleared_at else 0)


def test_domestic_cargo_on_the_same_vessel_has_no_such_node() -> None:
    assert "VOYAGE_CLEARANCE" not in passed([line("WATERWAY", 0, trade="D"), *SAILED, clearance("RELEASE", 8)])


def test_an_empty_is_announced_moved_and_tallied() -> None:
    told = [
        line("EMPTY_NOTICE", 0, ef="E"), gate_in(1, ef="E"), load(5, ef="E"), call("BERTH", "ARRI", 3, "ALGS"),
        line("TALLY", 7, ef="E"),
    ]  # fmt: skip
    assert passed(told) == {
        "EMPTY_DISPATCH_NOTICE": at(0), "GATE_IN": at(1), "LOADED": at(5), "EMPTY_TALLY_REPORT": at(7),
    }  # fmt: skip
    full = passed([line("EMPTY_NOTICE", 0, ef="E"), gate_in(1)])
    assert "EMPTY_DISPATCH_NOTICE" not in full, "the box is full: the notice is of another visit"
