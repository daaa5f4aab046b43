"""The platform in one process, without broker and database: the slow, obvious twin of the worker.

Every partition has its books; facts reach their books at once; customs answers by its plan. What it derives is what
the worker must derive, whatever the batching, the crashes and the number of workers.
"""

from __future__ import annotations

import json
import random
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, TypeVar

from connectors.customs.desk import CustomsDesk
from connectors.customs.echo import echoes
from connectors.customs.plan import parse_plan
from connectors.customs.report import content_of, read
from connectors.kafka.partitioner import partition_of
from schemas.codec import encode
from schemas.identifiers import container_ok, imo_ok
from schemas.reference import load_reference
from schemas.topics import load_topics
from streams.domain.correlator import Correlator
from streams.domain.reference import Reference
from streams.domain.rows import KEYS, TABLES
from streams.runtime.intake import Batch, Intake
from streams.runtime.metrics import Metrics
from streams.runtime.packing import unpack
from streams.runtime.ports import Record
from streams.runtime.slice import Slice
from streams.runtime.sources import REPORTS, echo_topics, sources, timed_topics
from streams.runtime.watermark import Watermark

T = TypeVar("T")
#: Topic, key and value.
Message = tuple[str, str, bytes]


class InProcess:
    """Feed it messages, let it settle, and read the tables."""

    def __init__(self, partitions: int = 4, plan: Iterable[dict[str, Any]] = ()) -> None:
        """``plan`` holds the lines of the customs plan (contracts, section 6)."""
        self.partitions = partitions
        reference = Reference(**load_reference().for_domain())
        self._sources = sources(load_topics())
        timed, answers = timed_topics(self._sources), echo_topics(self._sources)
        self._intake = Intake(self._sources, lambda keys: [self._home(key) for key in keys], Metrics())
        self.slices = [
            Slice(
                p, Correlator(reference, 1, p, container_ok, unpack=unpack, imo_digit=imo_ok),
                Watermark(timed, partitions, False, answers), {},
            )
            for p in range(partitions)
        ]  # fmt: skip
        self._offsets: dict[tuple[str, int], int] = defaultdict(int)
        self._tables: dict[str, dict[tuple[Any, ...], tuple[Any, ...]]] = defaultdict(dict)
        self._commands: list[dict[str, Any]] = []
        self.customs = CustomsDesk(parse_plan(json.dumps(line) for line in plan))
        self.failed: list[tuple[str, str]] = []
        self.alerts: list[dict[str, Any]] = []

    def _home(self, key: str) -> int:
        return partition_of(key.encode(), self.partitions)

    def send(self, messages: Iterable[Message]) -> None:
        """Append messages to their topics and take them in, kind by kind, one batch for each partition of a topic."""
        self._append((topic, self._home(key), key, value) for topic, key, value in messages)

    def _append(self, messages: Iterable[tuple[str, int, str, bytes]]) -> None:
        batches: dict[tuple[str, int], list[Record]] = defaultdict(list)
        for topic, partition, key, value in messages:
            place = topic, partition
            batches[place].append(Record(*place, self._offsets[place], 0, key.encode(), value))
            self._offsets[place] += 1
        by_kind: dict[str, list[Batch]] = defaultdict(list)
        for (topic, p), records in batches.items():
            by_kind[self._sources[topic].kind].append(Batch(self.slices[p], records))
        for of_kind in by_kind.values():
            taken = self._intake.take(of_kind)
            assert not taken.bad, taken.bad[:3]
            for target, e in taken.forwarded + taken.moved:
                self.slices[target].correlator.accept(e)
            self._heartbeats([(topic, sent_to) for topic, sent_to, _ in taken.heartbeats])

    def _heartbeats(self, heartbeats: Sequence[tuple[str, int]]) -> None:
        """Every record is read when it is sent, so a heartbeat counts as soon as it is heard."""
        if not heartbeats:
            return
        for part in self.slices:
            for topic, sent_to in heartbeats:
                part.watermark.heartbeat(topic, 0, sent_to, 0)
                part.watermark.at_end(topic, 1)
        for part in self.slices:
            for q, other in enumerate(self.slices):
                part.watermark.heard(q, other.watermark.own())

    def settle(self) -> None:
        """Derive until nothing is left to derive, with customs answering, and saying then how far it is."""
        self.flush()
        while self._answer() or self._echo():
            self.flush()

    def flush(self) -> None:
        """One derivation of every partition; its commands stay on their way."""
        for part in self.slices:
            part.correlator.advance(part.watermark.now())
            effects = part.correlator.flush()
            self.failed += effects.failed
            self.alerts += effects.alerts
            self._commands += effects.commands
            for key, e in effects.facts:
                for target in [self._home(key)] if key else range(self.partitions):
                    self.slices[target].correlator.accept(e)
            for table, rows in effects.rows.items():
                if table != "events":
                    self._put(table, rows)

    def _put(self, table: str, rows: list[tuple[Any, ...]]) -> None:
        names = [n for n, _ in TABLES[table]]
        places = [names.index(k) for k in KEYS[table]]
        kept = self._tables[table]
        for row in rows:
            key = tuple(row[i] for i in places)
            if key not in kept or kept[key][-1] <= row[-1]:
                kept[key] = row

    def _answer(self) -> bool:
        commands, self._commands = self._commands, []
        self.send((REPORTS, c["container"], encode("arrival-report", c)) for c in commands)
        receipts = [receipt for c in commands for receipt in self.customs.handle(read(content_of(c)))]
        self.send((r.topic, r.key, encode("release", r.record)) for r in receipts)
        return bool(commands) or any(part.correlator.pending() for part in self.slices)

    def _echo(self) -> bool:
        """Customs' word about time; facts and commands are all where they belong, and our question is read back at once."""
        asked = [(part, at) for part in self.slices if (at := part.watermark.to_ask()) is not None]
        for part, at in asked:
            part.watermark.echoed(REPORTS, at)
        said = [(part.partition, echo) for part, at in asked for echo in echoes(part.partition, at)]
        self._append((echo.topic, partition, echo.key, encode("release", echo.record)) for partition, echo in said)
        return bool(said)

    def rows(self, table: str) -> list[dict[str, Any]]:
        """The table as readers see it."""
        names = [n for n, _ in TABLES[table]]
        rows = [dict(zip(names, row, strict=True)) for row in self._tables[table].values()]
        return [r for r in rows if not r["is_deleted"]]

    def query(self, sql: str, params: Any = None) -> list[dict[str, Any]]:
        """Just enough of SQL for ``ops.verify``: SELECT columns FROM table_now. No row has the state NOT_REQUIRED."""
        return self.rows(sql.split(" FROM ")[1].split()[0].removesuffix("_now"))


def batches(items: Sequence[T], rng: random.Random, size: int) -> Iterator[Sequence[T]]:
    """The items in order, in batches of 1 to ``size``."""
    at = 0
    while at < len(items):
        step = rng.randint(1, size)
        yield items[at : at + step]
        at += step
