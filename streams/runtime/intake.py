"""One batch of one topic partition: decode, refuse what is bad, give the rest to the books. Synchronous and free of I/O."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import msgspec
import pyarrow as pa

from schemas.decoded import Decoded
from schemas.validate import read_batch
from schemas.wire import Bad
from streams.domain.evidence import DUPLICATE, Evidence
from streams.runtime import history
from streams.runtime.metrics import Metrics
from streams.runtime.packing import unpack
from streams.runtime.ports import Record
from streams.runtime.slice import Slice
from streams.runtime.sources import AGENTS, PORT_KINDS, Source

__all__ = ["Intake", "Slice", "Taken"]

#: Reason code of a fact whose evidence nobody can unpack.
CORRUPT_EVIDENCE: Final = "CORRUPT_EVIDENCE"
#: Columns of a control record and of a fact.
_CONTROL: Final = ("event_id", "event_type", "port", "of_kind", "sent_up_to", "now", "quality_flags")
_FACT: Final = ("kind", "from_partition", "sent_at", "at", "topic")


class Taken:
    """What a batch came to, apart from what it did to the books."""

    def __init__(self) -> None:
        self.tables: list[tuple[str, pa.Table]] = []
        self.bad: list[Bad] = []
        #: (partition, evidence) of records that were put on the wrong partition
        self.forwarded: list[tuple[int, Evidence]] = []
        #: (partition, evidence) that tells an old book of events which are no longer its own
        self.retractions: list[tuple[int, Evidence]] = []
        #: (topic, sent up to, append time of the heartbeat)
        self.heartbeats: list[tuple[str, int, int]] = []


class Intake:
    """Takes batches into the books of a worker."""

    def __init__(self, sources: Mapping[str, Source], home: Callable[[str], int], metrics: Metrics) -> None:
        self._sources = sources
        self._home = home
        self._metrics = metrics

    def take(self, part: Slice, records: Sequence[Record], now_ms: int = 0) -> Taken:
        """One topic partition's records, in order; ``now_ms`` is the worker's clock.

        Never raises for bad input. Raises RegistryUnavailableError before it has touched anything.
        """
        source = self._sources[records[0].topic]
        fields = AGENTS[source.kind].FIELDS if source.kind in AGENTS else None
        started = time.perf_counter()
        decoded = read_batch(source.kind, [r.value for r in records], source.port, fields)
        self._metrics.seconds.labels("decode").inc(time.perf_counter() - started)
        taken = Taken()
        taken.bad = list(decoded.bad)
        if source.kind == "facts":
            self._facts(part, records, decoded, taken, now_ms)
        elif source.kind in AGENTS:
            self._events(part, source, records, decoded, taken)
        else:
            self._told(source, records, decoded, taken)
        part.watermark.read(source.topic, records[-1].timestamp)
        return taken

    # -- events ------------------------------------------------------------------------------------------------

    def _events(self, part: Slice, source: Source, records: Sequence[Record], decoded: Decoded, taken: Taken) -> None:
        started = time.perf_counter()
        evidence: list[Evidence] = AGENTS[source.kind].evidence(decoded, records) if decoded.good else []
        dispositions = self._accept(part, records, evidence, taken)
        if evidence and "corrects_key" in decoded.arrow.schema.names:
            moved = decoded.array("corrects_key")
            if moved.null_count < len(moved):
                self._move(decoded.text("corrects_key"), evidence, taken)
        self._metrics.seconds.labels("correlate").inc(time.perf_counter() - started)
        if source.kind == "arrival-report":
            return  # a command read back: no source topic, so no row of intake, and no event that happened in a port
        started = time.perf_counter()
        if decoded.good:
            rows = history.events(decoded, records, evidence)
            if "DUPLICATE" in dispositions:
                rows = rows.filter(pa.array([d != "DUPLICATE" for d in dispositions]))
            if rows.num_rows:
                taken.tables.append(("events", rows))
        self._account(records, decoded, dispositions, taken)
        self._metrics.seconds.labels("history").inc(time.perf_counter() - started)

    def _accept(self, part: Slice, records: Sequence[Record], evidence: list[Evidence], taken: Taken) -> list[str]:
        dispositions: list[str] = []
        accept, home, partition = part.correlator.accept, self._home, part.partition
        stored_before = records[0].offset < part.log_ends.get(records[0].topic, 0)
        for e in evidence:
            target = home(e.vessel if e.book == "V" else e.key)
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

        Either the same event comes again under its new key, or a new event names the one that it voids.
        """
        for old, e in zip(old_keys, evidence, strict=True):
            if not old or (e.corrects and e.retracted):
                continue
            key = old + "|" + e.port if e.book == "V" else old
            if key != e.key:
                withdrawn = e.retraction(e.book, key, e.version)
                withdrawn.ident = e.corrects or e.ident
                taken.retractions.append((self._home(old), withdrawn))

    def _account(self, records: Sequence[Record], decoded: Decoded, dispositions: list[str], taken: Taken) -> None:
        """One row of ``intake`` for each record."""
        if len(decoded.good) == len(records):
            ids, flags = decoded.text("event_id"), decoded.array("quality_flags")
        else:
            known = dict(zip(decoded.good, zip(dispositions, decoded.text("event_id"), strict=True), strict=True))
            dispositions, ids = map(list, zip(*(known.get(i, ("DEAD", "")) for i in range(len(records))), strict=True))
            flags = decoded.array("quality_flags").take(_rows(decoded.good, len(records))).fill_null([])
        taken.tables.append(("intake", history.intake(records, dispositions, ids, flags)))
        for disposition, count in Counter(dispositions).items():
            self._metrics.records.labels(records[0].topic, disposition).inc(count)

    # -- control, operator actions and facts -----------------------------------------------------------------------

    def _told(self, source: Source, records: Sequence[Record], decoded: Decoded, taken: Taken) -> None:
        """Records that are no evidence of a book."""
        if source.kind == "control" and decoded.good:
            names = ("event_type", "of_kind", "sent_up_to", "now")
            for row, (kind, of_kind, sent_to, now) in enumerate(zip(*map(decoded.column, names), strict=True)):
                appended_at = records[decoded.good[row]].timestamp
                if kind == "HEARTBEAT":
                    taken.heartbeats.append((f"{source.port}.{of_kind}.v1", sent_to, appended_at))
                elif kind == "FINAL":
                    taken.heartbeats += [
                        (s.topic, now, appended_at)
                        for s in self._sources.values()
                        if s.port == source.port and s.kind in PORT_KINDS
                    ]
        self._account(records, decoded, ["CONTROL"] * len(decoded.good), taken)

    def _facts(self, part: Slice, records: Sequence[Record], decoded: Decoded, taken: Taken, now_ms: int) -> None:
        stored_before = records[0].offset < part.log_ends.get(records[0].topic, 0)
        kinds, partitions, sent, at, topics = (decoded.column(name) for name in _FACT)
        packed: list[Any] | None = None
        for row, kind in enumerate(kinds):
            if kind == "WATERMARK":
                part.watermark.heard(partitions[row], at[row])
                part.correlator.advance(part.watermark.now())
            elif kind == "HEARTBEAT":
                part.watermark.heartbeat(topics[row], sent[row], at[row], now_ms)
            else:
                packed = packed if packed is not None else decoded.column("evidence")
                try:
                    items = unpack(packed[row])
                except (msgspec.MsgspecError, TypeError, ValueError) as error:
                    taken.bad.append(Bad(decoded.good[row], CORRUPT_EVIDENCE, f"cannot be unpacked: {error}", "evidence"))
                    continue
                for e in items:
                    if stored_before:
                        part.touch(e.book + e.key)
                    part.correlator.accept(e)


def _rows(good: list[int], count: int) -> pa.Array:
    """For each record of a batch its row among the good ones, null for a bad one."""
    rows: list[int | None] = [None] * count
    for row, place in enumerate(good):
        rows[place] = row
    return pa.array(rows, pa.int32())
