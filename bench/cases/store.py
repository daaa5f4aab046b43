"""What people ask, on a store that has run for a year: 5M visits and 50M events in the embedded ClickHouse, at scale 1.

The rows are made by the engine itself; the distributions are the simulator's in the large: four ports, ten events a visit,
a vessel every three hours at each port. Each question is asked several times; of its times the median counts, and of a
group of questions the slowest question. The store is filled once and serves all rounds.
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
#: Visits that one vessel brings or takes.
OF_A_CALL: Final = 400
#: 2026-01-01 00:00 UTC, and the span in which the visits open.
BEGIN_S: Final = 1_767_225_600
YEAR_S: Final = 365 * 86_400
#: Rows in one insert: several months never meet in one.
BATCH: Final = 1_000_000
ASKED: Final = 7
DAY_MS: Final = 86_400_000

_PORTS: Final = "['qingdao', 'rizhao', 'yantai', 'weihai']"
#: Columns of any table: ``v`` is the number of the visit, ``opened`` when it opens (s); what is not named is empty.
_SAID: Final[dict[str, str]] = {
    "container_no": f"concat('YTCU', leftPad(toString(v % {BOXES}), 7, '0'))",
    "book_key": f"concat('YTCU', leftPad(toString(v % {BOXES}), 7, '0'))",
    "opened_at": "at(opened)", "closed_at": "if(opened + 400000 < ends, at(opened + 400000), at(0))",
    "visit_id": "toString(v)", "port": f"{_PORTS}[v % 4 + 1]", "terminal_code": "concat('T', toString(v % 3))",
    "direction": "if(v % 2 = 0, 'E', 'I')", "trade": "if(v % 5 = 0, 'D', 'F')", "ef": "if(v % 7 = 0, 'E', 'F')",
    "iso_type": "if(v % 3 = 0, '22G1', '45G1')", "supervised": "toUInt8(v % 5 != 0)",
    "bill_no": "concat('BL', toString(intDiv(v, 3)))", "master_bl": "concat('BL', toString(intDiv(v, 3)))",
    "vessel_id": f"concat('IMO:', toString(9000000 + intDiv(v, {OF_A_CALL}) % 900))",
    "voyage": f"toString(intDiv(v, {OF_A_CALL * 900}))", "voyage_out": f"toString(intDiv(v, {OF_A_CALL * 900}))",
    "call_id": f"concat({_PORTS}[v % 4 + 1], '|', toString(intDiv(v, {OF_A_CALL})))",
    "state": "if(opened + 400000 < ends, 'GATED_OUT', 'DISCHARGED')", "gross_kg": "21000",
    "milestones": "['IMPORT_UNLOADED', 'IMPORT_CUSTOMS_RELEASE']", "milestone_times": "[at(opened), at(opened + 90000)]",
    "manifest_kinds": "['ORIGINAL']", "declaration_no": "concat('D', toString(intDiv(v, 3)))",
    "customs_released_at": "at(opened + 90000)", "case_id": "toString(v)", "message_type": "'MT3101'",
    "message_id": "toString(v)", "triggered_at": "at(opened)", "answered_at": "at(opened + 30)", "lag_ms": "toInt64(30000)",
    "exception_id": "toString(v)", "code": "if(v % 2 = 0, 'CUSTOMS_RELEASE_MISSING', 'SEAL_MISMATCH')", "severity": "'HIGH'",
    "subject": "toString(v)", "raised_at": "at(opened)", "phase": "'DEPARTED'", "berth_code": "concat('B', toString(v % 9))",
    "eta": "at(opened - 90000)", "ata": "at(opened - 50000)", "atb": "at(opened - 40000)", "ops_start": "at(opened - 36000)",
    "ops_end": "at(opened + 36000)", "etd": "at(opened + 40000)", "atd": "at(opened + 40000)",
    "updated_at": "at(opened)", "version": "v + 1",
}  # fmt: skip
#: Where a table says something else than the others, and of an event: ``s`` is its number within its visit.
_OF: Final[dict[str, dict[str, str]]] = {
    "exceptions": {"state": "if(v % 400 = 0, 'RAISED', 'RESOLVED')", "ended_at": "if(v % 400 = 0, at(0), at(opened + 9000))"},
    "arrival_cases": {"state": "if(v % 50 = 0, 'REJECTED', 'ACKED')"},
    "port_calls": {"vessel_id": f"concat('IMO:', toString(9000000 + intDiv(v, {OF_A_CALL}) % 900))"},
    "events": {
        "event_time": "at(opened + s * 21600)", "event_id": "concat(toString(v), '-', toString(s))",
        "source_party": f"concat('TOS-', {_PORTS}[v % 4 + 1])", "source_system": "'TOS'",
        "kind": "['manifest', 'gate', 'berth', 'release'][s % 4 + 1]",
        "event_type": "['MANIFEST_LINE', 'GATE_MOVE', 'QUAY_MOVE', 'RELEASE'][s % 4 + 1]",
        "milestone": "[['ORIGINAL', 'IN', 'DISC', 'DECLARATION/RELEASE'], ['TALLY', 'OUT', 'LOAD', 'BILL/RELEASE']]"
                     "[intDiv(s, 4) % 2 + 1][s % 4 + 1]",
        "classifier": "'ACT'", "record_time": "at(opened + s * 21600 + 5)", "ingest_time": "at(opened + s * 21600 + 8)",
        "updated_time": "at(opened + s * 21600 + 5)", "ingest_lag_ms": "toInt64(8000)",
        "crane": "if(s % 4 = 2, concat('QC0', toString(v % 9)), '')", "camera": "if(s % 4 = 1, 'PASSED', '')",
        "truck_visit_id": "if(s % 4 = 1, concat('TV', toString(v)), '')",
        "topic": f"concat({_PORTS}[v % 4 + 1], '.gate.v1')", "kafka_partition": "toUInt16(v % 8)", "kafka_offset": "v",
        "payload": "concat(repeat('record of the port ', 6), hex(sipHash128(v, s)))",
    },
}  # fmt: skip
_EMPTY: Final = {"String": "''", "LC": "''", "TS": "at(0)", "Float64": "0", "Array(String)": "CAST([], 'Array(String)')",
                 "Array(TS)": "CAST([], 'Array(DateTime64(3))')"}  # fmt: skip
#: Rows of each table for so many visits.
_SHARES: Final = {"box_visits": 1, "consignments": 1, "arrival_cases": 2, "exceptions": 20, "port_calls": OF_A_CALL}


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
            f" {BEGIN_S} + intDiv(v * {YEAR_S}, {visits}) AS opened SELECT {columns} FROM numbers({start}, {count})"
        )


def questions(store: SqlStore, visits: int) -> dict[str, dict[str, Callable[[], object]]]:
    """By key, over many rows, of hourly figures, and a vessel's whole page: name of the question -> asks it."""
    box = store.query("SELECT container_no AS c FROM box_visits_now WHERE visit_id = %(v)s", {"v": str(visits // 2)})[0]["c"]
    vessel = store.query("SELECT any(vessel_id) AS v FROM port_calls_now WHERE call_id LIKE 'qingdao|%'")[0]["v"]

    def vessel_page() -> object:
        call = current(calls_of(store, vessel))
        return same_vessel(store, [call]), readiness(store, call, (BEGIN_S + YEAR_S) * 1000)

    end = (BEGIN_S + YEAR_S) * 1000
    week = {"since": end - 7 * DAY_MS, "until": end}

    def named(name: str, **texts: str) -> Callable[[], object]:
        return lambda: store.query(queries.query(name), queries.given(name, texts, week))

    return {
        "by_key": {"trace": lambda: trace(store, box), "bill": lambda: boxes_of(store, f"BL{visits // 6}")},
        "scan": {name: named(name) for name in (*queries.FIGURES, "exceptions_open", "port_state", "arrivals_by_state")},
        "rollup": {name: named(name) for name in ("moves_by_hour", "dwell_by_hour", "arrivals_by_hour")},
        "vessel": {"page": vessel_page},
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
