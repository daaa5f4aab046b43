"""CODECO and COARRI boxes: codes, times, places, weights and seals into the fields of gate and berth events."""

from __future__ import annotations

from typing import Any

import pytest

from connectors.edi import Problem, Profile, Reading, collect, read
from schemas.codec import encode
from schemas.validate import validate
from tests.unit.edi.building import BOX, GATE_BOX, QUAY_BOX, VESSEL, interchange, message, quay


def gate(*, swap: tuple[str, str] = ("", ""), boxes: list[str] | None = None, **given: str) -> Reading:
    return collect(read(interchange(message([s.replace(*swap) for s in boxes or GATE_BOX], **given))))


def berth(*more: str, swap: tuple[str, str] = ("", ""), **given: str) -> Reading:
    return collect(read(interchange(quay([*(s.replace(*swap) for s in QUAY_BOX), *more], **given))))


def record(result: Reading) -> dict[str, Any]:
    assert result.errors == []
    (event,) = result.events
    assert validate(event.kind, event.record, event.port) == []
    encode(event.kind, event.record)
    return event.record


def error(result: Reading) -> Problem:
    assert result.events == []
    (problem,) = result.errors
    return problem


def test_a_gate_move_has_all_that_the_message_says() -> None:
    assert record(gate()) == {
        "event_id": f"YTPORT/CODECO/DOC1/{BOX}/IN", "source_party": "YPCT", "source_system": "TOS",
        "event_type": "GATE_MOVE", "classifier": "ACT", "event_time": 1795511101000, "source_offset_min": 480,
        "record_time": 1795512600000, "updated_time": 1795512600000, "is_retracted": False, "port": "yantai",
        "unlocode_raw": "CNYAT", "terminal_code": "YPCT", "raw_ref": "000001/1#6", "quality_flags": [], "move": "IN",
        "mode": "TRUCK", "truck_plate": "LUB12345", "container_no": BOX, "ef": "F", "iso_type": "22G1",
        "seals": [{"no": "H53175", "issuer": "CU", "type": None, "condition": "1"}], "bill_no": "QDBL1", "trade": "F",
        "weigh_kg": 24500.0, "vessel_id": "IMO:9399038", "voyage": "FK243A", "purpose": "EXPORT_IN",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "directory", "code", "move"),
    [
        ("CODECO", "95B", "34", "IN"), ("CODECO", "95B", "36", "OUT"),
        ("CODECO", "00B", "109", "IN"), ("CODECO", "21A", "111", "OUT"),
        ("COARRI", "95B", "44", "DISC"), ("COARRI", "95B", "98", "DISC"), ("COARRI", "95B", "46", "LOAD"),
        ("COARRI", "96A", "270", "LOAD"), ("COARRI", "00B", "119", "DISC"), ("COARRI", "00B", "122", "LOAD"),
        ("COARRI", "21A", "24", "SHIF"),
    ],
)  # fmt: skip
def test_the_document_code_is_read_by_the_directory(kind: str, directory: str, code: str, move: str) -> None:
    boxes = list(GATE_BOX if kind == "CODECO" else QUAY_BOX)
    result = collect(read(interchange(message(boxes, kind=kind, directory=directory, code=code))))
    assert record(result)["move"] == move
    assert result.warnings == []


@pytest.mark.parametrize(("kind", "code"), [("CODECO", "34"), ("CODECO", "36"), ("COARRI", "44"), ("COARRI", "46")])
def test_a_number_that_later_directories_use_otherwise_is_taken_with_a_flag(kind: str, code: str) -> None:
    boxes = list(GATE_BOX if kind == "CODECO" else QUAY_BOX)
    result = collect(read(interchange(message(boxes, kind=kind, directory="21A", code=code))))
    assert record(result)["quality_flags"] == ["UNCONFIRMED_CODE"]


@pytest.mark.parametrize(("directory", "code"), [("95B", "109"), ("95B", "119"), ("21A", "43"), ("95B", "")])
def test_an_unknown_document_code_is_refused_with_the_known_ones(directory: str, code: str) -> None:
    problem = error(gate(directory=directory, code=code))
    assert (problem.code, problem.value, problem.element) == ("UNKNOWN_DOCUMENT", code, "BGM C002/1001")
    assert "34 IN" in problem.expected and problem.section.endswith(directory)


@pytest.mark.parametrize("directory", ["XXX", "", "92B"])
def test_an_unknown_directory_is_read_as_the_usual_one_with_a_flag(directory: str) -> None:
    assert record(gate(directory=directory))["quality_flags"] == ["UNKNOWN_DIRECTORY"]


def test_a_partner_may_have_document_codes_of_its_own() -> None:
    profile = Profile("YTPORT", "YPCT", "yantai", documents={"CODECO/999": "OUT"})
    (event,) = collect(read(interchange(message(GATE_BOX, code="999")), profile=profile)).events
    assert event.record["move"] == "OUT"


@pytest.mark.parametrize(
    ("form", "value", "seconds"),
    [
        ("203", "202611241705", 0), ("204", "20261124170501", 1), ("201", "2611241705", 0), ("202", "261124170501", 1),
        ("303", "202611240905UTC", 0), ("303", "202611241705?+08", 0), ("304", "20261124090501Z", 1),
        ("303", "202611240405-0500", 0), ("205", "202611241705?+0800", 0),
    ],
)  # fmt: skip
def test_every_time_format_gives_the_same_moment(form: str, value: str, seconds: int) -> None:
    boxes = [s if not s.startswith("DTM") else f"DTM+7:{value}:{form}" for s in GATE_BOX]
    assert record(gate(boxes=boxes))["event_time"] == 1795511100000 + seconds * 1000


def test_the_offset_of_a_zoned_time_is_kept() -> None:
    boxes = [s if not s.startswith("DTM") else "DTM+7:202611240905UTC:303" for s in GATE_BOX]
    assert record(gate(boxes=boxes))["source_offset_min"] == 0


def test_a_date_alone_and_an_unknown_zone_are_flagged() -> None:
    assert record(gate(swap=("DTM+7:20261124170501:204", "DTM+7:20261124:102")))["quality_flags"] == ["TIME_IMPRECISE"]
    zoned = record(gate(swap=("DTM+7:20261124170501:204", "DTM+7:202611241705CST:303")))
    assert (zoned["event_time"], zoned["quality_flags"]) == (1795511100000, ["UNKNOWN_ZONE"])


@pytest.mark.parametrize("value", ["20261324170501", "2026112417", "", "20261124256101", "19991124170501", "20261124１70501"])
def test_what_is_no_time_refuses_the_box(value: str) -> None:
    problem = error(gate(swap=("20261124170501", value)))
    assert (problem.code, problem.element, problem.position) == ("BAD_TIME", "DTM C507/2380", 9)


def test_a_box_without_a_time_is_refused_and_told_which_is_wanted() -> None:
    problem = error(gate(boxes=[s for s in GATE_BOX if not s.startswith("DTM")]))
    assert problem.code == "NO_TIME" and "DTM+7" in problem.expected


def test_the_head_may_state_the_time_for_all_boxes() -> None:
    boxes = [s for s in GATE_BOX if not s.startswith("DTM")]
    assert record(gate(boxes=["DTM+7:20261124170501:204", *boxes]))["event_time"] == 1795511101000


@pytest.mark.parametrize(("code", "own", "other"), [("44", "403", "404"), ("46", "404", "403")])
def test_the_time_of_discharge_and_of_loading_have_their_own_qualifiers(code: str, own: str, other: str) -> None:
    times = (f"DTM+{other}:202611240101:203", f"DTM+{own}:202611241800:203")
    assert record(berth(*times, code=code))["event_time"] == 1795514400000


@pytest.mark.parametrize(
    ("status", "trade", "purpose"),
    [("2", "F", "EXPORT_IN"), ("3", "F", "UNKNOWN"), ("6", "F", "UNKNOWN"), ("9", "D", "DOMESTIC"), ("", None, "UNKNOWN")],
)
def test_the_status_tells_the_trade_and_the_purpose(status: str, trade: str | None, purpose: str) -> None:
    result = record(gate(swap=("++2+5", f"++{status}+5")))
    assert (result["trade"], result["purpose"], result["quality_flags"]) == (trade, purpose, [])


@pytest.mark.parametrize(
    ("code", "filled", "purpose"), [("34", "4", "EMPTY_RETURN"), ("36", "4", "EMPTY_PICKUP"), ("36", "5", "UNKNOWN")]
)
def test_an_empty_box_comes_back_or_is_picked_up(code: str, filled: str, purpose: str) -> None:
    result = record(gate(swap=("++2+5", f"++2+{filled}"), code=code))
    assert (result["ef"], result["purpose"]) == ("E" if filled == "4" else "F", purpose)


def test_a_full_import_box_leaves_as_import() -> None:
    assert record(gate(swap=("++2+5", "++3+5"), code="36"))["purpose"] == "IMPORT_OUT"


def test_unknown_codes_are_kept_and_flagged_never_guessed() -> None:
    result = record(gate(swap=("++2+5", "++88+77")))
    assert (result["ef"], result["trade"], result["purpose"]) == (None, None, "UNKNOWN")
    assert result["quality_flags"] == ["UNKNOWN_FULLNESS:77", "UNKNOWN_STATUS:88"]
    assert record(berth(swap=("++3+5", "++88+5")))["eqd_status"] == "88"


def test_a_wrong_check_digit_is_accepted_and_flagged() -> None:
    result = record(gate(swap=(BOX, "CSQU3054384")))
    assert (result["container_no"], result["quality_flags"]) == ("CSQU3054384", ["BAD_CHECK_DIGIT"])


@pytest.mark.parametrize("number", ["", "CSQU305438", "CSQU30543833", "3054383CSQU", "CSQU305438X", "CSQU３054383"])
def test_what_is_no_container_number_is_refused(number: str) -> None:
    assert error(gate(swap=(BOX, number))).code == "BAD_CONTAINER"


def test_spaces_and_hyphens_in_a_container_number_do_not_matter() -> None:
    assert record(gate(swap=(BOX, "csqu 305438-3")))["container_no"] == BOX


@pytest.mark.parametrize(
    ("segment", "kilograms"),
    [
        ("MEA+AAE+VGM+KGM:24100", 24100.0), ("MEA+AAE+AET+KGM:24200", 24200.0), ("MEA+WT++KGM:24300", 24300.0),
        ("MEA+AAE+G+TNE:24.4", 24400.0), ("MEA+AAE+G+LBR:1000", 453.59237), ("MEA+AAE+T+KGM:2200", None),
    ],
)  # fmt: skip
def test_a_weight_is_gross_and_in_kilograms(segment: str, kilograms: float | None) -> None:
    result = record(gate(swap=("MEA+AAE+G+KGM:24500", segment)))
    assert result["weigh_kg"] == (pytest.approx(kilograms) if kilograms else None)


def test_the_verified_mass_counts_before_any_other_whatever_the_order() -> None:
    assert record(gate(boxes=[*GATE_BOX, "MEA+AAE+VGM+KGM:24111"]))["weigh_kg"] == 24111.0
    assert record(gate(boxes=[GATE_BOX[0], "MEA+AAE+VGM+KGM:24111", *GATE_BOX[1:]]))["weigh_kg"] == 24111.0


@pytest.mark.parametrize("sent", ["KGM:heavy", "KGM:-5", "KGM:nan", "KGM:1_000", "STN:24", "KGM:9999999"])
def test_what_is_no_weight_is_left_open_and_flagged(sent: str) -> None:
    result = record(gate(swap=("KGM:24500", sent)))
    assert (result["weigh_kg"], result["quality_flags"]) == (None, ["BAD_WEIGHT"])


@pytest.mark.parametrize(
    ("references", "bill", "flags"),
    [
        (["RFF+BM:A", "RFF+MB:B", "RFF+BN:C"], "B", []), (["RFF+BN:C", "RFF+BM:A"], "A", []),
        (["RFF+BN:C"], "C", ["BOOKING_AS_BILL"]), (["RFF+ABT:X", "RFF+BM"], None, []),
    ],
)  # fmt: skip
def test_the_master_bill_comes_before_the_bill_and_the_booking(
    references: list[str], bill: str | None, flags: list[str]
) -> None:  # fmt: skip
    boxes = [GATE_BOX[0], *references, *GATE_BOX[2:]]
    result = record(gate(boxes=boxes))
    assert (result["bill_no"], result["quality_flags"]) == (bill, flags)


def test_a_load_goes_to_the_next_port_of_discharge() -> None:
    assert record(berth("LOC+152+CNTAO:139:6", code="46"))["pod"] == "CNTAO"
    assert record(berth("LOC+152+CNTAO:139:6", code="44"))["pod"] == "CNYAT"
    assert record(berth(code="46"))["pod"] == "CNYAT"


@pytest.mark.parametrize("status", ["4", "7"])
def test_a_box_that_did_not_move_makes_no_event_and_is_told(status: str) -> None:
    result = berth(swap=("++3+5", f"++{status}+5"))
    assert (result.events, result.errors) == ([], [])
    assert [(w.code, w.value) for w in result.warnings] == [("NOT_A_MOVE", status)]


@pytest.mark.parametrize("status", ["5", "14"])
def test_a_shifted_box_is_a_shift_and_no_discharge(status: str) -> None:
    assert record(berth(swap=("++3+5", f"++{status}+5")))["move"] == "SHIF"


def test_other_equipment_makes_no_event_and_is_told() -> None:
    result = gate(swap=("EQD+CN", "EQD+CH"))
    assert (result.events, [w.code for w in result.warnings]) == ([], ["NOT_A_CONTAINER"])


@pytest.mark.parametrize(
    ("identity", "vessel", "flags"),
    [
        ("9399038:146::MSC BETTINA", "IMO:9399038", []), ("9399038:146:11:MSC BETTINA", "IMO:9399038", []),
        ("1111111:146::MSC BETTINA", "NAME:MSC BETTINA", ["BAD_IMO"]),
        ("OWJG2:103::MSC  bettina", "NAME:MSC BETTINA", ["VESSEL_BY_NAME"]),
        ("OWJG2:103", "NAME:OWJG2", ["VESSEL_BY_NAME"]), ("P202400002:ZZZ::LU FEEDER 3", "CNSHIP:P202400002", []),
    ],
)  # fmt: skip
def test_a_vessel_goes_by_the_best_identity_that_is_known(identity: str, vessel: str, flags: list[str]) -> None:
    result = record(berth(vessel=VESSEL.replace("9399038:146::MSC BETTINA", identity)))
    assert (result["vessel_id"], result["quality_flags"]) == (vessel, flags)


def test_a_quay_move_without_a_vessel_is_refused_and_a_gate_move_is_not() -> None:
    assert error(berth(vessel="")).code == "NO_VESSEL"
    assert record(gate(vessel=""))["vessel_id"] is None


def test_a_ship_stay_number_is_the_port_call() -> None:
    assert record(berth(vessel=f"{VESSEL}'RFF+ATZ:YT26112401"))["port_call_id"] == "YT26112401"


def test_the_voyage_may_stand_in_a_reference() -> None:
    assert record(berth(vessel=f"{VESSEL.replace('FK243A', '')}'RFF+VON:FK244"))["voyage"] == "FK244"


def test_terminal_codes_are_the_platforms_and_unknown_ones_are_flagged() -> None:
    profile = Profile("YTPORT", "YPCT", "yantai", terminals={"T3": "YPCT"}, terminal="YPCT")
    flags = {}
    for sent, expected in (("T3", "YPCT"), ("T9", "T9"), ("", "YPCT")):
        data = interchange(message([s.replace("+YPCT", f"+{sent}") for s in GATE_BOX]))
        (event,) = collect(read(data, profile=profile)).events
        assert event.record["terminal_code"] == expected
        flags[sent] = event.record["quality_flags"]
    assert flags == {"T3": [], "T9": ["UNKNOWN_TERMINAL"], "": []}


def test_another_ports_place_is_flagged() -> None:
    result = record(gate(swap=("LOC+165+CNYAT", "LOC+165+CNTAO")))
    assert (result["port"], result["unlocode_raw"], result["quality_flags"]) == ("yantai", "CNTAO", ["PORT_MISMATCH"])


def test_a_place_that_is_no_locode_is_kept_and_flagged() -> None:
    result = record(berth(swap=("USLGB", "LONG BEACH")))
    assert (result["pol"], result["quality_flags"]) == ("LONG BEACH", ["BAD_LOCODE"])


def test_text_that_cannot_be_a_key_is_refused() -> None:
    assert error(gate(swap=("QDBL1", "QD|BL"))).code == "BAD_CHARACTER"
    assert error(berth(vessel=VESSEL.replace("FK243A", "FK|3"))).code == "BAD_CHARACTER"


def test_the_mode_at_the_gate_is_that_of_the_truck_or_train_not_of_the_ship() -> None:
    assert record(gate(swap=("TDT+1++3+31++++LUB12345", "TDT+1++2")))["mode"] == "RAIL"
    ship = record(gate(swap=("TDT+1++3+31++++LUB12345", "TDT+30++1")))
    assert (ship["mode"], ship["truck_plate"]) == (None, None)


def test_damage_is_flagged() -> None:
    assert record(gate(boxes=[*GATE_BOX, "FTX+DAR++2::184"]))["quality_flags"] == ["DAMAGE_REPORTED"]


def test_a_warning_is_told_once_and_flags_every_box() -> None:
    boxes = [s.replace(BOX, number).replace("22G1", "99ZZ") for number in (BOX, "MSCU1234566") for s in GATE_BOX]
    result = gate(boxes=boxes)
    assert [e.record["quality_flags"] for e in result.events] == [["UNKNOWN_SIZE_TYPE"]] * 2
    assert [w.code for w in result.warnings] == ["UNKNOWN_SIZE_TYPE"]


def test_text_that_could_not_be_decoded_is_flagged_and_told() -> None:
    data = interchange(message(GATE_BOX)).replace(b"LUB12345", b"\xff\xff12345")
    result = collect(read(data))
    assert record(result)["quality_flags"] == ["BAD_CHARSET"]
    assert [(w.code, w.element) for w in result.warnings] == [("BAD_CHARSET", "TDT")]


def test_the_plate_is_that_of_the_stage_whose_mode_counts() -> None:
    head = f"{VESSEL}'TDT+1++3+31++++LUHEAD"
    boxes = [s if not s.startswith("TDT") else "TDT+1++3" for s in GATE_BOX]
    assert record(gate(vessel=head))["truck_plate"] == "LUB12345"
    assert record(gate(boxes=boxes, vessel=head))["truck_plate"] is None
    assert record(gate(boxes=[s for s in GATE_BOX if not s.startswith("TDT")], vessel=head))["truck_plate"] == "LUHEAD"
