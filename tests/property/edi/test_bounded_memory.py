"""However large a file is, what is held of it at once stays small."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator

from connectors.edi import Event, read
from tests.unit.edi.building import GATE_BOX, interchange, message

MESSAGES = 1_500
BOXES = 20


def endless_interchange() -> Iterator[bytes]:
    """About 10 MB, made as it is read."""
    whole = interchange(message(GATE_BOX * 1))
    head, tail = whole[: whole.index(b"UNH")], whole[whole.index(b"UNZ") :]
    yield head
    for number in range(MESSAGES):
        boxes = [s.replace("CSQU3054383", f"CSQU{number * BOXES + box:07d}") for box in range(BOXES) for s in GATE_BOX]
        yield "".join(f"{s}'\n" for s in message(boxes, reference=str(number), document=f"D{number}")).encode()
    yield tail.replace(b"UNZ+1", b"UNZ+%d" % MESSAGES)


def test_the_memory_of_a_huge_lenient_interchange_is_that_of_what_waits_for_its_trailer(monkeypatch: object) -> None:
    from connectors.edi import edifact

    hold, edifact.HOLD = edifact.HOLD, 1_000
    try:
        tracemalloc.start()
        events = sum(isinstance(item, Event) for item in read(endless_interchange()))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
        edifact.HOLD = hold
    assert events == MESSAGES * BOXES
    assert peak < 12_000_000  # a thousand records wait; all thirty thousand would be above 60 MB
