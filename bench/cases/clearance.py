"""The answer to a gate: 500 requests a second over HTTP, from a memory of 100,000 boxes, for 20 s."""

from __future__ import annotations

import time

from bench.cases import arguments
from bench.gate_load import measure
from bench.meter import tell

BOXES = 100_000
RATE = 500.0
SECONDS = 20.0


def main() -> None:
    """Ask and tell."""
    case = arguments().case
    cpu = time.process_time()
    seen = measure(BOXES, RATE, SECONDS)
    tell(
        case, seen.requests, seen.seconds, time.process_time() - cpu, p50_ms=seen.p50_ms, p95_ms=seen.p95_ms,
        p99_ms=seen.p99_ms, bytes_per_box=seen.bytes_per_box,
    )  # fmt: skip


if __name__ == "__main__":
    main()
