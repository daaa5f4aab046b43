"""Messages as makers write them who hold to an older directory, to the practice of their port, or not to the standard."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from connectors.edi import Reading, collect, read
from connectors.edi.syntax import Segments
from connectors.reading import facts
from schemas.validate import validate
from tests.unit.edi.building import BOX, GATE_BOX, GATE_IN_BOX, GATE_IN_HEAD, OTHER_BOX, VESSEL, flat, interchange, message

AT_17_05, MIDNIGHT = 1795511100000, 1795449600000
#: 2026-11-24 17:30 and 2026-11-25 06:00 in Beijing.
MADE, SAILS = 1795512600000, 1795557600000
GATE = ("BGM+34+D1+9", VESSEL, f"EQD+CN+{BOX}+22G1++2+5", "DTM+7:202611241705:203", "CNT+16:1")


def raw(kind: str, *segments: str, directory: str = "95B", end: str = "'", made: str = "261124:1730") -> str:
    message = [f"UNH+1+{kind}:D:{directory}:UN", *segments, f"UNT+{len(segments) + 2}+1"]
    return "".join(segment + end for segment in (f"UNB+UNOA:2+LINE+YGT+{made}+9", *message, "UNZ+1+9"))


def said(data: str | bytes) -> Reading:
    """What it says to Qingdao; each event is one that the platform takes."""
    reading = collect(read(data.encode() if isinstance(data, str) else data, port="qingdao"))
    for event in reading.events:
        assert validate(event.kind, event.record, event.port) == []
    return reading


def records(reading: Reading) -> list[dict[str, Any]]:
    assert [str(error) for error in reading.errors] == []
    return [event.record for event in reading.events]


def only(data: str | bytes) -> dict[str, Any]:
    (record,) = records(said(data))
    return record


def told(reading: Reading) -> list[str]:
    return [problem.code for problem in (*reading.errors, *reading.warnings) if problem.code != "SENDER_NOT_LISTED"]


def flags(record: dict[str, Any]) -> list[str]:
    return [flag for flag in record["quality_flags"] if flag != "SENDER_NOT_LISTED"]


# service characters


@pytest.mark.parametrize("una", ["UNA:+.'", "UNA:+.'\r\n", "UNA:+.?'\n", "UNA:+.?\n", "UNA:+'"])
def test_a_una_that_lacks_characters_is_read_as_what_it_means_and_told(una: str) -> None:
    reading = said(una + raw("CODECO", *GATE, end="'\n"))
    assert [r["event_time"] for r in records(reading)] == [AT_17_05]
    assert told(reading) == ["ODD_SERVICE_CHARACTERS"]
    data = (una + "UNB+A?+B:C'UNZ+1'").encode()
    for cut in range(len(data)):
        assert [s.elements[1] for s in Segments([data[:cut], data[cut:]])] == [["A+B", "C"], ["1"]]


@pytest.mark.parametrize(("una", "end"), [
    ("UNA:+.? '", "'"), ("UNA:+,  '\r\n", "'\r\n"), ("UNA:+.? \n", "\n"), ("UNA:+.?*~", "~"),
])  # fmt: skip
def test_a_una_of_six_characters_is_not_told(una: str, end: str) -> None:
    assert told(said(una + raw("CODECO", *GATE, end=end))) == []


@pytest.mark.parametrize("end", ["\n", "\r\n", " \r\n"])
@pytest.mark.parametrize("last", [True, False])
def test_segments_that_nothing_but_line_breaks_ends_are_read_and_told(end: str, last: bool) -> None:
    data = raw("CODECO", *GATE, "FTX+AAI+++L'ESTAQUE", end=end)
    reading = said(data if last else data.rstrip())
    assert [(r["container_no"], r["event_time"]) for r in records(reading)] == [(BOX, AT_17_05)]
    assert told(reading) == ["ODD_SERVICE_CHARACTERS"]


def test_one_segment_without_its_terminator_does_not_make_a_file_of_lines() -> None:
    assert "ODD_SERVICE_CHARACTERS" not in told(said(raw("CODECO", *GATE, end="'\n").replace("+9'\n", "+9\n", 1)))


def test_a_file_of_lines_that_is_cut_off_is_still_refused() -> None:
    reading = said(raw("CODECO", *GATE, end="\n").rpartition("UNT")[0])
    assert reading.events == [] and "TRUNCATED" in told(reading)


def test_a_flat_file_of_lines_is_read_and_told() -> None:
    reading = collect(read(flat(GATE_IN_HEAD, GATE_IN_BOX).replace(b"'", b"")))
    assert len(reading.events) == 1 and told(reading) == ["ODD_SERVICE_CHARACTERS"]


@pytest.mark.parametrize("end", [b"\x1a", b"\r\n\x1a\r\n", b"\0" * 80])
def test_what_old_systems_put_at_the_end_of_a_file_is_no_segment(end: bytes) -> None:
    once = raw("CODECO", *GATE).encode()
    for data in (once + end, once + end + once.replace(b"D1", b"D2") + end):
        assert told(said(data)) == []
    assert told(collect(read(flat(GATE_IN_HEAD, GATE_IN_BOX) + end))) == []


@pytest.mark.parametrize("charset", ["utf-16", "utf-8-sig"])
def test_a_file_that_an_editor_has_written_again_is_read(charset: str) -> None:
    assert told(said(raw("CODECO", *GATE, "FTX+AAI+++鲁B12345").encode(charset))) == []


# times


@pytest.mark.parametrize("made", ["202611241730", "20261124:1730", "261124:173000", "2611241730"])
def test_the_interchanges_time_may_be_one_number(made: str) -> None:
    record = only(raw("CODECO", *GATE, made=made))
    assert (record["record_time"], flags(record)) == (MADE, [])


@pytest.mark.parametrize(("value", "found"), [
    ("202611241705 : 203 ", []), ("202611241705:201", ["TIME_FORMAT"]), ("2611241705:203", ["TIME_FORMAT"]),
    ("20261124170500:203", ["TIME_FORMAT"]), ("261124170500:203", ["TIME_FORMAT"]), ("202611241705:102", ["TIME_FORMAT"]),
    ("202611240905Z:203", ["TIME_FORMAT"]), ("20261124090500?+00:203", ["TIME_FORMAT"]),
])  # fmt: skip
def test_a_time_in_another_format_than_it_names_is_read_by_its_length_and_flagged(value: str, found: list[str]) -> None:
    record = only(raw("CODECO", *GATE[:3], f"DTM+7:{value}", "CNT+16:1"))
    assert (record["event_time"], flags(record)) == (AT_17_05, found)


@pytest.mark.parametrize("value", ["20261124:203", "202611232400:203"])
def test_a_date_alone_and_the_end_of_a_day(value: str) -> None:
    assert only(raw("CODECO", *GATE[:3], f"DTM+7:{value}", "CNT+16:1"))["event_time"] == MIDNIGHT


@pytest.mark.parametrize("value", [
    "202613241705:201", "202611242401:203", "2026-11-24:203", "2026112417050:203", "202611241705123:204",
])  # fmt: skip
def test_what_is_no_time_in_any_format_is_refused(value: str) -> None:
    assert told(said(raw("CODECO", *GATE[:3], f"DTM+7:{value}", "CNT+16:1"))) == ["BAD_TIME"]


# the ship

BAY = ("BGM++B1+9", "DTM+137:2611241730:201")
SLOT = ("LOC+147+0100284::5", "MEA+WT++KGM:14500", "LOC+9+CNTAO", "LOC+11+KRPTK", f"EQD+CN+{BOX}+4530+++5")


def test_the_ship_may_stand_where_directory_911_has_it() -> None:
    ships = ("TDT+20+2633E++VRSC3:103::SITC TEST++SIT:172:20", "TDT+20+2633E++9399038:146::SITC TEST++SIT:172:20")
    found = [only(raw("BAPLIE", *BAY, ship, *SLOT)) for ship in ships]
    assert [(r["vessel_id"], r["vessel_name"], r["voyage"], r["move"]) for r in found] == [
        ("NAME:SITC TEST", "SITC TEST", "2633E", "LOAD"), ("IMO:9399038", "SITC TEST", "2633E", "LOAD"),
    ]  # fmt: skip
    assert [flags(r)[:1] for r in found] == [["VESSEL_BY_NAME"], ["NO_PLAN_TIME"]]


@pytest.mark.parametrize("ship", [
    "TDT+20+1W+1++COS:172:20++9399038:146:11:MSC BETTINA", "TDT+20+1W+++COS:LINES:306++9399038::11:MSC BETTINA",
    "TDT+20+1W+1++COS++++9399038:146:11:MSC BETTINA", "TDT+20+1W+1++COS:172:20++9399038:146::MSC BETTINA",
])  # fmt: skip
def test_a_ship_one_element_beside_its_place_is_taken_and_told(ship: str) -> None:
    reading = said(raw("COARRI", "BGM+44+D1+9", ship, f"EQD+CN+{BOX}+22G1++3+5", "DTM+203:202611241705:203", "CNT+16:1"))
    assert [(r["vessel_id"], r["vessel_name"], r["voyage"]) for r in records(reading)] == [("IMO:9399038", "MSC BETTINA", "1W")]
    assert told(reading) == ["MISPLACED_VESSEL"]


@pytest.mark.parametrize(("ship", "vessel", "doubts"), [
    ("9399038:172:11:MSC BETTINA", "IMO:9399038", []), ("9399038:ZZZ::MSC BETTINA", "NAME:MSC BETTINA", ["VESSEL_BY_NAME"]),
    ("BSDU:103:11:MSC BETTINA", "NAME:MSC BETTINA", ["VESSEL_BY_NAME"]),
])  # fmt: skip
def test_a_number_of_lloyds_register_is_an_imo_number_whatever_list_is_named(ship: str, vessel: str, doubts: list[str]) -> None:
    record = only(raw("BAPLIE", *BAY, f"TDT+20+1W+++COS:172:20+++{ship}", "DTM+136:202611250600:203", *SLOT))
    assert (record["vessel_id"], flags(record)) == (vessel, doubts)


def test_the_means_of_transport_in_element_4_is_no_ship() -> None:
    record = only(raw("BAPLIE", *BAY, "TDT+20+1W+1+13+COS:172:20+++9399038:146::MSC BETTINA", *SLOT))
    assert record["vessel_id"] == "IMO:9399038"


def test_a_bayplan_tells_the_departure_by_136_where_it_has_no_133() -> None:
    departs = "DTM+136:202611250600:203"
    both = ("DTM+133:202611250600:203", "DTM+136:202611250700:203")
    for times in ((departs,), both):
        record = only(raw("BAPLIE", *BAY, VESSEL, *times, *SLOT))
        assert (record["event_time"], flags(record)) == (SAILS, [])


def test_a_port_in_small_letters_is_the_port_with_a_flag() -> None:
    slot = [segment.replace("CNTAO", "cntao") for segment in SLOT]
    record = only(raw("BAPLIE", *BAY, VESSEL, *slot))
    assert (record["move"], record["pol"], "BAD_LOCODE" in record["quality_flags"]) == ("LOAD", "cntao", True)


# codes


@pytest.mark.parametrize(("letter", "fullness"), [("E", "E"), ("F", "F"), ("4", "E"), ("5", "F")])
def test_full_and_empty_may_be_letters(letter: str, fullness: str) -> None:
    record = only(raw("CODECO", *GATE[:2], f"EQD+CN+{BOX}+22G1++2+{letter}", *GATE[3:]))
    assert (record["ef"], flags(record)) == (fullness, [])


@pytest.mark.parametrize(("mass", "kilograms"), [("KG:24500", 24500.0), ("KGS:24500", 24500.0), ("kgm :24500", 24500.0)])
def test_kilograms_may_be_written_as_people_do(mass: str, kilograms: float) -> None:
    record = only(raw("CODECO", *GATE[:4], f"MEA+AAE+G+{mass}", "CNT+16:1"))
    assert (record["weigh_kg"], flags(record)) == (kilograms, [])


@pytest.mark.parametrize("mass", ["KGM:24.500", "KGM: 3.900"])
def test_what_may_be_thousands_of_kilograms_is_left_open_and_told(mass: str) -> None:
    reading = said(raw("CODECO", *GATE[:4], f"MEA+AAE+G+{mass}", "CNT+16:1"))
    assert ([r["weigh_kg"] for r in records(reading)], told(reading)) == ([None], ["BAD_WEIGHT"])
    parcel = raw("CUSCAR", *MANIFEST, "CNI+1", "RFF+BM:BL1", "LOC+11+CNTAO", "GID+1+8:CT", f"MEA+AAE+G+{mass}")
    assert told(said(parcel)) == []


def test_an_estimated_gross_weight_counts_where_there_is_no_other() -> None:
    estimated, gross = "MEA+AAE+EGW+KGM:32000", "MEA+AAE+G+KGM:28000"
    found = [only(raw("CODECO", *GATE[:4], *masses, "CNT+16:1"))["weigh_kg"] for masses in ((estimated,), (estimated, gross))]
    assert found == [32000.0, 28000.0]


@pytest.mark.parametrize("code", ["4530", "2232", "9500", "45R3", "22P8", "40DV", "20DC", "4361", "2270"])
def test_old_numeric_codes_and_those_of_carriers_are_known(code: str) -> None:
    assert facts.size_type_known(code)


@pytest.mark.parametrize(("references", "bill"), [
    (["RFF+AAS:TD1", "RFF+BN:BK1"], "TD1"), (["RFF+AAS:TD1", "RFF+BM:BL1"], "BL1"),
])  # fmt: skip
def test_the_transport_contract_is_the_bill_where_no_other_is_named(references: Sequence[str], bill: str) -> None:
    record = only(raw("CODECO", *GATE[:3], *references, *GATE[3:]))
    assert (record["bill_no"], flags(record)) == (bill, [])


def test_a_message_with_no_directory_and_one_of_another_agency_are_read() -> None:
    data = raw("CODECO", *GATE)
    assert told(said(data.replace("CODECO:D:95B:UN", "CODECO"))) == ["UNKNOWN_DIRECTORY"]
    assert told(said(data.replace("CODECO:D:95B:UN", "CODECO:S:93A:UN:X"))) == []


@pytest.mark.parametrize("number", ["0", "0000000000", "CONTAINER GATE IN/OUT"])
def test_a_document_number_that_every_message_has_names_no_event(number: str) -> None:
    gate = (f"BGM+34+{number}+9", *GATE[1:])
    later = [segment.replace("202611241705", "202612241705") for segment in gate]
    first, again, other = (only(raw("CODECO", *body))["event_id"] for body in (gate, gate, later))
    assert first == again != other


# bills

MANIFEST = ("BGM+785+M1+9", "DTM+137:202611241730:203", VESSEL)


@pytest.mark.parametrize(("bill", "number"), [
    (["CNI+1+BLX1"], "BLX1"), (["CNI+1", "DOC+705+BLX1"], "BLX1"), (["CNI+1+SHIPMENT7", "RFF+BM:BLX1"], "BLX1"),
    (["CNI+1", "RFF+AAS:BLX1"], "BLX1"),
])  # fmt: skip
def test_a_bill_of_a_manifest_has_its_number_in_one_of_several_places(bill: Sequence[str], number: str) -> None:
    record = only(raw("CUSCAR", *MANIFEST, *bill, "LOC+9+USLGB", "LOC+11+CNTAO", f"EQD+CN+{BOX}+22G1++3+5"))
    assert (record["master_bl"], record["container_no"], record["direction"]) == (number, BOX, "I")


def test_a_manifest_for_the_port_of_arrival_is_an_import_whatever_its_bills_leave_out() -> None:
    record = only(raw("CUSCAR", *MANIFEST, "LOC+60+CNTAO", "CNI+1", "RFF+BM:BL1", "LOC+9+DEHAM", "LOC+8+CNBJS"))
    assert (record["pol"], record["pod"], record["direction"], flags(record)) == ("DEHAM", "CNTAO", "I", [])
    named = only(raw("CUSCAR", *MANIFEST, "LOC+60+CNTAO", "CNI+1", "RFF+BM:BL1", "LOC+9+CNTAO", "LOC+11+DEHAM"))
    assert (named["pod"], named["direction"]) == ("DEHAM", "E")


def test_goods_are_those_of_the_boxes_that_they_name() -> None:
    reading = said(raw(
        "CUSCAR", *MANIFEST, "CNI+1", "RFF+BM:BL1", "LOC+9+USLGB", "LOC+11+CNTAO", "GID+1+8:CT", "FTX+AAA+++PAINT:IN TINS",
        f"SGP+{BOX}+5", f"SGP+{OTHER_BOX}+3", "DGS+IMD+3+1263", "GID+2+4:CT", f"SGP+{OTHER_BOX}+4", "FTX+AAA+++TOYS",
        "GID+3+2:CT", "FTX+AAA+++SHOES", "SGP+CSNU1487660+2",
    ))  # fmt: skip
    assert [(r["container_no"], r["packages"], r["goods"], r["dg"]) for r in records(reading)] == [
        (BOX, 5, "PAINT IN TINS", {"imdg": "3", "un": "1263"}),
        (OTHER_BOX, 7, "PAINT IN TINS", {"imdg": "3", "un": "1263"}),
        ("CSNU1487660", 2, "SHOES", None),
    ]


def test_the_packages_of_a_bill_with_one_box_are_all_that_it_counts() -> None:
    record = only(raw("CUSCAR", *MANIFEST, "CNI+1", "RFF+BM:BL1", "LOC+11+CNTAO", "GID+1+8:CT", f"SGP+{BOX}+5", "GID+2+4:CT"))
    assert (record["container_no"], record["packages"]) == (BOX, 12)


def test_a_booking_says_before_its_boxes_what_goes_into_them() -> None:
    head = ("BGM+11+D1+9", "RFF+BN:BK1", VESSEL, "LOC+9+CNTAO", "LOC+11+USLGB", "GID+1", "FTX+AAA+++PAINT", "DGS+IMD+3+1263")
    record = only(raw("COPARN", *head, "EQD+CN++22G1++2+5", "EQN+2"))
    assert (record["goods"], record["dg"]) == ("PAINT", {"imdg": "3", "un": "1263"})


def test_a_decision_of_customs_names_the_bill_as_a_document() -> None:
    record = only(raw("CUSRES", "BGM+962+R1+11", "DTM+9:202611241730:203", "GIS+5", "DOC+705+BL1", "FTX+AAO+++X-RAY:BAY 2"))
    assert (record["bill_no"], record["action"], record["reason_text"]) == ("BL1", "INSPECT_SELECT", "X-RAY BAY 2")


@pytest.mark.parametrize(("title", "move"), [("GATE-IN", "IN"), ("Gate Out Report", "OUT"), ("GATE-OUT REPORT", "OUT")])
def test_the_title_of_a_flat_gate_report_with_and_without_hyphen_and_report(title: str, move: str) -> None:
    box = GATE_IN_BOX + ":202611241705"
    (event,) = collect(read(flat(GATE_IN_HEAD.replace("GATE-IN REPORT", title), box))).events
    assert event.record["move"] == move


def test_a_file_that_ends_its_segments_as_it_should_is_not_told() -> None:
    for end in (b"'", b"'\n", b"'\r\n"):
        assert told(collect(read(interchange(message(GATE_BOX)).replace(b"'\n", end)))) == []
