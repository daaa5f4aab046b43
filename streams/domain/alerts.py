"""Whom a book's exceptions are told to: each change of state once, when it is fresh, and never again after a restart.

What was told is a fact of the world and kept as such: an item of the book (``NOTICE``) that goes to the changelog with its
evidence, behind the alerts themselves. It is no evidence: it moves no row and no version.

People hear of an exception when it is RAISED and has settled; of one they heard of, when it is RESOLVED,
WITHDRAWN (a later fact shows that nothing was wrong) or RAISED again. They do not hear of

- what became due longer ago than ``fresh_from``: it came with a record that was late beyond use;
- what an earlier life of this book, or the epoch before, had before it and did not tell: after a restart, a raise of the
  epoch or a back-fill the same evidence is derived again, and what became due before that is no news.
"""

from __future__ import annotations

from typing import Any, Final

from streams.domain.book import Pages
from streams.domain.evidence import NOTICE, Evidence
from streams.domain.reference import Reference
from streams.domain.watch import Raised

RAISED: Final = "RAISED"
WITHDRAWN: Final = "WITHDRAWN"
#: In place of a notice: nobody is to hear of this exception. Not kept beyond this life of the book: it is found again.
SILENT: Final = "SILENT"


class Due:
    """What decides whether something is still news: the logical time that an earlier life of the partition had judged
    everything up to, and the oldest due time (ms) that people still want to hear of."""

    def __init__(self, judged_to: int, fresh_from: int) -> None:
        self.judged_to = judged_to
        self.fresh_from = fresh_from


def tell(book: str, key: str, raised: list[Raised], pages: Pages, due: Due) -> list[tuple[Evidence, Raised | None]]:
    """What people must hear of a book's exceptions, each with the exception as it stands (None: it is gone). The notices
    count as told from now on."""
    before = pages.take_restored()
    news: list[tuple[Evidence, Raised | None]] = []
    seen: dict[str, None] = {}
    for x in raised:
        exception_id = x.exception_id
        seen[exception_id] = None
        last = pages.told.get(exception_id)
        state = x.state
        if x.unsettled or (last is None and state != RAISED):
            continue
        if last is not None:
            if last.action == state or last.action == SILENT:
                continue
        elif x.due < due.fresh_from or (x.due < due.judged_to and x.cause in before):
            state = SILENT
        notice = Evidence(
            book, key, exception_id, 1 if last is None else last.version + 1, NOTICE, x.code, state, "", x.raised_at,
            0, x.port, "", "", reason=x.detail, ref=x.subject,
        )  # fmt: skip
        pages.tell(notice)
        if state != SILENT:
            news.append((notice, x))
    for exception_id, last in list(pages.told.items()):
        if exception_id not in seen and last.action == RAISED:
            gone = Evidence(
                book, key, exception_id, last.version + 1, NOTICE, last.code, WITHDRAWN, "", last.at, 0, last.port, "", "",
                reason=last.reason, ref=last.ref,
            )  # fmt: skip
            pages.tell(gone)
            news.append((gone, None))
    return news


def alert_record(notice: Evidence, x: Raised | None, version: int, reference: Reference) -> dict[str, Any]:
    """A notice as it is sent, without texts; ``notice`` numbers those of one exception from 1."""
    ended_at = x.ended_at if x is not None else 0
    return {
        "exception_id": notice.ident, "code": notice.code, "severity": reference.severity(notice.code),
        "subject": notice.ref, "port": notice.port, "owner": reference.owner(notice.code), "state": notice.action,
        "raised_at": notice.at, "updated_at": ended_at or notice.at, "ended_at": ended_at, "detail": notice.reason,
        "version": version, "evidence": x.evidence if x is not None else [], "notice": notice.version,
    }  # fmt: skip
