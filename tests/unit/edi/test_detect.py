"""The format of a file is told by how it begins."""

from __future__ import annotations

import pytest

from connectors.reading.detect import EDIFACT, FLAT, JSON, XLSX, detect, first_field


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
