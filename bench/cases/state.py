"""The changelog of the simulated day in a file, made once in a process of its own, so that its making costs the
measured process neither time nor memory."""

from __future__ import annotations

import pickle
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO, Final

from bench.cases import Arguments, arguments
from bench.cases.in_process import Day, correlator, derive
from streams.domain.correlator import Correlator
from streams.runtime.changelog import Draft
from streams.runtime.ports import Message
from streams.runtime.watermark import Watermark

#: Windows of 250 ms between two commits.
COMMIT_EVERY: Final = 4


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
    """Work through the day, with a commit a second as the worker does, and write what its changelog holds."""
    core = correlator()
    day = Day(args.seed, args.scale)
    written: dict[bytes, bytes] = {}
    with Path(args.case).open("wb") as out:
        for number, window in enumerate(day):
            commands: list[dict[str, Any]] = []
            derive(core, window, commands)
            day.send(commands, window.at_ms)
            if number % COMMIT_EVERY == 0:
                _commit(core, written, out)
        _commit(core, written, out)


def _commit(core: Correlator, written: dict[bytes, bytes], out: BinaryIO) -> None:
    draft = Draft(core, Watermark((), 1, False), written)
    for message in draft.evidence + draft.times:
        pickle.dump(message, out)
    draft.acknowledged()


if __name__ == "__main__":
    write(arguments())
