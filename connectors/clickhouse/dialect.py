"""One DDL text for two generations of ClickHouse.

Markers in the text, rendered per engine:

====================  =================================  =====================
marker                modern (21 and later)              old (18.16)
====================  =================================  =====================
``TS``                ``DateTime64(3, 'UTC')``           ``DateTime('UTC')``
``LC``                ``LowCardinality(String)``         ``String``
``CODEC(..)``         kept                               dropped
``/*modern ..*/``     its text                           dropped
``/*old ..*/``        dropped                            its text
``-- text``           column comment ``text``            dropped
====================  =================================  =====================

A ``-- text`` stands at the end of the line of the one column that it explains.
"""

from __future__ import annotations

import re
from typing import Final

#: First release line in which DateTime64, codecs, LowCardinality and skip indexes are all usable without a setting.
MODERN: Final = 21

_CODEC: Final = re.compile(r"\s+CODEC\((?:[^()]|\([^()]*\))*\)")
_COMMENT: Final = re.compile(r"(,?)[ \t]*--[ \t]*(.*?)[ \t]*$", re.M)


class Dialect:
    """How to say the same thing to one engine. ``version`` as ``SELECT version()`` gives it."""

    __slots__ = ("modern", "time_step_ms")

    def __init__(self, version: str) -> None:
        self.modern = int(version.split(".")[0]) >= MODERN
        self.time_step_ms = 1 if self.modern else 1000

    def render(self, sql: str) -> str:
        """``sql`` with its markers replaced for this engine."""
        keep, drop = ("modern", "old") if self.modern else ("old", "modern")
        sql = re.sub(rf"/\*{drop}\b.*?\*/", "", sql, flags=re.S)
        sql = re.sub(rf"/\*{keep}\b(.*?)\*/", r"\1", sql, flags=re.S)
        if self.modern:
            sql = _COMMENT.sub(lambda m: f" COMMENT '{_escape(m[2])}'{m[1]}", sql)
        else:
            sql = _CODEC.sub("", _COMMENT.sub(r"\1", sql))
        sql = re.sub(r"\bTS\b", "DateTime64(3, 'UTC')" if self.modern else "DateTime('UTC')", sql)
        return re.sub(r"\bLC\b", "LowCardinality(String)" if self.modern else "String", sql)


def _escape(text: str) -> str:
    return text.replace("\\", "\\\\").replace("'", "\\'")
