"""The comparison of the platform's rows with the truth counts both ways."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from ops.verify import SHOWN, compare

Row = dict[str, Any]
VISIT = {
    "kind": "visit", "container_no": "QDGU0000080", "opened_at": 1_000_001, "closed_at": 0, "direction": "E",
    "trade": "F", "ef": "F", "state": "ARRIVED", "milestones": {"B": 1_000_002, "A": 1_000_001},
}  # fmt: skip
EXCEPTION = {"kind": "exception", "code": "SHORTLANDED", "subject": "QDGU0000080", "state": "RAISED"}
ARRIVAL = {
    "kind": "arrival", "container_no": "QDGU0000080", "bill_no": "B1", "vessel_id": "IMO:9399038", "voyage": "1E",
    "terminal_code": "QQCTU", "message_type": "MT3101", "state": "ACKED",
}  # fmt: skip
LEG = {
    "kind": "leg", "container_no": "QDGU0000080", "from_port": "weihai", "to_port": "qingdao",
    "leg_state": "DISCHARGED", "loaded_at": 5, "discharged_at": 6,
}  # fmt: skip
CALL = {
    "kind": "call", "vessel_id": "IMO:9399038", "port": "qingdao", "phase": "DEPARTED", "ata": 1, "atb": 2,
    "ops_start": 3, "ops_end": 4, "atd": 5, "shifts": 1,
}  # fmt: skip
ACTION = {
    "kind": "action", "book_key": "QDGU0000080", "action": "VOID", "target_id": "P|TOS|E1", "status": "IN_FORCE",
    "operator": "值班员甲", "assignee": "",
}  # fmt: skip
TABLES = {"visit": "box_visits_now", "exception": "exceptions_now", "arrival": "arrival_cases_now",
          "leg": "transfer_legs_now", "call": "port_calls_now", "action": "operator_actions_now"}  # fmt: skip


class Rows:
    """A store that holds rows made of truth lines."""

    def __init__(self, *lines: Row, time_step_ms: int = 1) -> None:
        self.time_step_ms = time_step_ms
        self.tables: dict[str, list[Row]] = {table: [] for table in TABLES.values()}
        for line in lines:
            row = {key: value for key, value in line.items() if key != "kind"}
            if line["kind"] == "visit":
                row["milestone_times"] = list(line["milestones"].values())
                row["milestones"] = list(line["milestones"])
            self.tables[TABLES[line["kind"]]].append(row)

    def query(self, sql: str, params: Mapping[str, Any] | None = None) -> list[Row]:
        rows = self.tables[sql.split(" FROM ")[1].split()[0]]
        if "state != 'NOT_REQUIRED'" in sql:
            rows = [row for row in rows if row["state"] != "NOT_REQUIRED"]
        return rows


ALL = (VISIT, EXCEPTION, ARRIVAL, LEG, CALL, ACTION)


def test_equal_rows_match_whatever_their_order() -> None:
    report = compare(ALL, Rows(*reversed(ALL)))
    assert report.equal
    assert report.to_dict()["matched"] == 6


@pytest.mark.parametrize("line", ALL, ids=lambda line: line["kind"])
def test_a_truth_line_without_a_row_is_missed(line: Row) -> None:
    report = compare(ALL, Rows(*(other for other in ALL if other is not line)))
    count = report.kinds[line["kind"]]
    assert (count.matched, count.missed, count.false) == (0, 1, 0)
    assert count.differences[0].found is None
    assert not report.equal


@pytest.mark.parametrize("line", ALL, ids=lambda line: line["kind"])
def test_a_row_without_a_truth_line_is_false(line: Row) -> None:
    count = compare([other for other in ALL if other is not line], Rows(*ALL)).kinds[line["kind"]]
    assert (count.matched, count.missed, count.false) == (0, 0, 1)
    assert count.differences[0].expected is None


def test_a_milestone_one_millisecond_off_is_shown_alone() -> None:
    wrong = {**VISIT, "milestones": {"A": 1_000_001, "B": 1_000_003}}
    count = compare([VISIT], Rows(wrong)).kinds["visit"]
    assert (count.missed, count.false) == (1, 1)
    assert count.differences[0].expected == {"milestones": {"B": 1_000_002}}
    assert count.differences[0].found == {"milestones": {"B": 1_000_003}}


def test_an_engine_with_whole_seconds_is_compared_in_seconds() -> None:
    seconds = {**VISIT, "opened_at": 1_000_000, "milestones": {"A": 1_000_000, "B": 1_000_000}}
    assert compare([VISIT], Rows(seconds, time_step_ms=1000)).equal
    assert not compare([VISIT], Rows(seconds)).equal


def test_the_same_exception_twice_counts_twice() -> None:
    count = compare([EXCEPTION], Rows(EXCEPTION, EXCEPTION)).kinds["exception"]
    assert (count.matched, count.false) == (1, 1)


def test_an_arrival_that_is_not_required_is_no_row() -> None:
    assert compare([], Rows({**ARRIVAL, "state": "NOT_REQUIRED"})).equal


def test_only_the_first_differences_are_kept_but_all_are_counted() -> None:
    rows = [{**EXCEPTION, "subject": f"BOX{n}"} for n in range(50)]
    count = compare([], Rows(*rows)).kinds["exception"]
    assert count.false == 50
    assert len(count.differences) == SHOWN


def test_an_unknown_kind_of_truth_is_refused() -> None:
    with pytest.raises(ValueError, match="expected one of visit"):
        compare([{"kind": "weather"}], Rows())


def test_boxes_of_another_origin_are_not_judged() -> None:
    other = {**VISIT, "container_no": "CSQU3054383"}
    outside = {"kind": "outside", "container_no": "CSQU3054383"}
    assert not compare([VISIT], Rows(VISIT, other)).equal
    assert compare([VISIT, outside], Rows(VISIT, other, {**EXCEPTION, "subject": "CSQU3054383"})).equal
