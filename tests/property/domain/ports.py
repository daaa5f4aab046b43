"""The core as several partitions run it, in a chosen disorder: batches, repeats, late facts, customs at its own pace."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from typing import Any
from zlib import crc32

from streams.domain.correlator import Correlator
from streams.domain.evidence import ACCEPTED, MOVED, Evidence
from streams.domain.rows import KEYS, TABLES
from streams.runtime.packing import unpack
from tests.property.domain.soups import BOXES, LATE
from tests.unit.domain import story

Key = tuple[Any, ...]
#: What readers do not see, or what says only how a row came about.
UNSEEN = ("updated_at", "is_deleted", "version")
COLUMNS = {table: [name for name, _ in columns] for table, columns in TABLES.items()}


class Store:
    """Rows by key, the highest version of each."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, Key], tuple[Any, ...]] = {}

    def put(self, table: str, rows: Iterable[tuple[Any, ...]]) -> None:
        for row in rows:
            key = table, row[: len(KEYS[table])]
            known = self.kept.get(key)
            if known is None or known[-1] <= row[-1]:
                self.kept[key] = row

    def shown(self) -> dict[tuple[str, Key], dict[str, Any]]:
        """The rows as readers see them."""
        return {
            key: {n: v for n, v in zip(COLUMNS[key[0]], row, strict=True) if n not in UNSEEN}
            for key, row in self.kept.items()
            if not row[-2]
        }


def right_number(box: str) -> bool:
    """One box of the soups has a wrong check digit."""
    return box != BOXES[1]


def right_imo(number: str) -> bool:
    """The ocean ship of the soups has a wrong one."""
    return "IMO:" + number != story.OCEAN


def new_core(partition: int) -> Correlator:
    return Correlator(story.REFERENCE, 1, partition, right_number, unpack=unpack, imo_digit=right_imo)


class Ports:
    """Several partitions' cores, and what is on its way between them."""

    def __init__(self, rng: random.Random, partitions: int = 1, store: Store | None = None) -> None:
        self.rng = rng
        self.cores = [new_core(p) for p in range(partitions)]
        self.store = store or Store()
        self.commands: list[dict[str, Any]] = []
        #: (partition, evidence) on its way: facts here, and in sub-classes what customs and Kafka give back
        self.flight: list[tuple[int, Evidence]] = []
        self._written: dict[tuple[str, Key], tuple[Any, ...]] = {}
        #: the table ``events``: container, time and identity -> highest version; an odd one is a retraction
        self.events: dict[tuple[str, int, str], int] = {}

    def home(self, e: Evidence) -> int:
        return crc32((e.vessel if e.book == "V" else e.key).encode()) % len(self.cores)

    def hear(self, *evidence: Evidence) -> None:
        for e in evidence:
            if self.cores[self.home(e)].accept(e) == ACCEPTED and e.what != MOVED:
                self._tell(e.container, e.at, e.ident, e.version)

    def _tell(self, container: str, at: int, ident: str, version: int) -> None:
        key = container, at, ident
        self.events[key] = max(version, self.events.get(key, 0))

    def history(self) -> list[tuple[str, int, str]]:
        """What ``events_now`` shows: container, time and identity of each event."""
        void = {row["event_id"] for (table, _), row in self.store.shown().items() if table == "void_events"}
        return sorted(key for key, version in self.events.items() if not version & 1 and key[2] not in void)

    def land(self, count: int) -> None:
        """Some of what is on its way arrives, in any order, some of it twice."""
        self.rng.shuffle(self.flight)
        for p, e in self.flight[:count]:
            self.cores[p].accept(e)
        del self.flight[: max(count - 1, 0) if self.rng.random() < 0.3 else count]

    def flush(self) -> None:
        for core in self.cores:
            if self.rng.random() < 0.2:
                core.tidy(self.rng.randint(0, 3), self.rng.randint(0, 9))
            effects = core.flush()
            assert not effects.failed, effects.failed
            for key, e in effects.facts:
                targets = [crc32(key.encode()) % len(self.cores)] if key else range(len(self.cores))
                self.flight += [(p, e) for p in targets]
            self.command(effects.commands)
            for table, rows in effects.rows.items():
                if table == "events":
                    for container, at, event_id, party, system, version in rows:
                        self._tell(container, at, f"{party}|{system}|{event_id}", version)
                else:
                    self._check(table, rows)
                    self.store.put(table, rows)

    def command(self, commands: list[dict[str, Any]]) -> None:
        self.commands += commands

    def _check(self, table: str, rows: Iterable[tuple[Any, ...]]) -> None:
        """While a worker lives, a row changes only under a higher version: else the store could not tell which is right."""
        for row in rows:
            key = table, row[: len(KEYS[table])]
            known = self._written.get(key)
            assert known is None or known[-1] <= row[-1], f"a row moved back: {known} -> {row}"
            assert known is None or known[-1] < row[-1] or known[:-3] == row[:-3], f"one version, two rows: {known}, {row}"
            self._written[key] = row

    def advance(self, hours: float) -> None:
        for core in self.cores:
            core.advance(story.at(hours))

    def at_rest(self) -> bool:
        return not self.flight and not any(core.pending() for core in self.cores)

    def settle(self, now: float = LATE) -> Ports:
        """Let everything arrive and be derived, at the final ``now``."""
        self.advance(now)
        return self.rest()

    def rest(self) -> Ports:
        """Let everything arrive that is on its way, and derive."""
        for _ in range(200):
            self.flush()
            if self.at_rest():
                return self
            self.land(len(self.flight))
        raise AssertionError("it never comes to rest")

    def in_disorder(self, evidence: Sequence[Evidence], now: float = LATE) -> Ports:
        """Take evidence in any order, batching and multiplicity, while time goes on and facts are late."""
        calm = self.rng.choice((0, 0.3, 0.8))
        for batch in batches(shuffled(evidence, self.rng), self.rng):
            self.hear(*batch)
            if self.rng.random() < calm:
                self.rest()
            if self.rng.random() < 0.2:
                self.advance(self.rng.uniform(0, now))
            if self.rng.random() < 0.6:
                self.flush()
            self.land(self.rng.randint(0, len(self.flight)))
        return self.settle(now)


def shuffled(evidence: Sequence[Evidence], rng: random.Random) -> list[Evidence]:
    """The evidence in any order, some of it twice: now quite at random, now about as it was said."""
    items = [*evidence, *(e for e in evidence if rng.random() < 0.3)]
    spread = rng.choice((1, 6, 1000)) * story.HOUR << 20
    return sorted(items, key=lambda e: e.version + rng.randrange(spread))


def batches(items: list[Evidence], rng: random.Random) -> Iterable[list[Evidence]]:
    at = 0
    while at < len(items):
        step = rng.randint(1, 5)
        yield items[at : at + step]
        at += step


def in_order(evidence: Sequence[Evidence], now: float = LATE) -> Ports:
    """The reference: one partition takes everything in one batch."""
    ports = Ports(random.Random(0))
    ports.hear(*evidence)
    return ports.settle(now)
