"""Times in messages into milliseconds UTC (EDIFACT C507: data element 2380 in a format of code list 2379)."""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache
from typing import Final, NamedTuple

_DAY_MS: Final = 86_400_000
_EPOCH: Final = date(1970, 1, 1).toordinal()
#: Format code -> (digits of the year, digits in all, whether a zone follows).
FORMATS: Final = {
    "102": (4, 8, False), "203": (4, 12, False), "204": (4, 14, False), "101": (2, 6, False), "201": (2, 10, False),
    "202": (2, 12, False), "205": (4, 12, True), "303": (4, 12, True), "304": (4, 14, True),
}  # fmt: skip
#: Digits in all -> the formats that have so many, the likelier one first; with a zone behind them.
_BY_LENGTH: Final = {6: ("101",), 8: ("102",), 10: ("201",), 12: ("203", "202"), 14: ("204",)}
_ZONED: Final = {12: ("303",), 14: ("304",)}
_DIGITS: Final = re.compile(r"([0-9]{6,14})\s*([A-Za-z]{1,4}|[+-][0-9:]{2,5})?")
#: As ISO 8601 and databases have it.
_ISO: Final = re.compile(r"([0-9]{4})[-/]([0-9]{2})[-/]([0-9]{2})[T ]([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:\.[0-9]+)?)?\s*(.*)")
_ZONE: Final = re.compile(r"([+-])(\d{2}):?(\d{2})?$")
_UTC: Final = frozenset(("Z", "UTC", "GMT", "UCT"))


class Stamp(NamedTuple):
    """``ms`` UTC, the sender's offset in minutes, and what must be flagged ("" or a problem code)."""

    ms: int
    offset_min: int
    flag: str


def parse(text: str, form: str, offset_min: int) -> Stamp | None:
    """The time of a DTM value; None when it is none (also outside of the years 2000 to 2099).

    A format without a zone (102, 203, 204 ...) is the sender's own clock, ``offset_min`` minutes ahead of UTC. A format
    that is not known is told by its length; a value that is not in the format that it names too, with a flag.
    """
    return _as_said(text, form, offset_min) or _as_written(text.strip(), form.strip(), offset_min)


def _as_written(text: str, form: str, offset_min: int) -> Stamp | None:
    stamp = _as_said(text, form, offset_min)
    if (iso := _ISO.fullmatch(text)) is not None:
        text = "".join(filter(None, iso.groups()))
    found = _DIGITS.fullmatch(text)
    if stamp is not None or found is None:
        return stamp
    forms = (_ZONED if found[2] else _BY_LENGTH).get(len(found[1]), ())
    stamp = next((stamp for other in forms if (stamp := _as_said(text, other, offset_min)) is not None), None)
    return stamp._replace(flag=stamp.flag or "TIME_FORMAT") if stamp is not None else None


def _as_said(text: str, form: str, offset_min: int) -> Stamp | None:
    shape = FORMATS.get(form)
    if shape is None:
        shape = (4, len(text), False)
    year_digits, length, zoned = shape
    digits, zone = (text[:length], text[length:].strip()) if zoned else (text, "")
    if len(digits) != length or length - year_digits not in (4, 8, 10) or not (digits.isascii() and digits.isdigit()):
        return None
    flag = ""
    if zoned:
        known = _zone_minutes(zone)
        offset_min, flag = (offset_min, "UNKNOWN_ZONE") if known is None else (known, "")
    if year_digits == 2:
        digits = "20" + digits
    day = _day_ms(digits[:8])
    if day is None:
        return None
    if len(digits) == 8:
        return Stamp(day - offset_min * 60_000, offset_min, "TIME_IMPRECISE")
    hour, minute, second = int(digits[8:10]), int(digits[10:12]), int(digits[12:14] or 0)
    # 24:00 is the end of a day, as ISO 8601 has it
    if (hour > 23 or minute > 59 or second > 59) and (hour, minute, second) != (24, 0, 0):
        return None
    return Stamp(day + ((hour * 60 + minute - offset_min) * 60 + second) * 1000, offset_min, flag)


@lru_cache(maxsize=1024)
def _day_ms(digits: str) -> int | None:
    year = int(digits[:4])
    if not 2000 <= year <= 2099:
        return None
    try:
        return (date(year, int(digits[4:6]), int(digits[6:8])).toordinal() - _EPOCH) * _DAY_MS
    except ValueError:
        return None


def _zone_minutes(zone: str) -> int | None:
    if zone.upper() in _UTC:
        return 0
    found = _ZONE.match(zone)
    if found is None:
        return None
    minutes = int(found[2]) * 60 + int(found[3] or 0)
    return -minutes if found[1] == "-" else minutes
