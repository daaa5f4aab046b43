"""The schema of a kind of event as JSON Schema (2020-12), for what the gateway takes: see :mod:`schemas.plain`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from schemas.explain import expand
from schemas.registry import latest
from schemas.rules import EVENT_ID_MAX, NEEDED

_TIME: Final[dict[str, Any]] = {
    "anyOf": [{"type": "string", "format": "date-time"}, {"type": "integer", "description": "UTC milliseconds"}]
}
_SIMPLE: Final[dict[str, dict[str, Any]]] = {
    "string": {"type": "string"}, "int": {"type": "integer", "minimum": -(2**31), "maximum": 2**31 - 1},
    "long": {"type": "integer"}, "double": {"type": "number"}, "boolean": {"type": "boolean"},
}  # fmt: skip
#: What a sender may leave out though the event has it: see :func:`schemas.plain.read_plain`.
_IMPLIED: Final = frozenset({"classifier", "updated_time", "port", "source_party", "source_system"})


def event_schema(kind: str) -> dict[str, Any]:
    """JSON Schema of one event of ``kind``; port and sender come from the API key and may be left out."""
    named: dict[str, Any] = {}
    declared = latest(kind).declared
    types = [name for name in NEEDED[kind] if name != "WATERMARK"]
    properties: dict[str, Any] = {}
    required = []
    for field in declared["fields"]:
        name = field["name"]
        properties[name] = {**_node(expand(field["type"], named)), "description": field.get("doc", "")}
        if "default" not in field and name not in _IMPLIED and not (name == "event_type" and len(types) == 1):
            required.append(name)
    properties["event_type"]["enum"] = types
    properties["event_id"] |= {"minLength": 1, "maxLength": EVENT_ID_MAX}
    return {
        "type": "object", "description": declared.get("doc", ""), "properties": properties, "required": required,
        "additionalProperties": False,
    }  # fmt: skip


def _node(node: Any) -> dict[str, Any]:
    if isinstance(node, list):
        known = _node(next(branch for branch in node if branch != "null"))
        return {"anyOf": [*known.get("anyOf", [known]), {"type": "null"}]} if "null" in node else known
    if isinstance(node, str):
        return dict(_SIMPLE[node])
    if node.get("logicalType") == "timestamp-millis":
        return dict(_TIME)
    if node["type"] == "enum":
        return {"type": "string", "enum": list(node["symbols"])}
    if node["type"] == "array":
        return {"type": "array", "items": _node(node["items"])}
    if node["type"] == "record":
        return _record(node)
    return dict(_SIMPLE[node["type"]])


def _record(node: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {f["name"]: {**_node(f["type"]), "description": f.get("doc", "")} for f in node["fields"]},
        "required": [f["name"] for f in node["fields"] if "default" not in f],
        "additionalProperties": False,
    }
