"""The data dictionary: every table and column of ClickHouse, its type, unit and meaning, from the migrations' own comments."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from connectors.clickhouse.migrations import load
from connectors.clickhouse.schema import Table, tables

#: What a table holds: one row each of what.
TABLES: Final = {
    "intake": ("收到的每条 Kafka 记录及其处理结果", "every record read from Kafka, and what became of it"),
    "events": ("每个被接受的事件，一事件一行", "every accepted event, once"),
    "dead_letters": ("被拒收的记录及原因", "records that were refused, and why"),
    "box_visits": (
        "箱的一次在港过程（一箱一程）",
        "a visit of a box, from its entry into the first port to its exit from the last",
    ),
    "consignments": ("舱单行：提单与箱", "a line of a manifest: bill and box"),
    "port_calls": ("船舶的一次靠港", "a call of a vessel at a port"),
    "transfer_legs": (
        "港间或与内陆港间的一段转运",
        "a leg of a box between two ports, or a port and an inland port",
    ),
    "arrival_cases": ("运抵报告一案", "a case of arrival confirmation"),
    "exceptions": ("异常", "an exception: a state with a life"),
    "operator_actions": ("人工操作", "what an officer did"),
    "void_events": ("不计入的事件", "an event that does not count while another one, or an officer, says so"),
    "daily_totals": ("发送方自报的每日记录数", "what a sender says it recorded in a day"),
    "notices": ("已通知的内容与对象", "who was told of what"),
    "book_archive": ("归档的证据簿", "a book of evidence that was taken out of memory"),
    "archive_calls": ("归档箱所依赖的靠港", "a call on which an archived box depends"),
    "epochs": ("规则版本台账", "an activation of rules: code, thresholds, reference data"),
    "port_hour": ("每小时各港事件数", "events of an hour, by port, terminal and kind"),
    "arrival_hour": ("每小时运抵确认用时", "arrival confirmations of an hour, and how long they took"),
    "dwell_hour": ("每小时离港箱的在港时长", "visits that ended in an hour, and how long they lasted"),
}
#: Columns that mean the same wherever they stand, or have no comment of their own.
COMMON: Final = {
    "alert_id": "exception_id and number of the notice",
    "allocation_no": "number of the approval (调拨单)",
    "assignee": "to whom it was assigned",
    "attempt": "how often it was sent",
    "berth_code": "berth",
    "bill_no": "master bill of lading",
    "book_key": "key of the book: container, master bill, or vessel and port",
    "call_id": "port|vessel_id|number of the call",
    "camera": "PASSED, CHECK: a person has to look, or empty: no camera saw it",
    "carry_over": "CARRIED, or why papers do not travel with the box",
    "case_id": "the case: bill, vessel, voyage, terminal and message type",
    "code": "code in the reference data",
    "container_no": "container number, ISO 6346",
    "corrects_event_id": "the event of the same source that this one voids",
    "crane": "that moved the box, as its terminal names it",
    "customs_status": "axis: customs",
    "declaration_no": "customs declaration",
    "detail": "numbers, codes and names",
    "direction": "E export, I import, T transhipment",
    "document_status": "axis: papers, NO_PAPERS, ANNOUNCED, PACKED, MANIFESTED or TALLIED",
    "ef": "E empty, F full",
    "epoch": "number of the activation",
    "event_type": "MANIFEST_LINE, VGM, GATE_MOVE, PORT_CALL, QUAY_MOVE or RELEASE",
    "evidence": "identities (party|system|event id) of the events behind it",
    "evidence_count": "items in the blob",
    "exception_id": "hash of code, subject and the identity of the causing event",
    "expected_at": "UTC, discharged, else arrived, else as announced",
    "field": "field at fault",
    "from_port": "where the leg begins",
    "from_terminal": "its terminal there",
    "goods": "description of goods",
    "holds": "authorities or instructions that hold the box",
    "house_bl": "house bill of lading",
    "inbound_call_id": "call of the vessel that brought the box",
    "is_deleted": "1: tombstone, hidden by the view <table>_now",
    "iso_type": "ISO 6346 size and type",
    "kafka_offset": "offset in the partition",
    "kafka_partition": "Kafka partition",
    "leg_id": "from>to, numbered when it is taken again",
    "leg_state": "PLANNED, APPROVED, LOADED, DEPARTED, ARRIVED, DISCHARGED or RECONCILED",
    "leg_status": "axis: leg",
    "location": "axis: where the box is",
    "manifest_kinds": "kinds of manifest that name the line",
    "message_id": "id of the message to customs",
    "milestone": "what the event says: the move, the kind of manifest, or stage/action",
    "next_step": "what comes next",
    "onward_call_id": "call for which an export travels on",
    "onward_cutoff": "UTC, cut-off of that call",
    "packages": "number of packages",
    "planned_moves": "moves planned for the call",
    "port": "port slug: qingdao, rizhao, yantai, weihai or an inland port",
    "quality_flags": "what the connector noticed",
    "raised_by": "who raised it",
    "raw_ref": "message reference and record number",
    "reason": "in the words of who gave it",
    "reconciled_at": "UTC, loaded and discharged were written off",
    "route_flag": "支线 for the leg of a feeder",
    "seal_status": "axis: seals",
    "seals": "seal numbers",
    "sender": "source party and system",
    "severity": "critical, high, medium, low or info",
    "source_party": "party code of the sender",
    "source_system": "system that recorded it; its first word ranks the source",
    "state": "see the glossary",
    "subject": "what it is about",
    "supervised": "1: under customs supervision",
    "terminal_code": "terminal, unique only together with the port",
    "text": "what was said",
    "to_port": "where it ends",
    "to_terminal": "its terminal there",
    "topic": "Kafka topic",
    "trace_id": "W3C trace id",
    "trade": "D domestic, F foreign",
    "truck_visit_id": "joins the boxes that one truck brought and took",
    "updated_at": "UTC, logical time of the derivation",
    "updated_time": "UTC, orders the versions of one event",
    "version": "of equal keys the highest counts",
    "vessel_id": "IMO:, CNSHIP:, MMSI: or NAME: and the identifier",
    "vessel_name": "as its port calls it",
    "visit_id": "container_no@opened_at in ms",
    "voyage": "voyage number",
    "voyage_in": "inbound voyage number",
    "voyage_out": "outbound voyage number",
}
#: The types of the migrations, in words.
TYPES: Final = {
    "LC": "text", "String": "text", "TS": "time, ms UTC", "UInt8": "integer", "UInt16": "integer", "UInt32": "integer",
    "UInt64": "integer", "Int64": "integer", "Float64": "number", "Array(String)": "list of text", "Array(TS)": "list of times",
}  # fmt: skip
_TABLE: Final = re.compile(r"CREATE TABLE IF NOT EXISTS (\w+) \(\n(.*?)\n\) ENGINE", re.S)
_COLUMN: Final = re.compile(r"^    (\w+) .*?-- (.*)$", re.M)


@cache
def comments() -> dict[tuple[str, str], str]:
    """(table, column) -> what its migration says of it."""
    return {
        (table[1], column[1]): column[2]
        for migration in load()
        for statement in migration.up
        for table in _TABLE.finditer(statement)
        for column in _COLUMN.finditer(table[2])
    }


def meaning(table: str, column: str) -> str:
    """What a column means: its own comment, else what it means everywhere; "" when nobody said."""
    return comments().get((table, column), "") or COMMON.get(column, "")


def dictionary() -> str:
    """The page."""
    head = (
        "# Data dictionary 数据字典\n\nMade from the migrations by `yigangtong schemas docs`; do not edit.\n\n"
        "Read the views `<table>_now`: of each key the row with the highest version, without tombstones. A time of 1970-01-01 "
        "says that it has not happened. 请查询视图 `<表>_now`；时间为 1970-01-01 表示尚未发生。\n"
    )
    return head + "".join(_section(table) for table in tables().values())


def _section(table: Table) -> str:
    zh, en = TABLES[table.name]
    key = ", ".join(f"`{name}`" for name in table.key)
    head = f"\n## {table.name}\n\n{zh}。{en[:1].upper()}{en[1:]}.\n\nKey 主键: {key}\n\n"
    head += "| column | type | meaning |\n|---|---|---|\n"
    return head + "".join(_row(table.name, name, kind) for name, kind in table.columns)


def _row(table: str, column: str, kind: str) -> str:
    return f"| `{column}` | {TYPES[kind]} | {meaning(table, column).replace('|', '&#124;')} |\n"
