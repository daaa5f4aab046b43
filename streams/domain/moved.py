"""A correction that moved an event to another book: what the book that held the event must hear.

The correction is an event of the book that it moved the event to; the book that held it knows nothing of it. So that book is
told of every version of the correction, and of what officers say of it. It counts there as any correction does: when it is
taken back or void, the event that it corrected counts again. No order matters: whichever comes last is told with the rest.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from streams.domain.evidence import MOVED, OPERATOR, Evidence, vessel_of

if TYPE_CHECKING:
    from streams.domain.book import Pages

#: Behind the ident of a correction: a box may hear of it as an event too.
_MARK: Final = "|moved"


def moved(correction: Evidence, old: str) -> Evidence:
    """What the book of a correction is told besides it: the key of the book that held the event."""
    return _item(correction, correction.key, correction.corrects, old)


def told_to_old(e: Evidence, pages: Pages) -> list[tuple[str, Evidence]]:
    """What other books must hear after an item was added to a book, each with the key that it is sent by."""
    if e.what == MOVED:
        its_own = [x for x in pages.items if x.ident == e.ref or (x.what == OPERATOR and x.ref == e.ref)]
        return _told(e, its_own)
    link = pages.best.get((e.ref if e.what == OPERATOR else e.ident) + _MARK)
    return _told(link, [e]) if link is not None else []


def speaker(e: Evidence) -> str:
    """The ident of the event that speaks: of what is told of a correction, the correction."""
    return e.ref if e.what == MOVED else e.ident


def is_told(action: Evidence, best: dict[str, Evidence]) -> bool:
    """True for what an officer said of a correction that is in another book; ``best``: the events of this one."""
    link = best.get(action.ref + _MARK)
    return link is not None and not link.extra


def _told(link: Evidence, about: list[Evidence]) -> list[tuple[str, Evidence]]:
    old = link.extra
    if not old:
        return []  # it is the old book
    to = vessel_of(link.book, old) or old
    return [
        (to, e.readdressed(link.book, old) if e.what == OPERATOR else _item(e, old, link.corrects, "")) for e in about
    ]


def _item(correction: Evidence, key: str, corrects: str, old: str) -> Evidence:
    c = correction
    return Evidence(
        c.book, key, c.ident + _MARK, c.version, MOVED, "", "", c.classifier, c.at, c.seen, c.port, c.terminal, c.source,
        corrects, vessel=vessel_of(c.book, key), ref=c.ident, extra=old,
    )  # fmt: skip
