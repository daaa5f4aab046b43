"""Which derived rows are written: those whose content is new, and tombstones for keys that are no longer derived."""

from __future__ import annotations

from typing import Final, NamedTuple

from streams.domain.book import Book, Pages
from streams.domain.effects import Effects
from streams.domain.rows import Keyed, Row, RowKey, blank

#: In place of a row's content: it is to be written again although nobody needs to hear of it.
SWEPT: Final = -1  # never a hash


class Stored(NamedTuple):
    """A row, or a tombstone, that an earlier owner left in the store."""

    version: int
    deleted: bool


class Emission:
    """What the store is known to hold besides what the books have yielded here."""

    def __init__(self) -> None:
        #: name of a book -> what an earlier owner left
        self.stored: dict[str, dict[RowKey, Stored]] = {}

    def adopt(self, name: str, row_key: RowKey, stored: Stored) -> None:
        """The store holds this of a book: a row gets a tombstone unless the book yields it, and what the book yields is
        written again once its version reaches a tombstone."""
        self.stored.setdefault(name, {})[row_key] = stored

    def whole(self, name: str, book: Book, pages: Pages, rows: list[Keyed], version: int, out: Effects) -> list[RowKey]:
        """All rows of a book. Returns the keys that are news to people: not those that the store holds already, nor those
        that a sweep only writes again."""
        emitted = pages.emitted
        if not emitted:
            book.floor = version
        if self.stored or book.rewrite or not _in_step(emitted, rows):
            return self._out_of_step(name, book, pages, rows, version, out)
        # Nearly always: the same rows as the last time, some with another content.
        news: list[RowKey] = []
        for at, mark in enumerate(emitted.values()):
            row_key, content = rows[at]
            found = hash(content)
            if mark != found:
                out.put(row_key[0], content + (book.latest_seen, 0, version))
                news.append(row_key)
                emitted[row_key] = found
        return news

    def _out_of_step(
        self, name: str, book: Book, pages: Pages, rows: list[Keyed], version: int, out: Effects
    ) -> list[RowKey]:
        before = pages.emitted
        if book.rewrite:
            book.rewrite = False
            before = dict.fromkeys(before, SWEPT)
        # Two visits of one instant, or two sites with one case key, are one row: of a key the last content stands.
        after: dict[RowKey, Row] = dict(rows)
        state = (book.latest_seen, 0, version)
        known = self.stored.get(name)
        news: list[RowKey] = []
        for row_key, content in after.items():
            mark = before.get(row_key)
            unchanged = mark == hash(content)
            held = None if known is None else known.get(row_key)
            if unchanged and (held is None or not _hid(held, book.floor, version)):
                continue
            out.put(row_key[0], content + state)
            if not unchanged and mark != SWEPT and (mark is not None or held is None or held.deleted):
                news.append(row_key)
        gone = [k for k in before if k not in after]
        if known is not None:
            gone += self._judge(name, known, after, before, version)
        for table, key in gone:
            out.put(table, blank(table, key, book.latest_seen, version))
        pages.emitted = {row_key: hash(content) for row_key, content in after.items()}
        return news

    def _judge(
        self, name: str, stored: dict[RowKey, Stored], after: dict[RowKey, Row], before: dict[RowKey, int], version: int
    ) -> list[RowKey]:
        """Keys of stored rows that the book does not yield.

        What was written from as much evidence as is known here, or from more, may be right: it is judged when more has
        been read. A tombstone above such a row would hide for ever the row that is then derived; and below such a
        tombstone, what the book yields is hidden until then.
        """
        unsure = {
            k: s
            for k, s in stored.items()
            if s.version > version or (s.version == version and k not in after and not s.deleted)
        }
        if unsure:
            self.stored[name] = unsure
        else:
            del self.stored[name]
        return [
            k
            for k, s in stored.items()
            if s.version < version and not s.deleted and k not in after and k not in before
        ]


def _hid(stored: Stored, floor: int, version: int) -> bool:
    """True when what an earlier owner left, who knew more then, may have hidden a row that was written here at a version
    from ``floor`` on, and one of ``version`` shows. A row of the same version as ours is ours, a tombstone is not."""
    return (floor < stored.version or (stored.deleted and floor == stored.version)) and stored.version <= version


def some(book: Book, pages: Pages, rows: list[Keyed], version: int, out: Effects) -> None:
    """Some rows of a book of which no row is gone; its other rows stand as they are."""
    if not pages.emitted:
        pages.emitted = {}
    emitted = pages.emitted
    for row_key, content in rows:
        found = hash(content)
        if emitted.get(row_key) != found:
            out.put(row_key[0], content + (book.latest_seen, 0, version))
            emitted[row_key] = found


def _in_step(emitted: dict[RowKey, int], rows: list[Keyed]) -> bool:
    """True when these are rows of the same keys in the same order as the last time."""
    if len(emitted) != len(rows):
        return False
    for at, row_key in enumerate(emitted):
        if row_key != rows[at][0]:
            return False
    return True
