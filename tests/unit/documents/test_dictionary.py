"""The data dictionary speaks of every table and every column."""

from __future__ import annotations

from connectors.clickhouse.schema import tables
from ops.documents.dictionary import TABLES, dictionary, meaning


def test_every_table_and_column_has_a_meaning() -> None:
    assert set(TABLES) == set(tables())
    assert [(t.name, name) for t in tables().values() for name in t.names if not meaning(t.name, name)] == []


def test_a_columns_own_comment_stands_above_what_it_means_elsewhere() -> None:
    assert meaning("box_visits", "port") == "where the box is, or was last"
    assert meaning("arrival_cases", "port").startswith("port slug")


def test_the_page_has_a_row_for_each_column() -> None:
    page = dictionary()
    assert page.count("\n| `") == sum(len(table.names) for table in tables().values())
    assert "| `gross_kg` | number | kg, 0 = unknown |" in page
