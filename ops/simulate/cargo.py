"""Boxes and bills: what the stories move about."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final, Literal

from ops.simulate import ids

_SIZES: Final = (("22G1", 21_000), ("42G1", 24_000), ("45G1", 25_500), ("45R1", 23_000))
_GOODS: Final = (("TYRES", "401120"), ("GARLIC", "070320"), ("MACHINERY", "847989"), ("GARMENTS", "620342"),
                 ("FROZEN FISH", "030354"), ("PAPER PULP", "470321"), ("CHEMICALS", "292690"))  # fmt: skip


@dataclass(slots=True)
class Box:
    """One container on one bill. ``kg`` is its gross weight."""

    no: str
    iso: str
    kg: int
    seal: str
    plate: str
    bad_digit: bool = False


@dataclass(slots=True)
class Bill:
    """A bill of lading, or a waterway bill, with its boxes. ``quirk`` names what is special about its story, "" is
    the ordinary one; ``pol`` and ``pod`` are UN/LOCODEs of the main carriage."""

    no: str
    declaration: str
    quirk: str
    pol: str
    pod: str
    goods: str
    hs: str
    by_bill: bool
    boxes: list[Box] = field(default_factory=list)


#: A box that went to sea comes again after so many days, with another cargo.
BACK_AFTER: Final = 10
#: Of the boxes that went to sea every so many come back.
_BACK: Final = 3


class Mint:
    """Gives out numbers, each once. One per day of the world: the days share no number but those of boxes that come back."""

    def __init__(self, day: int, rng: random.Random, back: Sequence[Box] = ()) -> None:
        """``back``: boxes of an earlier day that come again in ordinary stories."""
        self._back = list(back)
        #: boxes of this day that may come again
        self.gone: list[Box] = []
        self._day = day
        self._rng = rng
        self._box = day * 100_000
        self._stray = day * 2_000
        self._paper = 0
        if day >= 400:
            raise ValueError("a world has at most 400 days: its container numbers would repeat")

    def paper(self, prefix: str) -> str:
        """A document number."""
        self._paper += 1
        return f"{prefix}{self._day:03d}{self._paper:07d}"

    def stray(self) -> str:
        """A valid container number that belongs to no box of the world."""
        self._stray += 1
        return ids.numbered(ids.MISREAD_OWNER, self._stray)

    def box(self, bad_digit: bool = False) -> Box:
        """A box that no other story uses."""
        self._box += 1
        rng = self._rng
        iso, kg = _SIZES[int(rng.random() * len(_SIZES))]
        number = ids.bad_container(self._box) if bad_digit else ids.container(self._box)
        return Box(
            number, iso, kg - int(rng.random() * 6000), f"SD{self._day:03d}{self._box % 100_000:06d}",
            f"鲁B{10000 + int(rng.random() * 89999)}", bad_digit,
        )  # fmt: skip

    def _again(self, fresh: Box) -> Box:
        """The box in its place that has been here before, as long as there is one."""
        if not self._back:
            return fresh
        known = self._back.pop()
        return replace(fresh, no=known.no, iso=known.iso, kg=dict(_SIZES)[known.iso] - fresh.kg % 6000)

    def bill(self, prefix: Literal["EX", "IM", "WB", "OV"], quirk: str, size: int, pol: str, pod: str) -> Bill:
        """A bill with ``size`` new boxes."""
        goods, hs = _GOODS[int(self._rng.random() * len(_GOODS))]
        bill = Bill(
            self.paper("SD" + prefix), self.paper("4218"), quirk, pol, pod, goods, hs, self._rng.random() < 0.5
        )
        bill.boxes = [self.box(quirk == "bad_check_digit") for _ in range(size)]
        if not quirk and prefix in ("EX", "IM"):
            bill.boxes = [self._again(box) for box in bill.boxes]
            if prefix == "EX":
                self.gone += bill.boxes[::_BACK]
        return bill


def bill_sizes(rng: random.Random, total: int, quirks: list[str]) -> list[tuple[str, int]]:
    """(quirk, boxes) of bills that hold ``total`` boxes together: one box where there is a quirk, else 1 to 8."""
    bills = [(quirk, 1) for quirk in quirks]
    left = total - len(bills)
    while left > 0:
        size = min(left, 1 + int(rng.random() * rng.random() * 8))
        bills.append(("", size))
        left -= size
    rng.shuffle(bills)
    return bills
