"""Each message after BAPLIE in the dialects that makers really write: the events, their codes, times and flags."""

from __future__ import annotations

from typing import Any

import pytest

from connectors.edi import Event, Reading, collect, read
from schemas.codec import decode, encode
from schemas.validate import validate
from tests.unit.edi.building import BOX, OTHER_BOX, VESSEL

MINUTE = 60_000
#: 2026-11-24 17:30 in Beijing.
MADE = 1795512600000
LATER = {"12:00 on the 25th": 1795579200000, "06:00 on the 26th": 1795644000000}


def said(kind: str, *segments: str, directory: str = "95B") -> Reading:
    """What a message with these segments after its UNH says to Qingdao."""
    body = "".join(f"{s}'" for s in segments)
    text = f"UNB+UNOA:2+LINE+YGT+261124:1730+9'UNH+1+{kind}:D:{directory}:UN'{body}UNT+{len(segments) + 2}+1'UNZ+1+9'"
    return collect(read(text.encode(), port="qingdao"))


def records(result: Reading) -> list[dict[str, Any]]:
    """The records, each of which the platform takes."""
    assert [str(error) for error in result.errors] == []
    for event in result.events:
        assert isinstance(event, Event)
        assert validate(event.kind, event.record, event.port) == []
        assert decode(encode(event.kind, event.record), event.kind)["event_id"] == event.record["event_id"]
        assert event.topic == f"qingdao.{event.kind}.v1"
    return [event.record for event in result.events]


def only(result: Reading) -> dict[str, Any]:
    (record,) = records(result)
    return record


def codes(result: Reading) -> set[str]:
    return {problem.code for problem in (*result.errors, *result.warnings)} - {"SENDER_NOT_LISTED"}


def picked(record: dict[str, Any], *names: str) -> tuple[Any, ...]:
    return tuple(record[name] for name in names)


# BAPLIE

BAY_HEAD = (
    "BGM++BAY1+9", "DTM+137:2611241730:201", VESSEL, "LOC+5+KRPTK:139:6", "LOC+61+CNTAO:139:6",
    "DTM+133:2611230000:201", "DTM+132:2611251200:201", "RFF+VON:2609N",
)  # fmt: skip
POSITION = (
    "LOC+147+0100284::5", "FTX+AAY+++X", "MEA+VGM++KGM:24500", "LOC+9+KRPTK", "LOC+11+CNTAO", "LOC+83+CNTAO", "RFF+BM:1",
    f"EQD+CN+{BOX}+45G1+++5", "DGS+IMD+3+1170++2", "NAD+CA+COS:172:20",
)  # fmt: skip


def test_a_bayplan_of_2x_plans_the_discharge_of_the_boxes_for_this_port() -> None:
    record = only(said("BAPLIE", *BAY_HEAD, *POSITION))
    assert picked(record, "event_type", "classifier", "move", "container_no", "slot", "pol", "pod") == (
        "QUAY_MOVE", "PLN", "DISC", BOX, "0100284", "KRPTK", "CNTAO",
    )  # fmt: skip
    assert picked(record, "vessel_id", "voyage", "weigh_kg", "ef") == ("IMO:9399038", "FK243A", 24500.0, "F")
    assert record["event_time"] == LATER["12:00 on the 25th"]  # the ship's ETA
    assert record["bill_no"] is None  # RFF+BM:1 is what bayplans write where there is no bill
    assert record["event_id"] == f"LINE/BAPLIE/BAY1/{BOX}/DISC"


def test_a_bayplan_of_31_has_verified_masses_and_code_lists_in_every_composite() -> None:
    result = said(
        "BAPLIE", "BGM+659+M-EX1/1+9", "DTM+137:202611241730:203", "NAD+CA+HLC:LINES:306",
        "TDT+20+014E47+++HLC:LINES:306+++9501332::11:NEW YORK EXPRESS", "LOC+5+CNTAO", "LOC+61+DEHAM",
        "DTM+133:202611251200:203", "LOC+147+0501490::5", f"EQD+CN+{BOX}:6346:5+45R1:6346:5+++5", "MEA+AAE+WT+TNE:12",
        "MEA+AAE+VGM+KGM:12500", "LOC+9+CNTAO", "LOC+11+DEHAM", "RFF+BN:BOOK1", "TMP+2+-1.5:CEL",
        directory="13B",
    )  # fmt: skip
    record = only(result)
    assert picked(record, "move", "slot", "weigh_kg", "iso_type") == ("LOAD", "0501490", 12500.0, "45R1")
    assert picked(record, "vessel_id", "pod") == ("IMO:9501332", "DEHAM")
    assert record["event_time"] == LATER["12:00 on the 25th"]  # the ship's ETD
    assert (record["bill_no"], codes(result)) == ("BOOK1", {"BOOKING_AS_BILL"})


def test_boxes_that_stay_on_board_are_counted_and_make_no_event() -> None:
    elsewhere = [s.replace("CNTAO", "CNDLC") for s in POSITION]
    result = said("BAPLIE", *BAY_HEAD, *elsewhere, *elsewhere, *POSITION)
    assert [r["container_no"] for r in records(result)] == [BOX]
    (told,) = [w for w in result.warnings if w.code == "STAYS_ON_BOARD"]
    assert told.value == "2"


def test_a_stowage_position_without_a_box_makes_no_event() -> None:
    assert only(said("BAPLIE", *BAY_HEAD, "LOC+147+0100304::5", "LOC+9+KRPTK", *POSITION))["slot"] == "0100284"


def test_two_boxes_in_one_position_are_two() -> None:
    found = records(said("BAPLIE", *BAY_HEAD, *POSITION, f"EQD+CN+{OTHER_BOX}+22P1+++4", "NAD+CA+COS:172:20"))
    assert [picked(r, "container_no", "slot", "pod", "ef") for r in found] == [
        (BOX, "0100284", "CNTAO", "F"), (OTHER_BOX, "0100284", "CNTAO", "E"),
    ]  # fmt: skip


def test_makers_that_put_the_box_before_its_position_are_read_alike() -> None:
    boxes = [f"EQD+CN+{BOX}+22G1+++5", "LOC+147+0200404", "LOC+11+CNTAO", f"EQD+CN+{OTHER_BOX}+22G1+++5", "LOC+147+0200406",
             "LOC+11+CNTAO"]  # fmt: skip
    assert [picked(r, "container_no", "slot") for r in records(said("BAPLIE", *BAY_HEAD, *boxes))] == [
        (BOX, "0200404"), (OTHER_BOX, "0200406"),
    ]  # fmt: skip


def test_a_box_without_a_number_is_told_and_stops_no_other() -> None:
    unnamed = [s.replace(BOX, "") for s in POSITION]
    result = said("BAPLIE", *BAY_HEAD, *unnamed, *POSITION)
    assert [r["container_no"] for r in records(result)] == [BOX]
    assert "NO_NUMBER" in codes(result)


def test_a_plan_without_a_time_stands_at_the_documents_with_a_flag() -> None:
    record = only(said("BAPLIE", *(s for s in BAY_HEAD if not s.startswith("DTM+132")), *POSITION))
    assert (record["event_time"], record["quality_flags"]) == (MADE, ["SENDER_NOT_LISTED", "NO_PLAN_TIME"])


def test_a_wrong_estimate_does_not_refuse_a_bayplan() -> None:
    record = only(said("BAPLIE", *(s.replace("2611251200", "NOTIME") for s in BAY_HEAD), *POSITION))
    assert (record["event_time"], record["quality_flags"][-1]) == (MADE, "NO_PLAN_TIME")


def test_units_and_size_types_outside_the_lists_are_flagged_and_not_guessed() -> None:
    record = only(said("BAPLIE", *BAY_HEAD, *(s.replace("KGM", "STN").replace("+45G1", "+:::42G0") for s in POSITION)))
    assert (record["weigh_kg"], record["iso_type"]) == (None, "42G0")
    assert "BAD_WEIGHT" in record["quality_flags"]


@pytest.mark.parametrize(("sent", "kilograms"), [("24500.5", 24500.5), ("24500,5", 24500.5), ("24,500", None)])
def test_a_comma_is_a_decimal_mark_unless_it_may_separate_thousands(sent: str, kilograms: float | None) -> None:
    record = only(said("BAPLIE", *BAY_HEAD, *(s.replace(":24500", f":{sent}") for s in POSITION)))
    assert (record["weigh_kg"], "BAD_WEIGHT" in record["quality_flags"]) == (kilograms, kilograms is None)


# COPRAR

ORDER_BOX = (
    f"EQD+CN+{BOX}+22R1:102:5++2+5", "RFF+BN:4006531400", "LOC+11+HKHKG:139:6", "LOC+7+SGSIN:139:6",
    "MEA+AAE+VGM+KGM:11495.14", "SEL+S1+SH", "TMP+2+14.3:CEL", "FTX+AAA+++GENERAL CARGO", "DGS+IMD+3+1366",
)  # fmt: skip


def order(*boxes: str, code: str = "45", directory: str = "95B") -> Reading:
    head = (f"BGM+{code}+ORD1+9", VESSEL, "LOC+9+CNTAO:139:6", "DTM+132:202611251200:203", "DTM+133:202611260600:203")
    return said("COPRAR", *head, *boxes, directory=directory)


def test_a_loading_order_announces_lines_that_make_no_milestone() -> None:
    record = only(order(*ORDER_BOX))
    assert picked(record, "event_type", "classifier", "manifest_kind", "direction", "master_bl", "container_no") == (
        "MANIFEST_LINE", "PLN", "PREPARED", "E", "4006531400", BOX,
    )  # fmt: skip
    assert picked(record, "pol", "pod", "final_dest", "gross_kg", "reefer_setpoint", "goods", "dg") == (
        "CNTAO", "HKHKG", "SGSIN", 11495.14, 14.3, "GENERAL CARGO", {"imdg": "3", "un": "1366"},
    )  # fmt: skip
    assert record["event_time"] == LATER["06:00 on the 26th"]
    assert [seal["no"] for seal in record["seals"]] == ["S1"]


@pytest.mark.parametrize(
    ("directory", "code", "kind"),
    [("95B", "43", "ORIGINAL"), ("95B", "45", "PREPARED"), ("00B", "118", "ORIGINAL"), ("21A", "121", "PREPARED")],
)  # fmt: skip
def test_the_code_of_the_directory_tells_loading_from_discharge(directory: str, code: str, kind: str) -> None:
    result = order(*ORDER_BOX, code=code, directory=directory)
    assert (only(result)["manifest_kind"], codes(result)) == (kind, {"BOOKING_AS_BILL"})


def test_an_order_in_a_later_directory_with_the_old_code_is_taken_with_a_flag() -> None:
    assert "UNCONFIRMED_CODE" in only(order(*ORDER_BOX, code="45", directory="00B"))["quality_flags"]


def test_a_box_without_bill_and_booking_becomes_a_planned_quay_move() -> None:
    record = only(order(*(s for s in ORDER_BOX if not s.startswith("RFF"))))
    assert picked(record, "event_type", "classifier", "move", "pod") == ("QUAY_MOVE", "PLN", "LOAD", "HKHKG")


# COPARN, VERMAS

def test_a_gate_in_order_plans_the_gate_move_of_its_box() -> None:
    record = only(said(
        "COPARN", "BGM+11:::GATE IN ORDER+82004167+9", "RFF+BN:82004167-004", VESSEL, "LOC+9+CNTAO:139:6", "GID+1",
        f"SGP+{BOX}", f"EQD+CN+{BOX}+22G1:102:5++2+5", "RFF+BN:82004167-004", "LOC+11+NZAKL:139:6",
        "DTM+7:202611251200:203", "MEA+AAE+G+KGM:4000", "CNT+16:1",
    ))  # fmt: skip
    assert picked(record, "event_type", "classifier", "move", "purpose", "bill_no") == (
        "GATE_MOVE", "PLN", "IN", "EXPORT_IN", "82004167-004",
    )  # fmt: skip
    assert record["event_time"] == LATER["12:00 on the 25th"]


def test_a_release_order_without_numbers_is_a_line_of_its_booking() -> None:
    record = only(said(
        "COPARN", "BGM+12:::RELEASE ORDER+3+9", "RFF+BN:SAL/01", VESSEL, "EQD+CN++42G1:102:5++2+4", "EQN+3",
        "LOC+11+ITGIT:139:6",
    ))  # fmt: skip
    assert picked(record, "event_type", "classifier", "master_bl", "ef", "load_type", "iso_type") == (
        "MANIFEST_LINE", "PLN", "SAL/01", "E", "EMPTY", "42G1",
    )  # fmt: skip


def test_a_replacement_that_names_no_other_document_replaces_its_own_number() -> None:
    first, again, gone = (
        only(said("COPARN", f"BGM+126+43972+{function}", VESSEL, f"EQD+CN+{BOX}+22G1++2+5", directory="00B"))
        for function in ("9", "5", "1")
    )
    assert first["event_id"] == again["event_id"] == gone["event_id"]
    assert first["updated_time"] < again["updated_time"] < gone["updated_time"]
    assert (first["is_retracted"], gone["is_retracted"]) == (False, True)


def test_a_vgm_has_its_mass_method_party_and_time() -> None:
    record = only(said(
        "VERMAS", "BGM+749+VGM1+9", "DTM+137:202611241730:203", "NAD+TB", f"EQD+CN+{BOX}:6346:5+22G1:6346:5+++5",
        "RFF+BN:4001234567", "SEL+45545:CA", "MEA+AAE+VGM+KGM:12120", "DTM+WAT:202611251200:203", "DOC+SM1:VGM:306+X",
        "NAD+SPC+++MY COMPANY", directory="16A",
    ))  # fmt: skip
    assert picked(record, "event_type", "classifier", "container_no", "master_bl") == ("VGM", "ACT", BOX, None)
    assert record["vgm"] == {"kg": 12120.0, "method": "SM1", "party": "MY COMPANY"}
    assert record["event_time"] == LATER["12:00 on the 25th"]


def test_a_box_whose_mass_is_not_verified_is_refused() -> None:
    result = said("VERMAS", "BGM+749+VGM1+9", f"EQD+CN+{BOX}+22G1", "MEA+WT+AAL+KGM:12120", directory="16A")
    assert (result.events, [e.code for e in result.errors]) == ([], ["NO_VGM"])


# IFTSAI, BERMAN, MOVINS

def test_a_schedule_gives_the_estimates_of_this_ports_calls_ship_by_ship() -> None:
    found = records(said(
        "IFTSAI", "BGM+TS2+V1+9", VESSEL, "LOC+9+NLRTM:139:6", "DTM+132:202611200000:203", "LOC+94+CNTAO:139:6",
        "DTM+132:202611251200:203", "DTM+133:202611260600:203", "TDT+20+906E+1++COS:172+++9321483:146::KING",
        "LOC+152+CNTAO:139:6", "DTM+178:202611251200:203", directory="99B",
    ))  # fmt: skip
    names = ("vessel_id", "voyage_in", "classifier", "service", "phase", "call_event", "event_time")
    assert [picked(record, *names) for record in found] == [
        ("IMO:9399038", "FK243A", "EST", "ANCHOR", "INBD", "ARRI", LATER["12:00 on the 25th"]),
        ("IMO:9399038", "FK243A", "EST", "BERTH", "OUTB", "DEPA", LATER["06:00 on the 26th"]),
        ("IMO:9321483", "906E", "ACT", "ANCHOR", "INBD", "ARRI", LATER["12:00 on the 25th"]),
    ]  # fmt: skip
    assert len({r["event_id"] for r in found}) == 3


def test_a_schedule_without_a_call_here_says_so() -> None:
    result = said("IFTSAI", "BGM+TS2+V1+9", VESSEL, "LOC+9+NLRTM:139:6", "DTM+132:202611200000:203", directory="99B")
    assert (result.events, codes(result)) == ([], {"NO_CALL_HERE"})


def test_a_berth_request_is_requested_for_the_call_that_it_names() -> None:
    found = records(said(
        "BERMAN", "BGM+22+BR1+9", "RFF+ATZ:CALL77", VESSEL, "DTM+132:202611251200:203", "DTM+133:202611260600:203",
        "LOC+153+CNTAO:139:6", "LOC+164+CNTAO:139:6+Q67:BER:ZZZ", directory="00B",
    ))  # fmt: skip
    assert [picked(r, "classifier", "service", "call_event", "port_call_id", "berth_code", "event_time") for r in found] == [
        ("REQ", "BERTH", "ARRI", "CALL77", "Q67", LATER["12:00 on the 25th"]),
        ("REQ", "BERTH", "DEPA", "CALL77", "Q67", LATER["06:00 on the 26th"]),
    ]  # fmt: skip


def test_stowage_instructions_do_what_their_handling_says() -> None:
    box, other = (f"EQD+CN+{number}+22G1+++5" for number in (BOX, OTHER_BOX))
    found = records(said(
        "MOVINS", "BGM++1+9", VESSEL, "LOC+5+CNTAO:139:6", "DTM+133:202611260600:203", "HAN+LOA", "LOC+147+0150682::5",
        "RFF+BM:1", "LOC+11+KRPUS", box, "HAN+RES", "LOC+147+0150282::5", "RFF+BM:1", other,
    ))  # fmt: skip
    assert [picked(r, "move", "container_no", "slot", "classifier") for r in found] == [
        ("LOAD", BOX, "0150682", "PLN"), ("SHIF", OTHER_BOX, "0150282", "PLN"),
    ]  # fmt: skip


def test_without_handling_the_ports_of_a_box_tell() -> None:
    record = only(said(
        "MOVINS", "BGM+110+D+9", VESSEL, f"EQD+CN+{BOX}+22G1+5++5", "LOC+147+0150682:139:6", "LOC+11+CLVAP:139:6",
        "LOC+9+CNTAO:139:6",
    ))  # fmt: skip
    assert record["move"] == "LOAD"


# CUSCAR, IFCSUM, CUSRES

MANIFEST_HEAD = ("BGM+85+MAN1+9", "DTM+137:20261124:102", "NAD+MS+X:172:166", VESSEL, "LOC+60+CNTAO:139")


def test_a_manifest_has_a_line_for_each_box_of_each_bill() -> None:
    found = records(said(
        "CUSCAR", *MANIFEST_HEAD, f"EQD+CN+{BOX}+45G1:102:5++3+5", "SEL+S1+CA", f"EQD+CN+{OTHER_BOX}+42G1:102:5++3+5",
        "CNI+1", "RFF+BM:BILL1", "LOC+9+USLGB", "LOC+11+CNTAO", "NAD+CN+++CONSIGNEE CO", "NAD+CZ++SHIPPER CO", "GID+1+100:PK",
        "FTX+AAA+++FURNITURE", "MEA+AAE+G+KGM:12000", f"SGP+{BOX}+60", "MEA+AAE+G+KGM:7000", f"SGP+{OTHER_BOX}+40",
        "CNI+2", "RFF+BM:BILL2", "LOC+9+CNTAO", "LOC+11+USLGB", "GID+1+5:PK", "GID+2+7:CT",
    ))  # fmt: skip
    assert [picked(r, "manifest_kind", "direction", "master_bl", "container_no", "iso_type", "gross_kg") for r in found] == [
        ("ORIGINAL", "I", "BILL1", BOX, "45G1", 7000.0), ("ORIGINAL", "I", "BILL1", OTHER_BOX, "42G1", None),
        ("PREPARED", "E", "BILL2", None, None, None),
    ]  # fmt: skip
    assert [r["packages"] for r in found] == [60, 40, 12]
    assert found[0]["parties"] == {"shipper": "SHIPPER CO", "consignee": "CONSIGNEE CO", "agent": None}
    assert picked(found[0], "classifier", "goods", "trade", "event_time") == ("ACT", "FURNITURE", "F", MADE)
    assert [seal["no"] for seal in found[0]["seals"]] == ["S1"]


def test_several_bills_under_one_consignment_are_several() -> None:
    found = records(said(
        "CUSCAR", *MANIFEST_HEAD, "CNI+1+MASTER", "RFF+BM:BILL1", "LOC+11+CNTAO", "GID+1+3:PK", "RFF+BM:BILL2",
        "LOC+11+CNTAO", "GID+1+4:PK", directory="16A",
    ))  # fmt: skip
    assert [picked(r, "master_bl", "packages") for r in found] == [("BILL1", 3), ("BILL2", 4)]


def test_bill_numbers_in_the_head_of_a_manifest_are_no_bills_of_it() -> None:
    head = (*MANIFEST_HEAD, "RFF+BM:OLD1", "RFF+BM:OLD2")
    (record,) = records(said("CUSCAR", *head, "CNI+1", "RFF+BM:BILL1", "LOC+11+CNTAO"))
    assert record["master_bl"] == "BILL1"


def test_a_manifest_with_its_boxes_under_each_bill_is_read_alike() -> None:
    record = only(said(
        "IFCSUM", "BGM+785+DOC9+9+AB", "DTM+137:202611241730:203", VESSEL, "LOC+11+CNTAO", "CNI+1", "RFF+AAJ:X",
        "RFF+BM:930136910", f"EQD+CN+{BOX}+40GP+++5", "MEA+AAE+G+KGM:2280", "SEL+SEAL1", directory="98B",
    ))  # fmt: skip
    assert picked(record, "manifest_kind", "master_bl", "container_no", "gross_kg", "pod") == (
        "ORIGINAL", "930136910", BOX, 2280.0, "CNTAO",
    )  # fmt: skip


def test_a_bill_for_another_port_is_flagged() -> None:
    record = only(said("CUSCAR", *MANIFEST_HEAD, "CNI+1", "RFF+BM:BILL1", "LOC+11+KRPUS"))
    assert "PORT_MISMATCH" in record["quality_flags"]


def test_a_bill_without_number_is_refused_and_stops_no_other() -> None:
    result = said("CUSCAR", *MANIFEST_HEAD, "CNI+1", "RFF+AAJ:X", "CNI+2", "RFF+BM:BILL2", "LOC+11+CNTAO")
    assert [e.key for e in result.events] == ["BILL2"]
    assert [e.code for e in result.errors] == ["NO_BILL"]


@pytest.mark.parametrize(
    ("decision", "stage", "action"),
    [("GIS+4", "DECLARATION", "RELEASE"), ("GIS+5", "DECLARATION", "INSPECT_SELECT"), ("GIS+7", "DECLARATION", "HOLD"),
     ("GEI+5+8", "TRANSIT", "APPROVE")],
)  # fmt: skip
def test_customs_answer_is_a_release_of_each_box_of_the_bill(decision: str, stage: str, action: str) -> None:
    found = records(said(
        "CUSRES", "BGM+961+8010S+11", "DTM+9:202611251200:203", "RFF+ABT:DEC1", "RFF+BM:BILL1", f"RFF+AAQ:{BOX}",
        f"RFF+AAQ:{OTHER_BOX}", decision, directory="00A",
    ))  # fmt: skip
    assert [picked(r, "authority", "stage", "action", "bill_no", "container_no", "declaration_no") for r in found] == [
        ("CUSTOMS", stage, action, "BILL1", BOX, "DEC1"), ("CUSTOMS", stage, action, "BILL1", OTHER_BOX, "DEC1"),
    ]  # fmt: skip
    assert found[0]["event_time"] == LATER["12:00 on the 25th"]


@pytest.mark.parametrize(
    ("segments", "code"),
    [
        (("RFF+BM:BILL1", "GIS+4:120:143"), "NO_DECISION"),  # a national list, in which 4 is something else
        (("RFF+BM:BILL1", "GIS+1"), "NO_DECISION"),
        (("RFF+ABT:DEC1", "GIS+4"), "NO_SCOPE"),
    ],
)  # fmt: skip
def test_an_answer_that_decides_nothing_or_names_nothing_is_refused(segments: tuple[str, ...], code: str) -> None:
    result = said("CUSRES", "BGM+961+8010S+11", *segments, directory="00A")
    assert (result.events, [e.code for e in result.errors]) == ([], [code])


# APERAK, CONTRL

def test_an_answer_to_us_is_told_and_makes_no_event() -> None:
    refused = said("APERAK", "BGM+313+A1+27", "RFF+ACW:DOC7", "ERC+12::ZZZ", "FTX+AAO+++BAD BOX", directory="96A")
    (told,) = [w for w in refused.warnings if w.code == "REPLY_REFUSED"]
    assert (refused.events, told.value, told.expected) == ([], "DOC7", "ERC 12, BAD BOX")
    taken = said("CONTRL", "UCI+72+B:14+A:ZZZ+7", "UCM+17+CUSCAR:D:03B:UN+4+13", "UCS+5", "UCD+13+2:1", directory="3")
    assert [(w.severity, w.code, w.value) for w in taken.warnings] == [
        ("note", "REPLY_ACCEPTED", "72"), ("warning", "REPLY_REFUSED", "17"),
    ]  # fmt: skip
    assert "segment 5, element 2:1: 0085 13" in taken.warnings[1].expected


def test_a_cancelled_call_needs_its_ship() -> None:
    result = said("IFTSAI", "BGM+TS2+V1+3", "LOC+94+CNTAO", "DTM+132:202611251200:203", directory="99B")
    assert (result.events, [e.code for e in result.errors]) == ([], ["NO_VESSEL"])
