"""The shelf: all books of a partition, open or closed.

A closed book is its head and one compressed blob; it opens by itself when somebody needs its pages. Books that come back
from the changelog are closed, so a restart reads bytes and nothing more; those that nobody has used for a while are
closed again (:meth:`Shelf.tidy`).
"""

from __future__ import annotations

import marshal
import zlib
from collections.abc import Callable
from typing import Final

from streams.domain.book import NO_CHUNKS, Book, Pages
from streams.domain.evidence import Evidence, from_tuple

#: Bytes of a digest that names a record of the changelog, or a blob in the store.
DIGEST: Final = 8
#: With words to refer to, smaller than the highest level is without, in less time.
_LEVEL = 3
#: Of so many books that are closed one gives its words, until there are so many bytes of them: books of all kinds are then
#: among them, and more bytes would be sought through longer than they spare.
_EVERY = 8
_ENOUGH = 16_000


class Shelf:
    """The books of one partition by name (kind + key)."""

    def __init__(
        self,
        check_digit: Callable[[str], bool] | None,
        unpack: Callable[[bytes], list[Evidence]] | None,
        imo_digit: Callable[[str], bool] | None,
        ships: dict[str, str] | None = None,
    ) -> None:
        self._check_digit = check_digit
        self._imo_digit = imo_digit
        self._unpack = unpack
        self._ships = ships
        self.books: dict[str, Book] = {}
        #: evidence that the changelog does not hold yet
        self.fresh: dict[str, list[Evidence]] = {}
        #: versions of events in all books that were ever opened
        self.evidence = 0
        self.round = 1
        self._open: dict[str, None] = {}
        #: what some of the first books held that were closed: those closed later say the same words, and refer to them. It
        #: stays as it is once it is used: without it nothing can be read that refers to it
        self._words = b""
        self._gathered: list[bytes] = []
        self._closed = 0

    def new(self, name: str) -> Book:
        """An empty open book."""
        book = self.books[name] = Book(name, self._ships)
        self._check_number(book)
        self._open[name] = None
        return book

    def _check_number(self, book: Book) -> None:
        if book.kind == "B":
            if self._check_digit is not None:
                book.number_ok = self._check_digit(book.key)
        elif book.kind == "V" and self._imo_digit is not None and book.key.startswith("IMO:"):
            book.number_ok = self._imo_digit(book.key[4:].rsplit("|", 1)[0])

    def pages(self, name: str, book: Book) -> Pages:
        """The pages of a book, read if it is closed."""
        pages = book.pages
        if pages is not None:
            return pages
        pages = book.pages = Pages(name, self._ships)
        if book.blob:
            items, emitted, told = marshal.loads(self._inflated(book.blob))
            for values in items:
                pages.add(from_tuple(values))
            pages.emitted = emitted
            for values in told:
                pages.hear(from_tuple(values))
            book.blob = b""
        if book.chunks and self._unpack is not None:
            for chunk in book.chunks:
                for e in self._unpack(chunk):
                    if book.add(e):
                        self.evidence += 1
            book.chunks = NO_CHUNKS
            pages.restored = len(pages.items)
            self._check_number(book)
        self._open[name] = None
        return pages

    def restore(self, name: str, chunk: bytes, digest: bytes = b"") -> None:
        """Put back one packed chunk of a book; it is read when the book is opened. ``digest`` names the record of the
        changelog that holds it, if one does."""
        book = self.books.get(name)
        if book is None:
            book = self.books[name] = Book(name)
            book.pages = None
        elif digest and _place(book.written, digest) >= 0:
            return
        if not book.chunks:
            book.chunks = [chunk]
        else:
            book.chunks.append(chunk)
        book.written += digest

    def forget(self, name: str, digest: bytes) -> None:
        """During recovery: the changelog holds this chunk no longer."""
        book = self.books.get(name)
        if book is None:
            return
        place = _place(book.written, digest)
        if place >= 0:
            book.written = book.written[: place * DIGEST] + book.written[(place + 1) * DIGEST :]
            del book.chunks[place]
        if not book.chunks:
            del self.books[name]

    def wrote(self, name: str, digest: bytes) -> None:
        """The changelog holds a record of evidence of this book."""
        self.books[name].written += digest

    def drop(self, name: str) -> None:
        """A book is in the store and not needed here."""
        self.evidence -= self.books.pop(name).count
        self._open.pop(name, None)

    def counts(self) -> tuple[int, int]:
        """(books, open ones)."""
        return len(self.books), len(self._open)

    def tidy(self, rounds: int, limit: int) -> list[str]:
        """Begin a new round and close books that were not used in the last ``rounds``; looks at ``limit`` open ones, the
        longest open first. Returns the names of those it closed."""
        self.round += 1
        names: list[str] = []
        for name in self._open:
            names.append(name)
            if len(names) >= limit:
                break
        done: list[str] = []
        for name in names:
            del self._open[name]
            book = self.books[name]
            if book.used + rounds > self.round:
                self._open[name] = None
            else:
                self._close(book)
                done.append(name)
        return done

    def _close(self, book: Book) -> None:
        pages = book.pages
        if pages is not None:
            told = [e.to_tuple() for e in pages.told.values()]
            state = ([e.to_tuple() for e in pages.items], pages.emitted, told)
            book.blob = self._deflated(marshal.dumps(state))
            book.pages = None

    def _deflated(self, data: bytes) -> bytes:
        deflate = zlib.compressobj(_LEVEL, zdict=self._words) if self._words else zlib.compressobj(_LEVEL)
        blob = deflate.compress(data) + deflate.flush()
        if not self._words:
            self._gather(data)
        return blob

    def _gather(self, data: bytes) -> None:
        self._closed += 1
        if self._closed % _EVERY == 0:
            self._gathered.append(data)
            if sum(map(len, self._gathered)) >= _ENOUGH:
                self._words = b"".join(self._gathered)
                self._gathered = []

    def _inflated(self, blob: bytes) -> bytes:
        """The data of a blob; one that was made before there were words says so itself."""
        inflate = zlib.decompressobj(zdict=self._words) if self._words else zlib.decompressobj()
        return inflate.decompress(blob)

    def take_fresh(self) -> list[tuple[str, list[Evidence]]]:
        """What must be written to the changelog, by book; it counts as written from now on."""
        taken = list(self.fresh.items())
        self.fresh = {}
        return taken

    def give_back(self, taken: list[tuple[str, list[Evidence]]]) -> None:
        """The changelog write of these failed: they are to be written again."""
        for name, items in taken:
            self.fresh[name] = items + self.fresh.get(name, [])


def _place(written: bytes, digest: bytes) -> int:
    """Which of the digests that stand behind each other this is, -1: none."""
    for at in range(0, len(written), DIGEST):
        if written[at : at + DIGEST] == digest:
            return at // DIGEST
    return -1
