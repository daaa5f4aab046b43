"""The one codec: records to and from Kafka values (Confluent wire format), singly and in batches.

Records are plain dicts; times are int milliseconds UTC, never datetime; enums are strings. Batches go through the Rust
codec where a self-test in a child process allows it (`schemas.fast`), else record by record (`schemas.slow`); both
give the same result, and `decode_batch_reference` is the slow twin that tests compare with.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import pyarrow as pa

from schemas import fast, slow, wire
from schemas.arrow import align, arrow_schema, empty, stack
from schemas.columnar import MisfitError, columns
from schemas.decoded import Decoded
from schemas.errors import CORRUPT, UNKNOWN_SCHEMA, WRONG_KIND, DecodeError, EncodeError, UnknownSchemaError
from schemas.registry import Registry, Schema, default, latest
from schemas.sample import sample
from schemas.wire import Bad

__all__ = ["Bad", "Decoded", "decode", "decode_batch", "decode_batch_reference", "encode", "encode_batch", "warm_up"]


#: For fewer records than these the detour over Arrow costs more than it saves.
_WORTH_A_BATCH: Final = 8


def encode(kind: str, record: Mapping[str, Any]) -> bytes:
    """The value of one record, in today's schema of its kind. Raises EncodeError, naming the field at fault."""
    schema = latest(kind)
    return wire.prefix(schema.id) + slow.write(record, schema)


def decode(value: bytes | None, kind: str = "", registry: Registry | None = None) -> dict[str, Any]:
    """One record, as today's schema of its kind sees it; ``kind`` "" takes any kind.

    Raises DecodeError, and RegistryUnavailableError when a foreign schema id cannot be looked up now.
    """
    writer = _writer(wire.schema_id(value), kind, registry or default())
    assert value is not None
    return slow.read(value[wire.PREFIX :], writer, latest(writer.kind))


def decode_batch(
    kind: str,
    values: Sequence[bytes | None],
    fields: Sequence[str] | None = None,
    registry: Registry | None = None,
) -> Decoded:
    """Read a batch of one topic. ``fields`` names what `Decoded.columns` will hold (None: all).

    Bad values never raise: they are in ``Decoded.bad`` with BAD_MAGIC, UNKNOWN_SCHEMA, WRONG_KIND or CORRUPT. Raises
    RegistryUnavailableError only (nothing is lost by trying the batch again).
    """
    groups, bad = wire.group(values)
    parts: list[pa.RecordBatch] = []
    good: list[int] = []
    for schema_id, indices in groups.items():
        try:
            writer = _writer(schema_id, kind, registry or default())
        except DecodeError as error:
            bad.extend(Bad(index, error.code, error.reason, error.field) for index in indices)
            continue
        members: Sequence[Any] = values if len(indices) == len(values) else [values[i] for i in indices]
        batch, refused = _read_group(members, writer)
        if refused:
            bad.extend(Bad(indices[position], CORRUPT, reason, "") for position, reason in refused)
            gone = {position for position, _ in refused}
            indices = [index for position, index in enumerate(indices) if position not in gone]
        parts.append(batch)
        good.extend(indices)
    bad.sort()
    if not parts:
        return Decoded(kind, empty(kind), [], bad, fields)
    if len(parts) == 1:
        return Decoded(kind, parts[0], good, bad, fields)
    order = sorted(range(len(good)), key=good.__getitem__)
    return Decoded(kind, stack(parts, order), sorted(good), bad, fields)


def decode_batch_reference(
    kind: str,
    values: Sequence[bytes | None],
    fields: Sequence[str] | None = None,
    registry: Registry | None = None,
) -> Decoded:
    """`decode_batch`, the obvious way: one value after the other with fastavro."""
    records: list[dict[str, Any]] = []
    good: list[int] = []
    bad: list[Bad] = []
    for index, value in enumerate(values):
        try:
            records.append(decode(value, kind, registry))
            good.append(index)
        except DecodeError as error:
            bad.append(Bad(index, error.code, error.reason, error.field))
    batch = pa.RecordBatch.from_pylist(records, schema=arrow_schema(latest(kind)))
    return Decoded(kind, batch, good, bad, fields)


def encode_batch(kind: str, records: Sequence[Mapping[str, Any]]) -> list[bytes]:
    """The values of many records of one kind, byte for byte as `encode` gives them. Raises EncodeError."""
    schema = latest(kind)
    head = wire.prefix(schema.id)
    if len(records) >= _WORTH_A_BATCH and fast.can_write(schema):
        try:
            return [head + datum for datum in fast.write(columns(records, schema), schema)]
        except (fast.RefusedError, MisfitError):
            pass  # the slow path below says which record and field, in plain words
    values = []
    for position, record in enumerate(records):
        try:
            values.append(head + slow.write(record, schema))
        except EncodeError as error:
            raise EncodeError(f"record {position} of {len(records)}: {error}", error.field) from error
    return values


def warm_up(kinds: Iterable[str]) -> None:
    """Do the self-test of these kinds now (about a second), so that the first batch does not wait for it.

    And write and read a record of each: Arrow loads half of its libraries when it is first used.
    """
    schemas = [latest(kind) for kind in kinds]
    fast.probe(schemas)
    for schema in schemas:
        decode_batch(schema.kind, encode_batch(schema.kind, [sample(schema, full=True)] * _WORTH_A_BATCH))


def _writer(schema_id: int, kind: str, registry: Registry) -> Schema:
    try:
        schema = registry.get(schema_id)
    except UnknownSchemaError as error:
        raise DecodeError(UNKNOWN_SCHEMA, str(error)) from error
    if kind and schema.kind != kind:
        raise DecodeError(
            WRONG_KIND,
            f"the record is of kind {schema.kind} (schema id {schema_id}), this topic holds {kind} records: "
            "publish it to the topic of its kind",
        )
    return schema


def _read_group(values: Sequence[bytes], writer: Schema) -> tuple[pa.RecordBatch, list[tuple[int, str]]]:
    """The rows of values of one schema, and (position, reason) of those that are corrupt."""
    if fast.can_read(writer):
        batch, refused = fast.read(values, writer, wire.PREFIX)
        aligned = align(batch, writer)
        if aligned is not None:
            return aligned, [(position, _why(values[position], writer)) for position in refused]
    records, refusals = [], []
    reader = latest(writer.kind)
    for position, value in enumerate(values):
        try:
            records.append(slow.read(value[wire.PREFIX :], writer, reader))
        except DecodeError as error:
            refusals.append((position, error.reason))
    return pa.RecordBatch.from_pylist(records, schema=arrow_schema(reader)), refusals


def _why(value: bytes, writer: Schema) -> str:
    try:
        slow.read(value[wire.PREFIX :], writer)
    except DecodeError as error:
        return error.reason
    return f"the record is not written as Avro demands for schema {writer.id}: a boolean is neither 0 nor 1"
