"""Events from plain values, as JSON documents and tables hold them, by the schema of their kind.

Plain means: times as ISO 8601 text with an offset or as UTC milliseconds, numbers as numbers or as text, a seal as its
number alone. What cannot be understood is a :class:`~schemas.validate.Problem` that names the field, the value and what
was expected; it is never guessed.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, Final, NamedTuple

from schemas.explain import expand
from schemas.registry import latest
from schemas.rules import MISSING_FIELD, NEEDED
from schemas.validate import Problem, validate

UNKNOWN_FIELD: Final = "UNKNOWN_FIELD"
BAD_VALUE: Final = "BAD_VALUE"

_TRUE: Final = frozenset({"true", "t", "yes", "y", "1", "是"})
_FALSE: Final = frozenset({"false", "f", "no", "n", "0", "否"})
#: JSON can name halves of characters, which no encoding can write.
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class Plain(NamedTuple):
    """A record and what is wrong with it. Without problems it can be encoded; with some it must not be published."""

    record: dict[str, Any]
    problems: list[Problem]


class _Misfit(Exception):
    """A value does not fit; the text says what was expected."""


Read = Callable[[Any], Any]


class _Field(NamedTuple):
    name: str
    read: Read
    optional: bool
    default: Any


def read_plain(kind: str, values: Mapping[str, Any], port: str = "", given: Mapping[str, Any] | None = None) -> Plain:
    """The record of ``kind`` that ``values`` describe, completed with what ``given`` says where they say nothing.

    Left out, event_type is the only one of the kind (gate, release), classifier ACT, updated_time the record_time, else
    the event_time. ``port``: the port that the sender may speak for; another one is a problem.
    """
    fields = _fields(kind)
    problems = [
        Problem(name, values[name], f"a field of a {kind} event (see docs/events.md)", UNKNOWN_FIELD)
        for name in sorted(values.keys() - fields.keys())
    ]
    told = {**_implied(kind), **(given or {}), **{name: v for name, v in values.items() if not _nothing(v)}}
    version = told.get("record_time", told.get("event_time"))
    if version is not None:
        told.setdefault("updated_time", version)
    record: dict[str, Any] = {}
    wrong: set[str] = set()
    for name, field in fields.items():
        try:
            record[name] = field.read(told[name]) if name in told else _absent(field)
        except _Misfit as misfit:
            record[name] = None
            wrong.add(name)
            if name in values or name != "updated_time":  # else it was told of the time that it stands for
                problems.append(Problem(name, told.get(name), str(misfit), BAD_VALUE if name in told else MISSING_FIELD))
    if "updated_time" not in values:
        wrong.add("updated_time")  # what is wrong with it is told of the time that it stands for
    problems += [p for p in validate(kind, record, port) if p.field not in wrong]
    return Plain(record, problems)


def read_time(value: Any, offset_min: int | None = None) -> int:
    """UTC milliseconds of ISO 8601 text or of milliseconds. ``offset_min``: the clock of text that names no offset,
    minutes from UTC. Raises ValueError saying what was expected."""
    expected = "a time such as 2026-01-31T08:30:00+08:00, or UTC milliseconds"
    if isinstance(value, datetime):
        moment = value
    elif isinstance(value, str):
        text = value.strip()
        if text.lstrip("-").isdigit() and len(text) >= 12:
            return int(text)
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            raise ValueError(expected) from None
    elif isinstance(value, int) and not isinstance(value, bool):
        return value
    else:
        raise ValueError(expected)
    if moment.tzinfo is None:
        if offset_min is None:
            raise ValueError(expected + "; a time without an offset says nothing")
        return (moment.replace(tzinfo=UTC) - _EPOCH) // _MS - offset_min * 60_000
    return (moment - _EPOCH) // _MS


_MS: Final = timedelta(milliseconds=1)


def _nothing(value: Any) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


def _absent(field: _Field) -> Any:
    if not field.optional:
        raise _Misfit("a value: no event can do without it")
    return field.default


@cache
def _implied(kind: str) -> Mapping[str, Any]:
    types = [name for name in NEEDED.get(kind, {}) if name != "WATERMARK"]
    implied: dict[str, Any] = {"classifier": "ACT"}
    if len(types) == 1:
        implied["event_type"] = types[0]
    return implied


@cache
def _fields(kind: str) -> dict[str, _Field]:
    named: dict[str, Any] = {}
    out = {}
    for field in latest(kind).declared["fields"]:
        read = _reader(expand(field["type"], named))
        out[field["name"]] = _Field(field["name"], read, "default" in field, field.get("default"))
    return out


def _reader(node: Any) -> Read:
    if isinstance(node, list):
        return _reader(next(branch for branch in node if branch != "null"))
    if isinstance(node, str):
        return _SIMPLE[node]
    if node.get("logicalType") == "timestamp-millis":
        return _time
    if node["type"] == "enum":
        return _word(tuple(node["symbols"]))
    if node["type"] == "array":
        return _listed(_reader(node["items"]))
    if node["type"] == "record":
        return _structure(node)
    return _SIMPLE[node["type"]]


def _time(value: Any) -> int:
    try:
        return read_time(value)
    except ValueError as error:
        raise _Misfit(str(error)) from None


def _text(value: Any) -> str:
    if isinstance(value, str):
        if not value.isascii() and _SURROGATE.search(value):
            raise _Misfit("text: half a character is none")
        return value.strip()
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if isinstance(value, float) and value.is_integer():
        return str(int(value))  # spreadsheets hold every number as a fraction
    raise _Misfit("text")


def _whole(bits: int) -> Read:
    def read(value: Any) -> int:
        number = _number(value)
        if not number.is_integer() or abs(number) >= 1 << (bits - 1):
            raise _Misfit("a whole number")
        return int(value) if isinstance(value, int) else int(number)

    return read


def _number(value: Any) -> float:
    try:
        if isinstance(value, bool) or not isinstance(value, (int, float, str)):
            raise ValueError
        number = float(value)
    except (ValueError, OverflowError):
        raise _Misfit("a number, with a point before the fraction and nothing between thousands") from None
    if not math.isfinite(number):
        raise _Misfit("a number")
    return number


def _truth(value: Any) -> bool:
    word = str(value).strip().lower()
    if word not in _TRUE and word not in _FALSE:
        raise _Misfit("true or false")
    return word in _TRUE


def _word(symbols: tuple[str, ...]) -> Read:
    def read(value: Any) -> str:
        if isinstance(value, str) and value.strip() in symbols:
            return value.strip()
        raise _Misfit(f"one of {', '.join(symbols)}")

    return read


def _listed(item: Read) -> Read:
    def read(value: Any) -> list[Any]:
        if not isinstance(value, (list, tuple)):
            raise _Misfit("a list")
        return [item(each) for each in value]

    return read


def _structure(node: Mapping[str, Any]) -> Read:
    parts = {f["name"]: _Field(f["name"], _reader(f["type"]), "default" in f, f.get("default")) for f in node["fields"]}
    needed = [name for name, part in parts.items() if not part.optional]
    expected = "an object with " + ", ".join(parts)

    def read(value: Any) -> dict[str, Any]:
        if not isinstance(value, Mapping) and len(needed) == 1:
            value = {needed[0]: value}  # a seal is its number
        if not isinstance(value, Mapping) or value.keys() - parts.keys():
            raise _Misfit(expected)
        out = {}
        for name, part in parts.items():
            try:
                out[name] = _absent(part) if _nothing(value.get(name)) else part.read(value[name])
            except _Misfit as misfit:
                raise _Misfit(f"{expected}; {name}: {misfit}") from None
        return out

    return read


_SIMPLE: Final[dict[str, Read]] = {
    "string": _text, "int": _whole(32), "long": _whole(64), "double": _number, "float": _number, "boolean": _truth,
}  # fmt: skip


def field_kinds(kind: str) -> dict[str, str]:
    """Every place of an event of ``kind`` that a column can fill, as a dotted path, and what it holds: time, number, truth,
    text, list. A structure in a list has no path."""
    named: dict[str, Any] = {}
    places: dict[str, str] = {}
    for field in latest(kind).declared["fields"]:
        _places(field["name"], expand(field["type"], named), places)
    return places


def _places(path: str, node: Any, places: dict[str, str]) -> None:
    if isinstance(node, list):
        _places(path, next(branch for branch in node if branch != "null"), places)
    elif isinstance(node, dict) and node["type"] == "record":
        for part in node["fields"]:
            _places(f"{path}.{part['name']}", part["type"], places)
    elif isinstance(node, dict) and node["type"] == "array":
        places[path] = "list"
    elif isinstance(node, dict) and node.get("logicalType") == "timestamp-millis":
        places[path] = "time"
    else:
        simple = node if isinstance(node, str) else node["type"]
        places[path] = {"boolean": "truth", "string": "text", "enum": "text"}.get(simple, "number")
