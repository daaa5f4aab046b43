"""History keeps one row per event in force: which rows are withdrawn, because an event was changed, moved or taken back."""

from __future__ import annotations

from typing import Final

from streams.domain.book import Pages
from streams.domain.evidence import LINE, VGM, Evidence, first_hand
from streams.domain.rows import Row

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

    def learn(self, e: Evidence, before: Evidence | None, pages: Pages) -> None:
        """An item was added to a book in which this version of it was the best ``before``."""
        if before is not None:
            self._changed(before, e)
        if e.corrects and e.corrects in pages.best:
            self._withdraw(pages.best[e.corrects], e.version)
        if pages.corrected and pages.corrected.get(e.ident, 0):
            self._withdraw(e, pages.corrected[e.ident])

    def _changed(self, before: Evidence, after: Evidence) -> None:
        """An older version under another key is withdrawn under its own."""
        old, new = (before, after) if before.version < after.version else (after, before)
        if new.version & 1 or old.at != new.at or old.container != new.container:
            self._withdraw(old, new.version)

    def _withdraw(self, old: Evidence, version: int) -> None:
        """Withdraw the row of an event; only the book that its topic feeds does so."""
        if (old.book == "B" and old.what not in _BY_BILL) or old.book == "M" or (old.book == "V" and first_hand(old)):
            party, system, event_id = old.ident.split("|", 2)
            self._rows.append((old.container, old.at, event_id, party, system, max(version, old.version) | 1))
