"""The correlation core alone: decoded columns → evidence → books → rows, one core, no Kafka and no database."""

from __future__ import annotations

import gc
import time
from typing import Any

from bench.cases import Arguments, arguments
from bench.cases.in_process import Day, Window, close_books, correlator, derive
from bench.meter import tell


def run(args: Arguments) -> None:
    """One round over the day, at most ``events`` of it (0: all)."""
    gc.disable()  # as `streams.app` does
    windows = _recorded(args)
    core = correlator()
    events = rows = 0
    seconds = cpu = 0.0
    for number, window in enumerate(windows):
        started, started_cpu = time.perf_counter(), time.process_time()
        rows += derive(core, window, [])
        if args.case == "core_closing":
            close_books(core, number)
        seconds += time.perf_counter() - started
        cpu += time.process_time() - started_cpu
        core.take_fresh()  # as a commit does; without it the changelog's debt would grow for ever
        events += window.events
    tell(args.case, events, seconds, cpu, rows=rows, compiled=_compiled())


def _recorded(args: Arguments) -> list[Window]:
    """The day with what customs answers to it. It is recorded first, so that neither the simulator nor the decoding of the
    next window stands between two measured ones."""
    core, day = correlator(), Day(args.seed, args.scale)
    windows: list[Window] = []
    events = 0
    for window in day:
        commands: list[dict[str, Any]] = []
        derive(core, window, commands)
        day.send(commands, window.at_ms)
        core.take_fresh()
        windows.append(window)
        events += window.events
        if args.events and events >= args.events:
            break
    return windows


def _compiled() -> bool:
    from streams.domain import correlator as module

    return not str(module.__file__).endswith(".py")


if __name__ == "__main__":
    run(arguments())
