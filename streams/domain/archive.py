"""Books that lie in the store: what stays of them here, what waits until they are read, and what is on its way out.

A book that rests goes to the store as one blob, and a *stub* stays: how much evidence the blob holds, up to when, under which
epoch its rows were derived last, and the digest that names it. A stub says "there is evidence of this book there", so stubs
add up as evidence does: of a book that has several, each blob is read. Whatever the book is needed for waits meanwhile.
"""

from __future__ import annotations

import struct
from hashlib import blake2b
from typing import Final, NamedTuple

from streams.domain.book import Book, Pages
from streams.domain.consignment import Announcement
from streams.domain.evidence import Evidence
from streams.domain.shelf import DIGEST, Shelf
from streams.domain.ties import Ties

#: Evidence count, horizon (ms), epoch, digest of the blob.
_FORM: Final = ">IQH8s"
STUB: Final = struct.calcsize(_FORM)

#: In place of the round in which something came for a book: it was read to be derived under new rules, and goes back.
AT_ONCE: Final = -(1 << 40)


class Stub(NamedTuple):
    """What stays of an archived book. ``horizon``: the latest event time (ms) in the blob."""

    evidence: int
    horizon: int
    epoch: int
    digest: bytes


class Leaving(NamedTuple):
    """A book whose blob is in the store: its stub, and what the changelog is to forget of it, the digests of its records of
    evidence and its earlier stubs."""

    name: str
    stub: bytes
    written: bytes
    refs: bytes


def digest_of(value: bytes) -> bytes:
    """What names a blob, or a record of the changelog."""
    return blake2b(value, digest_size=DIGEST).digest()


def pack_stub(stub: Stub) -> bytes:
    """A stub as bytes; several stand behind each other."""
    return struct.pack(_FORM, stub.evidence, stub.horizon, stub.epoch, stub.digest)


def each_stub(packed: bytes) -> list[bytes]:
    """The stubs that stand behind each other. Raises ValueError for bytes that are none."""
    if len(packed) % STUB:
        raise ValueError("a stub is cut off")
    return [packed[at : at + STUB] for at in range(0, len(packed), STUB)]


def read_stub(packed: bytes) -> Stub:
    """One stub of :func:`each_stub`."""
    evidence, horizon, epoch, digest = struct.unpack(_FORM, packed)
    return Stub(evidence, horizon, epoch, digest)


def horizon_of(pages: Pages) -> int:
    """The latest event time (ms) in a book."""
    latest = 0
    for e in pages.items:
        if e.at > latest:
            latest = e.at
    return latest


class Archive:
    """The archived books of a partition by name (kind + key)."""

    def __init__(
        self, shelf: Shelf, ties: Ties, announcements: dict[str, Announcement], dirty: dict[str, None], epoch: int
    ) -> None:
        self._shelf = shelf
        self._ties = ties
        self._announcements = announcements
        self._dirty = dirty
        self._epoch = epoch
        #: the stubs of each book that is not in memory
        self.stubs: dict[str, bytes] = {}
        #: the latest horizon of any stub: no archived book knows of anything later
        self.horizon = 0
        #: evidence that came for a book which is not in memory
        self.held: dict[str, list[Evidence]] = {}
        #: books that must be read before anything else is committed, and those that can wait
        self.wanted: dict[str, None] = {}
        self.background: dict[str, None] = {}
        #: calls (vessel|port) that changed so late that archived boxes may depend on them, and the earliest horizon (ms) of
        #: those that may
        self.calls: dict[str, int] = {}
        #: what the changelog holds of a book besides its stub
        self.parts: dict[str, Book] = {}
        #: books whose rows were derived last under another epoch
        self.stale: list[str] = []
        #: books whose blob is on its way to the store, by their stub
        self.leaving: dict[str, bytes] = {}
        #: books that the store does not take
        self._kept: set[str] = set()

    def hold(self, name: str, e: Evidence) -> None:
        """Keep evidence until its book was read."""
        held = self.held.get(name)
        if held is None:
            self.held[name] = [e]
        else:
            held.append(e)
        self.wanted[name] = None

    def holding(self) -> bool:
        """True while something that was taken in has not come to effect, because a book must be read first."""
        return bool(self.wanted or self.calls)

    def call_changed(self, call: str, horizon: int) -> None:
        """Archived boxes of this call (vessel|port) that know of anything as late as ``horizon`` may depend on what changed."""
        self.calls[call] = min(self.calls.get(call, horizon), horizon)

    def count(self) -> int:
        """Books that are in the store and not in memory."""
        return len(self.stubs)

    def put(self, name: str, stubs: bytes) -> None:
        """A book is in the store and not in memory."""
        self.stubs[name] = stubs
        for each in each_stub(stubs):
            self.horizon = max(self.horizon, read_stub(each).horizon)

    def restore(self, name: str, stub: bytes) -> None:
        """A stub from the changelog."""
        known = self.stubs.get(name, b"")
        if stub not in each_stub(known):
            self.put(name, known + stub)

    def forget(self, name: str, digest: bytes) -> None:
        """The changelog holds this stub no longer."""
        known = b"".join([each for each in each_stub(self.stubs.get(name, b"")) if digest_of(each) != digest])
        if known:
            self.stubs[name] = known
        else:
            self.stubs.pop(name, None)

    def blobs(self, name: str) -> list[bytes]:
        """The digests of the blobs of a book."""
        return [read_stub(each).digest for each in each_stub(self.stubs.get(name, b""))]

    def has_blob(self, name: str, digest: bytes) -> bool:
        """True when the store has this blob of a book that is in memory."""
        return digest in [read_stub(each).digest for each in each_stub(self._shelf.books[name].refs)]

    def restored(self) -> None:
        """After recovery: what is only partly in the changelog is read soon, and what was derived under other rules in its
        turn."""
        for name, stubs in self.stubs.items():
            part = self._shelf.books.pop(name, None)
            if part is not None:
                self.parts[name] = part
                self.background[name] = None
            elif any(read_stub(each).epoch != self._epoch for each in each_stub(stubs)):
                self.stale.append(name)

    def want_stale(self, limit: int) -> None:
        """Have the next books read that were derived under other rules."""
        for name in self.stale[-limit:]:
            if name in self.stubs:
                self.background[name] = None
        del self.stale[-limit:]

    def want_since(self, names: list[str], horizon: int) -> None:
        """Have those of these books read that know of anything as late as that."""
        for name in names:
            if name in self.stubs and max([read_stub(each).horizon for each in each_stub(self.stubs[name])]) >= horizon:
                self.wanted[name] = None

    def take(self, name: str) -> tuple[bytes, Book | None, list[Evidence]]:
        """A book was read: its stubs, what the changelog held of it, and the evidence that waited."""
        self.wanted.pop(name, None)
        self.background.pop(name, None)
        return self.stubs.pop(name), self.parts.pop(name, None), self.held.pop(name, [])

    # -- on the way out ----------------------------------------------------------------------------------------

    def contents(self, name: str) -> tuple[list[Evidence], list[str]]:
        """All that an open book holds, what people were told too, and the vessel|port books that a box names."""
        book = self._shelf.books[name]
        pages = book.pages
        items = [*pages.items, *pages.told.values()] if pages is not None else []
        return items, [link.name for link in book.links]

    def leave(self, name: str, digest: bytes) -> Stub:
        """The blob of an open book that rests, with this digest, is on its way to the store."""
        book = self._shelf.books[name]
        pages = book.pages
        stub = Stub(book.count, horizon_of(pages) if pages is not None else 0, self._epoch, digest)
        if name not in self._kept:
            self.leaving[name] = pack_stub(stub)
        return stub

    def keep(self, names: set[str]) -> None:
        """The store does not take these: they stay in memory."""
        self._kept |= names
        for name in names:
            self.leaving.pop(name, None)

    def take_leaving(self) -> list[Leaving]:
        """The books whose blobs were on their way before this, and for which nothing came since. To be taken before what is
        fresh is taken."""
        taken: list[Leaving] = []
        leaving = self.leaving
        self.leaving = {}
        for name, stub in leaving.items():
            book = self._shelf.books.get(name)
            if book is None or self._is_needed(name, book, stub):
                continue
            earlier = [each for each in each_stub(book.refs) if each != stub]
            book.refs = b"".join([*earlier, stub])  # from now on the changelog may hold it, whatever becomes of the write
            taken.append(Leaving(name, stub, book.written, b"".join(earlier)))
        return taken

    def stay(self, taken: list[Leaving]) -> None:
        """What :meth:`take_leaving` gave was not written: they leave another time."""
        for each in taken:
            if each.name not in self._kept:
                self.leaving.setdefault(each.name, each.stub)

    def left(self, leaving: Leaving) -> None:
        """The changelog holds the stub of a book and nothing else. It is dropped, unless something came for it meanwhile."""
        name, stub = leaving.name, leaving.stub
        book = self._shelf.books[name]
        book.written = b""
        book.refs = stub
        if self._is_needed(name, book, stub):
            return
        self._ties.untie(name, book)
        self._announcements.pop(name, None)
        self._shelf.drop(name)
        self.put(name, stub)

    def _is_needed(self, name: str, book: Book, stub: bytes) -> bool:
        """True when something came for a book since its blob was made."""
        return name in self._dirty or name in self._shelf.fresh or book.count != read_stub(stub).evidence
