"""The obvious reader and writer, one record at a time with fastavro: reference and fallback of the fast path."""

from __future__ import annotations

import io
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import fastavro

from schemas.errors import CORRUPT, DecodeError, EncodeError
from schemas.explain import misfit
from schemas.registry import Schema


def read(datum: bytes, writer: Schema, reader: Schema | None = None) -> dict[str, Any]:
    """The record in a datum (without the 5-byte prefix), as ``reader`` sees it (None: as written).

    Raises DecodeError CORRUPT when it is cut short, has bytes left over or holds values that the schema does not allow.
    """
    stream = io.BytesIO(datum)
    try:
        record = fastavro.schemaless_reader(stream, writer.parsed, reader.parsed if reader else None)
    except Exception as error:  # fastavro raises EOFError, IndexError, ValueError, UnicodeDecodeError, ...
        raise DecodeError(
            CORRUPT,
            f"the {len(datum)} bytes after the prefix are not a {writer.kind} record of schema {writer.id} "
            f"({type(error).__name__}: {error} near byte {stream.tell()}): cut short, or written with another schema",
        ) from error
    left = len(datum) - stream.tell()
    if left:
        raise DecodeError(
            CORRUPT,
            f"{left} bytes are left over after a {writer.kind} record of schema {writer.id} ended at byte "
            f"{stream.tell()}: written with another schema, or two records in one value",
        )
    return dict(record) if isinstance(record, dict) else {}


def write(record: Mapping[str, Any], schema: Schema) -> bytes:
    """The datum of a record. Raises EncodeError for missing, unknown or ill-typed fields."""
    known, required = _names(schema)
    unknown = sorted(record.keys() - known)
    if unknown:
        raise EncodeError(
            f"a {schema.kind} record has no field {', '.join(unknown)}; it has {', '.join(schema.fields)}", unknown[0]
        )
    missing = sorted(required - record.keys())
    if missing:
        raise EncodeError(f"a {schema.kind} record needs {', '.join(missing)}", missing[0])
    stream = io.BytesIO()
    record = {**_byte_defaults(schema), **record}
    try:
        fastavro.schemaless_writer(stream, schema.parsed, record, strict_allow_default=True)
    except Exception as error:  # fastavro raises TypeError, ValueError, OverflowError, AttributeError, ...
        name, words = misfit(record, schema)
        raise EncodeError(f"a {schema.kind} record cannot be written: {words or error}", name) from error
    return stream.getvalue()


@lru_cache(maxsize=256)
def _names(schema: Schema) -> tuple[frozenset[str], frozenset[str]]:
    """All fields, and those that a writer must give: neither a default nor null is allowed for them."""
    fields = schema.parsed["fields"]
    return frozenset(f["name"] for f in fields), frozenset(
        f["name"] for f in fields if "default" not in f and not (isinstance(f["type"], list) and "null" in f["type"])
    )


@lru_cache(maxsize=256)
def _byte_defaults(schema: Schema) -> dict[str, bytes]:
    """Defaults of bytes fields: Avro writes them as text (one character a byte), and fastavro would take them so."""
    return {
        f["name"]: f["default"].encode("latin-1")
        for f in schema.parsed["fields"]
        if f["type"] == "bytes" and "default" in f
    }
