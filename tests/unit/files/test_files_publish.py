"""Files into Kafka: nothing twice after an interruption, and a watched folder that sorts what it is given."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from connectors.files import publish
from connectors.files.mapping import parse_mapping
from connectors.files.publish import Watched, publish_file
from connectors.files.reader import read_file
from connectors.kafka.errors import PublishFailed
from connectors.reading.events import Item
from schemas.codec import decode

MAPPING = parse_mapping({
    "kind": "gate", "port": "rizhao", "party": "RZCT",
    "fields": {"event_id": "id", "container_no": "box", "event_time": "at", "move": "move"},
})  # fmt: skip


class Kafka:
    """Keeps what is published; refuses what comes after ``room`` records."""

    def __init__(self, room: int = 1_000_000) -> None:
        self.ids: list[str] = []
        self.room = room

    def publish(self, topic: str, key: str, value: bytes) -> None:
        self.ids.append(decode(value)["event_id"])

    def flush(self) -> None:
        if len(self.ids) > self.room:
            del self.ids[self.room :]
            raise PublishFailed("away")


def read(path: Path) -> Iterator[Item]:
    return read_file(path, mapping=MAPPING)


def table(path: Path, rows: int, bad: int = 0) -> Path:
    lines = [f"E{n},CSQU3054383,2026-03-01 08:00,{'IN' if n >= bad else '?'}" for n in range(rows)]
    path.write_text("\n".join(["id,box,at,move", *lines]))
    return path


@pytest.fixture(autouse=True)
def small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publish, "STEP", 10)


def test_a_file_that_broke_off_goes_on_where_it_was(tmp_path: Path) -> None:
    file, kafka = table(tmp_path / "gate.csv", 35), Kafka(room=20)
    with pytest.raises(PublishFailed):
        publish_file(file, read, kafka)
    kafka.room = 100
    report = publish_file(file, read, kafka)
    assert (report.resumed_at, report.events) == (20, 35)
    assert kafka.ids == [f"E{n}" for n in range(35)]
    assert sorted(p.name for p in tmp_path.iterdir()) == ["gate.csv"]


def test_a_file_that_has_changed_since_begins_anew(tmp_path: Path) -> None:
    file, kafka = table(tmp_path / "gate.csv", 35), Kafka(room=20)
    with pytest.raises(PublishFailed):
        publish_file(file, read, kafka)
    table(file, 36)
    kafka.room = 100
    assert publish_file(file, read, kafka).resumed_at == 0


def test_progress_is_told_and_restart_ignores_what_was_done(tmp_path: Path) -> None:
    file, kafka = table(tmp_path / "gate.csv", 25), Kafka(room=10)
    with pytest.raises(PublishFailed):
        publish_file(file, read, kafka)
    seen: list[int] = []
    publish_file(file, read, Kafka(), resume=False, watch=seen.append)
    assert seen == [10, 20, 25]


def test_a_report_counts_everything_and_keeps_the_first_problems(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publish, "MOST_PROBLEMS", 3)
    report = publish_file(table(tmp_path / "gate.csv", 25, bad=5), read, Kafka())
    assert (report.events, report.refused, len(report.problems)) == (20, 5, 3)
    assert "另有2条" in report.to_text()
    told = json.loads(report.to_json())
    assert told["refused"] == 5 and told["problems"][0]["position"] == 2 and "已拒收" in told["problems"][0]["zh"]


def test_a_watched_folder_takes_complete_files_and_sorts_them(tmp_path: Path) -> None:
    kafka, told = Kafka(), []
    watched = Watched(tmp_path, read, kafka, told.append)
    good, bad = table(tmp_path / "good.csv", 3), table(tmp_path / "bad.csv", 3, bad=1)
    (tmp_path / "late.csv.part").write_text("being written")
    assert watched.look(0.0) == 0  # not known yet whether they still grow
    table(good, 4)
    assert watched.look(1.0) == 1 and [r.file for r in told] == ["bad.csv"]
    assert watched.look(2.0) == 1
    assert sorted(p.name for p in (tmp_path / "done").iterdir()) == ["good.csv"]
    assert sorted(p.name for p in (tmp_path / "failed").iterdir()) == ["bad.csv", "bad.csv.report.json", "bad.csv.report.txt"]
    assert not bad.exists() and kafka.ids == ["E1", "E2", "E0", "E1", "E2", "E3"]
    assert "row 2" in (tmp_path / "failed" / "bad.csv.report.txt").read_text()


def test_a_second_file_of_a_name_does_not_replace_the_first(tmp_path: Path) -> None:
    watched = Watched(tmp_path, read, Kafka(), lambda report: None)
    for at in (0.0, 10.0):
        table(tmp_path / "good.csv", 1)
        watched.look(at)
        watched.look(at + 1)
    assert sorted(p.name for p in (tmp_path / "done").iterdir()) == ["good-2.csv", "good.csv"]


def test_while_kafka_is_away_a_file_stays_where_it_is(tmp_path: Path) -> None:
    table(tmp_path / "good.csv", 30)
    watched = Watched(tmp_path, partial(read), Kafka(room=0), lambda report: None)
    watched.look(0.0)
    with pytest.raises(PublishFailed):
        watched.look(1.0)
    assert (tmp_path / "good.csv").exists() and not (tmp_path / "done").exists()
