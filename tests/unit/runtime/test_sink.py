"""The sink: order, patience, refusals."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any

import pyarrow as pa
import pytest

from connectors.clickhouse.errors import BadRows, Misconfigured, Retry
from streams.runtime import sink as sink_module
from streams.runtime.bundle import Bundle
from streams.runtime.mark import Mark
from streams.runtime.metrics import Metrics
from streams.runtime.sink import Sink
from tests.unit.runtime.fakes import Clock, at_once

TABLE = "dead_letters"


def row(offset: int, version: int = 1) -> tuple[Any, ...]:
    return ("t", 0, offset, "CODE", "why", "", 0, b"", version)


class Scripted:
    """A store that raises what it is told to, then keeps the rows."""

    def __init__(self, *errors: Exception) -> None:
        self.errors = list(errors)
        self.inserts: list[list[int]] = []
        self.told: Callable[[], None] = lambda: None  # before an error
        self.bad: set[int] = set()
        self.names_bad = True

    def insert(self, table: str, rows: Sequence[tuple[Any, ...]]) -> None:
        if self.errors:
            self.told()
            raise self.errors.pop(0)
        wrong = {i: "no" for i, r in enumerate(rows) if r[2] in self.bad}
        if wrong:
            raise BadRows("bad rows", wrong if self.names_bad else {})
        self.inserts.append([r[2] for r in rows])

    def insert_arrow(self, table: str, batch: pa.Table) -> None:
        self.insert(table, [(None, None, offset) for offset in batch.column("kafka_offset").to_pylist()])

    def stored_keys(self, table: str, book_keys: Sequence[str]) -> list[Any]:
        return []


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sink_module, "FIRST_PAUSE", 0.0)
    monkeypatch.setattr(sink_module, "LONGEST_PAUSE", 0.0)
    monkeypatch.setattr(sink_module, "RECHECK_S", 0.0)


class Running:
    def __init__(self, store: Scripted, blocking: Any = at_once) -> None:
        self.refused: list[tuple[str, list[dict[str, Any]], str]] = []
        self.metrics = Metrics()
        self.member = True
        self.sink = Sink(store, blocking, Clock(), self.metrics, lambda *a: self.refused.append(a), lambda: self.member)

    def put(self, *rows: tuple[Any, ...], ack: Callable[[], None] = lambda: None) -> None:
        bundle = Bundle()
        bundle.add_rows(TABLE, list(rows))
        bundle.acks.append(ack)
        self.sink.put(bundle)

    async def written(self) -> None:
        """All that was put before this is in the store."""
        mark = Mark(lambda: None)
        bundle = Bundle()
        bundle.acks.append(mark.stored)
        self.sink.put(bundle)
        mark.sent()
        async with asyncio.timeout(1):
            assert await mark.passed()


async def until(condition: Callable[[], Any]) -> None:
    async with asyncio.timeout(1):
        while not condition():
            await asyncio.sleep(0)


@asynccontextmanager
async def running(store: Scripted, blocking: Any = at_once) -> AsyncIterator[Running]:
    r = Running(store, blocking)
    task = asyncio.ensure_future(r.sink.run())
    try:
        yield r
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_records_are_acknowledged_in_order_and_only_after_their_rows_are_in() -> None:
    store = Scripted()
    events: list[str] = []
    async with running(store) as r:
        r.put(row(1), ack=lambda: events.append(f"1 after {store.inserts}"))
        r.put(row(2), ack=lambda: events.append("2"))
        await r.written()
    assert events == ["1 after [[1, 2]]", "2"]


async def test_a_store_that_is_away_gets_the_same_batch_until_it_takes_it() -> None:
    store = Scripted(Retry("away"), Retry("away"), Retry("away"))
    async with running(store) as r:
        r.put(row(1), row(2))
        await r.written()
    assert store.inserts == [[1, 2]]
    assert r.refused == []
    sample = r.metrics.registry.get_sample_value
    assert sample("yigangtong_store_retries_total") == 3
    assert sample("yigangtong_store_errors_total", {"error": "Retry"}) == 3
    assert sample("yigangtong_insert_rows_sum") == 2


@pytest.mark.parametrize("named", [True, False])
async def test_rows_that_can_never_be_stored_are_refused_and_the_rest_goes_in(named: bool) -> None:
    store = Scripted()
    store.bad, store.names_bad = {2, 5}, named
    async with running(store) as r:
        r.put(*(row(i) for i in range(1, 7)))
        await r.written()
    assert sorted(offset for batch in store.inserts for offset in batch) == [1, 3, 4, 6]
    assert sorted(d["kafka_offset"] for _, rows, _ in r.refused for d in rows) == [2, 5]


@pytest.mark.parametrize("named", [True, False])
async def test_the_same_holds_for_rows_by_column(named: bool) -> None:
    store = Scripted()
    store.bad, store.names_bad = {2}, named
    async with running(store) as r:
        bundle = Bundle()
        bundle.add_table("intake", pa.table({"kafka_offset": [1, 2, 3]}))
        r.sink.put(bundle)
        await r.written()
    assert sorted(offset for batch in store.inserts for offset in batch) == [1, 3]
    assert [d["kafka_offset"] for _, rows, _ in r.refused for d in rows] == [2]


async def test_a_batch_that_is_too_large_for_the_store_is_halved() -> None:
    store = Scripted(Retry("memory", smaller=True))
    async with running(store) as r:
        r.put(*(row(i) for i in range(1, 5)))
        await r.written()
    assert store.inserts == [[1, 2], [3, 4]]


async def test_an_error_that_nobody_knows_ends_the_worker_after_its_tries() -> None:
    r = Running(Scripted(*(Retry("code 4711", attempts=2) for _ in range(9))))
    r.put(row(1))
    with pytest.raises(Retry, match="4711"):
        await asyncio.wait_for(r.sink.run(), 1)


async def test_a_wrong_schema_ends_the_worker_and_acknowledges_nothing() -> None:
    acked: list[int] = []
    r = Running(Scripted(Misconfigured("no such column")))
    r.put(row(1), ack=lambda: acked.append(1))
    with pytest.raises(Misconfigured):
        await asyncio.wait_for(r.sink.run(), 1)
    assert acked == []


async def test_of_a_book_that_changes_while_the_store_is_away_only_the_last_row_is_kept() -> None:
    first, second = Bundle(), Bundle()
    call = ("V", "qingdao", "C1")
    first.add_rows("port_calls", [(*call, "old", 10), (*call, "older", 9)])
    second.add_rows("port_calls", [(*call, "new", 11)])
    first.merge(second)
    assert list(first.state["port_calls"].values()) == [(*call, "new", 11)]


async def test_dropped_bundles_are_not_written_and_give_their_memory_back() -> None:
    held = asyncio.Event()

    async def blocking(call: Callable[[], Any]) -> Any:
        await held.wait()
        return call()

    store = Scripted()
    async with running(store, blocking) as r:
        r.put(row(1))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        waiting = Bundle()
        waiting.raw_bytes = 1_000_000
        waiting.add_rows(TABLE, [row(2)])
        r.sink.put(waiting)
        assert r.sink.held_bytes() >= 1_000_000
        r.sink.drop()
        assert r.sink.held_bytes() < 1_000_000
        held.set()
        await r.written()
    assert store.inserts == []  # the thread had not begun with the first one either


async def test_nothing_is_inserted_in_doubt_and_all_of_it_once_the_group_confirms_the_worker() -> None:
    """The coordinator was away, not we: the evidence is in the books, and nobody else would derive these rows."""
    store = Scripted(Retry("away"))
    acked: list[int] = []
    async with running(store) as r:
        r.member = False
        r.put(row(1), ack=lambda: acked.append(1))
        await until(lambda: r.metrics.fenced.labels("rows")._value.get())
        assert (store.inserts, len(store.errors), acked) == ([], 1, [])
        r.member = True
        await r.written()
    assert (store.inserts, acked) == ([[1]], [1])


@pytest.mark.parametrize("first", [[], [Retry("away")]], ids=["at once", "at its second try"])
async def test_a_bundle_in_doubt_is_given_back_unacknowledged_when_its_partitions_are_lost(first: list[Exception]) -> None:
    store = Scripted(*first)
    acked: list[int] = []
    async with running(store) as r:
        store.told = lambda: setattr(r, "member", False)
        r.member = bool(first)
        r.put(row(1), ack=lambda: acked.append(1))
        await until(lambda: r.metrics.fenced.labels("rows")._value.get())
        r.sink.drop()
        r.member = True
        r.put(row(2))
        await r.written()
    assert (store.inserts, acked) == ([[2]], [])
