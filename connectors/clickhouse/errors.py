"""The store's error family, and which engine error belongs to which member.

A caller needs to know one thing: try the same batch again, take bad rows out, or stop. The codes are ClickHouse's;
they are sorted by meaning and were, where possible, produced on a live engine.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final


class StoreError(Exception):
    """Anything that the store refuses. ``code`` is ClickHouse's error code, 0 where there is none."""

    def __init__(self, reason: str, code: int = 0) -> None:
        super().__init__(reason)
        self.reason = reason
        self.code = code


class Retry(StoreError):
    """The store could not take the batch now: send the *same* batch again, with backoff; nothing is wrong with it.

    Part of the batch may already be stored; tables keep the highest version of a key, so sending it again is harmless.
    ``smaller``: halve the batch before the next attempt (memory or time limit). ``attempts``: give up after so many
    tries (an error that we cannot place), None = never give up.
    """

    def __init__(self, reason: str, code: int = 0, *, smaller: bool = False, attempts: int | None = None) -> None:
        super().__init__(reason, code)
        self.smaller = smaller
        self.attempts = attempts


class BadRows(StoreError):
    """Some rows can never be stored. ``reasons`` maps the index of each bad row to why; the others are good.

    ``indices`` is empty where the engine refused the batch without naming a row: bisect it
    (:func:`connectors.clickhouse.writer.insert_or_split` does).
    """

    def __init__(self, reason: str, reasons: Mapping[int, str] | None = None, code: int = 0) -> None:
        super().__init__(reason, code)
        self.reasons: dict[int, str] = dict(reasons or {})

    @property
    def indices(self) -> tuple[int, ...]:
        """Positions of the bad rows in the batch, ascending."""
        return tuple(sorted(self.reasons))


class Misconfigured(StoreError):
    """Schema, access or set-up is wrong: stop and alarm. Good data must never be dead-lettered for it."""


class QueryFailed(StoreError):
    """A statement is wrong or passed a limit of its reader: report it to whoever asked."""


# 159 timeout, 241 memory: the same rows fit in smaller pieces.
SMALLER: Final = frozenset({159, 241})
# Overload, shutdown, network, replication: passes by itself.
BUSY: Final = frozenset({160, 202, 203, 209, 210, 236, 242, 243, 252, 279, 285, 319, 394, 425, 439, 999}) | SMALLER
# Unknown column, function, table, database, setting; access denied, wrong user or password; path held by another.
CONFIGURATION: Final = frozenset({16, 46, 47, 57, 60, 76, 81, 115, 164, 192, 193, 194, 497, 516})
# A value that does not fit its column.
DATA: Final = frozenset({6, 26, 27, 38, 41, 53, 69, 70, 117, 131, 321, 349})
# A statement that cannot be parsed, or passed a reader's limit.
QUERY: Final = frozenset({36, 43, 62, 158, 395, 396})
# How often an error that we cannot place is tried before the sink stops.
UNCLEAR_ATTEMPTS: Final = 5


def insert_error(code: int, reason: str) -> StoreError:
    """The error that an insert raises for engine error ``code``."""
    if code in BUSY:
        return Retry(reason, code, smaller=code in SMALLER)
    if code in DATA:
        return BadRows(reason, code=code)
    if code in CONFIGURATION or code in QUERY:
        return Misconfigured(reason, code)
    return Retry(reason, code, attempts=UNCLEAR_ATTEMPTS)


def query_error(code: int, reason: str) -> StoreError:
    """The error that a query or a DDL statement raises for engine error ``code``."""
    if code in BUSY - SMALLER:
        return Retry(reason, code)
    if code in {81, 192, 193, 194, 516}:  # the connection itself is set up wrongly, whatever was asked
        return Misconfigured(reason, code)
    return QueryFailed(reason, code)
