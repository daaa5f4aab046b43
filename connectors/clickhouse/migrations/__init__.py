"""Numbered, reversible migrations: ``NNNN_name.py``, each with ``UP`` and ``DOWN``, statements in dialect markers.

A migration that was ever released is never edited; a change is a new number. Conventions that
:mod:`connectors.clickhouse.schema` reads: one column per line; what only one engine has stands in a marker comment.
A migration whose ``UP`` destroys data says why in ``DANGER``; it is applied only when that is allowed explicitly.
A view over ``SELECT *`` has the columns of its creation: a migration that adds one recreates the view.
"""

from __future__ import annotations

import re
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import NamedTuple


class Migration(NamedTuple):
    """One step of the schema. ``danger`` is "" or why destroying data is right here."""

    number: int
    name: str
    up: tuple[str, ...]
    down: tuple[str, ...]
    danger: str


@cache
def load() -> tuple[Migration, ...]:
    """All migrations, in order. Raises ValueError when numbers are not 1, 2, 3, .."""
    found = []
    for module in iter_modules(__path__):
        if match := re.fullmatch(r"(\d{4})_(\w+)", module.name):
            code = import_module(f"{__name__}.{module.name}")
            found.append(Migration(int(match[1]), match[2], code.UP, code.DOWN, getattr(code, "DANGER", "")))
    found.sort()
    if [m.number for m in found] != list(range(1, len(found) + 1)):
        raise ValueError(f"migrations must be numbered 0001, 0002, ..: found {[m.number for m in found]}")
    return tuple(found)
