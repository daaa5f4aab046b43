"""The onboarding guide: every command in it that can end by itself is run, as it stands, against a real broker."""

from __future__ import annotations

import re
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator

import pytest
from confluent_kafka import Consumer, TopicPartition

from connectors.kafka.local import LocalKafka
from connectors.kafka.topics import create_topics
from schemas.codec import decode
from schemas.topics import load_topics
from tests.guide import ROOT, Workplace, steps

#: Blocks marked bash are run; the others need something that stays up, or another place.
COMMANDS = [step.command for step in steps((ROOT / "docs" / "ways-in.md").read_text("utf-8"))]


@pytest.fixture(scope="module")
def shell(kafka: LocalKafka, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workplace]:
    create_topics(kafka.bootstrap, load_topics())
    yield Workplace(tmp_path_factory.mktemp("guide"), {"127.0.0.1:9092": kafka.bootstrap})
    shutil.rmtree(ROOT / "docs" / "examples" / "java" / "target", ignore_errors=True)


def test_every_command_of_the_guide_works_in_its_order(kafka: LocalKafka, shell: Workplace) -> None:
    gateway = None
    try:
        for command in COMMANDS:
            if command.startswith("curl") and gateway is None:
                gateway = serve(shell, kafka.bootstrap)
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
        for r in records(kafka, t)
    }
    assert {("QQCT", "GATE_MOVE"), ("QQCT", "PORT_CALL"), ("RZCT", "GATE_MOVE"), ("COSU", "GATE_MOVE")} <= parties


def serve(shell: Workplace, bootstrap: str) -> subprocess.Popen[bytes]:
    """A gateway on a free port, to which the guide's address then leads."""
    log = shell.folder / "gateway.log"
    gateway = shell.start(f"yigangtong gateway serve --keys var/gateway-keys.yaml --bootstrap {bootstrap} --port 0", log)
    while not (found := re.search(r"http://[\d.]+:\d+", log.read_text("utf-8"))):
        assert gateway.poll() is None, log.read_text("utf-8")
        time.sleep(0.05)
    shell.instead["http://127.0.0.1:8088"] = found[0]
    return gateway


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
