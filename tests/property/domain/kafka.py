"""A worker's life and death: logs that are read again from the last commit, a changelog of chunks, and a store that stays."""

from __future__ import annotations

import random
from collections.abc import Sequence

from streams.domain.evidence import Evidence
from streams.domain.rows import STATE_TABLES
from streams.runtime import changelog
from streams.runtime.packing import pack
from streams.runtime.ports import Message, Record
from streams.runtime.watermark import Watermark
from tests.property.domain.ports import Key, Ports, new_core

#: Which tables hold rows of a kind of book (``streams.runtime.stored`` says the same).
TABLES_OF = {
    "B": [t for t in STATE_TABLES if t not in ("consignments", "port_calls")],
    "M": ["consignments", "exceptions", "operator_actions", "void_events"],
    "V": ["port_calls", "exceptions", "operator_actions", "void_events"],
}  # fmt: skip


class Mortal(Ports):
    """One partition whose worker commits, crashes and recovers. Facts and commands go to the log before a commit."""

    def __init__(self, rng: random.Random, log: Sequence[Evidence]) -> None:
        super().__init__(rng)
        self.log = list(log)
        #: records of the log that the last commit covers, and that this worker has taken in
        self.committed: set[int] = set()
        self.read: set[int] = set()
        #: what an earlier worker has read: these may have rows of which this one does not know
        self.before: set[int] = set()
        self.changelog: list[Message] = []

    def take_in(self, limit: int) -> bool:
        """Read some of what is unread, in any order: the log stands for many topics. False when all is read."""
        unread = [i for i in range(len(self.log)) if i not in self.read]
        for i in self.rng.sample(unread, min(limit, len(unread))):
            self.read.add(i)
            e = self.log[i]
            self.hear(e)
            if i in self.before:
                self.adopt(e.book + e.key)
        return bool(unread)

    def derive(self) -> None:
        self.flush()
        self.log += [e for _, e in self.flight]
        self.flight.clear()

    def commit(self) -> None:
        """Write the changelog, then the offsets; a write may fail in the middle, and then nothing is committed."""
        while self.cores[0].pending():
            self.derive()
        fresh = self.cores[0].take_fresh()
        chunks = [changelog.chunk(name, pack(items)) for name, items in fresh]
        self.rng.shuffle(chunks)
        if self.rng.random() < 0.3:
            self.changelog += self.rng.sample(chunks, self.rng.randint(0, len(chunks)))
            self.cores[0].give_back(fresh)
            return
        self.changelog += chunks
        self.committed = set(self.read)

    def crash(self) -> None:
        """Another worker takes over with what the changelog holds: all records, or, compacted, the last of each key."""
        now = self.cores[0].now if self.rng.random() < 0.5 else 0
        last = {key: at for at, (key, _) in enumerate(self.changelog)}
        self.cores = [new_core(0)]
        self._written.clear()
        records = [
            Record(changelog.TOPIC, 0, at, 0, key, value)
            for at, (key, value) in enumerate(self.changelog)
            if at == last[key] or self.rng.random() < 0.5
        ]
        changelog.restore(self.cores[0], Watermark((), 1, False), records, 0)
        self.cores[0].restored()
        self.cores[0].advance(now)
        self.before |= self.read
        self.read = set(self.committed)

    def sweep(self, limit: int) -> bool:
        """Derive a few books of an earlier life again; False when that is done."""
        names = self.cores[0].sweep(limit)
        for name in names:
            self.adopt(name)
        return bool(names)

    def adopt(self, name: str) -> None:
        """Tell the core what the store shows of a book (``streams.runtime.stored.adopt``)."""
        for (table, key), row in self.store.kept.items():
            if table in TABLES_OF.get(name[0], ()) and book_key(table, key) == name[1:]:
                self.cores[0].adopt_stored(table, key, row[-1], name[0], bool(row[-2]))


def book_key(table: str, key: Key) -> str:
    return f"{key[0]}|{key[1]}" if table == "port_calls" else str(key[0])
