"""The store port's contract (docs/contracts.md 5), over every implementation."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from connectors.clickhouse import BadRows, Misconfigured, QueryFailed, SqlStore, Store, StoreError, insert_or_split
from connectors.clickhouse.embedded import EmbeddedStore
from connectors.clickhouse.schema import ROLLUPS, tables
from tests.contracts.store.rows_of import AT, DAY, columns_of, count, event, now, row_of, shown, visit

WRITTEN = sorted(set(tables()) - ROLLUPS)


@pytest.mark.parametrize("name", WRITTEN)
def test_a_row_of_every_table_reads_back_equal(store: Store, name: str) -> None:
    row = row_of(name)
    store.insert(name, [row])
    assert now(store, name) == [shown(store, name, row)]


@pytest.mark.parametrize("name", WRITTEN)
def test_columns_by_name_store_the_same_as_rows(store: Store, name: str) -> None:
    row = row_of(name)
    store.insert_arrow(name, columns_of(name, [row]))
    assert now(store, name) == [shown(store, name, row)]


@pytest.mark.parametrize("encoded", [True, False])
def test_columns_in_several_chunks_keep_their_values(store: Store, encoded: bool) -> None:
    # each chunk brings a dictionary of its own
    parts = [
        columns_of("epochs", []),
        *(columns_of("epochs", [row_of("epochs", epoch=n, reason=f"r{n}")]) for n in range(3)),
    ]
    kinds = [columns_of("box_visits", [visit(f"BOX{n}", port=f"port{n}", state=f"s{n % 2}")]) for n in range(3)]
    joined = pa.concat_tables(kinds) if encoded else pa.concat_tables(kinds).cast(plain(kinds[0].schema))
    store.insert_arrow("epochs", pa.concat_tables(parts))
    store.insert_arrow("box_visits", joined)
    assert [(row["epoch"], row["reason"]) for row in now(store, "epochs")] == [(0, "r0"), (1, "r1"), (2, "r2")]
    assert [(r["container_no"], r["port"], r["state"]) for r in now(store, "box_visits")] == [
        ("BOX0", "port0", "s0"),
        ("BOX1", "port1", "s1"),
        ("BOX2", "port2", "s0"),
    ]


def plain(schema: pa.Schema) -> pa.Schema:
    """``schema`` without dictionaries."""
    return pa.schema([(f.name, pa.string() if pa.types.is_dictionary(f.type) else f.type) for f in schema])


def test_an_insert_is_in_the_table_when_it_returns(store: Store) -> None:
    rows = [visit(f"BOX{i:05}") for i in range(2_500)]
    store.insert("box_visits", rows)
    assert count(store, "box_visits") == 2_500


def test_an_empty_batch_is_fine(store: Store) -> None:
    store.insert("events", [])
    assert now(store, "events") == []


def test_the_highest_version_of_a_key_counts_in_any_order(store: Store) -> None:
    for version in (7, 9, 8):
        store.insert("box_visits", [visit("A", version=version, state=f"v{version}")])
    assert [(row["version"], row["state"]) for row in now(store, "box_visits")] == [(9, "v9")]


@pytest.mark.parametrize("versions", [(7, 9, 8), (9, 8, 7), (7, 8, 9)])
def test_the_highest_version_of_a_key_counts_within_one_insert(store: Store, versions: tuple[int, ...]) -> None:
    store.insert("box_visits", [visit("A", version=version, state=f"v{version}") for version in versions])
    assert [(row["version"], row["state"]) for row in now(store, "box_visits")] == [(9, "v9")]
    assert [version for _, version, _ in store.stored_keys("box_visits", ["A"])] == [9]


def test_a_batch_sent_again_changes_nothing(store: Store) -> None:
    rows = [visit(f"BOX{i}") for i in range(20)]
    store.insert("box_visits", rows)
    before = now(store, "box_visits")
    store.insert("box_visits", rows)
    assert now(store, "box_visits") == before


def test_a_tombstone_hides_its_row_and_an_older_row_stays_hidden(store: Store) -> None:
    store.insert("box_visits", [visit("A", version=1)])
    store.insert("box_visits", [visit("A", version=3, is_deleted=1)])
    store.insert("box_visits", [visit("A", version=2)])
    assert now(store, "box_visits") == []
    assert store.stored_keys("box_visits", ["A"]) == [(("A", AT), 3, True)]


def test_a_retracted_event_is_hidden_from_events_now(store: Store) -> None:
    store.insert("events", [event("E1", version=2), event("E2", version=2)])
    store.insert("events", [event("E1", version=3, is_retracted=1)])
    store.insert("events", [event("E1", version=2)])
    assert [row["event_id"] for row in now(store, "events")] == ["E2"]


def test_a_void_event_is_hidden_while_its_book_says_so_and_shown_again_when_that_is_taken_back(store: Store) -> None:
    source = {"source_party": "QQCTU", "source_system": "TOS"}
    store.insert("events", [event("E|1", **source), event("E2", **source), event("E|1", source_party="QQCTN")])
    row = row_of("void_events", book_key="A", event_id="QQCTU|TOS|E|1", reason="CORRECTED", event_time=AT, version=1)
    store.insert("void_events", [row])
    assert sorted((e["source_party"], e["event_id"]) for e in now(store, "events")) == [("QQCTN", "E|1"), ("QQCTU", "E2")]
    gone = row_of("void_events", book_key="A", event_id="QQCTU|TOS|E|1", is_deleted=1, version=2)
    for rows in ([gone], [row]):
        store.insert("void_events", rows)
        assert len(now(store, "events")) == 3 and now(store, "void_events") == []


def test_event_ids_are_unique_only_within_their_source(store: Store) -> None:
    store.insert("events", [event("E1", source_system="TOS"), event("E1", source_system="OCR")])
    assert len(now(store, "events")) == 2


def test_stored_keys_are_exact_to_the_millisecond(store: Store) -> None:
    store.insert(
        "box_visits", [visit("A", AT, 5), visit("A", AT + 1, 6), visit("A", AT + 40 * DAY, 7), visit("B", AT, 8)]
    )
    assert sorted(store.stored_keys("box_visits", ["A", "C"])) == [
        (("A", AT), 5, False),
        (("A", AT + 1), 6, False),
        (("A", AT + 40 * DAY), 7, False),
    ]


def test_visits_that_open_in_the_same_second_are_different_rows(store: Store) -> None:
    store.insert("box_visits", [visit("A", AT, 9, is_deleted=1)])
    store.insert("box_visits", [visit("A", AT + 1, 9)])
    assert sorted(store.stored_keys("box_visits", ["A"])) == [(("A", AT), 9, True), (("A", AT + 1), 9, False)]


@pytest.mark.parametrize("name", [name for name, table in tables().items() if table.deletable])
def test_stored_keys_have_every_column_of_the_key(store: Store, name: str) -> None:
    row = row_of(name, version=4)
    store.insert(name, [row])
    values = dict(zip(tables()[name].names, row, strict=True))
    key = tuple(values[column] for column in tables()[name].key)
    assert store.stored_keys(name, [key[0]]) == [(key, 4, False)]


def test_stored_keys_of_many_books_need_no_short_list(store: Store) -> None:
    store.insert("exceptions", [row_of("exceptions", book_key=f"K{i:06}", version=1) for i in range(9_000)])
    wanted = [f"K{i:06}" for i in range(0, 18_000, 2)]
    assert len(store.stored_keys("exceptions", wanted)) == 4_500
    assert store.stored_keys("exceptions", []) == []


def test_only_state_tables_have_stored_keys(store: Store) -> None:
    with pytest.raises(Misconfigured, match="events"):
        store.stored_keys("events", ["A"])


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("opened_at", -1),
        ("closed_at", 1 << 60),
        ("supervised", 256),
        ("version", -1),
        ("gross_kg", "heavy"),
        ("state", None),
        ("state", 7),
        ("bill_no", "\ud800"),
        ("holds", "HOLD"),
        ("holds", ["a", None]),
        ("milestone_times", [-1]),
        ("holds", None),
        ("opened_at", 1.5),
    ],
)
def test_a_value_that_does_not_fit_names_its_row(store: Store, column: str, value: Any) -> None:
    rows = [visit("A"), visit("B"), visit("C")]
    spot = tables()["box_visits"].names.index(column)
    rows[1] = (*rows[1][:spot], value, *rows[1][spot + 1 :])
    with pytest.raises(BadRows) as caught:
        store.insert("box_visits", rows)
    assert caught.value.indices == (1,)
    assert column in caught.value.reasons[1]


def test_a_row_with_too_few_values_names_itself(store: Store) -> None:
    with pytest.raises(BadRows) as caught:
        store.insert("box_visits", [visit("A"), visit("B")[:-1]])
    assert caught.value.indices == (1,)


def test_bad_rows_leave_the_good_ones_of_their_batch_stored(store: Store) -> None:
    rows = [visit(f"BOX{i}", supervised=999 if i in {0, 17} else 1) for i in range(40)]
    written = insert_or_split(store, "box_visits", rows)
    assert written.inserted == 38
    assert [index for index, _ in written.bad] == [0, 17]
    assert all("supervised = 999" in reason for _, reason in written.bad)
    assert len(now(store, "box_visits")) == 38


def test_columns_with_a_value_that_does_not_fit_are_refused(store: Store) -> None:
    wrong = {"supervised": pa.array([256]), "opened_at": pa.array([-1]), "state": pa.array([None], pa.string()),
             "holds": pa.array([["a", None]]), "milestone_times": pa.array([[-1]])}  # fmt: skip
    for column, values in wrong.items():
        with pytest.raises(BadRows, match=column):
            store.insert_arrow("box_visits", columns_of("box_visits", [visit("A")], **{column: values}))


def test_columns_that_are_missing_or_unknown_stop_the_writer(store: Store) -> None:
    with pytest.raises(Misconfigured, match=r"missing: .*kafka_offset.* unknown: colour"):
        store.insert_arrow("intake", pa.table({"topic": ["t"], "colour": ["red"]}))


def test_a_table_that_no_migration_creates_stops_the_writer(store: Store) -> None:
    with pytest.raises(Misconfigured, match="nonsense"):
        store.insert("nonsense", [(1,)])


def test_raw_bytes_keep_every_byte(store: Store) -> None:
    payload = bytes(range(256)) * 4
    store.insert("dead_letters", [row_of("dead_letters", payload=payload)])
    assert [row["payload"] for row in now(store, "dead_letters")] == [payload]


def test_ten_years_of_months_fit_in_one_call(store: Store) -> None:
    # the engine refuses an insert into more than 100 partitions
    rows = [visit(f"BOX{i}", AT - i * 28 * DAY) for i in range(130)] + [visit("ZERO", 0)]
    store.insert("box_visits", rows)
    assert count(store, "box_visits") == 131
    store.insert_arrow("box_visits", columns_of("box_visits", rows))
    assert count(store, "box_visits") == 131


def test_more_rows_than_one_insert_carries_are_all_stored(store: Store) -> None:
    store.insert("intake", [row_of("intake", kafka_offset=i) for i in range(100_001)])
    assert count(store, "intake") == 100_001


def test_two_threads_may_ask_while_one_writes(store: Store) -> None:
    failures: list[BaseException] = []

    def ask() -> None:
        try:
            for _ in range(5):
                now(store, "box_visits")
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=ask) for _ in range(2)]
    for thread in threads:
        thread.start()
    for number in range(5):
        store.insert("box_visits", [visit(f"BOX{number}")])
    for thread in threads:
        thread.join()
    assert not failures
    assert len(now(store, "box_visits")) == 5


HOSTILE = "x' OR 1=1 -- \\' \\\\ %(b)s \0 \n 放行"


def test_parameters_come_back_as_they_were_given(sql_store: SqlStore) -> None:
    sql = "SELECT %(t)s AS t, %(i)s AS i, %(f)s AS f, %(l)s AS l, %(n)s IS NULL AS n, %(b)s AS b, 'kept %(t)s' AS k"
    values = {"t": HOSTILE, "i": -5, "f": 1.5, "l": ["a'", HOSTILE], "n": None, "b": b"\x00\xff'"}
    assert sql_store.query(sql, values) == [
        {"t": HOSTILE, "i": -5, "f": 1.5, "l": ["a'", HOSTILE], "n": 1, "b": b"\x00\xff'", "k": "kept %(t)s"}
    ]


def test_a_percent_sign_needs_no_doubling(sql_store: SqlStore) -> None:
    assert sql_store.query("SELECT 'ab' LIKE 'a%' AS a, 7 % 4 AS b", {"x": 1}) == [{"a": 1, "b": 3}]


def test_a_missing_parameter_is_named(sql_store: SqlStore) -> None:
    with pytest.raises(ValueError, match="'box'"):
        sql_store.query("SELECT %(box)s AS b", {"bux": 1})


def test_a_time_parameter_compares_with_time_columns(sql_store: SqlStore) -> None:
    sql_store.insert("box_visits", [visit("A", AT), visit("B", AT + 5_000)])
    asked = {"since": datetime(2026, 3, 1, 0, 0, 2, tzinfo=UTC), "boxes": ("A", "B")}
    found = sql_store.query(
        "SELECT container_no FROM box_visits_now WHERE opened_at >= %(since)s AND container_no IN %(boxes)s", asked
    )
    assert found == [{"container_no": "B"}]


def test_times_come_back_as_milliseconds_whatever_their_type(sql_store: SqlStore) -> None:
    row = sql_store.query(
        "SELECT toDateTime(1772323200, 'UTC') AS t, [toDateTime(1772323200, 'UTC')] AS a, toDate('2026-03-01') AS d,"
        " toStartOfHour(toDateTime(1772323201, 'UTC')) AS h, toUInt32(5) AS n, toFloat64(1) AS f, 0 / 0 AS nan"
    )[0]
    at = AT - AT % 1000
    assert row == {"t": at, "a": [at], "d": "2026-03-01", "h": at, "n": 5, "f": 1.0, "nan": None}
    assert isinstance(row["f"], float)


def test_a_wrong_query_is_reported_to_its_caller_and_the_store_goes_on(sql_store: SqlStore) -> None:
    for sql, code in (("SELECT 1 FROM nowhere", 60), ("SELEKT 1", 62), ("SELECT colour FROM intake", 47)):
        with pytest.raises(QueryFailed) as caught:
            sql_store.query(sql)
        assert caught.value.code == code
    assert sql_store.query("SELECT 1 AS one") == [{"one": 1}]


def test_a_query_without_rows_is_an_empty_list(sql_store: SqlStore) -> None:
    assert sql_store.query("SELECT * FROM intake_now") == []


def test_a_missing_column_stops_the_writer_instead_of_blaming_rows(sql_store: SqlStore) -> None:
    sql_store.execute("ALTER TABLE exceptions DROP COLUMN detail")
    try:
        with pytest.raises(Misconfigured):
            sql_store.insert("exceptions", [row_of("exceptions")])
    finally:
        sql_store.execute("ALTER TABLE exceptions ADD COLUMN detail String AFTER ended_at")


def test_the_version_is_told(store: Store) -> None:
    assert store.version() == "memory" or store.version().split(".")[0].isdigit()


def test_a_second_path_in_one_process_is_refused(embedded: SqlStore, tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="another embedded store open"):
        EmbeddedStore(str(tmp_path / "other"))
    assert embedded.query("SELECT 1 AS one") == [{"one": 1}]


def test_a_second_store_on_the_same_path_sees_the_same_rows(embedded: EmbeddedStore) -> None:
    embedded.insert("epochs", [row_of("epochs")])
    second = EmbeddedStore(embedded.path)
    assert count(second, "epochs") == 1
    second.close()
    assert count(embedded, "epochs") == 1


def test_a_slow_query_stops_nobody_else(embedded: EmbeddedStore) -> None:
    slow = threading.Thread(target=embedded.query, args=("SELECT sleep(3)",))
    slow.start()
    embedded.insert("epochs", [row_of("epochs")])
    assert count(embedded, "epochs") == 1
    assert slow.is_alive()
    slow.join()


def test_a_closed_embedded_store_says_so(embedded: EmbeddedStore) -> None:
    second = EmbeddedStore(embedded.path)
    second.close()
    second.close()
    for use in (lambda: second.insert("epochs", [row_of("epochs")]), lambda: second.query("SELECT 1")):
        with pytest.raises(StoreError, match="closed"):
            use()
