"""Dashboard and alerts against a real Prometheus that scrapes a running worker."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml

from connectors.clickhouse.http_client import HttpReader
from connectors.kafka.errors import KafkaProblem
from connectors.kafka.local import local_kafka
from connectors.kafka.producer import Publisher
from connectors.kafka.topics import create_topics
from connectors.processes import Child, end, free_ports, last_lines, spawn
from ops.canary import Canaries, CanaryMetrics
from ops.dashboards.boards import BOARDS
from ops.dashboards.grafana import Named, Panel, Prom
from schemas.codec import encode
from schemas.examples import examples
from schemas.topics import load_topics

pytestmark = [
    pytest.mark.integration,
    pytest.mark.skipif(shutil.which("promtool") is None, reason="no Prometheus: apt-get install prometheus"),
]

DEPLOY = Path(__file__).parents[3] / "deploy"
PROMETHEUS = DEPLOY / "prometheus"
PANELS = [panel for board in BOARDS for panel in board.panels]
QUERIES = [(panel, target.expression) for panel in PANELS for target in panel.targets if isinstance(target, Prom)]
RULES = sorted((PROMETHEUS / "rules").glob("*.yml"))
#: On a loaded machine scrapes and rules come late: a figure may need some of them before it is a number.
PATIENCE_S = 60.0


class Answers(NamedTuple):
    prometheus: str
    store: str
    broker: str

    def ask(self, path: str, **params: str) -> Any:
        url = f"{self.prometheus}/api/v1/{path}?{urllib.parse.urlencode(params)}"
        with urllib.request.urlopen(url, timeout=10) as answer:
            return json.load(answer)["data"]


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Answers]:
    """A worker that has taken in events, one of them unreadable, and a Prometheus that has scraped it a few times."""
    root = tmp_path_factory.mktemp("watched")
    health, http, prometheus = free_ports(3)
    with ExitStack() as stack:
        try:
            broker = stack.enter_context(local_kafka(root / "kafka"))
        except KafkaProblem as problem:
            pytest.skip(str(problem))
        create_topics(broker.bootstrap, load_topics())
        env = os.environ | {
            "YGT_BOOTSTRAP": broker.bootstrap, "YGT_STORE_URL": f"chdb://{root}/store", "YGT_DATA_DIR": str(root / "worker"),
            "YGT_HEALTH_PORT": str(health), "YGT_HTTP_PORT": str(http),
        }  # fmt: skip
        worker = spawn([sys.executable, "-m", "ops.cli.main", "worker"], root / "worker.log", env=env)
        stack.callback(end, worker)
        until(lambda: answers_200(f"http://127.0.0.1:{health}/ready"), worker, root / "worker.log")
        server = start_prometheus(root, prometheus, health)
        stack.callback(end, server)
        until(lambda: answers_200(f"http://127.0.0.1:{prometheus}/-/ready"), server, root / "prometheus.log")
        watch = Answers(f"http://127.0.0.1:{prometheus}", f"http://127.0.0.1:{http}", broker.bootstrap)
        # Again and again: a rate needs a counter that moves from one scrape to another, the last of them when rows are stored.
        sent = 0
        while not moves(watch):
            sent += publish(broker.bootstrap, f"after-{sent}")
            until(lambda seen=sent: scraped(watch) >= seen, server, root / "worker.log")  # type: ignore[misc]
        yield watch


def moves(watch: Answers) -> bool:
    """Whether Prometheus has seen events becoming queryable within its last scrapes."""
    found = watch.ask("query", query="sum(rate(yigangtong_event_queryable_seconds_count[1m]))")["result"]
    return bool(found) and float(found[0]["value"][1]) > 0


def publish(bootstrap: str, marker: str) -> int:
    """Every example of every kind that ports send, under ids of its own, and one value that is no Avro; returns how many."""
    sent = 0
    with Publisher(bootstrap) as publisher:
        for kind in ("manifest", "gate", "berth", "release"):
            for record in examples(kind).values():
                own = {**record, "event_id": f"{record['event_id']}-{marker}"[-120:]}
                publisher.publish(f"{record['port']}.{kind}.v1", own.get("container_no") or "key", encode(kind, own))
                sent += 1
        publisher.publish("qingdao.gate.v1", "key", b"not Avro")
    return sent + 1


def keep_busy(watch: Answers) -> None:
    """Some more events, so that what is a rate does not run dry while others wait for it."""
    publish(watch.broker, f"busy-{time.monotonic_ns()}")


def scraped(watch: Answers) -> float:
    """Records that Prometheus has seen a worker take in, without control and internal ones."""
    found = watch.ask("query", query='sum(yigangtong_records_total{topic=~".+[.](manifest|gate|berth|release)[.]v1"})')
    return float(found["result"][0]["value"][1]) if found["result"] else 0.0


def start_prometheus(root: Path, port: int, health: int) -> Child:
    """With the shipped rules and configuration; only the targets are this test's."""
    config = yaml.safe_load((PROMETHEUS / "prometheus.yml").read_text("utf-8"))
    config["scrape_configs"] = config["scrape_configs"][:1]  # no gateway or tower runs here
    config["scrape_configs"][0]["static_configs"][0]["targets"] = [f"127.0.0.1:{health}"]
    config["rule_files"] = [str(PROMETHEUS / "rules" / "*.yml")]
    config["global"] = {"scrape_interval": "1s", "evaluation_interval": "1s"}
    (root / "prometheus.yml").write_text(yaml.safe_dump(config))
    return spawn(
        ["prometheus", f"--config.file={root}/prometheus.yml", f"--storage.tsdb.path={root}/tsdb",
         f"--web.listen-address=127.0.0.1:{port}", "--log.level=warn"],
        root / "prometheus.log",
    )  # fmt: skip


def until(condition: Callable[[], Any], child: Child, log: Path, timeout: float = 90.0) -> None:
    stop = time.monotonic() + timeout
    while not condition():
        if child.poll() is not None or time.monotonic() > stop:
            pytest.fail(f"it does not come up or on:\n{last_lines(log, 30)}")
        time.sleep(0.1)


def answers_200(url: str) -> bool:
    with suppress(OSError), urllib.request.urlopen(url, timeout=2) as answer:
        return bool(answer.status == 200)
    return False


def promtool(*arguments: str) -> None:
    done = subprocess.run(["promtool", *arguments], cwd=PROMETHEUS, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_promtool_accepts_configuration_and_rules() -> None:
    promtool("check", "config", "prometheus.yml")


def test_each_alert_fires_when_its_rule_is_broken_and_not_before() -> None:
    promtool("test", "rules", "rules_test.yml")


@pytest.mark.parametrize(("panel", "expression"), QUERIES, ids=[f"{n}-{p.title}" for n, (p, _) in enumerate(QUERIES)])
def test_every_panel_shows_a_running_workers_figures(watched: Answers, panel: Panel, expression: str) -> None:
    """Within a while: a rate needs two scrapes with something between them, a recorded figure an evaluation more."""
    stop = time.monotonic() + PATIENCE_S
    while not (good := shows(watched, panel, expression)) and time.monotonic() < stop:
        keep_busy(watched)
        time.sleep(0.5)
    assert good, f"{panel.title}: {expression} gives {watched.ask('query', query=expression)['result']}"


def shows(watch: Answers, panel: Panel, expression: str) -> bool:
    """Whether a panel has numbers to show, or may have nothing and has none."""
    result = watch.ask("query", query=expression)["result"]
    return (bool(result) or panel.quiet) and all(row["value"][1] != "NaN" for row in result)


def test_every_rule_is_evaluated_without_error(watched: Answers) -> None:
    groups = watched.ask("rules")["groups"]
    rules = [rule for group in groups for rule in group["rules"]]
    shipped = [group for path in RULES for group in yaml.safe_load(path.read_text("utf-8"))["groups"]]
    assert len(rules) == sum(len(group["rules"]) for group in shipped)
    assert [(rule["name"], rule.get("lastError")) for rule in rules if rule["health"] == "err"] == []


def test_an_event_that_is_refused_raises_its_alert(watched: Answers) -> None:
    stop = time.monotonic() + 30
    names: set[tuple[str, str]] = set()
    while time.monotonic() < stop and not any(name == "EventsRefused" for name, _ in names):
        alerts = watched.ask("alerts")["alerts"]
        names = {(alert["labels"]["alertname"], alert["labels"].get("kind", "")) for alert in alerts}
        time.sleep(0.2)
    assert ("EventsRefused", "gate") in names


@pytest.mark.parametrize("target", [t for p in PANELS for t in p.targets if isinstance(t, Named)], ids=lambda t: t.name)
def test_every_query_of_a_dashboard_is_one_that_the_store_answers(watched: Answers, target: Named) -> None:
    sql = target.sql().replace("${port}", "").replace("$__fromTime", "toDateTime(0)")
    HttpReader(watched.store).query(sql.replace("$__toTime", "toDateTime(4102444800)"))


def test_a_canary_of_each_port_comes_through_and_is_no_source(watched: Answers) -> None:
    metrics = CanaryMetrics()
    with Publisher(watched.broker) as outlet:
        canaries = Canaries(("qingdao", "rizhao", "yantai", "weihai"), outlet, HttpReader(watched.store), metrics)
        canaries.send()
        stop = time.monotonic() + PATIENCE_S - 5
        while canaries.under_way() and time.monotonic() < stop:
            canaries.look()
            time.sleep(0.05)
    seen = [s for family in metrics.registry.collect() for s in family.samples if s.name == "yigangtong_canary_seconds_count"]
    assert [sample.value for sample in seen] == [1, 1, 1, 1]
    assert not HttpReader(watched.store).query("SELECT subject FROM exceptions_now WHERE subject LIKE '%canary%'")
