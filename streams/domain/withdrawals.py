"""History shows one row per event that counts: which rows are withdrawn, because an event was changed, moved or taken back,
and which ones stand and are hidden, because it is void.

What voids an event, a correction or an officer, may itself be taken back. So its row stays, and what the book leaves out is
a row of `void_events`, derived like any other.
"""

from __future__ import annotations

from typing import Final

from streams.domain.book import Book, Pages
from streams.domain.desk import void_by
from streams.domain.evidence import LINE, VGM, Evidence, first_hand
from streams.domain.moved import is_told, speaker
from streams.domain.rows import Keyed, Row

#: Evidence that reaches a box through its bill.
_BY_BILL: Final = (LINE, VGM)


class Withdrawals:
    """Keys of history rows to withdraw, since they were taken last."""

    def __init__(self) -> None:
        self._rows: list[Row] = []

    def pending(self) -> bool:
        """True when there are some."""
        return bool(self._rows)

    def take(self) -> list[Row]:
        """Those since the last time."""
        rows, self._rows = self._rows, []
        return rows

    def learn(self, e: Evidence, before: Evidence) -> None:
        """A version was added to a book in which ``before`` was the best of its event: the older of the two is withdrawn when
        it stands under another key. Only the book that its topic feeds does so."""
        old, new = (before, e) if before.version < e.version else (e, before)
        if is_told(old) or not (new.version & 1 or old.at != new.at or old.container != new.container):
            return
        if (old.book == "B" and old.what not in _BY_BILL) or old.book == "M" or (old.book == "V" and first_hand(old)):
            party, system, event_id = old.ident.split("|", 2)
            self._rows.append((old.container, old.at, event_id, party, system, max(new.version, old.version) | 1))


def void_rows(book: Book, pages: Pages) -> list[Keyed]:
    """The events that a book leaves out, and on whose word; of a box without what only its bills and calls tell it."""
    if not pages.corrected:
        return []
    known = [e for e in pages.best.values() if not e.version & 1]
    void = void_by(known)
    rows: list[Keyed] = []
    for e in known:
        by = void.get(e.ident)
        if by is not None and not is_told(e) and (book.kind != "B" or (e.container and e.what not in _BY_BILL)):
            reason = "CORRECTED" if by.corrects == e.ident else "VOID"
            rows.append((("void_events", (book.key, e.ident)), (book.key, e.ident, reason, speaker(by), e.at)))
    return rows
