"""The edges of rules: the exact moment, the other branch, the second of two. A small fault in the core would show here."""

from __future__ import annotations

import re

import pytest

from schemas.details import phrases
from schemas.reference import load_reference
from streams.domain import explain, visits
from streams.domain.arrivals import WHY
from streams.domain.book import Book
from streams.domain.calls import AFTER_DEPARTURE, BEFORE_ARRIVAL, Call, derive_calls, find_call
from streams.domain.correlator import Correlator
from streams.domain.evidence import Evidence, by_time
from streams.domain.permits import Permits
from streams.domain.reference import Reference
from streams.domain.reports import message_id
from streams.domain.ties import Ties
from streams.runtime.packing import pack, unpack
from tests.unit.domain.story import (
    BOX,
    COASTER,
    FEEDER,
    HOUR,
    OCEAN,
    REFERENCE,
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

STAGES = {
    "ARRIVAL", "DECLARATION", "BILL", "DIVERSION", "DECONSOLIDATION", "TRANSIT", "LEG", "TRANSHIP", "LOADING", "TERMINAL",
    "TALLY", "DELIVERY_ORDER", "DG", "REASSIGN", "VOYAGE_CLEARANCE", "NONE",
}  # fmt: skip

GOLDEN_ID = "OMKXDSUXE5467UIN55L4EA3A"


def test_what_the_core_names_exists() -> None:
    assert set(load_reference().exceptions) >= explain._OF_CONDITIONS | set(explain._SEALS)
    assert visits.CASE_STAGES <= STAGES
    assert all(re.fullmatch(r"[\u4e00-\u9fff]+ [A-Za-z ,-]+[a-z]", text) for text in WHY.values())
    assert set(WHY) == {
        "ARRIVAL", "PREPARED", "ORIGINAL", "VESSEL", "TERMINAL", "PLACE", "OFFICE", "DIVERSION", "DECONSOLIDATION", "TRANSHIP",
    }  # fmt: skip
    assert len({phrase.said for phrase in phrases()}) == len(phrases())


# -- calls and what boxes see of them -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("away", "found"), [(-BEFORE_ARRIVAL, True), (-BEFORE_ARRIVAL - 1, False), (10 * HOUR + AFTER_DEPARTURE, True),
                        (10 * HOUR + AFTER_DEPARTURE + 1, False)],
)  # fmt: skip
def test_a_move_without_voyage_belongs_to_the_widened_stay_to_the_millisecond(away: int, found: bool) -> None:
    stay = Call(OCEAN, "qingdao", "PC1")
    stay.ata, stay.atd = at(0), at(10)
    assert (find_call([stay], "", at(0) + away) is stay) is found


def test_of_two_calls_that_a_move_fits_the_later_has_it() -> None:
    first, second = Call(OCEAN, "qingdao", "PC1"), Call(OCEAN, "qingdao", "PC2")
    first.ata, first.atd, second.ata = at(0), at(10), at(20)
    assert find_call([first, second], "", at(15)) is second


def test_operations_begin_with_the_first_start_and_end_with_the_last_end() -> None:
    told = [
        call("BERTH", "ARRI", 1, "ALGS"), *(call("CARGO_OPS", "STRT", when, "ALGS") for when in (2, 3)),
        *(call("CARGO_OPS", "CMPL", when, "ALGS") for when in (5, 6)),
    ]  # fmt: skip
    (found,) = derive_calls(OCEAN, "qingdao", told, [])
    assert (found.atb, found.ops_start, found.ops_end, found.phase()) == (at(1), at(2), at(6), "OPS_DONE")


def test_what_changed_of_a_call_is_told_with_its_time_by_the_best_that_is_known() -> None:
    def changed(*told: object) -> int:
        ties = Ties()
        ties.learn("V|qingdao", derive_calls(OCEAN, "qingdao", [], []))
        return ties.learn("V|qingdao", derive_calls(OCEAN, "qingdao", sorted(told, key=by_time), []))[2]

    assert changed(call("ANCHOR", "ARRI", 3), estimate("BERTH", "ARRI", 5)) == at(3)
    assert changed(estimate("BERTH", "ARRI", 5), call("BERTH", "DEPA", 9, "OUTB")) == at(5)
    assert changed(call("BERTH", "ARRI", 4, "ALGS"), call("BERTH", "DEPA", 9, "OUTB")) == at(4)
    assert changed(call("BERTH", "DEPA", 9, "OUTB")) == at(9)
    assert changed(estimate("BERTH", "DEPA", 8, "OUTB")) == at(8)
    assert changed(call("CARGO_OPS", "CMPL", 7, "ALGS")) == at(7)
    assert changed(cutoff(6)) == at(6)
    same = Ties()
    calls = derive_calls(OCEAN, "qingdao", [call("ANCHOR", "ARRI", 3)], [])
    assert same.learn("V|qingdao", calls)[0] is False
    assert same.learn("V|qingdao", calls) == (True, True, 0)


# -- arrival cases ------------------------------------------------------------------------------------------------------


def test_a_shared_box_goes_to_an_off_dock_yard_as_it_is() -> None:
    goods = [line("ORIGINAL", 0, pod="CNTAO", house=house, extra="LCL") for house in ("H1", "H2")]
    trip = [gate_out(3, purpose="DIVERSION"), gate_in(4, purpose="DIVERSION", terminal="YARD1")]
    port = Platform().hear(*goods, discharge(1), release("DIVERSION", "APPROVE", 2, place="YARD1"), *trip)
    assert [(c["message_type"], c["house"]) for c in port.commands] == [("MT3102", "H1")]


def test_goods_share_a_box_by_lines_of_its_kind_and_voyage_only() -> None:
    def lcl(kind: str, house: str, **a: str) -> object:
        return line(kind, 1, house=house, extra="LCL", **a)

    others = [lcl("LOADED", "H3"), lcl("PREPARED", "H4", voyage="V0"), lcl("PREPARED", "H5", vessel="IMO:9321483")]
    told = [*others, line("PREPARED", 2, house="H1", extra="LCL"), line("PREPARED", 2, house="H2", extra="LCL")]
    port = Platform().hear(*told, gate_in(3))  # type: ignore[arg-type]
    assert sorted(c["house"] for c in port.commands) == ["H1", "H2"]


def test_an_import_waits_for_its_tally_and_then_for_customs() -> None:
    def state(*more: object) -> tuple[str, int, int]:
        (case,) = Platform().hear(line("ORIGINAL", 0, pod="CNTAO"), discharge(1), *more).rows("arrival_cases")  # type: ignore[arg-type]
        return case["state"], case["sent_at"], case["answered_at"]

    tally, answer = line("TALLY", 2), release("TALLY", "ACK", 3)
    assert state() == ("TRIGGERED", 0, 0)
    assert state(tally) == ("SENT", at(2), 0)
    assert state(answer) == ("TRIGGERED", 0, 0), "customs answered a report that nobody told of"
    assert state(tally, answer) == ("ACKED", at(2), at(3))


@pytest.mark.parametrize("when", [5, 2.5])
def test_of_two_acknowledgements_the_later_is_the_second(when: float) -> None:
    port = Platform().hear(line("PREPARED", 1), gate_in(2))
    (command,) = port.commands
    port.hear(report(command), receipt(command, 3), release("ARRIVAL", "ACK", when, ref="SITE-1"))
    (found,) = [x for x in port.rows("exceptions") if x["code"] == "ARR_DUPLICATE"]
    assert (found["raised_at"], found["detail"]) == (at(max(when, 3)), "also acknowledged under SITE-1")


# -- exceptions ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("declared", "came"), [("E", "F"), ("F", "E")])
def test_who_declared_what_is_told(declared: str, came: str) -> None:
    port = Platform().hear(line("PREPARED", 1, ef=declared), gate_in(3, ef=came, bill="BL1"), now=4)
    (found,) = [x for x in port.rows("exceptions") if x["code"] == "EF_MISMATCH"]
    words = {"E": "empty", "F": "full"}
    assert found["detail"] == f"declared {words[declared]}, came {words[came]}"


def test_the_first_ship_that_may_not_carry_the_box_is_named_once() -> None:
    def forbidden(*loads: tuple[float, str, str]) -> list[str]:
        moves = []
        for when, vessel, pod in loads:
            moves += [load(when, vessel=vessel, pod=pod), discharge(when + 1, vessel=vessel, port="qingdao", pol="CNWEI")]
        port = Platform().hear(line("PREPARED", 1, pol="CNWEI"), gate_in(2, port="weihai"), *moves[:-1], now=20)
        return [x["detail"] for x in port.rows("exceptions") if x["code"] == "VESSEL_NOT_PERMITTED"]

    assert forbidden((3, FEEDER, "CNTAO"), (8, COASTER, "NLRTM")) == ["foreign box on " + COASTER], "the second ship"
    assert forbidden((3, COASTER, "CNTAO"), (8, COASTER, "NLRTM")) == ["foreign box on " + COASTER], "both"
    assert forbidden((3, FEEDER, "CNTAO"), (8, OCEAN, "NLRTM")) == []


def test_an_alert_that_is_withdrawn_has_no_end() -> None:
    port = Platform().hear(line("PREPARED", 1), gate_in(3))
    port.hear(report(port.commands[0]), now=5)
    port.hear(receipt(port.commands[0], 3.4), now=6)
    assert [(a["state"], a["ended_at"], a["updated_at"]) for a in port.alerts] == [
        ("RAISED", 0, at(3.5)), ("WITHDRAWN", 0, at(3.5)),
    ]  # fmt: skip


def test_what_is_due_exactly_when_news_grows_old_is_still_told() -> None:
    for late, told in ((0, 1), (1, 0)):
        port = Platform()
        port.core.stale_before(at(2) + 30_000 + late)
        port.hear(discharge(1), gate_out(2), now=3)
        assert len(port.alerts) == told


# -- releases -----------------------------------------------------------------------------------------------------------


def test_a_hold_is_the_next_step_whatever_else_is_missing_and_lifting_what_was_never_held_changes_nothing() -> None:
    landed = [line("ORIGINAL", 0, pod="CNTAO"), discharge(1)]
    port = Platform().hear(*landed, release("NONE", "UNHOLD", 2, extra="H1"))
    assert port.visit()["next_step"] == "IMPORT_CUSTOMS_RELEASE"
    port.hear(release("NONE", "HOLD", 3, extra="H1", reason="重量不符"))
    assert (port.visit()["next_step"], list(port.visit()["holds"])) == ("LIFT_HOLD", ["CUSTOMS: 重量不符"])
    port.hear(release("NONE", "UNHOLD", 4, extra="H1"))
    assert port.visit()["next_step"] == "IMPORT_CUSTOMS_RELEASE"


def test_a_declaration_counts_from_the_moment_in_which_it_was_made() -> None:
    permits = Permits()
    made = release("DECLARATION", "DECLARED", 2, declaration="D1")
    permits.add(made)
    assert permits.undecided_at(at(2)) is made and permits.undecided_at(at(2) - 1) is None
    permits.add(release("DECLARATION", "RELEASE", 3, declaration="D1"))
    assert permits.undecided_at(at(3)) is None and permits.undecided_at(at(3) - 1) is made


# -- gates --------------------------------------------------------------------------------------------------------------


def test_who_comes_after_the_ship_has_sailed_is_told_by_what_it_missed() -> None:
    port = Platform().hear(line("PREPARED", 1), cutoff(5), call("BERTH", "DEPA", 6, "OUTB"), now=7)
    (step,) = port.updates[-1]["clearance"]["steps"]
    (missing,) = step["missing"]
    assert (step["action"], step["verdict"]) == ("gate-in", "MAY_NOT")
    assert (missing["code"], missing["state"], missing["why"], missing["at"]) == ("CUT_OFF", "UNMET", "SAILED", at(5))
    assert missing["detail"] == "qingdao PC1"


# -- books --------------------------------------------------------------------------------------------------------------


def test_books_are_counted_and_closed_a_few_at_a_time() -> None:
    port = Platform()
    for box in (BOX, "MSCU6639870", "TEMU7654327"):
        port.hear(gate_in(1, box=box, key=box))
    assert port.core.size() == (3, 3) and port.core.counts() == (3, 0, 0)
    port.core.take_fresh()
    for _ in range(3):
        before = port.core.counts()[1]
        port.core.tidy(1, 1)
        assert port.core.counts()[1] - before <= 1
    assert isinstance(port.core.book("B" + BOX), Book) and port.core.book("Bnone") is None


# -- reference data -----------------------------------------------------------------------------------------------------


def _reference(**given: object) -> Reference:
    empty: dict[str, object] = {
        "ports": {"qingdao": "qingdao"}, "arrival_modes": {}, "ranks": {"TOS": 0, "OCR": 1}, "catalogue": {}, "places": {},
        "thresholds": {}, "size_types": {"22G1": ("20GP", 1.0)}, "route_times": {"weihai|qingdao": (9, 15)},
        "inland": {"JNYARD": "jinan"}, "ship_ids": {"HE PING": "IMO:1"},
    }  # fmt: skip
    return Reference(**empty | given)  # type: ignore[arg-type]


def test_the_core_reads_each_threshold_under_its_own_name() -> None:
    names = ("SAME_MOVE", "SOURCE_SILENT", "CLOCK_SKEW", "SETTLE", "ALERT_FRESH")
    own = _reference(thresholds={name: number for number, name in enumerate(names, 1)})
    assert (own.same_move, own.silent_after, own.skew, own.settle, own.fresh) == (1, 2, 3, 4, 5)
    none = _reference()
    shipped = _reference(thresholds=load_reference().thresholds)
    for name in ("same_move", "silent_after", "skew", "settle", "fresh"):
        assert getattr(none, name) == getattr(shipped, name), name


def test_codes_are_found_as_they_are_written_and_unknown_ones_mean_nothing() -> None:
    known = _reference()
    assert [known.size(code) for code in ("22G1", " 22g1 ", "", "99XX")] == ["20GP", "20GP", "", ""]
    assert [known.rank(source) for source in ("TOS", "OCR-2", "WHO", "TOS")] == [0, 1, 2, 0]
    assert (known.node("qingdao", "JNYARD"), known.node("qingdao", "QQCTU")) == ("jinan", "qingdao")
    assert (known.vessel("HE PING"), known.vessel("IMO:2")) == ("IMO:1", "IMO:2")
    assert known.least_time("weihai", "qingdao") == known.least_time("qingdao", "weihai") == 9


# -- papers and steps ---------------------------------------------------------------------------------------------------


def test_a_consignment_that_was_taken_back_has_no_row_and_the_others_stay() -> None:
    def of_bill(kind: str, when: float, **a: object) -> Evidence:
        return line(kind, when, **a).readdressed("M", "BL1")

    port = Platform().hear(of_bill("ORIGINAL", 1), of_bill("ORIGINAL", 1, box="MSCU6639870", house="H2"))
    assert len(port.rows("consignments")) == 2
    port.hear(of_bill("ORIGINAL", 2, action="3"))
    assert [row["container_no"] for row in port.rows("consignments")] == ["MSCU6639870"]
    port.hear(of_bill("ORIGINAL", 3, goods="轮胎"))
    assert [row["goods"] for row in port.rows("consignments") if row["container_no"] == BOX] == ["轮胎"]


def test_papers_of_two_visits_are_told_apart_by_vessel_and_voyage() -> None:
    second = {"vessel": "IMO:9321483", "voyage": "V7"}
    port = Platform().hear(
        gate_in(1), load(5), call("BERTH", "ARRI", 3, "ALGS"), call("BERTH", "DEPA", 6, "OUTB"),
        gate_in(30), load(40, **second), line("PREPARED", 39, bill="BL2", **second), line("PREPARED", 29, bill="BL1"),
    )  # fmt: skip
    assert [port.visit(number)["bill_no"] for number in (0, 1)] == ["BL1", "BL2"]


def test_a_domestic_leg_needs_neither_plan_nor_approval() -> None:
    told = [line("WATERWAY", 0, trade="D"), gate_in(1, port="weihai", trade="D"),
            load(3, port="weihai", vessel=FEEDER, voyage="F1", pod="CNTAO", trade="D")]  # fmt: skip
    found = Platform().hear(*told).core.explain(BOX, "load")
    assert found is not None
    assert not {c.code for c in found.conditions} & {"LEG_PLANNED", "LEG_APPROVED", "LEG_SEALED"}


def test_an_import_that_went_on_by_feeder_is_asked_about_its_last_leg() -> None:
    told = [line("ORIGINAL", 0, pod="CNRZH"), discharge(1), load(3, vessel=FEEDER, voyage="F1", pod="CNRZH"),
            discharge(9, port="rizhao", vessel=FEEDER, voyage="F1", pol="CNTAO")]  # fmt: skip
    found = Platform().hear(*told).core.explain(BOX, "load")
    assert found is not None and found.done_at == at(3)
    assert "LEG_PLANNED" in {c.code for c in found.conditions}


@pytest.mark.parametrize("purpose", ["INTER_TERMINAL", "LEG"])
def test_on_the_ports_own_ground_nobody_asks_customs(purpose: str) -> None:
    def out(purpose: str) -> list[tuple[str, str]]:
        port = Platform().hear(line("PREPARED", 1), gate_in(2))
        (command,) = port.commands
        port.hear(report(command), receipt(command, 2.2), release("DECLARATION", "RELEASE", 3), gate_out(4, purpose=purpose))
        return port.exceptions("EXPORT_OUT_UNAPPROVED")

    assert out(purpose) == []
    assert out("WITHDRAWAL") == [("EXPORT_OUT_UNAPPROVED", "RAISED")]


def test_a_box_on_another_voyage_than_its_manifest_says_is_over_and_short() -> None:
    """Same ship, other voyage: the line does not announce this landing, and its own landing is missing."""
    told = [
        line("ORIGINAL", 0, pod="CNTAO", voyage="V0"), discharge(5), call("BERTH", "ARRI", 4, "ALGS"),
        call("CARGO_OPS", "CMPL", 8, "ALGS"),
    ]  # fmt: skip
    assert Platform().hear(*told, now=20).exceptions("OVERLANDED") == [("OVERLANDED", "RAISED")]
    told[0] = line("ORIGINAL", 0, pod="CNTAO")
    assert Platform().hear(*told, now=20).exceptions("OVERLANDED") == []


# -- ids, ends and beginnings -------------------------------------------------------------------------------------------


def test_a_message_id_is_what_it_was_when_customs_first_had_it() -> None:
    """It must never change: customs knows the report by it."""
    known = message_id("MT3101", BOX, "BL1", OCEAN, "V1", "QQCTU", "2", "")
    assert known == GOLDEN_ID and len(known) == 24
    assert message_id("MT3101", BOX, "BL1", OCEAN, "V1", "QQCTU", "3", known) != known


@pytest.mark.parametrize(("weighed", "named"), [(4, "VGM"), (2, "GATE")])
def test_the_later_of_two_weights_is_the_one_that_differs(weighed: float, named: str) -> None:
    told = [line("PREPARED", 1), gate_in(3, kg=25_000.0, number="GATE"), vgm(weighed, number="VGM")]
    (found,) = [x for x in Platform().hear(*told, now=5).rows("exceptions") if x["code"] == "WEIGHT_DEVIATION"]
    assert found["evidence"] == (f"P|TOS|{named}",) and found["raised_at"] == at(max(weighed, 3))
    assert found["detail"] == "VGM 20000 kg, gate 25000 kg"


def test_a_domestic_box_needs_the_terminal_to_leave_and_an_export_to_come_out_does_not() -> None:
    landed = [line("WATERWAY", 0, trade="D"), discharge(1, trade="D")]
    inside = [line("WATERWAY", 0, trade="D"), gate_in(1, trade="D")]
    asked = [Platform().hear(*told).core.explain(BOX, "gate-out") for told in (landed, inside)]
    assert ["TERMINAL_RELEASE" in {c.code for c in found.conditions} for found in asked if found is not None] == [True, False]


def test_an_inspection_is_over_when_the_box_is_resealed_whatever_customs_decides() -> None:
    def step(code: str, when: float) -> Evidence:
        return release("DECLARATION", "INSPECT_STEP", when, reason_code=code)

    def over(*said: Evidence) -> list[str]:
        found = Platform().hear(line("ORIGINAL", 0, pod="CNTAO"), discharge(1), *said).core.explain(BOX, "gate-out")
        assert found is not None
        return [c.state for c in found.conditions if c.code == "INSPECTION_OVER"]

    assert over(step("OPENED", 2)) == ["UNMET"]
    assert over(step("OPENED", 2), step("RESEALED", 3)) == ["MET"]
    assert over(step("BOOKED", 2)) == ["UNKNOWN"]
    assert over(step("BOOKED", 2), release("DECLARATION", "RELEASE", 2)) == ["MET"]
    assert over() == ["NOT_REQUIRED"]


def test_what_is_asked_of_one_stage_is_not_answered_by_another() -> None:
    permits = Permits()
    for e in (release("TALLY", "ACK", 2), release("LEG", "APPROVE", 3), release("BILL", "RELEASE", 4)):
        permits.add(e)
    assert [permits.latest(*asked) is not None for asked in (("TALLY", "ACK"), ("TALLY", "APPROVE"), ("LEG", "ACK"))] == [
        True, False, False,
    ]  # fmt: skip
    assert [permits.first(*asked) is not None for asked in (("LEG", "APPROVE"), ("LEG", "RELEASE"), ("BILL", "APPROVE"))] == [
        True, False, False,
    ]  # fmt: skip
    assert (permits.in_force_from(("BILL",), at(4)), permits.in_force_from(("BILL",), at(4) - 1)) == (0, at(4))


def test_an_import_has_passed_all_its_nodes() -> None:
    told = [
        line("ORIGINAL", 0, pod="CNTAO"), discharge(1), line("TALLY", 2), release("DECLARATION", "DECLARED", 2.5),
        release("DECLARATION", "RELEASE", 3), release("BILL", "RELEASE", 4), release("TERMINAL", "RELEASE", 5), gate_out(6),
        gate_in(9, ef="E", purpose="EMPTY_RETURN"),
    ]  # fmt: skip
    assert Platform().hear(*told).visit(0)["milestones"] == {
        "IMPORT_ORIGINAL_MANIFEST": at(0), "IMPORT_CUSTOMS_DECLARED": at(2.5), "IMPORT_UNLOADED": at(1),
        "IMPORT_TALLY_REPORT": at(2), "IMPORT_CUSTOMS_RELEASE": at(3), "IMPORT_BILL_RELEASE": at(4),
        "IMPORT_TERMINAL_RELEASE": at(5), "IMPORT_CONTAINER_LEAVE_PORT": at(6), "IMPORT_EMPTY_RETURN": at(9),
    }  # fmt: skip


def test_a_vessel_s_book_that_is_opened_again_tells_nobody_anew() -> None:
    arrived = call("BERTH", "ARRI", 1, "ALGS").readdressed("V", f"{OCEAN}|qingdao")
    port = Platform()
    port.core.accept(arrived)
    assert [e.book for _, e in port.core.flush().facts] == ["C"]
    again = Correlator(REFERENCE, 1, 0, unpack=unpack)
    again.restore(f"V{OCEAN}|qingdao", pack([arrived]))
    again.restored()
    again.sweep(10)
    found = again.flush()
    assert found.facts == [] and len(found.rows["port_calls"]) == 1


def test_the_changelog_may_forget_any_of_a_book_s_records() -> None:
    chunks = {bytes([n]) * 8: pack([gate_in(n, number=f"N{n}")]) for n in (1, 2, 3)}
    for gone in chunks:
        core = Correlator(REFERENCE, 1, 0, unpack=unpack)
        for digest, chunk in chunks.items():
            core.restore("B" + BOX, chunk, digest)
        core.forget("B" + BOX, gone)
        core.forget("B" + BOX, b"?" * 8)
        core.restore("B" + BOX, chunks[gone], gone)
        book = core.book("B" + BOX)
        assert book is not None and book.pages is not None and book.count == 3
        assert sorted(book.written) == sorted(b"".join(chunks)) and len({e.ident for e in book.pages.items}) == 3
    core = Correlator(REFERENCE, 1, 0, unpack=unpack)
    core.restore("B" + BOX, chunks[b"\x01" * 8], b"\x01" * 8)
    core.forget("B" + BOX, b"\x01" * 8)
    assert core.book("B" + BOX) is None
