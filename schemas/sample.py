"""Made-up records of any schema: every optional field absent, or every one present. Used to probe decoders."""

from __future__ import annotations

from typing import Any

from schemas.registry import Schema


def sample(schema: Schema, full: bool) -> dict[str, Any]:
    """A record that the schema allows; ``full`` takes the last branch of each union and fills arrays."""
    named: dict[str, Any] = {}
    return {f["name"]: _value(f["type"], full, named) for f in schema.parsed["fields"]}


def _value(node: Any, full: bool, named: dict[str, Any]) -> Any:
    if isinstance(node, list):
        return _value(node[-1 if full else 0], full, named)
    if isinstance(node, str):
        plain = {
            "null": None, "string": "一港通 x", "long": -(2**40) - 7, "int": 123_456, "double": 1.5, "float": 0.5,
            "boolean": True, "bytes": b"\x00\xff",
        }  # fmt: skip
        return plain[node] if node in plain else _value(named[node], full, named)
    kind = node["type"]
    if kind in ("record", "enum", "fixed"):
        named[node["name"]] = node
    if kind == "record":
        return {f["name"]: _value(f["type"], full, named) for f in node["fields"]}
    if kind == "enum":
        return node["symbols"][-1]
    if kind == "fixed":
        return b"\x01" * node["size"]
    if kind == "array":
        return [_value(node["items"], full, named)] * 2 if full else []
    if kind == "map":
        return {"k": _value(node["values"], full, named)} if full else {}
    return _value(kind, full, named)
