"""What rows, steps and exceptions say, to the letter; and which of two like things counts."""

from __future__ import annotations

from typing import Any

import pytest

from schemas.codec import decode, encode
from streams.domain.calls import Call, same_departure, same_sailing
from streams.domain.evidence import QUAY, Evidence
from streams.domain.permits import Permits
from streams.domain.reports import sent_as
from tests.unit.domain.story import (
    BOX,
    FEEDER,
    OCEAN,
    Platform,
    at,
    call,
    cutoff,
    discharge,
    estimate,
    event,
    gate_in,
    gate_out,
    line,
    load,
    receipt,
    release,
    report,
    vgm,
)

SHIP = {"vessel": FEEDER, "voyage": "F1"}
WEIHAI = {"port": "weihai", "terminal": "WHCT"}
LEG = [
    gate_in(3, **WEIHAI), line("LEG", 1, pol="weihai", pod="qingdao", **SHIP), release("LEG", "APPROVE", 4),
    load(5, pod="CNTAO", seals="S1 S2", **WEIHAI, **SHIP), call("BERTH", "DEPA", 6, "OUTB", **WEIHAI, **SHIP),
]  # fmt: skip


def landed(when: float, **a: str) -> Evidence:
    return discharge(when, **{"pol": "CNWEI", **SHIP, **a})


def detail(code: str, *events: Evidence, now: float) -> list[str]:
    return [x["detail"] for x in Platform().hear(*events, now=now).rows("exceptions") if x["code"] == code]


# -- exceptions ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "events", "said"),
    [
        ("GATEOUT_NO_RELEASE", [discharge(1), gate_out(2, purpose="DIVERSION")], "missing: DIVERSION"),
        ("LEG_WRONG_PORT", [*LEG, landed(12, port="yantai")], "for qingdao, came to yantai"),
        ("EARLY_GATE_IN", [line("PREPARED", 1), cutoff(10, opens=4), gate_in(3)], "before the yard opened for PC1"),
        ("EMPTY_NOT_EMPTY", [gate_in(3, ef="E", kg=9_000.4, iso_type="22G1")], "weighs 9000 kg"),
    ],
    ids=lambda value: value if isinstance(value, str) and value.isupper() else "",
)
def test_an_exception_says_what_is_wrong(code: str, events: list[Evidence], said: str) -> None:
    assert detail(code, *events, now=20) == [said]


def test_a_report_that_is_rejected_again_is_open_again() -> None:
    port = Platform().hear(line("PREPARED", 1), gate_in(3), now=4)
    (command,) = port.commands
    port.hear(report(command), receipt(command, 4, "REJECT"), receipt(command, 5), receipt(command, 6, "REJECT"), now=7)
    (found,) = [x for x in port.rows("exceptions") if x["code"] == "ARR_REJECTED"]
    assert (found["state"], found["raised_at"], found["ended_at"]) == ("RAISED", at(4), 0)


def test_an_alert_is_what_its_schema_says() -> None:
    port = Platform().hear(discharge(1), gate_out(2), now=3)
    (alert,) = port.alerts
    kept: dict[str, Any] = decode(encode("alert", alert))
    assert {name: kept[name] for name in alert} == alert


def test_the_seals_of_a_leg_may_be_named_in_any_order() -> None:
    assert Platform().hear(*LEG, landed(12, seals="S2 S1"), now=20).exceptions("SEAL_CHANGED_IN_TRANSIT") == []
    assert len(Platform().hear(*LEG, landed(12, seals="S2 S3"), now=20).exceptions("SEAL_CHANGED_IN_TRANSIT")) == 1


# -- rows ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("trade", "ef", "supervised"), [("F", "F", 1), ("D", "F", 0), ("F", "E", 0), ("D", "E", 0)])
def test_a_leg_is_supervised_when_its_box_is_foreign_and_full(trade: str, ef: str, supervised: int) -> None:
    told = [gate_in(3, trade=trade, ef=ef, **WEIHAI), load(5, pod="CNTAO", trade=trade, ef=ef, **WEIHAI, **SHIP)]
    (leg,) = Platform().hear(*told).rows("transfer_legs")
    assert leg["supervised"] == supervised


def test_an_import_that_came_to_no_known_terminal_waits_for_its_name() -> None:
    (case,) = Platform().hear(line("ORIGINAL", 0, pod="CNTAO"), discharge(1, terminal="")).rows("arrival_cases")
    assert "TERMINAL" in case["unmet"] and case["ready_at"] == 0


def test_an_empty_that_comes_by_sea_is_unloaded_and_one_that_leaves_is_gone_whatever_for() -> None:
    visit = Platform().hear(discharge(1, ef="E"), gate_out(2, ef="E", purpose="INTER_TERMINAL")).visit()
    assert visit["milestones"] == {"UNLOADED": at(1), "GATE_OUT": at(2)}
    assert (visit["closed_at"], visit["state"], visit["location"]) == (at(2), "GATED_OUT", "OUTSIDE")


def test_a_box_that_is_only_shifted_on_board_has_no_visit() -> None:
    assert Platform().hear(event(QUAY, "SHIF", 1, vessel=OCEAN, voyage="V1", ef="F")).rows("box_visits") == []


@pytest.mark.parametrize("kind", ["PREPARED", "PACKING", "LOADED"])
def test_papers_of_a_departure_are_not_those_of_an_import(kind: str) -> None:
    told = [discharge(1), gate_out(2), line(kind, 1.5, bill="BL9", vessel="IMO:9321483", voyage="V7")]
    assert Platform().hear(*told).visit()["document_status"] == "NO_PAPERS"


def test_reports_are_known_by_message_and_attempt() -> None:
    assert [sent_as("M1", attempt) for attempt in (0, 2)] == ["PLATFORM|REPORT|M1", "PLATFORM|REPORT|M1#2"]


# -- visit updates ------------------------------------------------------------------------------------------------------


def test_of_the_visits_that_have_ended_the_last_one_is_told() -> None:
    port = Platform().hear(discharge(1), gate_out(2), discharge(30, voyage="V2"), gate_out(31), gate_in(50))
    told = port.updates[-1]["visits"]
    assert [visit["opened_at"] for visit in told] == [at(30), at(50)]


def test_each_seal_of_an_announced_box_is_expected() -> None:
    told = Platform().hear(line("PREPARED", 1, seals="S1 S2"), cutoff(10, opens=2), now=3).updates[-1]
    assert told["clearance"]["seals"] == ["S1", "S2"]


def test_the_step_onto_a_ship_leads_to_her_terminal_and_that_out_of_the_gate_to_where_the_box_stands() -> None:
    def next_step(*events: Evidence) -> tuple[str, str, str]:
        step = Platform().hear(*events, now=6).updates[-1]["clearance"]["steps"][1]
        return step["action"], step["terminal"], step["voyage"]

    export = [line("PREPARED", 1), vgm(2), gate_in(3)]
    assert next_step(*export, cutoff(10, opens=2, terminal="QQCT2")) == ("load", "QQCT2", "V1")
    assert next_step(*export, cutoff(10, opens=2, terminal="")) == ("load", "QQCTU", "V1")
    landed = [line("ORIGINAL", 0, pod="CNTAO"), discharge(1), cutoff(10, terminal="QQCT2")]
    assert next_step(*landed) == ("gate-out", "QQCTU", "V1")


# -- explanations -------------------------------------------------------------------------------------------------------


def condition(port: Platform, action: str, code: str) -> tuple[str, str, str]:
    found = port.core.explain(BOX, action)
    assert found is not None
    (one,) = [c for c in found.conditions if c.code == code]
    return one.state, one.why, one.detail


def test_a_condition_names_its_paper() -> None:
    dangerous = [line("PREPARED", 1, dg="3 UN1263"), gate_in(3), release("DG", "RELEASE", 4)]
    port = Platform().hear(*dangerous, now=5)
    assert condition(port, "load", "PRE_STOWAGE_LINE") == ("MET", "", f"BL1 {OCEAN} V1")
    assert condition(port, "load", "DG_PERMIT") == ("MET", "", "3 UN1263")


def test_until_the_cut_off_a_box_at_another_port_may_still_come() -> None:
    told = [line("PREPARED", 1, pol="CNTAO"), gate_in(3, **WEIHAI), cutoff(10)]
    assert condition(Platform().hear(*told, now=10), "load", "CUT_OFF")[:2] == ("UNMET", "NOT_THERE")
    assert condition(Platform().hear(*told, now=10.1), "load", "CUT_OFF")[:2] == ("UNMET", "PASSED")


@pytest.mark.parametrize(("ef", "asked"), [("F", True), ("E", False)])
def test_a_full_box_on_a_feeder_is_asked_about_its_goods_and_its_ship(ef: str, asked: bool) -> None:
    port = Platform().hear(gate_in(3, ef=ef, **WEIHAI), load(5, ef=ef, pod="CNTAO", **WEIHAI, **SHIP))
    found = port.core.explain(BOX, "depart")
    assert found is not None
    assert ({"DG_PERMIT", "VESSEL_PERMITTED"} <= {c.code for c in found.conditions}) is asked


def test_a_departure_on_a_leg_is_done_when_the_feeder_has_left() -> None:
    found = Platform().hear(*LEG).core.explain(BOX, "depart")
    assert found is not None and (found.verdict, found.done_at) == ("DONE", at(6))


# -- what counts --------------------------------------------------------------------------------------------------------


def test_an_inspection_counts_from_its_own_moment() -> None:
    permits = Permits()
    selected = release("DECLARATION", "INSPECT_SELECT", 2)
    permits.add(selected)
    assert permits.last_inspection(at(2)) is selected and permits.last_inspection(at(2) - 1) is None


def test_calls_are_the_same_to_a_box_in_what_counts_for_it() -> None:
    def one(**a: Any) -> Call:
        made = Call(OCEAN, "qingdao", a.pop("number", "PC1"))
        for name, value in a.items():
            setattr(made, name, value)
        return made

    for same in (same_departure, same_sailing):
        assert same(None, None) and same(one(), one())
        assert not same(None, one()) and not same(one(), None)
        assert not same(one(), one(number="PC2")) and not same(one(), one(atd=5))
    assert not same_departure(one(), one(cleared_at=5)) and same_departure(one(), one(eta=5))
    assert not same_sailing(one(), one(eta=5)) and not same_sailing(one(), one(cutoff=5))
    assert same_sailing(one(etd=4), one(etd=4, eta=5)) and same_sailing(one(), one(cleared_at=5))


def test_an_unplanned_stop_lies_between_departure_and_arrival() -> None:
    def stops(when: float, *more: Evidence) -> int:
        berthed = call("BERTH", "ARRI", when, "ALGS", port="rizhao", number="B1", **SHIP)
        told = [*LEG, line("PREPARED", 0, pol="CNRZH", vessel=FEEDER, voyage="F1"), berthed, *more]
        return len(Platform().hear(*told, now=20).exceptions("LEG_UNPLANNED_STOP"))

    arrived = call("ANCHOR", "ARRI", 12, **SHIP)
    assert [stops(when, arrived) for when in (5.9, 6, 12, 12.1)] == [0, 1, 1, 0]
    assert stops(12.1) == 1
    assert stops(8, estimate("BERTH", "ARRI", 8, port="rizhao", **SHIP)) == 0
