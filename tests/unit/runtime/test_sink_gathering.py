"""How long rows wait for others of the same insert, in virtual time."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from streams.runtime.bundle import Bundle
from streams.runtime.metrics import Metrics
from streams.runtime.sink import CATCHING_UP_MS, CATCHING_UP_WAITS, ENOUGH, Sink
from tests.faults.simulation.loop import SeededLoop
from tests.unit.runtime.fakes import AT, Clock, at_once

WAIT_S = 0.5
FLUSH_S = 0.25


class Watched:
    """A store that notes when which rows came."""

    def __init__(self) -> None:
        self.inserts: list[tuple[float, list[int]]] = []

    def insert(self, table: str, rows: Sequence[tuple[Any, ...]]) -> None:
        self.inserts.append((round(asyncio.get_running_loop().time(), 3), [r[2] for r in rows]))

    def insert_arrow(self, table: str, batch: Any) -> None:
        raise AssertionError("no columns here")

    def stored_keys(self, table: str, book_keys: Sequence[str]) -> list[Any]:
        return []


def inserts(puts: Sequence[tuple[float, int]], appended: int = AT, records: int = 1) -> list[tuple[float, list[int]]]:
    """(when, rows) of each insert, for rows that are put at these moments."""
    store = Watched()

    async def run() -> None:
        sink = Sink(store, at_once, Clock(), Metrics(), lambda *_: None, lambda: True, WAIT_S)
        task = asyncio.ensure_future(sink.run())
        for at, offset in puts:
            await asyncio.sleep(at - asyncio.get_running_loop().time())
            bundle = Bundle()
            bundle.add_rows("dead_letters", [("t", 0, offset, "CODE", "why", "", 0, b"", 1)])
            bundle.appended.append(np.array([appended]))
            bundle.records = records
            sink.put(bundle)
        await asyncio.sleep(60)
        task.cancel()

    loop = SeededLoop(random.Random(1))
    try:
        loop.run_until_complete(run())
    finally:
        loop.close()
    return store.inserts


def test_rows_of_flushes_within_the_wait_are_one_insert_and_the_first_sets_its_time() -> None:
    assert inserts([(1.0, 1), (1.2, 2), (1.4, 3), (1.6, 4)]) == [(1.5, [1, 2, 3]), (2.1, [4])]


def test_a_lone_row_waits_no_longer_than_the_wait() -> None:
    assert inserts([(1.0, 1)]) == [(1.5, [1])]


def test_what_is_large_enough_goes_at_once() -> None:
    assert inserts([(1.0, 1)], records=ENOUGH) == [(1.0, [1])]
    assert inserts([(1.0, 1), (1.2, 2), (1.4, 3)], records=ENOUGH // 2) == [(1.2, [1, 2]), (1.9, [3])]


@pytest.mark.parametrize(("behind_ms", "flushes"), [(CATCHING_UP_MS, 3), (CATCHING_UP_MS + 1, CATCHING_UP_WAITS * 2 + 1)])
def test_a_worker_that_catches_up_gathers_longer(behind_ms: int, flushes: int) -> None:
    _, first = inserts([(1.0 + FLUSH_S * 0.99 * n, n) for n in range(20)], AT - behind_ms)[0]
    assert first == list(range(flushes))


def test_a_worker_that_catches_up_does_not_wait_for_what_does_not_come() -> None:
    assert inserts([(1.0, 1), (1.2, 2)], AT - CATCHING_UP_MS - 1) == [(1.7, [1, 2])]
