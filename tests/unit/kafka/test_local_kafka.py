"""What the local broker says when it cannot start."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from connectors.kafka.errors import BrokerFailed, PortBusy
from connectors.kafka.local import LocalKafka, answers


def test_a_busy_port_is_one_clear_line(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        broker = LocalKafka(tmp_path, port)
        with pytest.raises(PortBusy, match=rf"port {port} on 127\.0\.0\.1 is in use") as caught:
            broker.start()
    assert "\n" not in str(caught.value)
    assert not broker.running


def test_missing_jars_name_the_command_that_gets_them(tmp_path: Path) -> None:
    with pytest.raises(BrokerFailed, match="make setup"):
        LocalKafka(tmp_path / "root", home=tmp_path).start()


def test_missing_java_names_the_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(BrokerFailed, match="openjdk"):
        LocalKafka(tmp_path / "root").start()


def test_a_program_that_is_not_kafka_does_not_answer() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        assert not answers("127.0.0.1", other.getsockname()[1], timeout_s=0.3)
