"""Rows of a table into events, by a mapping."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import datetime
from functools import partial
from typing import Any, Final

from connectors.files.mapping import ELSE, Mapping, Rule
from connectors.files.tables import Row, Unreadable
from connectors.reading.events import Item
from connectors.reading.plain import finish
from connectors.reading.problem import ERROR, WARNING, Problem
from schemas.plain import read_time
from schemas.validate import Problem as Wrong

UNKNOWN_CODE: Final = "UNKNOWN_CODE"
#: Different warnings that are told of a file; what is flagged beyond is in the events.
MOST_TOLD: Final = 1000


def read_rows(rows: Iterator[Row], mapping: Mapping, file: str) -> Iterator[Item]:
    """Events and problems of a table. A row with a problem is refused by itself; the others go on."""
    reader = _Rows(mapping, file)
    try:
        for row in rows:
            yield from reader.read(row)
    except Unreadable as broken:
        yield Problem(ERROR, broken.code, file, "", broken.number, "", broken.value, broken.expected, unit="row")


class _Rows:
    def __init__(self, mapping: Mapping, file: str) -> None:
        self._mapping = mapping
        self._file = file
        self._given = {"port": mapping.port, "source_party": mapping.party, "source_system": mapping.system}
        self._column_of = {rule.target: ", ".join(rule.columns) for rule in mapping.rules}
        self._told: set[str] = set()

    def read(self, row: Row) -> Iterator[Item]:
        if not row.cells:
            return
        if "" in row.cells:  # a line that is no object
            yield self._problem(row, ERROR, "BAD_ROW", "", row.cells[""], "one JSON object a line")
            return
        values: dict[str, Any] = {}
        flags: list[str] = []
        wrong: list[Wrong] = []
        for rule in self._mapping.rules:
            try:
                value = self._value(rule, row, flags)
            except ValueError as error:
                wrong.append(Wrong(rule.target, self._cell(rule, row), str(error), "BAD_VALUE"))
                continue
            if value is not None:
                _put(values, rule.target, value)
        if "event_id" not in values:
            values["event_id"] = self._identity(row)
        values["quality_flags"] = [*values.get("quality_flags", []), *flags]
        yield from self._notes(row, flags)
        yield from finish(self._mapping.kind, values, self._mapping.port, partial(self._problem, row), self._given, wrong)

    def _cell(self, rule: Rule, row: Row) -> Any:
        cells = [row.cells[column] for column in rule.columns if column in row.cells]
        if len(rule.columns) == 1:
            return cells[0] if cells else None
        return "-".join(map(str, cells)) or None

    def _value(self, rule: Rule, row: Row, flags: list[str]) -> Any:
        if not rule.columns:
            return rule.value
        cell = self._cell(rule, row)
        if cell is None:
            return rule.default
        if rule.values:
            cell = self._translated(rule, cell, flags)
        if rule.holds == "time":
            return self._time(cell)
        if rule.holds == "number" and isinstance(cell, str) and self._mapping.decimal != ".":
            cell = cell.replace(".", "").replace(self._mapping.decimal, ".")
        if rule.factor:
            cell = _scaled(cell, rule.factor)
        if rule.holds == "list" and isinstance(cell, str):
            parts = cell.split(rule.split) if rule.split else [cell]
            return [part.strip() for part in parts if part.strip()]
        return str(cell) if rule.holds == "text" and isinstance(cell, datetime) else cell

    def _translated(self, rule: Rule, cell: Any, flags: list[str]) -> Any:
        word = str(cell)
        if word in rule.values:
            return rule.values[word]
        if ELSE in rule.values:
            return rule.values[ELSE]
        flags.append(f"{UNKNOWN_CODE}:{rule.target}:{word[:40]}")  # kept as it was sent, never guessed
        return cell

    def _time(self, cell: Any) -> int:
        for text in self._mapping.time_formats if isinstance(cell, str) else ():
            try:
                moment = datetime.strptime(cell, text)  # noqa: DTZ007 - the zone follows
            except ValueError:
                continue
            return read_time(moment, None if moment.tzinfo else self._mapping.offset_min)
        return read_time(cell, self._mapping.offset_min)

    def _identity(self, row: Row) -> str:
        """The same row sent again is the same event, whatever file it comes in."""
        columns = self._mapping.identity or self._mapping.columns
        parts = [self._mapping.party, self._mapping.kind, *(f"{column}={row.cells.get(column, '')}" for column in columns)]
        return "T-" + hashlib.blake2b("\x1f".join(parts).encode(), digest_size=16).hexdigest()

    def _notes(self, row: Row, flags: list[str]) -> Iterator[Problem]:
        """Words that the mapping does not know, each told once."""
        for flag in flags:
            if flag not in self._told and len(self._told) < MOST_TOLD:
                self._told.add(flag)
                code, field, value = flag.split(":", 2)
                yield self._problem(row, WARNING, code, field, value, "a word that the mapping translates")

    def _problem(self, row: Row, severity: str, code: str, field: str, value: str, expected: str) -> Problem:
        return Problem(severity, code, self._file, "", row.number, self._place(field), value, expected, unit="row")

    def _place(self, field: str) -> str:
        column = self._column_of.get(field) or next(
            (c for target, c in self._column_of.items() if target.startswith(field + ".") or field.startswith(target + ".")), ""
        )
        return f"{field} (column {column})" if column else field


def _put(values: dict[str, Any], target: str, value: Any) -> None:
    *outer, last = target.split(".")
    for name in outer:
        values = values.setdefault(name, {})
    values[last] = value


def _scaled(cell: Any, factor: float) -> float:
    try:
        return round(float(cell) * factor, 6)
    except (TypeError, ValueError):
        raise ValueError("a number, with a point before the fraction") from None
