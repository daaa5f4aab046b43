"""The worker as a process of its own, watched from outside: through its metrics and /proc."""

from __future__ import annotations

import os
import sys
import time
import urllib.request
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from connectors.processes import end, free_ports, last_lines, spawn

READY_S: Final = 60.0
_TICKS: Final = os.sysconf("SC_CLK_TCK")


class Watched:
    """A running worker; ``store`` is the URL of its read-only HTTP port."""

    def __init__(self, work: Path, bootstrap: str, module: str, arguments: list[str]) -> None:
        root = work / uuid.uuid4().hex[:8]
        root.mkdir(parents=True)
        health, http = free_ports(2)
        environment = os.environ | {
            "YGT_BOOTSTRAP": bootstrap, "YGT_GROUP": root.name, "YGT_DATA_DIR": str(root / "worker"),
            "YGT_STORE_URL": f"chdb://{root.absolute() / 'store'}", "YGT_MODE": "simulated", "YGT_CUSTOMS_ECHO": "false",
            "YGT_HEALTH_PORT": str(health), "YGT_HTTP_PORT": str(http),
        }  # fmt: skip
        self.store = f"http://127.0.0.1:{http}"
        self.log = root / "worker.log"
        self._health = f"http://127.0.0.1:{health}"
        self.process = spawn([sys.executable, "-m", module, *arguments], self.log, env=environment)

    def until_ready(self) -> None:
        """Wait until it has its partitions. Raises TimeoutError."""
        deadline = time.monotonic() + READY_S
        while not self._get("/ready"):
            self.check(deadline, "it was not ready")
            time.sleep(0.02)

    def metrics(self) -> str:
        """What it tells, "" when it does not answer."""
        return self._get("/metrics")

    def check(self, deadline: float, state: str) -> None:
        """Raise TimeoutError when it has ended or the deadline (monotonic) is over."""
        if self.process.poll() is not None or time.monotonic() > deadline:
            raise TimeoutError(state)

    def cpu(self) -> float:
        """CPU seconds of the process so far, all threads."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICKS

    def _get(self, path: str) -> str:
        try:
            with urllib.request.urlopen(self._health + path, timeout=10) as answer:
                text: str = answer.read().decode()
                return text
        except OSError:
            return ""


@contextmanager
def watched(case: str, work: Path, bootstrap: str, module: str, arguments: list[str] | None = None) -> Iterator[Watched]:
    """A worker that is ready, for as long as the block runs. Ends the program when it is late or dies, with its last
    words."""
    worker = Watched(work, bootstrap, module, arguments or [])
    try:
        worker.until_ready()
        yield worker
    except TimeoutError as late:
        raise SystemExit(f"{case}: {late}; the worker says:\n{last_lines(worker.log)}") from late
    finally:
        end(worker.process)


def total(metrics: str, name: str) -> float:
    """Sum of the samples whose name and labels begin so."""
    return sum(float(line.rpartition(" ")[2]) for line in metrics.splitlines() if line.startswith(name))
