"""Named queries: one definition each, in ``<name>.sql``, whose head says what it answers, its parameters and units.

``@name`` in a query stands for another one, in brackets.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Final

DIRECTORY: Final = Path(__file__).parent
_NAMED: Final = re.compile(r"@(\w+)")
_PARAMETER: Final = re.compile(r"%\((\w+)\)s")


def names() -> tuple[str, ...]:
    """All named queries."""
    return tuple(sorted(path.stem for path in DIRECTORY.glob("*.sql")))


@cache
def query(name: str) -> str:
    """The text of a named query, with those that it names. Raises ValueError for one that is not there."""
    path = DIRECTORY / f"{name}.sql"
    if not path.is_file():
        raise ValueError(f"there is no query {name!r}; there are: {', '.join(names())}")
    return _NAMED.sub(lambda match: f"(\n{query(match[1])})", _body(path.read_text(encoding="utf-8")))


def head(name: str) -> str:
    """What a named query says of itself."""
    lines = (DIRECTORY / f"{name}.sql").read_text(encoding="utf-8").splitlines()
    return "\n".join(line.removeprefix("--").strip() for line in lines if line.startswith("--"))


def parameters(name: str) -> frozenset[str]:
    """The parameters that a named query wants."""
    return frozenset(_PARAMETER.findall(query(name)))


def _body(text: str) -> str:
    return "".join(line for line in text.splitlines(keepends=True) if not line.startswith("--"))
