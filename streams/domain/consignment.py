"""The consignment book: a master bill's manifest lines and releases, and which boxes must hear of them (design 3).

Facts carry evidence, never conclusions: every version of a manifest line goes to each box that *any* version of it
named, a release by bill to each box the bill ever named, and so does what officers do about the bill, or that one of its
lines is another bill's now.
"""

from __future__ import annotations

from collections.abc import Iterable

from streams.domain.evidence import LINE, MOVED, OPERATOR, RELEASE, VGM, Evidence
from streams.domain.in_force import InForce, Slot
from streams.domain.permits import Permits
from streams.domain.rows import Keyed


class Announcement:
    """What a bill's book remembers of the boxes it ever named: rebuilt from its evidence, never stored."""

    def __init__(self) -> None:
        #: ident of a line -> its version that came first
        self._lines: dict[str, Evidence] = {}
        #: of the lines that were changed, all versions
        self._versions: dict[str, list[Evidence]] = {}
        self.boxes: dict[str, None] = {}
        self.bill_wide: list[Evidence] = []

    def learn(self, e: Evidence) -> list[tuple[str, Evidence]]:
        """Take one new item of evidence; returns (container, evidence) for each box that must now hear of something."""
        if e.what == LINE or e.what == VGM:
            return self._line(e)
        if not _is_told(e):
            return []
        if e.container:
            return [(e.container, e)]
        self.bill_wide.append(e)
        return [(box, e) for box in self.boxes]

    def again(self, e: Evidence) -> list[tuple[str, Evidence]]:
        """All that must be heard of an item that was learned before."""
        first = self._lines.get(e.ident)
        if first is None:
            return [(box, e) for box in ([e.container] if e.container else self.boxes)] if _is_told(e) else []
        versions = self._versions.get(e.ident, [first])
        boxes = dict.fromkeys([version.container for version in versions if version.container])
        return [(box, item) for box in boxes for item in [*versions, *self.bill_wide]]

    def _line(self, e: Evidence) -> list[tuple[str, Evidence]]:
        first = self._lines.get(e.ident)
        if first is not None:
            return self._changed(e, first)
        self._lines[e.ident] = e
        return [(e.container, e), *self._first_named(e.container)] if e.container else []

    def _changed(self, e: Evidence, first: Evidence) -> list[tuple[str, Evidence]]:
        """Every box that any version of a line named hears of every version of it."""
        versions = self._versions.get(e.ident)
        if versions is None:
            versions = self._versions[e.ident] = [first]
        boxes = list(dict.fromkeys([version.container for version in versions if version.container]))
        told = [(box, e) for box in boxes]
        versions.append(e)
        if e.container and e.container not in boxes:
            told += [(e.container, version) for version in versions]
            told += self._first_named(e.container)
        return told

    def _first_named(self, box: str) -> list[tuple[str, Evidence]]:
        """What a box hears of a bill that had not named it before: all that was said of the whole bill."""
        if box in self.boxes:
            return []
        self.boxes[box] = None
        return [(box, wide) for wide in self.bill_wide]


def _is_told(e: Evidence) -> bool:
    """True for what boxes must hear besides the lines."""
    return e.what in (RELEASE, OPERATOR) or (e.what == MOVED and not e.extra)


def consignment_rows(bill: str, in_force: InForce, slots: Iterable[Slot]) -> list[Keyed]:
    """The rows of these (house bill, box) of a master bill of which a line in force announces something."""
    permits = Permits()
    for e in in_force.releases:
        if e.classifier == "ACT":
            permits.add(e)
    holds = tuple(permits.holds())
    customs_released = permits.in_force("DECLARATION")
    bill_released = permits.in_force("BILL")
    rows: list[Keyed] = []
    for slot in slots:
        house, container = slot
        line = in_force.slots[slot]
        last = line.latest
        if last is None:
            continue
        rows.append((
            ("consignments", (bill, house, container)),
            (
                bill, house, container, line.kinds, line.direction, line.trade, last.ef, line.load_type, last.vessel,
                last.voyage, last.pol, last.pod, last.iso_type, line.kg, line.packages, line.goods, line.declaration,
                customs_released, bill_released, holds,
            ),
        ))  # fmt: skip
    return rows
