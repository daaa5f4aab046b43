"""``query --name``: each named query answers on every engine, and a wrong question is one clear line."""

from __future__ import annotations

import json

import pytest

from ops import queries
from ops.cli.common import open_reader
from tests.unit.cli.conftest import Ask, Filled

#: Nothing to show of this day: its vessels have sailed, and no bill is named (`tests/contracts/store` has rows for these).
EMPTY = {"bill_arrivals", "bill_boxes", "bills_meant", "mixed_vessels", "vessels_in_port", "refused"}
ASKABLE = [name for name in queries.names() if queries.askable(name)]


@pytest.mark.parametrize("engine", ["embedded", "server"])
@pytest.mark.parametrize("name", ASKABLE)
def test_each_query_that_a_person_may_ask_is_answered_on_each_engine(
    name: str, engine: str, request: pytest.FixtureRequest
) -> None:
    world: Filled = request.getfixturevalue(f"{engine}_world")
    params = queries.given(name, {}, {"since": world.rest - 7 * 86_400_000, "until": world.rest})
    rows = open_reader(world.url).query(queries.query(name), params)
    assert bool(rows) == (name not in EMPTY)


def test_all_others_are_asked_by_a_command_that_has_a_call() -> None:
    assert set(queries.names()) - set(ASKABLE) == {
        "call_boxes", "calls", "composition", "conflicts", "departure_readiness", "reconciliation",
    }  # fmt: skip


def test_what_a_query_answers_and_wants_is_listed(ask: Ask) -> None:
    listed = {row["name"]: row for row in map(json.loads, ask("query", "--list", "--json").out.splitlines())}
    assert listed.keys() == set(queries.names())
    assert listed["leg_slack"]["parameters"] == ["from_port", "to_port", "vessel", "voyage"]
    assert (listed["composition"]["asked_by"], listed["leg_slack"]["asked_by"]) == ("vessel", "query")
    assert "leg_slack" in ask("query", "--list").out


def test_a_named_query_narrows_by_what_is_given(embedded_world: Filled, ask: Ask) -> None:
    where = ("--store", embedded_world.url, "--json")
    every = list(map(json.loads, ask("query", "--name", "leg_slack", *where).out.splitlines()))
    voyage = every[0]["voyage"]
    some = list(map(json.loads, ask("query", "--name", "leg_slack", "-p", f"voyage={voyage}", *where).out.splitlines()))
    assert some == [row for row in every if row["voyage"] == voyage]
    assert len(some) < len(every)


def test_where_no_row_is_found_the_span_is_told_that_was_asked(embedded_world: Filled, ask: Ask) -> None:
    span = ("-p", "since=2001-02-03T04:05:06Z", "-p", "until=2001-02-04")  # without zone: Beijing
    told = ask("query", "--name", "call_times", *span, "--store", embedded_world.url)
    assert "2001-02-03T04:05:06Z" in told.out and "2001-02-03T16:00:00Z" in told.out and "-p since=" in told.out
    piped = ask("query", "--name", "call_times", *span, "--store", embedded_world.url, "--json")
    assert not piped.out and "2001-02-03T04:05:06Z" in piped.errors
    plain = ask("query", "--name", "leg_slack", "-p", "voyage=none", "--store", embedded_world.url)
    assert plain.out.strip() == "no rows 无数据", "it looks at what is there now: there is no span"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "give one of"),
        (("SELECT 1", "--name", "leg_slack"), "give one of"),
        (("SELECT 1", "-p", "port=qingdao"), "give one of"),
        (("--name", "leg_slak"), "there is no query 'leg_slak'"),
        (("--name", "leg_slack", "-p", "prot=qingdao"), "has no parameter prot; it has: from_port, to_port, vessel, voyage"),
        (("--name", "leg_slack", "-p", "qingdao"), "write NAME=VALUE"),
        (("--name", "composition"), "yigangtong vessel"),
    ],
    ids=["nothing", "two", "a parameter of a SELECT", "no such query", "no such parameter", "no value", "of a call"],
)
def test_a_question_that_cannot_be_asked_is_one_clear_line(ask: Ask, words: tuple[str, ...], said: str) -> None:
    told = ask("query", *words)
    assert told.code == 2
    assert said in told.errors and told.errors.count("\n") == 1
