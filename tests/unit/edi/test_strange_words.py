"""Words where numbers belong, values beside their place, and equipment that is no box: each as a small message of our own."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from connectors.customs.incoming import read_manifests
from connectors.dcsa import read_documents
from connectors.edi import PartnerError, collect, load_partners, read
from connectors.files.mapping import parse_mapping
from connectors.files.reader import read_file
from connectors.reading.events import Reading
from connectors.reading.words import is_bill, is_seal
from tests.unit.customs.test_customs_incoming import message as manifest
from tests.unit.dcsa.test_dcsa import equipment
from tests.unit.edi.building import (
    BOX,
    GATE_IN_BOX,
    GATE_IN_HEAD,
    GATE_VESSEL,
    OTHER_BOX,
    QUAY_BOX_50,
    QUAY_BOX_52,
    QUAY_HEAD,
    QUAY_VESSEL,
    VESSEL,
    flat,
)  # fmt: skip
from tests.unit.edi.test_makers import GATE, MANIFEST, flags, only, raw, records, said, told

PLAN = ("BGM++D1+9", "DTM+137:202611241730:203", VESSEL, "DTM+132:202611250600:203")
QUAY = ("BGM+44+D1+9", VESSEL, f"EQD+CN+{BOX}+22G1++3+5", "DTM+203:202611241705:203")
ANSWER = ("BGM+962+A1+9", "DTM+137:202611241730:203", "RFF+BM:BL1")


# words for numbers

WORDS = ["NIL", "TBA", "tbn", "N/A", "NONE", "UNKNOWN", "无", "待定", "0000", "-", "T.B.A.", "S/N", "EMPTY"]


@pytest.mark.parametrize("word", WORDS)
def test_a_word_is_no_bill_whatever_the_format(word: str) -> None:
    table = parse_mapping({
        "kind": "gate", "port": "qingdao", "party": "QQCT",
        "fields": {"container_no": "box", "event_time": "time", "move": "move", "bill_no": "bill"},
    })  # fmt: skip
    row = f"{BOX},2026-03-01 08:00,IN,{word}"
    event = equipment("GTIN", shipmentDetails={"documentReference": {"typeCode": "TRD", "reference": word}})
    listed = json.dumps({"box": BOX, "time": "2026-03-01 08:00", "move": "IN", "bill": word})
    readings = {
        "EDIFACT": said(raw("CODECO", *GATE[:4], f"RFF+BM:{word}", "CNT+16:1")),
        "flat": said(flat(GATE_IN_HEAD, GATE_VESSEL, GATE_IN_BOX.replace("QDBL1", word))),
        "table": collect(read_file(f"box,time,move,bill\n{row}\n{row}\n".encode(), name="t.csv", mapping=table)),
        "lines": collect(read_file(f"{listed}\n".encode(), name="t.jsonl", mapping=table)),
        "DCSA": collect(read_documents(json.dumps(event).encode(), name="d.json")),
        "XML": collect(read_manifests(manifest("MT3101").replace("COSU612", word).encode(), name="m.xml")),
    }
    for form, reading in readings.items():
        assert reading.errors == [], form
        for each in reading.events:
            assert each.record["bill_no"] is None, form
            doubts = [flag for flag in each.record["quality_flags"] if flag.startswith("NO_BILL")]
            assert doubts == [f"NO_BILL_NUMBER:{word}"], form
        assert [w.value for w in reading.warnings if w.code == "NO_BILL_NUMBER"] == [word], form


def test_a_manifest_line_without_a_bills_number_is_refused_with_the_reason() -> None:
    files = flat("00:IFCSUM:IMPORT:9:QQCTU:YGT:202611241730", "10:UN9399038:MSC BETTINA::1N", "12:NIL::::::CNTAO", "13:USLGB")
    assert [e.code for e in said(files).errors] == ["NO_BILL"]
    xml = collect(read_manifests(manifest().replace("COSU612", "NIL").encode(), name="m.xml"))
    assert [e.code for e in xml.errors] == ["MISSING_FIELD"] and "NO_BILL_NUMBER" in [w.code for w in xml.warnings]
    edi = said(raw("CUSCAR", *MANIFEST, "CNI+1", "RFF+BM:TBA", "LOC+11+CNTAO"))
    assert [e.code for e in edi.errors] == ["NO_BILL"]


@pytest.mark.parametrize(("references", "bill", "doubts"), [
    (("RFF+MB:NIL", "RFF+BM:B1"), "B1", ["NO_BILL_NUMBER:NIL"]),
    (("RFF+BM:TBA", "RFF+BN:K1"), "K1", ["NO_BILL_NUMBER:TBA", "BOOKING_AS_BILL"]),
    (("RFF+BM:TBA", "RFF+BN:TBN"), None, ["NO_BILL_NUMBER:TBA", "NO_BILL_NUMBER:TBN"]),
])  # fmt: skip
def test_another_reference_counts_where_one_is_a_word(references: Sequence[str], bill: str | None, doubts: list[str]) -> None:
    record = only(raw("CODECO", *GATE[:4], *references, "CNT+16:1"))
    assert (record["bill_no"], flags(record)) == (bill, doubts)


def test_an_answer_on_a_box_needs_no_bill() -> None:
    record = only(raw("CUSRES", *ANSWER[:2], "RFF+BM:NIL", f"RFF+AAQ:{BOX}", "GIS+4"))
    assert (record["container_no"], record["bill_no"], flags(record)) == (BOX, None, ["NO_BILL_NUMBER:NIL"])


@pytest.mark.parametrize("number", ["NILU1", "TBA123", "00012", "EMPTY1", "无1", "BL-1"])
def test_what_may_be_a_bills_number_is_one(number: str) -> None:
    assert is_bill(number)


@pytest.mark.parametrize("word", ["SIN SELLO", "sem lacre", "无封", "NIL", "TBA", "S/N"])
def test_no_seal_in_other_languages(word: str) -> None:
    assert not is_seal(word)
    event = equipment("GTIN")
    event["equipmentDetails"] = {**event["equipmentDetails"], "seals": [{"sealNumber": word}, {"sealNumber": "S1"}]}
    reading = collect(read_documents(json.dumps(event).encode(), name="d.json"))
    assert [seal["no"] for seal in reading.events[0].record["seals"]] == ["S1"]
    assert [w.value for w in reading.warnings] == [word]


# answers in words


@pytest.mark.parametrize(("text", "decided"), [
    ("FTX+AAO+++RELEASED", ("DECLARATION", "RELEASE")), ("FTX+ACB+++OK TO RELEASE", ("DECLARATION", "RELEASE")),
    ("FTX+DAR++CLEARED", ("DECLARATION", "RELEASE")),
    ("FTX+AAI+++放行", ("DECLARATION", "RELEASE")), ("FTX+AAH+++On hold.", ("DECLARATION", "HOLD")),
])  # fmt: skip
def test_a_decision_in_words_is_taken_with_a_flag(text: str, decided: tuple[str, str]) -> None:
    record = only(raw("CUSRES", *ANSWER, text))
    assert ((record["stage"], record["action"]), flags(record)) == (decided, ["DECISION_BY_TEXT"])
    assert record["reason_text"] == text.rpartition("+")[2]


@pytest.mark.parametrize(("texts", "value"), [
    (("FTX+DAR++OK",), "OK"), (("FTX+ZZZ+++SEE LETTER",), "SEE LETTER"),
    (("FTX+AAO+++RELEASED", "FTX+AAO+++HOLD"), "RELEASED; HOLD"),
])  # fmt: skip
def test_what_words_do_not_decide_is_shown(texts: Sequence[str], value: str) -> None:
    (error,) = said(raw("CUSRES", *ANSWER, *texts)).errors
    assert (error.code, error.value) == ("NO_DECISION", value)


@pytest.mark.parametrize("more", ["FTX+AAO+++SUBJECT TO DUTY", "FTX+AAO+++RELEASED:IF PAID"])
def test_words_beside_a_decision_in_words_leave_it_open(more: str) -> None:
    (error,) = said(raw("CUSRES", *ANSWER, "FTX+AAO+++RELEASED", more)).errors
    assert error.code == "NO_DECISION"


def test_a_status_that_is_named_is_read() -> None:
    """As Australian customs has it; a time in no known format is shown, not passed over."""
    body = ("BGM+34:::CARST+A1+8", "DTM+9:20261124113851494730:ZZZ", "RFF+BM:BL1", "FTX+AHN+++CONSOLIDATED STATUS:HELD")
    reading = said(raw("CUSRES", *body))
    (record,) = records(reading)
    assert (record["action"], record["event_time"]) == ("HOLD", 1795512600000)
    assert [w.value for w in reading.warnings if w.code == "NO_PLAN_TIME"] == ["20261124113851494730"]


@pytest.mark.parametrize(("codes", "outcome"), [
    (("GIS+4", "RFF+BM:BL2", "GIS+7"), "4, 7"), (("GIS+4", "RFF+BM:BL2", "GIS+4"), ["RELEASE", "RELEASE"]),
    (("GIS+7", "GIS+4:109:143"), ["HOLD"]),
])  # fmt: skip
def test_bills_that_are_decided_differently_are_not_all_given_the_first_decision(codes: Sequence[str], outcome: object) -> None:
    reading = said(raw("CUSRES", *ANSWER, *codes))
    found = [e.value for e in reading.errors if e.code == "NO_DECISION"]
    assert (found[0] if found else [r["action"] for r in records(reading)]) == outcome
    assert not (found and reading.events)


def test_a_code_goes_before_words() -> None:
    record = only(raw("CUSRES", *ANSWER, "GIS+7", "FTX+AAO+++RELEASED"))
    assert (record["action"], flags(record)) == ("HOLD", [])


@pytest.mark.parametrize(("text", "code"), [
    ("FTX+DAR++OK", "REPLY_ACCEPTED"), ("FTX+AAO+++REJECTED", "REPLY_REFUSED"), ("FTX+AAO++SEE MAIL", "REPLY_UNCLEAR"),
])  # fmt: skip
def test_an_answer_in_words_alone_is_understood_or_shown(text: str, code: str) -> None:
    (problem,) = [w for w in said(raw("APERAK", "BGM+963+A1", "RFF+ACW:D1", text)).warnings if w.code.startswith("REPLY")]
    assert problem.code == code and text.rpartition("+")[2] in problem.expected


@pytest.mark.parametrize(("texts", "damaged"), [
    (("FTX+DAR++OK",), False), (("FTX+DAR+++NO DAMAGE",), False), (("FTX+DAR+++完好",), False), (("FTX+DAR",), True),
    (("FTX+DAR+++OK:DENT LEFT",), True), (("FTX+DAR++OK", "FTX+DAR+++DENT"), True), (("FTX+DAR+++UNKNOWN",), True),
])  # fmt: skip
def test_a_box_of_which_is_said_that_it_is_sound_is_not_damaged(texts: Sequence[str], damaged: bool) -> None:
    record = only(raw("CODECO", *GATE[:4], *texts, "CNT+16:1"))
    assert ("DAMAGE_REPORTED" in record["quality_flags"]) == damaged


@pytest.mark.parametrize(("record_51", "damaged"), [("51:OK", False), ("51::无残损", False), ("51:DT:DENT", True)])
def test_a_flat_file_says_the_same(record_51: str, damaged: bool) -> None:
    record = only(flat(GATE_IN_HEAD, GATE_VESSEL, GATE_IN_BOX, record_51))
    assert ("DAMAGE_REPORTED" in record["quality_flags"]) == damaged


# countries


@pytest.mark.parametrize("place", ["LOC+165+CNTAO:139:6+CN", "LOC+165+CNTAO:139:6+kr"])
def test_a_country_is_no_terminal(place: str) -> None:
    reading = said(raw("CODECO", *GATE[:4], place, "CNT+16:1"))
    (record,) = records(reading)
    assert record["terminal_code"] is None and "COUNTRY_AS_TERMINAL" in told(reading)


def test_a_country_is_no_berth_and_no_facility() -> None:
    quay = only(raw("COARRI", *QUAY, "LOC+164+CN", "CNT+16:1"))
    assert (quay["berth_code"], flags(quay)) == (None, ["COUNTRY_AS_TERMINAL:CN"])
    event = equipment("GTIN", eventLocation={"UNLocationCode": "CNQDG", "facility": {"facilityCode": "CN"}})
    reading = collect(read_documents(json.dumps(event).encode(), name="d.json"))
    assert reading.events[0].record["terminal_code"] is None
    assert [w.code for w in reading.warnings] == ["COUNTRY_AS_TERMINAL"]


def test_two_letters_that_are_no_country_or_in_the_profile_are_a_terminal() -> None:
    assert only(raw("CODECO", *GATE[:4], "LOC+165+CNTAO:139:6+QQ", "CNT+16:1"))["terminal_code"] == "QQ"


def test_a_box_of_a_bayplan_for_a_country_is_told_with_it() -> None:
    cell = ("LOC+147+0191006::5", "LOC+9+DEHAM", "LOC+11+CN", f"EQD+CN+{BOX}+4530+++5")
    reading = said(raw("BAPLIE", *PLAN, *cell))
    assert [(w.code, w.value) for w in reading.warnings if w.code == "BAD_LOCODE"] == [("BAD_LOCODE", "CN")]


# equipment that is no box


@pytest.mark.parametrize("other", [
    "EQD+CH+CHS1234", "EQD+TE+TRL99", "EQD+RG+GEN1", "EQD+BB+BREAKBULK", "EQD+PA+PALLET 7", f"EQD+CH+{OTHER_BOX}",
])  # fmt: skip
def test_equipment_that_is_no_box_is_passed_over_and_the_boxes_beside_it_are_read(other: str) -> None:
    bill = ("CNI+1", "RFF+BM:B1", "LOC+11+CNTAO")
    number = other.split("+")[-1]
    for body in (
        (*MANIFEST, *bill, other, f"EQD+CN+{BOX}+22G1++3+5"),  # practice
        (*MANIFEST, other, f"EQD+CN+{BOX}+22G1++3+5", *bill, "GID+1+8:CT", f"SGP+{number}", f"SGP+{BOX}"),
    ):
        reading = said(raw("CUSCAR", *body))
        assert [r["container_no"] for r in records(reading)] == [BOX]
        assert told(reading) == ["NOT_A_CONTAINER"]


def test_a_bill_of_breakbulk_is_one_line() -> None:
    reading = said(raw("CUSCAR", *MANIFEST, "CNI+1", "RFF+BM:B1", "LOC+11+CNTAO", "GID+1+8:CT", "EQD+BB+1"))
    assert [(r["container_no"], r["packages"]) for r in records(reading)] == [(None, 8)]
    assert told(reading) == ["NOT_A_CONTAINER"]


# weights beside their place


@pytest.mark.parametrize("mea", [
    "MEA+WT+KGM+20000", "MEA+AAE+VGM++KGM:20000", "MEA+AAE+G+20000:KGM", "MEA+AAE+G+KGM+20000", "MEA+WT+KGM:20000",
    "MEA+AAE+G:KGM:20000", "MEA+AAE+G+20000+KGM", "MEA+WT++20:TNE", "MEA+G+KGM+20000", "MEA+AAE+KGM:20000",
])  # fmt: skip
def test_a_weight_in_a_wrong_element_is_read_where_it_can_be_nothing_else(mea: str) -> None:
    record = only(raw("CODECO", *GATE[:4], mea, "CNT+16:1"))
    assert (record["weigh_kg"], flags(record)) == (20000.0, ["MISPLACED_WEIGHT"])


@pytest.mark.parametrize("mea", [
    "MEA+AAE+G+20000", "MEA+WT++20000", "MEA+AAE+G+KGM:20000X", "MEA+WT+KGM:20000:LBR", "MEA+VGM++20000",
])  # fmt: skip
def test_a_weight_that_is_unclear_is_told(mea: str) -> None:
    record = only(raw("CODECO", *GATE[:4], mea, "CNT+16:1"))
    assert (record["weigh_kg"], flags(record)) == (None, ["BAD_WEIGHT"])


@pytest.mark.parametrize("mea", ["MEA+AAE+T+KGM:2200", "MEA+PD+LN+CMT:610", "MEA+AAE+AAS++2200", "MEA+AAE+G+KGM:", "MEA+AAE+G"])
def test_what_is_no_weight_of_box_and_cargo_is_not_taken_for_one(mea: str) -> None:
    record = only(raw("CODECO", *GATE[:4], mea, "CNT+16:1"))
    assert (record["weigh_kg"], flags(record)) == (None, [])


def test_a_mass_that_is_not_said_to_be_verified_is_none() -> None:
    vermas = ("BGM+749+V1+9", "DTM+137:202611241730:203", f"EQD+CN+{BOX}+22G1++2+5")
    assert only(raw("VERMAS", *vermas, "MEA+AAE+VGM++KGM:20000", directory="16A"))["vgm"]["kg"] == 20000.0
    (error,) = said(raw("VERMAS", *vermas, "MEA+WT+KGM+20000", directory="16A")).errors
    assert error.code == "NO_VGM"


# groups


def grouped(group: str, release: str = "95B", sender: str = "VAN") -> bytes:
    body = [f"UNH+1+CODECO:D:{release}:UN", *GATE]
    segments = [f"UNB+UNOA:2+{sender}+YGT+261124:1730+9", group, *body, f"UNT+{len(body) + 1}+1", "UNE+1+7", "UNZ+1+9"]
    return "".join(f"{segment}'" for segment in segments).encode()


@pytest.mark.parametrize(("version", "code"), [
    ("D:95B", []), ("", []), ("D:00B", ["GROUP_VERSION"]), ("S:95B", ["GROUP_VERSION"]),
])  # fmt: skip
def test_a_group_of_another_version_than_its_message_is_told(version: str, code: list[str]) -> None:
    reading = said(grouped(f"UNG+CODECO+TERM+YGT+261124:1730+7+UN+{version}"))
    assert told(reading) == code and len(reading.events) == 1


def test_a_group_names_the_sender_where_the_interchange_is_a_networks(tmp_path: Path) -> None:
    path = tmp_path / "partners.yaml"
    path.write_text(
        "partners:\n  - {sender: VAN, party: VAN, port: qingdao, carries: true}\n  - {sender: OWN, party: OWN, port: qingdao}\n"
        "  - {sender: TERM, party: QQCT, port: qingdao}\n"
    )
    partners = load_partners(path)
    group = "UNG+CODECO+TERM+YGT+261124:1730+7+UN+D:95B"

    def party(reading: Reading) -> list[str]:
        return [str(event.record["source_party"]) for event in reading.events]

    assert party(collect(read(grouped(group), partners=partners))) == ["QQCT"]
    assert party(collect(read(grouped(group, sender="OWN"), partners=partners))) == ["OWN"]
    assert [e.value for e in collect(read(grouped(group.replace("TERM", "X")), partners=partners)).errors] == ["X"]
    path.write_text("partners:\n  - {sender: VAN, party: VAN, port: qingdao, carry: true}\n")
    with pytest.raises(PartnerError):
        load_partners(path)


# stowage cells


@pytest.mark.parametrize("cell", ["01A1006", "191006", "01910065", "0191000", "0001006", "019-006"])
def test_a_cell_that_is_none_is_kept_and_told_with_its_place(cell: str) -> None:
    box = ("LOC+9+DEHAM", "LOC+11+CNTAO", f"EQD+CN+{BOX}+4530+++5")
    reading = said(raw("BAPLIE", *PLAN, f"LOC+147+{cell}::5", *box))
    (record,) = records(reading)
    assert (record["slot"], flags(record)) == (cell, ["BAD_SLOT"])
    (warning,) = [w for w in reading.warnings if w.code == "BAD_SLOT"]
    assert (warning.element, warning.position) == ("LOC+147 C517/3225", 7) and "BBBRRTT" in warning.en
    quay = flat(QUAY_HEAD, QUAY_VESSEL, QUAY_BOX_50.replace("0261586", cell), QUAY_BOX_52)
    assert "BAD_SLOT" in only(quay)["quality_flags"]


def test_a_place_on_a_ship_for_wheels_is_her_own() -> None:
    body = ("LOC+147+DECK3::87", "LOC+9+DEHAM", "LOC+11+CNTAO", f"EQD+CN+{BOX}+4530+++5")
    assert flags(only(raw("BAPLIE", *PLAN, *body))) == []


# ships, trucks, places and weights where others write them


def test_a_ship_that_each_box_names_is_that_of_the_box() -> None:
    other = VESSEL.replace("9399038", "9321483").replace("FK243A", "X9")
    body = (
        QUAY[0], f"EQD+CN+{BOX}+22G1++3+5", "DTM+203:202611241705:203", VESSEL,
        f"EQD+CN+{OTHER_BOX}+22G1++3+5", "DTM+203:202611241706:203", other, "EQD+CN+TGHU1234564", "DTM+203:202611241706:203",
    )  # fmt: skip
    reading = said(raw("COARRI", *body))
    found = [(event.record["vessel_id"], event.record["voyage"]) for event in reading.events]
    assert found == [("IMO:9399038", "FK243A"), ("IMO:9321483", "X9")]
    assert [error.code for error in reading.errors] == ["NO_VESSEL"]


def test_a_truck_at_the_main_stage_is_no_ship() -> None:
    record = only(raw("CODECO", GATE[0], *GATE[2:4], "TDT+20++3+++++LUB12345", "CNT+16:1"))
    assert (record["mode"], record["truck_plate"], record["vessel_id"]) == ("TRUCK", "LUB12345", None)


@pytest.mark.parametrize("time", [
    "2026-11-24T17?:05?:00:203", "2026-11-24 17?:05:203", "2026/11/24 17?:05?:00.000", "2026-11-24T09?:05?:00Z:303",
    "2026-11-24T17?:05?:00?+08?:00:304",
])  # fmt: skip
def test_a_time_with_its_marks_is_read_and_flagged(time: str) -> None:
    record = only(raw("CODECO", *GATE[:3], f"DTM+7:{time}", "CNT+16:1"))
    assert (record["event_time"], flags(record)) == (1795511100000, ["TIME_FORMAT"])


def test_a_place_with_the_blank_of_the_lists_is_the_place() -> None:
    box = ("LOC+147+0191006::5", "LOC+9+DE HAM", "LOC+11+CN TAO", f"EQD+CN+{BOX}+4530+++5")
    record = only(raw("BAPLIE", *PLAN, *box))
    assert (record["move"], record["pol"], record["pod"], flags(record)) == ("DISC", "DEHAM", "CNTAO", [])


def test_a_berth_may_have_a_name_alone_and_a_house_bill_be_a_waybill() -> None:
    assert only(raw("COARRI", *QUAY, "LOC+164+:::BERTH 7", "CNT+16:1"))["berth_code"] == "BERTH 7"
    assert only(raw("CUSCAR", *MANIFEST, "CNI+1", "RFF+MB:M1", "RFF+HWB:H1", "LOC+11+CNTAO"))["house_bl"] == "H1"


@pytest.mark.parametrize(("text", "kilograms", "doubts"), [
    ("24500KG", 24500.0, ["MISPLACED_WEIGHT"]), ("24500 kgs", 24500.0, ["MISPLACED_WEIGHT"]), ("24500,5", 24500.5, []),
    ("24,500", None, ["BAD_WEIGHT"]), ("24_500", None, ["BAD_WEIGHT"]), ("KG", None, ["BAD_WEIGHT"]),
])  # fmt: skip
def test_a_weight_of_a_flat_file_may_name_its_unit(text: str, kilograms: float | None, doubts: list[str]) -> None:
    record = only(flat(GATE_IN_HEAD, GATE_VESSEL, GATE_IN_BOX.replace("24500", text)))
    assert (record["weigh_kg"], flags(record)) == (kilograms, doubts)
