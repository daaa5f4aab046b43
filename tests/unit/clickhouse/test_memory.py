"""What only the in-memory store offers: its views without SQL."""

from __future__ import annotations

from typing import Any

import pytest

from connectors.clickhouse import QueryFailed
from connectors.clickhouse.memory import MemoryStore
from connectors.clickhouse.schema import table

LEG = {"String": "", "LC": "", "TS": 0, "UInt8": 0, "UInt64": 1, "Array(String)": []}


def leg(container: str, leg_id: str, **values: Any) -> tuple[Any, ...]:
    plain = {name: LEG[kind] for name, kind in table("transfer_legs").columns}
    return tuple((plain | {"container_no": container, "leg_id": leg_id} | values).values())


def test_now_is_in_key_order_without_tombstones() -> None:
    store = MemoryStore()
    store.insert("transfer_legs", [leg("B", "1"), leg("A", "2"), leg("A", "1", is_deleted=1)])
    assert [(row["container_no"], row["leg_id"]) for row in store.now("transfer_legs")] == [("A", "2"), ("B", "1")]
    assert [row[:2] for row in store.rows("transfer_legs")] == [("A", "1"), ("A", "2"), ("B", "1")]


def test_of_equal_versions_the_last_one_written_stays() -> None:
    store = MemoryStore()
    store.insert("transfer_legs", [leg("A", "1", mode="feeder")])
    store.insert("transfer_legs", [leg("A", "1", mode="rail")])
    assert store.now("transfer_legs")[0]["mode"] == "rail"


def test_rows_that_the_caller_changes_later_do_not_change_here() -> None:
    store = MemoryStore()
    rows = [leg("A", "1")]
    store.insert("transfer_legs", rows)
    rows.clear()
    assert len(store.rows("transfer_legs")) == 1


def test_it_answers_no_sql() -> None:
    with pytest.raises(QueryFailed, match="now"):
        MemoryStore().query("SELECT 1")
