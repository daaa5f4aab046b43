"""Where a box is, what it has passed, what blocks its next step, and which event says so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, Protocol

from ops.witnesses import steps

#: The tables that hold rows of a box's own book.
BOX_TABLES: Final = ("box_visits", "transfer_legs", "arrival_cases", "exceptions", "operator_actions")
#: How the rows of a box are found, where it is not the table's first column that names the box. An exception is about a box
#: or about a bill of it; which books have one is asked of the table, in any version, and then the view has few to look at.
_OF_BOX: Final = {
    "exceptions": "subject = %(box)s AND book_key IN (SELECT book_key FROM exceptions WHERE subject = %(box)s)",
    "operator_actions": "book_key = %(box)s",
}
#: What is shown of an event.
EVIDENCE: Final = (
    "event_time, ingest_time, kind, event_type, milestone, classifier, port, terminal_code, source_party, source_system, "
    "event_id, raw_ref, container_no, bill_no, vessel_id, voyage, topic, kafka_partition, kafka_offset"
)

#: What is told of a box, and of a bill that any version of an event has put it on. Where that is in the history, is asked of
#: the table, in any version: the view hides what is not in force, and has few keys to look at.
_TOLD: Final = f"""
SELECT {EVIDENCE} FROM events_now
WHERE (container_no, event_time) IN
(
    SELECT container_no, event_time FROM events WHERE container_no = %(box)s
    UNION ALL
    SELECT container_no, event_time FROM events
    WHERE container_no = '' AND bill_no IN (SELECT bill_no FROM events WHERE container_no = %(box)s AND bill_no != '')
)
ORDER BY event_time, ingest_time, event_id"""


class Queryable(Protocol):
    """What is needed of a store."""

    def query(self, sql: str, params: Mapping[str, Any] | None = None) -> list[dict[str, Any]]:
        """Rows as dicts, times in ms."""


def trace(store: Queryable, container: str) -> dict[str, Any]:
    """The current rows of a box, what officers did about it and its bills, and its evidence, by time.

    Empty lists for a box that nobody has heard of.
    """
    tables: dict[str, list[dict[str, Any]]] = {}
    for table in BOX_TABLES:
        of_box = _OF_BOX.get(table, "container_no = %(box)s")
        rows = store.query(f"SELECT * FROM {table}_now WHERE {of_box}", {"box": container})
        # Not by the engine: asked for the order of the key, it reads in that order, in twice the time.
        tables[table] = sorted(rows, key=lambda row: list(row.values())[:2])
    evidence = _evidence(store, container)
    bills = tuple(sorted({e["bill_no"] for e in evidence if e["kind"] == "operator-action" and e["bill_no"]}))
    if bills:
        of_bills = "SELECT * FROM operator_actions_now WHERE book_key IN %(bills)s ORDER BY 1, 2"
        tables["operator_actions"] += store.query(of_bills, {"bills": bills})
    return answer(container, tables, evidence)


def _evidence(store: Queryable, container: str) -> list[dict[str, Any]]:
    told = store.query(_TOLD, {"box": container})
    bills = {event["bill_no"] for event in told if event["container_no"] and event["bill_no"]}
    return [event for event in told if event["container_no"] or event["bill_no"] in bills]


def answer(
    container: str, tables: Mapping[str, Sequence[Mapping[str, Any]]], evidence: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    """The rows of a box by table, each visit with its milestones as ``steps`` that name their witnesses, and the evidence."""
    visits = [{**visit, "steps": steps(visit, evidence)} for visit in tables["box_visits"]]
    return {"container_no": container, **tables, "box_visits": visits, "evidence": list(evidence)}
