"""Dialects of makers that were met later: each as a small message of our own, and what a port's IT must be told of it."""

from __future__ import annotations

import pytest

from tests.unit.edi.building import BOX, GATE_IN_BOX, GATE_IN_HEAD, GATE_VESSEL, OTHER_BOX, VESSEL, flat
from tests.unit.edi.test_makers import GATE, MANIFEST, flags, only, raw, records, said, told

PLAN = ("BGM+45+D1+9", VESSEL, "LOC+9+CNTAO", "LOC+11+DEHAM")


def bare(kind: str, *segments: str, end: str = "'") -> str:
    return "".join(s + end for s in (f"UNH+1+{kind}:D:95B:UN", *segments, f"UNT+{len(segments) + 2}+1"))


# times


@pytest.mark.parametrize(("kind", "body", "expected"), [
    ("COPARN", ("BGM+11+D1+9", f"EQD+CN+{BOX}+22G1++2+5"), "DTM+7, 64, 200, 201, 234 or the document's time"),
    ("CUSCAR", ("BGM+785+D1+9", "CNI+1", "RFF+BM:B1", "LOC+11+CNTAO"), "the document's time (DTM+137, or UNB)"),
    ("CODECO", GATE[:3], "DTM+7 with the time at the gate"),
])  # fmt: skip
def test_where_no_time_stands_it_is_said_where_one_may(kind: str, body: tuple[str, ...], expected: str) -> None:
    (error,) = said(bare(kind, *body)).errors
    assert error.code == "NO_TIME" and expected in error.en


@pytest.mark.parametrize("level", ["head", "box"])
def test_a_time_that_cannot_be_read_is_shown_not_called_missing(level: str) -> None:
    """The hour without its zero, as some languages format it; the document's own time is as bad."""
    due = "DTM+7:20261124930:203"
    body = (due, f"EQD+CN+{BOX}+22G1++2+5") if level == "head" else (f"EQD+CN+{BOX}+22G1++2+5", due)
    (error,) = said(bare("COPARN", "BGM+11+D1+9", *body)).errors
    assert (error.code, error.value) == ("BAD_TIME", "20261124930:203")
    assert error.position == (3 if level == "head" else 4)


def test_a_zone_that_is_not_known_is_shown_alone() -> None:
    reading = said(raw("CODECO", *GATE[:3], "DTM+7:202611241705CST:303", "CNT+16:1"))
    assert [w.value for w in reading.warnings if w.code == "UNKNOWN_ZONE"] == ["CST"]


# places


def test_a_foreign_place_is_told_where_it_stands() -> None:
    reading = said(raw("CODECO", *GATE[:4], "LOC+165+AUBNE:139:6+CT1", "CNT+16:1"))
    (told_of,) = [w for w in reading.warnings if w.code == "PORT_MISMATCH"]
    assert (told_of.position, told_of.value) == (7, "AUBNE")


def test_a_bill_that_names_its_destination_here_and_no_port_of_discharge_is_an_import() -> None:
    bill = ("CNI+1", "RFF+BM:B1", "LOC+9+DEHAM")
    record = only(raw("CUSCAR", *MANIFEST, *bill, "LOC+8+CNTAO"))
    assert (record["direction"], record["final_dest"], flags(record)) == ("I", "CNTAO", [])
    elsewhere = said(raw("CUSCAR", *MANIFEST, *bill, "LOC+8+CNBJS"))
    (warning,) = [w for w in elsewhere.warnings if w.code == "PORT_MISMATCH"]
    assert (warning.value, warning.position) == ("CNBJS", 9)


@pytest.mark.parametrize("party", ["NAD+EX+++MAKER", "NAD+OS++MAKER", "NAD+EX+++LATER'NAD+CZ+++MAKER"])
def test_the_shipper_may_be_called_exporter(party: str) -> None:
    record = only(raw("CUSCAR", *MANIFEST, "CNI+1", "RFF+BM:B1", "LOC+11+CNTAO", *party.split("'")))
    assert record["parties"]["shipper"] == "MAKER"


# messages with nothing in them


@pytest.mark.parametrize(("kind", "head", "code", "words"), [
    ("CUSCAR", MANIFEST, "NO_BILL", "CNI"), ("IFTSAI", ("BGM+TS2+D1+9", VESSEL), "NO_CALLS", "LOC"),
    ("CODECO", GATE[:2], "NO_BOXES", "EQD+CN"),
])  # fmt: skip
def test_what_is_missing_is_called_by_its_name(kind: str, head: tuple[str, ...], code: str, words: str) -> None:
    (error,) = said(raw(kind, *head)).errors
    assert error.code == code and words in error.en


# service characters


def test_lines_without_terminators_and_without_bgm_are_read_and_told() -> None:
    """A bayplan of two lines of head: what follows UNH need not be BGM."""
    body = (VESSEL, "DTM+132:202611250600:203", "LOC+147+0100284::5", "LOC+9+DEHAM", "LOC+11+CNTAO", f"EQD+CN+{BOX}+4530+++5")
    reading = said(bare("BAPLIE", *body, end="\n"))
    assert [r["container_no"] for r in records(reading)] == [BOX]
    assert "ODD_SERVICE_CHARACTERS" in told(reading)


# seals


@pytest.mark.parametrize("word", ["Y", "n", "NIL", "N/A", "000000", "0", "-", ".", "XXXX", "NO SEAL"])
def test_a_word_in_place_of_a_seals_number_is_no_seal_and_told(word: str) -> None:
    for data in (
        raw("CODECO", *GATE[:4], f"SEL+{word}+CA", "SEL+H53175+CU", "CNT+16:1"),
        flat(GATE_IN_HEAD, GATE_VESSEL, GATE_IN_BOX.replace("H53175", word)),
    ):
        reading = said(data)
        (record,) = records(reading)
        assert [seal["no"] for seal in record["seals"]] == (["H53175"] if isinstance(data, str) else [])
        assert f"NO_SEAL_NUMBER:{word}" in record["quality_flags"]
        assert [w.value for w in reading.warnings if w.code == "NO_SEAL_NUMBER"] == [word]


@pytest.mark.parametrize("number", ["Y1", "NIL77", "0007", "X-100", "SEAL1", "NO123"])
def test_what_may_be_a_seals_number_is_one(number: str) -> None:
    record = only(raw("CODECO", *GATE[:4], f"SEL+{number}+CA", "CNT+16:1"))
    assert ([seal["no"] for seal in record["seals"]], flags(record)) == ([number], [])


# answers to what we sent


@pytest.mark.parametrize(("segments", "code"), [
    (("BGM+312+A1+29", "RFF+ACW:D1", "ERC+12"), "REPLY_ACCEPTED"), (("BGM+963+A1+27", "RFF+ACW:D1", "ERC+1"), "REPLY_REFUSED"),
    (("BGM+963:::REJECTED+A1", "RFF+ACW:D1", "ERC+C7", "FTX+AAO+++NOT APPROVED"), "REPLY_UNCLEAR"),
    (("BGM+16+A1+9", "RFF+ACW:D1"), "REPLY_ACCEPTED"), (("BGM+313+A1", "RFF+ACW:D1"), "REPLY_REFUSED"),
    (("BGM+312+A1+27", "RFF+ACW:D1"), "REPLY_REFUSED"),
])  # fmt: skip
def test_an_answer_with_errors_that_does_not_say_yes_is_not_taken_for_a_yes(segments: tuple[str, ...], code: str) -> None:
    (problem,) = [w for w in said(raw("APERAK", *segments, directory="96A")).warnings if w.code.startswith("REPLY")]
    assert (problem.code, problem.value) == (code, "D1")


def test_the_reasons_of_a_contrl_are_told_in_words() -> None:
    answer = raw("CONTRL", "UCI+9+A+B+8", "UCM+1+CODECO:D:95B:UN+4+12", "UCS+3+15", "UCD+99+2:1", "UCM+2+CODECO:D:95B:UN+4")
    refused = [w.expected for w in said(answer).warnings if w.code == "REPLY_REFUSED"]
    assert refused == [
        "0085 12 (invalid value), segment 3: 0085 15 (not supported here), element 2:1: 0085 99", "no reason is given",
    ]  # fmt: skip


def test_two_boxes_of_a_report_are_counted_when_parties_stand_between_them() -> None:
    """Terminals write the operator of the next box behind the last one's segments."""
    body = (
        "BGM+44:::DISCHARGE REPORT+D1+9", VESSEL, "LOC+11+CNTAO:139:6+CT1:TER:ZZZ", "NAD+CA+COS:160:166",
        f"EQD+CN+{BOX}+4300:102:5++3+5", "DTM+203:202611241705:203", "SEL+A1", "NAD+CF+EMC:172",
        f"EQD+CN+{OTHER_BOX}+2200:102:5++3+5", "DTM+203:202611241706:203", "SEL+A2", "DGS+IMD++1593", "CNT+16:1",
    )  # fmt: skip
    reading = said(raw("COARRI", *body))
    assert [(r["container_no"], r["terminal_code"], r["seals"][0]["no"]) for r in records(reading)] == [
        (BOX, "CT1", "A1"), (OTHER_BOX, "CT1", "A2"),
    ]  # fmt: skip
    assert told(reading) == ["COUNT_MISMATCH"]
