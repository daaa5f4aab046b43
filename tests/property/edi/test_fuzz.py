"""Whatever the bytes, reading gives events that fit their schema, and problems; it never raises."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st

from connectors.edi import Event, read
from schemas.codec import encode
from schemas.validate import validate
from tests.unit.edi.building import (
    GATE_BOX,
    GATE_IN_BOX,
    GATE_IN_HEAD,
    GATE_VESSEL,
    QUAY_BOX,
    QUAY_BOX_50,
    QUAY_BOX_52,
    QUAY_HEAD,
    QUAY_VESSEL,
    flat,
    interchange,
    message,
    quay,
)

GOOD = [
    b"UNA:+.? '" + interchange(message(GATE_BOX), quay(QUAY_BOX, reference="2")),
    interchange(quay(QUAY_BOX, code="119", directory="00B", function="5", about="X")),
    flat(GATE_IN_HEAD, GATE_VESSEL, GATE_IN_BOX, "52:3:鲁B12345:TRK:X"),
    flat(QUAY_HEAD, QUAY_VESSEL, QUAY_BOX_50, QUAY_BOX_52),
]


def sound(data: bytes, chunk: int = 1 << 16) -> int:
    """Reads, and holds every event to its schema; returns how many there were."""
    events = 0
    for item in read(iter([data[i : i + chunk] for i in range(0, len(data), chunk)]), port="yantai"):
        if isinstance(item, Event):
            events += 1
            assert validate(item.kind, item.record, item.port) == []
            encode(item.kind, item.record)
        else:
            assert item.severity in ("error", "warning")
            assert str(item) and item.zh
    return events


@given(st.binary(max_size=400))
def test_any_bytes(data: bytes) -> None:
    sound(data)


@given(st.sampled_from([b"UNH+1+CODECO:D:95B:UN'", b"UNB+UNOA:2+YTPORT+X+261124:1730+1'", b"00:COARRI:LOAD REPORT:9:WHPORT:"]),
       st.binary(max_size=300))  # fmt: skip
def test_any_bytes_after_a_good_beginning(head: bytes, data: bytes) -> None:
    sound(head + data)


def edits() -> st.SearchStrategy[Callable[[bytes], bytes]]:
    """One change: bytes overwritten, cut out, put in, or segments exchanged."""
    place = st.floats(0, 1, exclude_max=True)
    some = st.one_of(st.binary(max_size=6), st.sampled_from([b"'", b"+", b":", b"?", b"UNH", b"EQD+CN", b"UNT+1+1'", b"50:"]))

    def overwrite(at: float, more: bytes) -> Callable[[bytes], bytes]:
        return lambda data: data[: int(at * len(data))] + more + data[int(at * len(data)) + len(more) :]

    def insert(at: float, more: bytes) -> Callable[[bytes], bytes]:
        return lambda data: data[: int(at * len(data))] + more + data[int(at * len(data)) :]

    def cut(at: float, length: int) -> Callable[[bytes], bytes]:
        return lambda data: data[: int(at * len(data))] + data[int(at * len(data)) + length :]

    def exchange(one: float, other: float) -> Callable[[bytes], bytes]:
        def swap(data: bytes) -> bytes:
            segments = data.split(b"'")
            a, b = int(one * len(segments)), int(other * len(segments))
            segments[a], segments[b] = segments[b], segments[a]
            return b"'".join(segments)

        return swap

    return st.one_of(
        st.builds(overwrite, place, some), st.builds(insert, place, some), st.builds(cut, place, st.integers(1, 60)),
        st.builds(exchange, place, place),
    )  # fmt: skip


@given(st.sampled_from(GOOD), st.lists(edits(), min_size=1, max_size=5), st.sampled_from([1, 7, 1 << 16]))
def test_a_good_message_with_changes(data: bytes, changes: list[Callable[[bytes], bytes]], chunk: int) -> None:
    for change in changes:
        data = change(data)
    sound(data, chunk)


def test_the_messages_that_are_changed_are_good() -> None:
    assert [sound(data) for data in GOOD] == [2, 1, 1, 1]
