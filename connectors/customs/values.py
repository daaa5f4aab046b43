"""The values of customs' messages: types and lengths as customs' field lists write them, and what stands for what."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, Final

BEIJING: Final = timezone(timedelta(hours=8))
#: field -> text and back; "" is a value as it is.
FORMATS: Final = ("", "date", "time", "imo")
_TYPE: Final = re.compile(r"(an|n)(\.\.)?(\d+)")
_IMO: Final = re.compile(r"IMO:(\d{7})")


class Misfit(ValueError):
    """A value that does not fit; the message says what was expected."""


def type_problem(kind: str) -> str:
    """What is wrong with a type of a table, "" when nothing is."""
    return "" if _TYPE.fullmatch(kind) else f"type {kind!r}; expected n4, n..4, an6 or an..35"


def check(text: str, kind: str) -> None:
    """Raises Misfit when a text is not of a type: digits or printable characters, and so many of them."""
    found = _TYPE.fullmatch(kind)
    assert found, kind
    what, upto, length = found[1], found[2], int(found[3])
    if what == "n" and not (text.isascii() and text.isdigit()):
        raise Misfit("digits only")
    if not text.isprintable() or text != text.strip():
        raise Misfit("printable characters without blanks around them")
    if len(text) > length or (not upto and len(text) != length):
        raise Misfit(f"{'at most' if upto else 'exactly'} {length} {'digits' if what == 'n' else 'characters'}")


def to_text(value: Any, form: str) -> str:
    """How customs writes a value of ours. Raises Misfit."""
    if form in ("date", "time"):
        if not isinstance(value, int) or value <= 0:
            raise Misfit("a time in ms UTC")
        seconds, ms = divmod(value, 1000)
        when = datetime.fromtimestamp(seconds, BEIJING)
        return when.strftime("%Y%m%d") if form == "date" else f"{when:%Y%m%d%H%M%S}{ms:03d}"
    if form == "imo":
        found = _IMO.fullmatch(str(value))
        if not found:
            raise Misfit("a vessel with an IMO number (IMO:9346524)")
        return f"UN{found[1]}"
    return str(value)


def from_text(text: str, form: str) -> Any:
    """What we make of customs' text: ms UTC for times (a date is its midnight in Beijing). Raises Misfit."""
    if form in ("date", "time"):
        try:
            day = datetime.strptime(text[:8], "%Y%m%d").replace(tzinfo=BEIJING)
            if form == "date":
                return round(day.timestamp()) * 1000
            when = datetime.strptime(text[:14], "%Y%m%d%H%M%S").replace(tzinfo=BEIJING)
            return round(when.astimezone(UTC).timestamp()) * 1000 + int(text[14:])
        except ValueError as error:
            raise Misfit("a date YYYYMMDD" if form == "date" else "a time YYYYMMDDHHmmssfff, Beijing time") from error
    if form == "imo":
        if not re.fullmatch(r"UN\d{7}", text):
            raise Misfit('"UN" and seven digits, as in UN9346524')
        return f"IMO:{text[2:]}"
    return text
