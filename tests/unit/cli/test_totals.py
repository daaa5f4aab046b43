"""`yigangtong reconcile` says whose day is not complete, and what to do about it."""

from __future__ import annotations

import json

import pytest

from ops import reconcile
from ops.cli.data import _advice
from ops.totals import Total
from tests.unit.cli.conftest import Ask, Filled


@pytest.fixture(params=["embedded_world", "server_world"])
def world(request: pytest.FixtureRequest) -> Filled:
    filled: Filled = request.getfixturevalue(request.param)
    return filled


@pytest.fixture
def no_log(monkeypatch: pytest.MonkeyPatch) -> None:
    """A world that came without a broker has no log to be compared with."""
    monkeypatch.setattr(reconcile, "read_logs", lambda bootstrap: [])


def test_the_one_total_that_the_simulator_told_wrong_is_found_and_no_other(world: Filled, no_log: None, ask: Ask) -> None:
    code, out, _ = ask("reconcile", "--store", world.url, "--json")
    lines = [json.loads(line) for line in out.splitlines()]
    assert len(lines) > 70
    assert [(t["port"], t["of_kind"], t["sender"], t["day"], t["missing"]) for t in lines if t["missing"]] == [
        ("rizhao", "gate", "RZCT", "2026-03-02", 3)
    ]
    assert code == 1


def test_people_read_what_to_do(embedded_world: Filled, no_log: None, ask: Ask) -> None:
    _, out, _ = ask("reconcile", "--store", embedded_world.url)
    assert "daily totals agree 日总数一致" in out
    (line,) = [line for line in out.splitlines() if "RZCT" in line]
    assert line.startswith("2026-03-02 rizhao gate RZCT: told")
    assert "Missing 3: ask the sender" in line and "请发送方重发" in line


@pytest.mark.parametrize(
    ("known", "refused", "said"),
    [(9, 2, "count again"), (6, 2, "Missing 2; 2 records of that topic were refused"), (6, 0, "Missing 2: ask the sender")],
)
def test_the_advice_depends_on_where_the_records_can_be(known: int, refused: int, said: str) -> None:
    assert said in _advice(Total("qingdao", "gate", "QQCT", "2026-03-02", 8, known, refused))
