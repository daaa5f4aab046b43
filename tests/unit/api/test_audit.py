"""Who asked what is kept, and who was turned away."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from ops.api.app import build
from ops.api.audit import Audit
from ops.api.login import Door
from ops.api.office import Office
from ops.api.people import load_people
from ops.api.pulse import Pulse
from ops.cli.common import open_reader
from ops.tower import login
from tests.unit.api.conftest import PASSWORD
from tests.unit.conftest import Filled


@dataclass
class Desk:
    client: TestClient
    file: Path

    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.file.read_text("utf-8").splitlines()]


@pytest.fixture
def desk(embedded_world: Filled, people_file: Path, tmp_path: Path) -> Desk:
    people = load_people(people_file)
    file = tmp_path / "kept" / "audit.jsonl"
    office = Office(open_reader(embedded_world.url), lambda _: None, people)
    app = build(office, Door(people, "secret"), Pulse(), None, Audit(file))
    app.include_router(login.router)
    return Desk(TestClient(app), file)


def test_who_asked_what_and_what_was_answered_is_one_line(desk: Desk) -> None:
    desk.client.get("/api/v1/boxes?state=LOADED&limit=1", auth=("viewer", PASSWORD))
    (line,) = desk.lines()
    assert line.pop("at").endswith("+00:00")
    assert line == {
        "who": "viewer", "from": "testclient", "method": "GET", "path": "/api/v1/boxes", "query": "state=LOADED&limit=1",
        "status": 200,
    }  # fmt: skip


def test_who_is_turned_away_is_kept_under_the_name_that_was_claimed(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(login, "_PAUSE_S", 0)
    desk.client.post("/login", data={"name": "officer", "password": "guessed"})
    desk.client.post("/login", data={"name": "officer", "password": PASSWORD}, follow_redirects=False)
    desk.client.cookies.clear()
    desk.client.get("/api/v1/boxes")
    desk.client.post("/api/v1/exceptions/x/remarks", json={}, headers={"Origin": "https://elsewhere.example"})
    kept = [(line["who"], line["status"]) for line in desk.lines()]
    assert kept == [("officer?", 401), ("officer", 303), ("?", 401), ("", 403)]


def test_no_password_is_kept_and_nobody_else_may_read_it(desk: Desk) -> None:
    desk.client.post("/login", data={"name": "officer", "password": PASSWORD}, follow_redirects=False)
    assert PASSWORD not in desk.file.read_text("utf-8")
    assert desk.file.stat().st_mode & 0o777 == 0o600


def test_a_file_that_was_moved_away_is_begun_anew(desk: Desk) -> None:
    desk.client.get("/login")
    desk.file.rename(desk.file.with_suffix(".1"))
    desk.client.get("/login")
    assert len(desk.lines()) == 1


def test_figures_and_answers_to_gates_are_not_in_it(desk: Desk) -> None:
    desk.client.get("/metrics", auth=("viewer", PASSWORD))
    desk.client.get("/api/v1/boxes/CSQU3054383/clearance?action=gate-in", auth=("viewer", PASSWORD))
    assert desk.lines() == []


def test_whoever_restarts_the_tower_needs_no_login_and_leaves_no_line(desk: Desk) -> None:
    assert desk.client.get("/live").json() == {"live": True}
    assert desk.lines() == []


def test_but_who_is_turned_away_there_is(desk: Desk) -> None:
    desk.client.get("/metrics")
    desk.client.get("/api/v1/boxes/CSQU3054383/clearance?action=gate-in")
    assert [(line["who"], line["status"]) for line in desk.lines()] == [("?", 401), ("?", 401)]
