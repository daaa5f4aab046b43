"""The evidence of a book that counts, sorted out by what it is about.

Derivation reads it many times and evidence comes one by one, so each list is kept in order as it grows, and what follows
from a part of the evidence is kept until more of that part comes.
"""

from __future__ import annotations

from collections.abc import Iterable

from streams.domain.announced import Announced
from streams.domain.box_lines import BoxLines
from streams.domain.cut import Cut
from streams.domain.evidence import CALL, GATE, LINE, OPERATOR, QUAY, RELEASE, REPORT, VGM, Evidence
from streams.domain.moves import Move, add_passage, is_move
from streams.domain.reference import Reference
from streams.domain.reports import Register
from streams.domain.visits import Visit
from streams.domain.world import World

#: House bill and box: what one line of a master bill speaks of.
Slot = tuple[str, str]


class InForce:
    """Lists of evidence by event time; equal times by identity. They are the book's own: do not change them.

    ``box`` is the container number of a box book and "" in others. A box hears of the manifest lines that were
    corrected to name another box, to let go of them: they are not in its lists.
    """

    def __init__(self, box: str, ships: dict[str, str] | None = None) -> None:
        self.box = box
        #: another id or a name of a vessel -> its vessel id: evidence keeps the id as sent, derivation sees the vessel's own
        self._ships = ships or {}
        #: passages of the gate and the quay, as each source told them
        self.passages: list[Evidence] = []
        self.lines: list[Evidence] = []
        self.vgms: list[Evidence] = []
        self.releases: list[Evidence] = []
        self.reports: list[Evidence] = []
        self.calls: list[Evidence] = []
        #: what officers did
        self.actions: list[Evidence] = []
        #: the earliest of all that was said of it, plans and refused trucks too
        self.first: Evidence | None = None
        #: of a bill: its lines in force by what they speak of, and which of these changed since they were last taken (None:
        #: all of them, and some may be gone)
        self.slots: dict[Slot, Announced] = {}
        self._changed: dict[Slot, None] | None = None
        #: the moves that the first so many passages tell of
        self._moves: list[Move] = []
        self._folded = 0
        self._cut: Cut | None = None
        self._register: Register | None = None
        self._box_lines: BoxLines | None = None
        #: ids of the exceptions that derivations have found
        self.exception_ids: dict[str, str] = {}

    def place(self, e: Evidence) -> None:
        """Put one more item of evidence in its place."""
        what = e.what
        if e.vessel in self._ships and what != REPORT:
            e = e.renamed(self._ships[e.vessel])
        if what in (LINE, VGM):
            if self.box and e.container != self.box:
                return
            self._paper(e)
        elif what == RELEASE:
            self._release(e)
        elif what in (GATE, QUAY):
            if is_move(e):
                self._cut = None
                if not _insert(self.passages, e):
                    self._moves = []
                    self._folded = 0
        elif what == CALL:
            _insert(self.calls, e)
        elif what == REPORT:
            _insert(self.reports, e)
            self._register = None
        elif what == OPERATOR:
            _insert(self.actions, e)
            return
        first = self.first
        if first is None or e.at < first.at or (e.at == first.at and e.ident < first.ident):
            self.first = e

    def _paper(self, e: Evidence) -> None:
        cut = self._cut
        if e.what == VGM:
            if not _insert(self.vgms, e):
                self._cut = None
            elif cut is not None:
                cut.add_vgm(e)
        elif self.box:
            latest = _insert(self.lines, e)
            if not latest:
                self._box_lines = None
            elif self._box_lines is not None:
                self._box_lines.add(e)
            if not latest or (cut is not None and not cut.add_line(e)):
                self._cut = None
        elif e.classifier == "ACT":
            self._line_of_bill(e)

    def _release(self, e: Evidence) -> None:
        self._changed = None
        if e.code == "ARRIVAL":
            self._register = None
        if not _insert(self.releases, e):
            self._cut = None
        elif self._cut is not None:
            self._cut.add_release(e)

    def _line_of_bill(self, e: Evidence) -> None:
        slot = (e.house, e.container)
        announced = self.slots.get(slot)
        if announced is None:
            announced = self.slots[slot] = Announced()
        if _insert(announced.lines, e):
            announced.fold(e)
        else:
            announced.fold_anew()
        if announced.latest is None:
            self._changed = None  # nothing is announced of it any more: its row goes
        elif self._changed is not None:
            self._changed[slot] = None

    def take_changed(self) -> dict[Slot, None] | None:
        """What lines came for since this was last asked; None when everything may have changed."""
        changed = self._changed
        self._changed = {}
        return changed

    def changed_all(self) -> None:
        """What was taken as changed has not been dealt with: everything may have changed."""
        self._changed = None

    def moves(self, reference: Reference) -> list[Move]:
        """The physical moves that the passages tell of, by time."""
        passages = self.passages
        while self._folded < len(passages):
            add_passage(self._moves, passages[self._folded], reference)
            self._folded += 1
        return self._moves

    def visits(self, world: World) -> list[Visit]:
        """The visits of a box with their papers, oldest first."""
        cut = self._cut
        if cut is None:
            cut = self._cut = Cut(self.box, self.moves(world.reference), self.lines, self.releases, self.vgms, world)
        return cut.visits

    def calls_changed(self, world: World) -> None:
        """A call that the box has to do with changed."""
        if self._box_lines is not None:
            self._box_lines.forget_calls()
        if self._cut is not None and not self._cut.calls_changed(world):
            self._cut = None

    def box_lines(self) -> BoxLines:
        """What the lines of a box announce."""
        known = self._box_lines
        if known is None:
            known = self._box_lines = BoxLines(self.lines)
        return known

    def register(self) -> Register:
        """The arrival reports that were sent for a box, and customs' answers."""
        known = self._register
        if known is None:
            receipts = [e for e in self.releases if e.code == "ARRIVAL"]
            known = self._register = Register(self.reports, receipts, self.actions, self._ships)
        return known


def sort_out(box: str, items: Iterable[Evidence], ships: dict[str, str] | None = None) -> InForce:
    """The lists of these items, which are all in force; ``box`` is "" for a book that is not a box's."""
    found = InForce(box, ships)
    for e in items:
        found.place(e)
    return found


def _insert(items: list[Evidence], e: Evidence) -> bool:
    """Put an item in its place; True when that is the end. Most events are the latest of their book."""
    at = len(items)
    time = e.at
    while at > 0:
        before = items[at - 1]
        if before.at < time or (before.at == time and before.ident <= e.ident):
            break
        at -= 1
    if at == len(items):
        items.append(e)
        return True
    items.insert(at, e)
    return False
