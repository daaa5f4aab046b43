"""The onboarding guide: every command in it that can end by itself is run, as it stands, against a real broker."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from confluent_kafka import Consumer, TopicPartition

from connectors.kafka.local import LocalKafka
from connectors.kafka.topics import create_topics
from schemas.codec import decode
from schemas.topics import load_topics

ROOT = Path(__file__).parents[3]
GUIDE = (ROOT / "docs" / "ways-in.md").read_text("utf-8")
#: Blocks marked bash are run; the others need something that stays up, or another place.
COMMANDS = [line for block in re.findall(r"^```bash\n(.*?)^```", GUIDE, re.M | re.S) for line in block.splitlines()]


class Shell:
    """Runs commands of the guide in a copy of its folder, with the test's own addresses in the place of the usual ones."""

    def __init__(self, folder: Path, kafka: LocalKafka) -> None:
        self.folder = folder
        self.kafka = kafka
        self.gateway = ""
        self.env = dict(os.environ, PATH=f"{Path(sys.executable).parent}:{os.environ['PATH']}")
        for name in ("docs", "schemas", "connectors", "streams", "ops"):
            (folder / name).symlink_to(ROOT / name)
        (folder / ".venv").symlink_to(Path(sys.executable).parents[1])
        (folder / "var").mkdir()

    def run(self, command: str) -> subprocess.CompletedProcess[str]:
        own = command.replace("127.0.0.1:9092", self.kafka.bootstrap).replace("http://127.0.0.1:8088", self.gateway)
        return subprocess.run(
            ["bash", "-c", own], cwd=self.folder, env=self.env, capture_output=True, text=True, timeout=200, check=False
        )


@pytest.fixture(scope="module")
def shell(kafka: LocalKafka, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shell]:
    create_topics(kafka.bootstrap, load_topics())
    yield Shell(tmp_path_factory.mktemp("guide"), kafka)
    shutil.rmtree(ROOT / "docs" / "examples" / "java" / "target", ignore_errors=True)


def test_every_command_of_the_guide_works_in_its_order(shell: Shell) -> None:
    gateway = None
    try:
        for command in COMMANDS:
            if command.startswith("curl") and gateway is None:
                serve = (
                    f"exec yigangtong gateway serve --keys var/gateway-keys.yaml --bootstrap {shell.kafka.bootstrap} --port 0"
                )
                gateway = subprocess.Popen(
                    ["bash", "-c", serve], cwd=shell.folder, env=shell.env, stdout=subprocess.PIPE, text=True
                )
                assert gateway.stdout is not None
                found = re.search(r"http://[\d.]+:\d+", gateway.stdout.readline())
                assert found
                shell.gateway = found[0]
            done = shell.run(command)
            assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
            assert "publish_" not in command or "written to" in done.stdout, command
            assert not command.startswith("curl") or '"refused":0' in done.stdout, f"{command}\n{done.stdout}"
    finally:
        if gateway is not None:
            gateway.send_signal(signal.SIGINT)
            gateway.wait(30)
    parties = {
        (r["source_party"], r["event_type"])
        for t in ("qingdao.gate.v1", "qingdao.berth.v1", "rizhao.gate.v1", "yantai.gate.v1")
        for r in records(shell.kafka, t)
    }
    assert {("QQCT", "GATE_MOVE"), ("QQCT", "PORT_CALL"), ("RZCT", "GATE_MOVE"), ("COSU", "GATE_MOVE")} <= parties


def records(kafka: LocalKafka, topic: str) -> list[dict[str, object]]:
    consumer = Consumer({"bootstrap.servers": kafka.bootstrap, "group.id": "guide", "enable.auto.commit": False})
    found = []
    for partition in consumer.list_topics(topic, 10).topics[topic].partitions:
        at = TopicPartition(topic, partition, 0)
        end = consumer.get_watermark_offsets(at, 10)[1]
        consumer.assign([at])
        while end and consumer.position([at])[0].offset < end:
            message = consumer.poll(10)
            assert message is not None and not message.error()
            found.append(decode(message.value()))
    consumer.close()
    return found
