"""Batches of one kind: decode, refuse what is bad, give the rest to the books. Synchronous and free of I/O."""

from __future__ import annotations

import time
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate, chain
from typing import Final, NamedTuple

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from schemas.decoded import Decoded
from schemas.reference import load_reference
from schemas.rules import WATERMARK
from schemas.validate import read_batch
from schemas.wire import Bad
from streams.domain.evidence import DUPLICATE, Evidence, vessel_of
from streams.domain.moved import moved
from streams.runtime import history
from streams.runtime.flags import Flags
from streams.runtime.homes import Home
from streams.runtime.metrics import Metrics
from streams.runtime.packing import unpack_facts, unpack_heartbeats
from streams.runtime.ports import Record
from streams.runtime.slice import Slice
from streams.runtime.sources import AGENTS, PORT_KINDS, Source

__all__ = ["Batch", "Intake", "Slice", "Taken"]

#: Reason code of a fact whose evidence nobody can unpack.
CORRUPT_EVIDENCE: Final = "CORRUPT_EVIDENCE"
#: Columns of a fact.
_FACT: Final = ("kind", "from_partition", "at", "topic", "evidence")
#: Position in the batch -> disposition and event id.
Told = Mapping[int, tuple[str, str]]
_NOTHING: Final[Told] = {}
#: Kinds in which a record may speak of customs' time: the columns that say so, and that hold its name.
_TIMED: Final = {"release": "event_type", "arrival-report": "message_type"}
#: What became of a record -> how its source's events are counted.
_RESULTS: Final = {"ACCEPTED": "accepted", "DUPLICATE": "duplicate", "DEAD": "refused", "FORWARDED": "forwarded"}
_NAMED: Final = {"release": "event_id", "arrival-report": "message_id"}
#: The column that holds the time of which they speak.
_SAID_AT: Final = {"release": "event_time", "arrival-report": "ready_at"}


class Taken:
    """What a batch came to, apart from what it did to the books."""

    def __init__(self) -> None:
        self.tables: list[tuple[str, pa.Table]] = []
        self.bad: list[Bad] = []
        #: (partition, evidence) of records that were put on the wrong partition
        self.forwarded: list[tuple[int, Evidence]] = []
        #: (partition, evidence) that tells an old book of events which are no longer its own
        self.moved: list[tuple[int, Evidence]] = []
        #: (topic, sent up to, append time of the heartbeat)
        self.heartbeats: list[tuple[str, int, int]] = []


class Batch(NamedTuple):
    """What was read of one topic partition, in order, and the books it is for."""

    part: Slice
    records: Sequence[Record]


class _Spans:
    """Where the records of each batch stand among all of them."""

    def __init__(self, batches: Sequence[Batch]) -> None:
        self.batches = batches
        self.records = batches[0].records if len(batches) == 1 else list(chain.from_iterable([b.records for b in batches]))
        self.ends = list(accumulate([len(b.records) for b in batches]))

    def at(self, index: int) -> Batch:
        """The batch of a record."""
        return self.batches[bisect_right(self.ends, index)]

    def rows(self, good: Sequence[int]) -> Iterator[tuple[Batch, int, int]]:
        """Each batch with the first and the last but one of its rows, where row r is the record ``good[r]``."""
        start = 0
        for batch, end in zip(self.batches, self.ends, strict=True):
            stop = end if len(good) == len(self.records) else bisect_left(good, end)
            if stop > start:
                yield batch, start, stop
            start = stop


class Intake:
    """Takes batches into the books of a worker."""

    def __init__(self, sources: Mapping[str, Source], home: Home, metrics: Metrics, live: bool = False) -> None:
        """``live``: append times are those of the events' world (`Flags`)."""
        self._sources = sources
        self._home = home
        self._metrics = metrics
        self._live = live
        self._flags = Flags(load_reference().thresholds, live, metrics.flagged)

    def take(self, batches: Sequence[Batch], now_ms: int = 0) -> Taken:
        """What was read of topics of one kind; ``now_ms`` is the worker's clock.

        All at once: a batch costs a millisecond, however small it is, and a worker that keeps up reads small ones.
        Never raises for bad input. Raises RegistryUnavailableError before it has touched anything.
        """
        kind = self._sources[batches[0].records[0].topic].kind
        spans = _Spans(batches)
        fields = AGENTS[kind].FIELDS if kind in AGENTS else None
        ports = [port for b in batches for port in [self._sources[b.records[0].topic].port] * len(b.records)]
        started = time.perf_counter()
        decoded = read_batch(kind, [r.value for r in spans.records], ports, fields)
        self._metrics.seconds.labels("decode").inc(time.perf_counter() - started)
        taken = Taken()
        taken.bad = list(decoded.bad)
        if kind == "facts":
            self._facts(spans, decoded, taken, now_ms)
        elif kind in AGENTS:
            self._events(spans, decoded, taken)
        else:
            self._told(spans, decoded, taken)
        for part, records in batches:
            if kind in AGENTS:
                part.correlator.advance(part.watermark.now())
            part.watermark.read(records[0].topic, records[-1].timestamp)
        return taken

    # -- events ------------------------------------------------------------------------------------------------

    def _events(self, spans: _Spans, decoded: Decoded, taken: Taken) -> None:
        started = time.perf_counter()
        records = spans.records
        decoded, told = self._of_time(spans, decoded)
        evidence: list[Evidence] = AGENTS[decoded.kind].evidence(decoded, records) if decoded.good else []
        dispositions = self._accept(spans, decoded, evidence, taken)
        if evidence and "corrects_key" in decoded.arrow.schema.names:
            old_keys = decoded.array("corrects_key")
            if old_keys.null_count < len(old_keys):
                self._move(decoded.text("corrects_key"), evidence, taken)
        self._metrics.seconds.labels("correlate").inc(time.perf_counter() - started)
        if decoded.kind == "arrival-report":
            return  # a command read back: no source topic, so no row of intake, and no event that happened in a port
        started = time.perf_counter()
        if decoded.good:
            rows = history.events(decoded, records, evidence)
            if "DUPLICATE" in dispositions:
                rows = rows.filter(pa.array([d != "DUPLICATE" for d in dispositions]))
            if rows.num_rows:
                taken.tables.append(("events", rows))
        flags = self._notice(spans, decoded) if decoded.kind in PORT_KINDS else decoded.array("quality_flags")
        self._account(spans, decoded, dispositions, flags, taken, told)
        self._metrics.seconds.labels("history").inc(time.perf_counter() - started)

    def _notice(self, spans: _Spans, decoded: Decoded) -> pa.Array:
        """The flags of each good record."""
        found = list(spans.rows(decoded.good))
        places = [(batch.records[0].topic, batch.part.partition) for batch, _, _ in found]
        of = np.repeat(np.arange(len(found)), [stop - start for _, start, stop in found])
        now = np.array([batch.part.correlator.now for batch, _, _ in found], np.int64)
        appended = [spans.records[i].timestamp for i in decoded.good]
        return self._flags.notice(decoded, appended, places, of, now)

    def _of_time(self, spans: _Spans, decoded: Decoded) -> tuple[Decoded, Told]:
        """Take out what speaks of customs' time and is no event of a port: its echo, and our own wish for it."""
        kind = decoded.kind
        types = decoded.arrow.column(_TIMED[kind]) if kind in _TIMED else None
        if types is None or not (of_time := pc.equal(types, WATERMARK)).true_count:
            return decoded, _NOTHING
        echoes = decoded.filtered(of_time)
        for i, at in zip(echoes.good, echoes.column(_SAID_AT[kind]), strict=True):
            spans.at(i).part.watermark.echoed(spans.records[i].topic, at)
        told = {i: ("CONTROL", event_id) for i, event_id in zip(echoes.good, echoes.text(_NAMED[kind]), strict=True)}
        return decoded.filtered(pc.invert(of_time)), told

    def _accept(self, spans: _Spans, decoded: Decoded, evidence: list[Evidence], taken: Taken) -> list[str]:
        dispositions: list[str] = []
        targets = self._home([e.vessel if e.book == "V" else e.key for e in evidence])
        for (part, records), start, stop in spans.rows(decoded.good):
            accept, partition = part.correlator.accept, part.partition
            stored_before = records[0].offset < part.log_ends.get(records[0].topic, 0)
            for e, target in zip(evidence[start:stop], targets[start:stop], strict=True):
                if target != partition:
                    taken.forwarded.append((target, e))
                    dispositions.append("FORWARDED")
                    continue
                if stored_before:
                    part.touch(e.book + e.key)
                dispositions.append("DUPLICATE" if accept(e) == DUPLICATE else "ACCEPTED")
        return dispositions

    def _move(self, old_keys: list[str], evidence: list[Evidence], taken: Taken) -> None:
        """Corrections that moved an event to another book: the old one must hear that it is no longer its own.

        Either the same event comes again under its new key, or a new event names the one that it voids: then its own book
        tells the old one, as it knows what becomes of the correction.
        """
        for old, e in zip(old_keys, evidence, strict=True):
            key = old + "|" + e.port if e.book == "V" else old
            if not old or key == e.key:
                continue
            if e.corrects:
                taken.moved.append((self._home([vessel_of(e.book, e.key) or e.key])[0], moved(e, key)))
            else:
                taken.moved.append((self._home([old])[0], e.retraction(e.book, key, e.version)))

    def _account(
        self, spans: _Spans, decoded: Decoded, dispositions: list[str], flags: pa.Array, taken: Taken, told: Told = _NOTHING
    ) -> None:
        """One row of ``intake`` for each record; ``told``: what became of good records that are not in ``decoded``."""
        records = spans.records
        senders, updated = decoded.array("source_party"), decoded.array("updated_time").cast(pa.int64())
        if len(decoded.good) == len(records):
            ids = decoded.text("event_id")
        else:
            known = {**told, **dict(zip(decoded.good, zip(dispositions, decoded.text("event_id"), strict=True), strict=True))}
            dispositions, ids = map(list, zip(*(known.get(i, ("DEAD", "")) for i in range(len(records))), strict=True))
            rows = _rows(decoded.good, len(records))
            flags, senders = flags.take(rows).fill_null([]), senders.take(rows).fill_null("")
            updated = updated.take(rows).fill_null(0)
        taken.tables.append(("intake", history.intake(records, dispositions, ids, flags, senders, updated)))
        start = 0
        for batch, end in zip(spans.batches, spans.ends, strict=True):
            source: Source | None = self._sources[batch.records[0].topic]
            if source is not None and source.kind not in PORT_KINDS:
                source = None
            for disposition, count in Counter(dispositions[start:end]).items():
                self._metrics.records.labels(batch.records[0].topic, disposition).inc(count)
                if source is not None and (result := _RESULTS.get(disposition)):
                    self._metrics.sources.labels(source.port, source.kind, result).inc(count)
            if source is not None and (late := _late(flags.slice(start, end - start))):
                self._metrics.sources.labels(source.port, source.kind, "late").inc(late)
            start = end

    # -- control and facts -----------------------------------------------------------------------------------------

    def _told(self, spans: _Spans, decoded: Decoded, taken: Taken) -> None:
        """Records that are no evidence of a book."""
        if decoded.kind == "control" and decoded.good:
            names = ("event_type", "of_kind", "sent_up_to", "now")
            for row, (kind, of_kind, sent_to, now) in enumerate(zip(*map(decoded.column, names), strict=True)):
                record = spans.records[decoded.good[row]]
                port = self._sources[record.topic].port
                if kind == "HEARTBEAT":
                    taken.heartbeats.append((f"{port}.{of_kind}.v1", sent_to, record.timestamp))
                elif kind == "FINAL":
                    taken.heartbeats += [
                        (s.topic, now, record.timestamp)
                        for s in self._sources.values()
                        if s.port == port and s.kind in PORT_KINDS
                    ]
            if (totals := history.daily_totals(decoded)).num_rows:
                taken.tables.append(("daily_totals", totals))
        if self._live and decoded.kind == "control" and decoded.good:
            self._heard(spans, decoded)
        self._account(spans, decoded, ["CONTROL"] * len(decoded.good), decoded.array("quality_flags"), taken)

    def _heard(self, spans: _Spans, decoded: Decoded) -> None:
        """The control records of a port are read here, so the exceptions of its sources are ours to write."""
        columns = [decoded.column(name) for name in ("event_type", "of_kind", "record_time", "updated_time")]
        for (part, records), start, stop in spans.rows(decoded.good):
            port = self._sources[records[0].topic].port
            for row in range(start, stop):
                kind, of_kind, recorded, updated = [column[row] for column in columns]
                if kind == "HEARTBEAT" and of_kind in PORT_KINDS:
                    at = spans.records[decoded.good[row]].timestamp
                    part.correlator.sources.own(port, of_kind, at, max(recorded or 0, updated))
                    part.correlator.heard(port, of_kind, at)

    def _facts(self, spans: _Spans, decoded: Decoded, taken: Taken, now_ms: int) -> None:
        columns = [decoded.column(name) for name in _FACT]
        for (part, records), start, stop in spans.rows(decoded.good):
            stored_before = records[0].offset < part.log_ends.get(records[0].topic, 0)
            accept = part.correlator.accept
            for row in range(start, stop):
                kind, partition, at, topic, packed = [column[row] for column in columns]
                if kind == "WATERMARK":
                    part.watermark.heard(partition, at)
                    part.correlator.advance(part.watermark.now())
                    continue
                try:
                    said = unpack_heartbeats(packed) if kind == "HEARTBEAT" else []
                    items = unpack_facts(packed) if kind != "HEARTBEAT" else []
                except (msgspec.MsgspecError, TypeError, ValueError) as error:
                    bad = Bad(decoded.good[row], CORRUPT_EVIDENCE, f"cannot be unpacked: {error}", "evidence")
                    taken.bad.append(bad)
                    continue
                part.watermark.heartbeats(topic, said, now_ms)
                if self._live and said and (of := self._sources.get(topic)) is not None:
                    part.correlator.heard(of.port, of.kind, max([appended_at for appended_at, _ in said]))
                for e in items:
                    if stored_before:
                        part.touch(e.book + e.key)
                    accept(e)


def _late(flags: pa.Array) -> int:
    """How many of these records are flagged late."""
    told = flags.flatten()
    return pc.equal(told, "LATE_EVENT").true_count if len(told) else 0


def _rows(good: list[int], count: int) -> pa.Array:
    """For each record of a batch its row among the good ones, null for a bad one."""
    rows: list[int | None] = [None] * count
    for row, place in enumerate(good):
        rows[place] = row
    return pa.array(rows, pa.int32())
