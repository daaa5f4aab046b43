"""Named queries: one definition each, in ``<name>.sql``, whose head says what it answers, its parameters and units.

``@name`` in a query stands for another one, in brackets; ``@@table`` for the condition on what of a table the one who asks may
see: all, unless said otherwise. ``@@figures`` is that condition on rows that are summed up by ``port``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Final

from ops.queries.heads import Head, parse

DIRECTORY: Final = Path(__file__).parent
_NAMED: Final = re.compile(r"(?<!@)@(\w+)")
_SEEN: Final = re.compile(r"@@(\w+)")
_PARAMETER: Final = re.compile(r"%\((\w+)\)s")
_LIMIT: Final = re.compile(r"\nLIMIT \d+\s*$")

#: Parameters that a person can give, with what stands for "all": texts, and times (since, until) in ms UTC. A query that
#: wants another one is asked by a command of its own, for a call of a vessel.
TEXTS: Final = ("port", "terminal", "trade", "direction", "from_port", "to_port", "vessel", "voyage", "number", "code")
TIMES: Final = ("since", "until")
#: The figures of model 5 by terminal, trade and direction, as pages and dashboards show them.
FIGURES: Final = (
    "call_times", "berth_occupancy", "quay_rate", "crane_rate", "moves", "truck_turn", "cameras", "dwell", "release_lead",
    "arrival_confirmation", "inspections", "transfers", "mixed_share", "import_stay", "paper_timeliness",
)  # fmt: skip


class NoSuchQuery(ValueError):
    """There is no named query of that name; the text says which there are."""


class WrongParameter(ValueError):
    """A named query has no such parameter, or cannot be asked with that value. The text is English, ``zh`` the Chinese one."""

    def __init__(self, en: str, zh: str) -> None:
        super().__init__(en)
        self.zh = zh


@cache
def names() -> tuple[str, ...]:
    """All named queries."""
    return tuple(sorted(path.stem for path in DIRECTORY.glob("*.sql")))


def query(name: str, seen: Callable[[str], str] = lambda table: "1", limit: int = 0) -> str:
    """The text of a named query, with those that it names. ``seen``: table to the condition on what of it may be seen;
    ``limit``: rows at most, unless the query has a limit of its own; 0 = all.

    Raises NoSuchQuery.
    """
    text = _SEEN.sub(lambda match: f"({seen(match[1])})", _text(name))
    return f"{text}LIMIT {limit}\n" if limit and not _LIMIT.search(text) else text


def scoped(name: str) -> frozenset[str]:
    """The tables of which a named query shows only what may be seen."""
    return frozenset(_SEEN.findall(_text(name)))


@cache
def head(name: str) -> Head:
    """What a named query says of itself. Raises NoSuchQuery, or ValueError for a head that lacks something."""
    try:
        return parse(_file(name))
    except ValueError as error:
        raise error if isinstance(error, NoSuchQuery) else ValueError(f"{name}.sql: {error}") from error


def parameters(name: str) -> frozenset[str]:
    """The parameters that a named query wants."""
    return frozenset(_PARAMETER.findall(_text(name)))


def askable(name: str) -> bool:
    """True when a person can give all that a named query wants."""
    return parameters(name) <= {*TEXTS, *TIMES}


def given(name: str, texts: Mapping[str, str], times: Mapping[str, int]) -> dict[str, object]:
    """The parameters of an askable query: those that are given, and what stands for all.

    ``times`` must hold those of `TIMES` that the query wants (ms UTC). Raises WrongParameter for one that it does not have.
    """
    wanted = parameters(name)
    if unknown := texts.keys() - wanted:
        has, wrong = ", ".join(sorted(wanted)), ", ".join(sorted(unknown))
        raise WrongParameter(
            f"the query {name!r} has no parameter {wrong}; it has: {has or 'none'}",
            f"查询 {name} 没有参数 {wrong}；可用参数：{has or '无'}",
        )
    found: dict[str, object] = {text: texts.get(text, "") for text in TEXTS if text in wanted}
    found.update((at, datetime.fromtimestamp(times[at] / 1000, UTC)) for at in TIMES if at in wanted)
    return found


@cache
def _text(name: str) -> str:
    return _NAMED.sub(lambda match: f"(\n{_text(match[1])})", _body(_file(name)))


def _file(name: str) -> str:
    if name not in names():
        raise NoSuchQuery(f"there is no query {name!r}; there are: {', '.join(names())}")
    return (DIRECTORY / f"{name}.sql").read_text(encoding="utf-8")


def _body(text: str) -> str:
    return "".join(line for line in text.splitlines(keepends=True) if not line.startswith("--"))
