"""One batch of one topic partition: decode, refuse what is bad, give the rest to the books. Synchronous and pure of I/O."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

import pyarrow as pa

from schemas.codec import Decoded, decode, decode_batch
from schemas.errors import DecodeError
from schemas.validate import validate_columns
from schemas.wire import Bad
from streams.domain.correlator import Correlator
from streams.domain.evidence import DUPLICATE, Evidence
from streams.runtime import history
from streams.runtime.metrics import Metrics
from streams.runtime.packing import unpack
from streams.runtime.ports import Record
from streams.runtime.sources import AGENTS, PORT_KINDS, Source
from streams.runtime.watermark import Watermark


class Slice:
    """What a worker holds for one partition number over all topics."""

    def __init__(self, partition: int, correlator: Correlator, watermark: Watermark, log_ends: dict[str, int]) -> None:
        self.partition = partition
        self.correlator = correlator
        self.watermark = watermark
        #: Records below these may have rows in the store that this worker does not know of.
        self.log_ends = log_ends
        #: Books whose stored rows have been looked up, and those whose turn it is.
        self.checked: set[str] = set()
        self.to_check: dict[str, None] = {}


class Taken:
    """What a batch came to, apart from what it did to the books."""

    def __init__(self) -> None:
        self.tables: list[tuple[str, pa.Table]] = []
        self.bad: list[Bad] = []
        self.forwarded: list[tuple[int, Evidence]] = []
        self.retractions: list[tuple[int, Evidence]] = []
        self.heartbeats: list[tuple[str, int, int]] = []


class Intake:
    """Takes batches into the books of a worker."""

    def __init__(self, sources: dict[str, Source], home: Callable[[str], int], metrics: Metrics) -> None:
        self._sources = sources
        self._home = home
        self._metrics = metrics

    def take(self, part: Slice, records: Sequence[Record]) -> Taken:
        """One topic partition's records, in order. Never raises for bad input."""
        source = self._sources[records[0].topic]
        taken = Taken()
        if source.kind == "facts":
            self._facts(part, records, taken)
        elif source.kind == "control":
            self._control(part, records, taken)
        elif source.kind in AGENTS:
            self._events(part, source, records, taken)
        else:
            taken.tables.append(("intake", _all_intake(records, "CONTROL")))
        part.watermark.read(source.topic, records[-1].timestamp)
        return taken

    # -- events ------------------------------------------------------------------------------------------------

    def _events(self, part: Slice, source: Source, records: Sequence[Record], taken: Taken) -> None:
        started = time.perf_counter()
        agent = AGENTS[source.kind]
        decoded = decode_batch(source.kind, [r.value for r in records], agent.FIELDS)
        bad = list(decoded.bad)
        invalid = validate_columns(source.kind, decoded, source.port)
        if invalid:
            gone = {b.position for b in invalid}
            keep = [i for i in decoded.good if i not in gone]
            again = decode_batch(source.kind, [records[i].value for i in keep], agent.FIELDS)
            decoded = Decoded(source.kind, again.arrow, keep, [], agent.FIELDS)
            bad += invalid
        taken.bad = bad
        evidence: list[Evidence] = agent.evidence(decoded, records) if decoded.good else []
        parsed = time.perf_counter()
        dispositions = self._accept(part, source, decoded, records, evidence, taken)
        self._metrics.seconds.labels("decode").inc(parsed - started)
        self._metrics.seconds.labels("correlate").inc(time.perf_counter() - parsed)
        if source.kind == "arrival-report":
            return  # a command read back: it has its own rows
        self._history(source, records, decoded, evidence, dispositions, bad, taken)

    def _accept(
        self, part: Slice, source: Source, decoded: Decoded, records: Sequence[Record], evidence: list[Evidence],
        taken: Taken,
    ) -> list[str]:  # fmt: skip
        dispositions: list[str] = []
        accept = part.correlator.accept
        log_end = part.log_ends.get(source.topic, 0)
        first_touch = bool(records) and records[0].offset < log_end
        home, partition = self._home, part.partition
        for e in evidence:
            route = e.vessel if e.book == "V" else e.key
            if home(route) != partition:
                taken.forwarded.append((home(route), e))
                dispositions.append("FORWARDED")
                continue
            if first_touch:
                self._touch(part, e.book + e.key)
            dispositions.append("DUPLICATE" if accept(e) == DUPLICATE else "ACCEPTED")
        if evidence and "corrects_key" in decoded.arrow.schema.names:
            moved = decoded.array("corrects_key")
            if moved.null_count < len(moved):
                self._move(decoded.text("corrects_key"), evidence, taken)
        return dispositions

    def _move(self, old_keys: list[str], evidence: list[Evidence], taken: Taken) -> None:
        """A correction that moved an event to another book: the old book must hear that it is no longer its own."""
        for old, e in zip(old_keys, evidence, strict=True):
            key = old + "|" + e.port if e.book == "V" and old else old
            if old and key != e.key:
                taken.retractions.append((self._home(old), e.retraction(e.book, key, e.version)))

    def _touch(self, part: Slice, name: str) -> None:
        if name not in part.checked:
            part.checked.add(name)
            part.to_check[name] = None

    def _history(
        self, source: Source, records: Sequence[Record], decoded: Decoded, evidence: list[Evidence],
        dispositions: list[str], bad: list[Bad], taken: Taken,
    ) -> None:  # fmt: skip
        if decoded.good:
            rows = history.events(decoded, records, evidence)
            if "DUPLICATE" in dispositions:
                rows = rows.filter(pa.array([d != "DUPLICATE" for d in dispositions]))
            if rows.num_rows:
                taken.tables.append(("events", rows))
        if not bad:
            flags: Any = decoded.arrow.column("quality_flags")
            ids = decoded.text("event_id")
            taken.tables.append(("intake", history.intake(records, dispositions, ids, flags)))
        else:
            everything = ["DEAD"] * len(records)
            all_ids = [""] * len(records)
            for place, disposition, event in zip(decoded.good, dispositions, decoded.text("event_id"), strict=True):
                everything[place] = disposition
                all_ids[place] = event
            dispositions = everything
            empty = pa.array([[]] * len(records), pa.list_(pa.string()))
            taken.tables.append(("intake", history.intake(records, everything, all_ids, empty)))
        for disposition in set(dispositions):
            self._metrics.records.labels(source.topic, disposition).inc(dispositions.count(disposition))

    # -- control and facts ---------------------------------------------------------------------------------------

    def _control(self, part: Slice, records: Sequence[Record], taken: Taken) -> None:
        dispositions = ["CONTROL"] * len(records)
        ids = [""] * len(records)
        for i, record in enumerate(records):
            try:
                value = decode(record.value, "control")
            except DecodeError as error:
                taken.bad.append(Bad(i, error.code, error.reason, error.field))
                dispositions[i] = "DEAD"
                continue
            ids[i] = value["event_id"]
            self._heartbeats(value, record, taken)
        empty = pa.array([[]] * len(records), pa.list_(pa.string()))
        taken.tables.append(("intake", history.intake(records, dispositions, ids, empty)))
        self._metrics.records.labels(records[0].topic, "CONTROL").inc(len(records))

    def _heartbeats(self, value: dict[str, Any], record: Record, taken: Taken) -> None:
        if value["event_type"] == "HEARTBEAT":
            topic = f"{value['port']}.{value['of_kind']}.v1"
            taken.heartbeats.append((topic, value["sent_up_to"], record.timestamp))
        elif value["event_type"] == "FINAL":
            for source in self._sources.values():
                if source.port == value["port"] and source.kind in PORT_KINDS:
                    taken.heartbeats.append((source.topic, value["now"], record.timestamp))

    def _facts(self, part: Slice, records: Sequence[Record], taken: Taken) -> None:
        log_end = part.log_ends.get(records[0].topic, 0)
        for i, record in enumerate(records):
            try:
                fact = decode(record.value, "facts")
            except DecodeError as error:
                taken.bad.append(Bad(i, error.code, error.reason, error.field))
                continue
            kind = fact["kind"]
            if kind == "WATERMARK":
                part.watermark.heard(fact["from_partition"], fact["at"])
                part.correlator.advance(part.watermark.now())
            elif kind == "HEARTBEAT":
                part.watermark.heartbeat(fact["topic"], fact["sent_at"], fact["at"])
            else:
                for e in unpack(fact["evidence"]):
                    if record.offset < log_end:
                        self._touch(part, e.book + e.key)
                    part.correlator.accept(e)


def _all_intake(records: Sequence[Record], disposition: str) -> pa.Table:
    empty = pa.array([[]] * len(records), pa.list_(pa.string()))
    return history.intake(records, [disposition] * len(records), [""] * len(records), empty)
