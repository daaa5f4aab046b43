"""n of m boxes have arrived, per bill and declaration, on every engine."""

from __future__ import annotations

from typing import Any

import pytest

from connectors.clickhouse import SqlStore
from ops.api.office import Office
from ops.api.people import APPLICANT, GROUP, VIEWER, Person
from ops.bill import boxes_of
from tests.contracts.store.rows_of import AT, row_of

HOUR = 3_600_000


def line(bill: str, box: str, declaration: str, house: str = "") -> tuple[Any, ...]:
    return row_of("consignments", master_bl=bill, house_bl=house, container_no=box, declaration_no=declaration, version=1)


def case(bill: str, box: str, state: str, at: int = AT, message: str = "MT3101") -> tuple[Any, ...]:
    return row_of(
        "arrival_cases", container_no=box, case_id=f"{bill}|{message}|{at}", bill_no=bill, message_type=message, state=state,
        triggered_at=at, port="qingdao", version=1,
    )  # fmt: skip


@pytest.fixture
def store(sql_store: SqlStore) -> SqlStore:
    """A bill of five boxes under two declarations, three of them here; beside it another bill."""
    sql_store.insert("consignments", [
        line("B", "1", "D1"), line("B", "2", "D1", "H1"), line("B", "2", "D1", "H2"), line("B", "3", "D1"),
        line("B", "4", "D2"), line("B", "5", "D2"), line("B", "", "D2"), line("C", "6", "D2"),
    ])  # fmt: skip
    visits = [("1", "B", "ARRIVED"), ("2", "B", "ARRIVAL_PENDING"), ("3", "OTHER", "GATED_OUT"), ("6", "C", "LOADED")]
    sql_store.insert("box_visits", [
        row_of("box_visits", container_no=box, opened_at=AT, bill_no=bill, state=state, port="qingdao", version=1)
        for box, bill, state in visits
    ])  # fmt: skip
    sql_store.insert("arrival_cases", [
        case("B", "1", "REJECTED"), case("B", "1", "ACKED", AT + HOUR), case("B", "2", "SENT"),
        case("B", "5", "REJECTED"), case("C", "6", "ACKED"), case("B", "4", "ACKED", message="MT5101"),
    ])  # fmt: skip
    return sql_store


def told(store: SqlStore, number: str) -> dict[tuple[str, str], tuple[int, ...]]:
    names = ("boxes", "arrived", "due", "accepted", "rejected")
    totals = boxes_of(store, number)["totals"]
    return {(t["master_bl"], t["declaration_no"]): tuple(t[name] for name in names) for t in totals}


def test_of_a_bill_each_declaration_is_counted_apart(store: SqlStore) -> None:
    """Box 3 was here under another bill; box 5 is reported and refused; a tally report of box 4 is no arrival."""
    assert told(store, "B") == {("B", "D1"): (3, 2, 2, 1, 0), ("B", "D2"): (2, 1, 1, 0, 1)}


def test_a_declaration_of_several_bills_is_counted_bill_by_bill(store: SqlStore) -> None:
    assert told(store, " d2 ") == {("B", "D2"): (2, 1, 1, 0, 1), ("C", "D2"): (1, 1, 1, 1, 0)}


def test_a_house_bill_counts_its_own_boxes(store: SqlStore) -> None:
    assert told(store, "H1") == {("B", "D1"): (1, 1, 1, 0, 0)}


def test_who_may_see_some_boxes_of_a_bill_only_is_told_of_no_other(store: SqlStore) -> None:
    """Neither how many there are, nor under which other declarations."""
    office = Office(store, lambda _: None)
    forwarder = Person("forwarder", VIEWER, APPLICANT, bills=("H1",))
    (total,) = office.named(forwarder, "bill_arrivals", {"number": "B"})
    assert (total["declaration_no"], total["boxes"]) == ("D1", 1)
    nobody = Person("nobody", VIEWER, APPLICANT, bills=("ELSE",))
    assert office.named(nobody, "bill_arrivals", {"number": "B"}) == []
    everybody = office.named(Person("officer", VIEWER, GROUP), "bill_arrivals", {"number": "B"})
    assert [t["boxes"] for t in everybody] == [3, 2]


def test_each_box_shows_its_latest_report_and_when_it_came(store: SqlStore) -> None:
    found = {b["container_no"]: (b["arrived_at"], b["case_state"], b["state"]) for b in boxes_of(store, "B")["boxes"]}
    at = AT // 1000 * 1000
    assert found == {
        "1": (at + HOUR, "ACKED", "ARRIVED"), "2": (at, "SENT", "ARRIVAL_PENDING"), "3": (0, "", ""),
        "4": (0, "", ""), "5": (at, "REJECTED", ""),
    }  # fmt: skip


def test_a_number_that_no_manifest_names_has_nothing(store: SqlStore) -> None:
    assert boxes_of(store, "X") == {"number": "X", "totals": [], "boxes": []}
