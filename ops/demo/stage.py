"""The processes of the demo: broker, customs responder, worker; all on loopback, all ended with us."""

from __future__ import annotations

import os
import shutil
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final, NamedTuple

from connectors.kafka.errors import PortBusy
from connectors.kafka.local import LocalKafka
from connectors.kafka.topics import create_topics
from connectors.processes import Child, end, is_free, spawn
from schemas.topics import load_topics

ROOT: Final = Path("var/demo")
READY_S: Final = 90.0
#: Where the control tower of a demo that stays up listens; the setting YGT_TOWER_PORT moves it.
TOWER_PORT: Final = 8090
#: The demo's ports on loopback, by the setting that moves each.
PORTS: Final = {"YGT_KAFKA_PORT": 9092, "YGT_HEALTH_PORT": 9100, "YGT_HTTP_PORT": 8123}


class DemoFailed(RuntimeError):
    """A part of the demo did not start or ended early; the message says where its log is."""


class Stage(NamedTuple):
    """What runs, and where it listens."""

    root: Path
    bootstrap: str
    health: str
    store: str
    worker: Child
    responder: Child

    def check(self) -> None:
        """Raises DemoFailed when a process has ended."""
        for name, child in (("worker", self.worker), ("customs", self.responder)):
            if child.poll() is not None:
                raise DemoFailed(f"the {name} process ended ({child.returncode}); see {self.root / name}.log")

    def metrics(self) -> str:
        """The worker's metrics, as text."""
        with urllib.request.urlopen(f"{self.health}/metrics", timeout=5) as answer:
            text: str = answer.read().decode()
            return text


@contextmanager
def stage(root: Path, plan: Path, kafka_port: int, health_port: int, http_port: int) -> Iterator[Stage]:
    """Start everything in a fresh folder; stop everything at the end, in the order that loses nothing.

    Raises PortBusy for a taken port and DemoFailed when a part does not come up.
    """
    check_ports([kafka_port, health_port, http_port])
    with ExitStack() as stack:
        broker = LocalKafka(root / "kafka", kafka_port)
        broker.start()
        stack.callback(broker.stop)
        create_topics(broker.bootstrap, load_topics())
        environment = os.environ | {
            "YGT_BOOTSTRAP": broker.bootstrap, "YGT_STORE_URL": f"chdb://{(root / 'store').absolute()}",
            "YGT_DATA_DIR": str(root / "worker"), "YGT_MODE": "simulated", "YGT_HEALTH_PORT": str(health_port),
            "YGT_HTTP_PORT": str(http_port),
        }  # fmt: skip
        cli = [sys.executable, "-m", "ops.cli.main"]
        worker = spawn([*cli, "worker"], root / "worker.log", env=environment)
        stack.callback(end, worker, 30.0)
        responder = spawn(
            [*cli, "customs-responder", "--bootstrap", broker.bootstrap, "--plan", str(plan), "--ledger",
             str(root / "customs.db")],
            root / "customs.log",
        )  # fmt: skip
        stack.callback(end, responder, 10.0)
        running = Stage(
            root, broker.bootstrap, f"http://127.0.0.1:{health_port}", f"http://127.0.0.1:{http_port}", worker, responder
        )
        _wait_ready(running)
        yield running


@contextmanager
def tower(running: Stage, port: int) -> Iterator[str]:
    """The control tower over what the demo derived, as long as the block runs; its address."""
    options = ["--store", running.store, "--bootstrap", running.bootstrap, "--port", str(port), "--simulated"]
    child = spawn([sys.executable, "-m", "ops.cli.main", "tower", "serve", *options], running.root / "tower.log")
    try:
        yield f"http://127.0.0.1:{port}/"
    finally:
        end(child, 10.0)


def check_ports(ports: Sequence[int]) -> None:
    """Raises PortBusy, naming the setting, when one of the ports (in the order of PORTS) is taken."""
    for port, setting in zip(ports, PORTS, strict=True):
        if not is_free(port):
            raise PortBusy(
                f"port {port} on 127.0.0.1 is in use: does another demo run? Stop it, or set {setting} to a free port"
            )


def fresh_folder(root: Path) -> Path:
    """An empty folder for this run: the last run's state would be replayed into the new day."""
    if root.exists():
        shutil.rmtree(root)
    root.mkdir(parents=True)
    return root


def _wait_ready(running: Stage) -> None:
    deadline = time.monotonic() + READY_S
    while time.monotonic() < deadline:
        running.check()
        try:
            with urllib.request.urlopen(f"{running.health}/ready", timeout=2) as answer:
                if answer.status == 200:
                    return
        except OSError:
            pass  # not listening yet, or not recovered yet (503)
        time.sleep(0.2)
    raise DemoFailed(f"the worker was not ready after {READY_S:.0f} s; see {running.root / 'worker.log'}")
