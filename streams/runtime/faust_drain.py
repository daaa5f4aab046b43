"""Consumer mixin: one event per (partition, fetch) instead of one per message, and no blind waits.

Stock Faust spends 70 to 80 us on each message before user code sees it; a batch of thousands for the same price is
what makes the worker fast. Every topic of the application is read this way, the changelog too.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import faust
from faust.types import TP, AppT, Message
from faust.types.tuples import ConsumerMessage
from mode.types import ServiceT

from streams.runtime.faust_flow import FlowMixin
from streams.runtime.faust_ledger import Unit
from streams.runtime.ports import Record

#: A partition that nobody has. Polling it reads nothing and tells the client that the application is alive.
NO_PARTITION = TP("__none__", 0)
#: Kafka's number for timestamps that the broker gave, as in all our topics.
LOG_APPEND_TIME = 1
#: Seconds to wait for records before looking again whether the worker should stop.
POLL = 1.0
#: Seconds between looks at a full agent queue. Only under back-pressure, when the store is the slow part anyway.
ROOM_POLL = 0.005
#: Seconds between reports of log ends. Watermarks need no finer step: deadlines are minutes.
END_REPORT_EVERY = 0.1


class Batch(NamedTuple):
    """The value of every event: records of one partition in offset order, and the receipt for them."""

    records: Sequence[Record]
    unit: Unit | None  # None: a changelog batch, nothing to acknowledge


class BatchSchema(faust.Schema):  # type: ignore[type-arg]  # generic in the stubs, not at run time
    """Hands the batch through undecoded: a decoder that raises inside Faust would stop the fetcher."""

    def loads_key(self, app: AppT, message: Message, **kwargs: Any) -> None:
        return None

    def loads_value(self, app: AppT, message: Message, **kwargs: Any) -> Any:
        return message.value


class DrainMixin(FlowMixin):
    """Fetch, hand out, report log ends."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._room = asyncio.Event()
        self._ends_reported = 0.0
        super().__init__(*args, **kwargs)

    def on_buffer_drop(self, tp: TP) -> None:
        super().on_buffer_drop(tp)
        self._room.set()

    async def _fetch(self) -> Mapping[TP, Sequence[Any]]:
        """Records of the partitions that may be read now; empty when there are none for `POLL` seconds."""
        if not self.flow_active:
            await self.wait(self.can_resume_flow)  # type: ignore[arg-type]
        # A copy: upstream passes the live set to the client, which takes an empty set for "everything". When recovery
        # pauses the last changelog partition, a running fetch then takes source records, and they are thrown away.
        active = set(self._get_active_partitions())
        if active:
            started = time.perf_counter()
            found: Mapping[TP, Sequence[Any]] = await self._getmany(active, POLL)
            engine: Any = self.app.engine  # type: ignore[attr-defined]
            engine.polled(time.perf_counter() - started)
            return found
        # Nothing may be read: back-pressure on all partitions, or more workers than partitions. Upstream sleeps one
        # second and does not poll; after broker_max_poll_interval the client leaves the group for good.
        self._room.clear()
        await self._getmany({NO_PARTITION}, 0.0)
        if not self._get_active_partitions():
            try:
                await asyncio.wait_for(self._room.wait(), POLL)
            except TimeoutError:
                pass
        return {}

    async def _drain_messages(self, fetcher: ServiceT) -> None:
        try:
            while not (self.should_stop or fetcher.should_stop):
                generation = self.app.consumer_generation_id
                for tp, batch in (await self._fetch()).items():
                    if not self.flow_active or self.app.consumer_generation_id != generation:
                        break  # given up while we waited; whoever owns it now seeks to the committed offset first
                    await self._hand_out(TP(*tp), batch, generation)
                self._report_ends()
                await asyncio.sleep(0)
        except self.consumer_stopped_errors:
            if not self.app.should_stop:
                raise
        except asyncio.CancelledError:
            if not self.app.should_stop:
                raise

    async def _hand_out(self, tp: TP, records: Sequence[Record], generation: int) -> None:
        """Give one fetch of one partition to its agent, as one event."""
        next_offset = self._read_offset[tp]
        if next_offset is not None and records and records[0].offset < next_offset:
            records = [r for r in records if r.offset >= next_offset]  # read before; a seek may step back
        if not records:
            return
        conductor: Any = self.app.topics
        queues = [channel.queue for channel in conductor._tp_index.get(tp, ())]
        if any(queue.full() for queue in queues) and not await self._room_in(queues, generation):
            return
        last = records[-1]
        unit = None if self._is_changelog_tp(tp) else self.ledger.deliver(tp, last.offset)
        self._read_offset[tp] = last.offset + 1
        self.app.monitor.track_tp_end_offset(tp, self.highwater(tp))
        value: Any = Batch(records, unit)  # Faust's message takes any value; its annotation says bytes
        await self.callback(
            ConsumerMessage(
                tp.topic, tp.partition, last.offset, last.timestamp / 1000.0, LOG_APPEND_TIME, [], None, value,
                None, 0, 0, tp, generation_id=generation,
            )
        )  # fmt: skip

    async def _room_in(self, queues: Sequence[Any], generation: int) -> bool:
        """Wait until every queue takes an event; False when the partitions were given up meanwhile.

        Upstream starts a task that puts the event later. A rebalance does not cancel that task, and the event lands in
        a queue that was cleared. So room is awaited first, and the hand-over itself never blocks.
        """
        loop = asyncio.get_running_loop()
        polled = loop.time()
        while any(queue.full() for queue in queues):
            await asyncio.sleep(ROOM_POLL)
            if not self.flow_active or self.should_stop or self.app.consumer_generation_id != generation:
                return False
            if loop.time() - polled > POLL:  # a store that is away for minutes must not cost us the membership
                polled = loop.time()
                await self._getmany({NO_PARTITION}, 0.0)
        return True

    def _report_ends(self) -> None:
        """Tell the engine where the logs end, and which are read, and worked on, to there: that is what moves its clock."""
        now = asyncio.get_running_loop().time()
        if not self.sources_flow or now - self._ends_reported < END_REPORT_EVERY:
            return
        self._ends_reported = now
        engine: Any = self.app.engine  # type: ignore[attr-defined]
        for tp, (position, end, at_ms) in self.log_positions().items():
            engine.log_end(tp.topic, tp.partition, position, end, at_ms)
            if position >= end and self.ledger.all_taken(tp):
                engine.at_end(tp.topic, tp.partition, at_ms)

    def log_positions(self) -> Mapping[TP, tuple[int, int, int]]:
        """Per source partition: next offset to read, log end, and when the broker said so (ms). Cheap, no request."""
        raise NotImplementedError
