"""One vessel that is sent under two ids: one set of calls, one voyage, one report (contracts, section 7: Vessel ids)."""

from __future__ import annotations

from typing import Any

import pytest

from streams.domain.evidence import Evidence
from streams.domain.reference import Reference
from tests.unit.domain.story import (
    OCEAN,
    PORTS,
    REFERENCE,
    Platform,
    act_on_vessel,
    at,
    call,
    discharge,
    gate_in,
    line,
    load,
    receipt,
    release,
    report,
)

ALIAS = "MMSI:413000001"
#: As it is before the alias is known.
UNKNOWN = Reference(ports=PORTS, arrival_modes={}, ranks={}, catalogue={}, places=REFERENCE.places, thresholds={})


def berth(service: str, action: str, when: float, phase: str = "INBD", vessel: str = OCEAN, **a: Any) -> Evidence:
    """A berth timestamp as its vessel's own book hears of it."""
    return call(service, action, when, phase, vessel=vessel, book="V", **a)


CALL = [
    berth("ANCHOR", "ARRI", 1), berth("BERTH", "ARRI", 2, "ALGS", ALIAS), berth("CARGO_OPS", "STRT", 3, vessel=ALIAS),
    berth("CARGO_OPS", "CMPL", 9), berth("BERTH", "DEPA", 10, "OUTB", ALIAS),
]  # fmt: skip


def calls(events: list[Evidence]) -> list[tuple[str, int, int, int, int]]:
    rows = Platform().hear(*events).rows("port_calls")
    return [(r["vessel_id"], r["ata"], r["atb"], r["ops_end"], r["atd"]) for r in rows]


@pytest.mark.parametrize("order", [1, -1])
def test_a_vessel_under_two_ids_makes_one_call(order: int) -> None:
    whole = [(OCEAN, at(1), at(2), at(9), at(10))]
    assert calls(CALL[::order]) == whole
    assert calls([berth("ANCHOR", "ARRI", 1, vessel=ALIAS)]) == [(OCEAN, at(1), 0, 0, 0)]
    one_by_one = Platform()
    for e in CALL[::order]:
        one_by_one.hear(e)
    assert [(r["vessel_id"], r["atd"]) for r in one_by_one.rows("port_calls")] == [(OCEAN, at(10))]


def test_another_vessel_keeps_its_own_calls() -> None:
    rows = calls([*CALL, berth("ANCHOR", "ARRI", 4, vessel="MMSI:413000002")])
    assert {row[0] for row in rows} == {OCEAN, "MMSI:413000002"}


def test_a_correction_under_the_other_id_counts() -> None:
    wrong, right = (berth("BERTH", "DEPA", when, "OUTB", ALIAS, number="D1", updated=at(when)) for when in (8, 10))
    assert calls([berth("ANCHOR", "ARRI", 1), wrong, right]) == [(OCEAN, at(1), 0, 0, at(10))]
    void = act_on_vessel("VOID", 11, wrong, vessel=ALIAS)
    port = Platform().hear(berth("ANCHOR", "ARRI", 1), wrong, void)
    assert [r["atd"] for r in port.rows("port_calls")] == [0]
    assert [r["book_key"] for r in port.rows("operator_actions")] == [ALIAS + "|qingdao"]


def test_a_box_sails_on_a_vessel_that_its_papers_name_by_another_id() -> None:
    port = Platform().hear(
        gate_in(2), line("PREPARED", 1, vessel=ALIAS), line("PREPARED", 3), load(8, vessel=ALIAS), *CALL
    )
    assert (port.visit()["state"], port.visit()["vessel_id"], port.visit()["closed_at"]) == ("SAILED", OCEAN, at(10))
    assert port.exceptions("ROLLED", "SHUT_OUT") == []


def test_an_import_is_not_short_that_its_manifest_names_with_another_id() -> None:
    papers = [line("ORIGINAL", 0.5, vessel=ALIAS, pol="NLRTM", pod="CNTAO"), line("TALLY", 4)]
    port = Platform().hear(*CALL, *papers, discharge(4)).hear(now=20)
    assert port.exceptions("SHORTLANDED", "OVERLANDED", "MANIFEST_LATE") == []
    other = [line("ORIGINAL", 0.5, vessel="MMSI:413000002", pol="NLRTM", pod="CNTAO")]
    assert Platform().hear(*CALL, *other, discharge(4)).hear(now=20).exceptions("OVERLANDED")


def test_a_new_alias_sends_nothing() -> None:
    told = [gate_in(2), line("PREPARED", 1, vessel=ALIAS)]
    before = Platform(UNKNOWN).hear(*told)
    (command,) = before.commands
    assert command["vessel_id"] == ALIAS
    after = Platform().hear(*told, report(command), receipt(command, 2.1))
    assert after.commands == []
    (case,) = after.rows("arrival_cases")
    assert (case["vessel_id"], case["state"], case["message_id"]) == (OCEAN, "ACKED", command["message_id"])
    assert after.visit()["milestones"]["EXPORT_ARRIVAL_REPORT"] == at(2.1)


def test_a_report_is_deleted_under_the_id_that_customs_knows() -> None:
    told = [gate_in(2), line("PREPARED", 1, vessel=ALIAS)]
    (command,) = Platform(UNKNOWN).hear(*told).commands
    after = Platform().hear(*told, report(command), receipt(command, 2.1), line("PREPARED", 3, voyage="V2"))
    deletion, anew = sorted(after.commands, key=lambda c: str(c["function"]), reverse=True)
    assert (deletion["function"], deletion["vessel_id"], deletion["basis"]) == ("3", ALIAS, command["message_id"])
    assert (anew["vessel_id"], anew["voyage"]) == (OCEAN, "V2")


def test_evidence_of_before_reaches_the_vessels_own_book_when_an_alias_is_new() -> None:
    """The alias table is part of the epoch: after the raise, the restored book of the other id passes all of it on."""
    from streams.runtime.packing import pack

    after = Platform()
    for e in CALL:
        after.core.restore("V" + e.key, pack([e]))
        after.core.restore("C" + e.key, pack([e.readdressed("C", e.key)]))
    after.core.restored()
    assert after.core.sweep(10)
    after.hear()
    assert [(r["vessel_id"], r["ata"], r["atd"]) for r in after.rows("port_calls")] == [(OCEAN, at(1), at(10))]
    after.hear(gate_in(2), load(8), release("TERMINAL", "RELEASE", 3))
    assert after.visit()["closed_at"] == at(10)
