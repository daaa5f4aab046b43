"""What engines answer, as plain Python: the same values whichever engine and format they came in."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from typing import Any, Final

Convert = Callable[[Any], Any]

_WRAPPED: Final = re.compile(r"(?:LowCardinality|Nullable)\((.*)\)$", re.S)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def rows(
    names: Sequence[str], converts: Sequence[Convert | None], answer: Sequence[Sequence[Any]]
) -> list[dict[str, Any]]:
    """``answer`` (row by row) as dicts, each column through its converter."""
    work = [(index, convert) for index, convert in enumerate(converts) if convert]
    if not work:
        return [dict(zip(names, row, strict=True)) for row in answer]
    found = []
    for row in answer:
        values = list(row)
        for index, convert in work:
            values[index] = convert(values[index])
        found.append(dict(zip(names, values, strict=True)))
    return found


def parse_json_rows(raw: bytes) -> tuple[list[str], list[str], list[list[Any]]]:
    """Names, types and rows of a JSONCompactEachRowWithNamesAndTypes answer; text that is not UTF-8 becomes bytes."""
    try:
        lines = [json.loads(line) for line in raw.decode().split("\n") if line]
    except UnicodeDecodeError:
        text = raw.decode(errors="surrogateescape")
        lines = [_bytes(json.loads(line)) for line in text.split("\n") if line]
    if not lines:
        return [], [], []
    return lines[0], lines[1], lines[2:]


def _bytes(value: Any) -> Any:
    if isinstance(value, list):
        return [_bytes(item) for item in value]
    if isinstance(value, str):
        try:
            value.encode()
        except UnicodeEncodeError:
            return value.encode(errors="surrogateescape")
    return value


def from_json(kind: str) -> Convert | None:
    """The converter for a column of type ``kind`` in JSON with times as unix timestamps; None: nothing to do."""
    return _converter(kind, _json_scalar)


def from_driver(kind: str) -> Convert | None:
    """The converter for a column of type ``kind`` as clickhouse-driver returns it; None: nothing to do."""
    return _converter(kind, _driver_scalar)


def _converter(kind: str, scalar: Callable[[str], Convert | None]) -> Convert | None:
    while match := _WRAPPED.match(kind):
        kind = match[1]
    if kind.startswith("Array("):
        inner = _converter(kind[6:-1], scalar)
        return (lambda items: [inner(item) for item in items]) if inner else list
    if kind.startswith("Tuple("):
        return list
    convert = scalar(kind)
    return (lambda value: None if value is None else convert(value)) if convert else None


def _json_scalar(kind: str) -> Convert | None:
    if kind.startswith("DateTime64"):
        return _decimal_seconds
    if kind.startswith("DateTime"):
        return lambda text: int(text) * 1000
    if kind.startswith("Float"):
        return float  # 1.0 arrives as 1
    return None


def _decimal_seconds(text: str) -> int:
    # By digits, not by float: 1772323200.123 has no exact binary form.
    seconds, _, fraction = text.partition(".")
    part = int(fraction[:3].ljust(3, "0")) if fraction else 0
    return int(seconds) * 1000 + (-part if seconds.startswith("-") else part)


def _driver_scalar(kind: str) -> Convert | None:
    if kind.startswith("DateTime"):
        return _milliseconds
    if kind.startswith("Date"):
        return date.isoformat
    if kind.startswith("Float"):
        return lambda value: value if math.isfinite(value) else None
    if kind == "UUID":
        return str
    return None


def _milliseconds(value: datetime) -> int:
    if value.tzinfo is None:
        value = value.replace(tzinfo=UTC)
    passed = value - _EPOCH
    return (passed.days * 86_400 + passed.seconds) * 1000 + passed.microseconds // 1000
