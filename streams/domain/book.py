"""A book: the grow-only set of one entity's evidence (design 3).

Every version of every event is kept. Adding is O(1), idempotent and commutative: whatever the order, the highest
version of each event counts. Rows are derived from :meth:`Pages.in_force`, never from the order of arrival.

A book is a small head that is always in memory, and pages that are there while it is open (`streams.domain.shelf`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from streams.domain.desk import void_by
from streams.domain.evidence import NOTICE, OPERATOR, Evidence
from streams.domain.in_force import InForce, sort_out
from streams.domain.rows import RowKey

if TYPE_CHECKING:
    from streams.domain.ties import Link


#: Shared by all books that have none, as most have: never changed.
NO_CHUNKS: Final[list[bytes]] = []
_NO_CORRECTIONS: Final[set[str]] = set()
_NO_ROWS: Final[dict[RowKey, int]] = {}
_NOTHING_TOLD: Final[dict[str, Evidence]] = {}


class Pages:
    """What an open book holds."""

    def __init__(self, name: str, ships: dict[str, str] | None = None) -> None:
        """``name``: kind + key of its book."""
        self.key = name[1:]
        self._box = self.key if name[0] == "B" else ""
        self._ships = ships
        #: every version that was ever added
        self.items: list[Evidence] = []
        #: the highest version of each event
        self.best: dict[str, Evidence] = {}
        self._superseded: dict[str, list[int]] | None = None
        #: idents of the events that another event ever corrected, or of which an officer ever spoke
        self.corrected = _NO_CORRECTIONS
        #: the rows that the last derivation yielded: a hash of their content, or that they are to be written again
        self.emitted = _NO_ROWS
        #: exception id -> the last that people were told of it (`streams.domain.alerts`)
        self.told = _NOTHING_TOLD
        #: how many of the items came back from the changelog and were not derived since
        self.restored = 0
        self._in_force: InForce | None = InForce(self._box, ships)

    def add(self, item: Evidence) -> bool:
        """Keep one version of one event; False when exactly this version is known already."""
        known = self.best.get(item.ident)
        if known is None:
            self.best[item.ident] = item
        elif not self._another_version(known, item):
            return False
        self._share_key(item)
        self.items.append(item)
        if (item.corrects or item.what == OPERATOR) and not self.corrected:
            self.corrected = set()
        if item.corrects:
            self.corrected.add(item.corrects)
        if item.what == OPERATOR:
            self.corrected.add(item.ref)
            self._in_force = None
        elif known is not None or item.corrects or item.ident in self.corrected:
            self._in_force = None  # others may be void now, or in force again
        elif self._in_force is not None and not item.version & 1:
            self._in_force.place(item)
        return True

    def _share_key(self, item: Evidence) -> None:
        """Items repeat the key of their book, which need not be in memory for each of them."""
        key = item.key = self.key
        if item.container == key:
            item.container = key
        elif item.bill == key:
            item.bill = key

    def _another_version(self, known: Evidence, item: Evidence) -> bool:
        if known.version == item.version:
            return False
        if self._superseded is None:
            self._superseded = {}
        older = self._superseded.get(item.ident)
        if older is None:
            older = self._superseded[item.ident] = []
        elif item.version in older:
            return False
        if known.version < item.version:
            older.append(known.version)
            self.best[item.ident] = item
        else:
            older.append(item.version)
        return True

    def hear(self, notice: Evidence) -> None:
        """Remember what people were told; of two notices on one exception the later counts."""
        last = self.told.get(notice.ident)
        if last is None or last.version < notice.version:
            self.tell(notice)

    def tell(self, notice: Evidence) -> None:
        """People were told this, the last of its exception."""
        if not self.told:
            self.told = {}
        self.told[notice.ident] = notice

    def take_restored(self) -> set[str]:
        """The events that came back from the changelog, for the first derivation since; later none."""
        found: set[str] = set()
        if self.restored:
            for item in self.items[: self.restored]:
                found.add(item.ident)
            self.restored = 0
        return found

    def current(self) -> list[Evidence]:
        """The evidence in force, in no order: highest versions, neither retracted nor corrected away nor voided."""
        known = [e for e in self.best.values() if not e.version & 1]
        if self.corrected:
            void = void_by(known)
            known = [e for e in known if e.ident not in void]
        return known

    def in_force(self) -> InForce:
        """The evidence in force, sorted out."""
        known = self._in_force
        if known is None:
            known = self._in_force = sort_out(self._box, self.current(), self._ships)
        return known


class Book:
    """The evidence of one box, bill, vessel at a port, or copy of a vessel's calls."""

    def __init__(self, name: str, ships: dict[str, str] | None = None) -> None:
        """``name``: kind + key. ``ships``: another id or a name of a vessel -> its vessel id."""
        self.name = name
        #: versions of events in the book: 0 in a restored one that was not opened yet
        self.count = 0
        self.latest_seen = 0
        #: when rows change by themselves (ms), 0: never
        self.deadline = 0
        #: when it is looked at for that (ms), 0: never
        self.alarm = 0
        #: each row that was emitted since the book was first opened has at least this version
        self.floor = 0
        #: whether its number has a right check digit, asked once: of a box by ISO 6346, of a vessel with an IMO number
        self.number_ok = True
        #: of a box: its evidence names a leg between two of the ports
        self.has_leg = False
        #: all its rows are to be written again, although nobody needs to hear of them
        self.rewrite = False
        #: of a box: the calls that its evidence names
        self.links: list[Link] = []
        #: of a box: a hash of the steps that were last published; 0: none, or nothing since the start
        self.update = 0
        #: the shelf's round in which evidence last came
        self.used = 0
        self.pages: Pages | None = Pages(name, ships)
        #: of a closed book: what its pages held, and what came back from the changelog
        self.blob = b""
        self.chunks = NO_CHUNKS
        #: what the changelog holds of it: the digests of its records of evidence, and its stubs (`streams.domain.archive`)
        self.written = b""
        self.refs = b""

    @property
    def kind(self) -> str:
        """"B" box, "M" master bill, "V" vessel at port, "C" copy of a vessel's calls."""
        return self.name[0]

    @property
    def key(self) -> str:
        """Container number, master bill, or vessel|port."""
        return self.pages.key if self.pages is not None else self.name[1:]

    def add(self, item: Evidence) -> bool:
        """Keep one version of one event in an open book; False when exactly this version is known already."""
        pages = self.pages
        if pages is None:
            return False
        if item.what == NOTICE:
            pages.hear(item)
            return False
        if not pages.add(item):
            return False
        self.count += 1
        if item.seen > self.latest_seen:
            self.latest_seen = item.seen
        return True
