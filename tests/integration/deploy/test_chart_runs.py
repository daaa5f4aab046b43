"""What the chart's containers run, run for real: every job and every part, with its own arguments, variables and probes."""

from __future__ import annotations

import base64
import os
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from shutil import copy
from typing import Any
from uuid import uuid4

import pytest
import yaml

from connectors.clickhouse.native import NativeStore
from connectors.gateway.keys import add_key
from connectors.kafka.errors import KafkaProblem
from connectors.kafka.topics import describe_topics
from connectors.processes import Child, end, free_ports, last_lines, spawn
from ops.api.people import Person, add_person
from ops.documents import chart
from schemas.keys import PORT_KINDS
from schemas.topics import load_topics
from tests.secure_kafka import SecureKafka, secure_kafka

pytestmark = pytest.mark.integration

JOBS = ("topics", "tables", "epoch")
PARTS = ("worker", "gateway", "tower", "notify", "canary")
#: How long a part may take until it is ready, on a busy machine, seconds.
PATIENCE_S = 90.0
ROOT = Path(__file__).parents[3]
OFFICER, PASSWORD = "officer-1", "a long enough password"


def rendered() -> dict[str, dict[str, Any]]:
    """Component -> pod; those that only one set of values has come from it."""
    found = {}
    for name in ("everything", "default"):
        for each in yaml.safe_load_all(chart.rendered(name).read_text("utf-8")):
            if each and (template := each.get("spec", {}).get("template")):
                found[template["metadata"]["labels"]["app.kubernetes.io/component"]] = template["spec"]
    return found


PODS = rendered()


class Cluster:
    """Takes the place of a cluster: one broker, one store, loopback for every address, a folder for every volume."""

    def __init__(self, root: Path, kafka: SecureKafka, store: str) -> None:
        self.root, self.kafka, self.store = root, kafka, store
        self.bootstrap = kafka.broker.bootstrap
        self.ports: dict[str, int] = dict(zip(PARTS, free_ports(len(PARTS)), strict=True))
        self.running: dict[str, Child] = {}

    def folder(self, part: str, mount: str) -> Path:
        made = self.root / part / mount.strip("/").replace("/", "-")
        made.mkdir(parents=True, exist_ok=True)
        return made

    def placed(self, part: str, text: str) -> str:
        """An argument or value as it is here: paths in the folders of their volumes, the part's port, loopback."""
        container = PODS[part]["containers"][0]
        for mount in sorted((each["mountPath"] for each in container["volumeMounts"]), key=len, reverse=True):
            if text == mount or text.startswith(mount + "/"):
                return str(self.folder(part, mount)) + text.removeprefix(mount)
        if part in self.ports and text == str(container["ports"][0]["containerPort"]):
            return str(self.ports[part])
        return {"0.0.0.0": "127.0.0.1"}.get(text, text)

    def environment(self, part: str) -> dict[str, str]:
        home = self.root / part / "home"
        home.mkdir(parents=True, exist_ok=True)
        found = {"PATH": os.environ["PATH"], "HOME": str(home), "PYTHONPATH": str(ROOT)}
        variables = PODS[part]["containers"][0]["env"]
        for each in variables:
            source = each.get("valueFrom", {})
            if "secretKeyRef" in source:
                found[each["name"]] = self.store
            elif "fieldRef" in source:
                found[each["name"]] = f"{chart.RELEASE}-{part}-0"
            elif each["name"] == "YGT_BOOTSTRAP":
                secure = any(other["name"] == "YGT_KAFKA_PROTOCOL" for other in variables)
                found[each["name"]] = self.kafka.login if secure else self.bootstrap
            else:
                found[each["name"]] = self.placed(part, each["value"])
        return found

    def command(self, part: str) -> list[str]:
        words = [self.placed(part, word) for word in PODS[part]["containers"][0]["args"]]
        if part == "topics":
            words[words.index("--replicas") + 1] = "1"  # one broker is here
        return [sys.executable, "-m", "ops.cli.main", *words]

    def run(self, job: str) -> subprocess.CompletedProcess[str]:
        env = self.environment(job)
        return subprocess.run(self.command(job), cwd=env["HOME"], env=env, capture_output=True, text=True, timeout=PATIENCE_S)

    def start(self, part: str) -> None:
        environment = self.environment(part)
        self.running[part] = spawn(self.command(part), self.log(part), Path(environment["HOME"]), environment)

    def log(self, part: str) -> Path:
        return self.root / f"{part}.log"

    def probe(self, part: str, probe: str) -> int:
        """What a probe is answered."""
        return self.ask(part, PODS[part]["containers"][0][probe]["httpGet"]["path"])

    def ask(self, part: str, path: str, **headers: str) -> int:
        """What a request is answered; 0: nobody listens."""
        request = urllib.request.Request(f"http://127.0.0.1:{self.ports[part]}{path}", headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=5) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as refused:
            return refused.code
        except OSError:
            return 0


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory, clickhouse_url: str) -> Iterator[Cluster]:
    """All jobs have run, in their order, and all parts have been started."""
    root = tmp_path_factory.mktemp("chart")
    admin = NativeStore(clickhouse_url)
    database = f"ygt_chart_{uuid4().hex[:12]}"
    admin.execute(f"CREATE DATABASE {database}")
    with ExitStack() as stack:
        stack.callback(admin.close)
        stack.callback(admin.execute, f"DROP DATABASE {database}")
        try:
            kafka = stack.enter_context(secure_kafka(root / "kafka"))
        except KafkaProblem as problem:
            pytest.skip(str(problem))
        made = Cluster(root, kafka, f"{clickhouse_url.rsplit('/', 1)[0]}/{database}")
        secrets = {part: made.folder(part, "/run/secrets/yigangtong") for part in ("gateway", "tower", "notify")}
        add_key(secrets["gateway"] / "gateway-keys.yaml", "qqct-tos", "qingdao", "QQCT", "TOS", PORT_KINDS)
        add_person(secrets["tower"] / "people.yaml", Person(OFFICER, "viewer", "group", "", ()), PASSWORD)
        channels = {"channels": [{"name": "own", "kind": "webhook", "url": "http://127.0.0.1:1/hook"}]}
        (secrets["notify"] / "notify.yaml").write_text(yaml.safe_dump(channels))
        # Of the set of values where Kafka wants TLS and a login.
        copy(kafka.certificates.ca, made.folder("notify", "/run/secrets/kafka-ca") / "ca.crt")
        copy(kafka.password_file, made.folder("notify", "/run/secrets/kafka-user") / "password")
        for job in JOBS:
            done = made.run(job)
            assert done.returncode == 0, f"{job}: {done.stdout}{done.stderr}"
        for part in PARTS:
            made.start(part)
            stack.callback(end, made.running[part])
        yield made


def until_ready(cluster: Cluster, part: str) -> None:
    stop = time.monotonic() + PATIENCE_S
    while cluster.probe(part, "readinessProbe") != 200:
        if cluster.running[part].poll() is not None or time.monotonic() > stop:
            pytest.fail(f"{part} does not become ready:\n{last_lines(cluster.log(part), 30)}")
        time.sleep(0.1)


def test_the_topics_job_makes_what_the_workers_look_for(cluster: Cluster) -> None:
    partitions = int(cluster.environment("worker")["YGT_PARTITIONS"])
    states = describe_topics(cluster.bootstrap, load_topics().with_partitions(partitions))
    assert [state.wrong for state in states if state.wrong] == []


@pytest.mark.parametrize("part", PARTS)
def test_a_part_becomes_ready_and_answers_its_probes(cluster: Cluster, part: str) -> None:
    until_ready(cluster, part)
    assert [cluster.probe(part, probe) for probe in ("startupProbe", "livenessProbe")] == [200, 200]


def test_a_part_writes_nothing_beside_its_volumes(cluster: Cluster) -> None:
    for part in PARTS:
        until_ready(cluster, part)
    login = base64.b64encode(f"{OFFICER}:{PASSWORD}".encode()).decode()
    assert {cluster.ask("tower", path, Authorization=f"Basic {login}") for path in ("/", "/metrics", "/exceptions")} == {200}
    written = [path for part in (*JOBS, *PARTS) for path in (cluster.root / part / "home").rglob("*")]
    assert written == []
    assert (cluster.folder("tower", "/var/lib/yigangtong") / "audit.jsonl").is_file()
    assert (cluster.folder("notify", "/var/lib/yigangtong") / "notify.db").is_file()


def test_the_whole_way_works(cluster: Cluster) -> None:
    """The canary of each port comes back out of the store."""
    for part in PARTS:
        until_ready(cluster, part)
    stop = time.monotonic() + PATIENCE_S
    seen: set[str] = set()
    while len(seen) < 4:
        if time.monotonic() > stop:
            pytest.fail(f"canaries of {sorted(seen)} only came through:\n{last_lines(cluster.log('worker'), 30)}")
        with urllib.request.urlopen(f"http://127.0.0.1:{cluster.ports['canary']}/metrics", timeout=5) as answer:
            seen = set(re.findall(r'yigangtong_canary_seconds_count\{port="(\w+)"\} [1-9]', answer.read().decode()))
        time.sleep(0.2)


@pytest.mark.parametrize("part", PARTS)
def test_a_part_ends_within_its_grace_when_it_is_told_to(cluster: Cluster, part: str) -> None:
    until_ready(cluster, part)
    grace = PODS[part].get("terminationGracePeriodSeconds", 30)
    cluster.running[part].send_signal(signal.SIGTERM)
    assert cluster.running[part].wait(grace) in (0, -signal.SIGTERM)
