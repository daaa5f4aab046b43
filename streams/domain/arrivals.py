"""Arrival confirmation (抵港自动运抵): the physical event itself confirms arrival; what confirms it depends on the path
(model 7.3 B).

Commands are facts of the world: a report that was sent cannot be unsent. Reports are read back as evidence, and one
that the evidence no longer supports yields its deletion (function 3), so that at rest customs holds exactly one live
report per case.
"""

from __future__ import annotations

import base64
import hashlib
from typing import Final

from streams.domain.evidence import Evidence
from streams.domain.legs import Leg
from streams.domain.moves import Move
from streams.domain.permits import Permits
from streams.domain.visits import Visit, World

EXPORT_REPORT: Final = "MT3101"
TALLY_REPORT: Final = "MT5101"
FEEDER_FLAG: Final = "支线"
ADD: Final = "2"
DELETE: Final = "3"
DAY_MS: Final = 86_400_000
#: Customs dates are Beijing dates.
BEIJING_MS: Final = 8 * 3_600_000


class Case:
    """One arrival case of a visit: who must report the arrival of which bill on which voyage at which terminal."""

    def __init__(self, container: str, message_type: str, trigger: Move, route_flag: str) -> None:
        self.container = container
        self.message_type = message_type
        self.trigger = trigger
        self.route_flag = route_flag
        self.port = trigger.port
        self.terminal = trigger.terminal
        self.bill = ""
        self.house = ""
        self.vessel = ""
        self.voyage = ""
        self.ready_at = 0
        self.unmet: list[str] = []
        self.state = "WAITING"
        self.message_id = ""
        self.attempts = 0
        self.answered_at = 0
        self.first_answer = 0
        self.reason = ""
        self.evidence: list[str] = []
        #: the key of 7.3 B in one string, set once bill and voyage are known
        self.case_id = ""

    def name(self) -> None:
        """Bill, vessel and voyage are known as well as they will be: settle the case's id."""
        self.case_id = "|".join((self.house or self.bill, self.vessel, self.voyage, self.terminal, self.message_type))


def derive_cases(container: str, visit: Visit, legs: list[Leg], world: World) -> list[Case]:
    """The cases of a foreign full visit, unanswered as yet; empty and domestic boxes need none."""
    cases: list[Case] = []
    opening = visit.opening
    if visit.direction == "E":
        case = Case(container, EXPORT_REPORT, opening, "")
        _papers(case, visit, "PREPARED")
        case.name()
        cases.append(case)
    elif opening.code == "DISC" and not world.reference.port(opening.pol):
        case = Case(container, TALLY_REPORT, opening, "")
        _papers(case, visit, "ORIGINAL")
        case.name()
        cases.append(case)
    for leg in legs:
        if leg.discharge is None:
            continue
        if world.reference.arrival_mode(leg.from_port, leg.to_port) != "FEEDER_REPORT":
            continue
        case = Case(container, EXPORT_REPORT, leg.discharge, FEEDER_FLAG)
        _papers(case, visit, "PREPARED" if visit.direction == "E" else "ORIGINAL")
        case.vessel = leg.vessel
        case.voyage = leg.voyage
        case.name()
        cases.append(case)
    return cases


def _papers(case: Case, visit: Visit, kind: str) -> None:
    line: Evidence | None = None
    first = 0
    for e in visit.lines:
        if e.code == kind:
            line = e
    if line is None:
        case.unmet.append(kind)
        case.bill = visit.bills[0] if visit.bills else ""
        return
    for e in visit.lines:
        if e.code == kind and e.bill == line.bill:
            first = e.at if not first or e.at < first else first
    case.bill = line.bill
    case.house = line.house
    case.vessel = line.vessel
    case.voyage = line.voyage
    case.evidence = [case.trigger.best.ident, line.ident]
    if not case.terminal:
        case.unmet.append("TERMINAL")
    else:
        case.ready_at = max(case.trigger.at, first)


def settle_tally(case: Case, visit: Visit, permits: Permits) -> None:
    """State of a case that the tally report confirms: TRIGGERED → SENT (tally line) → ACKED (release TALLY / ACK)."""
    case.state = "TRIGGERED"
    for e in visit.lines:
        if e.code == "TALLY":
            case.state = "SENT"
            case.message_id = e.ref
            case.evidence.append(e.ident)
            break
    receipt = permits.latest("TALLY", "ACK")
    if receipt is not None and case.state == "SENT":
        case.state = "ACKED"
        case.answered_at = receipt.at
        case.evidence.append(receipt.ident)


class Command:
    """An arrival report to send, or the deletion of one. ``arrived_at`` is the time of the move that confirms arrival."""

    def __init__(
        self, container: str, message_type: str, function: str, basis: str, bill: str, house: str, vessel: str,
        voyage: str, port: str, terminal: str, route_flag: str, arrived_at: int, ready_at: int, evidence: list[str],
    ) -> None:  # fmt: skip
        self.container = container
        self.message_type = message_type
        self.function = function
        self.basis = basis
        self.bill = bill
        self.house = house
        self.vessel = vessel
        self.voyage = voyage
        self.port = port
        self.terminal = terminal
        self.route_flag = route_flag
        self.arrived_at = arrived_at
        self.ready_at = ready_at
        self.evidence = evidence

    @property
    def message_id(self) -> str:
        """The id it is sent under. Costly: only for what is really sent."""
        return message_id(
            self.message_type, self.container, self.house or self.bill, self.vessel, self.voyage, self.terminal,
            self.function, self.basis,
        )  # fmt: skip

    @property
    def slot(self) -> str:
        """What makes two commands the same one: equal slots have equal message ids."""
        return self.case_id + "|" + self.function + "|" + self.basis

    @property
    def case_id(self) -> str:
        """The case it belongs to."""
        return "|".join((self.house or self.bill, self.vessel, self.voyage, self.terminal, self.message_type))


def _report(case: Case, basis: str) -> Command:
    return Command(
        case.container, case.message_type, ADD, basis, case.bill, case.house, case.vessel, case.voyage, case.port,
        case.terminal, case.route_flag, case.trigger.at, case.ready_at, case.evidence,
    )  # fmt: skip


def _deletion(sent: Evidence) -> Command:
    return Command(
        sent.key, sent.code, DELETE, sent.ref, sent.bill, sent.house, sent.vessel, sent.voyage, sent.port,
        sent.terminal, sent.purpose, sent.at, sent.at, [sent.ident],
    )  # fmt: skip


def message_id(
    message_type: str, container: str, bill: str, vessel: str, voyage: str, terminal: str, function: str, basis: str
) -> str:
    """The sender-unique id of a report (model 7.3 B): a retry keeps it, another content never has it."""
    text = "\x1f".join((message_type, container, bill, vessel, voyage, terminal, function, basis))
    return base64.b32encode(hashlib.sha256(text.encode()).digest())[:24].decode()


def _day(ms: int) -> int:
    return (ms + BEIJING_MS) // DAY_MS


def report_case_key(e: Evidence) -> str:
    """The case that a recorded report belongs to."""
    return "|".join((e.house or e.bill, e.vessel, e.voyage, e.terminal, e.code))


class Register:
    """The reports that were sent for one box, as read back: what customs holds, and how each was answered."""

    def __init__(self, reports: list[Evidence], receipts: list[Evidence]) -> None:
        self.reports = reports
        self.deleted_by: dict[str, str] = {}
        for e in self.reports:
            if e.action == DELETE:
                self.deleted_by[e.extra] = e.ref
        self._receipts: dict[str, list[Evidence]] = {}
        for e in receipts:
            self._receipts.setdefault(e.ref, []).append(e)

    def answers(self, message: str) -> list[Evidence]:
        """Receipts for a message id, by time."""
        return self._receipts.get(message, [])

    def rejected(self, message: str) -> bool:
        """True when customs' latest word on a message is a rejection: it holds no such report."""
        answers = self.answers(message)
        return bool(answers) and answers[-1].action == "REJECT"

    def settle(self, case: Case) -> None:
        """Fill in the state of a case that an MT3101 confirms."""
        key = case.case_id
        answers: list[Evidence] = []
        for e in self.reports:
            if e.action != ADD or report_case_key(e) != key:
                continue
            case.attempts += 1
            answers += self.answers(e.ref)
            if e.ref not in self.deleted_by and not (case.message_id and self.rejected(e.ref)):
                case.message_id = e.ref
        answers.sort(key=_by_time)
        if answers:
            case.first_answer = answers[0].at
        if case.unmet:
            case.state = "WAITING"
            return
        if not case.message_id:
            case.state = "CHECKED"
            return
        case.state = "SENT"
        for e in self.answers(case.message_id):
            case.answered_at = e.at
            case.state = "ACKED" if e.action == "ACK" else "REJECTED"
            case.reason = e.reason if e.action != "ACK" else ""
        if case.answered_at:
            case.evidence.append(self.answers(case.message_id)[-1].ident)

    def commands(self, cases: list[Case]) -> list[Command]:
        """What must be sent so that customs holds exactly one live report for each case that is ready, and no other."""
        wanted = {c.case_id: c for c in cases if c.message_type == EXPORT_REPORT and not c.unmet}
        satisfied: set[str] = set()
        out: list[Command] = []
        deleting: set[str] = set()
        for e in self.reports:
            if e.action != ADD or e.ref in self.deleted_by:
                continue
            key = report_case_key(e)
            case = wanted.get(key)
            if case is not None and key not in satisfied and _day(e.at) == _day(case.trigger.at):
                satisfied.add(key)
            elif not self.rejected(e.ref):
                out.append(_deletion(e))
                deleting.add(key)
        for key, case in wanted.items():
            if key not in satisfied and key not in deleting:
                out.append(_report(case, self._last_word(key)))
        return out

    def _last_word(self, case_id: str) -> str:
        """Message id of the command after which a case reports anew, a deletion or a report that customs rejected; ""
        when it reports for the first time."""
        followed = {e.extra for e in self.reports}
        for e in self.reports:
            over = e.action == DELETE or self.rejected(e.ref)
            if over and e.ref not in followed and report_case_key(e) == case_id:
                return e.ref
        return ""


def _by_time(e: Evidence) -> tuple[int, str]:
    return (e.at, e.ident)
