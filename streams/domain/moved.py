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
    return _item(correction, correction.key, old)


def told_to_old(e: Evidence, pages: Pages) -> list[tuple[str, Evidence]]:
    """What other books must hear after an item was added to a book, each with the key that it is sent by.

    Versions of one correction may name events of several books: each of these hears of all versions, or it would not hear
    that its event is no longer corrected."""
    if e.book == "C":
        return []  # the vessel's own book tells
    if e.what == MOVED and e.extra:
        return _told(e, [x for x in pages.items if x.ident == e.ref]) + _said(e, _said_of(e.ref, pages))
    told: list[tuple[str, Evidence]] = []
    if e.ident + _MARK in pages.best:
        for link in _links(pages):
            if link.ref == e.ident:
                told += _told(link, [e])
    if _is_word(e):
        for link in _links(pages):
            said = _said_of(link.ref, pages)
            if e.ident in {x.ident for x in said}:
                told += _said(link, said)
    return told


def speaker(e: Evidence) -> str:
    """The ident of the event that speaks: of what is told of a correction, the correction."""
    return e.ref if e.what == MOVED else e.ident


def is_told(e: Evidence) -> bool:
    """True for what a book has only because a correction moved an event out of it or into it: of no topic, and no row's."""
    return e.what == MOVED or (e.what == OPERATOR and bool(e.place))


def _links(pages: Pages) -> list[Evidence]:
    """Which books held the events that corrections of this book moved to it."""
    return [x for x in pages.items if x.what == MOVED and x.extra]


def _is_word(e: Evidence) -> bool:
    """True for what officers said in a book, and for what it is told of actions that correct one of these. What was passed on
    is not passed on again: two books that moved events to each other would never come to rest."""
    return not e.place and (e.what == OPERATOR or (e.what == MOVED and not e.extra))


def _said_of(correction: str, pages: Pages) -> list[Evidence]:
    """All versions of the actions of which one ever named a correction, and of what corrects such an action: where one is
    heard, what became of it must be heard too."""
    words = [x for x in pages.items if _is_word(x)]
    idents = {x.ident for x in words if x.what == OPERATOR and x.ref == correction}
    count = -1
    while count < len(idents):
        count = len(idents)
        idents.update([x.ident for x in words if x.corrects in idents])
    return [x for x in words if x.ident in idents]


def _told(link: Evidence, versions: list[Evidence]) -> list[tuple[str, Evidence]]:
    """A correction, to the book that held its event."""
    old = link.extra
    return [(vessel_of(link.book, old) or old, _item(e, old, "")) for e in versions]


def _said(link: Evidence, words: list[Evidence]) -> list[tuple[str, Evidence]]:
    """What was said of a correction, to the book that held its event."""
    old = link.extra
    told: list[tuple[str, Evidence]] = []
    for e in words:
        word = e.readdressed(link.book, old)
        word.vessel = vessel_of(link.book, old)
        word.place = link.key
        told.append((word.vessel or old, word))
    return told


def _item(correction: Evidence, key: str, old: str) -> Evidence:
    c = correction
    return Evidence(
        c.book, key, c.ident + _MARK, c.version, MOVED, "", "", c.classifier, c.at, c.seen, c.port, c.terminal, c.source,
        c.corrects, vessel=vessel_of(c.book, key), ref=c.ident, extra=old,
    )  # fmt: skip
