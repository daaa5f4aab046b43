"""The platform in one process, without broker and database: the slow, obvious twin of the worker.

Every partition has its books; facts reach their books at once; customs answers by its plan. What it derives is what
the worker must derive, whatever the batching, the crashes and the number of workers.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from connectors.kafka.partitioner import partition_of
from schemas.codec import encode
from schemas.identifiers import container_ok
from schemas.reference import load_reference
from schemas.topics import load_topics
from streams.domain.correlator import Correlator
from streams.domain.reference import Reference
from streams.domain.rows import KEYS, TABLES
from streams.runtime.intake import Intake, Slice
from streams.runtime.metrics import Metrics
from streams.runtime.ports import Record
from streams.runtime.sources import REPORTS, sources, timed_topics
from streams.runtime.watermark import Watermark


class InProcess:
    """Feed it messages, run customs, and read the tables."""

    def __init__(self, partitions: int = 4, customs: Iterable[dict[str, Any]] = ()) -> None:
        self.partitions = partitions
        reference = Reference(**load_reference().for_domain())
        self._sources = sources(load_topics())
        self._intake = Intake(self._sources, self._home, Metrics())
        self.slices = [
            Slice(p, Correlator(reference, 1, p, container_ok), Watermark(timed_topics(self._sources), partitions, False), {})
            for p in range(partitions)
        ]
        self._offsets: dict[tuple[str, int], int] = defaultdict(int)
        self.tables: dict[str, dict[tuple[Any, ...], tuple[Any, ...]]] = defaultdict(dict)
        self.commands: list[dict[str, Any]] = []
        self._plan = {(c["container_no"], c["bill_no"], c["voyage"], c["terminal_code"]): c["answers"] for c in customs}
        self._answered: dict[tuple[str, ...], list[str]] = defaultdict(list)
        self.failed: list[tuple[str, str]] = []

    def _home(self, key: str) -> int:
        return partition_of(key.encode(), self.partitions)

    def send(self, topic: str, messages: Iterable[tuple[str, bytes]], at_ms: int = 0) -> None:
        """Append messages to a topic and take them in."""
        by_partition: dict[int, list[Record]] = defaultdict(list)
        for key, value in messages:
            p = self._home(key)
            offset = self._offsets[topic, p]
            self._offsets[topic, p] += 1
            by_partition[p].append(Record(topic, p, offset, at_ms, key.encode(), value))
        for p, records in by_partition.items():
            taken = self._intake.take(self.slices[p], records)
            assert not taken.bad, taken.bad[:3]
            for target, e in taken.forwarded + taken.retractions:
                self.slices[target].correlator.accept(e)
            for topic_named, sent_to, _ in taken.heartbeats:
                self._heartbeat(topic_named, sent_to)

    def _heartbeat(self, topic: str, sent_to: int) -> None:
        for part in self.slices:
            part.watermark.heartbeat(topic, 0, sent_to, 0)
            part.watermark.at_end(topic, 1)
        own = [part.watermark.own() for part in self.slices]
        for part in self.slices:
            for q, watermark in enumerate(own):
                part.watermark.heard(q, watermark)

    def settle(self) -> None:
        """Derive until nothing is left to derive, with customs answering."""
        while any(part.correlator.pending() for part in self.slices):
            self.flush()
            self._customs()

    def flush(self) -> None:
        """One derivation of every partition."""
        for part in self.slices:
            part.correlator.advance(part.watermark.now())
            effects = part.correlator.flush()
            self.failed += effects.failed
            for key, e in effects.facts:
                for target in [self._home(key)] if key else range(self.partitions):
                    self.slices[target].correlator.accept(e)
            self.commands += effects.commands
            for table, rows in effects.rows.items():
                if table != "events":
                    self._put(table, rows)

    def _put(self, table: str, rows: list[tuple[Any, ...]]) -> None:
        names = [n for n, _ in TABLES[table]]
        places = [names.index(k) for k in KEYS[table]]
        kept = self.tables[table]
        for row in rows:
            key = tuple(row[i] for i in places)
            if key not in kept or kept[key][-1] <= row[-1]:
                kept[key] = row

    def _customs(self) -> None:
        commands, self.commands = self.commands, []
        for c in commands:
            self.send(REPORTS, [(c["container"], encode("arrival-report", c))])
            case = (c["container"], c["bill"], c["voyage"], c["terminal_code"])
            if c["message_id"] in self._answered[case] or c["function"] != "2":
                continue
            self._answered[case].append(c["message_id"])
            answers = self._plan.get(case) or [{"code": "01", "at": c["ready_at"] + 90_000, "reason": ""}]
            answer = answers[min(len(self._answered[case]), len(answers)) - 1]
            if answer["code"] != "NEVER":
                self.send(f"{c['port']}.release.v1", [(c["container"], encode("release", receipt(c, answer)))])

    def rows(self, table: str) -> list[dict[str, Any]]:
        """The table as readers see it."""
        names = [n for n, _ in TABLES[table]]
        rows = [dict(zip(names, row, strict=True)) for row in self.tables[table].values()]
        return [r for r in rows if not r.get("is_deleted")]

    def query(self, sql: str, params: Any = None) -> list[dict[str, Any]]:
        """Just enough of SQL for ``ops.verify``: SELECT columns FROM table_now."""
        return self.rows(sql.split(" FROM ")[1].split()[0].removesuffix("_now"))


def receipt(command: dict[str, Any], answer: dict[str, Any]) -> dict[str, Any]:
    """Customs' answer to a report, as a release event."""
    return {
        "event_id": command["message_id"] + "-R", "source_party": "CUSTOMS", "source_system": "CUSTOMS",
        "event_type": "RELEASE", "classifier": "ACT", "event_time": answer["at"], "updated_time": answer["at"],
        "is_retracted": False, "port": command["port"], "authority": "CUSTOMS", "stage": "ARRIVAL",
        "action": "ACK" if answer["code"] == "01" else "REJECT", "ref_message_id": command["message_id"],
        "container_no": command["container"], "reason_text": answer.get("reason") or None,
    }  # fmt: skip


def shuffled_batches(messages: list[Any], rng: random.Random, size: int) -> Iterable[list[Any]]:
    """Messages in any order, in batches of up to ``size``."""
    rng.shuffle(messages)
    at = 0
    while at < len(messages):
        step = rng.randint(1, size)
        yield messages[at : at + step]
        at += step
