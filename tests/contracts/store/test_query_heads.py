"""What the head of each named query says of its columns, against what the engines say."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

import pytest

from connectors.clickhouse import SqlStore
from ops import queries
from ops.queries.heads import parse

#: What stands for a parameter that no person gives.
OF_CALLS: dict[str, Any] = {
    "vessels": ("IMO:1",), "calls": ("c",), "ports": ("qingdao",), "voyages": ("1",), "ops_end_s": 0,
    "codes": ["CNTAO"], "slugs": ["qingdao"], "sizes": ["22G1"], "teus": [1.0],
}  # fmt: skip
GOOD = (
    "-- zh: 船。\n-- Vessels, all. And more.\n-- Rows: one.\n"
    "-- Columns: port text; lag number s;\n--   at time UTC\nSELECT 1\n"
)


def params(name: str) -> dict[str, Any]:
    then = datetime(2026, 3, 1, tzinfo=UTC)
    return {p: OF_CALLS.get(p, then if p in (*queries.TIMES, "papers_since") else "") for p in queries.parameters(name)}


def kind(engine_type: str) -> str:
    plain = re.sub(r"LowCardinality\((.*)\)", r"\1", engine_type)
    for start, found in (("Date", "time"), ("Array", "texts"), ("Float", "number"), ("Int", "integer"), ("UInt", "integer")):
        if plain.startswith(start):
            return found
    assert plain == "String", f"{engine_type} has no kind"
    return "text"


@pytest.mark.parametrize("name", queries.names())
def test_the_head_names_each_column_and_its_kind(sql_store: SqlStore, name: str) -> None:
    there = sql_store.query(f"DESCRIBE TABLE ({queries.query(name)})", params(name))
    assert [(c.name, c.kind) for c in queries.head(name).columns] == [(row["name"], kind(row["type"])) for row in there]


@pytest.mark.parametrize("name", queries.names())
def test_a_query_has_both_titles_and_its_figures_and_times_have_a_unit(name: str) -> None:
    head = queries.head(name)
    assert re.search(r"[\u4e00-\u9fff]", head.zh) and re.search(r"[A-Za-z]{3}", head.en)
    assert "Parameters: " in head.notes
    assert all(column.unit for column in head.columns if column.kind in ("number", "time"))


@pytest.mark.parametrize("name", [n for n in queries.names() if queries.askable(n)])
def test_a_query_that_people_may_ask_says_what_they_may_see(name: str) -> None:
    assert queries.scoped(name)


def test_a_head_is_read() -> None:
    head = parse(GOOD)
    assert (head.zh, head.en, head.notes) == ("船", "Vessels, all", "Vessels, all. And more.\nRows: one.")
    assert head.columns == (("port", "text", ""), ("lag", "number", "s"), ("at", "time", "UTC"))


@pytest.mark.parametrize(
    ("lacking", "said"),
    [
        (GOOD.replace("-- zh: 船。\n", ""), "zh:"),
        (GOOD.replace("Columns", "Rows"), "Columns: name kind unit"),
        (GOOD.replace("port text", "port"), "the column 'port' must be"),
        (GOOD.replace("port text", "port string"), "text, texts, time, integer, number"),
        ("SELECT 1", "zh:"),
    ],
)
def test_a_head_that_lacks_something_is_refused(lacking: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        parse(lacking)
