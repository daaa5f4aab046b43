"""Back-up, restore and back-fill as the operations guide tells them: its own commands are run, on real servers."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from confluent_kafka import Consumer, Producer, TopicPartition
from confluent_kafka.admin import AdminClient

from connectors.kafka.errors import KafkaProblem, TopicProblem
from connectors.kafka.local import LocalKafka
from connectors.kafka.topics import create_topics, rewind
from ops.demo.gauges import Gauges
from ops.simulate import World, to_kafka
from schemas.topics import load_topics
from streams.domain.rows import STATE, STATE_TABLES, TABLES
from tests.faults.kill.conftest import PARTITIONS, Platform, platform, until
from tests.faults.simulation.tables import HISTORY_OF_COMMANDS
from tests.guide import ROOT, Workplace, steps

pytestmark = pytest.mark.integration

GUIDE = (ROOT / "docs" / "operations.md").read_text("utf-8")
CONFIG = ROOT / "deploy" / "clickhouse" / "config.d" / "backups.xml"
#: What leaves for customs, people and gates.
OUTWARD = ("arrival-reports.v1", "alerts.v1", "visit-updates.v1")


def section(title: str) -> str:
    """The part of the guide under a heading, up to the next one of any level."""
    found = re.search(rf"^#+ {re.escape(title)}.*?\n(.*?)(?=^#+ |\Z)", GUIDE, re.M | re.S)
    assert found, title
    return found[1]


# -- ClickHouse's own backup -------------------------------------------------------------------------------------------

#: Runs the statements of the guide in the embedded engine, which is a ClickHouse of today: it reads the server's file.
ENGINE = """
import json, sys
from chdb.session import Session
engine = Session("store")
for statement in json.load(sys.stdin):
    answer = engine.query(statement, "TabSeparated")
    print(str(answer).strip().replace("\\n", " "))
"""


def statements() -> list[str]:
    """The SQL that the guide shows, in its order."""
    blocks = re.findall(r"^```sql\n(.*?)^```", section("ClickHouse: back up and restore"), re.M | re.S)
    return [line for block in blocks for line in block.splitlines()]


def in_engine(folder: Path, *sql: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", ENGINE], cwd=folder, input=json.dumps(sql), capture_output=True, text=True, timeout=120,
        check=False,
    )  # fmt: skip


def test_what_clickhouse_backs_up_it_restores(tmp_path: Path) -> None:
    backup, *restore = statements()
    (tmp_path / "config.xml").write_text(CONFIG.read_text("utf-8").replace("/backups/", f"{tmp_path}/backups/"))
    tables = [
        "CREATE DATABASE yigangtong",
        "CREATE TABLE yigangtong.epochs (n UInt64) ENGINE = ReplacingMergeTree ORDER BY n",
        "CREATE VIEW yigangtong.epochs_now AS SELECT n FROM yigangtong.epochs FINAL",
        "INSERT INTO yigangtong.epochs VALUES (1), (2), (2)",
    ]
    lost = ["INSERT INTO yigangtong.epochs VALUES (3)"]
    done = in_engine(tmp_path, *tables, backup, *lost, *restore, "SELECT count() FROM yigangtong.epochs_now")
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "2", "what was there when it was backed up, and nothing later"
    again = in_engine(tmp_path, backup)
    assert again.returncode != 0 and "already exists" in again.stderr, "each backup needs a new name"


def test_without_the_file_the_server_backs_up_nothing(tmp_path: Path) -> None:
    done = in_engine(tmp_path, "CREATE DATABASE yigangtong", statements()[0])
    assert "backups.allowed_disk" in done.stderr


# -- rewinding ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def committed(kafka: LocalKafka) -> Iterator[str]:
    """A group that has committed, and a changelog with a record in it; its topics are those of the platform."""
    group = "rewind-test"
    changelog = next(topic for topic in load_topics().with_partitions(2) if topic.role == "changelog")
    create_topics(kafka.bootstrap, [changelog])
    yield group
    admin = AdminClient({"bootstrap.servers": kafka.bootstrap})
    admin.delete_topics([changelog.name])[changelog.name].result(30)


def ends(bootstrap: str, *topics: str) -> dict[tuple[str, int], int]:
    """Log ends."""
    consumer = Consumer({"bootstrap.servers": bootstrap, "group.id": "looks"})
    found = {
        (topic, number): consumer.get_watermark_offsets(TopicPartition(topic, number), timeout=20)[1]
        for topic in topics
        for number in consumer.list_topics(topic, timeout=20).topics[topic].partitions
    }
    consumer.close()
    return found


def test_rewinding_forgets_offsets_and_books_and_is_refused_while_a_worker_is_there(kafka: LocalKafka, committed: str) -> None:
    producer = Producer({"bootstrap.servers": kafka.bootstrap})
    producer.produce("books-changelog", b"evidence", b"book", partition=1)
    assert producer.flush(30) == 0
    worker = Consumer({
        "bootstrap.servers": kafka.bootstrap, "group.id": committed, "auto.offset.reset": "earliest",
        "enable.auto.commit": False,
    })  # fmt: skip
    worker.subscribe(["books-changelog"])
    message = worker.poll(60)
    assert message is not None and not message.error()
    worker.commit(message, asynchronous=False)
    with pytest.raises(TopicProblem, match="a worker is still there"):
        rewind(kafka.bootstrap, committed, load_topics(), patience_s=1)
    assert ends(kafka.bootstrap, "books-changelog")["books-changelog", 1] == 1, "refused, it changes nothing"
    worker.close()

    rewind(kafka.bootstrap, committed, load_topics())
    assert ends(kafka.bootstrap, "books-changelog") == {("books-changelog", 0): 0, ("books-changelog", 1): 0}
    again = Consumer({"bootstrap.servers": kafka.bootstrap, "group.id": committed})
    (place,) = again.committed([TopicPartition("books-changelog", 1)], timeout=20)
    again.close()
    assert place.offset < 0, "no offset is left"
    rewind(kafka.bootstrap, committed, load_topics())  # once more: nothing is left to forget


# -- the whole rehearsal -----------------------------------------------------------------------------------------------


def rows(run: Platform) -> dict[str, set[tuple[Any, ...]]]:
    """What readers see of every state table, and the history that traces are made from."""
    shown = {}
    for table in (*STATE_TABLES, "events"):
        hidden = {name for name, _ in STATE} | HISTORY_OF_COMMANDS.get(table, frozenset())
        columns = [name for name, _ in TABLES[table] if name not in hidden] if table in TABLES else ["event_id", "payload"]
        answer = run.query(f"SELECT {', '.join(columns)} FROM {table}_now")
        shown[table] = {tuple(tuple(v) if isinstance(v, list) else v for v in row.values()) for row in answer}
    return shown


@pytest.mark.slow
def test_a_lost_store_is_derived_anew_and_history_is_filled_in_without_a_word_to_anybody(tmp_path: Path) -> None:
    try:
        with platform(tmp_path / "platform") as run:
            rehearse(run, tmp_path)
    except KafkaProblem as problem:
        pytest.skip(str(problem))


def rehearse(run: Platform, tmp_path: Path) -> None:
    (tmp_path / "guide").mkdir()
    place = Workplace(tmp_path / "guide", {"127.0.0.1:9092": run.bootstrap}, YGT_PARTITIONS=str(PARTITIONS))
    to_kafka.publish(World(seed=11, scale=0.01, heartbeat=30), run.bootstrap)
    run.start()
    run.settle()
    expected = rows(run)
    assert all(expected[table] for table in ("box_visits", "arrival_cases", "exceptions", "events"))
    assert run.stop() == 0
    told = ends(run.bootstrap, *OUTWARD)
    assert all(any(end for (topic, _), end in told.items() if topic == name) for name in OUTWARD)

    (tmp_path / "platform" / "store").rename(tmp_path / "lost")
    follow(place, "Without a backup of ClickHouse: derive all anew")
    run.mode = "backfill"
    run.start()
    run.settle()
    until(lambda: rows(run) == expected, "the rows of before", timeout=30)
    assert ends(run.bootstrap, *OUTWARD) == told, "customs, people and gates were not told again"

    follow(place, "History from elsewhere")
    run.settle()
    (visit,) = run.query("SELECT location FROM box_visits_now WHERE container_no = 'CSQU3054383'")
    assert visit["location"] == "AT_TERMINAL rizhao/"
    assert raised(run), "the heartbeats of that day say that its deadline is over"
    assert ends(run.bootstrap, *OUTWARD) == told, "and nobody is told"
    assert run.stop() == 0

    run.mode = "live"
    began = time.time()
    run.start()
    # its clock has passed the whole history, and two seconds more: what that leads to has left
    until(lambda: Gauges(run.metrics()).least("yigangtong_now_seconds") > began + 2, "the clock is that of today")
    now_told = ends(run.bootstrap, *OUTWARD)
    changed = {topic for topic, number in told if now_told[topic, number] != told[topic, number]}
    assert changed <= {"visit-updates.v1"}, "what is long over is not told; gates learn how things stand"
    assert run.stop() == 0


def raised(run: Platform) -> bool:
    """Whether the filled-in box, which no manifest names, has the exception that its deadline brings."""
    found = run.query("SELECT state FROM exceptions_now WHERE subject = 'CSQU3054383' AND code = 'ARR_NO_MANIFEST'")
    return [row["state"] for row in found] == ["RAISED"]


def follow(place: Workplace, title: str) -> None:
    """Run the commands of a section."""
    commands = steps(section(title))
    assert commands, title
    for step in commands:
        done = place.run(step.command)
        assert done.returncode == step.exit_code, f"{step.command}\n{done.stdout}\n{done.stderr}"
