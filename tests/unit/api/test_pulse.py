"""Followers of the pulse: each gets what comes, and one that is too slow is told how much it missed."""

from __future__ import annotations

import asyncio
from typing import Any

from ops.api.feed import Heard
from ops.api.pulse import MISSED, MOST_WAITING, Change, Pulse


def change(number: int) -> Change:
    return Change("alert", str(number), {"number": number})


def test_a_slow_reader_is_told_how_many_changes_it_missed() -> None:
    async def read() -> list[Change]:
        pulse = Pulse()
        with pulse.following() as follower:
            for number in range(MOST_WAITING + 5):
                pulse.beat(change(number))
            return [await follower.next() for _ in range(3)]

    assert asyncio.run(read()) == [Change(MISSED, "", {"count": 5}), change(5), change(6)]


def test_a_reader_that_keeps_up_misses_nothing_and_one_that_left_gets_nothing() -> None:
    async def read() -> list[Change]:
        pulse = Pulse()
        with pulse.following() as follower:
            for number in range(MOST_WAITING):
                pulse.beat(change(number))
            got = [await follower.next() for _ in range(MOST_WAITING)]
        pulse.beat(change(-1))
        assert not pulse._followers
        return got

    assert asyncio.run(read()) == [change(number) for number in range(MOST_WAITING)]


def test_history_and_watermarks_are_no_change() -> None:
    pulse = Pulse()
    records: list[tuple[dict[str, Any] | None, bool]] = [
        ({"kind": "VISITS"}, False), ({"kind": "WATERMARK"}, True), (None, True), ({"kind": "VISITS"}, True),
    ]  # fmt: skip
    for record, news in records:
        pulse.hear(Heard("visit-update", 0, "B", record, 0, news))
    assert pulse.count == 1
