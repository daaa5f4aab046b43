"""The sources of a partition's evidence: each port and kind, when it was last heard of, and what waits for its word.

A sender says once a minute that it is there. A source that has not for SOURCE_SILENT (3 min) is one exception, resolved by
its next heartbeat. Until a source has spoken after an absence was due, nobody can know that it is one: it stays PENDING.
So a line that is down raises one alarm, and not one for each box that waits for it; and nothing at the other sources
waits. A source that never sent a heartbeat holds nothing up.

Times are append times of the heartbeats (ms). Each partition is told of all; the one that reads a port's control records
writes the exceptions of its sources.
"""

from __future__ import annotations

from typing import Final, NamedTuple

KINDS: Final = ("manifest", "gate", "berth", "release")
#: Of which kinds the end of an absence may be; of a code that is not here, any.
WAITS_FOR: Final[dict[str, tuple[str, ...]]] = {
    "ARR_MISSING": ("release",),
    "ARR_NO_MANIFEST": ("manifest",),
    "BILL_INCOMPLETE": ("gate", "berth"),
    "CONDITION_OVERDUE": ("release",),
    "CUTOFF_RISK": ("release",),
    "DECLARATION_OVERDUE": ("release",),
    "GATEOUT_NO_RELEASE": ("release",),
    "LEG_LOST": ("berth",),
    "LEG_NOT_APPROVED": ("release",),
    "LEG_OVERDUE": ("berth",),
    "LOAD_NO_RELEASE": ("release",),
    "OVERLANDED": ("manifest",),
    "SHORTLANDED": ("berth",),
    "STAY_OVER": ("gate", "berth"),
    "TALLY_LATE": ("manifest",),
}

#: Port, kind, last heartbeat, whether this partition writes its exceptions, the heartbeat before an open silence, the first
#: of a row of heartbeats by a clock that is ahead (0 = none).
State = tuple[str, str, int, bool, int, int]


class Change(NamedTuple):
    """An exception of a source that begins, or ends (``ended_at``). ``news``: people must hear of it."""

    code: str
    source: str
    port: str
    cause: str
    raised_at: int
    ended_at: int
    detail: str
    news: bool


class Source:
    """One port and kind."""

    def __init__(self, port: str, kind: str) -> None:
        self.port = port
        self.kind = kind
        self.heard_at = 0
        self.own = False
        self.silent = 0
        self.skewed = 0
        #: books that wait for its word
        self.waiting: dict[str, None] = {}


class Sources:
    """All sources that were ever heard of."""

    def __init__(self, silent_after: int, skew: int) -> None:
        """``silent_after``, ``skew``: the thresholds SOURCE_SILENT and CLOCK_SKEW, ms."""
        self._silent_after = silent_after
        self._skew = skew
        self._known: dict[str, Source] = {}
        self._news: list[Change] = []

    def hear(self, port: str, kind: str, at: int) -> list[str]:
        """A heartbeat was appended at this time. Returns the books that waited for it."""
        source = self._source(port, kind)
        if at <= source.heard_at:
            return []
        before = source.heard_at
        source.heard_at = at
        if source.own and before and (source.silent or at > before + self._silent_after):
            self._news.append(self._silence(source, before, at, source.silent != 0))
        source.silent = 0
        waiting = list(source.waiting)
        source.waiting = {}
        return waiting

    def own(self, port: str, kind: str, at: int, recorded_at: int) -> None:
        """This partition has read the heartbeat itself, which the sender's clock says was recorded then."""
        source = self._source(port, kind)
        source.own = True
        if recorded_at - at > self._skew:
            if not source.skewed:
                source.skewed = at
                self._news.append(self._skewed(source, 0, recorded_at - at))
        elif source.skewed:
            self._news.append(self._skewed(source, at, 0))
            source.skewed = 0

    def behind(self, code: str, port: str, due: int, absence: bool) -> list[str]:
        """The sources whose word an exception at a port waits for: they have not spoken since it was due. ``absence``: it is
        a deadline that has passed, so it waits for somebody even if its code is not in the table."""
        if not self._known:
            return []
        found: list[str] = []
        for kind in WAITS_FOR.get(code, KINDS if absence else ()):
            source = self._known.get(port + "." + kind)
            if source is not None and source.heard_at <= due:
                found.append(port + "." + kind)
        return found

    def wait(self, source: str, name: str) -> None:
        """A book is to be derived again at the next word of a source."""
        self._known[source].waiting[name] = None

    def awaited_by(self, name: str) -> bool:
        """True while a book waits for the word of a source."""
        for source in self._known.values():
            if name in source.waiting:
                return True
        return False

    def pending(self, now: int) -> bool:
        """True when :meth:`judge` would yield something."""
        if self._news:
            return True
        for source in self._known.values():
            if self._falls_silent(source, now):
                return True
        return False

    def judge(self, now: int) -> list[Change]:
        """The exceptions that have begun or ended since the last time."""
        for source in self._known.values():
            if self._falls_silent(source, now):
                source.silent = source.heard_at
                self._news.append(self._silence(source, source.heard_at, 0, True))
        news = self._news
        self._news = []
        return news

    def _falls_silent(self, source: Source, now: int) -> bool:
        return source.own and not source.silent and source.heard_at != 0 and now > source.heard_at + self._silent_after

    def _silence(self, source: Source, last: int, ended_at: int, news: bool) -> Change:
        name = source.port + "." + source.kind
        detail = "no heartbeat of " + name
        return Change("SOURCE_SILENT", name, source.port, str(last), last + self._silent_after, ended_at, detail, news)

    def _skewed(self, source: Source, ended_at: int, ahead: int) -> Change:
        name = source.port + "." + source.kind
        detail = "its clock is ahead by " + str(ahead // 1000) + " s" if ahead else "its clock is right again"
        return Change("CLOCK_SKEW", name, source.port, str(source.skewed), source.skewed, ended_at, detail, True)

    def _source(self, port: str, kind: str) -> Source:
        name = port + "." + kind
        source = self._known.get(name)
        if source is None:
            source = self._known[name] = Source(port, kind)
        return source

    def dump(self) -> list[State]:
        """All that cannot be read again, for the changelog. What waits is derived again after a restart."""
        return [(s.port, s.kind, s.heard_at, s.own, s.silent, s.skewed) for s in self._known.values()]

    def load(self, states: list[State]) -> None:
        """Put :meth:`dump` back."""
        for port, kind, heard_at, own, silent, skewed in states:
            source = self._source(port, kind)
            if heard_at >= source.heard_at:
                source.heard_at, source.own, source.silent, source.skewed = heard_at, own, silent, skewed

