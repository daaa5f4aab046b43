"""Arrival confirmation (抵港自动运抵): the physical event itself confirms arrival; what confirms it depends on the path
(model 7.3 B). Here: which cases a visit has, and which condition holds a report back. What is sent: ``reports``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from streams.domain.announced import DELETION, takes_out
from streams.domain.evidence import Evidence
from streams.domain.legs import Leg
from streams.domain.moves import Move
from streams.domain.permits import DIVERSIONS
from streams.domain.rows import Keyed
from streams.domain.visits import Visit
from streams.domain.world import World

if TYPE_CHECKING:
    from streams.domain.reports import Register

EXPORT_REPORT: Final = "MT3101"
#: Arrival at an off-dock yard (疏港分流) or at a CFS (分拨).
SITE_REPORT: Final = "MT3102"
TALLY_REPORT: Final = "MT5101"
FEEDER_FLAG: Final = "支线"
#: Load type of a line whose box holds the goods of several bills.
LCL: Final = "LCL"

#: What holds a report back, and why, for people.
WHY: Final = {
    "ARRIVAL": "尚未到达 approved, not at the site yet",
    "PREPARED": "缺预配舱单 no pre-stowage line names the box",
    "ORIGINAL": "缺原始舱单 no original manifest line names the box",
    "VESSEL": "舱单缺船名航次 the manifest names no vessel or no voyage",
    "TERMINAL": "不知到达哪个场所 nobody says at which terminal it is",
    "PLACE": "无海关场所代码 the reference data have no customs place code for this terminal on that day",
    "OFFICE": "无关区代码 the reference data have no customs office for this place on that day",
    "DIVERSION": "分流未获批准 diversion is not approved",
    "DECONSOLIDATION": "分拨未获批准 deconsolidation is not approved",
    "TRANSHIP": "缺国际转运准单 no transhipment permit",
}

_NONE: Final[tuple[str, ...]] = ()


class Case:
    """One arrival case of a visit: who must report the arrival of which bill on which voyage at which terminal."""

    def __init__(self, container: str, message_type: str, trigger: Move, route_flag: str, terminal: str) -> None:
        self.container = container
        self.message_type = message_type
        self.trigger = trigger
        self.route_flag = route_flag
        self.port = trigger.port
        self.terminal = terminal
        #: False while the box is only expected at the terminal
        self.triggered = True
        self.bill = ""
        self.house = ""
        self.vessel = ""
        self.voyage = ""
        self.size_type = ""
        #: version of the manifest line that it stands on, 0 = there is none
        self.line_version = 0
        self.ready_at = 0
        self.unmet: list[str] = []
        #: what makes it a case: the move, and the line that names bill and voyage
        self.grounds: list[str] = []
        #: the key of 7.3 B in one string, set once bill and voyage are known
        self.case_id = ""
        #: ids of this case before customs accepted that the box goes by another vessel: a report of them is its report
        self.former = _NONE
        self.unsettle()

    @property
    def reported(self) -> bool:
        """True when the platform sends the report that confirms it."""
        return self.message_type != TALLY_REPORT

    def unsettle(self) -> None:
        """Forget what reports and receipts said."""
        self.state = "WAITING"
        self.message_id = ""
        self.attempts = 0
        self.sent_at = 0
        self.answered_at = 0
        self.first_answer = 0
        #: customs' receipts to any of its reports, by time
        self.answers: list[Evidence] = []
        #: when an officer had it deleted (ms), 0 = it is to be reported
        self.stopped_at = 0
        self.reason = ""
        self.evidence = self.grounds
        #: what it was settled with, and its row as it was printed then
        self.settled_by: Register | None = None
        self.row: Keyed | None = None

    def name(self) -> None:
        """Bill, vessel and voyage are known as well as they will be: settle the case's id."""
        self.case_id = self._id(self.house or self.bill, self.vessel, self.voyage)

    def was(self, line: Evidence) -> None:
        """It stood under this line before."""
        self.former = (*self.former, self._id(line.house or line.bill, line.vessel, line.voyage))

    def _id(self, bill: str, vessel: str, voyage: str) -> str:
        return "|".join((bill, vessel, voyage, self.terminal, self.message_type))


def not_required(visit: Visit) -> str:
    """Why nobody reports the arrival of a visit: EMPTY, DOMESTIC or RESTOW (set ashore and put back on its vessel); "" when
    somebody must. A move within the vessel (SHIF) makes no visit."""
    if visit.ef == "E":
        return "EMPTY"
    if visit.trade != "F":
        return "DOMESTIC"
    load, came = visit.ocean_load, visit.opening
    if load is None or came.code != "DISC" or not load.vessel:
        return ""
    return "RESTOW" if load.vessel == came.vessel and load.port == came.port else ""


def derive_cases(container: str, visit: Visit, legs: list[Leg], world: World) -> list[Case]:
    """The cases of a visit for which arrival is reported, unanswered as yet."""
    if visit.cases is not None:
        return visit.cases
    cases: list[Case] = []
    opening = visit.opening
    if visit.direction == "E":
        cases += _of_lines(container, visit, EXPORT_REPORT, opening, "PREPARED", _received_at(visit), world)
    else:
        if opening.code == "DISC" and not world.reference.port(opening.pol):
            cases += _tallied(container, visit, world)
        cases += _sent_on(container, visit, world)
    for leg in legs:
        if leg.discharge is None or leg.mode != "VESSEL":
            continue  # a train's boxes are written off as they arrive (自动核销)
        if world.reference.arrival_mode(leg.from_port, leg.to_port) != "FEEDER_REPORT":
            continue
        cases.append(_by_leg(container, visit, leg, leg.discharge, world))
    visit.cases = cases
    return cases


def _of_lines(
    container: str, visit: Visit, message_type: str, trigger: Move, kind: str, terminal: str, world: World
) -> list[Case]:
    """One case, or one for each bill where the box is shared (拼箱)."""
    chain, since = _booked(visit, kind)
    lines = _shared(visit, kind, chain[-1]) if chain else []
    cases: list[Case] = []
    for line in lines or chain[-1:]:
        case = Case(container, message_type, trigger, "", terminal)
        _take(case, visit, line)
        for before in chain[:-1]:
            case.was(before)
        case.name()
        named_at = _first_named(visit, kind, [*chain[:-1], line])
        _check(case, world, named_at if lines else max(named_at, since))
        cases.append(case)
    if not cases:
        case = Case(container, message_type, trigger, "", terminal)
        case.unmet.append(kind)
        case.bill = visit.bills[0] if visit.bills else ""
        case.name()
        cases.append(case)
    return cases


def _booked(visit: Visit, kind: str) -> tuple[list[Evidence], int]:
    """The line of a kind under which the box stands, behind those under which it was reported; and since when (ms), where it
    stands there because the goods of another bill were taken out, else 0.

    A box that customs has released and that is booked on another vessel (改配) stands under the line before until customs
    accepts that; then its report goes on, under the new line.
    """
    chain: list[Evidence] = []
    deletes = False
    for e in visit.lines:
        if e.code != kind:
            continue
        if e.action == DELETION:
            deletes = True
        elif not chain or _same_booking(chain[-1], e):
            chain = [*chain[:-1], e]
        elif not visit.permits.in_force_at("DECLARATION", e.at):
            chain = [e]
        elif visit.permits.accepted_from("REASSIGN", e.at):
            chain.append(e)
    if not deletes or not chain:
        return chain, 0
    line, since = _left_in(visit, kind, chain[-1])
    return [*chain[:-1], line], since


def _left_in(visit: Visit, kind: str, line: Evidence) -> tuple[Evidence, int]:
    """The line, or where its goods were taken out of the box again, the latest of those that stay on that voyage; and when
    (ms) a deletion left that one the latest, 0 = none did."""
    left: list[Evidence] = []
    stands = line
    since = 0
    for e in visit.lines:
        if e.code != kind:
            continue
        if e.action == DELETION:
            left = _without(left, e)
            if left and left[-1] is not stands:
                stands = left[-1]
                since = e.at
        elif e.vessel == line.vessel and e.voyage == line.voyage:
            left = [kept for kept in left if not _is_slot(kept, e)]
            left.append(e)
            if not _is_slot(stands, e):
                since = 0
            stands = e
    return (stands, since) if left else (line, 0)


def _without(lines: list[Evidence], deletion: Evidence) -> list[Evidence]:
    """Those whose goods stay in the box."""
    return [e for e in lines if not takes_out(deletion, e.bill, e.house, e.vessel, e.voyage)]


def _is_slot(one: Evidence, other: Evidence) -> bool:
    return (one.house or one.bill) == (other.house or other.bill)


def _same_booking(one: Evidence, other: Evidence) -> bool:
    shared = one.extra == LCL and other.extra == LCL
    return one.vessel == other.vessel and one.voyage == other.voyage and (one.bill == other.bill or shared)


def _shared(visit: Visit, kind: str, line: Evidence) -> list[Evidence]:
    """The lines of a box that holds several bills' goods, one of each bill; [] for any other box."""
    if line.extra != LCL:
        return []
    found: list[Evidence] = []
    for e in visit.lines:
        if e.code != kind:
            continue
        if e.action == DELETION:
            found = _without(found, e)
        elif e.extra == LCL and e.vessel == line.vessel and e.voyage == line.voyage:
            again = [n for n, kept in enumerate(found) if _is_slot(kept, e)]
            if again:
                found[again[0]] = e
            else:
                found.append(e)
    return found


def _take(case: Case, visit: Visit, line: Evidence) -> None:
    case.bill = line.bill
    case.house = line.house
    case.vessel = line.vessel
    case.voyage = line.voyage
    case.size_type = visit.iso_type
    case.line_version = line.version
    case.evidence = case.grounds = [case.trigger.best.ident, line.ident]


def _first_named(visit: Visit, kind: str, chain: list[Evidence]) -> int:
    """When the manifest first named the box under one of these bookings (ms)."""
    first = 0
    for e in visit.lines:
        if e.code == kind and e.action != DELETION and (not first or e.at < first):
            for line in chain:
                if _same_booking(line, e) and e.house == line.house:
                    first = e.at
                    break
    return first


def _check(case: Case, world: World, papers_at: int) -> None:
    """What the case's report still needs; ``papers_at``: when the last paper that it needs was there (ms)."""
    if not case.vessel or not case.voyage:
        case.unmet.append("VESSEL")
    if not case.terminal:
        case.unmet.append("TERMINAL")
    else:
        place, office = world.reference.place(case.terminal, case.port, case.trigger.at)
        if not place:
            case.unmet.append("PLACE")
        elif not office:
            case.unmet.append("OFFICE")
    case.size_type = world.reference.size(case.size_type)
    if not case.unmet:
        case.ready_at = max(case.trigger.at, papers_at)


def _received_at(visit: Visit) -> str:
    """The terminal that took a box in. Where two claim it, one is an empty shell: the one from which it goes on is right."""
    opening = visit.opening
    if opening.elsewhere is not None:
        for move in visit.moves[1:]:
            if move.port == opening.port and move.terminal in (opening.told_terminal, opening.elsewhere.terminal):
                return move.terminal
    return opening.terminal


def _tallied(container: str, visit: Visit, world: World) -> list[Case]:
    """The case of an import, or of a transhipment, that the tally report confirms. Nothing is sent, so nothing is checked."""
    opening = visit.opening
    case = Case(container, TALLY_REPORT, opening, "", opening.terminal)
    chain, since = _booked(visit, "ORIGINAL")
    if chain:
        _take(case, visit, chain[-1])
        case.ready_at = max(opening.at, _first_named(visit, "ORIGINAL", chain), since) if case.terminal else 0
    else:
        case.unmet.append("ORIGINAL")
        case.bill = visit.bills[0] if visit.bills else ""
    if not case.terminal:
        case.unmet.append("TERMINAL")
    case.name()
    return [case]


def _sent_on(container: str, visit: Visit, world: World) -> list[Case]:
    """Cases of an import at an off-dock yard (疏港分流) or at a CFS (分拨), where it came or is expected."""
    cases: list[Case] = []
    for stage in DIVERSIONS:
        came = visit.arrival_for(stage)
        approval = visit.permits.approval(stage)
        if came is not None:
            cases += _at_site(container, visit, stage, came, came.terminal, world)
        elif approval is not None and not visit.closed_at:
            for case in _at_site(container, visit, stage, visit.opening, approval.place, world):
                case.triggered = False
                case.ready_at = 0
                case.unmet = ["ARRIVAL"]
                cases.append(case)
    return cases


def _at_site(container: str, visit: Visit, stage: str, trigger: Move, site: str, world: World) -> list[Case]:
    cases = _of_lines(container, visit, SITE_REPORT, trigger, "ORIGINAL", site, world)
    if stage == "DIVERSION":
        del cases[1:]  # the box goes as it is; only at the CFS each house bill is a case of its own
    approval = visit.permits.approval(stage)
    for case in cases:
        if approval is None:
            case.unmet.append(stage)
            case.ready_at = 0
        elif not case.unmet:
            case.ready_at = max(case.ready_at, approval.at)
    return cases


def _by_leg(container: str, visit: Visit, leg: Leg, landed: Move, world: World) -> Case:
    """The case of a feeder's leg between the ports at its second terminal."""
    case = Case(container, EXPORT_REPORT, landed, FEEDER_FLAG, landed.terminal)
    kind = "PREPARED" if visit.direction == "E" else "ORIGINAL"
    chain, since = _booked(visit, kind)
    if chain:
        _take(case, visit, chain[-1])
    else:
        case.unmet.append(kind)
        case.bill = visit.bills[0] if visit.bills else ""
    case.vessel = leg.vessel
    case.voyage = leg.voyage
    case.name()
    _check(case, world, max(_first_named(visit, kind, chain), since))
    return case


def settle_tally(case: Case, visit: Visit) -> None:
    """State of a case that the tally report confirms: TRIGGERED → SENT (tally line) → ACKED (release TALLY / ACK, and of a
    transhipment its permit)."""
    if case.state != "WAITING":
        return  # it was, and nothing that it depends on has come since
    case.state = "TRIGGERED"
    for e in visit.lines:
        if e.code == "TALLY":
            case.state = "SENT"
            case.message_id = e.ref
            case.sent_at = e.at
            case.evidence = [*case.evidence, e.ident]
            break
    permit = visit.permits.approval("TRANSHIP")
    if permit is None and visit.direction == "T":
        case.unmet.append("TRANSHIP")
        return
    receipt = visit.permits.latest("TALLY", "ACK")
    if receipt is not None and case.state == "SENT":
        case.state = "ACKED"
        case.answered_at = receipt.at
        case.evidence = [*case.evidence, receipt.ident]
        if permit is not None:
            case.answered_at = max(permit.at, receipt.at)
            case.evidence.append(permit.ident)
