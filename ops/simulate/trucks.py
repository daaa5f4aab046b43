"""Trucks that bring one box and take another: both gate moves carry the same truck visit."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable
from typing import Final

from ops.simulate.clock import MINUTE
from ops.simulate.delivery import Record
from ops.simulate.sheet import Planned

#: How long such a truck is in the port.
STAY: Final = range(20 * MINUTE, 90 * MINUTE)
#: Reports of one pass through a gate are so close together.
_ONE_PASS: Final = 5 * MINUTE

_Pass = tuple[int, list[Record]]


def join_visits(planned: Iterable[Planned], day: int) -> None:
    """Name the truck visits of a day's gate moves that are sent as events; the truck that came is the one that leaves."""
    number = 0
    for passes in _by_terminal(planned).values():
        waiting: deque[_Pass] = deque()
        for at, records in sorted(passes, key=lambda each: each[0]):
            while waiting and at - waiting[0][0] >= STAY.stop:
                waiting.popleft()
            if records[0]["move"] == "IN":
                waiting.append((at, records))
            elif waiting and at - waiting[0][0] in STAY:
                number += 1
                came = waiting.popleft()[1]
                for record in came + records:
                    record["truck_visit_id"] = f"TV{day:03d}{number:05d}"
                for record in records:
                    record["truck_plate"] = came[0]["truck_plate"]
                    if record["ocr"]:
                        record["ocr"] = {**record["ocr"], "plate": came[0]["truck_plate"]}


def _by_terminal(planned: Iterable[Planned]) -> dict[tuple[str, str], list[_Pass]]:
    """The passes of trucks through the gates of each terminal: when, and all that was reported of it."""
    reports: dict[tuple[str, str, str, str], list[Record]] = defaultdict(list)
    for each in planned:
        record = each.record
        if each.kind == "gate" and record["mode"] == "TRUCK" and record["classifier"] == "ACT":
            reports[record["port"], record["terminal_code"], record["container_no"], record["move"]].append(record)
    passes: dict[tuple[str, str], list[_Pass]] = defaultdict(list)
    for (port, terminal, _, _), records in reports.items():
        times = [record["event_time"] for record in records]
        if max(times) - min(times) < _ONE_PASS:
            passes[port, terminal].append((min(times), records))
    return passes
