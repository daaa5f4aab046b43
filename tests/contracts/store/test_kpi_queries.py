"""The figures of model 5 by terminal, trade and direction, against rows that one can count."""

from __future__ import annotations

import math
from typing import Any

from connectors.clickhouse import SqlStore
from ops.queries import given, query
from tests.contracts.store.rows_of import AT, DAY, event, row_of, visit

HOUR = 3_600_000
START = AT - AT % 1000  # engines with whole seconds see the same
CALL = "qingdao|V|1"


def asked(store: SqlStore, name: str, since: int = START - 30 * DAY, until: int = START + 30 * DAY, **texts: str) -> list[Any]:
    return store.query(query(name), given(name, texts, {"since": since, "until": until}))


def box(container: str, **values: Any) -> tuple[Any, ...]:
    """A visit of a full foreign import of terminal A, without milestones."""
    passed = values.pop("passed", {})
    plain = {"opened_at": START, "closed_at": 0, "port": "qingdao", "terminal_code": "A", "direction": "I", "trade": "F",
             "ef": "F", "bill_no": "", "call_id": "", "inbound_call_id": "", "visit_id": container, "holds": []}  # fmt: skip
    steps = {"milestones": list(passed), "milestone_times": list(passed.values())}
    opened = values.pop("opened_at", plain.pop("opened_at"))
    return visit(container, opened, **{**plain, **steps, **values})


def call(vessel: str, terminal: str = "A", **values: Any) -> tuple[Any, ...]:
    times = dict.fromkeys(("eta", "ata", "atb", "ops_start", "ops_end", "etd", "atd"), 0)
    plain = {"vessel_id": vessel, "port": "qingdao", "call_id": f"qingdao|{vessel}|1", "terminal_code": terminal,
             "phase": "DEPARTED", "berth_code": "A1", "version": 1}  # fmt: skip
    return row_of("port_calls", **{**plain, **times, **values})


def moved(event_id: str, at: int, container: str, way: str = "LOAD", kind: str = "QUAY_MOVE", **values: Any) -> tuple[Any, ...]:
    plain = {"event_type": kind, "classifier": "ACT", "milestone": way, "container_no": container, "vessel_id": "V",
             "port": "qingdao", "terminal_code": "A", "trade": "F"}  # fmt: skip
    return event(event_id, at, **{**plain, **values})


def test_times_of_calls_are_told_by_terminal_and_against_the_last_estimates(sql_store: SqlStore) -> None:
    sql_store.insert("port_calls", [
        call("V", eta=START - 11 * HOUR, ata=START - 10 * HOUR, atb=START - 4 * HOUR, etd=START + HOUR, atd=START),
        call("W", "B", atb=START - 2 * HOUR, atd=START),
    ])  # fmt: skip
    first, second = asked(sql_store, "call_times")
    assert list(first.values()) == ["qingdao", "A", 1, 6.0, 4.0, 10.0, 1.0, -1.0]
    assert (second["terminal_code"], second["berth_stay_hours"]) == ("B", 2.0)
    assert second["arrival_delay_hours"] is None or math.isnan(second["arrival_delay_hours"])
    assert [row["terminal_code"] for row in asked(sql_store, "call_times", terminal="B")] == ["B"]


def test_moves_for_each_hour_of_a_call_count_a_box_once_though_two_systems_tell_of_it(sql_store: SqlStore) -> None:
    sql_store.insert("port_calls", [
        call("V", atb=START, ops_start=START + HOUR, ops_end=START + 3 * HOUR, atd=START + 4 * HOUR),
        call("W", phase="BERTHED", atb=START),
    ])  # fmt: skip
    sql_store.insert("events", [
        *(moved(f"e{n}", START + (1 + n % 2) * HOUR, f"BOX{n}") for n in range(6)),
        moved("tally", START + HOUR, "BOX0", source_party="TALLY"),
        moved("d", START + 2 * HOUR, "BOX9", "DISC"),
        moved("of another call", START + 9 * HOUR, "BOX8"), moved("planned", START + HOUR, "BOX7", classifier="PLN"),
        moved("of another vessel", START + HOUR, "BOX6", vessel_id="W"),
    ])  # fmt: skip
    (row,) = asked(sql_store, "quay_rate")
    assert list(row.values()) == ["qingdao", "A", 1, 6, 1, 3.5, 1.8]


def test_a_crane_works_from_move_to_move_but_not_through_a_pause(sql_store: SqlStore) -> None:
    minute = HOUR // 60
    sql_store.insert("events", [
        *(moved(f"1-{n}", START + n * 2 * minute, f"BOX{n}", crane="QC01") for n in range(4)),  # 3 moves in 6 minutes
        moved("tally", START + 2 * minute + 1000, "BOX1", crane="QC01", source_party="TALLY"),  # the same move
        moved("after a pause", START + 5 * HOUR, "BOX5", crane="QC01"),
        moved("goes on", START + 5 * HOUR + 4 * minute, "BOX6", "DISC", crane="QC01"),  # 1 in 4
        moved("alone", START, "BOX7", crane="QC02"), moved("unnamed", START, "BOX8", crane=""),
        moved("planned", START + 6 * minute, "BOX9", crane="QC02", classifier="PLN"),
    ])  # fmt: skip
    (row,) = asked(sql_store, "crane_rate")
    assert list(row.values()) == ["qingdao", "A", 1, 4, 0.2, 24.0]


def test_a_truck_turns_from_its_gate_in_to_its_gate_out(sql_store: SqlStore) -> None:
    minute = HOUR // 60

    def passed(event_id: str, at: int, way: str, visit: str, **values: Any) -> tuple[Any, ...]:
        return moved(event_id, START + at * minute, event_id, way, "GATE_MOVE", truck_visit_id=visit, **values)

    sql_store.insert("events", [
        passed("a", 0, "IN", "T1"), passed("b", 0, "IN", "T1"), passed("c", 30, "OUT", "T1"),
        passed("d", 5, "IN", "T2"), passed("e", 65, "OUT", "T2"),
        passed("f", 0, "IN", "T3"), passed("g", 50, "OUT", "T4"), passed("h", 9, "IN", ""), passed("i", 99, "OUT", ""),
        passed("booked", 10, "IN", "T5", classifier="PLN"), passed("j", 40, "OUT", "T5"),
        passed("k", 0, "IN", "T6", terminal_code="B"), passed("l", 24, "OUT", "T6", terminal_code="B"),
    ])  # fmt: skip
    first, second = asked(sql_store, "truck_turn")
    assert list(first.values()) == ["qingdao", "A", 2, 60.0, 60.0]
    assert list(second.values()) == ["qingdao", "B", 1, 24.0, 24.0]
    assert asked(sql_store, "truck_turn", START + 25 * minute, START + 50 * minute, terminal="A")[0]["turn_p50_minutes"] == 30.0


def test_cameras_let_a_box_pass_unless_one_report_of_it_wants_a_person(sql_store: SqlStore) -> None:
    sql_store.insert("events", [
        moved("1", START, "BOX1", "IN", "GATE_MOVE", camera=""),
        moved("1 ocr", START, "BOX1", "IN", "GATE_MOVE", camera="PASSED", source_party="OCR"),
        moved("2", START, "BOX2", "IN", "GATE_MOVE", camera="CHECK"), moved("3", START, "BOX3", "IN", "GATE_MOVE", camera=""),
        moved("4", START, "BOX4", "OUT", "GATE_MOVE", camera=""),
    ])  # fmt: skip
    come, gone = asked(sql_store, "cameras")
    assert list(come.values())[2:] == ["IN", 3, 2, 1, 50.0]
    assert list(gone.values())[2:-1] == ["OUT", 1, 0, 0]
    assert gone["passed_percent"] is None or math.isnan(gone["passed_percent"])


def test_a_berth_is_taken_for_that_part_of_a_stay_that_lies_in_the_span(sql_store: SqlStore) -> None:
    sql_store.insert("port_calls", [
        call("V", atb=START - 6 * HOUR, atd=START + 6 * HOUR),
        call("W", atb=START + 18 * HOUR, phase="BERTHED"),  # still there
        call("X", atb=START - 20 * HOUR, atd=START - HOUR),
        call("Y", berth_code="A2", atb=START + 3 * HOUR, atd=START + 6 * HOUR),
    ])  # fmt: skip
    found = asked(sql_store, "berth_occupancy", START, START + DAY)
    assert [list(row.values())[2:] for row in found] == [["A1", 2, 12.0, 50.0], ["A2", 1, 3.0, 12.5]]


def test_moves_are_told_by_terminal_trade_and_direction(sql_store: SqlStore) -> None:
    sql_store.insert("events", [
        moved("1", START, "BOX1", "IN", "GATE_MOVE"), moved("2", START + 1000, "BOX2", "IN", "GATE_MOVE"),
        moved("ocr", START + 1000, "BOX2", "IN", "GATE_MOVE", source_party="OCR"),
        moved("3", START + 2 * HOUR, "BOX1", "IN", "GATE_MOVE"), moved("4", START, "BOX3", "OUT", "GATE_MOVE", trade="D"),
        moved("5", START, "BOX4"), moved("plan", START, "BOX5", "IN", "GATE_MOVE", classifier="PLN"),
    ])  # fmt: skip
    rows = asked(sql_store, "moves", START, START + 10 * HOUR)
    assert [list(row.values())[2:] for row in rows] == [
        ["GATE_MOVE", "IN", "F", 3, 2, 0.3, 2], ["GATE_MOVE", "OUT", "D", 1, 1, 0.1, 1],
        ["QUAY_MOVE", "LOAD", "F", 1, 1, 0.1, 1],
    ]  # fmt: skip
    assert [row["direction"] for row in asked(sql_store, "moves", trade="F", direction="IN")] == ["IN"]


def test_imports_stay_until_the_gate_and_exports_until_the_ship(sql_store: SqlStore) -> None:
    sql_store.insert("box_visits", [
        box("I1", closed_at=START + 10 * HOUR), box("I2", closed_at=START + 20 * HOUR), box("I3", closed_at=START + 90 * HOUR),
        box("E1", direction="E", closed_at=START + 40 * HOUR, passed={"LOADED": START + 30 * HOUR}),
        box("B", terminal_code="B", trade="D", closed_at=START + 5 * HOUR), box("here"),
    ])  # fmt: skip
    rows = asked(sql_store, "dwell")
    assert [list(row.values())[1:] for row in rows] == [
        ["A", "F", "E", "F", 1, 30.0, 30.0], ["A", "F", "I", "F", 3, 20.0, 90.0], ["B", "D", "I", "F", 1, 5.0, 5.0],
    ]  # fmt: skip
    assert [row["trade"] for row in asked(sql_store, "dwell", trade="D", direction="I", terminal="B")] == ["D"]
    sql_store.insert("box_visits", [box("I3", closed_at=START + 30 * HOUR, version=2)])  # corrected
    assert asked(sql_store, "dwell", direction="I", trade="F")[0]["dwell_p90_hours"] == 30.0


def test_release_takes_from_discharge_and_an_early_one_is_counted_apart(sql_store: SqlStore) -> None:
    released = "IMPORT_CUSTOMS_RELEASE"
    sql_store.insert("box_visits", [
        box("1", passed={released: START + 2 * HOUR}), box("2", passed={released: START + 6 * HOUR}),
        box("3", passed={released: START - HOUR}), box("4"), box("empty", ef="E"), box("domestic", trade="D"),
        box("5", direction="E", passed={"EXPORT_CUSTOMS_RELEASE": START + HOUR}),
    ])  # fmt: skip
    exports, imports = asked(sql_store, "release_lead")
    assert list(imports.values())[3:] == ["I", 4, 3, 33.3, 6.0, 6.0]
    assert list(exports.values())[3:] == ["E", 1, 1, 0.0, 1.0, 1.0]


def case(container: str, state: str = "ACKED", lag_s: int = 60, **values: Any) -> tuple[Any, ...]:
    plain = {"case_id": container, "port": "qingdao", "terminal_code": "A", "message_type": "MT3101", "route_flag": "",
             "attempt": 1, "triggered_at": START, "answered_at": START + lag_s * 1000, "lag_ms": lag_s * 1000,
             "version": 1}  # fmt: skip
    return row_of("arrival_cases", container_no=container, state=state, **{**plain, **values})


def test_arrival_confirmation_tells_what_no_person_touched(sql_store: SqlStore) -> None:
    sql_store.insert("arrival_cases", [
        case("1"), case("2", lag_s=90), case("3", lag_s=30), case("TOUCHED", lag_s=600), case("4", "REJECTED"),
        case("5", "SENT", 0, answered_at=0), case("gone", "DELETED"), case("expected", "NEED"),
        case("leg", route_flag="支线"), case("tally", message_type="MT5101", attempt=0, lag_s=3600),
    ])  # fmt: skip
    sql_store.insert("operator_actions", [
        row_of("operator_actions", book_key=key, action_id=key, action=action, status="IN_FORCE", version=1)
        for key, action in (("TOUCHED", "RESUBMIT"), ("1", "COMMENT"))
    ])  # fmt: skip
    exports, leg, tally = asked(sql_store, "arrival_confirmation")
    assert list(exports.values())[2:] == ["MT3101", "E", 6, 5, 4, 1, 75.0, 60.0, 600.0]
    assert list(leg.values())[2:6] == ["MT3101", "T", 1, 1]
    assert list(tally.values())[2:8] == ["MT5101", "I", 1, 1, 1, 0]
    assert tally["auto_percent"] is None or math.isnan(tally["auto_percent"])


def test_a_box_is_inspected_when_it_or_its_bill_was_ordered_to_be(sql_store: SqlStore) -> None:
    released = {"IMPORT_CUSTOMS_RELEASE": START + 8 * HOUR}
    sql_store.insert("box_visits", [
        box("BY BOX", passed=released), box("BY BILL", bill_no="BL1", passed=released), box("NEVER"),
        box("LONG AGO"), box("AFTERWARDS", closed_at=START + HOUR),
    ])  # fmt: skip
    order = {"kind": "DECLARATION/INSPECT_SELECT", "way": "RELEASE"}
    sql_store.insert("events", [
        moved("1", START + 2 * HOUR, "BY BOX", order["kind"], order["way"]),
        moved("2", START + 5 * HOUR, "BY BOX", "DECLARATION/INSPECT_RESULT", "RELEASE"),
        moved("3", START + 4 * HOUR, "", order["kind"], order["way"], bill_no="BL1"),
        moved("4", START - 90 * DAY, "LONG AGO", order["kind"], order["way"]),
        moved("5", START + 2 * HOUR, "AFTERWARDS", order["kind"], order["way"]),
        moved("6", START, "NEVER", "DECLARATION/DECLARED", "RELEASE"),
    ])  # fmt: skip
    (row,) = asked(sql_store, "inspections")
    assert list(row.values())[3:] == ["I", 5, 2, 40.0, 6.0, 6.0]


def leg(container: str, on: int = START, off: int = 0, state: str = "LOADED", **values: Any) -> tuple[Any, ...]:
    plain = {"leg_id": "weihai>qingdao", "from_port": "weihai", "from_terminal": "W", "to_port": "qingdao", "to_terminal": "A",
             "mode": "VESSEL", "version": 1}  # fmt: skip
    return row_of(
        "transfer_legs", container_no=container, loaded_at=on, discharged_at=off, leg_state=state, **{**plain, **values}
    )


def test_transfers_take_from_loading_to_discharge_and_are_written_off(sql_store: SqlStore) -> None:
    sql_store.insert("box_visits", [box("1", trade="F"), box("2", trade="F"), box("D", trade="D")])
    sql_store.insert("transfer_legs", [
        leg("1", off=START + 10 * HOUR, state="RECONCILED"), leg("2", off=START + 20 * HOUR, state="DISCHARGED"), leg("D"),
        leg("PLANNED", on=0), leg("OTHER", from_port="yantai"),
    ])  # fmt: skip
    domestic, foreign = asked(sql_store, "transfers", from_port="weihai")
    assert list(foreign.values())[4:] == ["VESSEL", "F", 2, 2, 1, 100.0, 50.0, 20.0, 20.0]
    assert list(domestic.values())[5:9] == ["D", 1, 0, 0]
    assert [row["trade"] for row in asked(sql_store, "transfers", from_port="yantai")] == [""]


def test_a_call_is_mixed_when_it_brought_or_took_both_trades(sql_store: SqlStore) -> None:
    sql_store.insert("port_calls", [
        call("V", atd=START), call("W", atd=START), call("X", phase="BERTHED"), call("Y", atd=START),
    ])  # fmt: skip
    sql_store.insert("box_visits", [
        box("1", call_id=CALL), box("2", trade="D", inbound_call_id=CALL), box("3", call_id="qingdao|W|1"),
        box("4", call_id="qingdao|W|1"), box("5", call_id="qingdao|X|1"),
    ])  # fmt: skip
    (row,) = asked(sql_store, "mixed_share")
    assert list(row.values()) == ["qingdao", "A", 2, 1, 50.0, 1, 3, 25.0]


def test_papers_are_in_time_before_the_vessel_and_within_six_hours_of_its_operations(sql_store: SqlStore) -> None:
    sql_store.insert("port_calls", [call("V", ata=START, ops_end=START + 4 * HOUR, phase="OPS_DONE")])
    manifest, tally = "IMPORT_ORIGINAL_MANIFEST", "IMPORT_TALLY_REPORT"
    sql_store.insert("box_visits", [
        box("1", inbound_call_id=CALL, passed={manifest: START - HOUR, tally: START + 9 * HOUR}),
        box("2", inbound_call_id=CALL, passed={manifest: START + HOUR, tally: START + 11 * HOUR}),
        box("3", inbound_call_id=CALL, updated_at=START + 20 * HOUR),
        box("4", inbound_call_id=CALL, updated_at=START + 9 * HOUR),  # its six hours are not over
        box("of nobody"), box("empty", inbound_call_id=CALL, ef="E"),
    ])  # fmt: skip
    (row,) = asked(sql_store, "paper_timeliness")
    assert list(row.values())[4:] == [4, 1, 25.0, 1, 2, 33.3]


def test_imports_that_are_still_here_are_told_by_the_days_they_have_stayed(sql_store: SqlStore) -> None:
    days = {"NEW": 1, "OLD": 5, "OLDEST": 30}
    sql_store.insert("box_visits", [
        *(box(name, opened_at=START - n * DAY, updated_at=START) for name, n in days.items()),
        box("HELD", opened_at=START - 2 * DAY, updated_at=START, holds=["CUSTOMS"]),
        box("gone", closed_at=START, updated_at=START), box("export", direction="E", updated_at=START),
    ])  # fmt: skip
    (row,) = sql_store.query(query("import_stay"), given("import_stay", {"trade": "F"}, {}))
    assert list(row.values()) == ["qingdao", "A", "F", 4, 1, 2, 1, 1, 5.0, 30.0]


def test_latencies_and_shares_of_duplicates_are_told(sql_store: SqlStore) -> None:
    sql_store.insert("events", [event(f"e{n}", START, ingest_lag_ms=n * 1000, classifier="ACT") for n in range(101)])
    (row,) = sql_store.query(query("latencies"))
    assert (row["p50"], round(row["p95"]), round(row["p99"])) == (50_000, 95_000, 99_000)
    sql_store.insert("intake", [
        row_of("intake", kafka_partition=0, kafka_offset=n, disposition="DUPLICATE" if n < 2 else "ACCEPTED",
               flags=["LATE_EVENT"] if n == 3 else [], version=1)
        for n in range(8)
    ])  # fmt: skip
    (source,) = sql_store.query(query("sources"))
    assert (source["duplicate_percent"], source["late_percent"]) == (25.0, 12.5)
