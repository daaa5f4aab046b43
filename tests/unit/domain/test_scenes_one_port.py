"""One port: legs that are written off, that go by rail, and whose papers travel with the box while its seals hold."""

from __future__ import annotations

from typing import Any

import pytest

from streams.domain.evidence import Evidence
from tests.unit.domain.story import (
    FEEDER,
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
)

SHIP = {"vessel": FEEDER, "voyage": "F1"}
THERE = {"port": "weihai", "terminal": "WHCT"}
IN = gate_in(1, **THERE)
PAPER = line("PREPARED", 0.5, **{**THERE, "terminal": ""})
SAILED = call("BERTH", "DEPA", 6, "OUTB", **THERE, **SHIP)
ARRIVED = call("ANCHOR", "ARRI", 12, **SHIP)
WORKED = call("CARGO_OPS", "CMPL", 15, **SHIP)
YARD = {"terminal": "JNYARD"}
PLAN = line("LEG", 1, pol="jinan", pod="qingdao", vessel="", voyage="")
TRAIN = gate_out(5, mode="RAIL", purpose="LEG", **YARD)


def loaded(**a: Any) -> Evidence:
    return load(5, **{"pod": "CNTAO", "seals": "S1", **THERE, **SHIP, **a})


def landed(when: float = 13, **a: Any) -> Evidence:
    return discharge(when, **{"pol": "CNWEI", "seals": "S1", **SHIP, **a})


def off_train(when: float, **a: Any) -> Evidence:
    return gate_in(when, **{"mode": "RAIL", "purpose": "EXPORT_IN", **a})


def leg_of(events: list[Evidence], now: float) -> dict[str, Any]:
    """The one leg, told all at once and one by one: the same."""
    together = Platform().hear(*events, now=now)
    apart = Platform()
    for e in reversed(events):
        apart.hear(e)
    apart.hear(now=now)
    for table in ("transfer_legs", "box_visits", "exceptions"):
        assert apart.rows(table) == together.rows(table)
    (leg,) = together.rows("transfer_legs")
    return leg


BY_SEA = [IN, PAPER, loaded(), SAILED, ARRIVED, WORKED]


@pytest.mark.parametrize(("more", "now", "state", "written_off"), [
    pytest.param([landed()], 21.1, "RECONCILED", 21, id="6 h after the operations"),
    pytest.param([landed()], 21, "DISCHARGED", 0, id="not yet"),
    pytest.param([landed(22)], 22.1, "RECONCILED", 22, id="it came off later"),
    pytest.param([], 30, "ARRIVED", 0, id="it never came off"),
    pytest.param([landed(port="yantai")], 30, "ARRIVED", 0, id="it came off at another port"),
    pytest.param([landed(seals="S2")], 30, "DISCHARGED", 0, id="with other seals"),
    pytest.param([landed(seals="")], 30, "RECONCILED", 21, id="nobody looked at its seals"),
])  # fmt: skip
def test_a_leg_is_written_off_when_loaded_equals_discharged(
    more: list[Evidence], now: float, state: str, written_off: float
) -> None:
    leg = leg_of([*BY_SEA, *more], now)
    assert (leg["leg_state"], leg["reconciled_at"]) == (state, at(written_off) if written_off else 0)


def test_a_leg_is_not_written_off_while_the_feeder_is_worked() -> None:
    assert leg_of([IN, loaded(), SAILED, ARRIVED, landed()], 40)["leg_state"] == "DISCHARGED"


@pytest.mark.parametrize(("events", "word"), [
    pytest.param([IN, loaded(), landed()], "CARRIED", id="the seal held"),
    pytest.param([IN, loaded(extra="CA"), landed()], "CARRIED", id="the carrier's seal is accepted"),
    pytest.param([IN, loaded(extra="SH"), landed()], "SEAL_NOT_ACCEPTED", id="the shipper's is not"),
    pytest.param([IN, loaded(extra="SH CU"), landed()], "CARRIED", id="customs has sealed it besides"),
    pytest.param([IN, loaded(), landed(seals="S2")], "SEAL_CHANGED", id="another seal"),
    pytest.param([IN, loaded(), landed(seal_state="BROKEN")], "SEAL_BROKEN", id="a broken seal"),
    pytest.param([IN, loaded(seals=""), landed()], "UNSEALED", id="nobody names a seal"),
    pytest.param([IN, loaded(seals=""), line("PREPARED", 1, seals="S1"), landed()], "CARRIED", id="a paper names it"),
    pytest.param([IN, loaded(pod="CNRZH")], "NO_ROUTE", id="the two ports are not one by the registry"),
    pytest.param([IN, loaded(trade="D"), line("WATERWAY", 1, trade="D")], "NOT_REQUIRED", id="a domestic box"),
    pytest.param([IN, line("LEG", 1, pol="weihai", pod="qingdao", **SHIP)], "", id="it has not left"),
])  # fmt: skip
def test_papers_travel_with_the_box_while_the_seal_chain_holds(events: list[Evidence], word: str) -> None:
    assert leg_of(events, 14)["carry_over"] == word


def test_a_seal_that_did_not_hold_blocks_the_box_until_customs_releases_it_anew() -> None:
    released = [release(stage, "RELEASE", 4) for stage in ("DECLARATION", "LOADING", "TERMINAL")]
    port = Platform().hear(IN, PAPER, *released, loaded(), landed(seals="S2"))
    assert (port.visit()["next_step"], port.visit()["seal_status"]) == ("SEAL_CHAIN", "BROKEN")
    port.hear(release("DECLARATION", "RELEASE", 15))
    assert "SEAL_CHAIN" not in port.visit()["blockers"]
    assert port.visit()["seal_status"] == "SEALED"
    kept = Platform().hear(IN, PAPER, *released, loaded(), landed())
    assert "SEAL_CHAIN" not in kept.visit()["blockers"]


def test_the_slack_to_the_onward_cut_off_is_known_before_the_box_is_there() -> None:
    expected = estimate("ANCHOR", "ARRI", 12, **SHIP)
    leg = leg_of([IN, PAPER, loaded(), SAILED, expected, cutoff(20)], 7)
    assert (leg["expected_at"], leg["onward_cutoff"]) == (at(12), at(20))
    assert leg["onward_call_id"].startswith("qingdao|")
    assert leg_of([IN, PAPER, loaded(), SAILED, ARRIVED, landed(), cutoff(20)], 14)["expected_at"] == at(13)
    elsewhere = leg_of([IN, PAPER, loaded(), SAILED, expected, cutoff(20, port="rizhao")], 7)
    assert (elsewhere["onward_call_id"], elsewhere["onward_cutoff"]) == ("", 0)


@pytest.mark.parametrize(("events", "state"), [
    pytest.param([PLAN], "PLANNED", id="planned"),
    pytest.param([PLAN, release("LEG", "APPROVE", 4)], "APPROVED", id="approved"),
    pytest.param([PLAN, release("LEG", "APPROVE", 4), TRAIN], "DEPARTED", id="the train left"),
    pytest.param([PLAN, TRAIN, off_train(13)], "RECONCILED", id="and arrived: written off at once"),
    pytest.param([TRAIN, off_train(13)], "RECONCILED", id="nobody planned it"),
    pytest.param([PLAN, off_train(13)], "RECONCILED", id="nobody told that it left"),
    pytest.param([PLAN, TRAIN, off_train(13, port="rizhao")], "DEPARTED", id="it came to another port"),
])  # fmt: skip
def test_a_train_is_a_leg_like_a_feeder(events: list[Evidence], state: str) -> None:
    leg = leg_of([gate_in(1, **YARD), *events], 14)
    assert (leg["leg_id"], leg["leg_state"]) == ("jinan>qingdao", state)
    assert leg["mode"] == "RAIL"


def test_a_truck_between_yards_is_no_leg() -> None:
    port = Platform().hear(gate_in(1, **YARD), gate_out(5, mode="TRUCK", purpose="LEG", **YARD), gate_in(13))
    assert port.rows("transfer_legs") == []
    assert port.visit()["closed_at"] == 0


def test_a_box_from_inland_goes_to_the_quay_under_the_arrival_of_its_yard() -> None:
    """海铁直运: one arrival report, at the inland yard; no second yard stay, declaration or seal check."""
    port = Platform().hear(gate_in(1, **YARD), PAPER, PLAN)
    (command,) = port.commands
    assert command["terminal_code"] == "JNYARD"
    port.hear(report(command), receipt(command, 1.1))
    port.hear(*[release(stage, "RELEASE", 4) for stage in ("DECLARATION", "LOADING", "TERMINAL")])
    port.hear(release("LEG", "APPROVE", 4), TRAIN, off_train(13), load(14), call("BERTH", "DEPA", 16, "OUTB"), now=20)
    assert port.visit()["state"] == "SAILED"
    assert len(port.commands) == 1
    assert port.exceptions("LOAD_NO_RELEASE", "BOX_TWO_PLACES", "LEG_WRONG_PORT", "LEG_OVERDUE") == []


def test_an_import_goes_inland_by_rail_and_leaves_from_there() -> None:
    port = Platform().hear(
        discharge(1), release("LEG", "APPROVE", 2), gate_out(5, mode="RAIL", purpose="LEG"), off_train(13, **YARD),
        gate_out(20, **YARD),
    )  # fmt: skip
    assert [(leg["leg_id"], leg["leg_state"]) for leg in port.rows("transfer_legs")] == [("qingdao>jinan", "RECONCILED")]
    assert (port.visit()["state"], port.visit()["closed_at"]) == ("GATED_OUT", at(20))


@pytest.mark.parametrize(("code", "events", "now", "found"), [
    pytest.param("LOAD_NO_RELEASE", [TRAIN], 6, True, id="the train left without an approval"),
    pytest.param("LOAD_NO_RELEASE", [release("LEG", "APPROVE", 4), TRAIN], 6, False, id="it was approved"),
    pytest.param("MISSED_CONNECTION_RISK", [PAPER, cutoff(22), TRAIN], 6, True, id="5 h from the usual arrival to the cut-off"),
    pytest.param("MISSED_CONNECTION_RISK", [PAPER, cutoff(22), TRAIN, off_train(13)], 14, False, id="the train was early"),
    pytest.param("MISSED_CONNECTION_RISK",
                 [PAPER, cutoff(22), gate_out(5, mode="RAIL", purpose="LEG", seals="S1", **YARD), off_train(13, seals="S2")],
                 14, False, id="it was early, whatever became of the seals"),
    pytest.param("LEG_OVERDUE", [TRAIN], 23.1, True, id="the usual 12 h and 6 h are over"),
    pytest.param("LEG_OVERDUE", [TRAIN], 23, False, id="not yet"),
    pytest.param("LEG_WRONG_PORT", [TRAIN, off_train(13, port="rizhao")], 14, True, id="it came elsewhere"),
    pytest.param("LEG_WRONG_PORT", [TRAIN, off_train(13)], 14, False, id="it came where it was to"),
    pytest.param("BOX_TWO_PLACES", [TRAIN, off_train(11.9)], 14, True, id="no train is that fast"),
    pytest.param("BOX_TWO_PLACES", [TRAIN, off_train(12)], 14, False, id="it takes 7 h"),
    pytest.param("CUTOFF_MISSED", [PAPER, cutoff(0.8)], 6, False, id="the inland gate is not that of its vessel"),
])  # fmt: skip
def test_the_rules_of_legs_hold_for_trains(code: str, events: list[Evidence], now: float, found: bool) -> None:
    port = Platform().hear(gate_in(1, **YARD), PLAN, *events).hear(now=now)
    assert bool(port.exceptions(code)) == found
