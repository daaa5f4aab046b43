"""One day of the world: which boxes go by which call, then the timetable, then the stories."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from ops.simulate import fleet, incidents, limits, trucks
from ops.simulate.cargo import Bill, Box, bill_sizes
from ops.simulate.clock import DAY, HOUR, MINUTE
from ops.simulate.fleet import Call, Slot
from ops.simulate.ports import COASTAL, OVERSEAS, PORTS
from ops.simulate.sheet import Sheet
from ops.simulate.stories import calls, direct_loads, domestic, empties, exports, feeders, imports, rail, transhipped
from ops.simulate.stories.legs import OWN_TIME

#: Boxes of a full-size day, one way, for each call of that kind (and ocean vessels by port).
OCEAN_BOXES: Final = {"qingdao": 410, "rizhao": 270, "yantai": 270, "weihai": 190}
FEEDER_BOXES: Final = 165
COASTAL_BOXES: Final = 85
MIXED_BOXES: Final = 20
EMPTY_BOXES: Final = 18
LEG_BOXES: Final = 36
TRANSHIPPED_EMPTIES: Final = 40
LISTED_BOXES: Final = 6
DIRECT_BOXES: Final = 30
RAIL_BOXES: Final = 60
#: What happened before the world's begin becomes known this long before the day's midnight.
PAST_KNOWN: Final = 30 * HOUR
#: Ocean vessels of the feeder exports whose connection is the story.
_CONNECTIONS: Final = {"connection_tight": fleet.TIGHT, "connection_near": fleet.NEAR}
_HUBS: Final = frozenset(name + "2" for name in fleet.ROUND)
_PAST_SLOTS: Final = tuple(slot for slot, _ in fleet.PAST)


class Job(NamedTuple):
    """A bill, and the calls that it goes by in order."""

    bill: Bill
    by: tuple[Call, ...]


class EmptyJob(NamedTuple):
    """An empty box, the calls that it goes by, and the place overseas."""

    box: Box
    by: tuple[Call, ...]
    place: str
    quirk: str


def _can_tell(slot: Slot, quirk: str) -> bool:
    """True when a story can happen at a stop of the timetable."""
    if quirk in incidents.EVENTS_ONLY:
        return PORTS[slot.port].form == "events"
    if quirk in incidents.QINGDAO_ONLY:
        return slot.port == "qingdao"
    if quirk in incidents.BEFORE_YARD_OPENS:
        return slot.name not in fleet.EVENING
    return quirk not in _CONNECTIONS or slot.name == "FA1"


class Day:
    """Builds the sheet of one day. All of it follows from ``seed``, ``day``, ``scale`` and the boxes that come back."""

    def __init__(self, seed: int, day: int, midnight: int, scale: float, back: Sequence[Box] = ()) -> None:
        self.start = midnight + day * DAY
        self.scale = scale
        self.rng = random.Random(f"{seed}/{day}/plan")
        self.sheet = Sheet(day, self.start, self.rng, back)
        self.calls: dict[str, Call] = {}
        self._make_calls(day)

    def write(self) -> Sheet:
        """Tell all stories of the day; returns the sheet they are written on."""
        sheet = self.sheet
        exported, imported = list(self._exports()), list(self._imports())
        feeder_out, feeder_in = list(self._feeder_exports()), list(self._feeder_imports())
        coastal = list(self._coastal())
        legs = list(self._domestic_legs())
        by_rail = list(self._rail_exports())
        onward = list(self._transhipped())
        direct, past = list(self._direct_loads()), list(self._past())
        away, here, through, empty_legs = self._empties()
        self._timetable()
        for call in self.calls.values():
            if call.slot not in _PAST_SLOTS:
                calls.port_call(sheet, call)
        for job in exported:
            exports.export(sheet, job.by[0], job.bill, job.by[1] if len(job.by) > 1 else None)
        for job in imported:
            imports.import_(sheet, job.by[0], job.bill)
        for job in feeder_out:
            feeders.feeder_export(sheet, job.by[0], job.by[1], job.by[2], job.bill)
        for job in feeder_in:
            feeders.feeder_import(sheet, job.by[0], job.by[1], job.by[2], job.bill)
        for job, outbound in coastal:
            (domestic.outbound if outbound else domestic.inbound)(sheet, job.by[0], job.bill)
        for job in legs:
            if job.bill.quirk == "not_loaded":
                domestic.not_loaded(sheet, job.by[0], job.by[1], job.bill)
            else:
                domestic.between_ports(sheet, job.by[0], job.by[1], job.by[2], job.bill)
        for job in by_rail:
            rail.rail_export(sheet, job.by[0], job.bill)
        for job in onward:
            transhipped.transhipped(sheet, job.by[0], job.by[1], job.bill)
        for job in direct:
            direct_loads.direct_load(sheet, job.by[0], job.bill)
        for empty in away:
            empties.leaves_by_sea(sheet, empty.by[0], empty.box, empty.place, empty.quirk, *empty.by[1:])
        for empty in here:
            empties.comes_by_sea(sheet, empty.by[0], empty.box, empty.place)
        for empty in through:
            empties.transhipped(sheet, empty.by[0], empty.by[1], empty.box, empty.place, "KRPUS")
        for empty in empty_legs:
            if empty.quirk == "not_loaded":
                empties.not_loaded(sheet, empty.by[0], empty.by[1], empty.box)
            else:
                empties.between_ports(sheet, empty.by[0], empty.by[1], empty.by[2], empty.box, empty.quirk)
        sheet.not_before = self.start - PAST_KNOWN
        for job in past:
            imports.import_(sheet, job.by[0], job.bill)
        for slot, _ in fleet.PAST:
            calls.port_call(sheet, self.calls[slot.name])
        trucks.join_visits(sheet.planned, sheet.day)
        return sheet

    def _make_calls(self, day: int) -> None:
        order = 0
        for slot in (*fleet.OCEAN, *fleet.COASTAL, *fleet.SPECIAL, *_PAST_SLOTS):
            self._call(slot, fleet.vessel(slot.name, order, day), day)
            order += 1
        for slot, vessels in fleet.LISTED.items():
            self._call(slot, vessels[day % len(vessels)], day)
        for name, stops in fleet.FEEDERS.items():
            ship = fleet.vessel(name, order, day)
            order += 1
            for slot in stops:
                self._call(slot, ship, day)

    def _call(self, slot: Slot, ship: fleet.Vessel, day: int) -> None:
        feeder = slot.name.startswith("F")
        stem = f"{slot.name[:2]}{day:03d}"
        number = f"{PORTS[slot.port].party}{day:03d}{slot.name}"
        inward, outward = ("N", "N") if feeder else ("W", "E")
        self.calls[slot.name] = Call(slot, ship, stem + inward, stem + outward, number)

    def _count(self, full: int) -> int:
        return max(1, round(full * self.scale))

    def _bills(
        self, slots: list[Call], totals: dict[str, int], table: dict[str, int]
    ) -> Iterator[tuple[Call, str, int]]:
        """Spread bills over calls: quirks evenly, and of some only where the port can tell their story."""
        planted: dict[str, list[str]] = {call.slot.name: [] for call in slots}
        for index, quirk in enumerate(incidents.planted(table, self.scale)):
            among = [call for call in slots if _can_tell(call.slot, quirk)]
            planted[among[index % len(among)].slot.name].append(quirk)
        for call in slots:
            for quirk, size in bill_sizes(self.rng, self._count(totals[call.slot.name]), planted[call.slot.name]):
                yield call, quirk, size

    def _ocean(self) -> list[Call]:
        return [self.calls[slot.name] for slot in fleet.OCEAN]

    def _overseas(self) -> str:
        return OVERSEAS[int(self.rng.random() * len(OVERSEAS))][0]

    def _exports(self) -> Iterator[Job]:
        slots = self._ocean()
        totals = {call.slot.name: OCEAN_BOXES[call.port] for call in slots}
        for call, quirk, size in self._bills(slots, totals, incidents.EXPORT):
            yield self._export(call, quirk, size)
        for slot in fleet.LISTED:
            for _ in range(self._count(LISTED_BOXES)):
                yield self._export(self.calls[slot.name], "", 1)

    def _export(self, call: Call, quirk: str, size: int) -> Job:
        bill = self.sheet.mint.bill("EX", quirk, size, PORTS[call.port].locode, self._overseas())
        if quirk not in incidents.NOT_LOADED:
            call.loads += size
        moves = quirk in ("rolled", "booked_anew") or quirk in incidents.REASSIGNED
        return Job(bill, (call, self._other(call)) if moves else (call,))

    def _other(self, call: Call) -> Call:
        """Another ocean vessel at the same port."""
        among = [other for other in self._ocean() if other.port == call.port and other is not call]
        return among[int(self.rng.random() * len(among))]

    def _imports(self) -> Iterator[Job]:
        slots = self._ocean()
        totals = {call.slot.name: OCEAN_BOXES[call.port] for call in slots}
        for call, quirk, size in self._bills(slots, totals, incidents.IMPORT):
            yield self._import(call, quirk, size)
        for slot in fleet.LISTED:
            for _ in range(self._count(LISTED_BOXES)):
                yield self._import(self.calls[slot.name], "", 1)

    def _import(self, call: Call, quirk: str, size: int) -> Job:
        bill = self.sheet.mint.bill("IM", quirk, size, self._overseas(), PORTS[call.port].locode)
        if quirk not in incidents.NOT_DISCHARGED:
            call.discharges += size
        return Job(bill, (call,))

    def _past(self) -> Iterator[Job]:
        for name, table in incidents.PAST.items():
            for quirk in incidents.planted(table, self.scale):
                yield self._import(self.calls[name], quirk, 1)

    def _direct_loads(self) -> Iterator[Job]:
        call = self.calls[fleet.DIRECT.name]
        for _ in range(self._count(DIRECT_BOXES)):
            yield self._export(call, "", 1)

    def _rail_exports(self) -> Iterator[Job]:
        quirks = incidents.planted(incidents.RAIL_EXPORT, self.scale)
        for index, (quirk, size) in enumerate(bill_sizes(self.rng, self._count(RAIL_BOXES), quirks)):
            yield self._export(self.calls[fleet.EVENING[index % len(fleet.EVENING)]], quirk, size)

    def _transhipped(self) -> Iterator[Job]:
        for index, quirk in enumerate(incidents.planted(incidents.TRANSHIPPED, self.scale)):
            first, second = self.calls[fleet.MORNING[index % 4]], self.calls[fleet.EVENING[index % 4]]
            first.discharges += 1
            second.loads += quirk != "tranship_waiting"
            yield Job(self.sheet.mint.bill("OV", quirk, 1, self._overseas(), "KRPUS"), (first, second))

    def _feeder_exports(self) -> Iterator[Job]:
        slots = [self.calls[name + "1"] for name in fleet.ROUND]
        totals = {call.slot.name: FEEDER_BOXES for call in slots}
        for call, quirk, size in self._bills(slots, totals, incidents.FEEDER_EXPORT):
            bill = self.sheet.mint.bill("EX", quirk, size, PORTS[call.port].locode, self._overseas())
            hub = self.calls[call.slot.name[:2] + "2"]
            ocean = self.calls[fleet.EVENING[int(self.rng.random() * len(fleet.EVENING))]]
            ocean = self.calls[_CONNECTIONS[quirk].name] if quirk in _CONNECTIONS else ocean
            if quirk not in incidents.NOT_LOADED:
                call.loads += size
                hub.discharges += 0 if quirk in OWN_TIME else size
                ocean.loads += 0 if quirk in incidents.NOT_ONWARD else size
            yield Job(bill, (call, hub, ocean))

    def _feeder_imports(self) -> Iterator[Job]:
        slots = [self.calls[name + "3"] for name in fleet.ROUND]
        totals = {call.slot.name: FEEDER_BOXES for call in slots}
        for end, quirk, size in self._bills(slots, totals, incidents.FEEDER_IMPORT):
            bill = self.sheet.mint.bill("IM", quirk, size, self._overseas(), PORTS["qingdao"].locode)
            hub = self.calls[end.slot.name[:2] + "2"]
            ocean = self.calls[fleet.MORNING[int(self.rng.random() * len(fleet.MORNING))]]
            ocean.discharges += size
            if quirk not in incidents.NOT_LOADED:
                hub.loads += size
                end.discharges += 0 if quirk in OWN_TIME else size
            yield Job(bill, (ocean, hub, end))

    def _coastal(self) -> Iterator[tuple[Job, bool]]:
        """Domestic bills, each with True when it goes out: on coastal vessels, and some on ocean vessels."""
        mixed = (*(self.calls[slot.name] for slot in fleet.LISTED), *self._ocean()[::4])
        quirks = incidents.planted(incidents.DOMESTIC, self.scale)
        for call in (*(self.calls[slot.name] for slot in fleet.COASTAL), *mixed):
            total = self._count(COASTAL_BOXES if call.slot in fleet.COASTAL else MIXED_BOXES)
            if call.slot in fleet.LISTED:
                total = self._count(LISTED_BOXES)
            here = PORTS[call.port].locode
            for outbound in (True, False):
                odd = quirks if outbound and call.slot is fleet.COASTAL[0] else []
                for quirk, size in bill_sizes(self.rng, total, odd):
                    there = COASTAL[int(self.rng.random() * len(COASTAL))][0]
                    pol, pod = (here, there) if outbound else (there, here)
                    call.loads += size if outbound else 0
                    call.discharges += 0 if outbound else size
                    yield Job(self.sheet.mint.bill("WB", quirk, size, pol, pod), (call,)), outbound

    def _leg_calls(self, quirk: str, index: int) -> tuple[Call, Call, Call]:
        """Qingdao to Rizhao by the feeder that calls at Yantai in between, or, every fourth ordinary box, by the one
        that calls at Weihai without having said so; and takes its slots."""
        unplanned = not quirk and index % 4 == 0
        start, early, end = (self.calls[name] for name in (("FE1", "FE2", "FE3") if unplanned else ("FC2", "FC3", "FC4")))
        start.loads += quirk != "not_loaded"
        (early if quirk == "wrong_port" else end).discharges += 1
        return start, end, early

    def _domestic_legs(self) -> Iterator[Job]:
        quirks = incidents.planted(incidents.DOMESTIC_LEG, self.scale)
        for index, quirk in enumerate(quirks + [""] * self._count(LEG_BOXES)):
            bill = self.sheet.mint.bill("WB", quirk, 1, PORTS["qingdao"].locode, PORTS["rizhao"].locode)
            yield Job(bill, self._leg_calls(quirk, index))

    def _empties(self) -> tuple[list[EmptyJob], list[EmptyJob], list[EmptyJob], list[EmptyJob]]:
        """Empties that leave by sea, come by sea, are transhipped, and go by feeder between two of the ports."""
        mint, count = self.sheet.mint, self._count(EMPTY_BOXES)
        away, here, through, legs = [], [], [], []
        for call in self._ocean():
            call.loads += count
            call.discharges += count
            away += [EmptyJob(mint.box(), (call,), self._overseas(), "") for _ in range(count)]
            here += [EmptyJob(mint.box(), (call,), self._overseas(), "") for _ in range(count)]
        for index in range(self._count(TRANSHIPPED_EMPTIES)):
            first, second = self.calls[fleet.MORNING[index % 4]], self.calls[fleet.EVENING[index % 4]]
            first.discharges += 1
            second.loads += 1
            through.append(EmptyJob(mint.box(), (first, second), self._overseas(), ""))
        for index, quirk in enumerate(incidents.planted(incidents.EMPTY_LEG, self.scale) + [""] * self._count(LEG_BOXES)):
            legs.append(EmptyJob(mint.box(), self._leg_calls(quirk, index), "", quirk))
        for index, quirk in enumerate(incidents.planted(incidents.EMPTY_EXPORT, self.scale)):
            call = self._ocean()[index % len(fleet.OCEAN)]
            call.loads += 1
            by = (call, self._other(call)) if quirk.startswith(("reassign", "rolled")) else (call,)
            away.append(EmptyJob(mint.box(), by, self._overseas(), quirk))
        return away, here, through, legs

    def _timetable(self) -> None:
        """Fix the times of all calls. The evening's ocean vessels berth when the feeders have brought their boxes."""
        for slot, days in fleet.PAST:
            self.calls[slot.name].schedule(self.rng, self._at(slot) - days * DAY, 4 * HOUR)
        for slot in (*fleet.OCEAN, *fleet.COASTAL, *fleet.LISTED, fleet.DIRECT):
            if slot.name not in fleet.EVENING:
                self.calls[slot.name].schedule(self.rng, self._at(slot), 4 * HOUR)
        brought = 0
        for stops in fleet.FEEDERS.values():
            before: Call | None = None
            for slot in stops:
                berth_at = self._at(slot)
                if before is not None:
                    sail = fleet.SAILING[frozenset((before.port, slot.port))] * HOUR
                    berth_at = max(berth_at, before.atd + sail + HOUR)
                before = self.calls[slot.name]
                before.schedule(self.rng, berth_at, HOUR // 3)
                if slot.name in _HUBS:
                    brought = max(brought, before.ops_end + HOUR, before.ata + 12 * HOUR)
        for slot in (*fleet.OCEAN, fleet.TIGHT, fleet.NEAR):
            if slot.name in fleet.EVENING or slot in (fleet.TIGHT, fleet.NEAR):
                self.calls[slot.name].schedule(self.rng, max(self._at(slot), brought), 4 * HOUR)
        self._cut_offs()

    def _cut_offs(self) -> None:
        """Some vessels have theirs at another time than the rest."""
        direct, hub = self.calls[fleet.DIRECT.name], self.calls["FA2"]
        direct.cutoff = direct.first_load - direct_loads.GATE_CLOSES
        self.calls[fleet.TIGHT.name].cutoff = (hub.ops_start + hub.first_load) // 2
        self.calls[fleet.NEAR.name].cutoff = hub.ata + limits.CONNECTION + self.sheet.between(MINUTE, 5 * MINUTE)

    def _at(self, slot: Slot) -> int:
        return self.start + int(slot.hour * HOUR)
