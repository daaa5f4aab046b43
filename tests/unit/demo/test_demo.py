"""The demo's parts: figures, feed, ports, and what it suggests at the end."""

from __future__ import annotations

import socket
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

import pytest

from connectors.kafka.errors import PortBusy
from connectors.kafka.login import checked_login
from connectors.kafka.producer import Publisher
from ops.demo import __main__ as program
from ops.demo.farewell import suggestions
from ops.demo.feed import Feed
from ops.demo.gauges import Gauges
from ops.demo.run import run_demo
from ops.demo.stage import PORTS, check_ports
from ops.simulate import World

HISTOGRAM = """# TYPE wait_seconds histogram
wait_seconds_bucket{le="1.0"} 50
wait_seconds_bucket{le="2.0"} 90
wait_seconds_bucket{le="+Inf"} 100
wait_seconds_count 100
wait_seconds_sum 120
"""


class FakePublisher:
    """Keeps what was published."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, str, bytes]] = []
        self.flushed = False

    def publish(self, topic: str, key: str, value: bytes) -> None:
        self.sent.append((topic, key, value))
        self.flushed = False

    def flush(self) -> None:
        self.flushed = True


class FakeReader:
    """Answers every query with these rows."""

    def __init__(self, *rows: dict[str, Any]) -> None:
        self._rows = list(rows)

    def query(self, sql: str, params: Mapping[str, Any] | None = None) -> list[dict[str, Any]]:
        return self._rows


def test_quantiles_are_interpolated_within_their_bucket() -> None:
    assert Gauges(HISTOGRAM).quantiles("wait_seconds", (0.25, 0.5, 0.7)) == [0.5, 1.0, 1.5]


def test_a_quantile_beyond_the_last_edge_is_that_edge() -> None:
    assert Gauges(HISTOGRAM).quantiles("wait_seconds", (0.99,)) == [2.0]


def test_nothing_measured_is_zero() -> None:
    assert Gauges("").quantiles("wait_seconds", (0.5, 0.99)) == [0.0, 0.0]


def test_the_feed_publishes_records_in_order_and_files_through_the_connectors(tmp_path: Path) -> None:
    deliveries = list(World(seed=3, scale=0.002, heartbeat=600).deliveries())
    publisher, looks = FakePublisher(), []
    feed = Feed(cast(Publisher, publisher), tmp_path, 1e9)
    feed.run(deliveries, lambda: looks.append(feed.events))
    files = [d.file for d in deliveries if d.file is not None]
    assert publisher.flushed and looks
    assert feed.refused == []
    assert feed.events == len(publisher.sent) == sum(d.events for d in deliveries)
    assert feed.files == len(files) > 0
    assert all((tmp_path / f.port / f.name).read_text(encoding="utf-8") == f.text for f in files)
    box = next(d for d in deliveries if d.file is None and d.kind == "gate")
    keys = [d.key for d in deliveries if d.file is None and d.topic == box.topic]
    assert [key for topic, key, _ in publisher.sent if topic == box.topic] == keys


@pytest.mark.parametrize("taken", range(3))
def test_a_busy_port_is_told_with_the_setting_that_moves_it(taken: int) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        ports = [0, 0, 0]
        ports[taken] = other.getsockname()[1]
        with pytest.raises(PortBusy, match=f"port {ports[taken]} .* {list(PORTS)[taken]}"):
            check_ports(ports)


def test_a_busy_port_ends_the_demo_with_2_and_leaves_the_running_one_its_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    kept = tmp_path / "var" / "demo" / "truth.jsonl"
    kept.parent.mkdir(parents=True)
    kept.touch()
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        for name in PORTS:
            monkeypatch.setenv(name, "0")
        monkeypatch.setenv("YGT_HTTP_PORT", str(other.getsockname()[1]))
        monkeypatch.setattr("sys.argv", ["demo", "--once", "--scale", "0.002"])
        assert program.main() == 2
    errors = capsys.readouterr().err
    assert errors.startswith("demo: port ") and errors.count("\n") == 1
    assert kept.exists()


def test_the_demo_speaks_to_its_own_kafka_though_the_environment_logs_in_to_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YGT_KAFKA_PROTOCOL", "SASL_SSL")
    monkeypatch.setenv("YGT_KAFKA_USER", "ops")
    with socket.create_server(("127.0.0.1", 0)) as other:
        monkeypatch.setenv("YGT_KAFKA_PORT", str(other.getsockname()[1]))
        with pytest.raises(PortBusy):  # far enough
            run_demo(seed=1, scale=0.01, once=True)
    assert checked_login().kafka_protocol == "PLAINTEXT"


def test_the_suggestions_can_be_run_as_they_stand() -> None:
    told = suggestions(FakeReader({"subject": "CSQU3054383", "code": "ARR_MISSING"}), "http://h:1", "h:2")
    commands = [command for _, command in told]
    assert [c.split()[1] for c in commands] == ["trace", "query", "reconcile"]
    assert "trace CSQU3054383 --store http://h:1" in commands[0] and "ARR_MISSING" in told[0][0]
    assert "--store http://h:1 --bootstrap h:2" in commands[2]


def test_without_an_open_exception_no_box_is_suggested() -> None:
    assert [c.split()[1] for _, c in suggestions(FakeReader(), "http://h:1", "h:2")] == ["query", "reconcile"]
