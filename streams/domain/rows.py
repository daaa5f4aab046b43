"""The rows that the platform derives: one list of columns per table, in insertion order.

A row is a plain tuple in this order. Times are UTC milliseconds, 0 = has not happened. Type letters are explained in
``docs/contracts.md`` (section 2); ``connectors.clickhouse`` turns them into the column types of each engine, and a test
holds the live schema against this list.
"""

from __future__ import annotations

from typing import Any, Final

Row = tuple[Any, ...]
#: A row: the table, and the values of its key there.
RowKey = tuple[str, tuple[str | int, ...]]
#: With its columns before the state columns.
Keyed = tuple[RowKey, Row]

#: Columns that every state table ends with.
STATE: Final = (("updated_at", "TS"), ("is_deleted", "U8"), ("version", "U"))

TABLES: Final[dict[str, tuple[tuple[str, str], ...]]] = {
    "intake": (
        ("topic", "LC"), ("kafka_partition", "U16"), ("kafka_offset", "U"), ("disposition", "LC"),
        ("event_id", "S"), ("append_time", "TS"), ("flags", "AS"), ("sender", "LC"), ("updated_time", "TS"),
        ("version", "U"),
    ),
    "events": (
        ("container_no", "S"), ("event_time", "TS"), ("event_id", "S"), ("source_party", "LC"), ("source_system", "LC"),
        ("kind", "LC"), ("event_type", "LC"), ("milestone", "LC"), ("classifier", "LC"), ("record_time", "TS"),
        ("ingest_time", "TS"), ("updated_time", "TS"), ("ingest_lag_ms", "I"), ("is_retracted", "U8"),
        ("corrects_event_id", "S"), ("port", "LC"), ("terminal_code", "LC"), ("bill_no", "S"), ("vessel_id", "LC"),
        ("voyage", "LC"), ("trade", "LC"), ("crane", "LC"), ("truck_visit_id", "S"), ("camera", "LC"),
        ("quality_flags", "AS"), ("topic", "LC"), ("kafka_partition", "U16"), ("kafka_offset", "U"), ("trace_id", "S"),
        ("raw_ref", "S"), ("payload", "B"), ("version", "U"),
    ),
    "box_visits": (
        ("container_no", "S"), ("opened_at", "TS"), ("closed_at", "TS"), ("visit_id", "S"), ("port", "LC"),
        ("terminal_code", "LC"), ("direction", "LC"), ("trade", "LC"), ("ef", "LC"), ("iso_type", "LC"),
        ("supervised", "U8"), ("bill_no", "S"), ("vessel_id", "LC"), ("voyage", "LC"), ("call_id", "S"),
        ("inbound_call_id", "S"), ("state", "LC"), ("location", "LC"), ("customs_status", "LC"),
        ("document_status", "LC"), ("seal_status", "LC"), ("leg_status", "LC"), ("holds", "AS"), ("seals", "AS"),
        ("gross_kg", "F"), ("next_step", "LC"), ("blockers", "AS"), ("waiting_since", "TS"), ("milestones", "AS"),
        ("milestone_times", "AT"), *STATE,
    ),
    "consignments": (
        ("master_bl", "S"), ("house_bl", "S"), ("container_no", "S"), ("manifest_kinds", "AS"), ("direction", "LC"),
        ("trade", "LC"), ("ef", "LC"), ("load_type", "LC"), ("vessel_id", "LC"), ("voyage", "LC"), ("pol", "LC"),
        ("pod", "LC"), ("iso_type", "LC"), ("gross_kg", "F"), ("packages", "U32"), ("goods", "S"),
        ("declaration_no", "S"), ("customs_released_at", "TS"), ("bill_released_at", "TS"), ("holds", "AS"), *STATE,
    ),
    "port_calls": (
        ("vessel_id", "S"), ("port", "LC"), ("call_id", "S"), ("vessel_name", "S"), ("terminal_code", "LC"),
        ("berth_code", "LC"), ("voyage_in", "LC"), ("voyage_out", "LC"), ("phase", "LC"), ("eta", "TS"), ("ata", "TS"),
        ("atb", "TS"), ("ops_start", "TS"), ("ops_end", "TS"), ("etd", "TS"), ("atd", "TS"), ("shifts", "U16"),
        ("planned_moves", "U32"), ("cutoff_at", "TS"), *STATE,
    ),
    "transfer_legs": (
        ("container_no", "S"), ("leg_id", "S"), ("from_port", "LC"), ("from_terminal", "LC"), ("to_port", "LC"),
        ("to_terminal", "LC"), ("mode", "LC"), ("vessel_id", "LC"), ("voyage", "LC"), ("leg_state", "LC"),
        ("supervised", "U8"), ("seals", "AS"), ("allocation_no", "S"), ("planned_at", "TS"), ("approved_at", "TS"),
        ("loaded_at", "TS"), ("departed_at", "TS"), ("arrived_at", "TS"), ("discharged_at", "TS"), ("due_at", "TS"),
        ("reconciled_at", "TS"), ("carry_over", "LC"), ("expected_at", "TS"), ("onward_call_id", "S"),
        ("onward_cutoff", "TS"), *STATE,
    ),
    "arrival_cases": (
        ("container_no", "S"), ("case_id", "S"), ("bill_no", "S"), ("house_bl", "S"), ("vessel_id", "LC"),
        ("voyage", "LC"), ("port", "LC"), ("terminal_code", "LC"), ("message_type", "LC"), ("route_flag", "LC"),
        ("state", "LC"), ("message_id", "S"), ("attempt", "U8"), ("triggered_at", "TS"), ("ready_at", "TS"),
        ("sent_at", "TS"), ("answered_at", "TS"), ("lag_ms", "I"), ("reason", "S"), ("unmet", "AS"),
        ("evidence", "AS"), *STATE,
    ),
    "exceptions": (
        ("book_key", "S"), ("exception_id", "S"), ("code", "LC"), ("severity", "LC"), ("subject", "S"), ("port", "LC"),
        ("owner", "LC"), ("state", "LC"), ("raised_at", "TS"), ("ended_at", "TS"), ("detail", "S"), ("evidence", "AS"),
        *STATE,
    ),
    "operator_actions": (
        ("book_key", "S"), ("action_id", "S"), ("action", "LC"), ("status", "LC"), ("operator", "S"), ("reason", "S"),
        ("target_id", "S"), ("assignee", "S"), ("acted_at", "TS"), *STATE,
    ),
    "void_events": (("book_key", "S"), ("event_id", "S"), ("reason", "LC"), ("void_by", "S"), ("event_time", "TS"), *STATE),
    "notices": (
        ("alert_id", "S"), ("channel", "LC"), ("told_at", "TS"), ("audience", "S"), ("code", "LC"), ("subject", "S"),
        ("text", "S"), ("version", "U"),
    ),
    "daily_totals": (
        ("port", "LC"), ("of_kind", "LC"), ("sender", "LC"), ("day", "S"), ("told", "I"), ("said_at", "TS"),
        ("version", "U"),
    ),
    "book_archive": (
        ("book_key", "S"), ("horizon", "TS"), ("evidence_count", "U32"), ("payload", "B"), ("version", "U"),
    ),
    "archive_calls": (("call_key", "S"), ("horizon", "TS"), ("book_key", "S"), ("version", "U")),
    "dead_letters": (
        ("topic", "LC"), ("kafka_partition", "U16"), ("kafka_offset", "U"), ("reason", "LC"), ("detail", "S"),
        ("field", "LC"), ("seen_at", "TS"), ("payload", "B"), ("version", "U"),
    ),
}

#: ORDER BY of each table; every state table's begins with its book's key.
KEYS: Final[dict[str, tuple[str, ...]]] = {
    "intake": ("topic", "kafka_partition", "kafka_offset"),
    "events": ("container_no", "event_time", "event_id", "source_party", "source_system"),
    "box_visits": ("container_no", "opened_at"),
    "consignments": ("master_bl", "house_bl", "container_no"),
    "port_calls": ("vessel_id", "port", "call_id"),
    "transfer_legs": ("container_no", "leg_id"),
    "arrival_cases": ("container_no", "case_id"),
    "exceptions": ("book_key", "exception_id"),
    "operator_actions": ("book_key", "action_id"),
    "void_events": ("book_key", "event_id"),
    "notices": ("alert_id", "channel", "told_at"),
    "daily_totals": ("port", "of_kind", "sender", "day"),
    "book_archive": ("book_key", "horizon"),
    "archive_calls": ("call_key", "horizon", "book_key"),
    "dead_letters": ("topic", "kafka_partition", "kafka_offset"),
}

#: Tables whose rows are functions of a book and can be re-cut or tombstoned.
STATE_TABLES: Final = tuple(t for t, columns in TABLES.items() if columns[-3:] == STATE)

_EMPTY: Final[dict[str, object]] = {
    "TS": 0, "I": 0, "U": 0, "U8": 0, "U16": 0, "U32": 0, "F": 0.0, "AS": (), "AT": (), "B": b"",
}  # fmt: skip


def blank(table: str, key: tuple[str | int, ...], updated_at: int, version: int) -> tuple[object, ...]:
    """A tombstone: all defaults but the key, ``is_deleted`` = 1. The key's columns are those of :data:`KEYS`."""
    given: dict[str, object] = dict(zip(KEYS[table], key, strict=True))
    given.update(updated_at=updated_at, is_deleted=1, version=version)
    return tuple(given.get(name, _EMPTY.get(kind, "")) for name, kind in TABLES[table])
