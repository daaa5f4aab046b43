"""One writer and one reader for every document of a profile, both driven by its tables, both strict."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final
from xml.etree import ElementTree as Tree

from connectors.customs.profile import Profile, Row, Table
from connectors.customs.values import Misfit, check, from_text, to_text
from connectors.customs.xml_events import Leaf, XmlProblem, leaves

#: A message to or from customs is small; a longer one is not read.
MAX_BYTES: Final = 1 << 20


class DocumentProblem(ValueError):
    """What does not fit a table; the message names path, value and what was expected."""


def write(profile: Profile, table: Table, fields: Mapping[str, Any]) -> bytes:
    """The document that a table makes of these fields: equal bytes for equal fields. Raises DocumentProblem."""
    root = Tree.Element(table.root)
    if not profile.verified:
        root.append(Tree.Comment(f" profile {profile.title}: not to be sent to customs "))
    for row in table.rows:
        text = row.constant or _text(table, row, fields.get(row.field))
        if text:
            _place(root, row.path.split("/")).text = text
    Tree.indent(root)
    written: bytes = Tree.tostring(root, "UTF-8", xml_declaration=True)
    return written + b"\n"


def _text(table: Table, row: Row, value: Any) -> str:
    if value is None or value == "":
        if row.need == "M":
            raise DocumentProblem(f"{table.name}, {row.path}: {row.field} is empty; expected {row.expected or row.type}")
        return ""
    try:
        if row.codes and value not in row.codes:
            raise Misfit(f"one of {', '.join(row.codes)}")
        text = row.codes[value] if row.codes else to_text(value, row.format)
        _check(row, text)
    except Misfit as misfit:
        raise DocumentProblem(f"{table.name}, {row.path}: {row.field} is {value!r}; expected {misfit}") from misfit
    return text


def _place(root: Tree.Element, names: Sequence[str]) -> Tree.Element:
    """The element of a path; the branches that the one before it opened are gone on with."""
    at = root
    for name in names[:-1]:
        last = at[-1] if len(at) else None
        at = last if last is not None and last.tag == name else Tree.SubElement(at, name)
    return Tree.SubElement(at, names[-1])


def _check(row: Row, text: str) -> None:
    check(text, row.type)
    if row.pattern and not re.fullmatch(row.pattern, text):
        raise Misfit(row.expected or f"a text like {row.pattern}")


def read(content: bytes) -> dict[str, Leaf]:
    """All leaves of a small document by path. Raises DocumentProblem: no XML we accept, or an element that repeats."""
    if len(content) > MAX_BYTES:
        raise DocumentProblem(f"the message has {len(content)} bytes; expected at most {MAX_BYTES}")
    found: dict[str, Leaf] = {}
    try:
        for leaf in leaves([content]):
            if leaf.path in found:
                raise DocumentProblem(f"line {leaf.line}: {leaf.path} stands there twice; expected it once")
            found[leaf.path] = leaf
    except XmlProblem as problem:
        raise DocumentProblem(str(problem)) from problem
    return found


def root_of(found: Mapping[str, Leaf]) -> str:
    """Name of the root element."""
    return next(iter(found)).partition("/")[0]


def fields_of(table: Table, found: Mapping[str, Leaf]) -> dict[str, Any]:
    """What a document says, by the fields of its table; an absent one is "". Raises DocumentProblem."""
    wanted = {f"{table.root}/{row.path}": row for row in table.rows}
    for path, leaf in found.items():
        if path not in wanted and (leaf.text or not _opens(path, wanted)):
            raise DocumentProblem(f"{table.name}, line {leaf.line}: {path} is {leaf.text[:40]!r}; expected no such element")
    said: dict[str, Any] = {row.field: "" for row in table.rows if row.field}
    for path, row in wanted.items():
        text = found[path].text if path in found else ""
        if not text:
            if row.need == "M":
                raise DocumentProblem(f"{table.name}: {path} is missing; expected {row.expected or row.type}")
            continue
        value = _value(table, row, path, text)
        if row.field:
            if said[row.field] not in ("", value):
                raise DocumentProblem(f"{table.name}: {path} is {text!r}; another element says {said[row.field]!r}")
            said[row.field] = value
    return said


def _opens(path: str, wanted: Iterable[str]) -> bool:
    """An empty element whose children are all left out."""
    return any(each.startswith(f"{path}/") for each in wanted)


def _value(table: Table, row: Row, path: str, text: str) -> Any:
    try:
        _check(row, text)
        if row.constant and text != row.constant:
            raise Misfit(row.constant)
        if row.codes:
            ours = {code: word for word, code in row.codes.items()}
            if text not in ours:
                raise Misfit(f"one of {', '.join(ours)}")
            return ours[text]
        return from_text(text, row.format)
    except Misfit as misfit:
        raise DocumentProblem(f"{table.name}: {path} is {text[:80]!r}; expected {misfit}") from misfit
