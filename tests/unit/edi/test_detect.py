"""The format of a file is told by how it begins."""

from __future__ import annotations

import pytest

from connectors.edi import collect, read
from connectors.reading.detect import EDIFACT, FLAT, JSON, XLSX, detect, first_field, in_small_letters


@pytest.mark.parametrize("head", [b"UNA:+.? 'UNB", b"UNB+UNOA:2", b"UNH+1", b"UNG+X", b"\xef\xbb\xbf\r\n UNB+", b"UNB*A"])
def test_edifact(head: bytes) -> None:
    assert detect(head) == EDIFACT


@pytest.mark.parametrize("head", [b"00:CODECO:GATE", b"\n00:X", b"\xef\xbb\xbf00:"])
def test_a_flat_file(head: bytes) -> None:
    assert detect(head) == FLAT


@pytest.mark.parametrize("head", [b"", b"{1}", b"UNITED", b"UNHAPPY", b"0012", b"ISA*00*", b"PK\x01\x02"])
def test_neither(head: bytes) -> None:
    assert detect(head) == ""


def test_other_forms() -> None:
    assert detect(b"PK\x03\x04...") == XLSX
    assert detect(b'\xef\xbb\xbf {"id": 1}') == detect(b"{}") == JSON


def test_the_sender_of_a_flat_file() -> None:
    assert first_field(b"00:CODECO:GATE-IN REPORT:9:WHPORT:YGT:2026'10:", 4) == "WHPORT"
    assert first_field(b"00:CODECO'", 4) == ""


@pytest.mark.parametrize(("head", "small"), [
    (b"unb+unoa:2+YT:ZZ", True), (b"una:+.? 'unb", True), (b" Unh+1", True), (b"UNB+UNOA", False), (b"united", False),
    (b"", False), (b"00:codeco", False),
])  # fmt: skip
def test_edifact_in_small_letters_is_told_from_what_is_unknown(head: bytes, small: bool) -> None:
    assert in_small_letters(head) is small


def test_its_sender_is_told_to_write_capitals() -> None:
    (problem,) = collect(read(b"unb+unoa:2+a+b+261124:1905+1'unh+1+codeco:d:95b:un'", port="yantai")).errors
    assert problem.code == "SMALL_LETTERS" and "capitals" in problem.en and "大写" in problem.zh
