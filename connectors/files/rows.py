"""Rows of a table into events, by a mapping."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final, NamedTuple

from connectors.files.mapping import ELSE, Mapping, Rule
from connectors.files.tables import Row, Unreadable
from connectors.reading.events import Event, Item
from connectors.reading.plain import finish
from connectors.reading.problem import ERROR, WARNING, Problem
from schemas.plain import read_time
from schemas.validate import Problem as Wrong

UNKNOWN_CODE: Final = "UNKNOWN_CODE"
COUNT_OF_DAYS: Final = "COUNT_OF_DAYS"
#: Day 0 of Excel's count (its 29 February 1900 never was), and the days of the years 2000 to 2099.
_EXCEL: Final = datetime(1899, 12, 30)  # noqa: DTZ001 - the mapping's clock
_FIRST_DAY: Final = 36_526
_LAST_DAY: Final = 73_051
#: Shows how a mapping's times are written.
_EXAMPLE: Final = datetime(2026, 1, 31, 8, 30)  # noqa: DTZ001 - no moment, an example
#: Warnings of words that a whole column may hold.
_ONCE: Final = frozenset(("NO_BILL_NUMBER", "NO_SEAL_NUMBER"))
#: Different warnings that are told of a file; what is flagged beyond is in the events.
MOST_TOLD: Final = 1000


def read_rows(rows: Iterator[Row], mapping: Mapping, file: str) -> Iterator[Item]:
    """Events and problems of a table. A row with a problem is refused by itself; the others go on."""
    reader = _Rows(mapping, file)
    empty = True
    try:
        for row in rows:
            empty = empty and not row.cells
            yield from reader.read(row)
        if empty:
            yield Problem(WARNING, "NOTHING_IN_IT", file, expected="rows below the headings, or JSON objects")
    except Unreadable as broken:
        yield Problem(ERROR, broken.code, file, "", broken.number, "", broken.value, broken.expected, unit="row")


class _Doubt(NamedTuple):
    """What an event is flagged with, and what is told of it once for each ``flag`` and field."""

    flag: str
    code: str
    field: str
    value: str
    expected: str


class _Rows:
    def __init__(self, mapping: Mapping, file: str) -> None:
        self._mapping = mapping
        self._file = file
        self._given = {"port": mapping.port, "source_party": mapping.party, "source_system": mapping.system}
        self._column_of = {rule.target: ", ".join(rule.columns) for rule in mapping.rules}
        self._rule_of = {rule.target: rule for rule in mapping.rules}
        self._times = f"a time such as {_EXAMPLE.strftime(next(iter(mapping.time_formats), '%Y-%m-%d %H:%M'))}"
        self._told: set[tuple[str, str]] = set()

    def read(self, row: Row) -> Iterator[Item]:
        if not row.cells:
            return
        if "" in row.cells:  # a line that is no object
            why = row.cells.get("!")
            expected = f"one JSON object a line ({why})" if why else "one JSON object a line"
            yield self._problem(row, ERROR, "BAD_ROW", "", row.cells[""], expected)
            return
        values: dict[str, Any] = {}
        doubts: list[_Doubt] = []
        wrong: list[Wrong] = []
        for rule in self._mapping.rules:
            try:
                value = self._value(rule, row, doubts)
            except ValueError as error:
                wrong.append(Wrong(rule.target, self._cell(rule, row), str(error), "BAD_VALUE"))
                continue
            if value is not None:
                _put(values, rule.target, value)
        if "event_id" not in values:
            values["event_id"] = self._identity(row)
        values["quality_flags"] = [*values.get("quality_flags", []), *(doubt.flag for doubt in doubts)]
        tell = partial(self._problem, row)
        items = list(finish(self._mapping.kind, values, self._mapping.port, tell, self._given, wrong))
        if any(isinstance(item, Event) for item in items):
            yield from self._notes(row, doubts)
        for item in items:
            if isinstance(item, Event) or item.code not in _ONCE or self._first((item.code + item.value, item.element)):
                yield item

    def _cell(self, rule: Rule, row: Row) -> Any:
        cells = [row.cells[column] for column in rule.columns if column in row.cells]
        if len(rule.columns) == 1:
            return cells[0] if cells else None
        return "-".join(map(str, cells)) or None

    def _value(self, rule: Rule, row: Row, doubts: list[_Doubt]) -> Any:
        if not rule.columns:
            return rule.value
        cell = self._cell(rule, row)
        if cell is None:
            return rule.default
        if rule.values:
            cell = self._translated(rule, cell, doubts)
        if rule.holds == "time":
            return self._time(cell, rule.target, doubts)
        if rule.holds == "number" and isinstance(cell, str) and self._mapping.decimal != ".":
            cell = cell.replace(".", "").replace(self._mapping.decimal, ".")
        if rule.factor:
            cell = _scaled(cell, rule.factor)
        if rule.holds == "list" and isinstance(cell, (str, int, float)):
            cell = f"{cell:.15g}" if isinstance(cell, float) else str(cell)
            parts = cell.split(rule.split) if rule.split else [cell]
            return [part.strip() for part in parts if part.strip()]
        return str(cell) if rule.holds == "text" and isinstance(cell, datetime) else cell

    def _translated(self, rule: Rule, cell: Any, doubts: list[_Doubt]) -> Any:
        word = str(cell)
        if word in rule.values:
            return rule.values[word]
        if ELSE in rule.values:
            return rule.values[ELSE]
        flag = f"{UNKNOWN_CODE}:{rule.target}:{word[:40]}"  # kept as it was sent, never guessed
        doubts.append(_Doubt(flag, UNKNOWN_CODE, rule.target, word[:40], "a word that the mapping translates"))
        return cell

    def _time(self, cell: Any, target: str, doubts: list[_Doubt]) -> int:
        for text in self._mapping.time_formats if isinstance(cell, str) else ():
            try:
                moment = datetime.strptime(cell, text)  # noqa: DTZ007 - the zone follows
            except ValueError:
                continue
            return read_time(moment, None if moment.tzinfo else self._mapping.offset_min)
        if (written := _without_marks(cell)) is not None:
            return read_time(written, self._mapping.offset_min)
        if (counted := _days(cell)) is not None:
            doubts.append(_Doubt(COUNT_OF_DAYS, COUNT_OF_DAYS, target, str(cell), self._times))
            return read_time(counted, self._mapping.offset_min)
        try:
            return read_time(cell, self._mapping.offset_min)
        except ValueError:
            raise ValueError(self._times) from None  # as the table writes them, not as JSON does

    def _identity(self, row: Row) -> str:
        """The same row sent again is the same event, whatever file it comes in."""
        columns = self._mapping.identity or self._mapping.columns
        parts = [self._mapping.party, self._mapping.kind, *(f"{column}={row.cells.get(column, '')}" for column in columns)]
        return "T-" + hashlib.blake2b("\x1f".join(parts).encode(), digest_size=16).hexdigest()

    def _notes(self, row: Row, doubts: list[_Doubt]) -> Iterator[Problem]:
        """What was flagged, each told once."""
        for flag, *told in doubts:
            if self._first((flag, told[1])):
                yield self._problem(row, WARNING, *told)

    def _first(self, about: tuple[str, str]) -> bool:
        """Whether this is to be told: it was not yet, and not too much was."""
        if about in self._told or len(self._told) >= MOST_TOLD:
            return False
        self._told.add(about)
        return True

    def _problem(self, row: Row, severity: str, code: str, field: str, value: str, expected: str) -> Problem:
        if code == "BAD_FIELD" and (rule := self._rule_of.get(field)):
            value, expected = str(self._cell(rule, row) or value), _in_words_of_the_table(rule, expected)
        return Problem(severity, code, self._file, "", row.number, self._place(field), value, expected, unit="row")

    def _place(self, field: str) -> str:
        column = self._column_of.get(field) or next(
            (c for target, c in self._column_of.items() if target.startswith(field + ".") or field.startswith(target + ".")), ""
        )
        return f"{field} (column {column})" if column else field


def _in_words_of_the_table(rule: Rule, expected: str) -> str:
    """Where a mapping translates, the sender knows its own words, not the platform's."""
    words = [word for word in rule.values if word != ELSE]
    return f"one of {', '.join(words)}, or another under values in the mapping" if words else expected


def _put(values: dict[str, Any], target: str, value: Any) -> None:
    *outer, last = target.split(".")
    for name in outer:
        values = values.setdefault(name, {})
    values[last] = value


def _without_marks(cell: Any) -> datetime | None:
    """The time of 14 or 12 digits, year to second or minute; None for what is none. As milliseconds twelve digits that
    begin so would be a time of 1976."""
    text = f"{cell:.0f}" if isinstance(cell, float) else str(cell)
    form = {14: "%Y%m%d%H%M%S", 12: "%Y%m%d%H%M"}.get(len(text), "")
    if not form or not text.startswith("20") or not text.isdecimal():
        return None
    try:
        return datetime.strptime(text, form)  # noqa: DTZ007 - the mapping's clock
    except ValueError:
        return None


def _days(cell: Any) -> datetime | None:
    """The time of a count of days, as Excel holds times: of a cell without a format for times, or in a CSV made of such."""
    try:
        days = float(cell)
    except (TypeError, ValueError):
        return None
    return _EXCEL + timedelta(seconds=round(days * 86_400)) if _FIRST_DAY <= days < _LAST_DAY else None


def _scaled(cell: Any, factor: float) -> float:
    try:
        return round(float(cell) * factor, 6)
    except (TypeError, ValueError):
        raise ValueError("a number, with a point before the fraction and nothing between thousands") from None
