"""The event catalogue for people: what each event is, who sends it, which decisions use it, and every field."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import yaml

from schemas.examples import examples
from schemas.explain import expand
from schemas.registry import latest
from schemas.rules import NEEDED
from schemas.topics import load_topics

USES: Final = Path(__file__).parents[2] / "schemas" / "uses.yaml"
#: Fields of the envelope, which all kinds begin with.
_LAST_OF_ENVELOPE: Final = "quality_flags"
_HEAD: Final = """# Event catalogue 事件目录

What ports send, kind by kind. Made from `schemas/` by `yigangtong schemas docs`: change it there.

An event is one flat Avro record (Confluent wire format, schema ids in `schemas/avro/ids.yaml`); over HTTP the same fields
are JSON, with times as ISO 8601 text (see [ways-in.md](ways-in.md)). Times are UTC milliseconds. `–` in the column
*needed* means that the field may be left out. A code that is not known is kept as it was sent, and flagged.
"""


def catalogue() -> str:
    """The page, as Markdown."""
    uses = yaml.safe_load(USES.read_text("utf-8"))
    return "\n".join([_HEAD, *_envelope(), *(line for kind in uses for line in _kind(kind, uses[kind]))]) + "\n"


def _envelope() -> Iterator[str]:
    yield "## The envelope 信封\n"
    yield "Every event begins with these fields. Identity is (`source_party`, `source_system`, `event_id`): the same identity"
    yield "with a later `updated_time` is a correction, with `is_retracted` a retraction. Sending one again does no harm.\n"
    fields = latest("gate").declared["fields"]
    names = [field["name"] for field in fields]
    yield from _table(fields[: names.index(_LAST_OF_ENVELOPE) + 1], set())


def _kind(kind: str, uses: Mapping[str, Any]) -> Iterator[str]:
    declared = latest(kind).declared
    topics = load_topics().source_topics(kind)
    yield f"\n## {kind}\n"
    yield f"{declared.get('doc', '')}.\n"
    yield f"Topics: {', '.join(f'`{topic.name}`' for topic in topics)}. Key: {topics[0].key}.\n"
    for event_type, use in uses.items():
        yield f"### {kind}: {event_type}\n"
        yield f"Sent by 发送方: {use['sent_by']['en']}（{use['sent_by']['zh']}）\n"
        yield "Decisions that use it 用途:\n"
        for each in use["used_for"]:
            yield f"- {each['en']}（{each['zh']}）"
        subject, more = NEEDED[kind][event_type]
        needed = [f"`{name}`" for name in subject + more]
        yield f"\nCannot do without: {', '.join(needed) or 'the envelope alone'}.\n"
        if example := _example(kind, event_type):
            yield f"Example 示例:\n\n```json\n{json.dumps(example, ensure_ascii=False, indent=1)}\n```\n"
    fields = declared["fields"]
    names = [field["name"] for field in fields]
    yield f"Fields of {kind} 字段:\n"
    always = set.intersection(*(set(first + more) for first, more in NEEDED[kind].values()))
    yield from _table(fields[names.index(_LAST_OF_ENVELOPE) + 1 :], always)


def _example(kind: str, event_type: str) -> Mapping[str, Any] | None:
    shown = (r for r in examples(kind).values() if r["event_type"] == event_type and not r.get("is_retracted"))
    return next(shown, None)


def _table(fields: list[Mapping[str, Any]], needed: set[str]) -> Iterator[str]:
    yield "| field | type | needed | meaning |"
    yield "|---|---|---|---|"
    named: dict[str, Any] = {}
    for field in fields:
        must = "yes" if "default" not in field or field["name"] in needed else "–"
        yield f"| `{field['name']}` | {_type(expand(field['type'], named))} | {must} | {_cell(field.get('doc', ''))} |"


def _type(node: Any) -> str:
    if isinstance(node, list):
        return _type(next(branch for branch in node if branch != "null"))
    if isinstance(node, str):
        return {"string": "text", "double": "number", "int": "whole number", "long": "whole number", "boolean": "true/false"}[
            node
        ]
    if node.get("logicalType") == "timestamp-millis":
        return "time"
    if node["type"] == "enum":
        return " ".join(node["symbols"])
    if node["type"] == "array":
        return f"list of {_type(node['items'])}"
    return "{" + ", ".join(f"{part['name']}: {_type(part['type'])}" for part in node["fields"]) + "}"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
