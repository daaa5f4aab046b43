"""However large a file is, what is held of it at once stays small."""

from __future__ import annotations

import subprocess
import sys
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.edi_files import interchange as interchange_of
from connectors.edi import Event, edifact, read
from tests.unit.edi.building import BOX, GATE_BOX, interchange, message

BOXES = 20
ROOT = Path(__file__).parents[3]


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


def test_a_bayplan_holds_only_its_own_boxes_however_many_come_after_one_another(monkeypatch: pytest.MonkeyPatch) -> None:
    """Boxes wait for the end of their message, and no longer."""
    monkeypatch.setattr(edifact, "HOLD", 300)

    def bayplans(count: int) -> Iterator[bytes]:
        for _ in range(count):
            yield from interchange_of("BAPLIE", 400)

    def most(count: int) -> int:
        tracemalloc.start()
        try:
            assert sum(isinstance(item, Event) for item in read(bayplans(count))) == count * 400
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    small = most(2)
    assert most(8) < small * 1.2


CHILD = """
import re
from pathlib import Path
from tests.property.edi.test_bounded_memory import {source}
from connectors.edi import Event, read
found = sum(isinstance(item, Event) for item in read({source}()))
peak = re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())  # ru_maxrss begins with the parent's
print(found, peak[1])
"""
MEGABYTE = 1024  # in kB


def bayplan_of_24000_teu() -> Iterator[bytes]:
    """24,000 boxes in one message, more than a ship of 24,000 TEU carries."""
    return interchange_of("BAPLIE", 24_000)


def half_a_gigabyte() -> Iterator[bytes]:
    """500 MB in one interchange."""
    message = b"".join(interchange_of("COARRI", 1000))
    start, end = message.index(b"UNH"), message.index(b"UNZ")
    yield message[:start]
    for number in range(500_000_000 // (end - start)):
        yield message[start:end].replace(b"UNH+1+", b"UNH+%d+" % number).replace(b"+1'\n", b"+%d'\n" % number)
    yield b"UNZ+1+1'"


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize(("source", "boxes"), [("bayplan_of_24000_teu", 24_000), ("half_a_gigabyte", 1_000_000)])
def test_the_largest_files_need_less_than_200_megabytes(source: str, boxes: int) -> None:
    child = subprocess.run(
        [sys.executable, "-c", CHILD.format(source=source)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    found, peak_kb = map(int, child.stdout.split())
    assert found >= boxes
    assert peak_kb < 200 * MEGABYTE
