"""Rules in EDIFACT's own notation: ``LOC+9+{pol}`` takes the place of a LOC with the qualifier 9 for the field ``pol``.

Literals are qualifiers that must stand there, ``|`` between those that will do (an empty one among them: nothing may
stand there). What is left empty, or ``*``, is not looked at. ``{name}`` is the field that takes the value,
``{name=A|B}`` one that takes it and must be one of these literals.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final, NamedTuple

import yaml

FOLDER: Final = Path(__file__).with_name("messages")
#: Files of the folder that are no messages.
_SHARED: Final = ("segments", "codes", "common", "qualifiers")
_FIELD: Final = re.compile(r"\{(\w+)(?:=([^}]+))?\}")
_SEGMENT: Final = re.compile(r"(\w+)(?:\((.*?)\))?")


class TableError(ValueError):
    """A table that makes no sense: the text says which rule."""


class Rule(NamedTuple):
    """``field`` takes component ``part`` of element ``element`` of a segment ``tag`` whose literals ``needs`` hold:
    (element, part, what may stand there). ``flag``: a quality flag that it sets instead. ``text``: as written."""

    text: str
    tag: str
    field: str
    element: int
    part: int
    needs: tuple[tuple[int, int, frozenset[str]], ...]
    flag: str = ""


def parse(text: str, flag: str = "") -> list[Rule]:
    """The rules of one template, one for each field. Raises TableError."""
    tag, *elements = text.split("+")
    if tag not in segment_table():
        raise TableError(f"{text}: segment {tag} is not in segments.yaml")
    needs: list[tuple[int, int, frozenset[str]]] = []
    fields: list[tuple[str, int, int]] = []
    for element, parts in enumerate(elements, 1):
        for part, value in enumerate(parts.split(":")):
            found = _FIELD.fullmatch(value)
            if value:
                element_id(tag, element, part)
            if found:
                fields.append((found[1], element, part))
                value = found[2] or ""
            if value and value != "*":
                needs.append((element, part, frozenset(value.split("|"))))
    if flag:
        fields.append((f"!{flag}", 0, 0))
    if not fields:
        raise TableError(f"{text}: names no field")
    return [Rule(text, tag, name, element, part, tuple(needs), flag) for name, element, part in fields]


@cache
def segment_table() -> Mapping[str, tuple[tuple[str, ...], ...]]:
    """Tag -> its elements, each as its ids: the composite's, if it is one, then those of its components."""
    lines = read_yaml("segments")
    return {
        str(tag): tuple(
            (name, *inner.split()) if inner else (name,) for name, inner in _SEGMENT.findall(str(elements))
        )
        for tag, elements in lines.items()
    }  # fmt: skip


def element_id(tag: str, element: int, part: int) -> str:
    """How people name a place in a segment: ``EQD C237/8260``. Raises TableError for a place that is none."""
    elements = segment_table()[tag]
    if element <= len(elements):
        names = elements[element - 1]
        if len(names) == 1 and part == 0:
            return f"{tag} {names[0]}"
        if part + 1 < len(names):
            return f"{tag} {names[0]}/{names[part + 1]}"
    raise TableError(f"{tag} has no component {part + 1} in element {element}")


def place_of(element: str) -> tuple[int, int] | None:
    """(element, component), from 1, of a place as `element_id` names it; None where the text is not one."""
    tag, _, name = element.partition(" ")
    for number, names in enumerate(segment_table().get(tag, ()), 1):
        for part, known in enumerate(names):
            if name in (known, f"{names[0]}/{known}"):
                return number, max(part, 1) if len(names) > 1 else 0
    return None


def read_yaml(name: str) -> dict[str, Any]:
    """One file of the folder of tables."""
    document = yaml.load((FOLDER / f"{name}.yaml").read_text("utf-8"), Loader=_LOADER)
    if not isinstance(document, dict):
        raise TableError(f"{name}.yaml holds no table")
    return document


def names() -> list[str]:
    """The message types that have a table."""
    return sorted(path.stem.upper() for path in FOLDER.glob("*.yaml") if path.stem not in _SHARED)


_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Node(NamedTuple):
    """Rules of one tag: by the first component of the first element, and those that do not look at it."""

    by_qualifier: dict[str, tuple[Action, ...]]
    others: tuple[Action, ...]


#: (field, rank among the field's rules, element, part, further literals)
Action = tuple[str, int, int, int, tuple[tuple[int, int, frozenset[str]], ...]]


def compiled(rules: Iterable[Rule], listed: Collection[str]) -> dict[str, Node]:
    """The rules as they are looked up, segment by segment. A rule that stands first in the table goes before later ones
    for the same field, wherever their segments stand; of the fields that are ``listed`` all are taken (rank -1)."""
    ranks: dict[str, int] = {}
    ordered: dict[str, list[tuple[frozenset[str] | None, Action]]] = {}
    for rule in rules:
        rank = ranks[rule.field] = -1 if rule.field in listed else ranks.get(rule.field, -1) + 1
        needs = rule.needs
        first = next((allowed for element, part, allowed in needs if (element, part) == (1, 0)), None)
        more = tuple(need for need in needs if (need[0], need[1]) != (1, 0))
        part = 0 if rule.tag == "DTM" else rule.part  # a time that is left empty is a wrong one, not none
        ordered.setdefault(rule.tag, []).append((first, (rule.field, rank, rule.element, part, more)))
    nodes = {}
    for tag, entries in ordered.items():
        qualifiers = {qualifier for first, _ in entries if first is not None for qualifier in first}
        nodes[tag] = Node(
            {q: tuple(a for first, a in entries if first is None or q in first) for q in qualifiers},
            tuple(action for first, action in entries if first is None),
        )
    return nodes
