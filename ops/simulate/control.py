"""Control records: heartbeats, daily totals, and the FINAL that says what time it is when all has been sent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from ops.simulate.clock import DAY, HOUR, local
from ops.simulate.delivery import Delivery, Record
from ops.simulate.ports import KINDS, PORTS, SLUGS
from ops.simulate.sheet import Sheet


def _record(event_type: str, port: str, event_id: str, at: int) -> Record:
    return {
        "event_id": event_id,
        "source_party": PORTS[port].party,
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
    """Counts what each port sent, per kind and day of recording (Beijing): every event once, however often it came."""

    def __init__(self) -> None:
        self._counts: Counter[tuple[int, str, str]] = Counter()

    def add(self, sheet: Sheet) -> None:
        """Count a day's sheet."""
        for planned in sheet.planned:
            record = planned.record
            self._counts[_day_of(record["updated_time"]), record["port"], planned.kind] += 1
        for filed in sheet.filed:
            self._counts[_day_of(filed.due), filed.record["port"], filed.kind] += 1

    def deliveries(self, at: int) -> Iterator[Delivery]:
        """The TOTALS records, by day."""
        for (number, port, kind), count in sorted(self._counts.items()):
            day = local(number * DAY, "%Y-%m-%d")
            record = _record("TOTALS", port, f"TOT-{port}-{kind}-{day}", at)
            record.update(of_kind=kind, day=day, count=count)
            yield _delivery(at, record)


def _day_of(at: int) -> int:
    """The Beijing day of a time, as a number of days."""
    return (at + 8 * HOUR) // DAY


def closing(totals: Totals, now: int) -> Iterator[Delivery]:
    """The end of the stream: all totals, then each port's FINAL with the final ``now``."""
    yield from totals.deliveries(now)
    for port in SLUGS:
        record = _record("FINAL", port, f"FINAL-{port}", now)
        record["now"] = now
        yield _delivery(now, record)
