"""Questions by key look first where something is, in any version: what they say must be what the last versions say."""

from __future__ import annotations

from typing import Any

import pytest

from connectors.clickhouse import SqlStore
from ops import vessel
from ops.api.office import Office
from ops.api.people import GROUP, Person
from ops.queries import query
from ops.tower.pages.bill import lines_of
from ops.trace import trace
from ops.trace_as_of import now_then
from streams.runtime.history import withdrawn
from tests.contracts.store.rows_of import AT, DAY, event, row_of, visit

HOUR = 3_600_000
START = AT - AT % 1000  # engines with whole seconds see the same
BOX = "YTCU0000001"
SOURCE = ("P", "S")


def told(event_id: str, at: int = START, **values: Any) -> tuple[Any, ...]:
    plain = {"container_no": BOX, "bill_no": "", "source_party": "P", "source_system": "S", "kind": "release",
             "classifier": "ACT", "ingest_time": at}  # fmt: skip
    return event(event_id, at, **{**plain, **values})


def ids(store: SqlStore, box: str = BOX) -> list[str]:
    return [row["event_id"] for row in trace(store, box)["evidence"]]


def test_a_trace_has_what_is_told_of_the_box_and_of_its_bills_by_time(sql_store: SqlStore) -> None:
    sql_store.insert("events", [
        told("of its bill", START + HOUR, container_no="", bill_no="BL1"), told("of the box", START + 2 * HOUR),
        told("with the bill", bill_no="BL1"), told("of another bill", container_no="", bill_no="BL2"),
        told("of another box", container_no="YTCU0000002", bill_no="BL1"), told("of no bill", container_no=""),
    ])  # fmt: skip
    assert ids(sql_store) == ["with the bill", "of its bill", "of the box"]
    assert ids(sql_store, "YTCU0000003") == []


def test_what_is_told_of_a_bill_that_a_box_is_on_no_more_is_not_of_the_box(sql_store: SqlStore) -> None:
    sql_store.insert("events", [
        told("line", bill_no="BL1", version=1), told("1", container_no="", bill_no="BL1"),
        told("2", START + HOUR, container_no="", bill_no="BL2"),
    ])  # fmt: skip
    sql_store.insert("events", [told("line", bill_no="BL2", version=2)])
    assert ids(sql_store) == ["line", "2"]


def test_what_was_withdrawn_or_told_anew_of_another_bill_is_not_in_a_trace(sql_store: SqlStore) -> None:
    sql_store.insert("events", [
        told("line", bill_no="BL1"), told("gone", container_no="", bill_no="BL1"), told("own", START + HOUR),
        told("moved", container_no="", bill_no="BL1", version=1),
    ])  # fmt: skip
    assert len(ids(sql_store)) == 4
    sql_store.insert("events", [
        *withdrawn([("", START, "gone", *SOURCE, 5), (BOX, START + HOUR, "own", *SOURCE, 5)]),
        told("moved", container_no="", bill_no="BL9", version=2),
    ])  # fmt: skip
    assert ids(sql_store) == ["line"]


def test_an_event_that_was_withdrawn_is_not_found_by_its_bill(sql_store: SqlStore) -> None:
    """A withdrawn event names no bill, so an index of bills does not see that it is gone."""
    others = (told(f"x{n}", START + n * 1000, container_no="", bill_no=f"BL{n}") for n in range(1, 50))
    sql_store.insert("events", [told("gone", container_no="", bill_no="BL0"), *others])
    sql_store.insert("events", withdrawn([("", START, "gone", *SOURCE, 5)]))
    for condition in ("bill_no = 'BL0'", "container_no = '' AND bill_no IN ('BL0')"):
        assert sql_store.query(f"SELECT event_id FROM events_now WHERE {condition}") == []


def test_a_version_that_a_condition_leaves_out_still_hides_the_one_before(sql_store: SqlStore) -> None:
    sql_store.insert("box_visits", [visit(BOX, START, 1, state="DISCHARGED"), visit("OTHER", START, 1, state="DISCHARGED")])
    sql_store.insert("box_visits", [visit(BOX, START, 2, state="GATED_OUT")])
    sql_store.insert("events", [told("1", milestone="OLD", version=1), told("2", START + HOUR, milestone="OLD")])
    sql_store.insert("events", [told("1", milestone="NEW", version=2)])
    for where, found in ((f"container_no = '{BOX}' AND state = 'DISCHARGED'", 0), ("state = 'DISCHARGED'", 1)):
        assert len(sql_store.query(f"SELECT 1 AS x FROM box_visits_now WHERE {where}")) == found, where
    for where, found in (("milestone = 'OLD'", 1), (f"container_no = '{BOX}' AND milestone = 'NEW'", 1)):
        assert len(sql_store.query(f"SELECT 1 AS x FROM events_now WHERE {where}")) == found, where


def test_a_trace_has_the_exceptions_about_a_box_that_its_bill_raises(sql_store: SqlStore) -> None:
    def raised(exception_id: str, **values: Any) -> tuple[Any, ...]:
        return row_of("exceptions", exception_id=exception_id, **{"subject": BOX, "version": 1, **values})

    sql_store.insert("exceptions", [
        raised("b", book_key="BL1"), raised("c", book_key="BL1", subject="YTCU0000002"), raised("a", book_key=BOX),
        raised("d", book_key=BOX), raised("e", book_key="BL2"),
    ])  # fmt: skip
    sql_store.insert("exceptions", [raised("d", book_key=BOX, is_deleted=1, version=2)])
    sql_store.insert("exceptions", [raised("e", book_key="BL2", subject="YTCU0000002", version=2)])
    assert [row["exception_id"] for row in trace(sql_store, BOX)["exceptions"]] == ["b", "a"]


def test_the_lines_of_a_bill_are_those_in_force_each_with_the_last_visit_of_its_box(sql_store: SqlStore) -> None:
    def line(box: str, bill: str = "BL1", house: str = "", **values: Any) -> tuple[Any, ...]:
        return row_of("consignments", master_bl=bill, house_bl=house, container_no=box, **{"version": 1, **values})

    office = Office(sql_store, lambda action: None)
    anyone = Person("x", "reader", GROUP)
    sql_store.insert("consignments", [line(BOX), line("GONE"), line("HOUSE", house="H1"), line("OTHER", "BL2")])
    sql_store.insert("consignments", [line("GONE", is_deleted=1, version=2)])
    sql_store.insert("box_visits", [
        visit(BOX, START, state="GATED_OUT"), visit(BOX, START + DAY, state="DISCHARGED"), visit("OTHER", START),
    ])  # fmt: skip
    found = lines_of(office, anyone, "BL1")
    assert [(row["container_no"], row["state"]) for row in found] == [(BOX, "DISCHARGED"), ("HOUSE", "")]
    assert [row["container_no"] for row in lines_of(office, anyone, "H1")] == ["HOUSE"]


def call(**values: Any) -> dict[str, Any]:
    at = {"ata": START, "eta": 0, "atb": START, "ops_start": START, "ops_end": 0, "etd": 0, "atd": 0}
    plain = {"vessel_id": "IMO:1", "port": "qingdao", "call_id": "qingdao|1", "voyage_in": "1", "voyage_out": "2"}
    return {**plain, "terminal_code": "A", **at, **values}


def test_a_departure_is_the_same_in_portions(sql_store: SqlStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """Boxes that are asked for in several questions: what each lacks, by code and box."""
    quiet = {"closed_at": 0, "call_id": "", "inbound_call_id": "", "trade": "F", "ef": "F", "direction": "E", "version": 1}
    loaded = {"call_id": "qingdao|1", "milestones": ["LOADED"], "milestone_times": [START], "blockers": []}
    sql_store.insert("consignments", [
        row_of("consignments", master_bl=f"BL{n}", house_bl="", container_no=f"BOX{n}", manifest_kinds=["PREPARED"],
               pol="CNTAO", pod="USLAX", vessel_id="IMO:1", voyage="2", trade="F", ef="F", direction="E", updated_at=START,
               version=1)
        for n in range(4)
    ])  # fmt: skip
    sql_store.insert("box_visits", [
        visit("BOX0", START - DAY, **{**quiet, **loaded}), visit("BOX9", START - DAY, **{**quiet, **loaded}),
        *(visit(f"BOX{n}", START - DAY, **{**quiet, "blockers": ["EXPORT_LOADING_RELEASE"]}) for n in (2, 1)),
    ])  # fmt: skip
    open_ = {"severity": "critical", "state": "RAISED", "raised_at": START, "ended_at": 0, "port": "qingdao", "version": 1}
    sql_store.insert("exceptions", [
        row_of("exceptions", book_key=box, subject=box, exception_id=box, code=code, **open_)
        for box, code in (("BOX9", "LOAD_NO_RELEASE"), ("BOX1", "TRADE_FLAG_CONFLICT"), ("ELSEWHERE", "LOAD_NO_RELEASE"))
    ])  # fmt: skip
    whole = vessel.departure(sql_store, call(), START + DAY)
    lacks = [(b["code"], b["container_no"]) for b in whole["blockers"]]
    assert lacks == [
        ("LOADING_RELEASE", "BOX1"), ("LOADING_RELEASE", "BOX2"), ("LOAD_NO_RELEASE", "BOX9"),
        ("NOT_LOADED", "BOX1"), ("NOT_LOADED", "BOX2"), ("NOT_LOADED", "BOX3"), ("TRADE_FLAG_CONFLICT", "BOX1"),
    ]  # fmt: skip
    assert [(x["code"], x["container_no"]) for x in whole["conflicts"]] == [("TRADE_FLAG_CONFLICT", "BOX1")]
    monkeypatch.setattr(vessel, "_BOXES", 1)
    assert vessel.departure(sql_store, call(), START + DAY) == whole
    nobody = vessel.departure(sql_store, call(call_id="qingdao|9", voyage_in="8", voyage_out="9"), START + DAY)
    assert (nobody["blockers"], nobody["conflicts"], nobody["composition"]) == ([], [], [])


def test_an_inspection_that_was_withdrawn_or_became_something_else_is_none(sql_store: SqlStore) -> None:
    from ops.queries import given

    def ordered(event_id: str, **values: Any) -> tuple[Any, ...]:
        return told(event_id, event_type="RELEASE", **{"milestone": "DECLARATION/INSPECT_SELECT", **values})

    boxes = [f"BOX{n}" for n in range(3)]
    sql_store.insert("box_visits", [
        visit(box, START - HOUR, visit_id=box, port="qingdao", terminal_code="A", direction="I", trade="F", ef="F", bill_no="",
              closed_at=0, milestones=[], milestone_times=[]) for box in boxes
    ])  # fmt: skip
    sql_store.insert("events", [ordered(box, container_no=box) for box in boxes])
    sql_store.insert("events", withdrawn([("BOX1", START, "BOX1", *SOURCE, 5)]))
    sql_store.insert("events", [ordered("BOX2", container_no="BOX2", milestone="DECLARATION/RELEASE", version=2)])
    params = given("inspections", {}, {"since": START - DAY, "until": START + DAY})
    (row,) = sql_store.query(query("inspections"), params)
    assert (row["boxes"], row["inspected"]) == (3, 1)


@pytest.mark.parametrize("quiet", [0, 3 * DAY], ids=["events of today", "the last event is days old"])
def test_how_far_events_have_come_is_found_in_the_last_day_or_before(sql_store: SqlStore, quiet: int) -> None:
    clock = START + quiet
    acts = {"classifier": "ACT", "kind": "gate"}
    sql_store.insert("events", [
        told("far", START - 40 * DAY, **acts), told("last", START - HOUR, **acts), told("plan", START, classifier="PLN"),
        told("officer", START, classifier="ACT", kind="operator-action"),
        told("late", START, **{**acts, "ingest_time": clock + 1000}),
        told("claims", clock + DAY, **{**acts, "ingest_time": START}),
    ])  # fmt: skip
    assert now_then(sql_store, clock) == START - HOUR
    assert now_then(sql_store, START - 50 * DAY) == 0
    office = Office(sql_store, lambda action: None, clock=lambda: clock)
    assert office.latest() == START - 40 * DAY  # there are no hundred
    sql_store.insert("events", [told(f"e{n}", START - HOUR + n * 1000, **acts) for n in range(200)])
    assert office.latest() == START - HOUR + (200 - 100 + 3) * 1000
