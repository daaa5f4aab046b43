"""``python -m bench``: run the cases in interleaved rounds and write bench/results.json.

Example: python -m bench --rounds 3 --cases platform quixstreams
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from bench import workload
from bench.cases import CASES
from bench.results import summary, verdicts
from connectors.kafka.errors import KafkaProblem
from connectors.kafka.local import local_kafka
from ops.simulate import World

CASE_S = 900
#: Of the tables, where no terminal says how wide they may be.
WIDTH = 160
RESULTS = Path(__file__).with_name("results.json")
#: Cases that do not read the day that is published for the others.
APART = frozenset(
    case
    for case, spec in CASES.items()
    if spec.module in ("core", "growth", "recovery", "memory", "latency", "edi", "clearance", "store")
)


def main() -> int:
    """Run; 0 when every case ran, 1 when one failed, 2 when nothing could be run."""
    args = _arguments()
    console = Console(width=None if sys.stdout.isatty() else WIDTH)
    with tempfile.TemporaryDirectory(prefix="ygt-bench-") as work:
        try:
            lines, failed = _rounds(args, Path(work), console)
        except KafkaProblem as problem:
            print(f"bench: {problem}", file=sys.stderr)
            return 2
    entries = summary(lines)
    args.out.write_text(json.dumps(entries, indent=1) + "\n", encoding="utf-8")
    _show(console, entries)
    return 1 if failed else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3, help="interleaved rounds; the medians count (default 3)")
    parser.add_argument("--scale", type=float, default=1.0, help="size of the simulated day; 1 = 170,000 events")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--cases", nargs="+", choices=list(CASES), default=list(CASES), metavar="CASE",
                        help="which: " + ", ".join(CASES))  # fmt: skip
    parser.add_argument("--out", type=Path, default=RESULTS, help="where the figures go (default bench/results.json)")
    args = parser.parse_args()
    if args.rounds < 1:
        parser.error("--rounds must be at least 1")
    return args


def _rounds(args: argparse.Namespace, work: Path, console: Console) -> tuple[list[dict[str, Any]], int]:
    lines: list[dict[str, Any]] = []
    failed = 0
    with local_kafka(work / "kafka") as broker:
        events = records = 0
        if set(args.cases) - APART:
            with console.status("publishing the simulated day …") as status:
                world = World(seed=args.seed, scale=args.scale)
                workload.publish(broker.bootstrap, world, lambda n: status.update(f"publishing the simulated day: {n:,}"))
            events, records = workload.counted(broker.bootstrap)
            console.print(f"{events:,} events, {records:,} records in the platform's source topics")
        for number in range(args.rounds):
            for case in args.cases:
                if CASES[case].module == "platform":
                    workload.reset(broker.bootstrap)
                told = ["--bootstrap", broker.bootstrap, "--events", str(int(events * CASES[case].share)),
                        "--records", str(records), "--seed", str(args.seed), "--scale", str(args.scale),
                        "--work", str(work)]  # fmt: skip
                line = _run(case, told)
                failed += line is None
                if line is not None:
                    lines.append(line)
                    console.print(f"round {number + 1}: {json.dumps(line)}", soft_wrap=True, highlight=False)
    return lines, failed


def _run(case: str, told: list[str]) -> dict[str, Any] | None:
    """One case in a process of its own; None when it failed, with the reason on stderr."""
    program = [sys.executable, "-m", f"bench.cases.{CASES[case].module}", case, *told]
    child = subprocess.Popen(program, stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True)
    try:
        out, err = child.communicate(timeout=CASE_S)
    except subprocess.TimeoutExpired:
        child.terminate()
        out, err = child.communicate()
        err = f"not done after {CASE_S} s\n{err}"
    found = [line for line in out.splitlines() if line.startswith("{")]
    if not found or child.returncode:
        print(f"{case} failed: {err.strip()[-1500:]}", file=sys.stderr)
        return None
    line: dict[str, Any] = json.loads(found[-1])
    return line


def _show(console: Console, entries: list[dict[str, Any]]) -> None:
    table = Table("case", "events/s", "CPU us/event", "p50/p95/p99 ms", "bytes/box", "us at size", "rounds", "what")
    for entry in entries:
        shown = [f"{entry[f]:,.{d}f}" if f in entry else "" for f, d in
                 (("events_per_s", 0), ("cpu_us_per_event", 2), ("bytes_per_box", 0))]  # fmt: skip
        text = CASES[entry["case"]].text if entry["case"] in CASES else "CPU of the null-sink worker less the core's"
        shown.insert(2, " / ".join(f"{entry[f]:,.0f}" for f in ("p50_ms", "p95_ms", "p99_ms") if f in entry))
        shown.append(" ".join(f"{f[6:]}:{entry[f]:,.0f}" for f in entry if f.startswith("us_at_")))
        table.add_row(entry["case"], *shown, str(entry["rounds"]), text)
    console.print(table)
    promises = Table("promise", "found", "promised", "")
    for what, found, promised, kept in verdicts(entries):
        promises.add_row(what, found, promised, "[green]kept[/]" if kept else "[red]missed[/]")
    console.print(promises)


if __name__ == "__main__":
    sys.exit(main())
