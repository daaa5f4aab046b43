"""The consignment book: a master bill's manifest lines and releases, and which boxes must hear of them (design 3).

Facts carry evidence, never conclusions: every version of a manifest line goes to each box that *any* version of it
named, a release by bill to each box the bill ever named.
"""

from __future__ import annotations

from streams.domain.book import Book
from streams.domain.box import Row
from streams.domain.evidence import LINE, RELEASE, VGM, Evidence
from streams.domain.permits import Permits


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
        elif e.what == RELEASE:
            if e.container:
                told.append((e.container, e))
            else:
                self.bill_wide.append(e)
                for box in self.boxes:
                    told.append((box, e))
        return told


class _Line:
    """The lines of one (house bill, box) of a master bill."""

    def __init__(self) -> None:
        self.kinds: list[str] = []
        self.latest: Evidence | None = None
        self.goods = ""
        self.packages = 0
        self.kg = 0.0
        self.declaration = ""
        self.direction = ""
        self.trade = ""
        self.load_type = ""

    def learn(self, e: Evidence) -> None:
        if e.code not in self.kinds:
            self.kinds.append(e.code)
        if e.code != "LEG" or self.latest is None:
            self.latest = e
        self.goods = e.goods or self.goods
        self.packages = e.packages or self.packages
        self.kg = e.kg or self.kg
        self.declaration = e.declaration or self.declaration
        self.direction = e.direction or self.direction
        self.trade = e.trade or self.trade
        self.load_type = e.extra or self.load_type


def consignment_rows(book: Book) -> list[tuple[str, tuple[str | int, ...], Row]]:
    """One row per (house bill, box) that a line in force announces."""
    lines: dict[tuple[str, str], _Line] = {}
    releases: list[Evidence] = []
    for e in book.current():
        if e.classifier != "ACT":
            continue
        if e.what == LINE:
            slot = (e.house, e.container)
            if e.action == "3":
                lines.pop(slot, None)
                continue
            line = lines.get(slot)
            if line is None:
                line = lines[slot] = _Line()
            line.learn(e)
        elif e.what == RELEASE:
            releases.append(e)
    permits = Permits(releases)
    holds = tuple(permits.holds())
    customs_released = permits.in_force("DECLARATION")
    bill_released = permits.in_force("BILL")
    rows: list[tuple[str, tuple[str | int, ...], Row]] = []
    for (house, container), line in lines.items():
        last = line.latest
        if last is None:
            continue
        rows.append((
            "consignments", (book.key, house, container),
            (
                book.key, house, container, tuple(sorted(line.kinds)), line.direction, line.trade, last.ef,
                line.load_type, last.vessel, last.voyage, last.pol, last.pod, last.iso_type, line.kg, line.packages,
                line.goods, line.declaration, customs_released, bill_released, holds,
            ),
        ))  # fmt: skip
    return rows
