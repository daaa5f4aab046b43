"""The named queries over the API: listed with what they answer, asked within what a person may see, wrong ones told why."""

from __future__ import annotations

import re
from typing import Any

import pytest

from ops import queries
from ops.api.named import Question
from ops.api.people import LOCAL
from tests.unit.api.conftest import PASSWORD, Desk

ASKABLE = [name for name in queries.names() if queries.askable(name)]


def ask(desk: Desk, name: str, who: str = "", **params: Any) -> Any:
    answer = desk.client.get(f"/api/v1/queries/{name}", params=params, auth=(who, PASSWORD) if who else None)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_the_list_says_what_each_answers_and_wants(local: Desk) -> None:
    listed = {each["name"]: each for each in local.client.get("/api/v1/queries").json()}
    assert sorted(listed) == ASKABLE
    slack = listed["leg_slack"]
    assert slack["parameters"] == ["from_port", "to_port", "vessel", "voyage"]
    assert {"name": "slack_hours", "kind": "number", "unit": "h"} in slack["columns"]
    assert "转运" in slack["zh"] and slack["en"].startswith("Onward connections")


def test_the_document_knows_every_parameter_that_a_query_may_want() -> None:
    assert set(Question.model_fields) == {*queries.TEXTS, *queries.TIMES, "limit"}


@pytest.mark.parametrize("name", ASKABLE)
def test_rows_are_those_of_the_query_in_the_types_of_its_head(local: Desk, name: str) -> None:
    answer = ask(local, name)
    columns = {each["name"]: each["kind"] for each in answer["query"]["columns"]}
    assert (answer["since"] is None) == ("since" not in queries.parameters(name))
    times = {"since": local.office.latest() - 7 * 86_400_000, "until": local.office.latest()}
    assert len(answer["rows"]) == len(local.office.named(LOCAL, name, queries.given(name, {}, times)))
    for row in answer["rows"]:
        assert row.keys() == columns.keys()
        for column, value in row.items():
            if columns[column] in ("text", "time"):
                assert value is None or isinstance(value, str)
            if columns[column] == "time":
                assert value is None or value.endswith("Z")


def test_rows_come_in_the_order_of_the_query_and_no_more_than_are_wanted(local: Desk) -> None:
    everything, some = ask(local, "leg_slack"), ask(local, "leg_slack", limit=3)
    assert some["rows"] == everything["rows"][:3]
    assert (some["more"], everything["more"]) == (True, False)
    narrowed = ask(local, "leg_slack", voyage=everything["rows"][0]["voyage"])
    assert 0 < len(narrowed["rows"]) < len(everything["rows"])


def test_a_mean_of_nothing_is_null(local: Desk) -> None:
    rows = ask(local, "call_times")["rows"]
    assert rows and all(isinstance(row["turnaround_hours"], float | None) for row in rows)


@pytest.mark.parametrize("name", ASKABLE)
def test_a_port_sees_its_own_only(guarded: Desk, name: str) -> None:
    boxes = {box["container_no"] for box in listed(guarded, "weihai-1", "boxes")}
    for row in ask(guarded, name, "weihai-1")["rows"]:
        if "container_no" in row:
            assert row["container_no"] in boxes
        else:
            named = [row[column] for column in ("port", "from_port", "to_port", "series", "topic", "source") if column in row]
            assert any(value.startswith("weihai") for value in named) or name == "latencies"


def test_what_a_port_sees_is_less_than_all(guarded: Desk) -> None:
    for name in ("port_state", "call_times", "legs_by_state", "leg_slack", "arrivals_by_state", "sources"):
        assert 0 < len(ask(guarded, name, "weihai-1")["rows"]) < len(ask(guarded, name, "officer")["rows"]), name


@pytest.mark.parametrize("name", ASKABLE)
def test_an_applicant_sees_rows_of_its_boxes_and_no_figures_of_ports(guarded: Desk, name: str) -> None:
    boxes = {box["container_no"] for box in listed(guarded, "forwarder", "boxes")}
    rows = ask(guarded, name, "forwarder")["rows"]
    assert not rows or "figures" not in queries.scoped(name)
    assert all(row["container_no"] in boxes for row in rows if "container_no" in row)


def listed(desk: Desk, who: str, path: str) -> Any:
    return desk.client.get(f"/api/v1/{path}", params={"limit": 1000}, auth=(who, PASSWORD)).json()["items"]


@pytest.mark.parametrize(
    ("path", "status", "code", "said"),
    [
        ("nothing", 404, "NO_SUCH_QUERY", "nothing"),
        ("composition", 404, "NO_SUCH_QUERY", "composition"),
        ("leg_slack?port=qingdao", 400, "WRONG_PARAMETER", "has no parameter port; it has: from_port"),
        ("leg_slack?since=2026-03-01T00:00:00Z", 400, "WRONG_PARAMETER", "has no since"),
        ("call_times?since=2026-03-02&until=2026-03-01", 400, "WRONG_PARAMETER", "must not lie behind"),
        ("call_times?since=0001-01-01T00:00:00Z", 400, "WRONG_PARAMETER", "between 1971 and 2105"),
        ("call_times?since=yesterday", 422, "NOT_READABLE", "query.since"),
        ("call_times?prot=qingdao", 422, "NOT_READABLE", "query.prot"),
        ("call_times?limit=0", 422, "NOT_READABLE", "query.limit"),
    ],
)
def test_a_question_that_cannot_be_asked_says_why_in_both_languages(
    local: Desk, path: str, status: int, code: str, said: str
) -> None:
    answer = local.client.get(f"/api/v1/queries/{path}")
    told = answer.json()
    assert (answer.status_code, told["code"]) == (status, code)
    assert said in told["en"] and ("查询" in told["zh"] or "请求" in told["zh"])
    if code == "WRONG_PARAMETER":
        assert not re.search(r"[a-z]{3,} (has|must|is) ", told["zh"]), "a Chinese sentence is Chinese throughout"


@pytest.mark.parametrize("path", ["queries", "queries/leg_slack"])
def test_a_stranger_is_not_answered(guarded: Desk, path: str) -> None:
    assert guarded.client.get(f"/api/v1/{path}").status_code == 401
