"""What people ask, on a store that has run for a year: 5M visits and 50M events in the embedded ClickHouse, at scale 1.

The rows are made by the engine itself: ten events a visit, 400 visits a call, a call every three hours at each of four ports,
vessels that come back, boxes that come again; what a visit is (trade, direction, full) is drawn. Legs, officers' actions and
void events are there too, and one release in thirty orders an inspection. Each question is asked several times; of its times
the median counts, and of a group of questions the slowest question. The store is filled once and serves all rounds.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from typing import Any, Final

from bench.cases import Arguments, arguments
from connectors.clickhouse import SqlStore, migrate, rollups
from connectors.clickhouse.embedded import EmbeddedStore
from connectors.clickhouse.schema import Table, table
from ops import queries
from ops.bill import boxes_of
from ops.trace import trace
from ops.vessel import calls_of, current, readiness, same_vessel

#: At scale 1.
VISITS: Final = 5_000_000
#: Of a visit.
EVENTS: Final = 10
#: Boxes that come, again and again.
BOXES: Final = 2_000_000
#: Visits that one vessel brings or takes, and vessels: so many that each comes to all ports.
OF_A_CALL: Final = 400
VESSELS: Final = 907
#: 2026-01-01 00:00 UTC, and the span in which the visits open.
BEGIN_S: Final = 1_767_225_600
YEAR_S: Final = 365 * 86_400
#: Rows in one insert.
BATCH: Final = 1_000_000
ASKED: Final = 7
DAY_MS: Final = 86_400_000

def _drawn(salt: int, of: int) -> str:
    """A number below ``of`` that is the visit's own; what is drawn with another salt does not depend on it."""
    return f"cityHash64(v, {salt}) % {of}"


_PORTS: Final = "['qingdao', 'rizhao', 'yantai', 'weihai']"
_BOX: Final = f"concat('YTCU', leftPad(toString(v % {BOXES}), 7, '0'))"
_CALL: Final = "concat(port_of, '|', toString(call))"
_EXPORT: Final = f"{_drawn(1, 2)} = 0"
#: Columns of any table: ``v`` is the number of the visit, ``call`` of its call, ``opened`` when it opens (s), ``s`` the number
#: of an event within its visit; what is not named is empty.
_SAID: Final[dict[str, str]] = {
    "container_no": _BOX, "book_key": _BOX, "subject": _BOX,
    "opened_at": "at(opened)", "closed_at": "if(opened + 400000 < ends, at(opened + 400000), at(0))",
    "visit_id": "toString(v)", "port": "port_of", "terminal_code": "concat('T', toString(call % 3))",
    "direction": f"if({_EXPORT}, 'E', 'I')", "trade": f"if({_drawn(2, 5)} = 0, 'D', 'F')",
    "ef": f"if({_drawn(3, 7)} = 0, 'E', 'F')", "iso_type": f"if({_drawn(4, 3)} = 0, '22G1', '45G1')",
    "supervised": f"toUInt8({_drawn(2, 5)} != 0)", "bill_no": "concat('BL', toString(intDiv(v, 3)))",
    "master_bl": "concat('BL', toString(intDiv(v, 3)))", "vessel_id": f"concat('IMO:', toString(9000000 + call % {VESSELS}))",
    "voyage": f"toString(intDiv(call, {VESSELS}))", "voyage_out": f"toString(intDiv(call, {VESSELS}))",
    "call_id": f"if({_EXPORT}, {_CALL}, '')", "inbound_call_id": f"if({_EXPORT}, '', {_CALL})",
    "state": f"if(opened + 400000 < ends, if({_EXPORT}, 'SAILED', 'GATED_OUT'), 'DISCHARGED')", "gross_kg": "21000",
    "milestones": f"if({_EXPORT}, ['EXPORT_CUSTOMS_RELEASE', 'EXPORT_CONTAINER_LOADED_ON_VESSEL'],"
                  " ['IMPORT_UNLOADED', 'IMPORT_CUSTOMS_RELEASE'])",
    "milestone_times": "[at(opened), at(opened + 90000)]", "manifest_kinds": f"if({_EXPORT}, ['PREPARED'], ['ORIGINAL'])",
    "declaration_no": "concat('D', toString(intDiv(v, 3)))", "customs_released_at": "at(opened + 90000)",
    "case_id": "toString(v)", "message_type": "'MT3101'", "message_id": "toString(v)", "triggered_at": "at(opened)",
    "answered_at": "at(opened + 30)", "lag_ms": "toInt64(30000)", "exception_id": "toString(v)",
    "code": f"if({_drawn(5, 2)} = 0, 'CUSTOMS_RELEASE_MISSING', 'SEAL_MISMATCH')", "severity": "'warning'",
    "raised_at": "at(opened)", "ended_at": "if(opened + 400000 < ends, at(opened + 9000), at(0))", "phase": "'DEPARTED'",
    "berth_code": "concat('B', toString(call % 9))", "eta": "at(opened - 90000)", "ata": "at(opened - 50000)",
    "atb": "at(opened - 40000)", "ops_start": "at(opened - 36000)", "ops_end": "at(opened + 36000)",
    "etd": "at(opened + 40000)", "atd": "at(opened + 40000)", "leg_id": "concat('weihai>', port_of)",
    "from_port": "'weihai'", "to_port": "port_of",
    "mode": "'VESSEL'", "leg_state": "'RECONCILED'", "planned_at": "at(opened - 90000)", "loaded_at": "at(opened)",
    "departed_at": "at(opened + 9000)", "arrived_at": "at(opened + 50000)", "discharged_at": "at(opened + 60000)",
    "reconciled_at": "at(opened + 70000)", "action_id": "toString(v)", "action": "'ACKNOWLEDGE'", "status": "'IN_FORCE'",
    "operator": "'officer'", "target_id": "toString(v)", "acted_at": "at(opened)",
    "updated_at": "at(opened)", "version": "v + 1",
}  # fmt: skip
#: Where a table says something else than the others.
_OF: Final[dict[str, dict[str, str]]] = {
    "exceptions": {"state": "if(opened + 400000 < ends, 'RESOLVED', 'RAISED')"},
    "arrival_cases": {"state": f"if({_drawn(6, 50)} = 0, 'REJECTED', 'ACKED')"},
    "port_calls": {"call_id": _CALL},
    "void_events": {"event_id": "concat('TOS-', port_of, '|TOS|', toString(v), '-0')", "reason": "'CORRECTED'"},
    "events": {
        "container_no": f"if(s = 7, '', {_BOX})",  # a release by bill names no box
        "event_time": "at(opened + s * 21600)", "event_id": "concat(toString(v), '-', toString(s))",
        "source_party": "concat('TOS-', port_of)", "source_system": "'TOS'",
        "kind": "['manifest', 'gate', 'berth', 'release'][s % 4 + 1]",
        "event_type": "['MANIFEST_LINE', 'GATE_MOVE', 'QUAY_MOVE', 'RELEASE'][s % 4 + 1]",
        "milestone": f"if(s = 3 AND {_drawn(7, 30)} = 0, 'DECLARATION/INSPECT_SELECT',"
                     " [['ORIGINAL', 'IN', 'DISC', 'DECLARATION/RELEASE'], ['TALLY', 'OUT', 'LOAD', 'BILL/RELEASE']]"
                     "[intDiv(s, 4) % 2 + 1][s % 4 + 1])",
        "classifier": "'ACT'", "record_time": "at(opened + s * 21600 + 5)", "ingest_time": "at(opened + s * 21600 + 8)",
        "updated_time": "at(opened + s * 21600 + 5)", "ingest_lag_ms": "toInt64(8000)",
        "crane": f"if(s % 4 = 2, concat('QC0', toString({_drawn(8, 4)})), '')",
        "camera": f"if(s % 4 = 1, if({_drawn(9, 20)} = 0, 'CHECK', 'PASSED'), '')",
        "truck_visit_id": "if(s % 4 = 1, concat('TV', toString(v)), '')",
        "topic": "concat(port_of, '.gate.v1')", "kafka_partition": "toUInt16(v % 8)", "kafka_offset": "v",
        "payload": "concat(repeat('record of the port ', 6), hex(sipHash128(v, s)))",
    },
}  # fmt: skip
_EMPTY: Final = {"String": "''", "LC": "''", "TS": "at(0)", "Float64": "0", "Array(String)": "CAST([], 'Array(String)')",
                 "Array(TS)": "CAST([], 'Array(DateTime64(3))')"}  # fmt: skip
#: One row of each table for so many visits.
_SHARES: Final = {
    "box_visits": 1, "consignments": 1, "arrival_cases": 2, "transfer_legs": 12, "exceptions": 20, "operator_actions": 100,
    "port_calls": OF_A_CALL, "void_events": 500,
}  # fmt: skip


def run(args: Arguments) -> None:
    """One round: fill the store unless an earlier round did, then ask."""
    visits = int(VISITS * args.scale)
    store = EmbeddedStore(str(Path(args.work) / f"a-year-{visits}"))
    filled = 0.0
    if migrate.apply(store):  # it is new
        started = time.perf_counter()
        fill(store, visits)
        filled = time.perf_counter() - started
    figures: dict[str, Any] = {}
    for group, asked in questions(store, visits).items():
        times = sorted(((round(_ms(ask), 1), name) for name, ask in asked.items()), reverse=True)
        figures |= {f"{group}_ms": times[0][0], f"{group}_all": ", ".join(f"{name} {ms:.0f}" for ms, name in times)}
    said = {"case": args.case, "visits": visits, "stored_events": visits * EVENTS, "fill_s": round(filled, 1), **figures}
    sys.stdout.write(json.dumps(said) + "\n")
    store.close()


def fill(store: SqlStore, visits: int) -> None:
    """A year of rows, in the order of time, as workers would have written them; then the engine's own merges."""
    for name, share in _SHARES.items():
        for statement in _inserts(table(name), visits, share, 1):
            store.execute(statement)
    for statement in _inserts(table("events"), visits, 1, EVENTS):
        store.execute(statement)
    end = (BEGIN_S + YEAR_S) * 1000
    for name in rollups.ROLLUPS:
        rollups.refresh(store, name, end - 35 * DAY_MS, end, 1)
    while store.query("SELECT count() AS n FROM system.merges")[0]["n"]:
        time.sleep(0.5)


def _inserts(known: Table, visits: int, share: int, events: int) -> Iterator[str]:
    said = _SAID | _OF.get(known.name, {})
    columns = ", ".join(said.get(name, _EMPTY.get(kind, f"to{kind}(0)")) for name, kind in known.columns)
    names = ", ".join(known.names)
    rows = visits // share * events
    for start in range(0, rows, BATCH):
        count = min(BATCH, rows - start)
        yield (
            f"INSERT INTO {known.name} ({names}) WITH x -> toDateTime64(x, 3, 'UTC') AS at, {BEGIN_S + YEAR_S} AS ends,"
            f" intDiv(number, {events}) * {share} AS v, number % {events} AS s,"
            f" intDiv(v, {OF_A_CALL}) AS call, {_PORTS}[call % 4 + 1] AS port_of,"
            f" {BEGIN_S} + intDiv(v * {YEAR_S}, {visits}) AS opened SELECT {columns} FROM numbers({start}, {count})"
        )


def questions(store: SqlStore, visits: int) -> dict[str, dict[str, Callable[[], object]]]:
    """By key, over many rows, of hourly figures, and a vessel's whole page: name of the question -> asks it."""
    box = store.query("SELECT container_no AS c FROM box_visits_now WHERE visit_id = %(v)s", {"v": str(visits // 2)})[0]["c"]
    vessel = store.query("SELECT any(vessel_id) AS v FROM port_calls_now WHERE call_id LIKE 'qingdao|%'")[0]["v"]

    def vessel_page() -> object:
        return readiness(store, current(calls_of(store, vessel)), (BEGIN_S + YEAR_S) * 1000)

    end = (BEGIN_S + YEAR_S) * 1000
    week = {"since": end - 7 * DAY_MS, "until": end}

    def named(name: str, **texts: str) -> Callable[[], object]:
        return lambda: store.query(queries.query(name), queries.given(name, texts, week))

    return {
        "by_key": {"trace": lambda: trace(store, box), "bill": lambda: boxes_of(store, f"BL{visits // 6}")},
        "scan": {name: named(name) for name in (*queries.FIGURES, "exceptions_open", "port_state", "arrivals_by_state")},
        "rollup": {name: named(name) for name in ("moves_by_hour", "dwell_by_hour", "arrivals_by_hour")},
        "vessel": {"page": vessel_page, "same_vessel": lambda: same_vessel(store, [current(calls_of(store, vessel))])},
    }  # fmt: skip


def _ms(ask: Callable[[], object]) -> float:
    """The median of several answers, in ms, after one that reads what is cold."""
    times = []
    for _ in range(ASKED + 1):
        started = time.perf_counter()
        ask()
        times.append((time.perf_counter() - started) * 1000)
    return median(times[1:])


if __name__ == "__main__":
    run(arguments())
