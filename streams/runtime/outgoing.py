"""What leaves at the next flush: rows for the store, messages for Kafka, and whom to tell when they are there."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from itertools import chain
from typing import Any, Final

import numpy as np

from schemas.topics import Topics
from streams.domain.effects import Effects
from streams.runtime import dead_letters, history
from streams.runtime.bundle import Bundle
from streams.runtime.intake import Batch, Taken
from streams.runtime.letters import Letters
from streams.runtime.metrics import Metrics
from streams.runtime.outbox import Parcel
from streams.runtime.ports import Clock

log = logging.getLogger(__name__)

#: A record in memory costs about twice its bytes, as Arrow columns and as evidence.
HELD_PER_BYTE: Final = 2


class Outgoing:
    """A bundle and a parcel that are being filled. ``updates`` False leaves visit updates out."""

    def __init__(self, topics: Topics, letters: Letters, clock: Clock, metrics: Metrics, updates: bool) -> None:
        self._topics = topics
        self._letters = letters
        self._clock = clock
        self._metrics = metrics
        self._updates = updates
        self.bundle = Bundle()
        self.parcel = Parcel()

    def clear(self) -> None:
        """Forget all: it belongs to somebody else, or it is on its way."""
        self.bundle, self.parcel = Bundle(), Parcel()

    def taken_in(self, kind: str, batches: Sequence[Batch], acks: Sequence[Callable[[], None]], taken: Taken) -> None:
        """What the intake says of batches of one kind; ``acks`` are called when it is in the store."""
        bundle, parcel, now = self.bundle, self.parcel, self._clock.now_ms()
        records = list(chain.from_iterable([batch.records for batch in batches]))
        told_by = records[0].partition
        for name, table in taken.tables:
            bundle.add_table(name, table)
        if taken.bad:
            parcel.add(self._topics.dead_letters(kind).name, None, dead_letters.letters(records, taken.bad, now))
            bundle.add_rows("dead_letters", dead_letters.rows(records, taken.bad))
            for b in taken.bad:
                self._metrics.dead_letters.labels(kind, b.code).inc()
        if taken.forwarded:
            self._letters.facts(parcel, "FORWARDED", told_by, taken.forwarded, now)
        if taken.moved:
            self._letters.facts(parcel, "MOVED", told_by, taken.moved, now)
        if taken.heartbeats:
            self._letters.heartbeats(parcel, told_by, taken.heartbeats)
        bundle.acks += acks
        bundle.records += len(records)
        bundle.raw_bytes += HELD_PER_BYTE * sum([len(r.value) for r in records if r.value])
        bundle.appended.append(np.fromiter([r.timestamp for r in records], np.int64, len(records)))
        self._metrics.batch.observe(len(records))
        for batch in batches:
            last = batch.records[-1]
            self._metrics.behind.taken(last.topic, last.partition, last.offset + 1, last.timestamp)

    def derived(self, partition: int, effects: Effects) -> None:
        """What the books of a partition yield."""
        now = self._clock.now_ms()
        if effects.facts:
            self._letters.routed(self.parcel, partition, effects.facts, now)
        told = self._letters.effects(self.parcel, effects, self._updates, now)
        if told:
            self.bundle.add_rows("notices", told)
        for table, rows in effects.rows.items():
            self.bundle.add_rows(table, history.withdrawn(rows) if table == "events" else rows)
        for name, error in effects.failed:
            self._metrics.failed.inc()
            log.error("book %s could not be derived (%s); its last good rows stand", name[1:], error)

    def watermark(self, partition: int, at: int) -> None:
        """All updates that follow from what happened up to this logical time (ms) are in the parcel."""
        if self._updates and at:
            self._letters.updates_watermark(self.parcel, partition, at)

    def refused(self, table: str, rows: list[dict[str, Any]], reason: str) -> None:
        """The store can never take these rows: they are kept as dead letters."""
        now = self._clock.now_ms()
        self.bundle.add_rows("dead_letters", dead_letters.unstorable(table, rows, reason, now))
        if table == "events":
            for row in rows:
                letter = dead_letters.unstorable_letter(row, reason, now)
                self.parcel.add(self._topics.dead_letters(row["kind"]).name, None, [letter])
        self._metrics.dead_letters.labels(table, dead_letters.UNSTORABLE).inc(len(rows))
