"""One message between UNH and UNT: its head, then box by box."""

from __future__ import annotations

from typing import Final

from connectors.edi.boxes import read_box
from connectors.edi.codes import MESSAGES
from connectors.edi.events import Event
from connectors.edi.header import EdifactHeader, Resolve, Surroundings, component, read_header
from connectors.edi.notes import Notes, Refused
from connectors.edi.problem import Problem
from connectors.edi.syntax import Segment

#: More boxes than any ship carries, and more segments than a head or a box has: bounds what is held of one message.
MAX_BOXES: Final = 30_000
MAX_SEGMENTS: Final = 5_000


class Message:
    """A message that is being read. ``refused`` is why none of it is taken over, if so; ``problems`` are those of
    single boxes. Boxes that became events wait in ``events`` for UNT. ``open`` is where the next segment goes: the head,
    or the box that is open."""

    def __init__(self, unh: Segment, around: Surroundings, resolve: Resolve) -> None:
        self.reference = component(unh.elements, 1, 0).strip()
        self.position = unh.position
        self.kind = component(unh.elements, 2, 0)
        self.notes = Notes(around.file, self.reference)
        self.events: list[Event] = []
        self.problems: list[Problem] = []
        self.refused: Problem | None = None
        self.header: EdifactHeader | None = None
        self.boxes = 0
        self.stated_boxes: tuple[str, int] | None = None
        self._around = around
        self._resolve = resolve
        self.open = self._head = [unh]
        if self.kind not in MESSAGES:
            error = self.notes.error("UNSUPPORTED_MESSAGE", unh.position, "UNH S009/0065", self.kind, " or ".join(MESSAGES))
            self._refuse(error)

    def begin_box(self, eqd: Segment) -> None:
        """A new box; the one before is complete."""
        self.end_box()
        if self.refused is None:
            self.open = [eqd]

    def total(self, cnt: Segment) -> None:
        """The control total, after the last box."""
        self.end_box()
        if component(cnt.elements, 1, 0) == "16":
            self.stated_boxes = (component(cnt.elements, 1, 1).strip(), cnt.position)

    def bound(self) -> None:
        """To be called now and then: drops what a refused message goes on to say, refuses a head or box without end."""
        if self.refused is not None:
            self.open = []
        elif len(self.open) > MAX_SEGMENTS:
            self._too_long(f"{MAX_SEGMENTS} segments for one box")

    def end_box(self) -> None:
        """The box that was open is complete."""
        group = self.open
        if group is self._head or self.refused is not None:
            return
        self.open = []
        if not group or group[0].tag != "EQD":
            return
        self.boxes += 1
        try:
            header = self.header
            if header is None:
                header = self._read_head()
        except Refused as refused:
            self._refuse(refused)
            return
        try:
            event = read_box(header, group)
        except Refused as refused:
            self.problems.append(refused.problem)
            return
        if event is not None:
            self.events.append(event)
            if len(self.events) > MAX_BOXES:
                self._too_long(f"{MAX_BOXES} boxes")

    def end(self) -> None:
        """UNT was reached: no more boxes."""
        self.end_box()
        if self.refused is None and not self.boxes:
            self._refuse(self.notes.error("NO_BOXES", self.position, "EQD", "", "at least one EQD+CN", "CODECO and COARRI"))

    @property
    def strict(self) -> bool:
        """Whether the sender's profile wants wrong counts and references refused."""
        return self.header is not None and self.header.profile.strict

    def _read_head(self) -> EdifactHeader:
        self.header = read_header(self._head, self._around, self.notes, self._resolve)
        return self.header

    def _too_long(self, limit: str) -> None:
        self._refuse(self.notes.error("MESSAGE_TOO_LONG", self.position, "UNH", self.reference, limit))

    def _refuse(self, refused: Refused) -> None:
        self.refused = refused.problem
        self.events = []
        self.problems = []
        self.open = []
