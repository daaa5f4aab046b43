"""Who recomputes the hourly figures, and which hours."""

from __future__ import annotations

import asyncio

import pytest

from connectors.clickhouse.errors import Retry
from streams.runtime.refresher import DAY_MS, HOUR_MS, Refresher
from tests.unit.runtime.fakes import AT, Clock, at_once


class Figures:
    """Notes which hours are to be looked at."""

    def __init__(self) -> None:
        self.told: list[tuple[int, int, int]] = []
        self.forgotten = 0
        self.away = False

    def refresh(self, lo: int, hi: int, now_ms: int) -> None:
        if self.away:
            raise Retry("the store is away")
        self.told.append((lo, hi, now_ms))

    def forget(self) -> None:
        self.forgotten += 1


class Rig:
    def __init__(self) -> None:
        self.figures = Figures()
        self.now: int | None = AT
        self.refresher = Refresher(self.figures, Clock(), lambda: self.now, 0.001, at_once)


async def test_who_does_not_hold_partition_0_recomputes_nothing_and_starts_anew_when_it_does() -> None:
    rig = Rig()
    rig.now = None
    await rig.refresher.turn()
    assert (rig.figures.told, rig.figures.forgotten) == ([], 1)


async def test_thirteen_months_back_and_two_ahead_are_looked_at_in_whole_hours() -> None:
    rig = Rig()
    rig.now = AT + 1
    await rig.refresher.turn()
    ((lo, hi, now),) = rig.figures.told
    assert (lo % HOUR_MS, hi % HOUR_MS, now) == (0, 0, AT)
    assert AT - 400 * DAY_MS - HOUR_MS < lo <= AT - 92 * DAY_MS
    assert hi >= AT + 61 * DAY_MS
    assert rig.figures.forgotten == 0


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
