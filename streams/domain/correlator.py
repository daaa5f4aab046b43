"""The correlator: all books of one partition. Evidence in, effects out; no I/O and no clock (contracts, section 4).

It is the one stateful object of the core. Its state is a function of the set of evidence it was given and of the
greatest ``now`` it was told; the order in which either came makes no difference to the rows.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable
from typing import Final

from streams.domain.alerts import Due, alert_record, tell
from streams.domain.archive import AT_ONCE, Archive, horizon_of
from streams.domain.book import Book, Pages
from streams.domain.box import derive_box, names_vessel
from streams.domain.calls import call_row, derive_calls
from streams.domain.consignment import Announcement, consignment_rows
from streams.domain.copies import Copies
from streams.domain.effects import Effects
from streams.domain.emission import Emission, Stored, some
from streams.domain.evidence import ACCEPTED, DUPLICATE, SOURCE, Evidence, first_hand
from streams.domain.explain import Explanation, explain
from streams.domain.in_flight import InFlight
from streams.domain.legs import is_leg
from streams.domain.moved import told_to_old
from streams.domain.print_box import box_rows, exception_row
from streams.domain.print_desk import desk_rows
from streams.domain.print_sources import print_changes
from streams.domain.reference import Reference
from streams.domain.rows import RowKey
from streams.domain.shelf import Shelf
from streams.domain.sources import Sources
from streams.domain.ties import Ties, reach
from streams.domain.update import tell_update
from streams.domain.watch import Raised, failed
from streams.domain.watch_vessel import watch_calls
from streams.domain.withdrawals import Withdrawals, void_rows
from streams.domain.world import World

BOX: Final = "B"
BILL: Final = "M"
VESSEL: Final = "V"
COPY: Final = "C"

COUNT_BITS: Final = 32
DEADLINE_BITS: Final = 16


class Correlator:
    """The books of one partition."""

    def __init__(
        self,
        reference: Reference,
        epoch: int,
        partition: int,
        check_digit: Callable[[str], bool] | None = None,
        updates: bool = True,
        unpack: Callable[[bytes], list[Evidence]] | None = None,
        alerts: bool = True,
        imo_digit: Callable[[str], bool] | None = None,
    ) -> None:
        """``check_digit`` judges container numbers and ``imo_digit`` the numbers of IMO; ``updates`` False leaves visit
        updates out (nobody reads them); ``unpack`` reads what :meth:`restore` is given; ``alerts`` False tells people
        nothing (a back-fill)."""
        self.reference = reference
        self.epoch = epoch
        self.partition = partition
        self.now = 0
        self._updates = updates
        self._alerts = alerts
        self._judged_to = 0
        self._stale_before = 0
        self._shelf = Shelf(check_digit, unpack, imo_digit, reference.ship_ids)
        self._emission = Emission()
        self._announcements: dict[str, Announcement] = {}
        #: book of a vessel under another id -> how many of its items its own book has been told in this life
        self._passed_on: dict[str, int] = {}
        self._ties = Ties()
        self._copies = Copies(self._shelf, reference, self._ties)
        self._dirty: dict[str, None] = {}
        self.archive = Archive(self._shelf, self._ties, self._announcements, self._dirty, epoch)
        self._facts: list[tuple[str, Evidence]] = []
        self._withdrawals = Withdrawals()
        self._deadlines: list[tuple[int, str]] = []
        self._in_flight = InFlight(reference)
        self._to_sweep: list[str] = []
        self.sources = Sources(reference.silent_after, reference.skew)
        self._world = World(reference, self._copies.calls)

    # -- evidence in -------------------------------------------------------------------------------------------

    def accept(self, e: Evidence) -> int:
        """Add one item of evidence to its book: ACCEPTED, or DUPLICATE when this version is known. O(1)."""
        name = e.book + e.key
        shelf = self._shelf
        book = shelf.books.get(name)
        if book is None:
            if name in self.archive.stubs:
                self.archive.hold(name, e)  # whether it is known already is seen when the book was read
                return ACCEPTED
            book = shelf.new(name)
        name = book.name  # it is kept in many places: one text for all
        book.used = shelf.round
        pages = book.pages
        if pages is None:
            pages = self._open(name, book)
        before = pages.best.get(e.ident)
        if not book.add(e):
            self._tell_again(name, e, pages)
            return DUPLICATE
        shelf.evidence += 1
        if before is not None:
            self._withdrawals.learn(e, before)
        self._note(name, book, e, tell=True)
        if pages.corrected:
            self._facts += told_to_old(e, pages)
        fresh = shelf.fresh.get(name)
        if fresh is None:
            shelf.fresh[name] = [e]
        else:
            fresh.append(e)
        self._dirty[name] = None
        return ACCEPTED

    def _open(self, name: str, book: Book) -> Pages:
        """The pages of a book; what it means to other books is known again."""
        pages = book.pages
        if pages is None:
            pages = self._shelf.pages(name, book)
            for e in pages.items:
                self._note(name, book, e, tell=False)
        return pages

    def _note(self, name: str, book: Book, e: Evidence, tell: bool) -> None:
        """What a book's evidence means to other books; ``tell`` is False while a book is opened again."""
        if e.book == BOX:
            if is_leg(e, self.reference):
                book.has_leg = True
            if names_vessel(e):
                for link in self._world.links(e):
                    self._ties.tie(name, book, link)
        elif e.book == BILL:
            announcement = self._announcements.get(name)
            if announcement is None:
                announcement = self._announcements[name] = Announcement()
            for container, item in announcement.learn(e):
                if tell:
                    self._facts.append((container, item.readdressed(BOX, container)))
        elif e.book == VESSEL and tell and first_hand(e):
            self._facts.append(("", e.readdressed(COPY, e.key)))

    def _tell_again(self, name: str, e: Evidence, pages: Pages) -> None:
        """An item is known already. If it is read again because a worker died, or lost its partition and wrote to the changelog
        all the same, nobody may have told what it means beside the rest of its book; who heard it knows it."""
        announcement = self._announcements.get(name)
        if announcement is not None:
            self._facts += [(box, item.readdressed(BOX, box)) for box, item in announcement.again(e)]
        elif e.book == VESSEL and first_hand(e):
            self._facts.append(("", e.readdressed(COPY, e.key)))
        if pages.corrected:
            self._facts += told_to_old(e, pages)

    def advance(self, now: int) -> None:
        """Move the logical time forward; it never goes back. Books whose deadline has passed are derived anew."""
        if now <= self.now:
            return
        self.now = now
        heap = self._deadlines
        while heap and heap[0][0] < now:
            alarm, name = heapq.heappop(heap)
            book = self._shelf.books.get(name)
            if book is None:
                continue
            if book.alarm == alarm:
                book.alarm = 0
            if book.deadline == alarm:
                self._dirty[name] = None
            elif book.deadline:
                self._wake(name, book)

    def _wake(self, name: str, book: Book) -> None:
        """Come back to a book when its deadline has passed. One alarm before that is enough, so a deadline that moves on, as
        most do, needs no other one."""
        if not book.alarm or book.deadline < book.alarm:
            book.alarm = book.deadline
            heapq.heappush(self._deadlines, (book.deadline, name))

    def heard(self, port: str, kind: str, at: int) -> None:
        """A source said at this append time (ms) that it is there. Live only: elsewhere ``now`` waits for the senders."""
        for name in self.sources.hear(port, kind, at):
            self._dirty[name] = None

    def stale_before(self, at: int) -> None:
        """People are no longer told of what became due before this time (ms)."""
        self._stale_before = at

    # -- effects out -------------------------------------------------------------------------------------------

    def pending(self) -> bool:
        """True when a flush would yield something."""
        return bool(self._dirty or self._facts or self._withdrawals.pending()) or self.sources.pending(self.now)

    def flush(self) -> Effects:
        """Derive every dirty book once."""
        out = Effects(self._facts)
        self._facts = []
        if self._withdrawals.pending():
            out.rows["events"] = self._withdrawals.take()
        print_changes(self.sources.judge(self.now), self.epoch, self.reference, self._alerts, out)
        dirty = dict(self._dirty)
        self._dirty.clear()
        # Copies of calls first: they decide which boxes must be derived again.
        for name in [n for n in dirty if n[0] == COPY]:
            del dirty[name]
            self._refresh_copy(name, dirty, late=True)
        for name in dirty:
            book = self._shelf.books.get(name)
            if book is None:
                if name in self.archive.stubs:
                    self.archive.wanted[name] = None
                continue
            try:
                self._derive(name, book, out)
            except Exception as error:  # design 3: the events stay, the last good rows stand, nobody else stops
                out.failed.append((name, type(error).__name__ + ": " + str(error)))
                self._report_failure(name, book, error, out)
        return out

    def _refresh_copy(self, name: str, dirty: dict[str, None], late: bool) -> None:
        """``late``: what changed may concern archived boxes too."""
        link, same, same_for_legs, earliest = self._copies.refresh(name)
        if late and earliest and reach(earliest) <= self.archive.horizon:
            self.archive.call_changed(link, reach(earliest))
        for box in self._touched(link, same, same_for_legs):
            book = self._shelf.books[box]
            depends = book.pages is None or book.pages.in_force().calls_changed(self._world)
            if depends or box in self._emission.stored:
                dirty[box] = None

    def _touched(self, link: str, same: bool, same_for_legs: bool) -> Iterable[str]:
        """The boxes that depend on what changed of a vessel's calls at a port."""
        boxes = self._ties.boxes(link)
        if not same:
            return list(boxes)
        # Nothing changes but the versions: that matters where a stored row is still above what is derived.
        stored = self._emission.stored
        books = self._shelf.books
        return [box for box in boxes if box in stored or (not same_for_legs and books[box].has_leg)]

    def _derive(self, name: str, book: Book, out: Effects) -> None:
        pages = self._open(name, book)
        if book.kind == BOX:
            self._derive_box(name, book, pages, out)
        elif book.kind == BILL:
            self._derive_bill(name, book, pages, out)
        elif book.kind == VESSEL:
            self._derive_vessel(name, book, pages, out)
        elif book.kind == SOURCE:
            rows = desk_rows(book, pages, []) + void_rows(book, pages)
            self._emission.whole(name, book, pages, rows, self._version(book, 0), out)

    def _derive_vessel(self, name: str, book: Book, pages: Pages, out: Effects) -> None:
        vessel, port = book.key.rsplit("|", 1)
        in_force = pages.in_force()
        its_own = self.reference.vessel(vessel)
        if its_own != vessel:
            self._pass_on(name, pages, its_own, port, out)
        told = [e for e in in_force.calls if e.vessel == vessel]
        calls = derive_calls(vessel, port, told, [e for e in in_force.releases if e.vessel == vessel])
        raised = watch_calls(calls)
        first = in_force.first
        if not book.number_ok and first is not None:
            detail = "not an IMO check digit"
            raised.append(Raised("BAD_IMO", vessel, port, first.ident, first.at, 0, detail, [first.ident]))
        rows = [call_row(c) for c in calls]
        rows += [exception_row(book.key, x, self.reference) for x in raised]
        rows += desk_rows(book, pages, raised)
        if its_own == vessel:
            rows += void_rows(book, pages)
        version = self._version(book, 0)
        self._emission.whole(name, book, pages, rows, version, out)
        if self._alerts and (raised or pages.told or pages.restored):
            self._alert(name, book, pages, raised, version, out)

    def _pass_on(self, name: str, pages: Pages, its_own: str, port: str, out: Effects) -> None:
        """What was sent under another id of a vessel goes to the book of its own id, which has its calls. After a restart
        all of it goes once more: the alias may be new."""
        for e in pages.items[self._passed_on.get(name, 0) :]:
            out.facts.append((its_own, e.readdressed(VESSEL, its_own + "|" + port)))
        self._passed_on[name] = len(pages.items)

    def _derive_box(self, name: str, book: Book, pages: Pages, out: Effects) -> None:
        in_force = pages.in_force()
        in_force.derived = False
        box = derive_box(book.key, in_force, self._world, self.now, book.number_ok, self.sources)
        for source in box.watch.held:
            self.sources.wait(source, name)
        version = self._version(book, box.watch.passed)
        book.deadline = box.watch.next_deadline
        if book.deadline:
            self._wake(name, book)
        rows = box_rows(box, self.reference)
        if in_force.actions:
            rows += desk_rows(book, pages, box.exceptions)
        if pages.corrected:
            rows += void_rows(book, pages)
        news = self._emission.whole(name, book, pages, rows, version, out)
        if self._alerts and (box.exceptions or pages.told or pages.restored):
            self._alert(name, book, pages, box.exceptions, version, out)
        if box.commands or self._in_flight.has(name):
            self._in_flight.send(name, pages, box.commands, version, self.now, out)
        if self._updates:
            tell_update(book, box, in_force, self._world, news, version, out)
        in_force.derived = True

    def _alert(
        self, name: str, book: Book, pages: Pages, raised: list[Raised], version: int, out: Effects
    ) -> None:
        """Tell people what is news of a book's exceptions, and keep that they were told."""
        due = Due(self._judged_to, max(self.now - self.reference.fresh, self._stale_before))
        for notice, x in tell(book.kind, book.key, raised, pages, due):
            out.alerts.append(alert_record(notice, x, version, self.reference))
            self._shelf.fresh.setdefault(name, []).append(notice)

    def _derive_bill(self, name: str, book: Book, pages: Pages, out: Effects) -> None:
        """A bill may name thousands of boxes: only the rows of those that evidence came for are made anew."""
        in_force = pages.in_force()
        changed = in_force.take_changed()
        version = self._version(book, 0)
        if changed is None or book.rewrite or name in self._emission.stored:
            rows = consignment_rows(book.key, in_force, list(in_force.slots)) + desk_rows(book, pages, [])
            rows += void_rows(book, pages)
            self._emission.whole(name, book, pages, rows, version, out)
        else:
            some(book, pages, consignment_rows(book.key, in_force, changed), version, out)

    def _version(self, book: Book, passed: int) -> int:
        count = book.count
        for link in book.links:
            count += link.count
        return (self.epoch << (COUNT_BITS + DEADLINE_BITS)) | (count << DEADLINE_BITS) | min(passed, 0xFFFF)

    def _report_failure(self, name: str, book: Book, error: Exception, out: Effects) -> None:
        pages = self._open(name, book)
        failure = failed(name, book.latest_seen, type(error).__name__ + ": " + str(error), list(pages.best.values()))
        row_key, content = exception_row(book.key, failure, self.reference)
        out.put("exceptions", (*content, book.latest_seen, 0, self._version(book, 0)))
        pages.emitted = {**pages.emitted, row_key: hash(content)}
        pages.in_force().changed_all()

    # -- state -------------------------------------------------------------------------------------------------

    def take_fresh(self) -> list[tuple[str, list[Evidence]]]:
        """Evidence that the changelog does not hold yet, by book (kind + key); it counts as written from now on."""
        return self._shelf.take_fresh()

    def give_back(self, taken: list[tuple[str, list[Evidence]]]) -> None:
        """The changelog write of these failed: they are to be written again."""
        self._shelf.give_back(taken)

    def wrote(self, name: str, digest: bytes) -> None:
        """The changelog holds a record of evidence of this book, with this digest."""
        self._shelf.wrote(name, digest)

    def restore(self, name: str, chunk: bytes, digest: bytes = b"") -> None:
        """One packed chunk of a book (kind + key) from the changelog, in any order. It is read when the book is opened.
        ``digest`` names its record."""
        self._shelf.restore(name, chunk, digest)

    def forget(self, name: str, digest: bytes) -> None:
        """During recovery: the changelog holds this chunk of a book no longer."""
        self._shelf.forget(name, digest)

    def restored(self) -> None:
        """After recovery: calls are known again; every book waits for the background sweep."""
        self.archive.restored()
        names = list(self._shelf.books)
        for name in names:
            if name[0] == COPY:
                self._refresh_copy(name, {}, late=False)
        self._to_sweep = [n for n in names if n[0] != COPY]
        self._judged_to = self.now

    def sweep(self, limit: int) -> list[str]:
        """Mark up to ``limit`` restored books for derivation; returns their names (kind + key), [] when all are done."""
        names: list[str] = []
        while self._to_sweep and not names:
            names = [name for name in self._to_sweep[:limit] if name in self._shelf.books]
            del self._to_sweep[:limit]
        for name in names:
            self._dirty[name] = None
        return names

    def resweep(self) -> None:
        """Begin a new sweep over all books: every row is emitted again."""
        books = self._shelf.books
        self._to_sweep = [n for n in books if n[0] != COPY]
        for name in self._to_sweep:
            books[name].rewrite = True

    def tidy(self, rounds: int, limit: int) -> int:
        """Begin a new round and close books that got no evidence in the last ``rounds``; looks at ``limit`` open ones.
        Returns how many it closed."""
        closed = self._shelf.tidy(rounds, limit)
        for name in closed:
            self._announcements.pop(name, None)
        return len(closed)

    # -- the archive -------------------------------------------------------------------------------------------

    def rests(self, name: str, before: int, quiet: int) -> bool:
        """True when a book may go to the store: nothing in it is later than ``before`` (ms), no deadline is ahead, nothing of
        it is under way, and nothing came for it in the last ``quiet`` rounds."""
        book = self._shelf.books.get(name)
        if book is None or book.kind not in (BOX, BILL) or book.deadline or book.used + quiet > self._shelf.round:
            return False
        if name in self._dirty or name in self._shelf.fresh or self._in_flight.has(name) or name in self._emission.stored:
            return False
        if self.sources.awaited_by(name):
            return False
        pages = self._open(name, book)
        if ("exceptions", (book.key, failed(name, book.latest_seen, "", []).exception_id)) in pages.emitted:
            return False
        return horizon_of(pages) <= before

    def supply(self, name: str, blobs: list[bytes]) -> None:
        """The blobs of an archived book were read: it is derived, with the evidence that waited for it."""
        if name not in self.archive.stubs:
            return
        again = name not in self.archive.wanted and name not in self.archive.parts
        stubs, part, held = self.archive.take(name)
        if part is not None:
            self._shelf.books[name] = part
        for blob in blobs:
            self._shelf.restore(name, blob)
        book = self._shelf.books[name]
        book.refs = stubs
        book.used = AT_ONCE if again else self._shelf.round
        self._open(name, book)
        self._dirty[name] = None
        for e in held:
            self.accept(e)

    def row_keys(self, name: str) -> set[RowKey]:
        """(table, key) of the rows that the book's last derivation yielded."""
        book = self._shelf.books.get(name)
        return set() if book is None else set(self._open(name, book).emitted)

    def adopt_stored(self, table: str, key: tuple[str | int, ...], version: int, kind: str, deleted: bool = False) -> None:
        """What the store holds for a book of this kind under a key. A row gets a tombstone at the next flush unless the
        book still yields it; above a tombstone (``deleted``) the row is written again if the book yields it."""
        in_key = kind == VESSEL and table == "port_calls"
        name = kind + (str(key[0]) + "|" + str(key[1]) if in_key else str(key[0]))
        if name in self._shelf.books:
            self._emission.adopt(name, (table, key), Stored(version, deleted))
            self._dirty[name] = None

    def book(self, name: str) -> Book | None:
        """The book of a kind + key, open, if this partition has it."""
        book = self._shelf.books.get(name)
        if book is not None:
            self._open(name, book)
        return book

    def explain(self, container: str, action: str = "") -> Explanation | None:
        """Why a box of this partition may, or may not, do one of the steps of `streams.domain.explain`; "" asks about what
        comes next. None for a box of which nothing is known. It only looks: nothing leaves."""
        name = BOX + container
        book = self._shelf.books.get(name)
        if book is None:
            return None
        in_force = self._open(name, book).in_force()
        box = derive_box(container, in_force, self._world, self.now, book.number_ok, self.sources)
        return explain(box, in_force.register(), action, self._world)

    def counts(self) -> tuple[int, int, int]:
        """Books (open, closed, archived)."""
        books, opened = self._shelf.counts()
        return opened, books - opened, self.archive.count()

    def size(self) -> tuple[int, int]:
        """(books held, items of evidence in those that were ever opened)."""
        return len(self._shelf.books), self._shelf.evidence
