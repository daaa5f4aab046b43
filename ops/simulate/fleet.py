"""Vessels and their calls: who berths where and when, and the rhythm of the cranes."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass, field
from typing import Final, Literal, NamedTuple

from ops.simulate import ids, limits
from ops.simulate.clock import HOUR, MINUTE
from ops.simulate.ports import PORTS, whole_seconds

#: A crane makes about 28 moves an hour.
MOVE_MS: Final = HOUR // 28
#: Cranes are put to work so that a vessel is done in about this many hours.
TARGET_HOURS: Final = 5.0
#: The cut-off (截港) is this long before the first box is loaded: room for late acknowledgements and all releases.
GATE_CLOSES: Final = 5 * HOUR
#: Vessels come back after this many days, so that two calls of one vessel are days apart.
ROUND_DAYS: Final = 10


class Vessel(NamedTuple):
    """``id`` as in events (IMO:… or CNSHIP:…); ``code`` as in files; ``imo`` is "" for a coastal ship without one."""

    id: str
    name: str
    imo: str
    code: str
    #: what `vessels.csv` says of it: "" = not listed
    service: Literal["", "OCEAN", "COASTAL", "MIXED"] = ""
    #: another of its ids, by which the quay's own system knows it
    other: str = ""


class Slot(NamedTuple):
    """A stop in the timetable: berthing in hours after Beijing midnight, index of the terminal, with a berth shift?"""

    name: str
    port: str
    hour: float
    terminal: int
    shift: bool


#: Ocean vessels. Those of the evening at Qingdao load what the feeders bring.
MORNING: Final = ("Q1", "Q2", "Q3", "Q4")
EVENING: Final = ("Q5", "Q6", "Q7", "Q8")
OCEAN: Final = (
    Slot("Q1", "qingdao", 0.5, 0, False), Slot("Q2", "qingdao", 1.0, 1, True), Slot("Q3", "qingdao", 1.5, 0, False),
    Slot("Q4", "qingdao", 2.5, 1, False), Slot("Q5", "qingdao", 20.0, 0, True), Slot("Q6", "qingdao", 20.5, 1, False),
    Slot("Q7", "qingdao", 21.0, 0, False), Slot("Q8", "qingdao", 21.5, 1, False),
    Slot("R1", "rizhao", 3.0, 0, False), Slot("R2", "rizhao", 8.0, 0, True), Slot("R3", "rizhao", 14.0, 0, False),
    Slot("Y1", "yantai", 4.0, 0, False), Slot("Y2", "yantai", 9.0, 0, True), Slot("Y3", "yantai", 13.0, 0, False),
    Slot("W1", "weihai", 5.0, 0, True), Slot("W2", "weihai", 11.0, 0, False),
)  # fmt: skip
#: Feeder rotations: the first port (loading begins the evening before), Qingdao, then the ports that get imports.
FEEDERS: Final[dict[str, tuple[Slot, ...]]] = {
    "FA": (Slot("FA1", "weihai", -7.0, 0, False), Slot("FA2", "qingdao", 9.5, 1, False),
           Slot("FA3", "rizhao", 20.0, 0, False)),
    "FB": (Slot("FB1", "yantai", -8.5, 0, False), Slot("FB2", "qingdao", 10.0, 1, False),
           Slot("FB3", "rizhao", 20.0, 0, False)),
    "FC": (Slot("FC1", "weihai", -7.5, 0, False), Slot("FC2", "qingdao", 9.5, 0, False),
           Slot("FC3", "yantai", 26.0, 0, False), Slot("FC4", "rizhao", 40.0, 0, False)),
    "FD": (Slot("FD1", "yantai", -8.0, 0, False), Slot("FD2", "qingdao", 10.5, 0, True),
           Slot("FD3", "rizhao", 20.5, 0, False)),
    # calls at Weihai without a word ahead
    "FE": (Slot("FE1", "qingdao", 3.0, 1, False), Slot("FE2", "weihai", 14.0, 0, False),
           Slot("FE3", "rizhao", 30.0, 0, False)),
}  # fmt: skip
#: Feeders that bring exports to Qingdao and take imports on.
ROUND: Final = ("FA", "FB", "FC", "FD")
UNPLANNED: Final = "FE2"
UNPLANNED_FROM: Final = "FE1"
#: Ocean vessels that load only what a feeder brings, their cut-off close to its arrival: too close, and just not.
TIGHT: Final = Slot("XT", "qingdao", 20.0, 0, False)
NEAR: Final = Slot("XN", "qingdao", 20.0, 1, False)
#: The yard opens early for these: their boxes come to the gate of another port, a day ahead.
FOR_FEEDERS: Final = (*EVENING, TIGHT.name, NEAR.name)
#: Takes boxes straight from the gate (抵港直装): its cut-off is minutes before the first of them.
DIRECT: Final = Slot("XD", "qingdao", 12.0, 1, False)
SPECIAL: Final = (TIGHT, NEAR, DIRECT)
#: Vessels of the reference list, by slot: they come back after as many days as there are names.
LISTED: Final[dict[Slot, tuple[Vessel, ...]]] = {
    Slot("VO", "rizhao", 6.0, 0, False): tuple(
        Vessel(f"IMO:{number}", name, number, "UN" + number, "OCEAN") for number, name in (
            ("2000107", "HUALU STAR"), ("2000119", "SHAN HAI GUAN"), ("2000121", "NORTHERN COURIER"),
            ("2000133", "BLUE OCEAN BAY"), ("2000145", "AURORA DAWN"), ("2000157", "LONG BRIDGE"),
        )
    ),
    Slot("VC", "qingdao", 11.0, 0, False): tuple(
        Vessel(f"CNSHIP:{number}", name, "", number, "COASTAL") for number, name in (
            ("P202400010", "COASTAL EXPRESS"), ("P202400011", "BOHAI LINE"), ("P202400012", "YELLOW SEA PIONEER"),
        )
    ),
    Slot("VM", "rizhao", 9.0, 0, False): tuple(
        Vessel(f"IMO:{number}", name, number, "UN" + number, "MIXED", "CNSHIP:" + other) for number, name, other in (
            ("2000200", "LU FEEDER 1", "P202400000"), ("2000212", "LU FEEDER 2", "P202400001"),
        )
    ),
}  # fmt: skip
#: Vessels that came before the world began, with what is left of their cargo: slot, days ago.
PAST: Final = ((Slot("P1", "qingdao", 6.0, 0, False), 3), (Slot("P2", "rizhao", 7.0, 0, False), 15),
               (Slot("P3", "qingdao", 8.0, 1, False), 91))  # fmt: skip
#: Least hours at sea between two of the ports.
SAILING: Final[dict[frozenset[str], int]] = {
    frozenset(("weihai", "qingdao")): 9, frozenset(("yantai", "qingdao")): 11, frozenset(("qingdao", "rizhao")): 5,
    frozenset(("yantai", "rizhao")): 15, frozenset(("weihai", "rizhao")): 13,
}  # fmt: skip
#: Coastal vessels with domestic cargo.
COASTAL: Final = (
    Slot("C1", "qingdao", 6.0, 0, False), Slot("C2", "qingdao", 12.0, 1, True), Slot("C3", "rizhao", 5.0, 0, False),
    Slot("C4", "rizhao", 10.0, 0, False), Slot("C5", "yantai", 7.0, 0, False), Slot("C6", "weihai", 8.0, 0, False),
    Slot("C7", "qingdao", 15.0, 1, False), Slot("C8", "rizhao", 16.0, 0, False), Slot("C9", "yantai", 15.0, 0, False),
    Slot("CX", "weihai", 14.0, 0, False),
)  # fmt: skip
#: These have no IMO number and are known by their Chinese ship identification number.
WITHOUT_IMO: Final = frozenset(("FB", "C1", "C3", "C5"))
#: Their agents send an IMO number with a wrong check digit, never the same.
BAD_IMO: Final = ("C2", "C4", "C7", "C8", "R3")
#: They were first planned for the port's first terminal, and are worked at its second (改靠港).
REPLANNED: Final = ("Q2", "Q4", "Q6", "Q8", "C2")
_NAMES: Final = ("HAI TONG", "LU FENG", "QI YUAN", "TAI SHAN", "LAO SHAN", "BO HAI", "JIAO DONG", "PENG LAI")


def vessel(slot: str, order: int, day: int) -> Vessel:
    """The vessel that sails a slot of the timetable on a day: ten sister ships take turns."""
    turn = day % ROUND_DAYS
    name = f"{_NAMES[order % len(_NAMES)]} {slot}{turn}"
    if slot in WITHOUT_IMO:
        number = f"P2019{order:03d}{turn:02d}"
        return Vessel("CNSHIP:" + number, name, "", number)
    if slot in BAD_IMO:
        number = ids.bad_imo(day * len(BAD_IMO) + BAD_IMO.index(slot))
        return Vessel("IMO:" + number, name, number, "UN" + number)
    number = ids.imo_number(order * ROUND_DAYS + turn)
    return Vessel("IMO:" + number, name, number, "UN" + number)


@dataclass(slots=True)
class Call:
    """One port call. Times in ms UTC, set by ``schedule``; the slots are the crane moves still to be given out."""

    slot: Slot
    vessel: Vessel
    voyage_in: str
    voyage_out: str
    number: str
    discharges: int = 0
    loads: int = 0
    cranes: int = 1
    ata: int = 0
    atb: int = 0
    shifted_at: int = 0
    ops_start: int = 0
    first_load: int = 0
    ops_end: int = 0
    atd: int = 0
    #: customs clears the voyage (结关)
    cleared_at: int = 0
    #: by how much each estimate of arrival and departure is wrong, in their order
    slips: tuple[int, ...] = ()
    #: the yard takes boxes from ``cy_open`` to ``cutoff``
    cy_open: int = 0
    cutoff: int = 0
    _disc: list[int] = field(default_factory=list)
    _load: list[int] = field(default_factory=list)

    @property
    def port(self) -> str:
        """Slug of the port."""
        return self.slot.port

    @property
    def terminal(self) -> str:
        """Code of the terminal that works the vessel."""
        return PORTS[self.slot.port].terminals[self.slot.terminal]

    @property
    def eta(self) -> int:
        """The last estimate of the arrival, 0 when there is none."""
        return self.ata + self.slips[-1] if self.slips else 0

    @property
    def etd(self) -> int:
        """The last estimate of the departure, 0 when there is none."""
        return self.atd + self.slips[-1] if self.slips else 0

    @property
    def risk_at(self) -> int:
        """When an export must be ready for loading."""
        return self.cutoff - limits.READY

    def schedule(self, rng: random.Random, berth_at: int, anchorage: int) -> None:
        """Fix all times: up to ``anchorage`` ms at anchor, berthing soon after ``berth_at``, then discharge, then
        loading, at the rhythm of the cranes."""
        moves = self.discharges + self.loads
        self.cranes = max(1, math.ceil(moves / (28 * TARGET_HOURS)))
        self.atb = whole_seconds(self.port, berth_at + int(rng.random() * 20 * MINUTE))
        self.ata = self.atb - 40 * MINUTE - int(rng.random() * anchorage)
        self.ops_start = self.atb + 15 * MINUTE + int(rng.random() * 15 * MINUTE)
        self._disc, at = self._rhythm(rng, self.ops_start + 3 * MINUTE, self.discharges)
        if self.slot.shift:
            self.shifted_at = at + 25 * MINUTE
            at += 40 * MINUTE
        self.first_load = at + 10 * MINUTE
        self._load, at = self._rhythm(rng, self.first_load, self.loads)
        self.ops_end = at + 10 * MINUTE + int(rng.random() * 10 * MINUTE)
        self.atd = self.ops_end + 40 * MINUTE + int(rng.random() * 40 * MINUTE)
        self.cleared_at = self.atd + HOUR + int(rng.random() * 6 * HOUR)
        if self.slot.name != UNPLANNED:
            self.slips = tuple(int((4 * rng.random() - 2) * HOUR) // update for update in (1, 2, 3))
        self.cutoff = self.first_load - GATE_CLOSES
        self.cy_open = self.cutoff - (72 * HOUR if self.slot.name in FOR_FEEDERS else 16 * HOUR)

    def _rhythm(self, rng: random.Random, at: int, count: int) -> tuple[list[int], int]:
        gap = MOVE_MS // self.cranes
        times = []
        for _ in range(count):
            at += int(gap * (0.6 + 0.8 * rng.random()))
            times.append(whole_seconds(self.port, at))
        rng.shuffle(times)
        return times, at

    def discharge_slot(self) -> int:
        """Time of a discharge move that no other box has."""
        return self._disc.pop()

    def load_slot(self) -> int:
        """Time of a loading move that no other box has."""
        return self._load.pop()
