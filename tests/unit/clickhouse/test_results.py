"""Answers of both engines become the same Python values."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest

from connectors.clickhouse.results import from_driver, from_json, parse_json_rows


@pytest.mark.parametrize(
    ("kind", "from_engine", "expected"),
    [
        ("DateTime64(3, 'UTC')", "1772323200.123", 1_772_323_200_123),
        ("DateTime64(6)", "1772323200.123999", 1_772_323_200_123),
        ("DateTime64(0)", "1772323200", 1_772_323_200_000),
        ("Nullable(DateTime('UTC'))", "1772323200", 1_772_323_200_000),
        ("Nullable(DateTime('UTC'))", None, None),
        ("Array(LowCardinality(Nullable(Float64)))", [1, None], [1.0, None]),
        ("Array(Array(DateTime64(3)))", [["0.001"], []], [[1], []]),
    ],
)
def test_json(kind: str, from_engine: Any, expected: Any) -> None:
    convert = from_json(kind)
    assert convert is not None
    assert convert(from_engine) == expected


@pytest.mark.parametrize(
    ("kind", "from_engine", "expected"),
    [
        ("DateTime64(3, 'UTC')", datetime(2026, 3, 1, 0, 0, 0, 123_000, UTC), 1_772_323_200_123),
        ("Array(DateTime('UTC'))", (datetime(1970, 1, 1, tzinfo=UTC),), [0]),
        ("Nullable(Date)", date(2026, 3, 1), "2026-03-01"),
        ("Float64", float("inf"), None),
        ("UUID", UUID(int=1), "00000000-0000-0000-0000-000000000001"),
        ("Tuple(UInt8, String)", (1, "a"), [1, "a"]),
    ],
)
def test_driver(kind: str, from_engine: Any, expected: Any) -> None:
    convert = from_driver(kind)
    assert convert is not None
    assert convert(from_engine) == expected


def test_text_that_is_not_utf8_comes_as_bytes_and_the_rest_as_text() -> None:
    assert parse_json_rows(b'["a","b"]\n["String","Array(String)"]\n["\xff",["\xe6\x94\xbe"]]\n') == (
        ["a", "b"],
        ["String", "Array(String)"],
        [[b"\xff", ["放"]]],
    )
