"""Refused records and rows: told to their sender's operators with the reason, and kept as they were."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final
from zlib import crc32

from schemas.codec import encode
from schemas.wire import Bad
from streams.runtime.ports import Message, Record

#: Which rules refused a record; raised when what is refused changes, so that a replay can pick those that may pass now.
CODE_VERSION: Final = "1"
#: Reason code of a row that the store cannot hold.
UNSTORABLE: Final = "UNSTORABLE"


def letters(records: Sequence[Record], bad: Sequence[Bad], now_ms: int) -> list[Message]:
    """Dead-letter messages for the refused records of a batch."""
    return [_letter(r.topic, r.partition, r.offset, r.key, r.value, b, now_ms) for b in bad for r in (records[b.position],)]


def rows(records: Sequence[Record], bad: Sequence[Bad]) -> list[tuple[Any, ...]]:
    """The same as rows of table ``dead_letters``."""
    return [
        (r.topic, r.partition, r.offset, b.code, b.reason, b.field, r.timestamp, r.value or b"", 1)
        for b in bad
        for r in (records[b.position],)
    ]


def unstorable_letter(row: Mapping[str, Any], reason: str, now_ms: int) -> Message:
    """The dead letter of an event whose row of ``events`` the store refused."""
    bad = Bad(0, UNSTORABLE, reason, "")
    key = (row["container_no"] or row["bill_no"] or row["vessel_id"]).encode()
    payload = row["payload"] or None
    return _letter(row["topic"], row["kafka_partition"], row["kafka_offset"], key, payload, bad, now_ms)


def unstorable(table: str, refused: Sequence[Mapping[str, Any]], reason: str, now_ms: int) -> list[tuple[Any, ...]]:
    """Rows of ``dead_letters`` for rows that the store refused. A derived row has no coordinates: its table's name stands
    for the topic, and a hash of the row for the offset."""
    out: list[tuple[Any, ...]] = []
    for row in refused:
        text = repr(dict(row)).encode("utf-8", "backslashreplace")
        if table == "events" and row["topic"]:
            place = (row["topic"], row["kafka_partition"], row["kafka_offset"])
            text = row["payload"]
        else:
            place = (table, 0, crc32(text))
        out.append((*place, UNSTORABLE, reason, "", now_ms, text, 1))
    return out


def _letter(topic: str, partition: int, offset: int, key: bytes | None, value: bytes | None, bad: Bad, now_ms: int) -> Message:
    schema_id = int.from_bytes(value[1:5], "big") if value and len(value) >= 5 and not value[0] else None
    return key, encode("dead-letter", {
        "topic": topic, "partition": partition, "offset": offset, "key": key, "reason_code": bad.code,
        "reason": bad.reason, "field": bad.field or None,
        "schema_id": schema_id if schema_id is None or schema_id < 1 << 31 else None,  # an Avro int
        "code_version": CODE_VERSION, "original": value, "failed_at": now_ms,
    })  # fmt: skip
