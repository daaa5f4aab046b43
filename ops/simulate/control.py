"""Control records: heartbeats, daily totals, and the FINAL that says what time it is when all has been sent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Final

from ops.simulate import filing
from ops.simulate.clock import DAY, HOUR, local
from ops.simulate.delivery import Delivery, Record
from ops.simulate.ports import KINDS, PORTS, SLUGS
from ops.simulate.sheet import Sheet

#: Customs tells no totals.
SILENT: Final = "CUSTOMS"
#: One total is wrong: the gate of this port says on the world's first day that it recorded so many events more.
WRONG: Final = ("rizhao", "gate", 3)


def _record(event_type: str, port: str, event_id: str, at: int, party: str = "") -> Record:
    return {
        "event_id": event_id,
        "source_party": party or PORTS[port].party,
        "source_system": "CONTROL",
        "event_type": event_type,
        "classifier": "ACT",
        "event_time": at,
        "record_time": at,
        "updated_time": at,
        "is_retracted": False,
        "port": port,
    }


def _delivery(at: int, record: Record) -> Delivery:
    port = record["port"]
    return Delivery(at, f"{port}.control.v1", port, "control", record, None, 1)


def heartbeats(begin: int, end: int, every: int) -> Iterator[Delivery]:
    """One heartbeat per port and kind each ``every`` ms in [begin, end)."""
    for at in range(begin, end, every):
        for port in SLUGS:
            for kind in KINDS:
                record = _record("HEARTBEAT", port, f"HB-{port}-{kind}-{at}", at)
                record["of_kind"] = kind
                record["sent_up_to"] = at
                yield _delivery(at + 1000, record)


class Totals:
    """Counts what each party recorded for a port, per kind and day (Beijing): every version of an event once, however often
    it came. A move that is filed is recorded when its file is written."""

    def __init__(self) -> None:
        self._counts: Counter[tuple[int, str, str, str]] = Counter()

    def add(self, sheet: Sheet) -> None:
        """Count a day's sheet."""
        for planned in sheet.planned:
            record = planned.record
            if planned.kind not in KINDS:
                continue
            self._count(record["updated_time"], record, planned.kind)
        for filed in sheet.filed:
            self._count(filing.written_at(filed), filed.record, filed.kind)

    def _count(self, recorded_at: int, record: Record, kind: str) -> None:
        if record["source_party"] != SILENT:
            self._counts[_day_of(recorded_at), record["port"], kind, record["source_party"]] += 1

    def deliveries(self, at: int, first_day: int) -> Iterator[Delivery]:
        """The TOTALS records, by day; ``first_day`` begins at this time (ms UTC)."""
        for (number, port, kind, party), count in sorted(self._counts.items()):
            day = local(number * DAY, "%Y-%m-%d")
            wrong = (port, kind) == WRONG[:2] and number == _day_of(first_day)
            record = _record("TOTALS", port, f"TOT-{port}-{kind}-{party}-{day}", at, party)
            record.update(of_kind=kind, day=day, count=count + (WRONG[2] if wrong else 0))
            yield _delivery(at, record)


def _day_of(at: int) -> int:
    """The Beijing day of a time, as a number of days."""
    return (at + 8 * HOUR) // DAY


def closing(totals: Totals, now: int, at: int, begin: int) -> Iterator[Delivery]:
    """The end of the stream of a world that began at ``begin``, delivered at ``at``: all totals, then each port's FINAL
    with the final ``now``."""
    yield from totals.deliveries(at, begin)
    for port in SLUGS:
        record = _record("FINAL", port, f"FINAL-{port}", now)
        record["now"] = now
        yield _delivery(at, record)
