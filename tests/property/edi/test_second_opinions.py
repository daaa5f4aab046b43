"""Second opinions: pydifact on syntax, python-stdnum on check digits, the simulator's own writer on whole files."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydifact.parser import Parser

from connectors.edi import collect, read
from connectors.edi.facts import check_digit_right
from connectors.edi.syntax import Segments
from schemas.identifiers import container_ok
from tests.unit.edi.building import GATE_BOX, QUAY_BOX, interchange, message, quay

ASCII = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), max_size=10)


@given(st.from_regex(r"\A[A-Z]{4}[0-9]{7}\Z"))
def test_check_digits_are_right_when_python_stdnum_says_so(number: str) -> None:
    assert check_digit_right(number) == container_ok(number)


@given(st.from_regex(r"\A[A-Z]{3}[UJZ][0-9]{6}\Z"))
def test_exactly_one_check_digit_is_right(stem: str) -> None:
    assert sum(check_digit_right(f"{stem}{digit}") for digit in range(10)) == 1


def by_pydifact(text: str) -> list[list[list[str]]]:
    """Its segments in our shape: it leaves out the list around a single component, and UNA is a segment."""
    found = []
    for segment in Parser().parse(text):
        if segment.tag != "UNA":
            elements = [e if isinstance(e, list) else [e] for e in segment.elements]
            found.append([[segment.tag], *elements])
    return found


def by_us(text: str) -> list[list[list[str]]]:
    return [s.elements for s in Segments([text.encode()])]


@pytest.mark.parametrize(
    "name",
    ["coarri_load_95b_callao.edi", "codeco_gate_in_95b_sydney.edi", "codeco_gate_out_95b_abidjan.edi", "aperak.edi",
     "VIFTSAI0000001.txt"],
)  # fmt: skip
def test_pydifact_reads_the_samples_alike(samples: Path, name: str) -> None:
    text = (samples / "edi" / name).read_text("utf-8")
    assert by_us(text) == by_pydifact(text)


@pytest.mark.parametrize("data", [interchange(message(GATE_BOX)), interchange(quay(QUAY_BOX), message(GATE_BOX))])
def test_pydifact_reads_our_fixtures_alike(data: bytes) -> None:
    assert by_us(data.decode()) == by_pydifact(data.decode())


@given(st.lists(st.lists(ASCII, min_size=1, max_size=3), min_size=1, max_size=4))
def test_pydifact_reads_released_text_alike(elements: list[list[str]]) -> None:
    release = str.maketrans({"?": "??", "'": "?'", "+": "?+", ":": "?:"})
    text = "+".join(["FTX", *(":".join(c.translate(release) for c in element) for element in elements)]) + "'"
    assert by_us(text) == by_pydifact(text) == [[["FTX"], *elements]]


def test_the_files_of_the_simulator_are_read_without_an_error() -> None:
    """Its writer shares no code with this reader: the two agree on the standard, or this fails."""
    from ops.simulate import World

    files = [d for d in World(seed=5).deliveries() if d.file is not None]
    read_events = 0
    for delivery in files:
        assert delivery.file is not None
        result = collect(read(delivery.file.text.encode(), name=delivery.file.name))
        assert result.errors == []
        assert {w.code for w in result.warnings} <= {"BAD_CHECK_DIGIT", "UNKNOWN_SIZE_TYPE"}
        assert len(result.events) == delivery.events
        assert {e.port for e in result.events} == {delivery.file.port}
        read_events += len(result.events)
    assert read_events > 5_000
