"""Which field of a record does not fit its schema, and what was expected there, in plain words."""

from __future__ import annotations

import io
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

import fastavro

from schemas.registry import Schema

_WORDS: Final = {
    "string": "text", "long": "a whole number", "int": "a whole number below 2,147,483,648", "double": "a number",
    "boolean": "true or false", "bytes": "bytes", "null": "nothing",
}  # fmt: skip


def misfit(record: Mapping[str, Any], schema: Schema) -> tuple[str, str]:
    """(field, words) of the first field whose value does not fit; ("", "") when each fits by itself."""
    for name, (alone, expected) in _fields(schema).items():
        if name not in record:
            continue
        try:
            fastavro.schemaless_writer(io.BytesIO(), alone, {name: record[name]}, strict_allow_default=True)
        except Exception:  # whatever the writer raises, this is the field
            return name, f"{name} is {record[name]!r}; expected {expected}"
    return "", ""


@lru_cache(maxsize=64)
def _fields(schema: Schema) -> dict[str, tuple[Any, str]]:
    """Field to a schema of that field alone, and the words for its type."""
    named: dict[str, Any] = {}
    out = {}
    for field in schema.parsed["fields"]:
        whole = expand(field["type"], named)
        alone = {"type": "record", "name": "Alone", "fields": [{"name": field["name"], "type": whole}]}
        out[field["name"]] = fastavro.parse_schema(alone), _words(whole)
    return out


def expand(node: Any, named: dict[str, Any]) -> Any:
    """The type with references by name replaced by what they name."""
    if isinstance(node, str):
        return named.get(node, node)
    if isinstance(node, list):
        return [expand(branch, named) for branch in node]
    made = dict(node)
    if node["type"] == "record":
        made["fields"] = [{**f, "type": expand(f["type"], named)} for f in node["fields"]]
    if "items" in node:
        made["items"] = expand(node["items"], named)
    if "name" in node:
        named[node["name"]] = made
    return made


def _words(node: Any) -> str:
    if isinstance(node, str):
        return _WORDS.get(node, node)
    if isinstance(node, list):
        return " or ".join(_words(branch) for branch in node if branch != "null") + (" or nothing" * ("null" in node))
    if node["type"] == "enum":
        return f"one of {', '.join(node['symbols'])}"
    if node["type"] == "array":
        return f"a list, each {_words(node['items'])}"
    if node["type"] == "record":
        return "a record of " + ", ".join(f"{f['name']} ({_words(f['type'])})" for f in node["fields"])
    return _words(node["type"])
