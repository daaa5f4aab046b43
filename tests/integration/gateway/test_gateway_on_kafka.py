"""The gateway as it runs: its own process, real HTTP, real Kafka."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from confluent_kafka import Consumer, TopicPartition

from connectors.kafka.local import LocalKafka
from connectors.kafka.topics import create_topics
from connectors.processes import free_ports
from schemas.codec import decode
from schemas.topics import load_topics

COMMAND = [sys.executable, "-m", "ops.cli.main", "gateway"]


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A key file, and the key in it, made by the command."""
    file = tmp_path_factory.mktemp("gateway") / "keys.yaml"
    done = subprocess.run(
        [*COMMAND, "key", "--name", "t", "--port", "weihai", "--party", "WHCT", "--keys", str(file)],
        capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    return file, done.stdout.strip()


@pytest.fixture(scope="module")
def gateway(kafka: LocalKafka, keys: tuple[Path, str]) -> Iterator[httpx2.Client]:
    create_topics(kafka.bootstrap, load_topics())
    with subprocess.Popen(
        [*COMMAND, "serve", "--keys", str(keys[0]), "--bootstrap", kafka.bootstrap, "--port", "0"],
        stdout=subprocess.PIPE, text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # what runs in the background may ignore it
    ) as process:  # fmt: skip
        assert process.stdout is not None
        found = re.search(r"http://127\.0\.0\.1:\d+", process.stdout.readline())
        assert found, "the gateway says where it listens"
        with httpx2.Client(base_url=found[0], headers={"X-API-Key": keys[1]}, timeout=30) as client:
            yield client
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 130  # as every command that Ctrl-C ends


def last_records(kafka: LocalKafka, topic: str, count: int) -> list[dict[str, Any]]:
    consumer = Consumer(
        {"bootstrap.servers": kafka.bootstrap, "group.id": f"read-{os.getpid()}", "auto.offset.reset": "earliest"}
    )
    partitions = consumer.list_topics(topic, 10).topics[topic].partitions
    consumer.assign([TopicPartition(topic, p, 0) for p in partitions])
    values: list[dict[str, Any]] = []
    while len(values) < count:
        message = consumer.poll(20)
        assert message is not None and not message.error(), "the records are in Kafka"
        values.append(decode(message.value()))
    consumer.close()
    return values


def test_what_is_answered_accepted_is_in_kafka(gateway: httpx2.Client, kafka: LocalKafka) -> None:
    ids = [f"gw-{os.getpid()}-{n}" for n in range(300)]
    events = [
        {"event_id": i, "container_no": "CSQU3054383", "move": "OUT", "event_time": "2026-03-01T08:00:00+08:00"} for i in ids
    ]
    answer = gateway.post("/v1/weihai/gate", json=events)
    assert (answer.status_code, answer.json()["accepted"]) == (202, 300)
    found = {r["event_id"] for r in last_records(kafka, "weihai.gate.v1", 300)}
    assert found >= set(ids)
    assert gateway.post("/v1/weihai/gate", json=events).json()["duplicate"] == 300


def test_it_describes_itself(gateway: httpx2.Client) -> None:
    assert "/v1/{port}/{kind}" in gateway.get("/openapi.json").json()["paths"]
    assert gateway.get("/live").json() == {"live": True}


def one_line(*arguments: str) -> str:
    done = subprocess.run([*COMMAND, *arguments], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2 and "Traceback" not in done.stderr, done.stderr
    return done.stderr.strip().splitlines()[-1]


def test_what_keeps_it_from_starting_is_one_clear_line(kafka: LocalKafka, keys: tuple[Path, str], tmp_path: Path) -> None:
    (closed,) = free_ports(1)
    serve = ["serve", "--port", "0", "--bootstrap", f"127.0.0.1:{closed}", "--keys"]
    assert f"no Kafka answers at 127.0.0.1:{closed}" in one_line(*serve, str(keys[0]))
    taken = ["serve", "--port", str(kafka.port), "--bootstrap", kafka.bootstrap, "--keys", str(keys[0])]
    assert f"cannot listen on 127.0.0.1:{kafka.port}" in one_line(*taken)
    empty = tmp_path / "keys.yaml"
    empty.write_text("keys: [{name: x}]\n")
    assert "key x: digest, port, party, system must be given" in one_line(*serve, str(empty))
    assert "keys.yaml" in one_line(*serve, str(tmp_path / "none" / "keys.yaml"))
    again = ["key", "--name", "t", "--port", "weihai", "--party", "WHCT", "--keys", str(keys[0])]
    assert "has a key named 't'" in one_line(*again)
