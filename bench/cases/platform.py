"""The worker itself, as a process of its own, watched through its metrics.

The clock runs from its first record until its last row is written: with everything that follows from the events (facts
between books, commands, deadlines), and with the pipeline empty at both ends.
"""

from __future__ import annotations

import os
import sys
import time
import urllib.request
import uuid
from pathlib import Path
from typing import Final

from bench.cases import Arguments, arguments
from bench.meter import tell
from connectors.processes import Child, end, free_ports, last_lines, spawn

READY_S: Final = 60.0
RUN_S: Final = 240.0
#: How long nothing may be written until the worker is believed to be at rest.
REST_S: Final = 1.5
_TICKS: Final = os.sysconf("SC_CLK_TCK")


def run(args: Arguments) -> None:
    """One round."""
    root = Path(args.work) / uuid.uuid4().hex[:8]
    root.mkdir(parents=True)
    health, http = free_ports(2)
    environment = os.environ | {
        "YGT_BOOTSTRAP": args.bootstrap, "YGT_GROUP": root.name, "YGT_DATA_DIR": str(root / "worker"),
        "YGT_STORE_URL": f"chdb://{root.absolute() / 'store'}", "YGT_MODE": "simulated",
        "YGT_HEALTH_PORT": str(health), "YGT_HTTP_PORT": str(http),
    }  # fmt: skip
    program = ["bench.cases.null_worker"] if args.case.endswith("null_sink") else ["ops.cli.main", "worker"]
    log = root / "worker.log"
    worker = spawn([sys.executable, "-m", *program], log, env=environment)
    try:
        _measure(args, worker, f"http://127.0.0.1:{health}")
    except TimeoutError as late:
        raise SystemExit(f"{args.case}: {late}; the worker says:\n{last_lines(log)}") from late
    finally:
        end(worker)


def _measure(args: Arguments, worker: Child, url: str) -> None:
    deadline = time.monotonic() + READY_S
    while not _get(url + "/ready"):
        _check(worker, deadline, "it was not ready")
        time.sleep(0.02)
    deadline = time.monotonic() + RUN_S
    while not _sum(_get(url + "/metrics"), "yigangtong_records_total"):
        _check(worker, deadline, "it read nothing")
        time.sleep(0.02)
    began, cpu = time.perf_counter(), _cpu(worker)
    last, last_cpu, last_rows = began, cpu, 0.0
    while True:
        time.sleep(0.1)  # asking more often would cost the worker what it is measured by
        metrics = _get(url + "/metrics")
        now, rows = time.perf_counter(), _sum(metrics, "yigangtong_rows_written_total")
        if rows != last_rows:
            last, last_cpu, last_rows = now, _cpu(worker), rows
        elif now - last > REST_S and _sum(metrics, 'yigangtong_rows_written_total{table="intake"}') >= args.records:
            break
        _check(worker, deadline, f"{rows:.0f} rows after {now - began:.0f} s")
    tell(args.case, args.events, last - began, last_cpu - cpu, rows=int(last_rows))


def _check(worker: Child, deadline: float, state: str) -> None:
    if worker.poll() is not None or time.monotonic() > deadline:
        raise TimeoutError(state)


def _get(url: str) -> str:
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:
            text: str = answer.read().decode()
            return text
    except OSError:
        return ""


def _sum(metrics: str, name: str) -> float:
    return sum(float(line.rpartition(" ")[2]) for line in metrics.splitlines() if line.startswith(name))


def _cpu(worker: Child) -> float:
    """CPU seconds of the process so far, all threads."""
    fields = Path(f"/proc/{worker.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


if __name__ == "__main__":
    run(arguments())
