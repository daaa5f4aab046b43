"""The simulated world: four ports, seeded, day after day, as a stream of deliveries with its truth beside it."""

from __future__ import annotations

import gc
from bisect import bisect_left
from collections.abc import Iterator
from typing import Final

from ops.simulate import control, filing
from ops.simulate.cargo import BACK_AFTER, Box
from ops.simulate.clock import DAY, HOUR, MINUTE, midnight
from ops.simulate.day import Day
from ops.simulate.delivery import Delivery
from ops.simulate.fleet import Call
from ops.simulate.noise import Noise
from ops.simulate.sheet import DUE, Sheet, Truth

#: Earliest event of a day's stories, before its midnight: announcements of the feeders' cargo.
AHEAD: Final = 60 * HOUR
#: The final `now` is this long after the last event: every deadline has passed by then.
SETTLED: Final = 10 * HOUR


class World:
    """A world that is the same for the same arguments.

    ``days`` from ``start`` (a date, Beijing), ``scale`` 1.0 = about 14,000 boxes a day; some boxes that went to sea come
    again ten days later, under their number. ``disorder`` is the mean delay
    of delivery in seconds (0: events come in the order in which they were recorded), ``duplicates`` the share of
    deliveries that come twice, ``late`` the share that comes hours late, ``heartbeat`` minutes between heartbeats.
    The truth depends on ``seed``, ``days``, ``scale`` and ``start`` only. Raises ValueError for a bad argument.
    """

    def __init__(
        self, seed: int = 1, days: int = 1, scale: float = 1.0, start: str = "2026-03-02", disorder: float = 20.0,
        duplicates: float = 0.02, late: float = 0.01, heartbeat: int = 5,
    ) -> None:  # fmt: skip
        if days < 1 or days > 400:
            raise ValueError(f"days is {days}; expected 1 to 400")
        if not 0 < scale <= 5:
            raise ValueError(f"scale is {scale}; expected more than 0 and at most 5 (1 is a full-size day)")
        if disorder < 0 or not 0 <= duplicates <= 1 or not 0 <= late <= 1:
            raise ValueError("disorder must be 0 or more seconds; duplicates and late are shares between 0 and 1")
        if heartbeat < 1:
            raise ValueError(f"heartbeat is {heartbeat}; expected at least 1 minute")
        self.seed = seed
        self.days = days
        self.scale = scale
        self.midnight = midnight(start)
        self.disorder = disorder
        self.duplicates = duplicates
        self.late = late
        self.heartbeat = heartbeat * MINUTE
        self._answers: _Answers | None = None
        #: by day, the boxes that may come again; days are made in their order
        self._gone: dict[int, list[Box]] = {}

    def deliveries(self) -> Iterator[Delivery]:
        """Everything that the ports send, in order of delivery; at the end each port's FINAL.

        Memory holds about three days at a time, however many there are.
        """
        noise = Noise(self.seed, self.disorder, self.duplicates, self.late)
        totals = control.Totals()
        answers = _Answers()
        pending: list[Delivery] = []
        for day in range(self.days):
            begin = self.midnight + day * DAY
            sheet, calls = self._day(day)
            answers.add(sheet)
            totals.add(sheet)
            noise.begin(day)
            pending += noise.deliver(sheet.planned)
            pending += noise.deliver_files(filing.files(sheet, calls))
            is_last = day == self.days - 1
            pending += control.heartbeats(
                begin if day else begin - AHEAD, answers.last if is_last else begin + DAY, self.heartbeat
            )
            del sheet, calls
            pending.sort(key=_by_time)
            if not is_last:
                ready = bisect_left(pending, begin + DAY - AHEAD, key=_by_time)
                yield from pending[:ready]
                del pending[:ready]
        self._answers = answers
        yield from pending
        end = pending[-1].at_ms if pending else 0
        yield from control.closing(totals, answers.now, max(answers.now, end), self.midnight)

    def truth(self) -> list[Truth]:
        """What the platform must show at the end (contracts, section 6)."""
        return self._known().told()

    def customs_plan(self) -> list[Truth]:
        """What customs answers to arrival reports, and when (contracts, section 6)."""
        return self._known().customs

    def _known(self) -> _Answers:
        if self._answers is None:
            answers = _Answers()
            for day in range(self.days):
                answers.add(self._day(day)[0])
            self._answers = answers
        return self._answers

    def _day(self, day: int) -> tuple[Sheet, dict[str, Call]]:
        # A day makes many objects and no cycles: the collector would walk the growing sheet again and again for
        # nothing, a fifth of the time.
        collecting = gc.isenabled()
        gc.disable()
        try:
            made = Day(self.seed, day, self.midnight, self.scale, self._gone.get(day - BACK_AFTER, ()))
            sheet = made.write()
            self._gone[day] = sheet.mint.gone
            return sheet, made.calls
        finally:
            if collecting:
                gc.enable()


class _Answers:
    """What the stories say must come out."""

    def __init__(self) -> None:
        self.truth: list[Truth] = []
        self.customs: list[Truth] = []
        self.last = 0

    def add(self, sheet: Sheet) -> None:
        self.truth += sheet.truth
        self.customs += sheet.customs
        self.last = max(self.last, sheet.last)

    @property
    def now(self) -> int:
        """The final `now`: it follows from the stories alone, whatever delivery does to them."""
        return self.last + SETTLED

    def told(self) -> list[Truth]:
        """The truth at the final `now`: what is due later has not come yet."""
        return [_without_due(line) for line in self.truth if line.get(DUE, 0) < self.now]


def _without_due(line: Truth) -> Truth:
    return {key: value for key, value in line.items() if key != DUE} if DUE in line else line


def _by_time(delivery: Delivery) -> int:
    return delivery.at_ms
