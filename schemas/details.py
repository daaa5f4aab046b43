"""What the detail of an exception says, in Chinese and English: ``reference/details.csv``.

A row keeps a detail as the core words it, names and figures among fixed phrases, so that it can be searched; people read
it in their language. A phrase stands in the table once, with ``{}`` for each name, figure or code; codes have rows of
their own. No row of the store depends on the table.
"""

from __future__ import annotations

import csv
import re
from functools import cache
from typing import Final, NamedTuple

from schemas.reference import DIRECTORY, load_reference

_GAP: Final = "{}"


class Phrase(NamedTuple):
    """A detail as it is stored, and what it says."""

    said: str
    zh: str
    en: str

    def matches(self, detail: str) -> tuple[str, ...] | None:
        """What stands in the gaps of a detail with this phrase; None: it is another one."""
        found = _pattern(self.said).fullmatch(detail)
        return found.groups() if found else None


@cache
def phrases() -> tuple[Phrase, ...]:
    """All phrases, in the order in which they are tried."""
    with (DIRECTORY / "details.csv").open(encoding="utf-8", newline="") as file:
        return tuple(Phrase(r["said"], r["text_zh"], r["text_en"] or r["said"]) for r in csv.DictReader(file))


def in_words(detail: str) -> tuple[str, str]:
    """A detail in Chinese and in English. What has no words here, as a reason that a sender gave, stays as it is."""
    for phrase in phrases():
        gaps = phrase.matches(detail)
        if gaps is not None:
            zh, en = zip(*map(_names, gaps), strict=True) if gaps else ((), ())
            return phrase.zh.format(*zh), phrase.en.format(*en)
    return detail, detail


def _names(gap: str) -> tuple[str, str]:
    """What stands in a gap: codes and ports by their names, all else as it is."""
    zh, en = zip(*map(_name, gap.split(", ")), strict=True)
    return "、".join(zh), ", ".join(en)


def _name(word: str) -> tuple[str, str]:
    code = _codes().get(word)
    if code is not None:
        return code.zh, code.en
    port = load_reference().ports.get(word)
    return (port.zh, port.en) if port is not None else (word, word)


@cache
def _codes() -> dict[str, Phrase]:
    return {phrase.said: phrase for phrase in phrases() if _GAP not in phrase.said}


@cache
def _pattern(said: str) -> re.Pattern[str]:
    return re.compile("(.+?)".join(map(re.escape, said.split(_GAP))))
