"""The evidence of a book that counts, sorted out by what it is about.

Derivation reads it many times and evidence comes one by one, so each list is kept in order as it grows, and what follows
from a part of the evidence is kept until more of that part comes.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from streams.domain.announced import Announced
from streams.domain.box_lines import BoxLines
from streams.domain.cut import Cut
from streams.domain.evidence import CALL, GATE, LINE, MOVED, OPERATOR, QUAY, RELEASE, REPORT, VGM, Evidence
from streams.domain.moves import Move, add_passage, is_move
from streams.domain.reference import Reference
from streams.domain.reports import NOTHING_SENT, Register
from streams.domain.visits import Visit
from streams.domain.world import World

#: House bill and box: what one line of a master bill speaks of.
Slot = tuple[str, str]

#: Shared by all that have none of a kind, as most have of most kinds: never changed.
_NONE: Final[list[Evidence]] = []
_NO_MOVES: Final[list[Move]] = []
_NO_SLOTS: Final[dict[Slot, Announced]] = {}
_NO_IDS: Final[dict[str, str]] = {}


class InForce:
    """Lists of evidence by event time; equal times by identity. They are the book's own: do not change them.

    ``box`` is the container number of a box book and "" in others. A box hears of the manifest lines that were
    corrected to name another box, to let go of them: they are not in its lists.
    """

    def __init__(self, box: str, ships: dict[str, str] | None = None) -> None:
        self.box = box
        #: another id or a name of a vessel -> its vessel id: evidence keeps the id as sent, derivation sees the vessel's own
        self._ships = ships if ships is not None else _NO_IDS
        #: passages of the gate and the quay, as each source told them
        self.passages = _NONE
        self.lines = _NONE
        self.vgms = _NONE
        self.releases = _NONE
        self.reports = _NONE
        self.calls = _NONE
        #: what officers did
        self.actions = _NONE
        #: the earliest of all that was said of it, plans and refused trucks too
        self.first: Evidence | None = None
        #: of a bill: its lines in force by what they speak of, and which of these changed since they were last taken (None:
        #: all of them, and some may be gone)
        self.slots = _NO_SLOTS
        self._changed: dict[Slot, None] | None = None
        #: the moves that the first so many passages tell of
        self._moves = _NO_MOVES
        self._folded = 0
        self._cut: Cut | None = None
        self._register: Register | None = None
        self._box_lines: BoxLines | None = None
        #: all that follows from it was derived, and told
        self.derived = False
        #: ids of the exceptions that derivations have found
        self.exception_ids = _NO_IDS

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
                self.passages = _put(self.passages, e)
                if self.passages[-1] is not e:
                    self._moves = _NO_MOVES
                    self._folded = 0
        elif what == CALL:
            self.calls = _put(self.calls, e)
        elif what == REPORT:
            self.reports = _put(self.reports, e)
            self._register = None
        elif what == OPERATOR:
            self.actions = _put(self.actions, e)
            return
        elif what == MOVED:
            return
        first = self.first
        if first is None or e.at < first.at or (e.at == first.at and e.ident < first.ident):
            self.first = e

    def _paper(self, e: Evidence) -> None:
        cut = self._cut
        if e.what == VGM:
            self.vgms = _put(self.vgms, e)
            if self.vgms[-1] is not e:
                self._cut = None
            elif cut is not None:
                cut.add_vgm(e)
        elif self.box:
            self.lines = _put(self.lines, e)
            latest = self.lines[-1] is e
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
        self.releases = _put(self.releases, e)
        if self.releases[-1] is not e:
            self._cut = None
        elif self._cut is not None:
            self._cut.add_release(e)

    def _line_of_bill(self, e: Evidence) -> None:
        slot = (e.house, e.container)
        announced = self.slots.get(slot)
        if announced is None:
            if not self.slots:
                self.slots = {}
            announced = self.slots[slot] = Announced()
        announced.lines = _put(announced.lines, e)
        if announced.lines[-1] is e:
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
        if passages and not self._moves:
            self._moves = []
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

    def calls_changed(self, world: World) -> bool:
        """A call that the box has to do with changed; False when nothing of it changed that this box depends on."""
        cut = self._cut
        if cut is not None and cut.needs_ends():
            cut = self._cut = None
        changed = not self.derived or (cut is None and self._folded > 0)
        if self._box_lines is not None and self._box_lines.calls_changed(world):
            changed = True
        if cut is not None and cut.calls_changed(world):
            changed = True
        return changed

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
            if self.reports or receipts:
                known = Register(self.reports, receipts, self.actions, self._ships)
            else:
                known = NOTHING_SENT
            self._register = known
        return known


def sort_out(box: str, items: Iterable[Evidence], ships: dict[str, str] | None = None) -> InForce:
    """The lists of these items, which are all in force; ``box`` is "" for a book that is not a box's."""
    found = InForce(box, ships)
    for e in items:
        found.place(e)
    return found


def _put(items: list[Evidence], e: Evidence) -> list[Evidence]:
    """The list with an item in its place. Most events are the latest of their book."""
    at = len(items)
    if not at:
        return [e]
    time = e.at
    while at > 0:
        before = items[at - 1]
        if before.at < time or (before.at == time and before.ident <= e.ident):
            break
        at -= 1
    if at == len(items):
        items.append(e)
    else:
        items.insert(at, e)
    return items
