"""A child process never outlives its starter."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from connectors.processes import end, free_ports, is_free, kill, last_lines, spawn


def gone(pid: int) -> bool:
    """Whether a process has ended (one that nobody has waited for counts as ended)."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z"
    except (FileNotFoundError, ProcessLookupError):
        return True


def until_gone(pid: int) -> None:
    end_at = time.monotonic() + 10
    while not gone(pid):
        assert time.monotonic() < end_at, f"process {pid} is still there"
        time.sleep(0.02)


def pid_in(file: Path) -> int:
    end_at = time.monotonic() + 10
    while not file.exists() or not file.read_text().endswith("\n"):
        assert time.monotonic() < end_at, f"{file.name} was not written"
        time.sleep(0.02)
    return int(file.read_text())


def test_end_asks_first_and_waits(tmp_path: Path) -> None:
    said = "import signal,sys,time\nsignal.signal(15, lambda *_: sys.exit(7))\nprint('up', flush=True)\ntime.sleep(60)"
    child = spawn([sys.executable, "-c", said], tmp_path / "log")
    pid_ready = time.monotonic() + 10
    while "up" not in last_lines(tmp_path / "log"):
        assert time.monotonic() < pid_ready
        time.sleep(0.02)
    assert end(child) == 7


def test_end_kills_what_does_not_listen_and_what_it_started(tmp_path: Path) -> None:
    script = f"trap '' TERM; sleep 60 & echo $! > {tmp_path}/pid; wait; sleep 60"
    child = spawn(["bash", "-c", script], tmp_path / "log")
    grandchild = pid_in(tmp_path / "pid")
    assert end(child, grace_s=0.2) == -signal.SIGKILL
    until_gone(grandchild)


@pytest.mark.skipif(shutil.which("setpriv") is None, reason="setpriv of util-linux is needed for this promise")
def test_a_child_dies_with_a_starter_that_is_killed(tmp_path: Path) -> None:
    code = (
        "import sys,time,pathlib\nfrom connectors.processes import spawn\n"
        "child = spawn(['sleep', '60'], pathlib.Path(sys.argv[1]) / 'log')\n"
        "(pathlib.Path(sys.argv[1]) / 'pid').write_text(f'{child.pid}\\n')\ntime.sleep(60)"
    )
    starter = subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], cwd=Path(__file__).parents[3],
                               env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])})
    child = pid_in(tmp_path / "pid")
    starter.kill()
    starter.wait()
    until_gone(child)


def test_kill_returns_when_it_is_gone(tmp_path: Path) -> None:
    assert kill(spawn(["sleep", "60"], tmp_path / "log")) == -signal.SIGKILL


def test_a_port_with_a_listener_is_not_free() -> None:
    (port,) = free_ports(1)
    assert is_free(port)
    with socket.create_server(("127.0.0.1", port)):
        assert not is_free(port)
