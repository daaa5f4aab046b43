"""Mapping files: how the columns of a port's own table become fields of events. Data, in YAML; docs/files.md explains it.

A mapping is checked whole when it is loaded, so that a misspelt field is one clear line before anything is read.
"""

from __future__ import annotations

import codecs
from collections.abc import Mapping as Dict
from dataclasses import dataclass, field
from datetime import UTC, datetime
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final

import yaml

from connectors.edi.partner import BEIJING_MIN, PartnerError, check_port, offset_minutes, yaml_line
from schemas.keys import PORT_KINDS
from schemas.plain import field_kinds

#: In a list of values: every other word.
ELSE: Final = "*"
_TOP: Final = {"kind", "port", "party", "system", "time_zone", "time_formats", "decimal", "table", "identity", "fields"}
_TABLE: Final = {"encoding", "delimiter", "sheet", "header"}
_RULE: Final = {"column", "columns", "value", "values", "split", "factor", "default"}


class MappingError(ValueError):
    """A mapping that makes no sense: the text says where, and what to change."""


@dataclass(frozen=True, slots=True)
class Rule:
    """Where one field comes from: ``columns`` joined by "-" (one as it is), or a fixed ``value``. ``values``: word sent ->
    value. ``split``: what separates the items of a list. ``factor``: e.g. 1000 for tonnes to kg. ``default``: for an
    empty cell."""

    target: str
    holds: str
    columns: tuple[str, ...] = ()
    value: Any = None
    values: Dict[str, Any] = field(default_factory=dict)
    split: str = ""
    factor: float = 0.0
    default: Any = None


@dataclass(frozen=True, slots=True)
class Mapping:
    """A table of one sender. ``identity``: the columns that name an event where none is its id; () = all that are mapped.
    ``offset_min``: the clock of times that name no offset, minutes from UTC. ``header``: number of the row that names the
    columns, 0 = the first that names all that are asked for. ``encoding`` and ``delimiter`` "" = told by the file."""

    kind: str
    port: str
    party: str
    system: str
    rules: tuple[Rule, ...]
    identity: tuple[str, ...] = ()
    offset_min: int = BEIJING_MIN
    time_formats: tuple[str, ...] = ()
    decimal: str = "."
    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""
    header: int = 0

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column that is asked for, once."""
        asked = [column for rule in self.rules for column in rule.columns]
        return tuple(dict.fromkeys([*asked, *self.identity]))


def load_mapping(path: Path) -> Mapping:
    """Read a mapping file. Raises MappingError, naming the field, or OSError."""
    try:
        document = yaml.safe_load(path.read_text("utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise MappingError(f"{path.name}: no YAML in UTF-8{yaml_line(error)}") from error
    return parse_mapping(document, path.name)


def parse_mapping(document: Any, name: str = "mapping") -> Mapping:
    """The mapping in a parsed document. Raises MappingError."""
    if not isinstance(document, dict):
        raise MappingError(f"{name}: must hold kind, port, party and fields")
    _known(name, document, _TOP)
    kind = str(document.get("kind", ""))
    if kind not in PORT_KINDS:
        raise MappingError(f"{name}: kind is {kind!r}; expected one of {', '.join(PORT_KINDS)}")
    for needed in ("port", "party", "fields"):
        if not document.get(needed):
            raise MappingError(f"{name}: {needed} must be given")
    table = document.get("table") or {}
    _known(f"{name}, table", table, _TABLE)
    formats = document.get("time_formats") or []
    try:
        check_port(str(document["port"]))
        codecs.lookup(str(table.get("encoding") or "utf-8"))
        offset = offset_minutes(str(document.get("time_zone", "+08:00")))
    except (PartnerError, LookupError) as error:
        raise MappingError(f"{name}: {error}") from error
    for text in formats:
        _check_format(name, str(text))
    places = field_kinds(kind)
    return Mapping(
        kind=kind,
        port=str(document["port"]),
        party=str(document["party"]),
        system=str(document.get("system", "TOS")),
        rules=tuple(_rule(f"{name}, field {target}", str(target), said, places) for target, said in document["fields"].items()),
        identity=tuple(map(str, document.get("identity") or ())),
        offset_min=offset,
        time_formats=tuple(map(str, formats)),
        decimal=str(document.get("decimal", ".")),
        encoding=str(table.get("encoding") or ""),
        delimiter=str(table.get("delimiter") or ""),
        sheet=str(table.get("sheet") or ""),
        header=int(table.get("header") or 0),
    )


def _rule(where: str, target: str, said: Any, places: Dict[str, str]) -> Rule:
    if target not in places:
        if near := get_close_matches(target, places, 1):
            raise MappingError(f"{where}: events have no such field; did you mean {near[0]}?")
        raise MappingError(f"{where}: events have no such field")
    if isinstance(said, str):
        said = {"column": said}
    if not isinstance(said, dict):
        raise MappingError(f"{where}: must be the name of a column, or a block with {', '.join(sorted(_RULE))}")
    _known(where, said, _RULE)
    columns = [said["column"]] if "column" in said else said.get("columns") or []
    if bool(columns) == ("value" in said):
        raise MappingError(f"{where}: needs a column, or a value")
    if "values" in said and not isinstance(said["values"], dict):
        raise MappingError(f"{where}: values is a list of 'word sent: value'")
    if "split" in said and places[target] != "list":
        raise MappingError(f"{where}: only a list is split, and this is a {places[target]}")
    if "factor" in said and (places[target] != "number" or not isinstance(said["factor"], (int, float))):
        raise MappingError(f"{where}: a factor is a number, for a number")
    return Rule(
        target=target,
        holds=places[target],
        columns=tuple(map(str, columns)),
        value=said.get("value"),
        values={str(word): value for word, value in (said.get("values") or {}).items()},
        split=str(said.get("split") or ""),
        factor=float(said.get("factor") or 0),
        default=said.get("default"),
    )


def _known(where: str, said: Any, known: set[str]) -> None:
    if not isinstance(said, dict):
        raise MappingError(f"{where}: must be a block with {', '.join(sorted(known))}")
    if unknown := sorted(map(str, set(said) - known)):
        raise MappingError(f"{where}: unknown key {', '.join(unknown)}; known are {', '.join(sorted(known))}")


def _check_format(name: str, text: str) -> None:
    moment = datetime(2026, 1, 31, 8, 30, 15, tzinfo=UTC)
    try:
        datetime.strptime(moment.strftime(text), text)  # noqa: DTZ007 - the zone is the mapping's
    except ValueError as error:
        raise MappingError(f"{name}: {text!r} is no format of times; expected one such as %Y/%m/%d %H:%M") from error
