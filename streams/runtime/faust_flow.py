"""Consumer mixin: when partitions flow, and what is done about offsets when they stop.

Bound to faust-streaming 0.15.3 (`faust_pins`). What it mends there:

* acknowledged, uncommitted offsets are thrown away *before* the last commit of a rebalance;
* `wait_empty` waits without limit for work that cannot end (store down), and the broker evicts the worker;
* `commit()` does nothing while an older commit runs, so "the last commit" may miss the last acknowledgements;
* source partitions are resumed before the seek to the committed offsets, so records are queued and then cleared;
* a stream that meets an event while flow is suspended *acknowledges* it; here only the engine's acknowledgement counts.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from typing import Any, Protocol, TypeVar

from faust.transport.consumer import Consumer, ensure_TPset
from faust.types import TP, Message

from streams.runtime.faust_ledger import OffsetLedger

Offsets = TypeVar("Offsets")


class CommitSide(Protocol):
    """What the consumer needs of the engine."""

    async def checkpoint(self, offsets: Callable[[], Offsets]) -> Offsets | None: ...

    def revoke(self, partitions: set[int]) -> None: ...


class FlowMixin(Consumer):
    """Offsets by ledger and barrier; see the module docstring."""

    #: Seconds to let agents finish the batch in hand when flow stops. With `last_commit_timeout` well below the
    #: rebalance timeout (60 s), or the group goes on without this worker.
    settle_timeout = 5.0
    #: Seconds for the barrier and the last commit of a rebalance or a stop. What is not committed then is read again
    #: by the next owner, which costs time and no data.
    last_commit_timeout = 15.0

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.ledger = OffsetLedger()
        self.in_hand = 0  # batches that agents are working on now
        self.sources_flow = False  # recovered, sought, resumed; until the next revocation
        self._held: set[TP] = set()
        self._seeked = False
        super().__init__(*args, **kwargs)

    @property
    def engine(self) -> CommitSide:
        engine: CommitSide = self.app.engine  # type: ignore[attr-defined]
        return engine

    def ack(self, message: Message) -> bool:
        """Faust's own acknowledgement: not counted, because a stream also acknowledges what it *skips*.

        The engine acknowledges through the unit it was given with the batch.
        """
        message.acked = True
        self._unacked_messages.discard(message)
        return False

    async def force_commit(self, topics: Any = None, start_new_transaction: bool = True) -> bool:
        """Commit at the engine's checkpoint: rows, outputs and changelog first, offsets last."""
        safe = await self.engine.checkpoint(self.ledger.committable)
        assigned = self.assignment()
        offsets = {TP(*tp): o for tp, o in (safe or {}).items() if tp in assigned}
        if not offsets or not await self._commit(offsets):
            return False
        self.ledger.committed({(tp.topic, tp.partition): offset for tp, offset in offsets.items()})
        self._committed_offset.update(offsets)
        self.app.monitor.on_tp_commit(offsets)
        return True

    async def wait_empty(self) -> None:
        """Flow has stopped: let agents finish what is in hand, then commit. Bounded; called at rebalance and stop."""
        loop = asyncio.get_running_loop()
        end = loop.time() + self.settle_timeout
        while self.in_hand and loop.time() < end:  # noqa: ASYNC110 - once per rebalance; an event would be set per batch
            await asyncio.sleep(0.01)
        self._unacked_messages.clear()
        try:
            async with asyncio.timeout(self.last_commit_timeout):
                while self._commit_fut is not None:  # it may be older than the last acknowledgements
                    await self.maybe_wait_for_commit_to_finish()
                await self.commit()
        except TimeoutError:
            self.log.warning("The store or the broker did not take the last work within %.0f s; it will be read again.",
                             self.last_commit_timeout)
        if open_units := self.ledger.open_units():
            self.log.info("%d batches were given back unfinished and will be read again.", open_units)

    async def on_partitions_revoked(self, revoked: set[TP]) -> None:
        """Settle and commit (inside the parent's call, through `wait_empty`), and only then let the state go."""
        self._seeked = self.sources_flow = False
        self._held.clear()
        await super().on_partitions_revoked(revoked)
        self.ledger.reset()
        # Eager rebalancing takes all partitions from all members: state is dropped and read again from the changelog,
        # because rows of batches that were dropped here would be lost if their evidence stayed in the state.
        self.engine.revoke({tp.partition for tp in revoked})

    def resume_partitions(self, tps: Iterable[TP]) -> None:
        """Changelogs flow at once; sources wait until recovery has ended and the seek is done."""
        changelogs = self.app.tables.changelog_topics
        wanted = ensure_TPset(tps)
        sources = {tp for tp in wanted if tp.topic not in changelogs}
        self._held |= sources
        if wanted - sources:
            super().resume_partitions(wanted - sources)

    async def perform_seek(self) -> None:
        """Every source partition to its committed offset, and one that has none to its beginning.

        Upstream leaves the latter where it stands: records that a fetch had taken and a rebalance thrown away are lost.
        """
        await super().perform_seek()
        fresh = {tp for tp in self.assignment() if not self._is_changelog_tp(tp) and self._read_offset[tp] is None}
        if fresh:
            await self.seek_wait(await self.earliest_offsets(*fresh))
        self._seeked = True

    def resume_flow(self) -> None:
        if self._seeked:
            self._seeked = False
            self.sources_flow = True
            self.ledger.reset()
            held, self._held = self._held, set()
            super().resume_partitions(held)
        super().resume_flow()
