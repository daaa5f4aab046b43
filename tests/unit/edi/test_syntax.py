"""EDIFACT syntax: service characters, release, line breaks, charsets, bounds."""

from __future__ import annotations

import pytest

from connectors.edi.syntax import MAX_SEGMENT, Segment, Segments

GB = "鲁B12345".encode("gb18030")


def segments(data: bytes, charset: str = "") -> list[Segment]:
    return list(Segments([data], charset=charset))


def values(data: bytes) -> list[list[list[str]]]:
    return [s.elements for s in segments(data)]


def test_a_segment_is_its_elements_and_their_components() -> None:
    assert segments(b"LOC+165+CNYAT:139:6+YPCT'X'") == [
        Segment("LOC", [["LOC"], ["165"], ["CNYAT", "139", "6"], ["YPCT"]], 1), Segment("X", [["X"]], 2),
    ]  # fmt: skip


@pytest.mark.parametrize("between", [b"", b"\n", b"\r\n", b"\r\n\r\n  ", b"\t"])
def test_white_space_between_segments_does_not_matter(between: bytes) -> None:
    assert values(b"A+1'" + between + b"B+2'" + between) == [[["A"], ["1"]], [["B"], ["2"]]]


def test_a_line_break_within_a_segment_is_left_out() -> None:
    assert values(b"FTX+AAI+LONG\r\n TEXT'") == [[["FTX"], ["AAI"], ["LONG TEXT"]]]


@pytest.mark.parametrize("una", [b"UNA:+.? '", b"UNA|*,!~", b"\xef\xbb\xbf\n UNA:+.? '\r\n", b"UNA:+. \x20'"])
def test_una_names_the_service_characters(una: bytes) -> None:
    body = b"UNB*A|B*C~" if b"|" in una else b"UNB+A:B+C'"
    una = una + b"~" if una == b"UNA|*,!~" else una
    assert values(una + body) == [[["UNB"], ["A", "B"], ["C"]]]


def test_a_blank_release_character_releases_nothing() -> None:
    assert values(b"UNA:+.  'FTX+WHAT?+X'") == [[["FTX"], ["WHAT?"], ["X"]]]


def test_each_interchange_of_a_file_may_have_its_own_una() -> None:
    data = b"UNA:+.? 'UNB+A:B'UNZ+1'UNA|*.? ~UNB*A|B~UNZ*1~UNA:+.? 'UNB+C'"
    for cut in range(len(data)):
        elements = [s.elements[1] for s in Segments([data[:cut], data[cut:]])]
        assert elements == [["A", "B"], ["1"], ["A", "B"], ["1"], ["C"]]


def test_released_characters_are_data() -> None:
    assert values(b"FTX+A?+B?:C??+D?'E'G'") == [[["FTX"], ["A+B:C?"], ["D'E"]], [["G"]]]


def test_a_released_release_character_releases_no_terminator() -> None:
    assert values(b"FTX+A??'B+1'") == [[["FTX"], ["A?"]], [["B"], ["1"]]]


def test_a_segment_that_falls_between_two_chunks_is_whole() -> None:
    data = b"UNA:+.? 'UNB+UNOA:2+A?'B'FTX+" + GB + b"'X'"
    whole = segments(data)
    for cut in range(len(data)):
        assert list(Segments([data[:cut], data[cut:]])) == whole


@pytest.mark.parametrize(
    ("syntax", "raw", "text"),
    [
        ("UNOA", GB, "鲁B12345"), ("UNOA", "鲁B12345".encode(), "鲁B12345"), ("UNOW", "Zürich".encode(), "Zürich"),
        ("UNOC", "Zürich".encode("latin-1"), "Zürich"), ("UNOC", "Zürich".encode(), "Zürich"),
        ("UNOE", "Мир".encode("iso8859-5"), "Мир"), ("UNOY", GB, "鲁B12345"),
    ],
)  # fmt: skip
def test_text_is_utf_8_or_what_the_syntax_identifier_means(syntax: str, raw: bytes, text: str) -> None:
    assert values(b"UNB+" + syntax.encode() + b":3+X'FTX+" + raw + b"'")[1][1] == [text]


def test_the_senders_charset_counts_before_the_syntax_identifier() -> None:
    raw = b"UNB+UNOA:3+X'FTX+" + "Zürich".encode("latin-1") + b"'"
    assert segments(raw, "latin-1")[1].elements[1] == ["Zürich"]


def test_bytes_that_are_no_text_are_replaced_told_and_stop_nothing() -> None:
    stream = Segments([b"A'FTX+\xff\xff'B'"])
    assert [s.elements[0] for s in stream] == [["A"], ["FTX"], ["B"]]
    assert stream.damaged == [(2, "FTX+\ufffd\ufffd")]


@pytest.mark.parametrize("charset", ["utf-8", "UNOW"])
def test_two_byte_text_in_utf_8_is_read_where_it_is_declared(charset: str) -> None:
    syntax, own = ("UNOW", "") if charset == "UNOW" else ("UNOA", "utf-8")
    raw = f"UNB+{syntax}:3+X'FTX+Zürich'".encode()
    assert segments(raw, own)[1].elements[1] == ["Zürich"]


def test_a_shandong_plate_alone_is_read_in_both_charsets() -> None:
    """鲁 is C2 B3 in GB18030, which is valid UTF-8 for another character."""
    for charset in ("gb18030", "utf-8"):
        assert values("TDT+1++3+31++++鲁B12345'".encode(charset))[0][8] == ["鲁B12345"]


def test_a_file_without_terminators_is_given_up_in_bounded_memory() -> None:
    read = 0

    def endless() -> object:
        nonlocal read
        while True:
            read += 4096
            yield b"x" * 4096

    stream = Segments(endless())  # type: ignore[arg-type]
    assert list(stream) == []
    assert stream.fault == "SEGMENT_TOO_LONG"
    assert read <= MAX_SEGMENT + 2 * 4096


@pytest.mark.parametrize("pieces", [1, 50])
def test_an_overlong_segment_is_one_however_it_comes(pieces: int) -> None:
    data = b"A'" + b"x" * (MAX_SEGMENT + 1) + b"'B'"
    size = len(data) // pieces + 1
    stream = Segments([data[i : i + size] for i in range(0, len(data), size)])
    assert [s.tag for s in stream] == ["A"]
    assert stream.fault == "SEGMENT_TOO_LONG"


def test_text_after_the_last_terminator_is_a_fault() -> None:
    stream = Segments([b"A'B+12"])
    assert [s.tag for s in stream] == ["A"]
    assert (stream.fault, stream.rest) == ("NOT_TERMINATED", "B+12")
