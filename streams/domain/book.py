"""A book: the grow-only set of one entity's evidence (design 3).

Every version of every event is kept. Adding is O(1), idempotent and commutative: whatever the order, the highest
version of each event counts. Rows are derived from :meth:`Book.current`, never from the order of arrival.
"""

from __future__ import annotations

from typing import Final

from streams.domain.evidence import Evidence

#: Evidence per changelog record. A box has about 15 events, so most books are one or two records, and a commit
#: rewrites at most 15 items that were written before.
CHUNK: Final = 16


class Book:
    """The evidence of one box, bill, vessel at a port, or copy of a vessel's calls."""

    def __init__(self, kind: str, key: str) -> None:
        self.kind = kind
        self.key = key
        self.best: dict[str, Evidence] = {}
        self.chunks: list[list[Evidence]] = []
        self.superseded: dict[str, list[int]] = {}
        self.count = 0
        self.latest_seen = 0
        #: ident of an event that another event corrects -> version of the one that does
        self.corrected: dict[str, int] = {}
        self.links: dict[str, None] = {}
        self._current: list[Evidence] | None = None
        self.dirty_from = -1
        self.deadline = 0
        #: of a box: whether its number has a right ISO 6346 check digit, asked once
        self.number_ok = True
        #: each row that was emitted since the book was opened has at least this version
        self.floor = 0
        self.emitted: dict[tuple[str, tuple[str | int, ...]], int] = {}

    def add(self, item: Evidence) -> bool:
        """Keep one version of one event; False when exactly this version is known already."""
        if not self._keep(item):
            return False
        if not self.chunks or len(self.chunks[-1]) >= CHUNK:
            self.chunks.append([])
        self.chunks[-1].append(item)
        if self.dirty_from < 0:
            self.dirty_from = len(self.chunks) - 1
        return True

    def _keep(self, item: Evidence) -> bool:
        known = self.best.get(item.ident)
        if known is None:
            self.best[item.ident] = item
        else:
            if known.version == item.version:
                return False
            older = self.superseded.get(item.ident)
            if older is None:
                older = self.superseded[item.ident] = []
            elif item.version in older:
                return False
            if known.version < item.version:
                older.append(known.version)
                self.best[item.ident] = item
            else:
                older.append(item.version)
        self.count += 1
        if item.seen > self.latest_seen:
            self.latest_seen = item.seen
        if item.corrects:
            self.corrected[item.corrects] = item.version
        if known is None:
            self._place(item)
        else:
            self._current = None
        return True

    def restore(self, chunk: int, evidence: list[Evidence]) -> None:
        """Put back one chunk of the changelog; a later record of the chunk adds to what an earlier one gave."""
        while len(self.chunks) <= chunk:
            self.chunks.append([])
        kept = self.chunks[chunk]
        for item in evidence:
            if self._keep(item):
                kept.append(item)

    def current(self) -> list[Evidence]:
        """The evidence in force, by event time: highest versions, neither retracted nor corrected away.

        The list is the book's own: do not change it.
        """
        known = self._current
        if known is None:
            known = [e for e in self.best.values() if not e.version & 1]
            if self.corrected:
                void = {e.corrects for e in known if e.corrects}
                known = [e for e in known if e.ident not in void]
            keyed = [(e.at, e.ident, e) for e in known]
            keyed.sort()
            known = self._current = [k[2] for k in keyed]
        return known

    def _place(self, item: Evidence) -> None:
        """Put a new event into the list of those in force. Most events are the latest of their box: search from the end."""
        known = self._current
        if known is None or item.version & 1:
            return
        if self.corrected:
            self._current = None
            return
        at = len(known)
        while at > 0 and (known[at - 1].at > item.at or (known[at - 1].at == item.at and known[at - 1].ident > item.ident)):
            at -= 1
        known.insert(at, item)

    def take_dirty(self) -> list[tuple[int, list[Evidence]]]:
        """The chunks that changed since they were last taken, with their numbers."""
        if self.dirty_from < 0:
            return []
        taken = [(n, self.chunks[n]) for n in range(self.dirty_from, len(self.chunks))]
        self.dirty_from = -1
        return taken
