"""Memory per box: resident memory that the day's books take, all books counted to the boxes.

cold: restored, derived by the sweep and closed since. hot: of all boxes that the last minute touched at 1,000 events/s,
some open with all that derivation keeps and some closed since, as a worker closes them.
"""

from __future__ import annotations

import gc
import json
import os
from ctypes import CDLL
from itertools import chain, islice
from pathlib import Path
from typing import Any, Final
from zlib import crc32

from bench.cases import Arguments, arguments
from bench.cases.in_process import A_SECOND, Day, close_books, correlator, derive
from bench.cases.state import messages
from streams.domain.shelf import DIGEST
from streams.runtime import changelog
from streams.runtime.ports import Record
from streams.runtime.watermark import Watermark

#: In windows.
MINUTE: Final = 60 * A_SECOND


def run(args: Arguments) -> None:
    """One round."""
    used, boxes = (_cold if args.case.endswith("cold_box") else _hot)(args)
    print(json.dumps({"case": args.case, "bytes_per_box": round(used / boxes), "boxes": boxes}))


def _cold(args: Arguments) -> tuple[int, int]:
    """What the second half of the books adds: the first half has left free memory behind, which the second uses."""
    core, watermark = correlator(), Watermark((), 1, False)
    halves: tuple[list[Record], list[Record]] = ([], [])
    for key, value in messages(args):
        if key is not None:
            name = key[: -DIGEST]
            halves[crc32(name) % 2].append(Record(changelog.TOPIC, 0, 0, 0, key, value))
    sizes: list[int] = []
    for half in halves:
        for record in half:
            # A copy, as a consumer makes one: what the file gave must not be counted for the books.
            value = bytes(bytearray(record.value or b""))
            changelog.restore(core, watermark, [record._replace(value=value)], 0)
        core.restored()
        while core.sweep(200):
            core.flush()
            core.tidy(0, 1000)
        sizes.append(_resident())
    second = {r.key[: -DIGEST] for r in halves[1] if r.key and r.key[:1] == b"B"}
    return sizes[1] - sizes[0], len(second)


def _hot(args: Arguments) -> tuple[int, int]:
    day = Day(args.seed, args.scale)
    windows = iter(day)
    first = next(windows)  # the simulated day is planned by now: it is no part of the books
    before = _resident()
    core = correlator()
    boxes: set[str] = set()
    for number, window in enumerate(chain((first,), islice(windows, MINUTE - 1))):
        boxes.update(e.key for e in window.evidence() if e.book == "B")
        commands: list[dict[str, Any]] = []
        derive(core, window, commands)
        day.send(commands, window.at_ms)
        core.take_fresh()
        close_books(core, number)
    return _resident() - before, len(boxes)


def _resident() -> int:
    """Resident memory, without what is free."""
    gc.collect()
    CDLL("libc.so.6").malloc_trim(0)
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


if __name__ == "__main__":
    run(arguments())
