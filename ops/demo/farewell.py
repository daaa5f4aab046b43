"""What a newcomer may try while the demo is up: commands that work as they stand, and what each answers."""

from __future__ import annotations

from typing import Final

from ops.trace import Queryable

_CLI: Final = ".venv/bin/yigangtong"
_OPEN: Final = (
    "SELECT subject, code FROM exceptions_now WHERE state = 'RAISED' "
    "AND subject IN (SELECT container_no FROM box_visits_now) ORDER BY raised_at DESC, subject LIMIT 1"
)
_COUNTED: Final = "SELECT code, state, count() AS n FROM exceptions_now GROUP BY code, state ORDER BY n DESC"


def suggestions(reader: Queryable, store: str, bootstrap: str) -> list[tuple[str, str]]:
    """(what it tells, command line), in the order in which to try them; the trace is of a box with an open exception."""
    tried = []
    found = reader.query(_OPEN)
    if found:
        box, code = found[0]["subject"], found[0]["code"]
        tried.append((f"why does this box need a person ({code})? 该箱为何异常", f"{_CLI} trace {box} --store {store}"))
    tried.append(("which exceptions are there? 异常一览", f'{_CLI} query "{_COUNTED}" --store {store}'))
    tried.append((
        "is every record of Kafka accounted for? 记录对账", f"{_CLI} reconcile --store {store} --bootstrap {bootstrap}",
    ))  # fmt: skip
    return tried
