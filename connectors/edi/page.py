"""The message tables as a page for people: which message becomes what, field by field (docs/edi.md is held to it)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from connectors.edi.tables import Table, Target, code_lists, tables
from connectors.edi.templates import Rule, read_yaml
from connectors.edi.values import MADE_OF
from connectors.reading.problem_texts import TEXTS
from schemas.registry import latest

#: Fields of every event of which the message says something, and what they are made of.
_ALWAYS: Final = {
    "container_no": ("container_no",), "vessel_id": ("vessel_no",), "voyage": ("voyage",), "terminal_code": ("terminal",),
    "unlocode_raw": ("locode", "here"),
}  # fmt: skip


#: How the page begins: what stands before it in the document was written by people.
BEGIN: Final = "## Which message becomes what\n"


def page() -> str:
    """Markdown, from the first table to the last problem."""
    parts = (_overview(), *map(_table, tables().values()), _codes(), _qualifiers(), _problems())
    return "\n".join(line for part in parts for line in part)


def _overview() -> Iterator[str]:
    yield BEGIN.rstrip()
    yield ""
    yield "| message | what it is | becomes |"
    yield "|---|---|---|"
    for table in tables().values():
        becomes = "; ".join(f"{target.kind} {target.event} {target.classifier}" for target in table.becomes)
        yield f"| [{table.message}](#{table.message.lower()}) | {table.en} {table.zh} | {becomes or 'no event, told'} |"
    yield ""


def _table(table: Table) -> Iterator[str]:
    yield f"### {table.message}"
    yield ""
    yield f"{table.en} {table.zh}. Source: {table.source}."
    if table.notes:
        yield f"{' '.join(table.notes.split())}"
    yield ""
    yield from _facts(table)
    for target in table.becomes:
        yield from _target(table, target)


def _facts(table: Table) -> Iterator[str]:
    for entry in table.documents:
        codes = ", ".join(f"{code} {operation}" for code, operation in entry.codes.items())
        practice = ", ".join(f"{code} {operation}" for code, operation in entry.practice.items())
        last = "on" if entry.last == "99Z" else f"to D.{entry.last}"
        yield f"- Document code (BGM 1001), D.{entry.first} {last}: {codes}{f'; with a flag {practice}' if practice else ''}."
    if table.group:
        begins = " or ".join(f"`{text}`" for text in table.group)
        again = f"; another `{table.again}` in it begins the next" if table.again else ""
        yield f"- A group begins with {begins}{again}."
    if table.context:
        yield f"- `{'`, `'.join(table.context)}` holds for the groups after it."
    for place, meaning in table.place.items():
        words = {"pod": "discharged here", "pol": "loaded here", "other": "neither here", "unnamed": "no port named (flag)"}
        yield f"- {words[place].capitalize()}: {meaning}."
    for status, meaning in table.statuses.items():
        yield f"- Status (EQD 8249) {status}: {'SHIF' if meaning == 'SHIF' else f'no move, {meaning}'}."
    amends = "RFF+ACW names it, else its own number"
    if table.amends == "RFF+ACW":
        amends = "RFF+ACW must name it (without it 4 and 5 are reports of their own, with a flag)"
    if table.becomes:
        yield f"- Function (BGM 1225) 9 original; 4, 5 replace and 1, 3 cancel an earlier document: {amends}."
        yield ""


def _target(table: Table, target: Target) -> Iterator[str]:
    constants = ", ".join(f"{name} {_constant(value)}" for name, value in target.constants.items())
    yield f"**{target.kind} {target.event}**, {target.classifier}{f': {constants}' if constants else ''}."
    yield ""
    yield "| field | from |"
    yield "|---|---|"
    yield f"| event_time | {_time(table, target)} |"
    for field, raw in _ALWAYS.items():
        if field not in target.fields and (rules := _rules(table, raw)) and field in latest(target.kind).fields:
            yield f"| {field} | {rules} |"
    for field in target.fields:
        raw = tuple(
            name for choice in (target.prefer.get(field) or {}).values() for name in choice
        ) or MADE_OF.get(field, (field,))  # fmt: skip
        yield f"| {field} | {_rules(table, raw)} |"
    yield ""


def _constant(value: object) -> str:
    return " / ".join(f"{word} ({when})" for when, word in value.items()) if isinstance(value, dict) else str(value)


def _time(table: Table, target: Target) -> str:
    parts = []
    for operation, fields in target.time.items():
        if fields:
            parts.append(f"{f'{operation}: ' if operation else ''}{', else '.join(_rules(table, (name,)) for name in fields)}")
    if target.time_else:
        parts.append("else the document's time" if parts else "the document's time")
    return "; ".join(parts)


def _rules(table: Table, fields: Iterable[str]) -> str:
    """The rules of these fields, in the order in which they count; what the head says stands in for the group."""
    found: list[Rule] = []
    for field in fields:
        for level in (table.item_rules, table.box_rules, table.head_rules):
            found += [rule for rule in level if rule.field == field]
    return ", ".join(dict.fromkeys(f"`{_shown(rule)}`" for rule in found))


def _shown(rule: Rule) -> str:
    return rule.text.replace("|", "\\|")


def _codes() -> Iterator[str]:
    yield "## Code lists"
    yield ""
    yield "| list | codes | source |"
    yield "|---|---|---|"
    for entry in code_lists().values():
        codes = ", ".join(f"{code} {word}" if word != "" else str(code) for code, word in entry.codes.items())
        unknown = f"; others: flag {entry.unknown}" if entry.unknown else ""
        yield f"| {entry.number} | {codes}{unknown} | {entry.source} |"
    yield ""


def _qualifiers() -> Iterator[str]:
    yield "## Qualifiers"
    yield ""
    yield "| list | qualifier: meaning |"
    yield "|---|---|"
    for number, meanings in read_yaml("qualifiers").items():
        yield f"| {number} | {', '.join(f'{code}: {meaning}' for code, meaning in meanings.items())} |"
    yield ""


def _problems() -> Iterator[str]:
    yield "## What the problems mean"
    yield ""
    yield "| code | English | 中文 |"
    yield "|---|---|---|"
    for code, (english, chinese) in sorted(TEXTS.items()):
        said = (text.format(value="…", expected="…").replace("|", "\\|") for text in (english, chinese))
        yield f"| {code} | {' | '.join(said)} |"
    yield ""
