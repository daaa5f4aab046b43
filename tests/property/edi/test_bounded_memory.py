"""However large a file is, what is held of it at once stays small."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator

import pytest

from connectors.edi import Event, edifact, read
from tests.unit.edi.building import BOX, GATE_BOX, interchange, message

BOXES = 20


def generated(messages: int) -> Iterator[bytes]:
    """One interchange, made as it is read."""
    whole = interchange(message(GATE_BOX))
    yield whole[: whole.index(b"UNH")]
    for number in range(messages):
        boxes = [s.replace(BOX, f"CSQU{number * BOXES + box:07d}") for box in range(BOXES) for s in GATE_BOX]
        yield "".join(f"{s}'\n" for s in message(boxes, reference=str(number), document=f"D{number}")).encode()
    yield b"UNZ+%d+000001'" % messages


def peak(messages: int) -> int:
    """Bytes held at most while the interchange is read."""
    tracemalloc.start()
    try:
        assert sum(isinstance(item, Event) for item in read(generated(messages))) == messages * BOXES
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_an_interchange_four_times_as_large_needs_no_more_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(edifact, "HOLD", 300)
    small = peak(40)
    assert peak(160) < small * 1.2
