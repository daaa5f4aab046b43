"""Segments as pydifact, an independent library, reads them: where both read, both read the same."""

from __future__ import annotations

import warnings
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydifact.segmentcollection import RawSegmentCollection

from connectors.edi.syntax import Segments
from tests.property.edi.test_every_message import WHOLE

VALUE = st.text(st.sampled_from("AZ09 .-/?+:'青岛"), max_size=8)
#: A segment's first component is its tag; values as they mean, service characters are released when written.
SEGMENTS = st.lists(
    st.tuples(st.sampled_from(["BGM", "TDT", "FTX"]), st.lists(st.lists(VALUE, min_size=1, max_size=3), max_size=4)),
    min_size=1, max_size=5,
)  # fmt: skip

Plain = list[tuple[str, list[list[str]]]]


def written(segments: Plain) -> str:
    release = str.maketrans({char: "?" + char for char in "?+:'"})
    return "".join(
        "+".join([tag, *(":".join(value.translate(release) for value in element) for element in elements)]) + "'"
        for tag, elements in segments
    )


def by_pydifact(text: str) -> Plain:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return [
            (s.tag, [e if isinstance(e, list) else [e] for e in s.elements])
            for s in RawSegmentCollection.from_str(text).segments
            if s.tag != "UNA"
        ]


def by_us(data: bytes) -> Plain:
    return [(s.tag, s.elements[1:]) for s in Segments(iter([data]))]


def trimmed(segments: Plain) -> Plain:
    """Without empty components at the end of elements: they say nothing, and pydifact leaves them out."""

    def trim(element: list[str]) -> list[str]:
        while len(element) > 1 and not element[-1]:
            element = element[:-1]
        return element

    return [(tag, [trim(element) for element in elements]) for tag, elements in segments]


@given(SEGMENTS)
def test_both_read_what_was_written(segments: Plain) -> None:
    text = written(segments)
    assert by_us(text.encode()) == segments
    assert trimmed(by_pydifact(text)) == trimmed(segments)


@pytest.mark.parametrize("kind", list(WHOLE))
def test_both_read_every_message_alike(kind: str) -> None:
    assert trimmed(by_us(WHOLE[kind].encode())) == trimmed(by_pydifact(WHOLE[kind]))


@pytest.mark.parametrize("name", [
    "codeco_gate_in_95b_sydney.edi", "codeco_gate_out_95b_abidjan.edi", "coarri_load_95b_callao.edi", "aperak.edi",
    "sample_baplie.txt", "VIFTSAI0000001.txt",
])  # fmt: skip
def test_both_read_the_samples_alike(samples: Path, name: str) -> None:
    data = (samples / "edi" / name).read_bytes()
    assert trimmed(by_us(data)) == trimmed(by_pydifact(data.decode()))
