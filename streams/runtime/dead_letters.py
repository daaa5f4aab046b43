"""Refused records: told to their sender's operators with the reason, and kept as they were."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from schemas.codec import encode
from schemas.wire import Bad
from streams.runtime.ports import Message, Record

CODE_VERSION = "1"


def letters(records: Sequence[Record], bad: Sequence[Bad], now_ms: int) -> list[Message]:
    """Dead-letter messages for the refused records of a batch."""
    out: list[Message] = []
    for b in bad:
        record = records[b.position]
        schema_id = int.from_bytes(record.value[1:5], "big") if record.value and len(record.value) >= 5 else None
        if schema_id is not None and schema_id > 0x7FFFFFFF:
            schema_id = None
        out.append((record.key, encode("dead-letter", {
            "topic": record.topic, "partition": record.partition, "offset": record.offset, "key": record.key,
            "reason_code": b.code, "reason": b.reason, "field": b.field or None, "schema_id": schema_id,
            "code_version": CODE_VERSION, "original": record.value, "failed_at": now_ms,
        })))  # fmt: skip
    return out


def rows(records: Sequence[Record], bad: Sequence[Bad]) -> list[tuple[Any, ...]]:
    """The same as rows of table ``dead_letters``."""
    return [
        (
            records[b.position].topic, records[b.position].partition, records[b.position].offset, b.code, b.reason, b.field,
            records[b.position].timestamp, records[b.position].value or b"", 1,
        )
        for b in bad
    ]  # fmt: skip
