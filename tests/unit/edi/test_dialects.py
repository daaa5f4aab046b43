"""CODECO and COARRI as different makers write them: the same boxes, moves, times, terminals and bills."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from connectors.edi import Profile, Reading, collect, read
from schemas.validate import validate
from tests.unit.edi.building import BOX, GATE_BOX, OTHER_BOX, interchange, message

AT_17_05 = 1795511100000
PROFILE = Profile("TERM", "TERM", "qingdao")
SHIP = "TDT+20+012W+1++COS:172:20+++9399038:146:11:MSC BETTINA:PA"


def found(kind: str, directory: str, association: str, body: Sequence[str], between: str = "'\r\n") -> Reading:
    message = [f"UNH+1+{kind}:D:{directory}:UN:{association}", *body]
    segments = ["UNB+UNOA:2+TERM+LINE+261124:1730+77", *message, f"UNT+{len(message) + 1}+1", "UNZ+1+77"]
    reading = collect(read("".join(segment + between for segment in segments).encode(), profile=PROFILE))
    for event in reading.events:
        assert validate(event.kind, event.record, event.port) == []
    return reading


def said(reading: Reading, *fields: str) -> list[tuple[Any, ...]]:
    assert reading.errors == []
    return [tuple(event.record[name] for name in fields) for event in reading.events]


@pytest.mark.parametrize("between", ["'", "'\r\n", "'\n", "'\r\n\r\n"])
def test_codeco_of_itigg_1_4_with_several_boxes_and_empty_elements_at_the_end(between: str) -> None:
    reading = found("CODECO", "95B", "ITG14", [
        "BGM+34+D1+9", SHIP, "NAD+CF+COS:160:166+++++",
        f"EQD+CN+{BOX}+22G1:102:5++2+5++", "RFF+BN:BK1", "RFF+BM:BL1", "DTM+7:202611241705:203:::",
        "LOC+165+CNTAO:139:6+QQCTU:TER:ZZZ",
        f"EQD+CN+{OTHER_BOX}+45G1:102:5+++4+", "DTM+7:20261124170500:204", "LOC+165+CNTAO:139:6+QQCTU:TER:ZZZ", "CNT+16:2",
    ], between)  # fmt: skip
    fields = ("container_no", "event_time", "bill_no", "ef", "iso_type", "terminal_code", "vessel_id", "purpose")
    assert said(reading, *fields) == [
        (BOX, AT_17_05, "BL1", "F", "22G1", "QQCTU", "IMO:9399038", "EXPORT_IN"),
        (OTHER_BOX, AT_17_05, None, "E", "45G1", "QQCTU", "IMO:9399038", "EMPTY_RETURN"),
    ]
    assert reading.warnings == []


def test_codeco_of_smdg_2_0_with_long_code_lists() -> None:
    reading = found("CODECO", "00B", "SMDG20", [
        "BGM+36+D2+9", "TDT+20+012W++172:::+COS:LINES:306+++9399038:146::MSC BETTINA", "NAD+CF+COS:LINES:306",
        f"EQD+CN+{BOX}:6346:5+45G1:6346:5++3+5", "RFF+BM:BL1", "DTM+7:202611241705:203",
        "LOC+165+CNTAO:139:6+QQCTU:TERMINALS:306", "MEA+AAE+VGM+KGM:24500", "SEL+A1+CA+1",
        "TDT+1++3++TRK:172+++LUB123:146::LUB123", "CNT+16:1",
    ])  # fmt: skip
    assert said(reading, "move", "container_no", "event_time", "iso_type", "terminal_code", "weigh_kg", "truck_plate") == [
        ("OUT", BOX, AT_17_05, "45G1", "QQCTU", 24500.0, "LUB123")
    ]
    assert [problem.code for problem in reading.warnings] == ["UNCONFIRMED_CODE"]


def test_coarri_of_smdg_2_1_names_port_and_terminal_in_its_head_and_the_ship_by_the_list_imo() -> None:
    reading = found("COARRI", "00B", "SMDG21", [
        "BGM+119+D3+9", "TDT+20+012W+++COS:LINES:306+++9399038:IMO:11:MSC BETTINA", "LOC+153+CNTAO:139:6+QQCTU:TERMINALS:306",
        f"EQD+CN+{BOX}:6346:5+45G1:6346:5++3+5", "RFF+BM:BL1", "DTM+403:202611241705:203", "LOC+147+0191006::5",
        "LOC+9+USLAX:139:6", "LOC+11+CNTAO:139:6", "CNT+16:1",
    ])  # fmt: skip
    assert said(reading, "move", "vessel_id", "terminal_code", "unlocode_raw", "slot", "pol", "pod", "event_time") == [
        ("DISC", "IMO:9399038", "QQCTU", "CNTAO", "0191006", "USLAX", "CNTAO", AT_17_05)
    ]
    assert reading.warnings == []


@pytest.mark.parametrize(("code", "kind", "own", "other"), [("44", "DISC", "11", "9"), ("46", "LOAD", "9", "11")])
def test_the_terminal_may_stand_beside_the_port_of_loading_or_discharge(code: str, kind: str, own: str, other: str) -> None:
    reading = found("COARRI", "95B", "SMDG15", [
        f"BGM+{code}+D4+9", SHIP, f"EQD+CN+{BOX}+2210:102:5++2+5", f"LOC+{other}+NLRTM:139:6+ECT:TER:ZZZ",
        f"LOC+{own}+CNTAO:139:6+QQCTU:TER:ZZZ", "DTM+203:2611241705:201", "CNT+16:1",
    ])  # fmt: skip
    assert said(reading, "move", "terminal_code", "event_time") == [(kind, "QQCTU", AT_17_05)]


def test_what_loc_165_says_goes_before_the_terminal_beside_a_port() -> None:
    reading = found("COARRI", "95B", "", [
        "BGM+44+D5+9", SHIP, f"EQD+CN+{BOX}+22G1++3+5", "LOC+11+CNTAO:139:6+QQCT", "LOC+165+CNTAO:139:6+QQCTU",
        "DTM+203:202611241705:203", "CNT+16:1",
    ])  # fmt: skip
    assert said(reading, "terminal_code") == [("QQCTU",)]


@pytest.mark.parametrize("form", ["202611241705:203", "20261124170500:204", "2611241705:201", "202611241705"])
def test_times_in_the_formats_that_are_met(form: str) -> None:
    reading = found("CODECO", "95B", "", ["BGM+34+D6+9", SHIP, f"EQD+CN+{BOX}", f"DTM+7:{form}", "CNT+16:1"])
    assert said(reading, "event_time") == [(AT_17_05,)]


def test_a_date_alone_is_flagged() -> None:
    reading = found("CODECO", "95B", "", ["BGM+34+D7+9", SHIP, f"EQD+CN+{BOX}", "DTM+7:20261124:102", "CNT+16:1"])
    assert said(reading, "event_time", "quality_flags") == [(1795449600000, ["TIME_IMPRECISE"])]


def test_codes_and_numbers_in_small_letters_are_the_same_box() -> None:
    body = ["BGM+46+D8+9", SHIP, f"EQD+cn+{BOX.lower()}+22G1:102:5++2+5", "DTM+203:202611241705:203", "CNT+16:1"]
    assert said(found("COARRI", "95B", "ITG14", body), "container_no", "move") == [(BOX, "LOAD")]


def test_equipment_without_its_kind_is_a_container_with_a_flag_and_never_lost() -> None:
    body = ["BGM+34+D9+9", SHIP, f"EQD++{BOX}+22G1", "DTM+7:202611241705:203", "CNT+16:1"]
    reading = found("CODECO", "95B", "", body)
    assert said(reading, "container_no", "quality_flags") == [(BOX, ["NO_EQUIPMENT_TYPE"])]
    assert [(w.code, w.position) for w in reading.warnings] == [("NO_EQUIPMENT_TYPE", 5)]


def test_a_trailer_is_still_no_container() -> None:
    body = ["BGM+34+D9+9", SHIP, "EQD+TE+LUB123", f"EQD+CN+{BOX}", "DTM+7:202611241705:203"]
    reading = found("CODECO", "95B", "", body)
    assert said(reading, "container_no") == [(BOX,)]
    assert [w.code for w in reading.warnings] == ["NOT_A_CONTAINER"]


@pytest.mark.parametrize(("references", "bill", "flags"), [
    (["RFF+BN:BK1", "RFF+BM:BL1"], "BL1", []), (["RFF+BM:BL1", "RFF+BN:BK1"], "BL1", []),
    (["RFF+BN:BK1"], "BK1", ["BOOKING_AS_BILL"]),
])  # fmt: skip
def test_a_bill_goes_before_a_booking(references: list[str], bill: str, flags: list[str]) -> None:
    body = ["BGM+34+D10+9", SHIP, f"EQD+CN+{BOX}", *references, "DTM+7:202611241705:203", "CNT+16:1"]
    assert said(found("CODECO", "95B", "", body), "bill_no", "quality_flags") == [(bill, flags)]


@pytest.mark.parametrize("far", [0, 30])
def test_escape_sequences_of_iso_2022_are_refused_by_name_and_stop_no_other_message(far: int) -> None:
    shifted = "GOODS " * far + "\x1b$BCfJ8>e3$\x1b(B"  # 中文上海 in ISO-2022-JP
    first = message([*GATE_BOX, f"FTX+AAA+++{shifted}"])
    data = interchange(first, message(GATE_BOX, reference="2"), syntax="UNOX")
    reading = collect(read(data))
    (problem,) = reading.errors
    assert (problem.code, problem.message, problem.element) == ("ESCAPE_SEQUENCE", "1", "FTX")
    assert ("<ESC>$B" in problem.en or far) and "UNOW" in problem.zh
    assert len(reading.events) == 1


def test_unox_without_escape_sequences_is_read() -> None:
    assert len(said(collect(read(interchange(message(GATE_BOX), syntax="UNOX"))), "container_no")) == 1
