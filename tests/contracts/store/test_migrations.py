"""Migrations on each engine: applied once, killed half-way, reversed, and held against the code."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from connectors.clickhouse import Misconfigured, SqlStore, migrate, open_store
from connectors.clickhouse.migrations import load
from tests.contracts.store.rows_of import row_of


@pytest.fixture
def migrated(sql_store: SqlStore) -> Iterator[SqlStore]:
    """An engine whose schema the test may change; whole again afterwards."""
    yield sql_store
    migrate.apply(sql_store)
    assert migrate.drift(sql_store) == []


def test_the_live_schema_is_the_codes(sql_store: SqlStore) -> None:
    assert migrate.drift(sql_store) == []


def test_apply_is_done_once(sql_store: SqlStore) -> None:
    assert migrate.apply(sql_store) == []
    assert all(step.applied and not step.changed for step in migrate.status(sql_store))


def test_everything_can_be_reversed_and_applied_again(migrated: SqlStore) -> None:
    for _ in load():
        migrate.reverse(migrated)
    assert not any(step.applied for step in migrate.status(migrated))
    assert len(migrate.drift(migrated)) >= 2 * 15
    with pytest.raises(Misconfigured, match="nothing to reverse"):
        migrate.reverse(migrated)


def test_a_dry_run_says_what_it_would_do_and_does_nothing(migrated: SqlStore) -> None:
    assert migrate.reverse(migrated, dry_run=True)
    assert all(step.applied for step in migrate.status(migrated))
    migrate.reverse(migrated)
    planned = migrate.apply(migrated, dry_run=True)
    assert planned == migrate.apply(migrated)
    assert not any("TS" in statement.split() for statement in planned)


def test_an_apply_that_was_killed_half_way_is_finished_by_the_next(migrated: SqlStore) -> None:
    last = load()[-1]
    for done in range(1, len(last.up) + 1):
        migrate.reverse(migrated)
        for statement in last.up[:done]:
            migrated.execute(migrated.dialect.render(statement))
        migrate.apply(migrated)
        assert migrate.drift(migrated) == []


def test_a_reverse_does_not_drop_rows_unasked(migrated: SqlStore) -> None:
    while [step.number for step in migrate.status(migrated) if step.applied][-1] > 3:  # ledgers
        migrate.reverse(migrated)
    migrated.insert("notices", [row_of("notices")])
    with pytest.raises(Misconfigured, match="notices, which holds rows"):
        migrate.reverse(migrated)
    assert migrate.reverse(migrated, allow_danger=True)


def test_a_migration_edited_after_it_was_applied_is_refused(
    migrated: SqlStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    edited = [m._replace(up=(*m.up, "SELECT 1")) if m.number == 2 else m for m in load()]
    monkeypatch.setattr(migrate, "load", lambda: tuple(edited))
    assert [step.number for step in migrate.status(migrated) if step.changed] == [2]
    with pytest.raises(Misconfigured, match="0002_state was edited"):
        migrate.apply(migrated)


def test_a_program_older_than_the_database_is_refused(migrated: SqlStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(migrate, "load", lambda: load()[:-1])
    with pytest.raises(Misconfigured, match="upgrade the program"):
        migrate.apply(migrated)


def test_a_migration_that_destroys_data_must_be_allowed(migrated: SqlStore, monkeypatch: pytest.MonkeyPatch) -> None:
    harmful = load()[-1]._replace(number=len(load()) + 1, name="harmful", up=("TRUNCATE TABLE intake",), danger="")
    monkeypatch.setattr(migrate, "load", lambda: (*load(), harmful))
    with pytest.raises(Misconfigured, match="destroys data"):
        migrate.apply(migrated, allow_danger=True)


@pytest.mark.parametrize(
    ("change", "undo", "told"),
    [
        ("ALTER TABLE intake ADD COLUMN colour String", "ALTER TABLE intake DROP COLUMN colour", "intake.colour"),
        ("ALTER TABLE port_calls MODIFY COLUMN shifts UInt32", "ALTER TABLE port_calls MODIFY COLUMN shifts UInt16",
         "port_calls.shifts: expected UInt16, found UInt32"),
        ("CREATE TABLE stray (a UInt8) ENGINE = Memory", "DROP TABLE stray", "table stray is not in the code"),
        ("DROP TABLE epochs_now", "CREATE VIEW epochs_now AS SELECT * FROM epochs FINAL WHERE 1",
         "view epochs_now is missing"),
    ],
)  # fmt: skip
def test_drift_is_told(sql_store: SqlStore, change: str, undo: str, told: str) -> None:
    sql_store.execute(change)
    try:
        assert any(line.startswith(told) for line in migrate.drift(sql_store))
    finally:
        sql_store.execute(undo)
    assert migrate.drift(sql_store) == []


def test_a_store_without_engine_has_nothing_to_migrate() -> None:
    assert migrate.apply(open_store("memory://")) == []
