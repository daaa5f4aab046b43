"""What the lines of a master bill announce about one box (or one house bill in it)."""

from __future__ import annotations

from typing import Final

from streams.domain.evidence import Evidence

#: Function code of a manifest line that takes the earlier ones back (model 2.2).
DELETION: Final = "3"


def takes_out(e: Evidence, bill: str, house: str, vessel: str, voyage: str) -> bool:
    """True when a line takes the goods of a bill (of its house bill) out of the box again that it was to bring on a voyage. A
    deletion that names no house bill is of them all, and one that names no vessel or voyage of any."""
    if e.action != DELETION or e.bill != bill or e.house not in ("", house):
        return False
    return e.vessel in ("", vessel) and e.voyage in ("", voyage)


#: Of a box of which nothing was said yet: never changed.
_NONE: Final[list[Evidence]] = []


class Announced:
    """The lines in force, folded in order of event time: the latest word on each thing counts."""

    def __init__(self) -> None:
        self.lines = _NONE
        self._forget()

    def _forget(self) -> None:
        self.kinds: tuple[str, ...] = ()
        #: the line that says vessel, voyage and ports; None while nothing is announced
        self.latest: Evidence | None = None
        self.goods = ""
        self.packages = 0
        self.kg = 0.0
        self.declaration = ""
        self.direction = ""
        self.trade = ""
        self.load_type = ""

    def fold(self, e: Evidence) -> None:
        """One more line; they come by event time."""
        if e.action == DELETION:
            self._forget()
            return
        if e.code not in self.kinds:
            self.kinds = tuple(sorted((*self.kinds, e.code)))
        if e.code != "LEG" or self.latest is None:
            self.latest = e
        self.goods = e.goods or self.goods
        self.packages = e.packages or self.packages
        self.kg = e.kg or self.kg
        self.declaration = e.declaration or self.declaration
        self.direction = e.direction or self.direction
        self.trade = e.trade or self.trade
        self.load_type = e.extra or self.load_type

    def fold_anew(self) -> None:
        """A line came that is earlier than others."""
        self._forget()
        for e in self.lines:
            self.fold(e)
