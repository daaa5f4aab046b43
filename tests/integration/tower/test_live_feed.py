"""The feed on a real Kafka, behind a real server: what was there is remembered, what comes is told to those who may see it."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2
import pytest
import uvicorn
from confluent_kafka import Consumer, TopicPartition

from connectors.kafka.local import LocalKafka
from connectors.kafka.partitioner import partition_of
from connectors.kafka.producer import Publisher
from connectors.kafka.topics import create_topics
from connectors.listen import listen
from connectors.processes import free_ports
from ops.api.app import build
from ops.api.feed import Feed
from ops.api.login import Door
from ops.api.office import Office
from ops.api.people import OPERATOR, PORT, Person, add_person, load_people
from ops.api.pulse import Pulse
from ops.clearance.gate import TOPIC, Gate, Kept
from ops.clearance.memory import Memory
from schemas.codec import decode, encode
from schemas.examples import examples
from schemas.topics import load_topics

BOX = "CSQU3054383"
PASSWORD = "a long password"
UPDATE = examples("visit-update")["with-clearance"]
HOME = partition_of(BOX.encode(), 4)


class NoStore:
    def query(self, sql: str, params: Any = None) -> list[dict[str, Any]]:
        raise AssertionError(sql)


def until(condition: Callable[[], Any], what: str) -> None:
    end = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < end, f"not within 30 s: {what}"
        time.sleep(0.02)


@contextmanager
def serving(bootstrap: str, people: Path | None = None) -> Iterator[httpx2.Client]:
    """The API with its feed, on a port of its own."""
    known = load_people(people) if people else None
    pulse, memory = Pulse(), Memory()
    gate = Gate(memory, Feed(bootstrap, [memory.hear, pulse.hear]), Kept(Publisher(bootstrap, 5)))
    app = build(Office(NoStore(), lambda action: None, known), Door(known, "secret"), pulse, gate)
    socket = listen("127.0.0.1", 0)
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=1))
    thread = threading.Thread(target=server.run, args=([socket],), daemon=True)
    thread.start()
    try:
        with httpx2.Client(base_url=f"http://127.0.0.1:{socket.getsockname()[1]}", timeout=20) as client:
            until(lambda: server.started, "the server is up")
            yield client
    finally:
        server.should_exit = True
        thread.join(20)
        assert not thread.is_alive()


def publish(kafka: LocalKafka, topic: str, kind: str, key: str, record: dict[str, Any], partition: int | None = None) -> None:
    with Publisher(kafka.bootstrap) as out:
        out.publish(topic, key, encode(kind, record), partition)


def say_time(kafka: LocalKafka) -> None:
    record = {"kind": "WATERMARK", "container": "", "partition": HOME, "watermark": time.time_ns() // 1_000_000}
    publish(kafka, "visit-updates.v1", "visit-update", "WATERMARK", record, HOME)


def answer(client: httpx2.Client, who: str = "") -> dict[str, Any]:
    auth = (who, PASSWORD) if who else None
    found: dict[str, Any] = client.get(f"/api/v1/boxes/{BOX}/clearance", params={"action": "gate-out"}, auth=auth).json()
    return found


def events(lines: Iterator[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Events of a stream, and "ping" for its comments."""
    event = ""
    for line in lines:
        if line.startswith("event: "):
            event = line[7:]
        elif line.startswith("data: "):
            yield event, json.loads(line[6:])
        elif line.startswith(":"):
            yield "ping", {}


@pytest.fixture(scope="module")
def filled(kafka: LocalKafka) -> LocalKafka:
    create_topics(kafka.bootstrap, load_topics())
    publish(kafka, "visit-updates.v1", "visit-update", BOX, UPDATE)
    return kafka


def test_what_was_there_is_answered_from_memory_and_the_decision_is_in_kafka(filled: LocalKafka) -> None:
    with serving(filled.bootstrap) as client:
        until(lambda: client.get("/api/v1/feed").json()["complete"], "all is read")
        assert client.get("/api/v1/feed").json()["boxes"] == 1
        assert client.get("/api/v1/feed").json()["age_s"] < 30
        say_time(filled)
        until(lambda: answer(client)["code"] == "CUSTOMS_RELEASE", "the data is fresh")
        told = answer(client)
        assert told["verdict"] == "DENY"
    reader = Consumer({"bootstrap.servers": filled.bootstrap, "group.id": "read", "auto.offset.reset": "earliest"})
    reader.assign([TopicPartition(TOPIC, HOME, 0)])
    found: list[str] = []
    while told["decision_id"] not in found:
        message = reader.poll(20)
        assert message is not None and not message.error(), "the decision is kept"
        found.append(decode(message.value(), "clearance-decision")["decision_id"])
    reader.close()


def test_what_comes_is_told_to_those_who_may_see_it(filled: LocalKafka, tmp_path: Path) -> None:
    file = tmp_path / "people.yaml"
    for port in ("qingdao", "weihai"):
        add_person(file, Person(port, OPERATOR, PORT, port), PASSWORD)
    alert = {**examples("alert")["raised"], "port": "weihai"}
    with serving(filled.bootstrap, file) as client:
        until(lambda: client.get("/api/v1/feed", auth=("weihai", PASSWORD)).json()["complete"], "all is read")
        assert client.get("/api/v1/live").status_code == 401
        with (
            client.stream("GET", "/api/v1/live", auth=("qingdao", PASSWORD)) as mine,
            client.stream("GET", "/api/v1/live", auth=("weihai", PASSWORD)) as theirs,
        ):
            assert mine.headers["content-type"].startswith("text/event-stream")
            streams = [events(each.iter_lines()) for each in (mine, theirs)]
            assert [next(stream) for stream in streams] == [("ping", {})] * 2, "they follow"
            for key, port in (("A", "qingdao"), ("B", "weihai"), ("C", "qingdao")):
                publish(filled, "alerts.v1", "alert", key, {**alert, "exception_id": key, "port": port}, 0)
            seen = [next(stream) for stream in (*streams, streams[0])]
            assert [(kind, data["exception_id"], data["port"]) for kind, data in seen] == [
                ("alert", "A", "qingdao"), ("alert", "B", "weihai"), ("alert", "C", "qingdao"),
            ]  # fmt: skip


def test_a_broker_that_is_away_is_said_and_nobody_waits_for_it() -> None:
    (closed,) = free_ports(1)
    with serving(f"127.0.0.1:{closed}") as client:
        began = time.monotonic()
        told = answer(client)
        assert (told["verdict"], told["code"]) == ("REFER", "STALE")
        assert client.get("/api/v1/feed").json() == {"age_s": None, "complete": False, "boxes": 0, "refused": 0, "unkept": 0}
        assert time.monotonic() - began < 2


def test_it_describes_the_stream_and_the_answer() -> None:
    (closed,) = free_ports(1)
    with serving(f"127.0.0.1:{closed}") as client:
        paths = client.get("/api/v1/openapi.json").json()["paths"]
        assert "text/event-stream" in paths["/api/v1/live"]["get"]["responses"]["200"]["content"]
        assert "/api/v1/boxes/{container}/clearance" in paths
