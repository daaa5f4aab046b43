"""State recovery: the changelog is read in batches and handed to the engine.

What differs from faust-streaming 0.15.3: batches instead of messages (over ten times faster); the log end is recognised
by the consumer's position when its last offsets hold no record (compaction, transaction markers; stock waits for ever);
records of a partition that is not ours are skipped (stock applies them to the previous table); and an error ends the
worker (stock logs it and goes on with a wrong table).
"""

from __future__ import annotations

import asyncio
from time import monotonic
from typing import Any

from faust.tables import TableManager
from faust.tables.recovery import Recovery
from faust.types import TP
from mode import Service

from streams.runtime.faust_drain import Batch

#: Seconds without a changelog batch before the position is looked at, and how often in a row: two quiet rounds leave
#: the drain loop a turn in between, so that nothing fetched is still on its way.
QUIET, QUIET_ROUNDS = 0.25, 2


class BatchRecovery(Recovery):
    """Feeds `engine.restore`; `engine.recovered` is called once all assigned partitions are read."""

    def _set_recovery_started(self) -> None:
        super()._set_recovery_started()
        #: partition -> the record after which it was read a second time
        self._read_again: dict[TP, int] = {}
        # Here and not in the loop that reads: a fast recovery may signal its end before anybody waits for it.
        self.signal_recovery_end.clear()

    async def on_rebalance(
        self, assigned: set[TP], revoked: set[TP], newly_assigned: set[TP], generation_id: int = 0
    ) -> None:
        self.active_offsets.clear()  # state was dropped at the revocation: read from the beginning
        await super().on_rebalance(assigned, revoked, newly_assigned, generation_id)

    async def _build_highwaters(self, consumer: Any, tps: set[TP], destination: Any, title: str) -> None:
        if title == "active":
            await self.app.begin_assignment()  # type: ignore[attr-defined]
        await super()._build_highwaters(consumer, tps, destination, title)

    async def on_recovery_completed(self, generation_id: int = 0) -> None:
        # The caller swallows the exceptions that say "the service stops" and "another rebalance has begun" while it
        # waits for the last record, and would go on with half a state.
        if self.should_stop or self.need_recovery() or self.app.consumer_generation_id != generation_id:
            return
        self.app.end_recovery()  # type: ignore[attr-defined]
        await super().on_recovery_completed(generation_id)

    @Service.task
    async def _slurp_changelogs(self) -> None:
        quiet = 0
        try:
            while not self.should_stop:
                event = await self._next_batch()
                quiet = quiet + 1 if event is None else 0
                if event is not None:
                    self._apply(event.message, event.value)
                elif self.in_recovery and quiet >= QUIET_ROUNDS:
                    await self._close_ends_without_records()
                if self.in_recovery and not self.need_recovery():
                    self._set_recovery_ended()
                    self.signal_recovery_end.set()
                if event is not None:
                    await asyncio.sleep(0)
        except Exception as error:
            await self.crash(error)
            raise

    async def _next_batch(self) -> Any:
        queue = self.tables.changelog_queue
        if not queue.empty():
            return queue.get_nowait()
        try:
            return await asyncio.wait_for(queue.get(), QUIET)
        except TimeoutError:
            return None

    def _apply(self, message: Any, batch: Batch) -> None:
        tp = message.tp
        if tp not in self.active_tps or message.generation_id != self.app.consumer_generation_id:
            return
        seen = self.active_offsets.get(tp)
        records = batch.records
        if seen is not None and records[0].offset <= seen:
            records = [r for r in records if r.offset > seen]
        if not records:
            return
        self.app.engine.restore(tp.partition, records)  # type: ignore[attr-defined]
        self.active_offsets[tp] = records[-1].offset
        self._active_events_received_at[tp] = self._last_flush_at = monotonic()

    async def _close_ends_without_records(self) -> None:
        """The consumer stands behind the log end, and nothing came: either there was nothing, or a batch was fetched and
        given up at a rebalance. Read from the last record that arrived once more; only then is it the former."""
        for tp, remaining in self.active_remaining().items():
            if remaining <= 0:
                continue
            position = await self.app.consumer.position(tp)
            if position is None or position <= self.active_highwaters[tp]:
                continue
            last = self.active_offsets.get(tp, -1)
            if self._read_again.get(tp) == last:
                self.active_offsets[tp] = self.active_highwaters[tp]
            else:
                self._read_again[tp] = last
                await self.app.consumer.seek(tp, last + 1)


class BatchTableManager(TableManager):
    """`App(TableManager=BatchTableManager)`."""

    @property
    def recovery(self) -> Recovery:
        if self._recovery is None:
            self._recovery = BatchRecovery(self.app, self, beacon=self.beacon, loop=self.loop)
        return self._recovery
