"""Port calls: a vessel's visits to one port, derived from its berth timestamps (model 7.1, 7.3 D).

A berth shift (移泊) keeps the call: the terminal and the berth are attributes of it, never part of its key.
"""

from __future__ import annotations

from typing import Final

from streams.domain.evidence import Evidence
from streams.domain.limits import DAY, HOUR
from streams.domain.rows import Keyed

#: An event without the call's own number belongs to the call whose stay, widened by this, holds it (model 7.1).
BEFORE_ARRIVAL: Final = 24 * HOUR
AFTER_DEPARTURE: Final = 12 * HOUR
#: Voyage numbers come again: an event and a call of the same number belong together only when they are no further apart.
REACH: Final = 45 * DAY


#: What boxes depend on of a call, and those with a leg besides.
Summary = tuple[str, str, str, int, int, int, int, int, int, int]
FeederSummary = tuple[int, str, int]


class Call:
    """One call: times in ms UTC, 0 = not yet."""

    def __init__(self, vessel: str, port: str, number: str) -> None:
        self.vessel = vessel
        self.port = port
        self.number = number
        self.call_id = port + "|" + vessel + "|" + number
        self.name = ""
        self.terminal = ""
        self.berth = ""
        self.voyage_in = ""
        self.voyage_out = ""
        self.eta = 0
        self.ata = 0
        self.atb = 0
        self.ops_start = 0
        self.ops_end = 0
        self.etd = 0
        self.atd = 0
        self.shifts = 0
        self.planned = 0
        self.cutoff = 0
        #: when the yard opens for it
        self.opens = 0
        #: when customs cleared the voyage after its vessel sailed (结关)
        self.cleared_at = 0
        #: identity of the event that says when it berthed
        self.berthed_by = ""
        #: the first and the latest plan of its arrival that name a terminal, and its first berthing
        self.first_plan: Evidence | None = None
        self.last_plan: Evidence | None = None
        self.berthing: Evidence | None = None

    def diverted_by(self) -> Evidence | None:
        """What says that it goes to another terminal than was first planned (改靠港); a shift after berthing does not."""
        latest = self.berthing if self.berthing is not None else self.last_plan
        first = self.first_plan
        return latest if latest is not None and first is not None and latest.terminal != first.terminal else None

    def phase(self) -> str:
        """EXPECTED → ARRIVED_ANCHOR → BERTHED → OPS → OPS_DONE → DEPARTED."""
        if self.atd:
            return "DEPARTED"
        if self.ops_end:
            return "OPS_DONE"
        if self.ops_start:
            return "OPS"
        if self.atb:
            return "BERTHED"
        if self.ata:
            return "ARRIVED_ANCHOR"
        return "EXPECTED"

    def near(self, at: int) -> bool:
        """True when an event of the call's voyage number at that time can be one of this call."""
        start = self.ata or self.eta or self.atb or self.atd
        return not start or abs(at - start) <= REACH

    def summary(self) -> Summary:
        """What the boxes of this call depend on; while it is the same they need no new derivation."""
        return (
            self.call_id, self.voyage_in, self.voyage_out, self.ata, self.eta, self.ops_end, self.atd, self.cutoff, self.opens,
            self.cleared_at,
        )

    def feeder_summary(self) -> FeederSummary:
        """What boxes with a leg depend on besides."""
        return (self.atb, self.berthed_by, self.etd)


def same_landing(one: Call | None, other: Call | None) -> bool:
    """True when two words on a call are the same to the boxes that come with it."""
    if one is None or other is None:
        return one is other
    return one.call_id == other.call_id and one.ata == other.ata and one.ops_end == other.ops_end


def same_end(one: Call | None, other: Call | None) -> bool:
    """The same to the boxes that are announced to come with it: they are missing when it is worked off."""
    return (one.ops_end if one is not None else 0) == (other.ops_end if other is not None else 0)


def same_cutoff(one: Call | None, other: Call | None) -> bool:
    """The same to the boxes that are announced to leave with it: they are missing at its cut-off."""
    if one is None or other is None:
        return one is other
    return one.call_id == other.call_id and one.cutoff == other.cutoff


def same_entry(one: Call | None, other: Call | None) -> bool:
    """The same to the gate that lets boxes in that are to leave with it."""
    if one is None or other is None:
        return one is other
    return (
        same_cutoff(one, other) and one.opens == other.opens and one.atd == other.atd and one.terminal == other.terminal
        and one.voyage_out == other.voyage_out
    )  # fmt: skip


def same_sailing(one: Call | None, other: Call | None) -> bool:
    """The same to the boxes that are there to leave with it."""
    if one is None or other is None:
        return one is other
    return same_entry(one, other) and (one.etd or one.eta) == (other.etd or other.eta)


def same_departure(one: Call | None, other: Call | None) -> bool:
    """The same to the boxes aboard."""
    if one is None or other is None:
        return one is other
    return one.call_id == other.call_id and one.atd == other.atd and one.cleared_at == other.cleared_at


def derive_calls(vessel: str, port: str, items: list[Evidence], decisions: list[Evidence]) -> list[Call]:
    """The calls of a vessel at a port, by arrival; ``items`` are its port-call events in force and ``decisions`` what
    authorities said of them, both by event time."""
    calls: dict[str, Call] = {}
    latest_plan: dict[str, int] = {}
    stays = _stays(items)
    for e in items:
        number = e.call if e.call else _belongs_to(e, stays)
        call = calls.get(number)
        if call is None:
            call = calls[number] = Call(vessel, port, number)
        _learn(call, e, latest_plan)
    for e in decisions:
        if e.code == "VOYAGE_CLEARANCE":
            _clear(calls, e)
    return sorted(calls.values(), key=_arrival)


class _Stay:
    """What is known of a call by the events that have its number: its voyages, and from when to when it was heard of."""

    def __init__(self, at: int) -> None:
        self.voyages: list[str] = []
        self.begins = at
        self.ends = at


def _stays(items: list[Evidence]) -> dict[str, _Stay]:
    stays: dict[str, _Stay] = {}
    for e in items:
        if not e.call:
            continue
        stay = stays.get(e.call)
        if stay is None:
            stay = stays[e.call] = _Stay(e.at)
        stay.begins = min(stay.begins, e.at)
        stay.ends = max(stay.ends, e.at)
        stay.voyages += [voyage for voyage in (e.voyage, e.ref) if voyage and voyage not in stay.voyages]
    return stays


def _belongs_to(e: Evidence, stays: dict[str, _Stay]) -> str:
    """The number of the call that an event without one belongs to: by its voyage, or where it names none by the call's stay,
    widened; its voyage when no call fits."""
    found = e.voyage
    nearest = REACH + 1
    for number, stay in stays.items():
        away = max(stay.begins - e.at, e.at - stay.ends, 0)
        if e.voyage:
            fits = e.voyage in stay.voyages
        else:
            fits = stay.begins - BEFORE_ARRIVAL <= e.at <= stay.ends + AFTER_DEPARTURE
        if fits and (away, number) < (nearest, found):
            nearest, found = away, number
    return found


def _arrival(call: Call) -> tuple[int, str]:
    return (call.ata or call.eta or call.atb or call.atd, call.call_id)


def _learn(call: Call, e: Evidence, latest_plan: dict[str, int]) -> None:
    if e.voyage:
        call.voyage_in = e.voyage
    if e.ref:
        call.voyage_out = e.ref
    if e.extra:
        call.name = e.extra
    if e.kg > 0:
        call.planned = int(e.kg)
    if e.classifier != "ACT":
        _plan(call, e, latest_plan)
        return
    if e.code == "ANCHOR":
        if e.action == "ARRI" and not call.ata:
            call.ata = e.at
    elif e.code == "BERTH":
        _berth(call, e)
    elif e.code == "CARGO_OPS":
        if e.action == "STRT" and not call.ops_start:
            call.ops_start = e.at
        elif e.action == "CMPL":
            call.ops_end = e.at


def _clear(calls: dict[str, Call], e: Evidence) -> None:
    """The clearance of a voyage; one of a call that nobody has told of says nothing."""
    named = calls.get(e.call or e.voyage)
    for call in calls.values():
        if call is named or (named is None and e.voyage and e.voyage in (call.voyage_in, call.voyage_out) and call.near(e.at)):
            if e.action == "RELEASE":
                call.cleared_at = e.at
            elif e.action == "REVOKE":
                call.cleared_at = 0


def _berth(call: Call, e: Evidence) -> None:
    if e.action == "ARRI":
        if e.phase == "SHIF":
            if e.berth != call.berth:
                call.shifts += 1
        elif not call.atb:
            call.atb = e.at
            call.berthed_by = e.ident
            if e.terminal:
                call.berthing = e
        call.berth = e.berth
        call.terminal = e.terminal
    elif e.action == "DEPA" and e.phase == "OUTB":
        call.atd = e.at


def _plan(call: Call, e: Evidence, latest_plan: dict[str, int]) -> None:
    """Plans and estimates: the latest update wins (source ranks of model 7.1)."""
    if e.terminal and e.action == "ARRI":
        if call.first_plan is None or e.version < call.first_plan.version:
            call.first_plan = e
        if call.last_plan is None or e.version > call.last_plan.version:
            call.last_plan = e
    slot = call.number + "|" + e.code + "|" + e.action
    if latest_plan.get(slot, -1) > e.version:
        return
    latest_plan[slot] = e.version
    if e.code == "CUTOFF":
        call.cutoff = e.at
        call.opens = e.opens
    elif e.code in ("ANCHOR", "BERTH") and e.action == "ARRI":
        call.eta = e.at
    elif e.code == "BERTH" and e.action == "DEPA":
        call.etd = e.at
    if not call.terminal:
        call.terminal = e.terminal


def find_call(calls: list[Call], voyage: str, at: int) -> Call | None:
    """The call that an event at ``at`` on ``voyage`` belongs to: by its voyage, else by the call's widened stay."""
    if voyage:
        for call in calls:
            if voyage in (call.voyage_in, call.voyage_out) and call.near(at):
                return call
    found: Call | None = None
    for call in calls:
        start = call.ata or call.eta
        if start and start - BEFORE_ARRIVAL <= at and (not call.atd or at <= call.atd + AFTER_DEPARTURE):
            found = call
    return found


def call_row(c: Call) -> Keyed:
    """The row of a call."""
    return (
        ("port_calls", (c.vessel, c.port, c.call_id)),
        (
            c.vessel, c.port, c.call_id, c.name, c.terminal, c.berth, c.voyage_in, c.voyage_out, c.phase(), c.eta,
            c.ata, c.atb, c.ops_start, c.ops_end, c.etd, c.atd, c.shifts, c.planned, c.cutoff,
        ),
    )  # fmt: skip
