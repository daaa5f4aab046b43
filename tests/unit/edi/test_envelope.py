"""Envelopes: lenient by default with the reason, strict for the partners that want it; one bad message stops no other."""

from __future__ import annotations

import pytest

from connectors.edi import Problem, collect, edifact, read
from tests.unit.edi.building import BOX, GATE_BOX, OTHER_BOX, STRICT, interchange, message, text

OTHER = [s.replace(BOX, OTHER_BOX) for s in GATE_BOX]


def codes(problems: list[Problem]) -> list[str]:
    return [p.code for p in problems]


def test_a_faultless_interchange_has_no_flag_and_no_warning() -> None:
    result = collect(read(interchange(message(GATE_BOX))))
    assert (result.errors, result.warnings) == ([], [])
    assert result.events[0].record["quality_flags"] == []


FAULTY = {
    "UNT count": (interchange(message(GATE_BOX, count="99")), "COUNT_MISMATCH", "99", "14 segments"),
    "UNT count that is none": (interchange(message(GATE_BOX, count="x")), "COUNT_MISMATCH", "x", "14 segments"),
    "UNT reference": (interchange(message(GATE_BOX, trailer="7")), "REFERENCE_MISMATCH", "7", "1"),
    "UNZ count": (interchange(message(GATE_BOX), count="3"), "COUNT_MISMATCH", "3", "1 messages"),
    "UNZ reference": (interchange(message(GATE_BOX), trailer="000009"), "REFERENCE_MISMATCH", "000009", "000001"),
    "CNT": (
        interchange([s.replace("CNT+16:1", "CNT+16:2") for s in message(GATE_BOX)]), "COUNT_MISMATCH", "2", "1 boxes",
    ),
    "no UNB and UNZ": (text(message(GATE_BOX)), "NO_ENVELOPE", "UNH", "UNB and UNZ around it"),
    "no UNZ": (
        interchange(message(GATE_BOX)).split(b"UNZ")[0], "NO_TRAILER", "the end of the file", "UNZ+...+000001",
    ),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTY)
def test_a_wrong_envelope_is_flagged_and_told_with_both_values(fault: str) -> None:
    data, code, value, expected = FAULTY[fault]
    result = collect(read(data))
    assert result.errors == []
    (warning,) = result.warnings
    assert (warning.code, warning.value, warning.expected) == (code, value, expected)
    assert [e.record["quality_flags"] for e in result.events] == [[code]]


@pytest.mark.parametrize("fault", FAULTY)
def test_a_strict_partner_is_refused_with_the_same_words(fault: str) -> None:
    data, *_ = FAULTY[fault]
    (lenient,) = collect(read(data)).warnings
    result = collect(read(data, profile=STRICT))
    (error,) = result.errors
    assert (result.events, result.warnings) == ([], [])
    assert (error.en, error.zh, error.place) == (lenient.en, lenient.zh, lenient.place)


def test_a_zero_padded_count_is_right() -> None:
    assert collect(read(interchange(message(GATE_BOX, count="000014")), profile=STRICT)).errors == []


def test_a_wrong_unz_flags_every_message_of_its_interchange_and_no_other() -> None:
    data = interchange(message(GATE_BOX), message(OTHER, reference="2"), count="5") + interchange(message(GATE_BOX))
    flags = [e.record["quality_flags"] for e in collect(read(data)).events]
    assert flags == [["COUNT_MISMATCH"], ["COUNT_MISMATCH"], []]


def test_an_interchange_with_groups_counts_its_groups() -> None:
    def grouped(une: str, unz: str) -> bytes:
        ung = "UNG+CODECO+YTPORT+YGT+261124:1730+7+UN+D:95B"
        head = "UNB+UNOA:2+YTPORT+YGT+261124:1730+000001"
        return text([head, ung, *message(GATE_BOX), *message(OTHER, reference="2"), une, unz])

    assert collect(read(grouped("UNE+2+7", "UNZ+1+000001"))).warnings == []
    (warning,) = collect(read(grouped("UNE+9+7", "UNZ+1+000001"))).warnings
    assert (warning.element, warning.value, warning.expected) == ("UNE count", "9", "2 messages")
    (warning,) = collect(read(grouped("UNE+2+8", "UNZ+1+000001"))).warnings
    assert (warning.code, warning.value, warning.expected) == ("REFERENCE_MISMATCH", "8", "7")
    result = collect(read(grouped("UNE+9+7", "UNZ+1+000001"), profile=STRICT))
    assert (result.events, codes(result.errors)) == ([], ["COUNT_MISMATCH"])


BAD_MESSAGES = {
    "unknown document": message(OTHER, reference="2", code="999"),
    "unsupported": message(OTHER, reference="2", kind="INVOIC"),
    "cut off": message(OTHER, reference="2")[:-1],
    "no boxes": message([], reference="2"),
    "unknown function": message(OTHER, reference="2", function="88"),
}


@pytest.mark.parametrize("kind", BAD_MESSAGES)
def test_a_bad_message_is_refused_and_stops_no_other(kind: str) -> None:
    last = message(GATE_BOX, reference="3", document="DOC3")
    result = collect(read(interchange(message(GATE_BOX), BAD_MESSAGES[kind], last)))
    assert [e.record["event_id"].split("/")[2] for e in result.events] == ["DOC1", "DOC3"]
    (error,) = result.errors
    assert error.message == "2"


def test_a_bad_box_is_refused_and_stops_no_other() -> None:
    bad = [s.replace(BOX, "CSQU30543") for s in GATE_BOX]
    result = collect(read(interchange(message([*bad, *OTHER]))))
    assert [e.key for e in result.events] == [OTHER_BOX]
    (error,) = result.errors
    assert (error.code, error.value, error.position, error.element) == ("BAD_CONTAINER", "CSQU30543", 7, "EQD C237/8260")
    assert result.warnings == []  # a refused box still counts


def test_a_file_that_ends_within_a_message_gives_nothing_of_that_message() -> None:
    data = interchange(message(GATE_BOX), message(OTHER, reference="2"))
    result = collect(read(data[: data.rindex(b"MEA")]))
    assert [e.key for e in result.events] == [BOX]
    assert codes(result.errors) == ["TRUNCATED"]


def test_a_file_that_ends_within_a_segment_is_told() -> None:
    data = interchange(message(GATE_BOX))
    result = collect(read(data[: data.rindex(b"CNT") + 5]))
    assert (result.events, codes(result.errors)) == ([], ["NOT_TERMINATED", "TRUNCATED"])


def test_segments_outside_a_message_are_told_once_a_run() -> None:
    result = collect(read(interchange(["BGM+34+X+9", "EQD+CN+X"], message(GATE_BOX))))
    assert [e.key for e in result.events] == [BOX]
    assert codes(result.errors) == ["STRAY_SEGMENT"]


def test_an_empty_file_is_an_error() -> None:
    assert codes(collect(read(b" \r\n")).errors) == ["EMPTY_FILE"]


def test_a_file_that_cannot_be_read_is_an_error(tmp_path: object) -> None:
    from pathlib import Path

    assert codes(collect(read(Path(str(tmp_path)) / "none.edi")).errors) == ["UNREADABLE"]


def test_a_large_lenient_interchange_goes_on_in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(edifact, "HOLD", 2)
    many = [message(GATE_BOX, reference=str(n), document=f"D{n}") for n in range(5)]
    result = collect(read(interchange(*many, count="9")))
    assert len(result.events) == 5
    assert [len(e.record["quality_flags"]) for e in result.events] == [0, 0, 0, 1, 1]  # only what still waited
    assert codes(result.warnings) == ["COUNT_MISMATCH"]


def test_a_large_strict_interchange_is_refused_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(edifact, "HOLD", 2)
    many = [message(GATE_BOX, reference=str(n), document=f"D{n}") for n in range(8)]
    result = collect(read(interchange(*many), profile=STRICT))
    assert (result.events, codes(result.errors)) == ([], ["MESSAGE_TOO_LONG"])
