"""Where a box is, what it has passed, what blocks its next step, and which event says so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, Protocol

from ops.witnesses import steps

#: The tables that hold rows of a box's own book.
BOX_TABLES: Final = ("box_visits", "transfer_legs", "arrival_cases", "exceptions", "operator_actions")
#: The column that names the box, where it is another than the container's.
_NAMES_IT: Final = {"exceptions": "subject", "operator_actions": "book_key"}
#: What is shown of an event.
EVIDENCE: Final = (
    "event_time, ingest_time, kind, event_type, milestone, classifier, port, terminal_code, source_party, source_system, "
    "event_id, raw_ref, container_no, bill_no, vessel_id, voyage, topic, kafka_partition, kafka_offset"
)


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
        key = _NAMES_IT.get(table, "container_no")
        tables[table] = store.query(f"SELECT * FROM {table}_now WHERE {key} = %(box)s ORDER BY 1, 2", {"box": container})
    evidence = store.query(
        f"SELECT {EVIDENCE} FROM events_now WHERE container_no = %(box)s OR (container_no = '' AND bill_no IN "
        "(SELECT bill_no FROM events_now WHERE container_no = %(box)s AND bill_no != '')) "
        "ORDER BY event_time, ingest_time, event_id",
        {"box": container},
    )
    bills = tuple(sorted({e["bill_no"] for e in evidence if e["kind"] == "operator-action" and e["bill_no"]}))
    if bills:
        of_bills = "SELECT * FROM operator_actions_now WHERE book_key IN %(bills)s ORDER BY 1, 2"
        tables["operator_actions"] += store.query(of_bills, {"bills": bills})
    return answer(container, tables, evidence)


def answer(
    container: str, tables: Mapping[str, Sequence[Mapping[str, Any]]], evidence: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    """The rows of a box by table, each visit with its milestones as ``steps`` that name their witnesses, and the evidence."""
    visits = [{**visit, "steps": steps(visit, evidence)} for visit in tables["box_visits"]]
    return {"container_no": container, **tables, "box_visits": visits, "evidence": list(evidence)}
