"""One message between UNH and UNT: its head, then group by group, as its table says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from connectors.edi.acknowledged import told
from connectors.edi.heads import Head, Resolve, Surroundings, component, read_head
from connectors.edi.mapping import read_group, remember, take_context
from connectors.edi.notes import Notes, Refused
from connectors.edi.syntax import Segment
from connectors.edi.tables import Table, tables
from connectors.reading.events import Event
from connectors.reading.problem import Problem

#: More boxes than any ship carries, and more segments than a head or a box has: bounds what is held of one message.
MAX_BOXES: Final = 30_000
MAX_SEGMENTS: Final = 5_000
_NOTHING: Final[Mapping[str, tuple[tuple[str, str], ...]]] = {}


class Message:
    """A message that is being read. ``refused`` is why none of it is taken over, if so; ``problems`` are those of
    single boxes. What became events waits in ``events`` for UNT. ``open`` is where the next segment goes: the head, or
    the group that is open. ``special``: tags at which a group may begin or end."""

    def __init__(self, unh: Segment, around: Surroundings, resolve: Resolve) -> None:
        self.reference = component(unh.elements, 1, 0).strip()
        self.position = unh.position
        self.kind = component(unh.elements, 2, 0)
        self.notes = Notes(around.file, self.reference)
        self.events: list[Event] = []
        self.problems: list[Problem] = []
        self.refused: Problem | None = None
        self.head: Head | None = None
        self.boxes = 0
        self.stated_boxes: tuple[str, int] | None = None
        self.special = _NOTHING
        self._around = around
        self._resolve = resolve
        self.open = self._first = [unh]
        self._part = "head"
        self._group = ("", "")
        self._groups = 0
        self._again_at = -1
        self._ships_in_groups = False
        self._table = tables().get(self.kind)
        if self._table is None:
            expected = ", ".join(tables())
            self._refuse(self.notes.error("UNSUPPORTED_MESSAGE", unh.position, "UNH S009/0065", self.kind, expected))
        else:
            self.special = self._table.roles

    def take(self, segment: Segment) -> None:
        """A segment of one of the ``special`` tags: it may end what is open and begin something else."""
        if self.refused is not None:
            return
        tag, elements, _ = segment
        qualifier = elements[1][0] if len(elements) > 1 else ""
        for part, wanted in self.special[tag]:
            if (wanted and wanted != qualifier) or not self._begins(part, tag, wanted):
                continue
            if part == "total":
                self._total(segment)
            else:
                shared = self.open[: self._again_at] if part == "again" else []
                self._begin("group" if part == "again" else part, [*shared, segment])
            return
        if self._part == "group" and any(part == "again" and wanted in ("", qualifier) for part, wanted in self.special[tag]):
            self._again_at = len(self.open)
        self.open.append(segment)

    def bound(self) -> None:
        """To be called now and then: drops what a refused message goes on to say, refuses a group without end."""
        if self.refused is not None:
            self.open = []
        elif len(self.open) > MAX_SEGMENTS:
            self._too_long(f"{MAX_SEGMENTS} segments for one box")

    def end(self) -> None:
        """UNT was reached: nothing follows."""
        self._close()
        table = self._table
        if table is None or self.refused is not None:
            return
        if not table.becomes:
            self.notes.problems += told(table, self._first, self.notes)
        elif not table.group:
            self._read(self._first[1:] or self._first)
        elif not self._groups:
            self._refuse(self._nothing_in_it(table))
        if self.refused is None and self.head is not None:
            self._say_elsewhere(self.head)

    @property
    def strict(self) -> bool:
        """Whether the sender's profile wants wrong counts and references refused."""
        return self.head is not None and self.head.profile.strict

    @property
    def document(self) -> str:
        """The document's number (BGM 1004), "" = none."""
        bgm = next((segment for segment in self._first if segment.tag == "BGM"), None)
        return component(bgm.elements, 2, 0).strip() if bgm is not None else ""

    def _begins(self, part: str, tag: str, wanted: str) -> bool:
        """Whether a segment with this role begins something now."""
        if part == "group":
            if not self._group[0]:
                self._group = (tag, wanted)  # of several that a message may group by, the first that it has
            return self._group == (tag, wanted)
        if part == "again":
            return self._again_at >= 0
        if part == "context":
            return self._part != "head"
        return part == "total" or not self._groups

    def _total(self, cnt: Segment) -> None:
        """The control total, after the last box."""
        self._close()
        if component(cnt.elements, 1, 0) == "16":
            self.stated_boxes = (component(cnt.elements, 1, 1).strip(), cnt.position)

    def _begin(self, part: str, segments: list[Segment]) -> None:
        self._close()
        if self.refused is None:
            self._part = part
            self.open = segments
            self._groups += part == "group"
            self._again_at = len(segments) - 1 if len(segments) > 1 else -1

    def _close(self) -> None:
        """What was open is complete."""
        part, group = self._part, self.open
        if part == "head" or self.refused is not None:
            return
        self._part = "closed"
        self.open = []
        try:
            if part == "group":
                self._read(group)
            elif part == "context":
                take_context(self._known_head(), group)
            elif part == "remember":
                remember(self._known_head(), group)
                if len(self._known_head().remembered) > MAX_BOXES:
                    self._too_long(f"{MAX_BOXES} boxes")
        except Refused as refused:
            self._refuse(refused)

    def _read(self, group: list[Segment]) -> None:
        if self.head is None and group is not self._first and not any(map(_is_ship, self._first)):
            ships = list(filter(_is_ship, group))
            self._ships_in_groups = bool(ships)
            self._first = self._first + ships
        try:
            head = self._known_head()
        except Refused as refused:
            self._refuse(refused)
            return
        if self._ships_in_groups:
            try:
                self._take_ship(head, group)
            except Refused as refused:
                self.problems.append(refused.problem)
                return
        counted = head.table.counts
        if counted and (group[0][0] == counted or any(segment[0] == counted for segment in group)):
            self.boxes += 1
        try:
            self.events += read_group(head, group)
        except Refused as refused:
            self.problems.append(refused.problem)
        if head.refused:
            self.problems += head.refused
            head.refused = []
        if len(self.events) > MAX_BOXES:
            self._too_long(f"{MAX_BOXES} boxes")

    def _take_ship(self, head: Head, group: list[Segment]) -> None:
        """Where the head names no ship, each box names its own. Raises Refused."""
        for name in ("vessel_no", "vessel_list", "vessel_agency", "vessel_name", "voyage"):
            head.found.pop(name, None)
        take_context(head, list(filter(_is_ship, group)))

    def _known_head(self) -> Head:
        if self.head is None:
            assert self._table is not None
            self.head = read_head(self._table, self._first, self._around, self.notes, self._resolve)
        return self.head

    def _nothing_in_it(self, table: Table) -> Refused:
        """A message without a single box, bill or call."""
        if table.counts:
            return self.notes.error("NO_BOXES", self.position, table.counts, "", "at least one EQD+CN", self.kind)
        expected = f"at least one {' or '.join(table.group)}"
        code = "NO_CALLS" if table.here else "NO_BILL"
        return self.notes.error(code, self.position, table.group[-1], "", expected, self.kind)

    def _say_elsewhere(self, head: Head) -> None:
        port = head.profile.port
        if head.elsewhere:
            self.notes.tell("STAYS_ON_BOARD", self.position, "LOC C517/3225", str(head.elsewhere), port)
        elif head.table.here and head.table.group and not self.events and not self.problems:
            self.notes.tell("NO_CALL_HERE", self.position, "LOC C517/3225", self.reference, port)

    def _too_long(self, limit: str) -> None:
        self._refuse(self.notes.error("MESSAGE_TOO_LONG", self.position, "UNH", self.reference, limit))

    def _refuse(self, refused: Refused) -> None:
        self.refused = refused.problem
        self.events = []
        self.problems = []
        self.open = []



def _is_ship(segment: Segment) -> bool:
    """Whether a segment names the ship: the main stage of the journey, unless by road, rail or barge."""
    elements = segment.elements
    return segment.tag == "TDT" and component(elements, 1, 0) == "20" and component(elements, 3, 0) not in ("2", "3", "8")
