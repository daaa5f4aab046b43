"""A box as it was known at a time: derived anew from the events that had come in by then, under today's rules.

The events go through the worker's own intake in the order in which they came; reports to customs that follow from them
are taken as sent at once, and only once: when they were, and how often, the history does not say. It keeps the last version
of an event only: where one was corrected later, under the same id and for the same time, what it said before is gone, and
the event is left out.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, datetime
from itertools import groupby
from typing import Any, Final

from ops.lookback import beginnings
from ops.trace import BOX_TABLES, EVIDENCE, Queryable, answer
from schemas.codec import encode
from schemas.identifiers import container_ok, imo_ok
from schemas.reference import load_reference
from schemas.topics import load_topics
from streams.domain.correlator import Correlator
from streams.domain.explain import Explanation
from streams.domain.reference import Reference
from streams.domain.rows import KEYS, STATE_TABLES, TABLES
from streams.runtime.history import withdrawn
from streams.runtime.intake import Batch, Intake
from streams.runtime.metrics import Metrics
from streams.runtime.ports import Record
from streams.runtime.slice import Slice
from streams.runtime.sources import REPORTS, sources
from streams.runtime.watermark import Watermark

#: The payload in hex: JSON cannot carry it, and every engine has the function.
_COLUMNS: Final = EVIDENCE + ", is_retracted, version, hex(payload) AS payload"
_REPLAY_ONLY: Final = frozenset({"is_retracted", "version", "payload"})
#: Without FINAL: a version that came in later must not hide the one that was known then. A row without payload only
#: withdraws another one; its own event says so too.
_KNOWN: Final = f"SELECT {_COLUMNS} FROM events WHERE ingest_time <= %(t)s AND payload != '' AND "
#: What else bears on boxes, by the column of their own events that leads there.
_BESIDES: Final = {
    "bill_no": "container_no = '' AND bill_no IN %(v)s",
    "vessel_id": "container_no = '' AND bill_no = '' AND vessel_id IN %(v)s",
}
#: The events of boxes of which something may stand under another box: that were withdrawn, or ever void. Only these are looked
#: for by their ids, of which the history has no order.
_MOVED: Final = (
    "SELECT event_id FROM events WHERE container_no IN %(boxes)s AND payload = '' UNION ALL "
    "SELECT arrayStringConcat(arraySlice(splitByChar('|', event_id), 3), '|') AS event_id FROM void_events "
    "WHERE book_key IN %(boxes)s"
)
_ELSEWHERE: Final = "container_no NOT IN %(boxes)s AND (event_id IN %(v)s OR corrects_event_id IN %(v)s)"
#: What officers say of another box: of a correction that moved an event there.
_ACTIONS: Final = "container_no IN %(v)s AND kind = 'operator-action'"
#: Values per question: they stand in the query's text, which has a limit.
_VALUES: Final = 2_000


def trace_as_of(store: Queryable, container: str, as_of_ms: int) -> dict[str, Any]:
    """The trace of a box from evidence received (appended at the broker) by ``as_of_ms``.

    The logical time is that of the latest event that had happened and come in by then, so a simulated past is seen with
    its own clock.
    """
    rows = known_then(store, container, as_of_ms)
    core = replay(rows, now_then(store, as_of_ms))
    tables = {table: core.rows(table, (container,)) for table in BOX_TABLES}
    bills = sorted({row["bill_no"] for row in rows if row["kind"] == "operator-action" and row["bill_no"]})
    tables["operator_actions"] += core.rows("operator_actions", bills)
    return {**answer(container, tables, evidence_of(rows, container, core.voided())), "as_of": as_of_ms}


def replay(rows: Iterable[dict[str, Any]], now: int, step_ms: int = 1) -> Replay:
    """The platform as it stands after these events, which are in the order in which they came in, at a logical time; derived
    as often as every ``step_ms``."""
    core = Replay()
    for _, step in groupby(rows, key=lambda row: row["ingest_time"] // step_ms):
        by_topic: dict[str, list[Record]] = {}
        for row in step:
            by_topic.setdefault(row["topic"], []).append(_record(row))
        for topic, records in by_topic.items():
            core.take(topic, records)
        core.settle()
    core.advance(now)
    return core


def evidence_of(rows: Iterable[dict[str, Any]], container: str, void: Collection[str]) -> list[dict[str, Any]]:
    """What people are shown of the events that speak of a box, or of a bill that it is on, and are not void, by time."""
    told = [
        row for row in _in_force(rows)
        if not row["is_retracted"] and row["container_no"] in (container, "")
        and "|".join((row["source_party"], row["source_system"], row["event_id"])) not in void
    ]  # fmt: skip
    bills = {row["bill_no"] for row in told if row["container_no"]} - {""}
    shown = [
        {name: value for name, value in row.items() if name not in _REPLAY_ONLY}
        for row in told if row["container_no"] or row["bill_no"] in bills
    ]  # fmt: skip
    shown.sort(key=lambda row: (row["event_time"], row["ingest_time"], row["event_id"]))
    return shown


def known_then(store: Queryable, container: str, as_of_ms: int) -> list[dict[str, Any]]:
    """Everything that says something about the box, in the order in which it came in."""
    unique = known_of(store, [container], as_of_ms)
    return sorted(unique.values(), key=lambda row: (row["ingest_time"], row["topic"], row["kafka_offset"]))


def known_of(store: Queryable, boxes: Sequence[str], as_of_ms: int) -> dict[Any, dict[str, Any]]:
    """Everything that says something about these boxes, by topic, partition and offset."""
    own = events_known(store, as_of_ms, "container_no IN %(boxes)s", boxes=tuple(boxes)) if boxes else []
    found = list(own)
    for column, where in _BESIDES.items():
        found += _known_by(store, as_of_ms, where, {row[column] for row in own})
    moved = {row["event_id"] for row in store.query(_MOVED, {"boxes": tuple(boxes)})} if own else set()
    found += _known_by(store, as_of_ms, _ELSEWHERE, moved, boxes=tuple(boxes))
    found += _known_by(store, as_of_ms, _ACTIONS, {row["container_no"] for row in found} - set(boxes))
    return {(row["topic"], row["kafka_partition"], row["kafka_offset"]): row for row in found}


def _known_by(store: Queryable, as_of_ms: int, where: str, values: set[str], **params: Any) -> list[dict[str, Any]]:
    """What had come in by then of which a condition holds for one of these values."""
    found: list[dict[str, Any]] = []
    asked = sorted(values - {""})
    for start in range(0, len(asked), _VALUES):
        found += events_known(store, as_of_ms, where, v=tuple(asked[start : start + _VALUES]), **params)
    return found


def events_known(store: Queryable, as_of_ms: int, where: str, **params: Any) -> list[dict[str, Any]]:
    """The versions of events that had come in by then, of which a condition holds, in the order in which they came in."""
    found = store.query(_KNOWN + where, {"t": datetime.fromtimestamp(as_of_ms / 1000, UTC), **params})
    return sorted(found, key=lambda row: (row["ingest_time"], row["topic"], row["kafka_offset"]))


def now_then(store: Queryable, as_of_ms: int) -> int:
    """The time of the latest event of ports or customs that had happened and come in by then. What officers do moves no
    clock: of a simulated day they speak months later."""
    sql = (
        "SELECT max(event_time) AS latest FROM events WHERE ingest_time <= %(t)s AND event_time >= %(since)s "
        "AND event_time <= %(t)s AND classifier = 'ACT' AND kind != 'operator-action'"
    )
    latest = 0
    for since in beginnings(as_of_ms):
        times = {"t": datetime.fromtimestamp(as_of_ms / 1000, UTC), "since": since}
        latest = latest or int(store.query(sql, times)[0]["latest"])
    return latest


def _in_force(rows: Iterable[dict[str, Any]]) -> Iterable[dict[str, Any]]:
    """Of each event the last version that was known, which may have another time or another box than those before."""
    last: dict[tuple[str, str, str], dict[str, Any]] = {}
    for row in sorted(rows, key=lambda row: int(row["version"])):
        last[row["event_id"], row["source_party"], row["source_system"]] = row
    return last.values()


def _record(row: dict[str, Any]) -> Record:
    return Record(row["topic"], 0, row["kafka_offset"], row["ingest_time"], None, bytes.fromhex(row["payload"]))


class Replay:
    """The worker's intake and core over one partition that is home to all books."""

    def __init__(self) -> None:
        correlator = Correlator(Reference(**load_reference().for_domain()), 1, 0, container_ok, imo_digit=imo_ok)
        self._part = Slice(0, correlator, Watermark((), 1, False), {})
        self._intake = Intake(sources(load_topics()), lambda keys: [0] * len(keys), Metrics())
        self._tables: dict[str, dict[Any, tuple[Any, ...]]] = {table: {} for table in STATE_TABLES}
        #: rows of history that hide what was changed or moved
        self.withdrawn: list[tuple[Any, ...]] = []

    def take(self, topic: str, records: Sequence[Record]) -> None:
        taken = self._intake.take([Batch(self._part, records)])
        for _, e in taken.moved:
            self._part.correlator.accept(e)

    def advance(self, now: int) -> None:
        self._part.correlator.advance(now)
        self.settle()

    def settle(self) -> None:
        """Derive until nothing follows any more; a report that is sent is read back, as the worker does."""
        while self._part.correlator.pending():
            sent = [encode("arrival-report", command) for command in self._flush() if not command["attempt"]]
            if sent:
                self.take(REPORTS, [Record(REPORTS, 0, 0, 0, None, value) for value in sent])

    def _flush(self) -> list[dict[str, Any]]:
        effects = self._part.correlator.flush()
        for _, e in effects.facts:
            self._part.correlator.accept(e)
        for table in STATE_TABLES:
            places = _places(table)
            for row in effects.rows.get(table, ()):
                self._tables[table][tuple(row[i] for i in places)] = row
        self.withdrawn += withdrawn(effects.rows.get("events", ()))
        return effects.commands

    def explain(self, container: str, action: str) -> Explanation | None:
        """Why the box may, or may not, do a step; None for one of which nothing is known."""
        return self._part.correlator.explain(container, action)

    def voided(self) -> set[str]:
        """Identities of the events that do not count, because an officer or another event says so."""
        return {row["event_id"] for row in self.rows("void_events")}

    def stored(self, table: str) -> list[tuple[Any, ...]]:
        """The rows of a table as they would be stored, tombstones too."""
        return list(self._tables[table].values())

    def rows(self, table: str, books: Collection[str] | None = None) -> list[dict[str, Any]]:
        """The rows of these books, or all."""
        names = [name for name, _ in TABLES[table]]
        kept = self._tables[table].values()
        rows = [dict(zip(names, row, strict=True)) for row in kept if books is None or row[0] in books]
        return sorted((row for row in rows if not row["is_deleted"]), key=lambda row: str(list(row.values())[:2]))


def _places(table: str) -> Iterable[int]:
    names = [name for name, _ in TABLES[table]]
    return [names.index(name) for name in KEYS[table]]
