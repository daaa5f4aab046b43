"""The fast way through EDIFACT syntax gives what the obvious way gives, however the bytes come."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from connectors.edi.syntax import Segments
from tests.property.edi import slow_syntax

#: Much of what matters to the syntax, some text.
TEXT = st.lists(
    st.sampled_from(["+", ":", "'", "?", "?'", "?+", "??", "\n", "\r\n", " ", "A", "UNB", "UNA:+.? '", "UNZ+1'", "箱", "7"]),
    max_size=40,
).map("".join)
UNA = st.sampled_from(["", "UNA:+.? '", "UNA:*.!~"[:8] + "'", "UNA,*.? '", "UNA:+.  '", "UNA:+.?*!"])


def chunked(data: bytes, cuts: list[int]) -> list[bytes]:
    places = [0, *sorted(c % (len(data) + 1) for c in cuts), len(data)]
    return [data[a:b] for a, b in zip(places, places[1:], strict=False)]


@given(UNA, TEXT, st.lists(st.integers(0, 500), max_size=6))
@example("", "A?\r\n'B'", [3])
@example("", "A+UNA:+.? 'B'", [])
@example("", "A'UNA:+.? 'B+?'C'", [9])
@example("UNA:+.  '", "A??'", [])
def test_fast_and_slow_reading_agree_however_the_bytes_are_cut(una: str, body: str, cuts: list[int]) -> None:
    text = una + body
    fast = [s.elements for s in Segments(chunked(text.encode(), cuts), charset="utf-8")]
    assert fast == slow_syntax.read(text)


@given(TEXT, st.lists(st.integers(0, 500), max_size=6))
def test_positions_count_the_segments(body: str, cuts: list[int]) -> None:
    stream = Segments(chunked(body.encode(), cuts))
    positions = [s.position for s in stream]
    assert positions == list(range(1, len(positions) + 1))
    assert stream.position == len(positions)
