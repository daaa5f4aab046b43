"""The migrations, the rows that the domain derives, and the views: one schema."""

from __future__ import annotations

import re

import pytest

from connectors.clickhouse import schema
from connectors.clickhouse.errors import Misconfigured
from connectors.clickhouse.migrate import dangers
from connectors.clickhouse.migrations import load
from connectors.clickhouse.schema import table, tables
from streams.domain.rows import KEYS, STATE_TABLES, TABLES

LETTERS = {
    "S": "String", "LC": "LC", "TS": "TS", "I": "Int64", "U": "UInt64", "U8": "UInt8", "U16": "UInt16", "U32": "UInt32",
    "F": "Float64", "AS": "Array(String)", "AT": "Array(TS)", "B": "String",
}  # fmt: skip
EVERYTHING = "\n".join(statement for step in load() for statement in step.up)


@pytest.mark.parametrize("name", TABLES)
def test_the_tables_are_the_domains_rows(name: str) -> None:
    assert table(name).columns == tuple((column, LETTERS[letter]) for column, letter in TABLES[name])
    assert table(name).key == KEYS[name]


def test_state_tables_are_those_that_can_be_tombstoned() -> None:
    assert {name for name, known in tables().items() if known.deletable} == set(STATE_TABLES)


@pytest.mark.parametrize("name", tables())
def test_every_table_has_its_view(name: str) -> None:
    assert f"CREATE VIEW IF NOT EXISTS {name}_now AS SELECT * FROM {name} FINAL WHERE " in EVERYTHING


@pytest.mark.parametrize("name", tables())
def test_every_table_keeps_the_highest_version(name: str) -> None:
    assert table(name).columns[-1] == ("version", "UInt64")
    assert f"CREATE TABLE IF NOT EXISTS {name} (" in EVERYTHING
    assert EVERYTHING.count("ENGINE = ReplacingMergeTree(version)") == len(tables())


@pytest.mark.parametrize("name", tables())
def test_times_in_keys_stay_exact_where_the_engine_has_seconds(name: str) -> None:
    ddl = next(s for step in load() for s in step.up if f"TABLE IF NOT EXISTS {name} (" in s)
    for column in table(name).shadows:
        assert f"/*old , {column}_ms Int64*/" in ddl
        assert re.search(rf"ORDER BY \(.*/\*old , {column}_ms\*/\)", ddl)


def test_months_partition_what_grows() -> None:
    assert {name: known.month for name, known in tables().items() if known.month} == {
        "events": "event_time",
        "box_visits": "opened_at",
    }


def test_every_time_and_weight_says_its_unit() -> None:
    for line in EVERYTHING.splitlines():
        if re.match(r"    \w+(_ms|_kg|_at|_time|_s) .*", line) and not line.strip().startswith(("/*", "updated_at")):
            assert re.search(r"-- .*(UTC|ms|kg|seconds)|--.*parallel", line), line


def test_no_migration_destroys_data() -> None:
    assert [step.name for step in load() if dangers(step)] == []


def test_a_statement_that_destroys_data_is_seen() -> None:
    for statement in (
        "DROP TABLE x",
        "ALTER TABLE x DELETE WHERE 1",
        "truncate table x",
        "ALTER TABLE x DROP COLUMN y",
    ):
        assert dangers(load()[0]._replace(up=(statement,))) == [statement]
    assert dangers(load()[0]._replace(up=("DROP TABLE IF EXISTS x_now",))) == []


def test_every_migration_takes_back_what_it_made() -> None:
    made = re.compile(r"\s*CREATE (?:TABLE|VIEW) IF NOT EXISTS (\w+)|ALTER TABLE \w+ ADD COLUMN (?:/\*.*?\*/)?(\w+)")
    gone = re.compile(r"DROP TABLE IF EXISTS (\w+)|ALTER TABLE \w+ DROP COLUMN (?:/\*.*?\*/)?(\w+)")
    for step in load():
        before = {s for earlier in load()[: step.number - 1] for s in earlier.up}
        again = [s for s in step.down if s.startswith("CREATE")]
        assert names(gone, step.down) == names(made, step.up)
        assert set(again) <= before, "what is made again is what stood there before"


def names(pattern: re.Pattern[str], statements: tuple[str, ...]) -> set[str]:
    return {m[1] or m[2] for s in statements if (m := pattern.match(s))}


def test_a_column_is_added_where_the_migration_says(monkeypatch: pytest.MonkeyPatch) -> None:
    later = load()[0]._replace(number=99, up=("ALTER TABLE intake ADD COLUMN colour LC AFTER kafka_offset",))
    monkeypatch.setattr(schema, "load", lambda: (*load(), later))
    names = schema.tables.__wrapped__()["intake"].names
    assert names[names.index("kafka_offset") + 1] == "colour" and names[-1] == "version"


def test_an_unknown_table_is_named_with_the_known_ones() -> None:
    with pytest.raises(Misconfigured, match=r"'boxes'.*box_visits"):
        table("boxes")
