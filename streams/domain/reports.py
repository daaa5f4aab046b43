"""Reports to customs: what was sent and is read back, how customs answered, and what must be sent now (model 7.3 B).

Commands are facts of the world: a report that was sent cannot be unsent. Reports are read back as evidence, and one
that the evidence no longer supports yields its deletion (function 3), so that at rest customs holds exactly one live
report per case.
"""

from __future__ import annotations

import hashlib
from typing import Final

from streams.domain.arrivals import WHY, Case
from streams.domain.desk import NO_ORDERS, Orders
from streams.domain.evidence import Evidence, by_time
from streams.domain.reference import Reference
from streams.domain.watch import Watch

ADD: Final = "2"
DELETE: Final = "3"
#: How often a message without an answer is sent again (model 7.3 B).
RETRIES: Final = 3
#: RFC 4648, section 6: five bits a letter.
_BASE32: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
DAY_MS: Final = 86_400_000
#: Customs dates are Beijing dates.
BEIJING_MS: Final = 8 * 3_600_000


class Command:
    """A report to send, the deletion of one, or either of them once more. ``arrived_at`` is the time of the move that
    confirms arrival; ``attempt`` counts the times that the same message was sent before."""

    def __init__(
        self, container: str, message_type: str, function: str, basis: str, bill: str, house: str, vessel: str,
        voyage: str, port: str, terminal: str, route_flag: str, arrived_at: int, ready_at: int, evidence: list[str],
        size_type: str = "", line_version: int = 0, attempt: int = 0,
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
        self.size_type = size_type
        self.line_version = line_version
        self.attempt = attempt

    @property
    def message_id(self) -> str:
        """The id it is sent under. Costly: only for what is really sent."""
        return message_id(
            self.message_type, self.container, self.house or self.bill, self.vessel, self.voyage, self.terminal,
            self.function, self.basis,
        )  # fmt: skip

    @property
    def slot(self) -> str:
        """What makes two commands the same one: equal slots have equal message ids and attempts."""
        return self.case_id + "|" + self.function + "|" + self.basis + "|" + str(self.attempt)

    @property
    def case_id(self) -> str:
        """The case it belongs to."""
        return "|".join((self.house or self.bill, self.vessel, self.voyage, self.terminal, self.message_type))


def _report(case: Case, basis: str) -> Command:
    return Command(
        case.container, case.message_type, ADD, basis, case.bill, case.house, case.vessel, case.voyage, case.port,
        case.terminal, case.route_flag, case.trigger.at, case.ready_at, case.evidence, case.size_type, case.line_version,
    )  # fmt: skip


def _deletion(sent: Evidence) -> Command:
    return Command(
        sent.key, sent.code, DELETE, sent.ref, sent.bill, sent.house, sent.vessel, sent.voyage, sent.port,
        sent.terminal, sent.purpose, sent.at, sent.at, [sent.ident],
    )  # fmt: skip


def _again(sent: Evidence, attempt: int) -> Command:
    """A message once more. It says which one; what customs is sent are the bytes of the first time."""
    return Command(
        sent.key, sent.code, sent.action, sent.extra, sent.bill, sent.house, sent.vessel, sent.voyage, sent.port,
        sent.terminal, sent.purpose, sent.at, sent.at, [sent.ident], "", 0, attempt,
    )  # fmt: skip


def sent_as(message: str, attempt: int) -> str:
    """Identity of the evidence that a message was sent, for the first time (attempt 0) or once more."""
    return "PLATFORM|REPORT|" + message + ("#" + str(attempt) if attempt else "")


def message_id(
    message_type: str, container: str, bill: str, vessel: str, voyage: str, terminal: str, function: str, basis: str
) -> str:
    """The sender-unique id of a report (model 7.3 B): a retry keeps it, another content never has it."""
    text = "\x1f".join((message_type, container, bill, vessel, voyage, terminal, function, basis))
    number = int.from_bytes(hashlib.sha256(text.encode()).digest()[:15], "big")
    return "".join([_BASE32[(number >> shift) & 31] for shift in range(115, -1, -5)])


def _day(ms: int) -> int:
    return (ms + BEIJING_MS) // DAY_MS


def report_case_key(e: Evidence, ships: dict[str, str]) -> str:
    """The case that a recorded report belongs to, whichever of its ids (``ships``) it named the vessel by."""
    return "|".join((e.house or e.bill, ships.get(e.vessel, e.vessel), e.voyage, e.terminal, e.code))


class Register:
    """The reports that were sent for one box, as read back: what customs holds, and how each was answered."""

    def __init__(
        self, sent: list[Evidence], receipts: list[Evidence], actions: list[Evidence], ships: dict[str, str]
    ) -> None:
        """``sent``: every message, each time that it was sent; ``actions``: what officers did; ``ships``: another id or a
        name of a vessel -> its vessel id."""
        self.reports = [e for e in sent if not e.packages]
        #: message id -> how often it was sent again, and when the last time
        self._again: dict[str, tuple[int, int]] = {}
        for e in sent:
            if e.packages > self._again.get(e.ref, (0, 0))[0]:
                self._again[e.ref] = (e.packages, e.opens)
        self._cases = [report_case_key(e, ships) for e in self.reports]
        self.orders = Orders(actions, self.reports, self._cases) if actions else NO_ORDERS
        self.deleted_by: dict[str, str] = {}
        for e in self.reports:
            if e.action == DELETE:
                self.deleted_by[e.extra] = e.ref
        known = {e.ref for e in self.reports}
        #: acknowledgements of reports that are not among these: somebody else sent them
        self.strangers = [e for e in receipts if e.action == "ACK" and e.ref not in known]
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

    def _given_up(self, message: str, case_id: str) -> bool:
        """True when an officer wants no such report at customs, or another in its place; what customs has acknowledged
        need not be reported anew."""
        if case_id in self.orders.halted:
            return True
        answers = self.answers(message)
        return message in self.orders.given_up and not (answers and answers[-1].action == "ACK")

    def settle(self, case: Case) -> None:
        """Fill in the state of a case that a report of ours confirms."""
        if case.settled_by is self:
            return
        case.unsettle()
        case.settled_by = self
        answers: list[Evidence] = []
        for at, e in enumerate(self.reports):
            if e.action != ADD or not _is_of(case, self._cases[at]):
                continue
            case.attempts += 1 + self._again.get(e.ref, (0, 0))[0]
            answers += self.answers(e.ref)
            if e.ref not in self.deleted_by and not (case.message_id and self.rejected(e.ref)):
                case.message_id = e.ref
                case.sent_at = e.opens
        answers.sort(key=by_time)
        case.answers = answers
        if answers:
            case.first_answer = answers[0].at
        halted = self._halted(case)
        if halted is not None and self._stop(case, halted):
            return
        if case.unmet:
            case.state = "WAITING" if case.triggered else "NEED"
            case.reason = "; ".join([WHY[code] for code in case.unmet])
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
            case.evidence = [*case.evidence, self.answers(case.message_id)[-1].ident]

    def _halted(self, case: Case) -> Evidence | None:
        """The action of an officer who wants a case not to be reported."""
        halted = self.orders.halted
        for key in (case.case_id, *case.former):
            if key in halted:
                return halted[key]
        return None

    def _stop(self, case: Case, action: Evidence) -> bool:
        """A case that an officer had deleted: DELETED once customs holds no report of it."""
        case.stopped_at = action.at
        if case.message_id and not self.rejected(case.message_id):
            return False
        for at, e in enumerate(self.reports):
            if e.action == ADD and _is_of(case, self._cases[at]):
                case.message_id = e.ref
        case.state = "DELETED"
        case.reason = action.mode + ": " + action.reason
        case.evidence = [*case.evidence, action.ident]
        return True

    def commands(self, cases: list[Case], watch: Watch, reference: Reference) -> list[Command]:
        """What must be sent so that customs holds exactly one live report for each case that is ready, and no other; and
        again what it does not answer."""
        wanted: dict[str, Case] = {}
        for c in cases:
            if c.reported and not c.unmet:
                for key in (*c.former, c.case_id):
                    wanted[key] = c
        satisfied: list[str] = []
        out: list[Command] = []
        deleting: list[str] = []
        for at, e in enumerate(self.reports):
            if e.action != ADD:
                self._repeat(e, out, watch, reference)
                continue
            if e.ref in self.deleted_by:
                continue
            key = self._cases[at]
            case = wanted.get(key)
            if case is not None and case.case_id not in satisfied and self._serves(e, key, case):
                satisfied.append(case.case_id)
                self._repeat(e, out, watch, reference)
            elif not self.rejected(e.ref):
                out.append(_deletion(e))
                deleting.append(case.case_id if case is not None else key)
        for key, case in wanted.items():
            if key == case.case_id and key not in satisfied and key not in deleting and self._halted(case) is None:
                out.append(_report(case, self._last_word(key)))
        return out

    def _serves(self, e: Evidence, key: str, case: Case) -> bool:
        """True when a recorded report is the one that a case needs. One that customs rejected is, until the line that it
        stood on was mended: before, another one would say the same."""
        if _day(e.at) != _day(case.trigger.at) or self._given_up(e.ref, key):
            return False
        if not self.rejected(e.ref):
            return True
        return key == case.case_id and (not e.until or e.until == case.line_version)

    def _repeat(self, e: Evidence, out: list[Command], watch: Watch, reference: Reference) -> None:
        """Send a message again that customs has not answered in time."""
        if self.answers(e.ref):
            return
        count, last = self._again.get(e.ref, (0, e.opens))
        if count < RETRIES and watch.reached(last + reference.limits(e.port).receipt_due):
            out.append(_again(e, count + 1))

    def _last_word(self, case_id: str) -> str:
        """Message id of the command after which a case reports anew, a deletion or a report that customs rejected; ""
        when it reports for the first time."""
        followed = {e.extra for e in self.reports}
        for at, e in enumerate(self.reports):
            over = e.action == DELETE or self.rejected(e.ref)
            if over and e.ref not in followed and self._cases[at] == case_id:
                return e.ref
        return ""


def _is_of(case: Case, key: str) -> bool:
    return key == case.case_id or key in case.former


#: Of all boxes for which nothing was sent, and nobody has acknowledged anything.
NOTHING_SENT: Final = Register([], [], [], {})
