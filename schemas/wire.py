"""Confluent wire format: magic byte 0, schema id (4 bytes, big-endian), then the Avro datum."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import Final, NamedTuple

from schemas.errors import BAD_MAGIC, DecodeError

PREFIX: Final = 5
_HEAD: Final = struct.Struct(">BI")


class Bad(NamedTuple):
    """A record of a batch that was refused: its position in the batch, why (code and words), and the field at fault."""

    position: int
    code: str
    reason: str
    field: str


def prefix(schema_id: int) -> bytes:
    """The five bytes before a datum of this schema."""
    return _HEAD.pack(0, schema_id)


def schema_id(value: bytes | None) -> int:
    """The schema id of a value. Raises DecodeError BAD_MAGIC when it has none."""
    if value is None:
        raise DecodeError(BAD_MAGIC, "the record has no value (a tombstone); an Avro record was expected")
    if len(value) < PREFIX or value[0]:
        raise DecodeError(
            BAD_MAGIC,
            f"the value ({len(value)} bytes) begins with {value[:PREFIX].hex() or 'nothing'}; expected 00 and a 4-byte "
            "schema id (Confluent wire format): write with a Confluent Avro serializer or this platform's codec",
        )
    return int(_HEAD.unpack_from(value)[1])


def group(values: Sequence[bytes | None]) -> tuple[dict[int, list[int]], list[Bad]]:
    """Indices of the values by schema id, and those that have none."""
    groups: dict[int, list[int]] = {}
    bad: list[Bad] = []
    ids: dict[bytes, int] = {}
    for index, value in enumerate(values):
        found = None if value is None else ids.get(value[:PREFIX])
        if found is None:
            try:
                found = schema_id(value)
            except DecodeError as error:
                bad.append(Bad(index, error.code, error.reason, error.field))
                continue
            ids[value[:PREFIX]] = found  # type: ignore[index]
            groups.setdefault(found, [])
        groups[found].append(index)
    return groups, bad
