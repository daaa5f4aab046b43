"""Where a box is, what it has passed, what blocks its next step, and which event says so: from the store, or as of a time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from schemas.codec import decode_batch
from schemas.identifiers import container_ok
from schemas.reference import load_reference
from streams.domain.correlator import Correlator
from streams.domain.evidence import Evidence
from streams.domain.reference import Reference
from streams.domain.rows import TABLES
from streams.runtime.ports import Record
from streams.runtime.sources import AGENTS

BOX_TABLES = ("box_visits", "transfer_legs", "arrival_cases", "exceptions")
EVIDENCE = (
    "event_time, ingest_time, kind, milestone, classifier, port, terminal_code, source_party, source_system, event_id, "
    "raw_ref, bill_no, vessel_id, voyage"
)


class Queryable(Protocol):
    """What is needed of a store."""

    def query(self, sql: str, params: Mapping[str, Any] | None = None) -> list[dict[str, Any]]:
        """Rows as dicts, times in ms."""


def trace(store: Queryable, container: str) -> dict[str, Any]:
    """The current rows of a box and its evidence, by time. Empty lists for a box that nobody has heard of."""
    found: dict[str, Any] = {"container_no": container}
    for table in BOX_TABLES:
        key = "subject" if table == "exceptions" else "container_no"
        found[table] = store.query(f"SELECT * FROM {table}_now WHERE {key} = %(box)s ORDER BY 1, 2", {"box": container})
    found["evidence"] = store.query(
        f"SELECT {EVIDENCE} FROM events_now WHERE container_no = %(box)s OR (container_no = '' AND bill_no IN "
        "(SELECT bill_no FROM events_now WHERE container_no = %(box)s AND bill_no != '')) "
        "ORDER BY event_time, kafka_offset",
        {"box": container},
    )
    return found


def trace_as_of(store: Queryable, container: str, as_of_ms: int) -> dict[str, Any]:
    """The same, derived anew from the evidence that had arrived by ``as_of_ms`` (append time), under today's rules."""
    rows = _known_then(store, container, as_of_ms)
    core = Correlator(Reference(**load_reference().for_domain()), 1, 0, container_ok)
    for e in _evidence(rows):
        core.accept(e)
    core.advance(as_of_ms)
    tables: dict[str, dict[Any, dict[str, Any]]] = {table: {} for table in BOX_TABLES}
    while core.pending():
        effects = core.flush()
        for _, fact in effects.facts:
            core.accept(fact)
        for table in BOX_TABLES:
            for row in effects.rows.get(table, ()):
                if row[0] == container:
                    tables[table][row[1]] = dict(zip((c for c, _ in TABLES[table]), row, strict=True))
    shown = {table: [r for r in by_key.values() if not r["is_deleted"]] for table, by_key in tables.items()}
    evidence = [r for r in rows if (r["container_no"] in (container, "") and r["kind"] != "berth") or r["container_no"]]
    return {"container_no": container, "as_of": as_of_ms, **shown, "evidence": evidence}


def _known_then(store: Queryable, container: str, as_of_ms: int) -> list[dict[str, Any]]:
    columns = EVIDENCE + ", container_no, topic, kafka_partition, kafka_offset, payload"
    # a row without a kind withdraws a superseded event: it carries nothing that could be derived from
    known = f"SELECT {columns} FROM events FINAL WHERE kind != '' AND toUnixTimestamp64Milli(ingest_time) <= %(t)s AND "
    own = store.query(known + "container_no = %(box)s", {"t": as_of_ms, "box": container})
    bills = tuple({r["bill_no"] for r in own if r["bill_no"]})
    vessels = tuple({r["vessel_id"] for r in own if r["vessel_id"]})
    more: list[dict[str, Any]] = []
    if bills:
        more += store.query(known + "container_no = '' AND bill_no IN %(b)s", {"t": as_of_ms, "b": bills})
    if vessels:
        more += store.query(
            known + "container_no = '' AND kind = 'berth' AND vessel_id IN %(v)s", {"t": as_of_ms, "v": vessels}
        )
    return sorted(own + more, key=lambda r: (r["event_time"], r["kafka_offset"]))


def _evidence(rows: list[dict[str, Any]]) -> list[Evidence]:
    out: list[Evidence] = []
    for kind in {r["kind"] for r in rows}:
        records = [
            Record(r["topic"], r["kafka_partition"], r["kafka_offset"], r["ingest_time"], None, _bytes(r["payload"]))
            for r in rows
            if r["kind"] == kind
        ]
        agent = AGENTS[kind]
        out += agent.evidence(decode_batch(kind, [r.value for r in records], agent.FIELDS), records)
    return out


def _bytes(payload: str | bytes) -> bytes:
    return payload if isinstance(payload, bytes) else payload.encode()
