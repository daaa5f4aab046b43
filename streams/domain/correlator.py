"""The correlator: all books of one partition. Evidence in, effects out; no I/O and no clock (contracts, section 4).

It is the one stateful object of the core. Its state is a function of the set of evidence it was given and of the
greatest ``now`` it was told; the order in which either came makes no difference to the rows.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable
from typing import Any, Final, NamedTuple

from streams.domain.arrivals import Command
from streams.domain.book import Book
from streams.domain.box import BoxState, Row, box_links, derive_box, location_of, names_vessel
from streams.domain.calls import Call, derive_calls
from streams.domain.consignment import Announcement, consignment_rows
from streams.domain.evidence import ACCEPTED, DUPLICATE, LINE, REPORT, VGM, Evidence
from streams.domain.exceptions import Raised
from streams.domain.print_box import Keyed, box_rows, customs_status
from streams.domain.reference import Reference
from streams.domain.rows import blank
from streams.domain.visits import World

BOX: Final = "B"
BILL: Final = "M"
VESSEL: Final = "V"
COPY: Final = "C"

COUNT_BITS: Final = 32
DEADLINE_BITS: Final = 16

RowKey = tuple[str, tuple[str | int, ...]]

#: In place of a row's content: it is to be written again although nobody needs to hear of it.
SWEPT: Final = 0


class Effects(NamedTuple):
    """What a flush yields. Facts, commands and alerts leave at once; rows go to the sink."""

    rows: dict[str, list[Row]]
    facts: list[tuple[str, Evidence]]
    commands: list[dict[str, Any]]
    alerts: list[dict[str, Any]]
    updates: list[dict[str, Any]]
    failed: list[tuple[str, str]]


class Correlator:
    """The books of one partition."""

    def __init__(
        self,
        reference: Reference,
        epoch: int,
        partition: int,
        check_digit: Callable[[str], bool] | None = None,
        updates: bool = True,
    ) -> None:
        """``check_digit`` judges container numbers; ``updates`` False leaves visit updates out (nobody reads them)."""
        self.reference = reference
        self.epoch = epoch
        self.partition = partition
        self.now = 0
        self._check_digit = check_digit
        self._updates = updates
        self._books: dict[str, Book] = {}
        self._announcements: dict[str, Announcement] = {}
        self._calls: dict[str, list[Call]] = {}
        self._summaries: dict[str, list[tuple[str, str, str, int, int, int, int]]] = {}
        self._boxes_of_call: dict[str, dict[str, None]] = {}
        self._dirty: dict[str, None] = {}
        self._dirty_chunks: dict[str, None] = {}
        self._facts: list[tuple[str, Evidence]] = []
        self._retractions: list[Row] = []
        self._deadlines: list[tuple[int, str]] = []
        #: box -> slot of each command that has not been read back -> its message id
        self._in_flight: dict[str, dict[str, str]] = {}
        self._stored: dict[str, dict[RowKey, int]] = {}
        self._to_sweep: list[str] = []
        self._world = World(reference, self._calls)

    # -- evidence in -------------------------------------------------------------------------------------------

    def accept(self, e: Evidence) -> int:
        """Add one item of evidence to its book: ACCEPTED, or DUPLICATE when this version is known. O(1)."""
        name = e.book + e.key
        book = self._books.get(name)
        if book is None:
            book = self._open(name)
        before = book.best.get(e.ident)
        if not book.add(e):
            return DUPLICATE
        if before is not None:
            self._retract_row(before, e)
        if e.corrects and e.corrects in book.best:
            self._withdraw(book.best[e.corrects], e.version)
        if book.corrected and e.ident in book.corrected:
            self._withdraw(e, book.corrected[e.ident])
        self._note(name, book, e, tell=True)
        self._dirty_chunks[name] = None
        self._dirty[name] = None
        return ACCEPTED

    def _open(self, name: str) -> Book:
        book = self._books[name] = Book(name[0], name[1:])
        if book.kind == BOX and self._check_digit is not None:
            book.number_ok = self._check_digit(book.key)
        return book

    def _note(self, name: str, book: Book, e: Evidence, tell: bool) -> None:
        """What a book's evidence means to other books; ``tell`` is False while state is being restored."""
        if e.book == BOX:
            if names_vessel(e):
                for link in box_links(e, self._world):
                    if link not in book.links:
                        self._link(name, book, link)
        elif e.book == BILL:
            announcement = self._announcements.get(name)
            if announcement is None:
                announcement = self._announcements[name] = Announcement()
            told = announcement.learn(e)
            if tell:
                for container, item in told:
                    self._facts.append((container, item.readdressed(BOX, container)))
        elif e.book == VESSEL and tell:
            self._facts.append(("", e.readdressed(COPY, e.key)))

    def _link(self, name: str, book: Book, link: str) -> None:
        """Tie a box to a vessel's calls at a port. One source may name the vessel and another the port: each vessel that
        the box ever named goes with each port."""
        pairs = [known.rsplit("|", 1) for known in (*book.links, link)]
        for vessel in dict.fromkeys([p[0] for p in pairs]):
            for port in dict.fromkeys([p[1] for p in pairs]):
                each = vessel + "|" + port
                book.links[each] = None
                boxes = self._boxes_of_call.get(each)
                if boxes is None:
                    boxes = self._boxes_of_call[each] = {}
                boxes[name] = None

    def _retract_row(self, before: Evidence, after: Evidence) -> None:
        """History keeps one row per event in force: an older version under another key is withdrawn under its own."""
        old, new = (before, after) if before.version < after.version else (after, before)
        if new.version & 1 or old.at != new.at or old.container != new.container:
            self._withdraw(old, new.version)

    def _withdraw(self, old: Evidence, version: int) -> None:
        """Withdraw the history row of an event; only the book that its topic feeds does so."""
        first_hand = (old.book == BOX and old.what not in _BY_BILL) or old.book in (BILL, VESSEL)
        if first_hand:
            party, system, event_id = old.ident.split("|", 2)
            self._retractions.append((old.container, old.at, event_id, party, system, max(version, old.version) | 1))

    def advance(self, now: int) -> None:
        """Move the logical time forward; it never goes back. Books whose deadline has passed are derived anew."""
        if now <= self.now:
            return
        self.now = now
        heap = self._deadlines
        while heap and heap[0][0] < now:
            _, name = heapq.heappop(heap)
            book = self._books.get(name)
            if book is not None and book.deadline and book.deadline < now:
                self._dirty[name] = None

    # -- effects out -------------------------------------------------------------------------------------------

    def pending(self) -> bool:
        """True when a flush would yield something."""
        return bool(self._dirty or self._facts or self._retractions)

    def flush(self) -> Effects:
        """Derive every dirty book once."""
        out = Effects({}, self._facts, [], [], [], [])
        self._facts = []
        if self._retractions:
            out.rows["events"] = self._retractions
            self._retractions = []
        dirty = self._dirty
        self._dirty = {}
        # Copies of calls first: they decide which boxes must be derived again.
        for name in [n for n in dirty if n[0] == COPY]:
            del dirty[name]
            self._refresh_copy(name, dirty)
        for name in dirty:
            book = self._books[name]
            try:
                self._derive(name, book, out)
            except Exception as error:  # design 3: the events stay, the last good rows stand, nobody else stops
                out.failed.append((name, type(error).__name__ + ": " + str(error)))
                self._report_failure(book, error, out)
        return out

    def _refresh_copy(self, name: str, dirty: dict[str, None]) -> None:
        book = self._books[name]
        vessel, port = book.key.rsplit("|", 1)
        calls = derive_calls(vessel, port, book.current())
        self._calls[book.key] = calls
        summary = [c.summary() for c in calls]
        boxes: Iterable[str] = self._boxes_of_call.get(book.key, ())
        if self._summaries.get(book.key) == summary:
            # Nothing changes but the versions: that matters where a stored row is still above what is derived.
            boxes = [box for box in boxes if box in self._stored] if self._stored else ()
        self._summaries[book.key] = summary
        for box in boxes:
            dirty[box] = None

    def _derive(self, name: str, book: Book, out: Effects) -> None:
        if book.kind == BOX:
            box = derive_box(book.key, book.current(), self._world, self.now, book.number_ok)
            version = self._version(book, box.watch.passed)
            if book.deadline != box.watch.next_deadline and box.watch.next_deadline:
                heapq.heappush(self._deadlines, (box.watch.next_deadline, name))
            book.deadline = box.watch.next_deadline
            news = self._emit(name, book, box_rows(box, self.reference), version, out)
            if box.commands or name in self._in_flight:
                self._command(name, book, box.commands, version, out)
            if news:
                _alert(box, news, version, self.reference, out)
                if self._updates:
                    _update(box, version, out)
        elif book.kind == BILL:
            self._emit(name, book, consignment_rows(book), self._version(book, 0), out)
        elif book.kind == VESSEL:
            vessel, port = book.key.rsplit("|", 1)
            rows = [_call_row(c) for c in derive_calls(vessel, port, book.current())]
            self._emit(name, book, rows, self._version(book, 0), out)

    def _version(self, book: Book, passed: int) -> int:
        count = book.count
        for link in book.links:
            copy = self._books.get(COPY + link)
            if copy is not None:
                count += copy.count
        return (self.epoch << (COUNT_BITS + DEADLINE_BITS)) | (count << DEADLINE_BITS) | min(passed, 0xFFFF)

    def _emit(self, name: str, book: Book, rows: list[Keyed], version: int, out: Effects) -> list[RowKey]:
        """Add rows whose content is new, and tombstones for keys that are no longer derived.

        Returns the keys that are news to people: not those that the store holds already, nor those that a sweep only
        writes again.
        """
        emitted = book.emitted
        state = (book.latest_seen, 0, version)
        news: list[RowKey] = []
        known = self._stored.get(name)
        if not emitted:
            book.floor = version
        keys: dict[RowKey, int] = {}
        # Two visits of one instant, or two sites with one case key, are one row: of a key the last content stands.
        contents = {(table, key): content for table, key, content in rows}
        for row_key, content in contents.items():
            mark = hash(content)
            keys[row_key] = mark
            before = emitted.get(row_key)
            # The store may show a row of an earlier owner who knew more then: what is derived here was hidden below it.
            hidden = known is not None and book.floor < known.get(row_key, 0) <= version
            if before != mark or hidden:
                _put(out, row_key[0], content + state)
                if before not in (SWEPT, mark) and (before is not None or known is None or row_key not in known):
                    news.append(row_key)
        gone = [k for k in emitted if k not in keys]
        stored = self._stored.pop(name, None)
        if stored is not None:
            # A row that was written from as much evidence as is known here, or from more, may be right: it is judged
            # when more has been read. A tombstone above it would hide for ever the row that is then derived.
            unsure = {k: v for k, v in stored.items() if v > version or (v == version and k not in keys)}
            if unsure:
                self._stored[name] = unsure
            gone += [k for k, v in stored.items() if v < version and k not in keys and k not in emitted]
        for table, key in gone:
            _put(out, table, blank(table, key, book.latest_seen, version))
        book.emitted = keys
        return news

    def _command(self, name: str, book: Book, commands: list[Command], version: int, out: Effects) -> None:
        """Send what was not sent yet. A command in flight is not repeated until it has been read back, nor while nobody
        wants it: wanted again, it might say something else under the same message id."""
        flying = self._in_flight.pop(name, {})
        for c in commands:
            if c.slot not in flying:
                record = _command_record(c, version, self.reference)
                out.commands.append(record)
                flying[c.slot] = record["message_id"]
        known = {e.ref for e in book.best.values() if e.what == REPORT}
        still = {slot: message for slot, message in flying.items() if message not in known}
        if still:
            self._in_flight[name] = still

    def _report_failure(self, book: Book, error: Exception, out: Effects) -> None:
        items = list(book.best.values())
        failure = Raised(
            "DERIVE_FAILED", book.key, items[0].port if items else "", book.kind + book.key, book.latest_seen, 0,
            type(error).__name__ + ": " + str(error), [e.ident for e in items[-5:]],
        )  # fmt: skip
        row = (
            book.key, failure.exception_id, failure.code, self.reference.severity(failure.code), failure.subject,
            failure.port, self.reference.owner(failure.code), "RAISED", failure.raised_at, 0, failure.detail,
            tuple(failure.evidence), book.latest_seen, 0, self._version(book, 0),
        )  # fmt: skip
        _put(out, "exceptions", row)
        book.emitted[("exceptions", (book.key, failure.exception_id))] = 0

    # -- state -------------------------------------------------------------------------------------------------

    def take_dirty_chunks(self) -> list[tuple[str, int, list[Evidence]]]:
        """What must be written to the changelog: (book kind + key, chunk number, evidence)."""
        taken: list[tuple[str, int, list[Evidence]]] = []
        for name in self._dirty_chunks:
            for number, items in self._books[name].take_dirty():
                taken.append((name, number, items))
        self._dirty_chunks = {}
        return taken

    def restore_chunks(self, chunks: list[tuple[str, int]]) -> None:
        """The changelog write of these failed: they are dirty again."""
        for name, number in chunks:
            book = self._books[name]
            book.dirty_from = number if book.dirty_from < 0 else min(book.dirty_from, number)
            self._dirty_chunks[name] = None

    def restore(self, book_key: str, chunk: int, evidence: list[Evidence]) -> None:
        """One chunk from the changelog; a later record of the same chunk holds all that an earlier one held."""
        book = self._books.get(book_key)
        if book is None:
            book = self._open(book_key)
        book.restore(chunk, evidence)

    def restored(self) -> None:
        """After recovery: links and facts' addressees are rebuilt; every book waits for the background sweep."""
        for name, book in self._books.items():
            for items in book.chunks:
                for e in items:
                    self._note(name, book, e, tell=False)
            book.dirty_from = -1
        for name in self._books:
            if name[0] == COPY:
                self._refresh_copy(name, {})
        self._to_sweep = [n for n in self._books if n[0] != COPY]

    def sweep(self, limit: int) -> list[str]:
        """Mark up to ``limit`` restored books for derivation; returns their names (kind + key), [] when all are done."""
        names = self._to_sweep[:limit]
        for name in names:
            self._dirty[name] = None
        del self._to_sweep[:limit]
        return names

    def resweep(self) -> None:
        """Begin a new sweep over all books: every row is emitted again."""
        self._to_sweep = [n for n in self._books if n[0] != COPY]
        for name in self._to_sweep:
            self._books[name].emitted = dict.fromkeys(self._books[name].emitted, SWEPT)

    def row_keys(self, book_key: str) -> set[RowKey]:
        """(table, key) of the rows that the book's last derivation yielded."""
        return set(self._books[book_key].emitted) if book_key in self._books else set()

    def adopt_stored(self, table: str, key: tuple[str | int, ...], version: int, kind: str) -> None:
        """A row the store holds for a book of this kind: it gets a tombstone at the next flush unless the book still
        yields it."""
        in_key = kind == VESSEL and table == "port_calls"
        name = kind + (str(key[0]) + "|" + str(key[1]) if in_key else str(key[0]))
        if name in self._books:
            self._stored.setdefault(name, {})[(table, key)] = version
            self._dirty[name] = None

    def book(self, book_key: str) -> Book | None:
        """The book of a kind + key, if this partition has it."""
        return self._books.get(book_key)

    def size(self) -> tuple[int, int]:
        """(books, items of evidence) held."""
        return len(self._books), sum(b.count for b in self._books.values())


#: Evidence that reaches a box through its bill.
_BY_BILL: Final = (LINE, VGM)


def _put(out: Effects, table: str, row: Row) -> None:
    rows = out.rows.get(table)
    if rows is None:
        out.rows[table] = [row]
    else:
        rows.append(row)


def _call_row(c: Call) -> Keyed:
    return (
        "port_calls", (c.vessel, c.port, c.call_id),
        (
            c.vessel, c.port, c.call_id, c.name, c.terminal, c.berth, c.voyage_in, c.voyage_out, c.phase(), c.eta,
            c.ata, c.atb, c.ops_start, c.ops_end, c.etd, c.atd, c.shifts, c.planned, c.cutoff,
        ),
    )  # fmt: skip


def _command_record(c: Command, version: int, reference: Reference) -> dict[str, Any]:
    place, district = reference.place(c.terminal, c.port, c.arrived_at)
    feeder = bool(c.route_flag)
    return {
        "case_id": c.case_id, "message_id": c.message_id, "message_type": c.message_type, "function": c.function,
        "basis": c.basis, "container": c.container, "bill": c.bill, "house": c.house, "vessel_id": c.vessel,
        "voyage": c.voyage, "route_flag": c.route_flag, "domestic_vessel": c.vessel if feeder else "",
        "domestic_voyage": c.voyage if feeder else "", "port": c.port, "terminal_code": c.terminal,
        "place_code": place, "district": district, "arrived_at": c.arrived_at, "ready_at": c.ready_at,
        "size_type": "", "ef": "F", "sender_id": c.terminal, "sent_at": c.ready_at, "version": version,
        "evidence": c.evidence,
    }  # fmt: skip


def _alert(box: BoxState, news: list[RowKey], version: int, reference: Reference, out: Effects) -> None:
    new = {key[1] for table, key in news if table == "exceptions"}
    if not new:
        return
    for x in box.exceptions:
        if x.exception_id in new:
            out.alerts.append({
                "exception_id": x.exception_id, "code": x.code, "severity": reference.severity(x.code),
                "subject": x.subject, "port": x.port, "owner": reference.owner(x.code),
                "state": "RESOLVED" if x.ended_at else "RAISED", "raised_at": x.raised_at, "updated_at": x.raised_at,
                "ended_at": x.ended_at, "detail": x.detail, "version": version, "evidence": x.evidence,
            })  # fmt: skip


def _update(box: BoxState, version: int, out: Effects) -> None:
    """Every visit that is not closed, and the last closed one: what a gate or a subscriber needs."""
    last_closed = -1
    for index, v in enumerate(box.visits):
        if v.visit.closed_at:
            last_closed = index
    shown = [v for i, v in enumerate(box.visits) if not v.visit.closed_at or i == last_closed]
    visits: list[dict[str, Any]] = []
    for v in shown:
        visit = v.visit
        axes = {
            "location": location_of(visit), "customs": customs_status(v), "holds": v.holds,
            "document": "ANNOUNCED" if visit.lines else "NO_PAPERS", "seal": "",
            "leg": v.legs[-1].state() if v.legs else "",
        }  # fmt: skip
        visits.append({
            "visit_id": box.container + "@" + str(visit.opened_at), "opened_at": visit.opened_at,
            "closed_at": visit.closed_at or None, "direction": visit.direction, "trade": visit.trade, "ef": visit.ef,
            "port": visit.moves[-1].port, "state": v.state, "axes": axes,
            "next_step": v.missing[0] if v.missing else "", "blockers": v.holds + v.missing, "evidence": [],
        })  # fmt: skip
    out.updates.append({"kind": "VISITS", "container": box.container, "visits": visits, "version": version})
