"""Rows of ``intake`` and ``events``: made from whole columns, nothing per event (clickhouse guide, section 5)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from schemas.decoded import Decoded
from streams.domain.evidence import Evidence
from streams.domain.rows import TABLES
from streams.runtime.ports import Record

#: In ``intake`` the better-informed row wins: a re-read that is a duplicate never hides that it was accepted once.
RANK: Final = {"DUPLICATE": 1, "CONTROL": 2, "FORWARDED": 3, "DEAD": 4, "ACCEPTED": 5}

_SAME: Final = (
    "event_id", "source_party", "source_system", "event_type", "classifier", "record_time", "updated_time",
    "corrects_event_id", "port", "terminal_code", "trace_id", "raw_ref",
)  # fmt: skip


def intake(
    records: Sequence[Record], dispositions: list[str], event_ids: list[str], flags: Any, senders: Any, updated: Any
) -> pa.Table:
    """One row per record: what became of it, whose it was and when that party recorded it (Arrow columns)."""
    count = len(records)
    alike = dispositions.count(dispositions[0]) == count
    return pa.table({
        "topic": pa.array([r.topic for r in records]),
        "kafka_partition": pa.array([r.partition for r in records], pa.uint16()),
        "kafka_offset": pa.array([r.offset for r in records], pa.uint64()),
        "disposition": _constant(dispositions[0], count) if alike else pa.array(dispositions),
        "event_id": pa.array(event_ids),
        "append_time": pa.array([r.timestamp for r in records], pa.int64()),
        "flags": flags,
        "sender": senders,
        "updated_time": updated,
        "version": pa.array([RANK[dispositions[0]]] * count if alike else [RANK[d] for d in dispositions], pa.uint64()),
    })  # fmt: skip


def daily_totals(decoded: Decoded) -> pa.Table:
    """What senders say they have recorded in a day, of a batch of control records."""
    said = decoded.arrow.filter(pc.equal(decoded.array("event_type"), "TOTALS"))
    at = said.column("updated_time").cast(pa.int64())
    return pa.table({
        "port": said.column("port"), "of_kind": said.column("of_kind"), "sender": said.column("source_party"),
        "day": said.column("day"), "told": said.column("count"), "said_at": at,
        "version": at.cast(pa.uint64()),
    })  # fmt: skip


def events(decoded: Decoded, records: Sequence[Record], evidence: Sequence[Evidence]) -> pa.Table:
    """The history rows of a decoded batch, one per good record."""
    batch = decoded.arrow
    good = records if len(decoded.good) == len(records) else [records[i] for i in decoded.good]
    count = len(good)
    seen = pa.array([r.timestamp for r in good], pa.int64())
    at = batch.column("event_time").cast(pa.int64())
    columns: dict[str, Any] = {name: _filled(batch.column(name)) for name in _SAME}
    columns.update(
        container_no=_first(batch, count, "container_no"),
        event_time=at,
        kind=_constant(decoded.kind, count),
        milestone=pa.array([milestone(e) if e.action else e.code for e in evidence]),
        ingest_time=seen,
        ingest_lag_ms=pc.subtract(seen, at),
        is_retracted=batch.column("is_retracted").cast(pa.uint8()),
        bill_no=_first(batch, count, "master_bl", "bill_no"),
        vessel_id=_first(batch, count, "vessel_id", "domestic_vessel"),
        voyage=_first(batch, count, "voyage", "voyage_in"),
        trade=_first(batch, count, "trade"),
        crane=_first(batch, count, "crane"),
        truck_visit_id=_first(batch, count, "truck_visit_id"),
        camera=_camera(batch, count),
        quality_flags=batch.column("quality_flags"),
        topic=pa.array([r.topic for r in good]),
        kafka_partition=pa.array([r.partition for r in good], pa.uint16()),
        kafka_offset=pa.array([r.offset for r in good], pa.uint64()),
        payload=pa.array([r.value for r in good], pa.binary()),
        version=pa.array([e.version for e in evidence], pa.uint64()),
    )
    return pa.table({name: columns[name] for name, _ in TABLES["events"]})


def _camera(batch: Any, count: int) -> Any:
    """Of gate moves: PASSED when the cameras read the box's own number and saw an intact seal and no damage, CHECK when a
    person has to look; "" where no camera saw it."""
    if "ocr" not in batch.schema.names or batch.column("ocr").null_count == count:
        return _constant("", count)
    seen = batch.column("ocr")
    read = pc.equal(pc.struct_field(seen, "box"), batch.column("container_no")).fill_null(False)
    intact = pc.struct_field(seen, "seal_ok").fill_null(True)
    whole = pc.equal(pc.list_value_length(pc.struct_field(seen, "damage")).fill_null(0), 0)
    passed = pc.and_(pc.and_(read, intact), whole)
    return pc.if_else(seen.is_valid(), pc.if_else(passed, "PASSED", "CHECK"), "")


def milestone(e: Evidence) -> str:
    """What an event tells, in one word, for people who read the history."""
    return f"{e.code}/{e.action}" if e.action and e.what >= 5 else e.code


def withdrawn(rows: Sequence[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """History rows that hide a superseded event: all defaults but the key, retracted (see ``Correlator``)."""
    defaults = {"TS": 0, "I": 0, "U": 0, "U8": 0, "U16": 0, "AS": (), "B": b""}
    out = []
    for container, at, event_id, party, system, version in rows:
        given: dict[str, Any] = {
            "container_no": container, "event_time": at, "event_id": event_id, "source_party": party,
            "source_system": system, "is_retracted": 1, "version": version,
        }  # fmt: skip
        out.append(tuple(given.get(name, defaults.get(kind, "")) for name, kind in TABLES["events"]))
    return out


def _constant(value: str, count: int) -> pa.Array:
    return pa.repeat(value, count)


def _filled(column: Any) -> Any:
    if pa.types.is_timestamp(column.type) or pa.types.is_integer(column.type):
        return column.cast(pa.int64()).fill_null(0)
    return column.fill_null("") if column.null_count else column


def _first(batch: Any, count: int, *names: str) -> Any:
    """The first of these columns that has a value, "" where none has."""
    present = [batch.column(n) for n in names if n in batch.schema.names]
    if not present:
        return _constant("", count)
    return (pc.coalesce(*present) if len(present) > 1 else present[0]).fill_null("")
