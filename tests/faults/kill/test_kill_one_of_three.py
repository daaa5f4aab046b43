"""kill -9 of one of three workers on 12 partitions, into a real ClickHouse server: the truth is still matched."""

from __future__ import annotations

import json
import os
import random
import sys
import urllib.request
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest

from connectors.clickhouse import migrate, open_store
from connectors.clickhouse.store import Store
from connectors.kafka.local import local_kafka
from connectors.kafka.producer import Publisher
from connectors.kafka.topics import create_topics
from connectors.processes import Child, end, free_ports, kill, last_lines, spawn
from ops.demo.feed import Feed
from ops.simulate import World
from ops.verify import compare
from schemas.topics import load_topics

from .conftest import until

PARTITIONS = 12
WORKERS = 3
KILLS = 2


class Fleet:
    """Workers of one group, each with static membership."""

    def __init__(self, folder: Path, bootstrap: str, store_url: str) -> None:
        self._folder = folder
        self._ports = free_ports(WORKERS)
        self._children: dict[int, Child] = {}
        self._env = dict(os.environ) | {
            "YGT_BOOTSTRAP": bootstrap, "YGT_STORE_URL": store_url, "YGT_MODE": "simulated",
            "YGT_PARTITIONS": str(PARTITIONS),
        }  # fmt: skip

    def start(self, number: int) -> None:
        own = {
            "YGT_HEALTH_PORT": str(self._ports[number]), "YGT_INSTANCE_ID": f"worker-{number}",
            "YGT_DATA_DIR": str(self._folder / f"scratch-{number}"),
        }  # fmt: skip
        log = self._folder / f"worker-{number}.log"
        self._children[number] = spawn([sys.executable, "-m", "ops.cli.main", "worker"], log, env=self._env | own)

    def kill(self, number: int) -> None:
        kill(self._children[number])

    def recovered(self, number: int) -> bool:
        log = self._folder / f"worker-{number}.log"
        assert self._children[number].poll() is None, last_lines(log, 40)
        with suppress(OSError), urllib.request.urlopen(
            f"http://127.0.0.1:{self._ports[number]}/ready", timeout=2
        ) as answer:
            return bool(json.loads(answer.read())["recovered"])
        return False

    def stop(self) -> None:
        for child in self._children.values():
            end(child)


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_a_killed_worker_of_three_leaves_the_truth_matched(tmp_path: Path, clickhouse_url: str) -> None:
    world = World(seed=23, scale=0.03)
    plan = tmp_path / "customs.jsonl"
    plan.write_text("".join(json.dumps(line) + "\n" for line in world.customs_plan()), encoding="utf-8")
    topics = load_topics().with_partitions(PARTITIONS)
    when = random.Random(3)
    with ExitStack() as stack:
        store = open_store(clickhouse_url)
        stack.callback(store.close)
        migrate.apply(store)
        broker = stack.enter_context(local_kafka(tmp_path / "kafka"))
        create_topics(broker.bootstrap, topics)
        customs = spawn(
            [sys.executable, "-m", "ops.cli.main", "customs-responder", "--bootstrap", broker.bootstrap, "--plan",
             str(plan), "--ledger", str(tmp_path / "customs.db")], tmp_path / "customs.log",
        )  # fmt: skip
        stack.callback(end, customs)
        fleet = Fleet(tmp_path, broker.bootstrap, clickhouse_url)
        stack.callback(fleet.stop)
        for number in range(WORKERS):
            fleet.start(number)
        until(lambda: all(fleet.recovered(n) for n in range(WORKERS)), "all workers are at work", timeout=120)
        feed = Feed(Publisher(broker.bootstrap), tmp_path / "inbox", events_per_s=1500)
        kills = iter(sorted(when.sample(range(3, 12), KILLS)))
        next_kill = next(kills)
        batches = 0

        def between_batches() -> None:
            nonlocal batches, next_kill
            batches += 1
            if batches == next_kill:
                victim = when.randrange(WORKERS)
                fleet.kill(victim)
                fleet.start(victim)
                next_kill = next(kills, 0)

        feed.run(world.deliveries(), between_batches)
        assert next_kill == 0, "the kills came too late to be under load"
        truth = world.truth()
        until(lambda: compare(truth, store).equal, f"the truth: {unmatched(truth, store)}", timeout=240)


def unmatched(truth: list[dict[str, object]], store: Store) -> str:
    """What the comparison says now, for the failure message."""
    return json.dumps(compare(truth, store).to_dict(), default=str)[:2000]
