"""The format of a file is told by how it begins."""

from __future__ import annotations

import io

import pytest

from connectors.files.reader import read_file
from connectors.reading.detect import EDIFACT, FLAT, JSON, LOWER_CASE, XLSX, detect, first_field
from connectors.reading.problem import Problem
from tests.unit.edi.building import GATE_BOX, interchange, message


@pytest.mark.parametrize("head", [b"UNA:+.? 'UNB", b"UNB+UNOA:2", b"UNH+1", b"UNG+X", b"\xef\xbb\xbf\r\n UNB+", b"UNB*A"])
def test_edifact(head: bytes) -> None:
    assert detect(head) == EDIFACT


@pytest.mark.parametrize("head", [b"00:CODECO:GATE", b"\n00:X", b"\xef\xbb\xbf00:"])
def test_a_flat_file(head: bytes) -> None:
    assert detect(head) == FLAT


@pytest.mark.parametrize("head", [b"", b"{1}", b"UNITED", b"UNHAPPY", b"0012", b"ISA*00*", b"PK\x01\x02"])
def test_neither(head: bytes) -> None:
    assert detect(head) == ""


@pytest.mark.parametrize("head", [
    b"unb+unoa:1+", b"Unh+1", b"\xef\xbb\xbf ung+X", b"una:+.? 'unb+unoa", b"UNA:+.? '\r\nunb+unoa", b"una:+.? 'UNB+UNOA",
])  # fmt: skip
def test_edifact_without_capitals(head: bytes) -> None:
    assert detect(head) == LOWER_CASE


@pytest.mark.parametrize("head", [b"unb", b"unbilled,units", b"unhappy", b"una b", b"unified"])
def test_words_that_only_begin_like_it(head: bytes) -> None:
    assert detect(head) == ""


def test_it_is_refused_in_its_own_words() -> None:
    data = interchange(message(GATE_BOX))
    (problem,) = read_file(io.BytesIO(data.lower()), name="gate.edi", port="yantai")
    assert isinstance(problem, Problem)
    assert (problem.severity, problem.code, problem.element) == ("error", "LOWER_CASE_TAGS", "unb")
    assert "capitals" in problem.en and "大写" in problem.zh
    assert not [item for item in read_file(io.BytesIO(data), port="yantai") if isinstance(item, Problem)]


def test_other_forms() -> None:
    assert detect(b"PK\x03\x04...") == XLSX
    assert detect(b'\xef\xbb\xbf {"id": 1}') == detect(b"{}") == JSON


def test_the_sender_of_a_flat_file() -> None:
    assert first_field(b"00:CODECO:GATE-IN REPORT:9:WHPORT:YGT:2026'10:", 4) == "WHPORT"
    assert first_field(b"00:CODECO'", 4) == ""
