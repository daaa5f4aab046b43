"""Memory per box: resident memory that the day's books take, all books counted to the boxes.

cold: restored and not touched since. hot: derived just now, with everything that derivation keeps.
"""

from __future__ import annotations

import gc
import json
import os
from pathlib import Path

from bench.cases import Arguments, arguments
from bench.cases.in_process import correlator
from bench.cases.state import messages
from streams.runtime import changelog
from streams.runtime.ports import Record
from streams.runtime.watermark import Watermark


def run(args: Arguments) -> None:
    """One round."""
    core, watermark = correlator(), Watermark((), 1, False)
    boxes: set[str] = set()
    before = _resident()
    for key, value in messages(args):
        changelog.restore(core, watermark, [Record(changelog.TOPIC, 0, 0, 0, key, value)], 0)
        if key is not None and key[:1] == b"B":
            boxes.add(key.partition(b"\x00")[0].decode())
    core.restored()
    if args.case.endswith("hot_box"):
        while core.sweep(1000):
            core.flush()
    gc.collect()
    used = _resident() - before
    print(json.dumps({"case": args.case, "bytes_per_box": round(used / len(boxes)), "boxes": len(boxes)}))


def _resident() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


if __name__ == "__main__":
    run(arguments())
