"""A real Apache Kafka on loopback: one KRaft node in a folder of its own, for the demo, tests and benchmarks."""

from __future__ import annotations

import base64
import shutil
import socket
import subprocess
import time
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from string import Template
from typing import Final

from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient

from connectors.kafka.errors import BrokerFailed, PortBusy
from connectors.processes import Child, end, free_ports, is_free, kill, last_lines, spawn

#: Where `make setup` puts the broker's jars.
HOME: Final = Path(__file__).parents[2] / "deploy" / "kafka"
#: It answers after 3 s, and 13 s after a kill under load; slow disks need more.
_START_S: Final = 90
_TRIES: Final = 3  # another program may take a free port between our look and the broker's


class LocalKafka:
    """A broker process. ``bootstrap`` is its address; `kill` and a second `start` are for tests of failure: data and
    ports stay. Start it from a thread that lives as long as the broker shall (see `connectors.processes.spawn`).

    ``root`` is its folder; ``port`` 0 takes a free one; ``heap_mb`` is the JVM's heap. ``properties`` are settings of the
    broker on top of server.properties, as that file has them; ``users`` (name to password) log in by SCRAM-SHA-512.
    """

    def __init__(
        self, root: Path, port: int = 0, heap_mb: int = 768, home: Path = HOME, properties: str = "",
        users: Mapping[str, str] | None = None,
    ) -> None:  # fmt: skip
        self.root = root.absolute()
        self._wanted = port
        self._heap_mb = heap_mb
        self._home = home
        self._properties = properties
        self._users = users or {}
        self._process: Child | None = None
        self._ports: tuple[int, int] | None = None

    @property
    def port(self) -> int:
        """The port on loopback; 0 before the first start if none was asked for."""
        return self._ports[0] if self._ports else self._wanted

    @property
    def bootstrap(self) -> str:
        """The address for clients."""
        return f"127.0.0.1:{self.port}"

    @property
    def log(self) -> Path:
        """What the broker writes."""
        return self.root / "broker.log"

    @property
    def running(self) -> bool:
        """Whether the process is there."""
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """Start the broker and wait until it answers. Raises PortBusy, or BrokerFailed with the end of its log."""
        if self.running:
            return
        if self._wanted and not is_free(self._wanted):
            raise PortBusy(
                f"port {self._wanted} on 127.0.0.1 is in use, so Kafka cannot start there. Stop the program that uses "
                "it, or choose another port."
            )
        classpath = self._classpath()
        tries = _TRIES if self._ports is None else 1
        while True:
            tries -= 1
            ports = self._ports or self._choose()
            try:
                self._run(classpath, ports)
            except BrokerFailed:
                if tries <= 0:
                    raise
            else:
                self._ports = ports
                return

    def stop(self) -> None:
        """End the broker in order; waits for it."""
        if self._process is not None:
            end(self._process)
            self._process = None

    def kill(self) -> None:
        """kill -9: what a power cut looks like to its clients."""
        if self._process is not None:
            kill(self._process)
            self._process = None

    def _choose(self) -> tuple[int, int]:
        first, second = free_ports(2)
        return self._wanted or first, second

    def _classpath(self) -> str:
        if shutil.which("java") is None:
            raise BrokerFailed("Kafka needs Java 17 and there is none: apt-get install openjdk-17-jre-headless")
        libs = self._home / "libs"
        if not any(libs.glob("kafka_2.13-*.jar")):
            raise BrokerFailed(f"Kafka's jars are not in {libs.name}/ of deploy/kafka: run `make setup`")
        return f"{libs}/*"

    def _run(self, classpath: str, ports: tuple[int, int]) -> None:
        self.root.mkdir(parents=True, exist_ok=True)
        settings = self.root / "server.properties"
        data = self.root / "data"
        template = Template((self._home / "server.properties").read_text("utf-8") + self._properties)  # of two, the last counts
        settings.write_text(template.substitute(port=ports[0], controller_port=ports[1], data=data), "utf-8")
        if not (data / "meta.properties").exists():
            self._format(classpath, settings)
        self._process = spawn([*self._java(classpath, self._heap_mb), "kafka.Kafka", str(settings)], self.log, self.root)
        until = time.monotonic() + _START_S
        while not answers("127.0.0.1", ports[0]):
            if self._process.poll() is not None or time.monotonic() > until:
                self.kill()
                raise BrokerFailed(f"Kafka did not start; the end of {self.log.name} says:\n{last_lines(self.log)}")
            time.sleep(0.05)

    def _format(self, classpath: str, settings: Path) -> None:
        cluster = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
        tool = [*self._java(classpath, 128), "kafka.tools.StorageTool", "format", "--standalone"]
        for user, password in self._users.items():
            tool += ["--add-scram", f"SCRAM-SHA-512=[name={user},password={password}]"]
        done = subprocess.run(
            [*tool, "-t", cluster, "-c", str(settings)], capture_output=True, text=True, stdin=subprocess.DEVNULL
        )
        if done.returncode:
            raise BrokerFailed(f"Kafka's data folder could not be formatted:\n{(done.stdout + done.stderr)[-800:]}")

    def _java(self, classpath: str, heap_mb: int) -> list[str]:
        logging = f"-Dlog4j2.configurationFile={self._home / 'log4j2.properties'}"
        return ["java", f"-Xmx{heap_mb}m", logging, "-cp", classpath]


@contextmanager
def local_kafka(root: Path, port: int = 0) -> Iterator[LocalKafka]:
    """A broker for as long as the block runs."""
    broker = LocalKafka(root, port)
    try:
        broker.start()
        yield broker
    finally:
        broker.stop()


def answers(host: str, port: int, timeout_s: float = 2.0) -> bool:
    """Whether a Kafka broker answers there."""
    with socket.socket() as probe:
        probe.settimeout(timeout_s)
        if probe.connect_ex((host, port)) != 0:  # the client below would log and retry
            return False
    admin = AdminClient({"bootstrap.servers": f"{host}:{port}", "log_level": 0})
    try:
        return bool(admin.list_topics(timeout=timeout_s).brokers)
    except KafkaException:
        return False
