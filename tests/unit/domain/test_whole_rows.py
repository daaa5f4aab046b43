"""Whole rows, column by column: every column of every table that the core derives is what was said, and nothing else is."""

from __future__ import annotations

from typing import Any

import pytest

from schemas.reference import load_reference
from streams.domain.calls import Call
from streams.domain.evidence import ACCEPTED, DUPLICATE, Evidence, version_of
from streams.domain.limits import Limits
from streams.domain.moves import Move, add_passage
from streams.domain.rows import TABLES, blank
from streams.domain.sources import KINDS, WAITS_FOR
from tests.unit.domain.story import (
    BOX,
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

WEIHAI = {"port": "weihai", "terminal": "WHCT"}
ON_FEEDER = {"vessel": FEEDER, "voyage": "F1"}


def test_the_row_of_an_export_says_all_that_was_told_of_it() -> None:
    port = Platform().hear(
        line("PREPARED", 1, iso_type="22G1", kg=21_000.0, number="L1"), line("PACKING", 2), vgm(2.5),
        gate_in(3, iso_type="45G1", seals="SL1 SL2", kg=22_000.0), cutoff(30), call("BERTH", "DEPA", 40, "OUTB"),
        release("DECLARATION", "DECLARED", 4, declaration="D1"), release("NONE", "HOLD", 5, extra="H1", reason="查验"),
    )  # fmt: skip
    visit = port.visit()
    assert visit.pop("milestones") == {
        "EXPORT_PRE_STOWAGE_MANIFEST": at(1), "EXPORT_CUSTOMS_DECLARED": at(4), "EXPORT_PACKING_LIST": at(2),
        "EXPORT_VGM_CONFIRMED": at(2.5), "EXPORT_LADEN_CONTAINER_GATE_IN": at(3),
    }  # fmt: skip
    missing = ["EXPORT_ARRIVAL_REPORT", "EXPORT_CUSTOMS_RELEASE", "EXPORT_LOADING_RELEASE", "EXPORT_TERMINAL_RELEASE"]
    assert visit == {
        "container_no": BOX, "opened_at": at(3), "closed_at": 0, "visit_id": f"{BOX}@{at(3)}", "port": "qingdao",
        "terminal_code": "QQCTU", "direction": "E", "trade": "F", "ef": "F", "iso_type": "45G1", "supervised": 1,
        "bill_no": "BL1", "vessel_id": OCEAN, "voyage": "V1", "call_id": "", "inbound_call_id": "",
        "state": "ARRIVAL_PENDING", "location": "AT_TERMINAL qingdao/QQCTU", "customs_status": "HELD",
        "document_status": "PACKED", "seal_status": "SEALED", "leg_status": "", "holds": ("CUSTOMS: 查验",),
        "seals": ("SL1", "SL2"), "gross_kg": 21_000.0, "next_step": "LIFT_HOLD",
        "blockers": ("CUSTOMS: 查验", *missing), "waiting_since": at(4),
        "milestone_times": (at(1), at(4), at(2), at(2.5), at(3)),
    }  # fmt: skip


def test_the_row_of_an_import_knows_its_ship_s_call_and_where_it_went() -> None:
    told = [
        call("BERTH", "ARRI", 0.5, "ALGS"), line("ORIGINAL", 0, pod="CNTAO"), discharge(1),
        release("DECLARATION", "RELEASE", 2), release("BILL", "RELEASE", 3), release("TERMINAL", "RELEASE", 4), gate_out(6),
    ]  # fmt: skip
    visit = Platform().hear(*told).visit()
    shown = ("closed_at", "direction", "state", "location", "customs_status", "document_status", "seal_status", "next_step",
             "supervised", "inbound_call_id", "call_id", "waiting_since", "blockers")  # fmt: skip
    assert {name: visit[name] for name in shown} == {
        "closed_at": at(6), "direction": "I", "state": "GATED_OUT", "location": "OUTSIDE", "customs_status": "RELEASED",
        "document_status": "ANNOUNCED", "seal_status": "UNKNOWN", "next_step": "", "supervised": 0,
        "inbound_call_id": f"qingdao|{OCEAN}|PC1", "call_id": "", "waiting_since": 0, "blockers": (),
    }  # fmt: skip


@pytest.mark.parametrize(("lines", "status"), [
    ([], "NO_PAPERS"), (["PREPARED"], "ANNOUNCED"), (["PREPARED", "PACKING"], "PACKED"),
    (["PREPARED", "LOADED", "PACKING"], "MANIFESTED"), (["TALLY", "LOADED"], "TALLIED"),
])  # fmt: skip
def test_papers_come_in_steps(lines: list[str], status: str) -> None:
    assert Platform().hear(gate_in(3), *(line(kind, 1) for kind in lines)).visit()["document_status"] == status


def test_a_box_is_aboard_outside_off_site_or_at_a_terminal() -> None:
    def where(*moves: Evidence) -> str:
        return str(Platform().hear(*moves).visit()["location"])

    assert where(gate_in(1), load(2)) == "ON_VESSEL " + OCEAN
    assert where(discharge(1), gate_out(2, purpose="INSPECTION")) == "OFF_SITE INSPECTION"
    assert where(discharge(1), gate_out(2)) == "OUTSIDE"
    assert where(discharge(1), gate_out(2, purpose="DIVERSION"), gate_in(3, terminal="Y1")) == "AT_TERMINAL qingdao/Y1"


def test_the_row_of_an_arrival_case_says_what_was_sent_and_answered() -> None:
    port = Platform().hear(line("PREPARED", 4, house="H1", iso_type="22G1"), gate_in(3), now=5)
    (command,) = port.commands
    port.hear(report(command, 5.1), receipt(command, 5.5, "REJECT"))
    (case,) = port.rows("arrival_cases")
    evidence = case.pop("evidence")
    assert len(evidence) == 3
    assert case == {
        "container_no": BOX, "case_id": f"H1|{OCEAN}|V1|QQCTU|MT3101", "bill_no": "BL1", "house_bl": "H1",
        "vessel_id": OCEAN, "voyage": "V1", "port": "qingdao", "terminal_code": "QQCTU", "message_type": "MT3101",
        "route_flag": "", "state": "REJECTED", "message_id": command["message_id"], "attempt": 1, "triggered_at": at(3),
        "ready_at": at(4), "sent_at": at(5), "answered_at": at(5.5), "lag_ms": at(5.5) - at(3), "reason": "03", "unmet": (),
    }  # fmt: skip


def test_the_row_of_a_leg_says_how_it_was_planned_approved_and_sailed() -> None:
    plan = line("LEG", 0, port="weihai", pol="weihai", pod="qingdao", ref="DB1", **ON_FEEDER)
    port = Platform().hear(
        line("PREPARED", 0, pol="CNWEI"), plan, gate_in(1, **WEIHAI), release("LEG", "APPROVE", 2, port="weihai"),
        load(3, **WEIHAI, **ON_FEEDER, pod="CNTAO", seals="SL1", extra="CU"),
        call("BERTH", "DEPA", 4, "OUTB", vessel=FEEDER, port="weihai", voyage="F1"),
        estimate("BERTH", "ARRI", 19, vessel=FEEDER, voyage="F1"), cutoff(60),
        call("ANCHOR", "ARRI", 20, vessel=FEEDER, voyage="F1"), discharge(22, **ON_FEEDER, pol="CNWEI", seals="SL1"),
        call("CARGO_OPS", "CMPL", 23, "ALGS", vessel=FEEDER, voyage="F1"), now=50,
    )  # fmt: skip
    (leg,) = port.rows("transfer_legs")
    assert leg == {
        "container_no": BOX, "leg_id": "weihai>qingdao", "from_port": "weihai", "from_terminal": "WHCT",
        "to_port": "qingdao", "to_terminal": "QQCTU", "mode": "VESSEL", "vessel_id": FEEDER, "voyage": "F1",
        "leg_state": "RECONCILED", "supervised": 1, "seals": ("SL1",), "allocation_no": "DB1", "planned_at": at(0),
        "approved_at": at(2), "loaded_at": at(3), "departed_at": at(4), "arrived_at": at(20), "discharged_at": at(22),
        "due_at": at(19 + 6), "reconciled_at": at(23 + 6), "carry_over": "CARRIED", "expected_at": at(22),
        "onward_call_id": f"qingdao|{OCEAN}|PC1", "onward_cutoff": at(60),
    }  # fmt: skip


def test_the_row_of_a_call_says_its_times_and_berth() -> None:
    port = Platform().hear(*(
        e.readdressed("V", e.key) for e in (
            estimate("ANCHOR", "ARRI", 1.5), estimate("BERTH", "DEPA", 15, "OUTB"), cutoff(8, opens=-24),
            call("ANCHOR", "ARRI", 2, extra="HE PING"), call("BERTH", "ARRI", 3, "ALGS", berth="Q1"),
            call("BERTH", "ARRI", 5, "SHIF", berth="Q2"), call("CARGO_OPS", "STRT", 4, "ALGS", kg=300.0),
            call("CARGO_OPS", "CMPL", 11, "ALGS"), call("BERTH", "DEPA", 12, "OUTB"),
        )
    ))  # fmt: skip
    (row,) = port.rows("port_calls")
    assert row == {
        "vessel_id": OCEAN, "port": "qingdao", "call_id": f"qingdao|{OCEAN}|PC1", "vessel_name": "HE PING",
        "terminal_code": "QQCTU", "berth_code": "Q2", "voyage_in": "V1", "voyage_out": "V1", "phase": "DEPARTED",
        "eta": at(1.5), "ata": at(2), "atb": at(3), "ops_start": at(4), "ops_end": at(11), "etd": at(15), "atd": at(12),
        "shifts": 1, "planned_moves": 300, "cutoff_at": at(8),
    }  # fmt: skip


def test_a_call_goes_through_its_phases() -> None:
    stay = Call(OCEAN, "qingdao", "PC1")
    phases = [stay.phase()]
    for field in ("ata", "atb", "ops_start", "ops_end", "atd"):
        setattr(stay, field, 1)
        phases.append(stay.phase())
    assert phases == ["EXPECTED", "ARRIVED_ANCHOR", "BERTHED", "OPS", "OPS_DONE", "DEPARTED"]


def test_the_row_of_a_consignment_has_the_latest_word_on_each_thing() -> None:
    def of_bill(e: Evidence) -> Evidence:
        return e.readdressed("M", "BL1")

    first = line("ORIGINAL", 1, goods="轮胎", packages=10, kg=5.0, declaration="D0", direction="I", pol="NLRTM", pod="CNTAO")
    second = line("TALLY", 2, packages=9, extra="FCL", ef="F", iso_type="22G1", direction="", goods="", kg=0.0)
    wide = {"container": "", "bill": "BL1"}
    bill = [release("DECLARATION", "RELEASE", 3, **wide), release("BILL", "RELEASE", 4, **wide)]
    port = Platform().hear(*map(of_bill, (first, second, *bill)))
    (row,) = port.rows("consignments")
    assert row == {
        "master_bl": "BL1", "house_bl": "", "container_no": BOX, "manifest_kinds": ("ORIGINAL", "TALLY"), "direction": "I",
        "trade": "F", "ef": "F", "load_type": "FCL", "vessel_id": OCEAN, "voyage": "V1", "pol": "", "pod": "",
        "iso_type": "22G1", "gross_kg": 5.0, "packages": 9, "goods": "轮胎", "declaration_no": "D0",
        "customs_released_at": at(3), "bill_released_at": at(4), "holds": (),
    }  # fmt: skip
    port.hear(of_bill(release("NONE", "HOLD", 5, extra="H9", reason="侵权", **wide)))
    assert port.rows("consignments")[0]["holds"] == ("CUSTOMS: 侵权",)


def test_the_row_of_an_exception_and_of_what_an_officer_did_about_it() -> None:
    port = Platform().hear(discharge(1, number="D1"), gate_out(2, number="G1"), now=3)
    exception = next(x for x in port.rows("exceptions") if x["code"] == "GATEOUT_NO_RELEASE")
    evidence = exception.pop("evidence")
    assert evidence == ("P|TOS|G1",)
    assert {k: v for k, v in exception.items() if k != "exception_id"} == {
        "book_key": BOX, "code": "GATEOUT_NO_RELEASE", "severity": "high", "subject": BOX, "port": "qingdao",
        "owner": "platform",
        "state": "RAISED", "raised_at": at(2), "ended_at": 0, "detail": "missing: BILL, TERMINAL",
    }  # fmt: skip
    port.hear(act("ASSIGN", 4, exception["exception_id"], extra="gate desk"))
    (row,) = port.rows("operator_actions")
    assert {k: v for k, v in row.items() if k != "action_id"} == {
        "book_key": BOX, "action": "ASSIGN", "status": "IN_FORCE", "operator": "officer-1", "reason": "因误报",
        "target_id": exception["exception_id"], "assignee": "gate desk", "acted_at": at(4),
    }  # fmt: skip


# -- history ------------------------------------------------------------------------------------------------------------


def history(*told: Evidence) -> list[tuple[str, str]]:
    """(container, event id) of the rows of history that are withdrawn."""
    core = Platform().core
    found: list[tuple[str, str]] = []
    for e in told:
        core.accept(e)
        found += [(row[0], row[2]) for row in core.flush().rows.get("events", [])]
    return found


def test_history_loses_what_its_own_topic_takes_back_and_what_moved_to_another_box() -> None:
    gate = gate_in(1, number="G1")
    later = {"number": "G1", "updated": at(5)}
    assert history(gate, gate_in(1, retracted=True, **later)) == [(BOX, "G1")]
    assert history(gate, gate_in(2, **later)) == [(BOX, "G1")], "another time is another row"
    assert history(gate, gate_in(1, kg=5.0, **later)) == [], "the same row, in a later version"
    assert history(gate, gate_in(3, number="G2", corrects=gate.ident)) == [], "that may be taken back: the row is hidden"
    papers = line("ORIGINAL", 1, number="L1")
    gone = line("ORIGINAL", 1, number="L1", updated=at(5), retracted=True)
    assert history(papers, gone) == [], "the bill's book has its row"
    assert history(papers.readdressed("M", "BL1"), gone.readdressed("M", "BL1")) == [(BOX, "L1")]


def test_a_version_that_is_known_is_a_duplicate() -> None:
    core = Platform().core
    first, second = gate_in(1, number="G1"), gate_in(1, number="G1", updated=at(2))
    assert [core.accept(e) for e in (second, first, second, first)] == [ACCEPTED, ACCEPTED, DUPLICATE, DUPLICATE]
    assert version_of(5, 3, True) == (5 << 20) | (3 << 1) | 1


def test_a_row_that_is_gone_keeps_its_key_and_says_so() -> None:
    for table in ("box_visits", "arrival_cases", "exceptions"):
        names = [name for name, _ in TABLES[table]]
        row = dict(zip(names, blank(table, (BOX, "X") if table != "box_visits" else (BOX, 5), 7, 9), strict=True))
        assert (row["updated_at"], row["is_deleted"], row["version"]) == (7, 1, 9)


# -- what one move says -------------------------------------------------------------------------------------------------

_SAID = ("terminal", "ef", "bill", "vessel", "voyage", "pod", "pol", "seals", "purpose", "trade", "iso_type", "kg")


@pytest.mark.parametrize("better_first", [True, False])
def test_of_two_sources_the_better_is_believed_and_the_other_fills_its_gaps(better_first: bool) -> None:
    full: dict[str, Any] = {name: 5.0 if name == "kg" else f"{name}-2" for name in _SAID}
    for gap in _SAID:
        said: dict[str, Any] = {name: 7.0 if name == "kg" else f"{name}-1" for name in _SAID}
        good = gate_in(1.1, source="TOS", **said | {gap: 0.0 if gap == "kg" else ""})
        poor = gate_in(1, source="OCR", **full)
        if better_first:
            good.at, poor.at = poor.at, good.at
        moves: list[Move] = []
        for e in sorted((good, poor), key=lambda e: e.at):
            add_passage(moves, e, REFERENCE)
        (move,) = moves
        assert move.best is good and move.at == good.at
        for name in _SAID:
            assert getattr(move, name) == (full if name == gap else said)[name], (gap, name)


# -- figures and names that are configuration ---------------------------------------------------------------------------


def _limits(thresholds: dict[str, int], port: str = "") -> list[int]:
    return [value for name, value in vars_of(Limits(thresholds, port)).items() if not name.startswith("_")]


def vars_of(limits: Limits) -> dict[str, int]:
    names = (
        "arrival_due", "receipt_due", "manifest_due", "landed_due", "tally_due", "difference_due", "declared_before",
        "listed_before", "stripped_tally_due", "declaration_due", "longest_stay", "abandoned_after", "before_cutoff",
        "connection", "leg_due", "leg_lost", "arrived_within", "empty_20", "empty_40", "weight_kg", "weight_percent",
    )  # fmt: skip
    return {name: getattr(limits, name) for name in names}


def test_without_configuration_the_thresholds_are_those_that_are_shipped() -> None:
    shipped = load_reference().thresholds
    assert _limits({}) == _limits(shipped)
    named = {name: 1 << 40 | number for number, name in enumerate(shipped)}
    read = _limits(named)
    assert min(read) >= 1 << 40 and len(set(read)) == len(read), "each is read under a name of its own"
    own = {name + "|rizhao": value + (1 << 41) for name, value in named.items()}
    assert _limits(named | own, "rizhao") == [value + (1 << 41) for value in read]
    assert _limits(named | own, "yantai") == read


def test_what_absences_wait_for_are_exceptions_and_kinds_that_exist() -> None:
    assert set(WAITS_FOR) <= set(load_reference().exceptions)
    assert {kind for kinds in WAITS_FOR.values() for kind in kinds} <= set(KINDS) == {"manifest", "gate", "berth", "release"}
