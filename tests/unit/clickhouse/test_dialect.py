"""One DDL text, two engines."""

from __future__ import annotations

import pytest

from connectors.clickhouse.dialect import Dialect

TEXT = """CREATE TABLE t (
    a TS CODEC(Delta(8), ZSTD(1)), -- UTC, the port's own clock
    b LC,
    c Array(TS), -- times
    d String CODEC(ZSTD(3)) -- last
    /*old , a_ms Int64*/
    /*modern , INDEX i b TYPE bloom_filter(0.01) GRANULARITY 1*/
) ORDER BY (a/*old , a_ms*/)"""


def lines(version: str) -> list[str]:
    return [line.strip() for line in Dialect(version).render(TEXT).splitlines() if line.strip()]


def test_a_modern_engine_gets_everything_it_can() -> None:
    assert lines("26.9.2.1") == [
        "CREATE TABLE t (",
        "a DateTime64(3, 'UTC') CODEC(Delta(8), ZSTD(1)) COMMENT 'UTC, the port\\'s own clock',",
        "b LowCardinality(String),",
        "c Array(DateTime64(3, 'UTC')) COMMENT 'times',",
        "d String CODEC(ZSTD(3)) COMMENT 'last'",
        ", INDEX i b TYPE bloom_filter(0.01) GRANULARITY 1",
        ") ORDER BY (a)",
    ]


def test_an_old_engine_gets_what_it_knows() -> None:
    assert lines("18.16.1") == [
        "CREATE TABLE t (",
        "a DateTime('UTC'),",
        "b String,",
        "c Array(DateTime('UTC')),",
        "d String",
        ", a_ms Int64",
        ") ORDER BY (a , a_ms)",
    ]


@pytest.mark.parametrize(
    ("version", "modern", "step"),
    [("18.16.1", False, 1000), ("20.8.2", False, 1000), ("21.3", True, 1), ("26.9", True, 1)],
)
def test_the_release_decides(version: str, modern: bool, step: int) -> None:
    assert (Dialect(version).modern, Dialect(version).time_step_ms) == (modern, step)
