"""The consignment book: a master bill's manifest lines and releases, and which boxes must hear of them (design 3).

Facts carry evidence, never conclusions: every version of a manifest line goes to each box that *any* version of it
named, a release by bill to each box the bill ever named, and so does what officers do about the bill.
"""

from __future__ import annotations

from collections.abc import Iterable

from streams.domain.evidence import LINE, OPERATOR, RELEASE, VGM, Evidence
from streams.domain.in_force import InForce, Slot
from streams.domain.permits import Permits
from streams.domain.rows import Keyed


class Announcement:
    """What a bill's book remembers of the boxes it ever named: rebuilt from its evidence, never stored."""

    def __init__(self) -> None:
        #: ident of a line -> the boxes that any version of it named
        self.boxes_of_line: dict[str, list[str]] = {}
        self.versions_of_line: dict[str, list[Evidence]] = {}
        self.boxes: dict[str, None] = {}
        self.bill_wide: list[Evidence] = []

    def learn(self, e: Evidence) -> list[tuple[str, Evidence]]:
        """Take one new item of evidence; returns (container, evidence) for each box that must now hear of something."""
        told: list[tuple[str, Evidence]] = []
        if e.what == LINE or e.what == VGM:
            boxes = self.boxes_of_line.get(e.ident)
            if boxes is None:
                boxes = self.boxes_of_line[e.ident] = []
                self.versions_of_line[e.ident] = []
            for box in boxes:
                told.append((box, e))
            self.versions_of_line[e.ident].append(e)
            if e.container and e.container not in boxes:
                boxes.append(e.container)
                for version in self.versions_of_line[e.ident]:
                    told.append((e.container, version))
                if e.container not in self.boxes:
                    self.boxes[e.container] = None
                    for wide in self.bill_wide:
                        told.append((e.container, wide))
        elif e.what == RELEASE or e.what == OPERATOR:
            if e.container:
                told.append((e.container, e))
            else:
                self.bill_wide.append(e)
                for box in self.boxes:
                    told.append((box, e))
        return told


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
