"""The head of a named query, typed: what it answers in Chinese and English, and the columns of its rows.

A head is the comment at the top of the file. Its first line is ``zh:`` and the title, the second one begins with the English
title and ends it with a full stop; notes follow; last comes ``Columns:`` with ``name kind unit`` for each, a semicolon between.
"""

from __future__ import annotations

import re
from typing import Final, Literal, NamedTuple, get_args

Kind = Literal["text", "texts", "time", "integer", "number"]
KINDS: Final[tuple[str, ...]] = get_args(Kind)
_COLUMN: Final = re.compile(r"(\w+) (\w+)(?: (.+))?")


class Column(NamedTuple):
    """A column of the rows. ``unit``: of a figure (boxes, h, %), ``UTC`` of a time, "" where there is none."""

    name: str
    kind: Kind
    unit: str = ""


class Head(NamedTuple):
    """What a named query says of itself. ``notes``: parameters, rows and what must be known to read them."""

    zh: str
    en: str
    notes: str
    columns: tuple[Column, ...]


def parse(text: str) -> Head:
    """The head of a query's text. Raises ValueError that says what is missing."""
    lines = [line.removeprefix("--").strip() for line in text.splitlines() if line.startswith("--")]
    if not lines or not lines[0].startswith("zh: "):
        raise ValueError("the first line of the head must be `-- zh: …。`")
    said, sign, listed = "\n".join(lines[1:]).partition("\nColumns: ")
    if not sign:
        raise ValueError("the head must end with `-- Columns: name kind unit; …`")
    title = said.split("\n")[0].split(". ")[0]
    columns = tuple(_column(" ".join(each.split())) for each in listed.split(";"))
    return Head(lines[0].removeprefix("zh: ").rstrip("。"), title.rstrip("."), said, columns)


def _column(said: str) -> Column:
    match = _COLUMN.fullmatch(said)
    if match is None or match[2] not in KINDS:
        raise ValueError(f"the column {said!r} must be `name kind unit`, its kind one of {', '.join(KINDS)}")
    kind: Kind = match[2]  # type: ignore[assignment]  # one of KINDS
    return Column(match[1], kind, match[3] or "")
