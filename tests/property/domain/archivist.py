"""A worker that also archives: books that rest go to a store of blobs, and come back when somebody needs them."""

from __future__ import annotations

import random
from collections.abc import Sequence

from streams.domain.archive import digest_of
from streams.domain.evidence import Evidence
from streams.runtime import changelog
from streams.runtime.packing import pack
from streams.runtime.watermark import Watermark
from tests.property.domain.kafka import Mortal

#: Whatever is in a book is older than this.
ANY_TIME = 1 << 62


class Archivist(Mortal):
    """Archives at any moment what has no deadline ahead, however young it is."""

    def __init__(self, rng: random.Random, log: Sequence[Evidence]) -> None:
        super().__init__(rng, log)
        self.blobs: dict[bytes, bytes] = {}
        #: vessel|port -> the archived boxes that name it, with their horizons
        self.boxes: dict[str, list[tuple[str, int]]] = {}
        self.archived = self.read_back = 0

    def archive(self, share: float) -> None:
        """Send some of the books that rest to the store of blobs; the next commit may finish it."""
        core = self.cores[0]
        for name in sorted(core._shelf.books):
            if core.rests(name, ANY_TIME, 0) and self.rng.random() < share:
                items, calls = core.archive.contents(name)
                payload = pack(items)
                digest = digest_of(payload)
                self.blobs[digest] = payload
                stub = core.archive.leave(name, digest)
                for call in calls:
                    self.boxes.setdefault(call, []).append((name, stub.horizon))

    def fetch(self, share: float = 1.0) -> bool:
        """Read some of what is wanted; False when nothing is."""
        core = self.cores[0]
        archive = core.archive
        for call, since in list(archive.calls.items()):
            archive.want_since([name for name, horizon in self.boxes.get(call, ()) if horizon >= since], since)
            del archive.calls[call]
        archive.want_stale(2)
        wanted = [*archive.wanted, *(name for name in archive.background if name not in archive.wanted)]
        for name in wanted:
            if self.rng.random() < share:
                core.supply(name, [self.blobs[digest] for digest in archive.blobs(name)])
                self.adopt(name)
                self.read_back += 1
        return bool(wanted)

    def commit(self) -> None:
        """Nothing is committed while something waits for a book. Of a write that fails, a beginning may be there: stubs are
        acknowledged before anything is forgotten."""
        core = self.cores[0]
        while core.pending():
            self.derive()
        if core.archive.holding():
            return
        draft = changelog.Draft(core, Watermark((), 1, False), {})
        messages = [*self.rng.sample(draft.evidence, len(draft.evidence)), *draft.forgotten]
        if self.rng.random() < 0.3:
            self.changelog += messages[: self.rng.randint(0, len(messages))]
            draft.give_back()
            return
        self.changelog += messages
        before = core.archive.count()
        draft.acknowledged()
        self.archived += core.archive.count() - before
        self.committed = set(self.read)

    def settle_all(self, now: float) -> None:
        """Read and derive all that is left."""
        self.advance(now)
        while self.take_in(self.rng.randint(1, 6)) or self.fetch() or self.cores[0].pending():
            self.derive()
        self.cores[0].resweep()  # as every worker does hourly: a row may hide below a tombstone that was written too early
        while self.sweep(2):
            self.derive()
