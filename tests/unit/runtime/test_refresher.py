"""Who recomputes the hourly figures, and which hours."""

from __future__ import annotations

import asyncio

import pytest

from connectors.clickhouse.errors import Retry
from streams.runtime.refresher import ALL_EVERY_MS, DAY_MS, HOUR_MS, Refresher
from tests.unit.runtime.fakes import AT, Clock, at_once


class Figures:
    """Notes which hours are to be recomputed."""

    def __init__(self) -> None:
        self.told: list[tuple[int, int, int]] = []
        self.away = False

    def refresh(self, lo: int, hi: int, now_ms: int) -> None:
        if self.away:
            raise Retry("the store is away")
        self.told.append((lo, hi, now_ms))

    def since(self) -> int:
        """From which hour on the latest turn has recomputed (ms)."""
        ((lo, hi, _),) = self.told
        assert hi > AT + HOUR_MS
        self.told = []
        return lo


class Rig:
    def __init__(self) -> None:
        self.figures = Figures()
        self.clock = Clock()
        self.now: int | None = AT
        self.refresher = Refresher(self.figures.refresh, self.clock, lambda: self.now, 0.001, at_once)


def hour(at: int) -> int:
    return at // HOUR_MS * HOUR_MS


async def test_who_does_not_hold_partition_0_recomputes_nothing() -> None:
    rig = Rig()
    rig.now = None
    await rig.refresher.turn()
    assert rig.figures.told == []


async def test_after_a_take_over_three_months_are_recomputed_then_the_last_day() -> None:
    rig = Rig()
    await rig.refresher.turn()
    assert rig.figures.since() == hour(AT - 92 * DAY_MS)
    rig.now = AT + HOUR_MS
    await rig.refresher.turn()
    assert rig.figures.since() == hour(AT) - 26 * HOUR_MS, "time has moved since the last turn: what came then counts too"
    rig.now = None
    await rig.refresher.turn()
    rig.now = AT
    await rig.refresher.turn()
    assert rig.figures.since() == hour(AT - 92 * DAY_MS)


async def test_what_is_older_is_recomputed_hourly() -> None:
    rig = Rig()
    turns = []
    for later in (0, 1, ALL_EVERY_MS - 1, ALL_EVERY_MS, ALL_EVERY_MS + 1):
        rig.clock.ms = AT + later
        await rig.refresher.turn()
        turns.append(rig.figures.since() == hour(AT - 92 * DAY_MS))
    assert turns == [True, False, False, True, False]


async def test_what_the_store_did_not_take_is_recomputed_later(caplog: pytest.LogCaptureFixture) -> None:
    rig = Rig()
    rig.figures.away = True
    running = asyncio.ensure_future(rig.refresher.run())
    async with asyncio.timeout(3):
        while "the store is away" not in caplog.text:
            await asyncio.sleep(0.001)
        rig.figures.away = False
        while not rig.figures.told:
            await asyncio.sleep(0.001)
    running.cancel()
    del rig.figures.told[1:]
    assert rig.figures.since() == hour(AT - 92 * DAY_MS)


async def test_when_time_leaps_what_is_older_is_recomputed_at_once() -> None:
    rig = Rig()
    turns = []
    for now in (AT, AT + 1, AT + 2 + HOUR_MS, AT + 3 + HOUR_MS):
        rig.now = now
        await rig.refresher.turn()
        turns.append(rig.figures.since() == hour(now - 92 * DAY_MS))
    assert turns == [True, False, True, False]
