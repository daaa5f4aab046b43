"""The main paths of a box through the ports (contracts, section 7)."""

from __future__ import annotations

from streams.domain.evidence import GATE, Evidence
from tests.unit.domain.story import (
    BOX,
    FEEDER,
    OCEAN,
    Platform,
    at,
    call,
    discharge,
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


def exported() -> list[Evidence]:
    return [
        line("PREPARED", 1), line("PACKING", 1.5), vgm(2), gate_in(3), release("DECLARATION", "DECLARED", -20),
        release("DECLARATION", "RELEASE", 4, bill="BL1"), release("LOADING", "RELEASE", 5),
        release("TERMINAL", "RELEASE", 5.5), release("TALLY", "RELEASE", 5.6), call("ANCHOR", "ARRI", 6),
        load(8), line("TALLY", 9), call("BERTH", "DEPA", 10, "OUTB"),
    ]  # fmt: skip


def test_export_by_gate_passes_the_whole_chain_and_closes_when_its_vessel_sails() -> None:
    port = Platform().hear(*exported())
    (command,) = port.commands
    assert (command["message_type"], command["function"], command["basis"]) == ("MT3101", "2", "")
    assert (command["bill"], command["vessel_id"], command["voyage"]) == ("BL1", OCEAN, "V1")
    port.hear(report(command), receipt(command, 3.1))
    visit = port.visit()
    assert visit["state"] == "SAILED"
    assert visit["closed_at"] == at(10)
    assert visit["milestones"] == {
        "EXPORT_PRE_STOWAGE_MANIFEST": at(1), "EXPORT_CUSTOMS_DECLARED": at(-20), "EXPORT_PACKING_LIST": at(1.5),
        "EXPORT_VGM_CONFIRMED": at(2), "EXPORT_LADEN_CONTAINER_GATE_IN": at(3), "EXPORT_ARRIVAL_REPORT": at(3.1),
        "EXPORT_CUSTOMS_RELEASE": at(4), "EXPORT_LOADING_RELEASE": at(5), "EXPORT_TERMINAL_RELEASE": at(5.5),
        "EXPORT_TALLY_RELEASE": at(5.6), "EXPORT_CONTAINER_LOADED_ON_VESSEL": at(8), "EXPORT_TALLY_REPORT": at(9),
    }  # fmt: skip
    assert port.exceptions() == []


def test_an_export_in_the_yard_climbs_its_ladder_step_by_step() -> None:
    port = Platform().hear(line("PREPARED", 1), gate_in(3))
    assert port.visit()["state"] == "ARRIVAL_PENDING"
    (command,) = port.commands
    port.hear(report(command), receipt(command, 3.1))
    assert port.visit()["state"] == "ARRIVED"
    port.hear(release("LOADING", "RELEASE", 3.2))
    assert port.visit()["state"] == "ARRIVED", "a later step counts only with those before it"
    port.hear(release("DECLARATION", "RELEASE", 3.3))
    assert port.visit()["state"] == "LOAD_RELEASED"
    assert port.visit()["next_step"] == "EXPORT_TERMINAL_RELEASE"


def imported() -> list[Evidence]:
    return [
        line("ORIGINAL", -10, pod="CNTAO"), call("ANCHOR", "ARRI", 0), call("CARGO_OPS", "CMPL", 4), discharge(1),
        line("TALLY", 4.5), release("DECLARATION", "DECLARED", 2), release("DECLARATION", "RELEASE", 5),
        release("BILL", "RELEASE", 6, bill="BL1"), release("TERMINAL", "RELEASE", 6.5), gate_out(7),
    ]  # fmt: skip


def test_import_by_discharge_leaves_by_gate_and_its_empty_opens_the_next_visit() -> None:
    port = Platform().hear(*imported(), gate_in(50, ef="E", purpose="EMPTY_RETURN"), now=60)
    first, second = port.rows("box_visits")
    assert (first["state"], first["closed_at"], second["state"]) == ("EMPTY_RETURNED", at(7), "GATED_IN")
    assert port.visit(0)["milestones"]["IMPORT_EMPTY_RETURN"] == at(50) == second["opened_at"]
    assert port.exceptions() == []


def test_an_import_discharge_never_makes_an_mt3101() -> None:
    port = Platform().hear(*imported(), now=60)
    assert port.commands == []
    (case,) = port.rows("arrival_cases")
    assert (case["message_type"], case["state"]) == ("MT5101", "SENT")


def feeder_export() -> list[Evidence]:
    return [
        line("PREPARED", 1), line("LEG", 1, pol="weihai", pod="qingdao", vessel=FEEDER, voyage="F1"),
        gate_in(3, port="weihai", terminal="WHCT"), release("LEG", "APPROVE", 4),
        load(5, port="weihai", terminal="WHCT", vessel=FEEDER, voyage="F1", pod="CNTAO", seals="S1"),
        call("BERTH", "DEPA", 6, "OUTB", vessel=FEEDER, port="weihai", voyage="F1"),
        call("ANCHOR", "ARRI", 12, vessel=FEEDER, voyage="F1"),
        discharge(13, vessel=FEEDER, voyage="F1", pol="CNWEI", seals="S1"),
    ]  # fmt: skip


def test_a_feeder_export_is_one_visit_with_a_leg_and_reports_at_both_terminals() -> None:
    port = Platform().hear(*feeder_export())
    (leg,) = port.rows("transfer_legs")
    assert (leg["leg_id"], leg["leg_state"]) == ("weihai>qingdao", "DISCHARGED")
    assert (leg["departed_at"], leg["arrived_at"]) == (at(6), at(12))
    assert len(port.rows("box_visits")) == 1
    assert sorted((c["terminal_code"], c["route_flag"], c["voyage"]) for c in port.commands) == [
        ("QQCTU", "支线", "F1"), ("WHCT", "", "V1"),
    ]  # fmt: skip


def test_a_route_whose_arrival_is_written_off_sends_no_report() -> None:
    port = Platform().hear(
        line("ORIGINAL", -10, pod="CNTAO"), discharge(1), line("LEG", 1, pol="qingdao", pod="rizhao"),
        release("LEG", "APPROVE", 2), load(3, vessel=FEEDER, voyage="F2", pod="CNRZH"),
        discharge(9, port="rizhao", terminal="RZCT", vessel=FEEDER, voyage="F2", pol="CNTAO"),
    )  # fmt: skip
    assert port.commands == []
    assert len(port.rows("box_visits")) == 1


def test_a_domestic_box_needs_no_customs_chain() -> None:
    port = Platform().hear(
        line("WATERWAY", 1, trade="D"), gate_in(2, trade="D", purpose="DOMESTIC"), release("TERMINAL", "RELEASE", 3),
        now=40,
    )  # fmt: skip
    visit = port.visit()
    assert (visit["state"], visit["customs_status"], visit["supervised"]) == ("TERMINAL_RELEASED", "NOT_REQUIRED", 0)
    assert port.commands == [] and port.exceptions() == []


def test_release_by_bill_reaches_every_box_of_the_bill() -> None:
    port = Platform()
    boxes = ["CSQU3054383", "APZU4812090", "MSCU1234566"]
    for box in boxes:
        port.hear(discharge(1, box=box))
    bill = {"book": "M", "key": "BL1"}
    port.hear(release("BILL", "RELEASE", 6, bill="BL1", container="", **bill))
    port.hear(*[line("ORIGINAL", -1, box=b, **bill) for b in boxes])
    rows = port.rows("box_visits")
    assert len(rows) == 3
    assert all("IMPORT_BILL_RELEASE" in r["milestones"] for r in rows)


def test_a_berth_shift_keeps_the_call() -> None:
    as_owner = {"book": "V"}
    port = Platform().hear(
        call("ANCHOR", "ARRI", 0, **as_owner), call("BERTH", "ARRI", 1, "ALGS", berth="B1", **as_owner),
        call("BERTH", "ARRI", 5, "SHIF", berth="B2", terminal="QQCTN", **as_owner),
    )  # fmt: skip
    (row,) = port.rows("port_calls")
    assert (row["atb"], row["shifts"], row["berth_code"], row["terminal_code"]) == (at(1), 1, "B2", "QQCTN")


def test_a_correction_replaces_and_a_retraction_withdraws_in_either_order() -> None:
    wrong = gate_in(3, number="G1", updated=at(3))
    right = gate_in(3.5, number="G1", updated=at(4))
    gone = gate_in(3.5, number="G1", updated=at(5), retracted=True)
    assert Platform().hear(wrong, right).visit()["opened_at"] == at(3.5)
    assert Platform().hear(right, wrong).visit()["opened_at"] == at(3.5)
    assert Platform().hear(gone, wrong, right).rows("box_visits") == []


def test_a_retraction_moves_the_event_out_of_the_old_box() -> None:
    moved = gate_in(3, number="G1", updated=at(3))
    port = Platform().hear(moved)
    assert len(port.rows("box_visits")) == 1
    port.hear(moved.retraction("B", BOX, gate_in(3, number="G1", updated=at(4)).version))
    assert port.rows("box_visits") == []


def test_the_best_source_gives_the_time_of_a_fact() -> None:
    port = Platform().hear(gate_in(3.01, source="OCR"), gate_in(3.02, source="TOS"))
    assert [v["opened_at"] for v in port.rows("box_visits")] == [at(3.02)]


def test_a_refused_truck_has_not_passed_the_gate() -> None:
    refused = event(GATE, "IN", 3, ef="F", purpose="EXPORT_IN", reason="DENY")
    assert Platform().hear(refused).rows("box_visits") == []


def test_a_derivation_that_raises_is_one_exception_and_stops_nobody_else() -> None:
    port = Platform()
    port.core.accept(gate_in(1, box="APZU4812090"))
    port.core.accept(gate_in(1))
    broken = port.core.book("B" + BOX)
    assert broken is not None and broken.pages is not None
    broken.pages.in_force().passages.append(None)  # type: ignore[arg-type]  # what no evidence can do: a defect of ours
    effects = port.core.flush()
    assert [name for name, _ in effects.failed] == ["B" + BOX]
    assert [row[2] for row in effects.rows["exceptions"]] == ["DERIVE_FAILED"]
    assert [row[0] for row in effects.rows["box_visits"]] == ["APZU4812090"]


def test_a_line_corrected_to_another_box_lets_go_of_the_first() -> None:
    bill = {"book": "M", "key": "BL1", "pod": "CNTAO", "number": "L1"}
    other = "APZU4812090"
    port = Platform().hear(call("ANCHOR", "ARRI", 0), call("CARGO_OPS", "CMPL", 4), discharge(1, box=other))
    port.hear(line("ORIGINAL", -1, updated=at(-1), **bill), now=11)
    landing = ("OVERLANDED", "SHORTLANDED")
    assert port.exceptions(*landing) == [("OVERLANDED", "RAISED"), ("SHORTLANDED", "RAISED")]
    port.hear(line("ORIGINAL", -1, box=other, updated=at(12), **bill))
    assert port.exceptions(*landing) == []
    assert port.visit()["bill_no"] == "BL1"


def test_a_paper_of_a_bill_that_turns_out_to_be_anothers_lets_go_of_the_visit() -> None:
    held = [*imported()[:4], release("BILL", "HOLD", 2, bill="BL2", extra="H1")]
    stray = line("PREPARED", 4.5, bill="BL2", voyage="V2", ef="F")
    assert Platform().hear(*held).visit()["holds"] == ("CUSTOMS: H1",)
    assert Platform().hear(*held, stray).visit()["holds"] == ()
    assert Platform().hear(*held).hear(stray).visit()["holds"] == (), "whenever the line comes"
