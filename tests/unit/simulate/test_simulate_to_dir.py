"""A world written to a directory can be read back whole."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ops.simulate import World
from ops.simulate.to_dir import write


def test_a_directory_holds_every_event_file_and_truth_line(tmp_path: Path) -> None:
    world = World(seed=2, scale=0.01)
    events = write(world, tmp_path / "world")
    deliveries = list(world.deliveries())
    assert events == sum(d.events for d in deliveries)
    for topic in ("qingdao.gate.v1", "yantai.manifest.v1", "weihai.control.v1"):
        lines = [json.loads(line) for line in (tmp_path / "world" / f"{topic}.jsonl").read_text("utf-8").splitlines()]
        assert [(x["at"], x["key"], x["record"]) for x in lines] == [
            (d.at_ms, d.key, d.record) for d in deliveries if d.topic == topic
        ]
    for delivery in deliveries:
        if delivery.file:
            path = tmp_path / "world" / "files" / delivery.file.port / delivery.file.name
            assert path.read_text("utf-8") == delivery.file.text
    truth = [json.loads(line) for line in (tmp_path / "world" / "truth.jsonl").read_text("utf-8").splitlines()]
    assert truth == world.truth()
    customs = [json.loads(line) for line in (tmp_path / "world" / "customs.jsonl").read_text("utf-8").splitlines()]
    assert customs == world.customs_plan()


def test_a_directory_with_something_in_it_is_refused(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("keep", "utf-8")
    with pytest.raises(FileExistsError, match="not empty"):
        write(World(scale=0.01), tmp_path)
