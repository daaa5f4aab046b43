"""What the compose file says of Kafka and the registry, run for real: three nodes set up by the code of Kafka's own image from
the very environment of the services, on loopback; one of them is killed."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

import pytest
import yaml
from confluent_kafka import Consumer, KafkaException, TopicPartition
from confluent_kafka.admin import AdminClient, ConfigResource

from connectors.kafka.local import HOME as KAFKA
from connectors.kafka.partitioner import partition_of
from connectors.kafka.producer import Publisher
from connectors.processes import Child, end, free_ports, kill, last_lines, spawn
from connectors.registry.local import HOME as REGISTRY
from schemas.topics import load_topics

pytestmark = [pytest.mark.integration, pytest.mark.slow]

COMPOSE = Path(__file__).parents[3] / "deploy" / "compose"
SERVICES: dict[str, Any] = yaml.safe_load((COMPOSE / "compose.yaml").read_text("utf-8"))["services"]
EXAMPLE = dict(
    line.split("=", 1) for line in (COMPOSE / ".env.example").read_text("utf-8").splitlines() if line and line[0] != "#"
)
NODES = ("kafka-1", "kafka-2", "kafka-3")
TOPIC = "qingdao.gate.v1"
#: Heap of a node here; the example's is for real loads.
HEAP = "-Xmx256m"
PATIENCE_S = 120.0


def until(condition: Callable[[], Any], what: Callable[[], str], timeout: float = PATIENCE_S) -> None:
    stop = time.monotonic() + timeout
    while not condition():
        if time.monotonic() > stop:
            pytest.fail(f"not within {timeout:.0f} s: {what()}")
        time.sleep(0.1)


class Host:
    """The services as processes on loopback: each address of the compose file's network has a port of its own here."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.children: dict[str, Child] = {}
        ports = iter(free_ports(10))
        self._here = {f"{node}:{port}": f"127.0.0.1:{next(ports)}" for node in NODES for port in (9092, 9093)}
        self._outside = {f"{node}:9094": f"127.0.0.1:{next(ports)}" for node in NODES}
        self._here["registry:8080"] = f"127.0.0.1:{next(ports)}"

    def address(self, service: str) -> str:
        """Where an address of the network, such as kafka-1:9092, is here."""
        return {**self._here, **self._outside}[service]

    def environment(self, service: str) -> dict[str, str]:
        """The service's environment, with this host's addresses and the values of .env.example."""
        found = {}
        for name, value in SERVICES[service]["environment"].items():
            text = str(value)
            for variable, chosen in EXAMPLE.items():
                text = text.replace(f"${{{variable}:?copy .env.example to .env}}", chosen)
            for told, here in self._here.items():
                text = text.replace(told, here)
            found[name] = text
        return found

    def node_environment(self, node: str) -> dict[str, str]:
        """That of a node: in its container it listens on all interfaces, here on loopback, on its ports of this host."""
        found = self.environment(node)
        for port in (9092, 9093):
            found["KAFKA_LISTENERS"] = found["KAFKA_LISTENERS"].replace(f"//:{port}", f"//{self.address(f'{node}:{port}')}")
        found["KAFKA_LISTENERS"] = found["KAFKA_LISTENERS"].replace("//:9094", f"//{self.address(f'{node}:9094')}")
        published = SERVICES[node]["ports"][0].rsplit(":", 1)[0]
        told = found["KAFKA_ADVERTISED_LISTENERS"]
        found["KAFKA_ADVERTISED_LISTENERS"] = told.replace(published, self.address(f"{node}:9094"))
        return found | {"KAFKA_LOG_DIRS": str(self.root / node / "data"), "KAFKA_HEAP_OPTS": HEAP}

    def start_node(self, node: str) -> None:
        """Set a node up as its image does, and start it."""
        folder = self.root / node
        for part in ("default", "mounted", "final"):
            (folder / part).mkdir(parents=True, exist_ok=True)
        for file in ("server.properties", "log4j2.yaml", "tools-log4j2.yaml"):
            (folder / "default" / file).touch()
        java = ["java", HEAP, f"-Dlog4j2.configurationFile={KAFKA / 'log4j2.properties'}", "-cp", f"{KAFKA / 'libs'}/*"]
        folders = ["-D", str(folder / "default"), "-M", str(folder / "mounted"), "-F", str(folder / "final")]
        done = subprocess.run(
            [*java, "kafka.docker.KafkaDockerWrapper", "setup", *folders], env=os.environ | self.node_environment(node),
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        # a node that starts again is formatted already, which the image's own script passes over
        assert done.returncode == 0 or "already formatted" in done.stderr + done.stdout, done.stdout + done.stderr
        settings = str(folder / "final" / "server.properties")
        self.children[node] = spawn([*java, "kafka.Kafka", settings], folder / "node.log", folder)

    def start_registry(self) -> None:
        """The registry, as its service says."""
        folder = self.root / "registry"
        folder.mkdir(exist_ok=True)
        host, port = self.address("registry:8080").split(":")
        (jar,) = REGISTRY.glob("*-runner.jar")
        self.children["registry"] = spawn(
            ["java", "-Xmx384m", f"-Dquarkus.http.host={host}", f"-Dquarkus.http.port={port}", "-jar", str(jar)],
            folder / "registry.log", folder, env=os.environ | self.environment("registry"),
        )  # fmt: skip
        until(self.registry_is_well, lambda: last_lines(folder / "registry.log", 30))

    def registry_is_well(self) -> bool:
        """What its health check asks."""
        assert self.children["registry"].poll() is None, last_lines(self.root / "registry" / "registry.log", 40)
        asked = SERVICES["registry"]["healthcheck"]["test"][-1].replace("127.0.0.1:8080", self.address("registry:8080"))
        with suppress(OSError), urllib.request.urlopen(asked, timeout=5) as answer:
            return bool(answer.status == 200)
        return False

    def is_well(self, node: str) -> bool:
        """A node's health check, as its service says."""
        child, log = self.children[node], self.root / node / "node.log"
        assert child.poll() is None, f"{node} ended:\n{last_lines(log, 40)}"
        _, *command = SERVICES[node]["healthcheck"]["test"]
        here = command[-1].replace("127.0.0.1/9092", self.address(f"{node}:9092").replace(":", "/"))
        return subprocess.run([*command[:-1], here], capture_output=True, check=False).returncode == 0

    def run(self, service: str) -> None:
        """A service of the set-up, which runs to its end."""
        done = subprocess.run(
            [sys.executable, "-m", "ops.cli.main", *SERVICES[service]["command"]], env=os.environ | self.environment(service),
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr

    @property
    def bootstrap(self) -> str:
        """What the workers are told."""
        return self.environment("worker-1")["YGT_BOOTSTRAP"]

    def stop(self) -> None:
        """End what runs, the registry first."""
        for child in reversed(self.children.values()):
            end(child)


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Host]:
    if not any((KAFKA / "libs").glob("kafka_2.13-*.jar")) or not any(REGISTRY.glob("*-runner.jar")):
        pytest.skip("Kafka's or the registry's jars are not here: run `make setup`")
    with ExitStack() as stack:
        made = Host(tmp_path_factory.mktemp("cluster"))
        stack.callback(made.stop)
        for node in NODES:
            made.start_node(node)
        for node in NODES:
            until(lambda node=node: made.is_well(node), lambda node=node: last_lines(made.root / node / "node.log", 30))  # type: ignore[misc]
        made.run("topics")
        yield made


def leaders(bootstrap: str) -> dict[int, tuple[int, list[int]]]:
    """Of each partition of the topic the leader and the replicas in sync."""
    found = AdminClient({"bootstrap.servers": bootstrap}).list_topics(TOPIC, timeout=20).topics[TOPIC].partitions
    return {number: (each.leader, sorted(each.isrs)) for number, each in found.items()}


def read_all(bootstrap: str) -> list[bytes]:
    consumer = Consumer({"bootstrap.servers": bootstrap, "group.id": "cluster-test", "enable.auto.commit": False})
    found = []
    for number in leaders(bootstrap):
        at = TopicPartition(TOPIC, number, 0)
        last = consumer.get_watermark_offsets(at, 30)[1]
        consumer.assign([at])
        read = 0
        while read < last:
            message = consumer.poll(30)
            assert message is not None and not message.error(), message and message.error()
            found.append(message.value())
            read += 1
    consumer.close()
    return found


def test_every_topic_lies_on_all_three_and_two_must_have_a_record(host: Host) -> None:
    admin = AdminClient({"bootstrap.servers": host.bootstrap})
    there = admin.list_topics(timeout=20).topics
    names = [topic.name for topic in load_topics()]
    for name in names:
        partitions = there[name].partitions.values()
        assert len(partitions) == int(EXAMPLE["YGT_PARTITIONS"])
        assert all(sorted(each.replicas) == [1, 2, 3] for each in partitions), name
    asked = admin.describe_configs([ConfigResource(ConfigResource.Type.TOPIC, name) for name in names])
    assert {each.result()["min.insync.replicas"].value for each in asked.values()} == {"2"}


def test_a_killed_node_stops_nobody_and_loses_nothing_and_comes_back(host: Host) -> None:
    host.start_registry()
    host.run("schemas")
    everyone = {f"before-{n}".encode() for n in range(500)}
    with Publisher(host.bootstrap) as publisher:
        for value in everyone:
            publisher.publish(TOPIC, value.decode(), value)
    killed = NODES[leaders(host.bootstrap)[partition_of(b"after-0", int(EXAMPLE["YGT_PARTITIONS"]))][0] - 1]
    kill(host.children[killed])
    later = {f"after-{n}".encode() for n in range(500)}
    with Publisher(host.bootstrap) as publisher:
        for value in later:
            publisher.publish(TOPIC, value.decode(), value)
    # with acks=all alone a batch may be written twice when the answer was lost: known by its event id, and no loss
    assert set(read_all(host.bootstrap)) == everyone | later
    gone = NODES.index(killed) + 1
    until(
        lambda: all(leader != gone and gone not in isr for leader, isr in leaders(host.bootstrap).values()),
        lambda: str(leaders(host.bootstrap)),
    )

    # The registry keeps its schemas in that cluster: they are there for one that starts anew while a node is away.
    kill(host.children["registry"])
    host.start_registry()
    with urllib.request.urlopen(f"http://{host.address('registry:8080')}/apis/ccompat/v7/subjects", timeout=30) as answer:
        assert f"{TOPIC}-value" in answer.read().decode()
    host.run("schemas")  # and pushing again changes nothing

    host.start_node(killed)
    until(lambda: host.is_well(killed), lambda: last_lines(host.root / killed / "node.log", 30))
    until(lambda: all(isr == [1, 2, 3] for _, isr in leaders(host.bootstrap).values()), lambda: str(leaders(host.bootstrap)))


def test_clients_of_the_host_come_in_by_the_published_ports(host: Host) -> None:
    for node in NODES:
        try:
            brokers = AdminClient({"bootstrap.servers": host.address(f"{node}:9094")}).list_topics(timeout=20).brokers.values()
        except KafkaException as problem:
            pytest.fail(f"{node}: {problem}")
        assert {f"{each.host}:{each.port}" for each in brokers} == {host.address(f"{each}:9094") for each in NODES}
