"""Values become literals that cannot leave their quotes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from connectors.clickhouse.literals import bind, identifier, literal


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("it's \\", r"'it\'s \\'"),
        ("a\0b", r"'a\0b'"),
        (b"\x00\xff", r"'\x00\xff'"),
        (True, "1"),
        (-3, "-3"),
        (0.1, "0.1"),
        (float("inf"), "inf"),
        (float("nan"), "nan"),
        (None, "NULL"),
        (("a", 1), "('a', 1)"),
        ([], "[]"),
        (["a", ["b"]], "['a', ['b']]"),
        (datetime(2026, 3, 1, 8, 0, 0, 123_999, timezone(timedelta(hours=8))), "'2026-03-01 00:00:00.123'"),
    ],
)
def test_each_kind_of_value(value: Any, expected: str) -> None:
    assert literal(value) == expected


def test_times_have_the_step_of_the_engine() -> None:
    assert literal(datetime(2026, 3, 1, 8, 0, 0, 123_000, UTC), 1000) == "'2026-03-01 08:00:00'"


@pytest.mark.parametrize("value", [datetime(2026, 3, 1), object(), {"a": 1}])  # noqa: DTZ001 - no zone is meant
def test_what_has_no_literal_is_refused(value: Any) -> None:
    with pytest.raises(TypeError, match="query parameter"):
        literal(value)


def test_an_empty_tuple_is_refused() -> None:
    with pytest.raises(ValueError, match="empty"):
        bind("SELECT 1 WHERE a IN %(a)s", {"a": ()})


@pytest.mark.parametrize(
    "sql", ["SELECT '%(a)s'", "SELECT `%(a)s`", "SELECT 1 -- %(a)s", "SELECT /* %(a)s */ 1", r"SELECT '\'%(a)s'"]
)
def test_a_placeholder_in_quotes_or_comments_is_left_alone(sql: str) -> None:
    assert bind(sql, {"a": "x"}) == sql


def test_a_value_that_looks_like_a_placeholder_is_not_replaced() -> None:
    assert bind("SELECT %(a)s, %(b)s", {"a": "%(b)s", "b": 1}) == "SELECT '%(b)s', 1"


def test_without_parameters_the_text_stays() -> None:
    assert bind("SELECT %(a)s", None) == "SELECT %(a)s"


def test_an_identifier_cannot_leave_its_quotes() -> None:
    assert identifier("a`b\\") == "`a\\`b\\\\`"
