"""The changelog of the simulated day in a file, made once in a process of its own, so that its making costs the
measured process neither time nor memory."""

from __future__ import annotations

import pickle
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench.cases import Arguments, arguments
from bench.cases.in_process import Day, correlator, derive
from streams.runtime.changelog import Draft
from streams.runtime.ports import Message
from streams.runtime.watermark import Watermark


def messages(args: Arguments) -> Iterator[Message]:
    """The state records of the day: key and value."""
    file = Path(args.work) / f"state-{args.seed}-{args.scale}.pickle"
    if not file.exists():
        subprocess.run([sys.executable, "-m", "bench.cases.state", str(file), *sys.argv[2:]], check=True)
    with file.open("rb") as source:
        while True:
            try:
                yield pickle.load(source)  # our own file, written a moment ago
            except EOFError:
                return


def write(args: Arguments) -> None:
    """Work through the day and write what its changelog holds after compaction."""
    core = correlator()
    day = Day(args.seed, args.scale)
    for window in day:
        commands: list[dict[str, Any]] = []
        derive(core, window, commands)
        day.send(commands, window.at_ms)
    with Path(args.case).open("wb") as out:
        for message in Draft(core, Watermark((), 1, False), {}).messages:
            pickle.dump(message, out)


if __name__ == "__main__":
    write(arguments())
