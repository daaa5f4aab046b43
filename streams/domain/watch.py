"""Exceptions: states with a life, derived like everything else (model 5.1). The rules are in the modules ``watch_*``.

Deadlines compare event times; ``now`` only decides whether one has passed. A later fact that shows that nothing was
wrong takes the exception away; one that mends it resolves it.
"""

from __future__ import annotations

import hashlib

from streams.domain.evidence import Evidence
from streams.domain.sources import Sources


class Raised:
    """One exception with the event that breaks the rule or starts its timer."""

    def __init__(
        self, code: str, subject: str, port: str, cause: str, raised_at: int, ended_at: int, detail: str,
        evidence: list[str],
    ) -> None:  # fmt: skip
        self.code = code
        self.subject = subject
        self.port = port
        self.cause = cause
        self.raised_at = raised_at
        self.ended_at = ended_at
        self.detail = detail
        self.evidence = evidence
        self._id = ""
        #: when people may be told (ms): what shows that nothing is wrong may be on its way from another partition
        self.due = raised_at
        self.unsettled = False
        #: a deadline that has passed, and has not settled
        self.pending = False

    @property
    def state(self) -> str:
        """PENDING, RAISED or RESOLVED."""
        if self.ended_at:
            return "RESOLVED"
        return "PENDING" if self.pending else "RAISED"

    @property
    def exception_id(self) -> str:
        """hash(code, subject, identity of the causing event): a re-cut visit keeps it."""
        if not self._id:
            text = self.code + "\x1f" + self.subject + "\x1f" + self.cause
            self._id = hashlib.blake2b(text.encode(), digest_size=12).hexdigest()
        return self._id

    def take_id(self, known: dict[str, str]) -> None:
        """Take the id from those of earlier derivations of the same box, or put it among them."""
        key = self.code + self.cause
        self._id = known.get(key, "")
        if not self._id:
            known[key] = self.exception_id


def failed(book: str, seen: int, detail: str, items: list[Evidence]) -> Raised:
    """DERIVE_FAILED of a book (kind + key) that last heard of something at ``seen`` (ms): these items yield no rows."""
    port = items[0].port if items else ""
    return Raised("DERIVE_FAILED", book[1:], port, book, seen, 0, detail, [e.ident for e in items[-5:]])


class Watch:
    """Collects the exceptions of one box, and the deadlines that decide about them."""

    def __init__(
        self, container: str, now: int, ids: dict[str, str], settle: int = 0, sources: Sources | None = None
    ) -> None:
        """``ids``: those of the exceptions that earlier derivations of this box found, by code and cause; it is not changed
        while it is empty, as it is for most boxes. ``settle``: for how long (ms) it is
        open whether an exception is one, and longer while a source that could end it is silent."""
        self.container = container
        self.now = now
        self.settle = settle
        self.ids = ids
        self.raised: list[Raised] = []
        self._absences: list[int] = []
        self._sources = sources
        #: the sources for whose word an absence is held
        self.held: list[str] = []
        self.passed = 0
        self.next_deadline = 0

    def reached(self, moment: int) -> bool:
        """True when ``now`` has passed a moment; else it is remembered, so that the box is derived again then."""
        if self.now <= moment:
            self._wait(moment)
            return False
        self.passed += 1
        return True

    def is_past(self, deadline: int) -> bool:
        """The same of a deadline by which something should have come."""
        if not self.reached(deadline):
            return False
        self._absences.append(deadline)
        if self.now <= deadline + self.settle:
            self._wait(deadline + self.settle)
        return True

    def _wait(self, until: int) -> None:
        if not self.next_deadline or until < self.next_deadline:
            self.next_deadline = until

    def note(
        self, code: str, port: str, cause: Evidence, raised_at: int, detail: str, ended_at: int = 0
    ) -> None:
        """Add an exception whose subject is the box."""
        self.add(Raised(code, self.container, port, cause.ident, raised_at, ended_at, detail, [cause.ident]))

    def add(self, found: Raised) -> None:
        """Add an exception."""
        if not self.ids:
            self.ids = {}
        found.take_id(self.ids)
        found.due = found.raised_at + self.settle
        absence = found.raised_at in self._absences
        if not found.ended_at:
            if self.now <= found.due:
                self._wait(found.due)
                found.unsettled = True
            elif self._sources is not None:
                behind = self._sources.behind(found.code, found.port, found.due, absence)
                self.held += behind
                found.unsettled = bool(behind)
            found.pending = absence and found.unsettled
        if absence and not found.pending:
            self.passed += 1  # the row is another one now
        self.raised.append(found)

    def overdue(self, deadline: int, done_at: int) -> bool:
        """True when something was not done by its deadline: done later, or not done (``done_at`` 0) and it has passed."""
        return done_at > deadline or (not done_at and self.is_past(deadline))

    def due(self, code: str, port: str, cause: Evidence, deadline: int, done_at: int, late: str, missing: str) -> None:
        """Add an exception when something is :meth:`overdue`: RESOLVED when it was done late, RAISED when it is missing."""
        if self.overdue(deadline, done_at):
            self.note(code, port, cause, deadline, late if done_at else missing, done_at)
