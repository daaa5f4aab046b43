"""Runs the commands of a guide as they stand in it, in a copy of its folder, with the test's own addresses.

What a guide shows under a command is compared with what the command prints. In the shown text `…` stands for anything on
its line, a line of `…` alone for any lines; how much space or how long a rule is drawn is not compared.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
#: Behind a command: the exit code that it is to have, or that it does not end by itself.
_EXIT = re.compile(r"#.*\bexit code (\d+)")
_STAYS = re.compile(r"#.*\bstays up\b")


class Step(NamedTuple):
    """One command line; ``shown`` is what the guide says that it prints, None where it says nothing."""

    command: str
    exit_code: int
    stays_up: bool
    shown: str | None


def steps(text: str) -> list[Step]:
    """The commands of the blocks marked bash, in their order; a block marked text is what the last of them printed."""
    found = []
    for commands, shown in re.findall(r"^```bash\n(.*?)^```\n(?:\n?```text\n(.*?)^```\n)?", text, re.M | re.S):
        lines = commands.splitlines()
        for number, line in enumerate(lines, 1):
            code = _EXIT.search(line)
            told = shown if number == len(lines) and shown else None
            found.append(Step(line.split("  #")[0].strip(), int(code[1]) if code else 0, bool(_STAYS.search(line)), told))
    return found


def prints(shown: str, printed: str) -> bool:
    """Whether a command printed what the guide shows."""
    parts = [
        "(?:.*\n)*?" if line == "…" else "[^\n]*?".join(re.escape(part) for part in line.split("…")) + "\n"
        for line in _even(shown).splitlines()
    ]
    return re.fullmatch("".join(parts), _even(printed)) is not None


def _even(text: str) -> str:
    """Lines without outer space, runs of space and of drawn lines shortened to one."""
    lines = (re.sub(r"([─━])\1+", r"\1", " ".join(line.split())) for line in text.splitlines())
    return "".join(f"{line}\n" for line in lines if line)


class Workplace:
    """A folder in which the guide's commands run. ``instead``: address of the guide → the test's own."""

    def __init__(self, folder: Path, instead: Mapping[str, str], **environment: str) -> None:
        self.folder = folder
        self.instead = dict(instead)
        path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
        self.environment = os.environ | {"PATH": path, "COLUMNS": "120"} | environment
        for name in ("deploy", "docs", "schemas", "connectors", "streams", "ops"):
            (folder / name).symlink_to(ROOT / name)
        (folder / ".venv").symlink_to(Path(sys.executable).parents[1])
        (folder / "var").mkdir()

    def own(self, text: str) -> str:
        """The text with the test's addresses."""
        for usual, own in self.instead.items():
            text = text.replace(usual, own)
        return text

    def run(self, command: str) -> subprocess.CompletedProcess[str]:
        """Run one command line."""
        return subprocess.run(
            ["bash", "-c", self.own(command)], cwd=self.folder, env=self.environment, capture_output=True, text=True,
            timeout=200, check=False,
        )  # fmt: skip

    def start(self, command: str, log: Path) -> subprocess.Popen[bytes]:
        """Start one that stays up; what it prints goes to the log."""
        with log.open("wb") as out:
            return subprocess.Popen(
                ["bash", "-c", f"exec {self.own(command)}"], cwd=self.folder, env=self.environment, stdout=out,
                stderr=subprocess.STDOUT, start_new_session=True,
            )  # fmt: skip
