"""The box book's derivation: visits through all ports, with their legs, arrival cases and exceptions, as rows."""

from __future__ import annotations

from streams.domain.arrivals import EXPORT_REPORT, Case, derive_cases, not_required, settle_tally
from streams.domain.evidence import REPORT, VGM, Evidence
from streams.domain.in_force import InForce
from streams.domain.legs import Leg, broken_chain, derive_legs, number_on
from streams.domain.milestones import ABANDONED, Progress, derive_progress
from streams.domain.reports import Command, Register
from streams.domain.sources import Sources
from streams.domain.visits import Visit
from streams.domain.watch import Raised, Watch
from streams.domain.watch_arrival import watch_case, watch_strangers, watch_terminal
from streams.domain.watch_gate import (
    watch_empties,
    watch_export_out,
    watch_import_out,
    watch_places,
    watch_seals,
    watch_stay,
)
from streams.domain.watch_legs import watch_landings, watch_legs
from streams.domain.watch_papers import (
    watch_conditions,
    watch_declared,
    watch_export_papers,
    watch_import_papers,
    watch_loading_papers,
    watch_mixed_bills,
    watch_stripped,
    watch_trade,
    watch_weight,
)
from streams.domain.watch_quay import (
    watch_announced,
    watch_dangerous,
    watch_domestic,
    watch_ocean_load,
    watch_ship,
    watch_transhipped,
)
from streams.domain.watch_vessel import watch_changes, watch_cutoff, watch_incomplete
from streams.domain.world import World


class VisitState:
    """Everything derived about one visit; rows and explanations are two prints of it."""

    def __init__(self, visit: Visit, legs: list[Leg]) -> None:
        self.visit = visit
        self.legs = legs
        self.cases: list[Case] = []
        self.progress: Progress
        self.holds: list[str]
        #: what was released before a leg does not carry over: a seal did not hold on it
        self.chain_broken = False


class BoxState:
    """What one box's evidence says at a logical time."""

    def __init__(
        self, container: str, now: int, exception_ids: dict[str, str], settle: int, sources: Sources | None
    ) -> None:
        self.container = container
        self.watch = Watch(container, now, exception_ids, settle, sources)
        self.visits: list[VisitState] = []
        self.commands: list[Command] = []

    @property
    def exceptions(self) -> list[Raised]:
        """The exceptions of the box, raised or resolved."""
        return self.watch.raised


def derive_box(
    container: str, in_force: InForce, world: World, now: int, check_digit_ok: bool = True, sources: Sources | None = None
) -> BoxState:
    """Derive a box from its evidence in force, the calls it can see, and the logical time."""
    box = BoxState(container, now, in_force.exception_ids, world.reference.settle, sources)
    moves = in_force.moves(world.reference)
    visits: list[Visit] = []
    cases: list[Case] = []
    if moves or in_force.reports:
        visits = in_force.visits(world)
        register = in_force.register()
        for visit in visits:
            cases += _derive_visit(box, visit, register, world)
        if cases or in_force.reports:
            box.commands = register.commands(cases, box.watch, world.reference)
    lines = in_force.box_lines()
    if lines.prepared is not None:
        watch_incomplete(box.watch, lines, moves, world)
    if lines.mixed:
        watch_mixed_bills(box.watch, lines)
    watch_announced(box.watch, lines, visits, moves, world)
    if len(moves) > 1:
        watch_places(box.watch, moves, world)
    if not check_digit_ok:
        first = in_force.first
        if first is not None:
            box.watch.note("BAD_CHECK_DIGIT", first.port, first, first.at, "not an ISO 6346 check digit")
    in_force.exception_ids = box.watch.ids
    return box


def _derive_visit(box: BoxState, visit: Visit, register: Register, world: World) -> list[Case]:
    visit.trade = _trade(visit)
    visit.timely = False
    permits = visit.permits
    derived = VisitState(visit, derive_legs(visit, world))
    box.visits.append(derived)
    if derived.legs and len(box.visits) > 1:
        number_on(derived.legs, [leg for earlier in box.visits[:-1] for leg in earlier.legs])
    customs = visit.ef == "F" and visit.trade == "F"
    arrival_at = 0
    if not not_required(visit):
        derived.cases = derive_cases(box.container, visit, derived.legs, world)
        for case in derived.cases:
            if case.reported:
                register.settle(case)
                watch_case(box.watch, case, world)
            else:
                settle_tally(case, visit)
        arrival_at = _arrived(derived.cases)
        if register.strangers:
            watch_strangers(box.watch, visit, derived.cases, register)
    _watch(box.watch, derived, customs, world)
    derived.progress = derive_progress(visit, arrival_at)
    if not visit.closed_at:
        quiet_since = max(visit.last.at, derived.progress.latest)
        if box.watch.reached(quiet_since + visit.limits(world).abandoned_after):
            derived.progress.state = ABANDONED
    if derived.legs and visit.closing is None and visit.ocean_load is None:
        derived.chain_broken = broken_chain(derived.legs, visit, world.reference)
        if derived.chain_broken:
            derived.progress.missing.insert(0, "SEAL_CHAIN")
    derived.holds = permits.holds()
    return derived.cases


def _arrived(cases: list[Case]) -> int:
    """When customs had acknowledged the arrival of an export at its first site (ms); of a shared box, of every bill in it."""
    latest = 0
    for case in cases:
        if case.message_type == EXPORT_REPORT and not case.route_flag:
            if case.state != "ACKED":
                return 0
            latest = max(latest, case.answered_at)
    return latest


def _watch(watch: Watch, derived: VisitState, supervised: bool, world: World) -> None:
    """The rules of one visit. ``supervised``: it is foreign and full."""
    visit = derived.visit
    visit.see_calls(world)
    full = visit.ef == "F"
    if visit.direction == "E":
        _watch_export(watch, visit, full, supervised, world)
    elif visit.direction == "I" and full:
        watch_import_out(watch, visit, supervised)
        if supervised:
            watch_import_papers(watch, visit, world)
            if visit.exits:
                watch_stripped(watch, visit, world)
    elif visit.direction == "T" and supervised:
        watch_transhipped(watch, visit)
    if derived.legs:
        watch_legs(watch, visit, derived.legs, supervised, world)
    if visit.landings:
        watch_landings(watch, visit, world)
    if full and (visit.loads or visit.landings):
        watch_ship(watch, visit, world)
        if visit.trade == "D":
            watch_domestic(watch, visit)
    if visit.loads:
        watch_dangerous(watch, visit)
    if visit.permits.conditions:
        watch_conditions(watch, visit)
    if visit.weighed_empty:
        watch_empties(watch, visit, world)
    if visit.contested:
        watch_terminal(watch, visit)
    watch_declared(watch, visit, world)
    watch_seals(watch, visit, supervised)
    watch_trade(watch, visit)
    watch_stay(watch, visit, world)


def _watch_export(watch: Watch, visit: Visit, full: bool, supervised: bool, world: World) -> None:
    if supervised:
        watch_export_papers(watch, visit, world)
        watch_ocean_load(watch, visit)
        if visit.ocean_load is not None:
            watch_loading_papers(watch, visit, visit.ocean_load, world)
    if full:
        watch_cutoff(watch, visit, supervised, world)
    watch_weight(watch, visit, world)
    watch_changes(watch, visit)
    if visit.exits:
        watch_export_out(watch, visit, supervised)


def _trade(visit: Visit) -> str:
    if visit.stated_trade:
        return visit.stated_trade
    for move in visit.moves:
        if move.trade:
            return move.trade
    return "F"


def names_vessel(e: Evidence) -> bool:
    """True for evidence that ties a box to a vessel's calls."""
    return bool(e.vessel) and e.what not in (VGM, REPORT)
