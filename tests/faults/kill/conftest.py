"""A platform of its own per run: broker, topics, customs, one worker process with the embedded store."""

from __future__ import annotations

import json
import os
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from confluent_kafka import Consumer, TopicPartition

from connectors.clickhouse.http_client import HttpReader
from connectors.kafka.errors import KafkaProblem
from connectors.kafka.local import local_kafka
from connectors.kafka.topics import create_topics
from connectors.processes import Child, end, free_ports, kill, last_lines, spawn
from schemas.topics import load_topics
from streams.runtime.sources import sources

PARTITIONS = 4
GROUP = "yigangtong"


def until(condition: Callable[[], Any], what: str, timeout: float = 90.0) -> None:
    """Wait for a condition, fail with `what`."""
    stop = time.monotonic() + timeout
    while not condition():
        if time.monotonic() > stop:
            pytest.fail(f"not within {timeout:.0f} s: {what}")
        time.sleep(0.05)


class Platform:
    """One worker that can be killed and started again."""

    def __init__(self, folder: Path, bootstrap: str) -> None:
        self.bootstrap = bootstrap
        self.mode = "simulated"
        self.log = folder / "worker.log"
        self._folder = folder
        self._child: Child | None = None
        self._health, self._http = free_ports(2)
        self._topics = load_topics().with_partitions(PARTITIONS)
        self._consumer = Consumer({"bootstrap.servers": bootstrap, "group.id": GROUP})

    def start(self) -> None:
        """Start the worker and wait until it has recovered."""
        env = dict(os.environ) | {
            "YGT_BOOTSTRAP": self.bootstrap, "YGT_STORE_URL": f"chdb://{self._folder}/store", "YGT_GROUP": GROUP,
            "YGT_DATA_DIR": str(self._folder / "scratch"), "YGT_MODE": self.mode, "YGT_PARTITIONS": str(PARTITIONS),
            "YGT_HEALTH_PORT": str(self._health), "YGT_HTTP_PORT": str(self._http),
            "YGT_ROLLUP_EVERY_S": "1",
        }  # fmt: skip
        self._child = spawn([sys.executable, "-m", "ops.cli.main", "worker"], self.log, env=env)
        until(self.ready, "the worker is ready", timeout=60)

    def ready(self) -> bool:
        assert self._child is not None
        if self._child.poll() is not None:
            pytest.fail(f"the worker ended with {self._child.returncode}:\n{last_lines(self.log, 40)}")
        with suppress(urllib.error.URLError, OSError):
            return bool(json.loads(self._get("/ready"))["recovered"])
        return False

    def taken(self) -> float:
        """Records that this life of the worker has taken in."""
        lines = self.metrics().splitlines()
        return sum(float(line.rsplit(" ", 1)[1]) for line in lines if line.startswith("yigangtong_records_total"))

    def metrics(self) -> str:
        """What Prometheus would be shown."""
        return self._get("/metrics")

    def kill(self) -> None:
        """kill -9."""
        assert self._child is not None
        kill(self._child)

    def stop(self) -> int:
        """SIGTERM; the exit code."""
        assert self._child is not None
        return end(self._child)

    def _get(self, path: str) -> str:
        with urllib.request.urlopen(f"http://127.0.0.1:{self._health}{path}", timeout=5) as response:
            return str(response.read().decode())

    def query(self, sql: str) -> list[dict[str, Any]]:
        return HttpReader(f"http://127.0.0.1:{self._http}").query(sql)

    def ends(self) -> dict[tuple[str, int], int]:
        """Log ends of every topic that a worker reads; empty partitions left out."""
        found = {}
        for topic in sources(self._topics):
            for p in range(PARTITIONS):
                _, high = self._consumer.get_watermark_offsets(TopicPartition(topic, p), timeout=10)
                if high:
                    found[topic, p] = high
        return found

    def committed(self) -> dict[tuple[str, int], int]:
        """What the group has committed."""
        asked = [TopicPartition(topic, p) for topic in sources(self._topics) for p in range(PARTITIONS)]
        answer = self._consumer.committed(asked, timeout=10)
        return {(tp.topic, tp.partition): tp.offset for tp in answer if tp.offset > 0}

    def settle(self) -> None:
        """Wait until everything is read and nothing new comes: facts and receipts answer each other for a while."""
        quiet_since: list[tuple[float, dict[tuple[str, int], int]]] = []

        def at_rest() -> bool:
            now, ends = time.monotonic(), self.ends()
            if not quiet_since or quiet_since[0][1] != ends or self.committed() != ends:
                quiet_since[:] = [(now, ends)]
            return now - quiet_since[0][0] > 4.0  # a watermark a second, a flush and a commit of each step

        until(at_rest, "everything is read and committed")


@contextmanager
def platform(folder: Path) -> Iterator[Platform]:
    """A fresh platform; its worker is not started yet."""
    folder.mkdir()
    with local_kafka(folder / "kafka") as broker:
        create_topics(broker.bootstrap, load_topics().with_partitions(PARTITIONS))
        customs = spawn(
            [sys.executable, "-m", "ops.cli.main", "customs-responder", "--bootstrap", broker.bootstrap,
             "--ledger", str(folder / "customs.db")], folder / "customs.log",
        )  # fmt: skip
        run = Platform(folder, broker.bootstrap)
        try:
            yield run
        finally:
            if run._child is not None:
                kill(run._child)
            run._consumer.close()
            end(customs)


@pytest.fixture
def new_platform(tmp_path: Path) -> Callable[[str], Any]:
    """`with new_platform("name") as run`; skips where Kafka cannot run."""

    @contextmanager
    def make(name: str) -> Iterator[Platform]:
        try:
            with platform(tmp_path / name) as run:
                yield run
        except KafkaProblem as problem:
            pytest.skip(str(problem))

    return make
