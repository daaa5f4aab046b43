"""Customs' desk, for tests and the demo: reports in, receipts out, and a register of what customs holds.

Pure: no clock, no I/O. The same reports in the same order give the same receipts, so after a crash it is rebuilt from
the send ledger.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from connectors.customs.plan import ACCEPTED, NEVER, REJECTED, Answer, Plan
from connectors.customs.report import DELETE, CaseKey, Report, stage_of

PARTY: Final = "CUSTOMS"


class Receipt(NamedTuple):
    """A release record for a topic, with its key. ``delay_ms`` and ``behind`` as in the plan: when it goes out."""

    topic: str
    key: str
    record: dict[str, Any]
    delay_ms: int = 0
    behind: int = 0


class CustomsDesk:
    """Answers arrival reports as planned. A report it has answered before gets the same receipt again."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._receipts: dict[str, list[Receipt]] = {}
        self._reports: dict[CaseKey, int] = {}
        self._live: dict[CaseKey, list[str]] = {}
        self._rejected = 0

    def handle(self, report: Report) -> list[Receipt]:
        """Customs' answer: one receipt, more of the same where the plan repeats it, none where it says NEVER."""
        known = self._receipts.get(report.message_id)
        if known is None:
            known = self._receipts[report.message_id] = self._decide(report)
        return known

    def _decide(self, report: Report) -> list[Receipt]:
        case = report.case
        if report.function == DELETE:
            self._strike(case, report.basis)
            return _receipts(report, Plan().answer(report, 0), "DELETED")
        number = self._reports.get(case, 0)
        self._reports[case] = number + 1
        answer = self._plan.answer(report, number)
        if answer.code == REJECTED:
            self._rejected += 1
        else:  # without an answer customs holds it all the same
            self._live.setdefault(case, []).append(report.message_id)
        return [] if answer.code == NEVER else _receipts(report, answer, answer.code)

    def _strike(self, case: CaseKey, message_id: str) -> None:
        """A deletion names a message; one that came as XML names its case only, and strikes what is held for it."""
        held = self._live.get(case, [])
        if not message_id:
            held.clear()
        elif message_id in held:
            held.remove(message_id)
        if not held:
            self._live.pop(case, None)

    def live_reports(self) -> dict[CaseKey, tuple[str, ...]]:
        """What customs holds: the message ids of the live reports of each case. At rest it is one per case."""
        return {case: tuple(ids) for case, ids in self._live.items()}

    def counts(self) -> dict[str, int]:
        """For people: messages handled, live reports, cases with more than one, rejected reports."""
        return {
            "messages": len(self._receipts),
            "live": sum(map(len, self._live.values())),
            "doubled": sum(len(ids) > 1 for ids in self._live.values()),
            "rejected": self._rejected,
        }


def _receipts(report: Report, answer: Answer, reason_code: str) -> list[Receipt]:
    return [_receipt(report, answer, reason_code, number) for number in range(1, answer.repeat + 2)]


def _receipt(report: Report, answer: Answer, reason_code: str, number: int) -> Receipt:
    record = {
        "event_id": f"{report.message_id}-{number}",  # the same answer whenever it is given again
        "source_party": PARTY,
        "source_system": PARTY,
        "event_type": "RELEASE",
        "classifier": "ACT",
        "event_time": answer.at,
        "source_offset_min": 480,
        "updated_time": answer.at,
        "is_retracted": False,
        "port": report.port,
        "terminal_code": report.terminal_code,
        "raw_ref": report.message_id,
        "authority": PARTY,
        "stage": stage_of(report.message_type),
        "action": "ACK" if answer.code == ACCEPTED else "REJECT",
        "bill_no": report.bill or None,
        "container_no": report.container,
        "ref_message_id": report.message_id,
        "reason_code": reason_code,
        "reason_text": answer.reason or None,
        "district": report.district or None,
        "vessel_id": report.vessel_id or None,
        "voyage": report.voyage or None,
    }
    return Receipt(f"{report.port}.release.v1", report.container, record, answer.delay_ms, answer.behind)
