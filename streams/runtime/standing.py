"""How many arrival cases stand in which state and which exceptions are open: counted from the rows as they are derived."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any, Final

from streams.domain.rows import KEYS, TABLES
from streams.runtime.metrics import Metrics

Row = tuple[Any, ...]


def _places(table: str, *names: str) -> tuple[int, ...]:
    columns = [name for name, _ in TABLES[table]]
    return tuple(columns.index(name) for name in names)


#: Table -> (length of its key, column that is counted, column of the state, column that says it is gone).
_READ: Final = {
    "arrival_cases": (len(KEYS["arrival_cases"]), *_places("arrival_cases", "state", "state", "is_deleted")),
    "exceptions": (len(KEYS["exceptions"]), *_places("exceptions", "code", "state", "is_deleted")),
}


class Standing:
    """What one partition's latest rows say. The worker's gauges are the sum over its partitions."""

    def __init__(self) -> None:
        self._labels: dict[str, dict[Row, str]] = {table: {} for table in _READ}
        self.counts: dict[str, Counter[str]] = {table: Counter() for table in _READ}

    def learn(self, rows: Mapping[str, list[Row]]) -> None:
        """Take the rows of a flush."""
        for table, (length, counted, state, gone) in _READ.items():
            labels, counts = self._labels[table], self.counts[table]
            for row in rows.get(table, ()):
                before = labels.pop(row[:length], None)
                if before is not None:
                    counts[before] -= 1
                if not row[gone] and row[state] not in ("RESOLVED", "PENDING"):
                    labels[row[:length]] = row[counted]
                    counts[row[counted]] += 1


def show(standings: list[Standing], metrics: Metrics) -> None:
    """Set the gauges."""
    for table, gauge in (("arrival_cases", metrics.cases), ("exceptions", metrics.open_exceptions)):
        total: Counter[str] = Counter()
        for standing in standings:
            total.update(standing.counts[table])
        for label, count in total.items():
            gauge.labels(label).set(count)
