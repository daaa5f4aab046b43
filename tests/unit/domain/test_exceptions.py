"""Each exception: a scenario that raises it, a near miss that must not, and one that resolves it (model 5.1)."""

from __future__ import annotations

import pytest

from streams.domain.evidence import Evidence
from streams.runtime.packing import pack
from tests.unit.domain.story import (
    FEEDER,
    Platform,
    at,
    call,
    discharge,
    gate_in,
    gate_out,
    line,
    load,
    receipt,
    release,
    report,
)
from tests.unit.domain.test_main_paths import exported, feeder_export, imported


def reported(answers: list[tuple[float, str]], now: float) -> Platform:
    port = Platform().hear(line("PREPARED", 1), gate_in(3))
    (command,) = port.commands
    port.hear(report(command), *[receipt(command, when, action) for when, action in answers], now=now)
    return port


@pytest.mark.parametrize(
    ("answers", "now", "expected"),
    [
        ([], 3.4, []),
        ([], 3.6, [("ARR_MISSING", "RAISED")]),
        ([(3.4, "ACK")], 20, []),
        ([(3.6, "ACK")], 20, [("ARR_MISSING", "RESOLVED")]),
        ([(3.1, "REJECT")], 20, [("ARR_REJECTED", "RAISED")]),
        ([(3.1, "REJECT"), (5, "ACK")], 20, [("ARR_REJECTED", "RESOLVED")]),
    ],
)
def test_arrival_must_be_answered_within_30_minutes(
    answers: list[tuple[float, str]], now: float, expected: list[tuple[str, str]]
) -> None:
    assert reported(answers, now).exceptions() == expected


@pytest.mark.parametrize(
    ("manifest", "now", "expected"),
    [
        (None, 3.1, []),
        (None, 3.2, [("ARR_NO_MANIFEST", "RAISED")]),
        (3.13, 3.2, []),
        (3.2, 3.3, [("ARR_NO_MANIFEST", "RESOLVED")]),
    ],
)
def test_an_export_needs_its_manifest_line_within_10_minutes(
    manifest: float | None, now: float, expected: list[tuple[str, str]]
) -> None:
    lines = [line("PREPARED", manifest)] if manifest else []
    assert Platform().hear(gate_in(3), *lines, now=now).exceptions() == expected


def without(events: list[Evidence], code: str, action: str) -> list[Evidence]:
    return [e for e in events if (e.code, e.action) != (code, action)]


def test_gate_out_needs_bill_and_terminal_release() -> None:
    assert Platform().hear(*imported(), now=9).exceptions() == []
    for stage in ("BILL", "TERMINAL"):
        events = without(imported(), stage, "RELEASE")
        assert Platform().hear(*events, now=9).exceptions() == [("GATEOUT_NO_RELEASE", "RAISED")]


def test_a_revoke_reopens_a_release_until_the_next_one() -> None:
    revoke = release("BILL", "REVOKE", 6.2, bill="BL1")
    again = release("BILL", "RELEASE", 6.4, bill="BL1")
    other = release("BILL", "REVOKE", 6.2, bill="BL2")
    assert Platform().hear(*imported(), revoke, now=9).exceptions() == [("GATEOUT_NO_RELEASE", "RAISED")]
    assert Platform().hear(*imported(), revoke, again, now=9).exceptions() == []
    assert Platform().hear(*imported(), other, now=9).exceptions() == []


def test_loading_needs_its_permits() -> None:
    answered = Platform().hear(*without(exported(), "LOADING", "RELEASE"))
    (command,) = answered.commands
    answered.hear(report(command), receipt(command, 3.1))
    assert answered.exceptions() == [("LOAD_NO_RELEASE", "RAISED")]


def test_a_leg_needs_its_approval_before_loading() -> None:
    late = [e if e.code != "LEG" or e.action != "APPROVE" else release("LEG", "APPROVE", 5.5) for e in feeder_export()]
    assert Platform().hear(*late).exceptions() == [("LOAD_NO_RELEASE", "RAISED")]
    assert Platform().hear(*feeder_export()).exceptions() == []


def test_a_seal_that_changed_in_transit_is_seen() -> None:
    events = feeder_export()
    events[-1].seals = "S2"
    assert Platform().hear(*events).exceptions() == [("SEAL_CHANGED_IN_TRANSIT", "RAISED")]


def test_a_box_landed_at_the_wrong_port_is_seen() -> None:
    wrong = discharge(13, port="yantai", terminal="YPCT", vessel=FEEDER, voyage="F1", pol="CNWEI", seals="S1")
    events = [*feeder_export()[:-1], wrong]
    port = Platform().hear(*events)
    assert port.exceptions() == [("LEG_WRONG_PORT", "RAISED")]
    assert port.rows("transfer_legs")[0]["discharged_at"] == 0


ARRIVED = [call("ANCHOR", "ARRI", 0), call("CARGO_OPS", "CMPL", 4)]


def test_shortlanded_six_hours_after_operations_end() -> None:
    announced = line("ORIGINAL", -10, pod="CNTAO")
    assert Platform().hear(*ARRIVED, announced, now=9.9).exceptions("SHORTLANDED") == []
    assert Platform().hear(*ARRIVED, announced, now=10.1).exceptions("SHORTLANDED") == [("SHORTLANDED", "RAISED")]
    late = discharge(11)
    assert Platform().hear(*ARRIVED, announced, late, now=12).exceptions("SHORTLANDED") == [("SHORTLANDED", "RESOLVED")]
    assert Platform().hear(*ARRIVED, announced, discharge(3), now=12).exceptions("SHORTLANDED") == []


def test_overlanded_six_hours_after_operations_end() -> None:
    assert Platform().hear(*ARRIVED, discharge(3), now=9.9).exceptions("OVERLANDED") == []
    assert Platform().hear(*ARRIVED, discharge(3), now=10.1).exceptions("OVERLANDED") == [("OVERLANDED", "RAISED")]
    named = line("ORIGINAL", 11, pod="CNTAO")
    assert Platform().hear(*ARRIVED, discharge(3), named, now=12).exceptions("OVERLANDED") == [("OVERLANDED", "RESOLVED")]


def test_papers_and_terminal_must_agree_about_the_trade() -> None:
    port = Platform().hear(line("WATERWAY", 1, trade="D"), gate_in(3, trade="F"))
    assert port.exceptions() == [("TRADE_FLAG_CONFLICT", "RAISED")]
    assert Platform().hear(line("WATERWAY", 1, trade="D"), gate_in(3, trade="D")).exceptions() == []


def test_an_exception_that_proves_unfounded_disappears() -> None:
    port = reported([], 4)
    assert port.exceptions() == [("ARR_MISSING", "RAISED")]
    port.hear(receipt(port.commands[0], 3.2))
    assert port.exceptions() == []


def test_an_inspection_trip_through_the_gate_is_no_import_out() -> None:
    port = Platform().hear(*imported()[:5], gate_out(5, purpose="INSPECTION"), gate_in(6, purpose="INSPECTION"), now=9)
    assert len(port.rows("box_visits")) == 1
    assert port.visit()["closed_at"] == 0 and port.exceptions() == []


def test_a_load_that_sails_closes_the_visit_only_once_the_vessel_has_left() -> None:
    port = Platform().hear(gate_in(3), load(8))
    assert port.visit()["state"] == "LOADED"
    port.hear(call("ANCHOR", "ARRI", 6), call("BERTH", "DEPA", 10, "OUTB"))
    assert (port.visit()["state"], port.visit()["closed_at"]) == ("SAILED", at(10))


def test_an_alert_goes_out_once_and_not_again_at_a_sweep() -> None:
    port = reported([], 4)
    assert [(a["code"], a["state"]) for a in port.alerts] == [("ARR_MISSING", "RAISED")]
    port.core.resweep()
    while port.core.sweep(100):
        port.hear()
    assert len(port.alerts) == 1
    port.hear(receipt(port.commands[0], 4.5))
    assert [a["state"] for a in port.alerts] == ["RAISED", "RESOLVED"]


def test_what_the_store_holds_already_is_no_news_after_a_restart() -> None:
    before = reported([], 4)
    port = Platform()
    for name, evidence in before.core.take_fresh():
        port.core.restore(name, pack(evidence))
    port.core.restored()
    port.core.advance(at(4))
    for (table, key), row in before.store.items():
        port.core.adopt_stored(table, key, row["version"], "B")
    port.hear()
    assert port.exceptions() == [("ARR_MISSING", "RAISED")] and port.alerts == []
