"""Child processes that never outlive us: each leads a group of its own, ends with us, and is ended as a whole."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Final

#: How long a child may take to end by itself, seconds.
GRACE_S: Final = 20.0

Child = subprocess.Popen[bytes]


def spawn(argv: Sequence[str], log: Path, cwd: Path | None = None, env: Mapping[str, str] | None = None) -> Child:
    """Start a program whose output goes to the end of the file ``log``.

    A group of its own keeps a Ctrl-C at the terminal from it: its starter ends it, in the right order. Where the system
    can (Linux), it is also killed when the *thread* that started it dies, so a kill -9 of us leaves nothing behind.
    """
    with log.open("ab") as out:
        return subprocess.Popen(
            [*_dies_with_us(), *argv],
            cwd=cwd,
            env=None if env is None else dict(env),
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def end(child: Child, grace_s: float = GRACE_S) -> int:
    """SIGTERM, and SIGKILL for its group if it has not ended in time; returns the exit code when it is gone."""
    _signal(child, signal.SIGTERM)
    try:
        child.wait(grace_s)
    except subprocess.TimeoutExpired:
        pass
    return kill(child)


def kill(child: Child) -> int:
    """SIGKILL for the child and what it started; returns the exit code when it is gone."""
    _signal(child, signal.SIGKILL)
    return child.wait()


def free_ports(count: int) -> list[int]:
    """Ports of loopback on which nobody listens now."""
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]


def is_free(port: int) -> bool:
    """Whether a server could listen on this port of loopback."""
    with socket.socket() as probe:
        # As servers do: a port that only waits for old connections to time out is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def last_lines(log: Path, count: int = 12) -> str:
    """The end of a log file, for an error message."""
    if not log.exists():
        return "(no log was written)"
    return "\n".join(log.read_text("utf-8", "replace").splitlines()[-count:])


def _signal(child: Child, number: signal.Signals) -> None:
    # The group may live on after its leader: signal it even then.
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child.pid, number)


@cache
def _dies_with_us() -> tuple[str, ...]:
    setpriv = shutil.which("setpriv")  # of util-linux; keeps the pid, as it execs the program
    return (setpriv, "--pdeathsig", "KILL", "--") if setpriv else ()
