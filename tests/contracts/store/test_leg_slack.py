"""The named query of onward connections, against rows whose slack one can count."""

from __future__ import annotations

from connectors.clickhouse import SqlStore
from ops.queries import query
from streams.domain.rows import TABLES
from tests.contracts.store.rows_of import row_of

SQL = query("leg_slack")
HOUR = 3_600_000
DAY = 1_772_409_600_000
ALL = {"from_port": "", "to_port": "", "vessel": "", "voyage": ""}


def leg(box: str, there: int, cutoff: int, voyage: str = "F1") -> tuple[object, ...]:
    row = dict(zip([name for name, _ in TABLES["transfer_legs"]], row_of("transfer_legs"), strict=True))
    row.update(
        container_no=box, leg_id="weihai>qingdao", from_port="weihai", to_port="qingdao", vessel_id="CNSHIP:F1", voyage=voyage,
        expected_at=DAY + there * HOUR if there else 0, onward_cutoff=DAY + cutoff * HOUR if cutoff else 0, is_deleted=0,
        version=2,
    )  # fmt: skip
    return tuple(row.values())


def test_boxes_with_the_least_slack_come_first(sql_store: SqlStore) -> None:
    sql_store.insert(
        "transfer_legs",
        [leg("A", 12, 20), leg("B", 22, 20), leg("C", 0, 20), leg("D", 12, 0), leg("E", 12, 21, voyage="F2")],
    )
    mine = {"from_port": "weihai", "vessel": "CNSHIP:F1"}
    found = sql_store.query(SQL, {**ALL, **mine})
    assert [(row["container_no"], row["slack_hours"]) for row in found] == [("B", -2.0), ("A", 8.0), ("E", 9.0)]
    assert [row["container_no"] for row in sql_store.query(SQL, {**ALL, **mine, "voyage": "F2"})] == ["E"]
