"""The examples and counter-examples that stand beside the schemas: documentation that tests hold to the truth.

``examples/<kind>/<name>.json`` is a record. ``counterexamples/<kind>/<name>.json`` is a record that breaks one rule,
with the code and the field it is refused with; code ENCODE means that it does not even fit the schema. Bytes are
written as text with one character (U+0000 to U+00FF) a byte, as in Avro's own JSON.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final, NamedTuple

from schemas.registry import latest

HERE: Final = Path(__file__).parent
ENCODE: Final = "ENCODE"


class Counterexample(NamedTuple):
    """A record that must be refused with this code, at this field."""

    record: dict[str, Any]
    code: str
    field: str


def examples(kind: str) -> dict[str, dict[str, Any]]:
    """Name to record, for one kind."""
    return {path.stem: _bytes(kind, json.loads(path.read_text("utf-8"))) for path in _files("examples", kind)}


def counterexamples(kind: str) -> dict[str, Counterexample]:
    """Name to counter-example, for one kind."""
    found = {}
    for path in _files("counterexamples", kind):
        entry = json.loads(path.read_text("utf-8"))
        found[path.stem] = Counterexample(_bytes(kind, entry["record"]), entry["code"], entry["field"])
    return found


def _files(base: str, kind: str) -> list[Path]:
    return sorted((HERE / base / kind).glob("*.json"))


def _bytes(kind: str, record: dict[str, Any]) -> dict[str, Any]:
    for field in latest(kind).declared["fields"]:
        value = record.get(field["name"])
        if "bytes" in (field["type"] if isinstance(field["type"], list) else [field["type"]]) and value is not None:
            record[field["name"]] = value.encode("latin-1")
    return record
