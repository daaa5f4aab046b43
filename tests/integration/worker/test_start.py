"""A worker that cannot do its work says why in one line, and does not start."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from connectors.kafka.local import LocalKafka
from connectors.kafka.topics import create_topics
from connectors.processes import free_ports
from schemas.topics import load_topics

#: A store whose ledger names rules that no program has.
OTHER_RULES = """
import sys
from connectors.clickhouse import migrate
from connectors.clickhouse.embedded import EmbeddedStore
from streams.runtime.epochs import current_epoch
store = EmbeddedStore(sys.argv[1])
migrate.apply(store)
current_epoch(store, "f" * 64, 1_770_000_000_000)
store.close()
"""


def start(bootstrap: str, folder: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    env = dict(os.environ) | {
        "YGT_BOOTSTRAP": bootstrap, "YGT_STORE_URL": "memory://", "YGT_DATA_DIR": str(folder), "YGT_HEALTH_PORT": "0",
        "YGT_GROUP": "start-test",
    } | settings  # fmt: skip
    command = [sys.executable, "-m", "ops.cli.main", "worker"]
    return subprocess.run(command, env=env, timeout=90, capture_output=True, text=True, check=False)


def one_line(done: subprocess.CompletedProcess[str]) -> str:
    """The message; fails when the worker started or printed a traceback."""
    assert done.returncode == 1, done.stderr
    assert "Traceback" not in done.stderr
    return done.stderr.strip().splitlines()[-1]


def test_missing_topics_are_refused_with_the_way_out(kafka: LocalKafka, tmp_path: Path) -> None:
    message = one_line(start(kafka.bootstrap, tmp_path, YGT_PARTITIONS="7"))  # no test makes topics of seven partitions
    assert message.startswith("yigangtong worker: Kafka at")
    assert "topics" in message


def test_no_broker_is_one_clear_line(tmp_path: Path) -> None:
    (port,) = free_ports(1)
    assert f"no Kafka answers at 127.0.0.1:{port}" in one_line(start(f"127.0.0.1:{port}", tmp_path))


def test_a_taken_health_port_is_one_clear_line(kafka: LocalKafka, tmp_path: Path) -> None:
    message = one_line(start(kafka.bootstrap, tmp_path, YGT_HEALTH_PORT=str(kafka.port)))
    assert f"health port 127.0.0.1:{kafka.port} is in use" in message


def test_other_rules_than_the_active_ones_are_refused_with_the_way_out(kafka: LocalKafka, tmp_path: Path) -> None:
    """The embedded store is free again after a refusal, so `epoch raise` can open it."""
    create_topics(kafka.bootstrap, load_topics())
    url = f"chdb://{tmp_path / 'store'}"
    raised = subprocess.run(
        [sys.executable, "-c", OTHER_RULES, str(tmp_path / "store")], timeout=90, capture_output=True, text=True, check=False
    )
    assert raised.returncode == 0, raised.stderr
    message = one_line(start(kafka.bootstrap, tmp_path, YGT_STORE_URL=url))
    assert message.startswith("yigangtong worker: the rules of this program") and "yigangtong epoch raise" in message
    command = [sys.executable, "-m", "ops.cli.main", "epoch", "raise", "--reason", "r", "--by", "b", "--store", url]
    done = subprocess.run(command, timeout=90, capture_output=True, text=True, check=False)
    assert done.returncode == 0 and "epoch 2 is active" in done.stdout, done.stderr
