"""Recovery: changelog records → books and calls, ready for the next event; a box is read when somebody needs it."""

from __future__ import annotations

import time

from bench.cases import Arguments, arguments
from bench.cases.in_process import correlator
from bench.cases.state import messages
from bench.meter import tell
from streams.runtime import changelog
from streams.runtime.ports import Record
from streams.runtime.watermark import Watermark

#: Records per batch, as the consumer fetches them.
BATCH = 4000


def run(args: Arguments) -> None:
    """One round."""
    records = [Record(changelog.TOPIC, 0, i, 0, key, value) for i, (key, value) in enumerate(messages(args))]
    core, watermark = correlator(), Watermark((), 1, False)
    started, cpu = time.perf_counter(), time.process_time()
    for at in range(0, len(records), BATCH):
        changelog.restore(core, watermark, records[at : at + BATCH], 0)
    core.restored()
    seconds, cpu = time.perf_counter() - started, time.process_time() - cpu
    size = sum(len(r.value or b"") for r in records)
    tell(args.case, len(records), seconds, cpu, bytes_per_record=round(size / len(records)))


if __name__ == "__main__":
    run(arguments())
