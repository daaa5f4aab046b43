"""The named queries of the dashboards, against rows that one can count."""

from __future__ import annotations

from typing import Any

from connectors.clickhouse import SqlStore
from ops.queries import given, query
from tests.contracts.store.rows_of import AT, row_of, visit

HOUR = 3_600_000
ALL = {"port": ""}


def call(vessel: str, port: str = "qingdao", phase: str = "BERTHED", **times: int) -> tuple[Any, ...]:
    clear = dict.fromkeys(("ata", "atb", "atd", "ops_start", "ops_end"), 0)
    return row_of(
        "port_calls", vessel_id=vessel, vessel_name=vessel, port=port, call_id=f"{port}|{vessel}|1", phase=phase, version=1,
        **{**clear, **times},
    )  # fmt: skip


def test_vessels_that_wait_longest_come_first_and_sailed_ones_are_left_out(sql_store: SqlStore) -> None:
    sql_store.insert("port_calls", [
        call("STRAIGHT", atb=AT),
        call("WAITED", ata=AT - 30 * HOUR, atb=AT - 6 * HOUR),
        call("WAITS", phase="ARRIVED_ANCHOR", ata=AT - 48 * HOUR, updated_at=AT),
        call("GONE", phase="DEPARTED", ata=AT - 99 * HOUR),
        call("ELSEWHERE", port="rizhao", ata=AT - 2 * HOUR, atb=AT),
    ])  # fmt: skip
    found = sql_store.query(query("vessels_in_port"), ALL)
    hours = [(row["vessel_id"], row["anchor_hours"]) for row in found]
    assert hours == [("WAITS", 48.0), ("WAITED", 24.0), ("ELSEWHERE", 2.0), ("STRAIGHT", 0.0)]
    assert [row["vessel_id"] for row in sql_store.query(query("vessels_in_port"), {"port": "rizhao"})] == ["ELSEWHERE"]


def test_a_call_that_came_straight_to_its_berth_does_not_count_as_no_wait(sql_store: SqlStore) -> None:
    sql_store.insert("port_calls", [
        call("A", phase="DEPARTED", ata=AT - 30 * HOUR, atb=AT - 20 * HOUR, atd=AT),
        call("B", phase="DEPARTED", atb=AT - 10 * HOUR, atd=AT),
        call("C", phase="BERTHED", ata=AT - 90 * HOUR, atb=AT),
    ])  # fmt: skip
    (row,) = sql_store.query(query("call_times"), given("call_times", {}, {"since": AT - 99 * HOUR, "until": AT + HOUR}))
    figures = (row["calls"], row["anchorage_wait_hours"], row["berth_stay_hours"], row["turnaround_hours"])
    assert figures == (2, 10.0, 15.0, 30.0)


def test_a_vessel_with_both_trades_is_mixed_and_comes_first(sql_store: SqlStore) -> None:
    on = {"call_id": "qingdao|MIXED|1", "inbound_call_id": ""}
    off = {"call_id": "", "inbound_call_id": "qingdao|MIXED|1"}
    sql_store.insert("port_calls", [call("MIXED"), call("FOREIGN"), call("GONE", phase="DEPARTED")])
    sql_store.insert("box_visits", [
        visit("A", trade="D", ef="F", **on), visit("B", trade="F", ef="F", **on), visit("C", trade="F", ef="E", **off),
        visit("D", trade="F", ef="F", call_id="qingdao|FOREIGN|1", inbound_call_id=""),
        visit("E", trade="D", ef="F", call_id="qingdao|GONE|1", inbound_call_id=""),
    ])  # fmt: skip
    found = sql_store.query(query("mixed_vessels"), ALL)
    assert [(r["vessel"], r["mixed"], r["domestic"], r["foreign_trade"], r["supervised"]) for r in found] == [
        ("MIXED", 1, 1, 2, 1), ("FOREIGN", 0, 0, 1, 1),
    ]  # fmt: skip
