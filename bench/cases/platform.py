"""The worker itself, as a process of its own, watched through its metrics.

The clock runs from its first record until its last row is written: with everything that follows from the events (facts
between books, commands, deadlines), and with the pipeline empty at both ends.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import Final

from bench.cases import Arguments, arguments
from bench.meter import tell
from bench.watched import Watched, total, watched

RUN_S: Final = 240.0
#: How long nothing may be written until the worker is believed to be at rest.
REST_S: Final = 1.5


def run(args: Arguments) -> None:
    """One round."""
    program = ("bench.cases.null_worker", []) if args.case.endswith("null_sink") else ("ops.cli.main", ["worker"])
    with watched(args.case, Path(args.work), args.bootstrap, *program) as worker:
        _measure(args, worker)


def _measure(args: Arguments, worker: Watched) -> None:
    deadline = time.monotonic() + RUN_S
    while not total(worker.metrics(), "yigangtong_records_total"):
        worker.check(deadline, "it read nothing")
        time.sleep(0.02)
    began, cpu = time.perf_counter(), worker.cpu()
    last, last_cpu, last_rows = began, cpu, 0.0
    while True:
        time.sleep(0.1)  # asking more often would cost the worker what it is measured by
        metrics = worker.metrics()
        now, rows = time.perf_counter(), total(metrics, "yigangtong_rows_written_total")
        if rows != last_rows:
            last, last_cpu, last_rows = now, worker.cpu(), rows
        elif now - last > REST_S and total(metrics, 'yigangtong_rows_written_total{table="intake"}') >= args.records:
            break
        worker.check(deadline, f"{rows:.0f} rows after {now - began:.0f} s")
    tell(args.case, args.events, last - began, last_cpu - cpu, rows=int(last_rows))


if __name__ == "__main__":
    run(arguments())
