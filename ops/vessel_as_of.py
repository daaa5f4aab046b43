"""A vessel's calls as they were known at a time: calls and boxes are derived anew from the events that had come in by then, as
in `ops.trace_as_of`, into a store in memory, of which the same named queries are asked as of the one that stands.

That store is in a process of its own, which ends with the answer: a process can have one embedded store only.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from threading import Lock
from typing import Any, Final

from ops import vessel
from ops.trace import Queryable
from ops.trace_as_of import events_known, known_of, now_then, replay
from streams.domain.rows import STATE, STATE_TABLES, TABLES

#: Events of thousands of boxes are taken in as a worker that derives every so many ms would have: in so short a time nobody
#: reports an arrival and takes it back.
STEP_MS: Final = 30_000
#: Boxes per question: their numbers stand in the query's text, which has a limit.
_BOXES: Final = 2_000
_OF_CALLS: Final = "container_no = '' AND bill_no = '' AND vessel_id IN %(v)s"
#: Who may travel with a call: whatever names its vessel while papers of its voyage may come, or it is there.
_NAMED: Final = (
    "SELECT DISTINCT container_no FROM events WHERE container_no != '' AND vessel_id IN %(vessels)s "
    "AND event_time >= %(papers_since)s AND event_time <= %(until)s"
)
#: Each answer takes a process and a store: of many that ask at once the others wait.
_ONE_AT_A_TIME: Final = Lock()
#: What `port_calls` has and the named query `calls` leaves out.
_LEFT_OUT: Final = ("shifts", *(name for name, _ in STATE))


def calls_then(store: Queryable, named: str, as_of_ms: int, port: str = "", voyage: str = "") -> list[dict[str, Any]]:
    """What `ops.vessel.calls_of` said at that time."""
    ids = dict.fromkeys(name for call in vessel.calls_of(store, named) for name in vessel.ids_of(call["vessel_id"]))
    told = events_known(store, as_of_ms, _OF_CALLS, v=tuple({**ids, **dict.fromkeys(vessel.ids_of(named))}))
    core = replay(told, now_then(store, as_of_ms), STEP_MS)
    calls = [{name: value for name, value in row.items() if name not in _LEFT_OUT} for row in core.rows("port_calls")]
    asked = [c for c in calls if port in ("", c["port"]) and voyage in ("", c["voyage_in"], c["voyage_out"])]
    return sorted(asked, key=lambda call: (-call["ata"], -call["eta"], call["call_id"]))


def readiness_then(store: Queryable, call: Mapping[str, Any], as_of_ms: int) -> dict[str, Any]:
    """What `ops.vessel.readiness` said at that time of a call of :func:`calls_then`."""
    found = _ask("departure", store, [call], as_of_ms, dict(call), as_of_ms)
    return vessel.judge(store, found, as_of_ms)


def same_vessel_then(
    store: Queryable, calls: Sequence[Mapping[str, Any]], as_of_ms: int, voyage: str = ""
) -> dict[str, Any]:
    """What `ops.vessel.same_vessel` said at that time of calls of :func:`calls_then`."""
    return _ask("same_vessel", store, calls, as_of_ms, [dict(call) for call in calls], voyage)


def _ask(question: str, store: Queryable, calls: Sequence[Mapping[str, Any]], as_of_ms: int, *words: Any) -> dict[str, Any]:
    named = store.query(_NAMED, vessel.parameters_of(calls))
    boxes = sorted({str(row["container_no"]) for row in named})
    known: dict[Any, dict[str, Any]] = {}
    for start in range(0, len(boxes), _BOXES):
        known.update(known_of(store, boxes[start : start + _BOXES], as_of_ms))
    ids = tuple({name: None for call in calls for name in vessel.ids_of(call["vessel_id"])})
    for row in events_known(store, as_of_ms, _OF_CALLS, v=ids):
        known[row["topic"], row["kafka_partition"], row["kafka_offset"]] = row
    rows = sorted(known.values(), key=lambda row: (row["ingest_time"], row["topic"], row["kafka_offset"]))
    with _ONE_AT_A_TIME, ProcessPoolExecutor(1, get_context("spawn")) as process:
        return process.submit(_answer, question, rows, now_then(store, as_of_ms), words).result()


def _answer(question: str, rows: list[dict[str, Any]], now: int, words: tuple[Any, ...]) -> dict[str, Any]:
    """In the other process: a store as it stood then, and what a function of `ops.vessel` finds there."""
    from connectors.clickhouse import migrate
    from connectors.clickhouse.embedded import EmbeddedStore

    core = replay(rows, now, STEP_MS)
    store = EmbeddedStore(":memory:")
    migrate.apply(store)
    for table in STATE_TABLES:
        store.insert(table, core.stored(table))
    store.insert("events", [*_history(rows), *core.withdrawn])
    found: dict[str, Any] = getattr(vessel, question)(store, *words)
    store.close()
    return found


def _history(rows: Iterable[Mapping[str, Any]]) -> list[tuple[Any, ...]]:
    empty: dict[str, Any] = {"TS": 0, "I": 0, "U": 0, "U8": 0, "U16": 0, "AS": (), "B": b""}
    kept = [{name: value for name, value in row.items() if name != "payload"} for row in rows]
    return [tuple(row.get(name, empty.get(kind, "")) for name, kind in TABLES["events"]) for row in kept]
