"""The rows of what officers did."""

from __future__ import annotations

from typing import Final

from streams.domain.book import Book, Pages
from streams.domain.desk import DELETE, RESUBMIT, UNVOID, VOID
from streams.domain.evidence import SOURCE, first_hand
from streams.domain.moved import is_told
from streams.domain.rows import Keyed
from streams.domain.watch import Raised

#: Actions of which, on the same thing, the last one counts: by what they have in common.
_ONE_COUNTS: Final = {VOID: "event", UNVOID: "event", RESUBMIT: "case", DELETE: "case", "ASSIGN": "assignee"}


def desk_rows(book: Book, pages: Pages, raised: list[Raised]) -> list[Keyed]:
    """The rows of what officers did about a book; without what other books only tell it: of a box its bills and calls, of a
    vessel those of its other ids, of a moved event the book of its correction. Exceptions of sources are in no book, so
    whatever is said of one counts as known."""
    in_force = pages.in_force()
    actions = [e for e in in_force.actions if book.kind != "B" or e.container]
    if book.kind == "V":
        actions = [e for e in actions if first_hand(pages.best[e.ident])]
    actions = [e for e in actions if not is_told(e)]
    if not actions:
        return []
    cases = in_force.register().orders.case_of
    known = {e.ident for e in pages.best.values() if not e.retracted}
    known.update(cases)
    known.update([x.exception_id for x in raised])
    if book.kind == SOURCE:
        known.update([e.ref for e in actions])
    rows: list[Keyed] = []
    later: dict[str, None] = {}
    for e in reversed(actions):
        status = "IN_FORCE" if e.ref in known else "NO_TARGET"
        common = _ONE_COUNTS.get(e.code, "")
        if common:
            about = common + "|" + cases.get(e.ref, e.ref)
            if about in later and status == "IN_FORCE":
                status = "OVERTAKEN"
            later[about] = None
        rows.append((
            ("operator_actions", (book.key, e.ident)),
            (book.key, e.ident, e.code, status, e.mode, e.reason, e.ref, e.extra, e.at),
        ))  # fmt: skip
    return rows
