"""EDIFACT in process, by CPU time: boxes of an interchange into events; beside it pydifact, which stops at segments."""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable

from bench.cases import arguments
from bench.edi_files import interchange
from bench.meter import tell
from connectors.edi import Event, read

BOXES = 10_000
#: The least of so many passes counts: others share the machine's caches.
PASSES = 5
#: pydifact is slow: it sees fewer.
FEWER = 1_000


def main() -> None:
    """Read one interchange and tell how long it took."""
    case = arguments().case
    message = case.removeprefix("edi_").removesuffix("_pydifact").upper()
    boxes = FEWER if case.endswith("_pydifact") else BOXES
    pieces = list(interchange(message, boxes))
    handled = _pydifact if case.endswith("_pydifact") else _ours
    handled(list(interchange(message, 100)))  # tables, imports and caches are there when the clock starts
    cpu = min(_timed(handled, pieces, boxes) for _ in range(PASSES))
    tell(case, boxes, cpu, cpu)


def _timed(handled: Callable[[list[bytes]], int], pieces: list[bytes], boxes: int) -> float:
    started = time.process_time()
    found = handled(pieces)
    cpu = time.process_time() - started
    assert found == boxes, f"{found} of {boxes} boxes were read"
    return cpu


def _ours(pieces: list[bytes]) -> int:
    return sum(isinstance(item, Event) for item in read(iter(pieces)))


def _pydifact(pieces: list[bytes]) -> int:
    from pydifact.segmentcollection import RawSegmentCollection

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        segments = RawSegmentCollection.from_str(b"".join(pieces).decode()).segments
        return sum(segment.tag == "EQD" for segment in segments)


if __name__ == "__main__":
    main()
