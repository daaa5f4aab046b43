"""Customs as the platform meets it: one answer per message, one content per id, nothing lost in a crash."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from connectors.customs.desk import CustomsDesk
from connectors.customs.ledger import Ledger
from schemas.codec import encode


def report(message_id: str = "M1", function: str = "2", basis: str = "", **changes: Any) -> dict[str, Any]:
    base = {
        "case_id": "C", "message_id": message_id, "message_type": "MT3101", "function": function, "basis": basis,
        "container": "CSQU3054383", "bill": "BL1", "vessel_id": "IMO:9399038", "voyage": "V1", "port": "qingdao",
        "terminal_code": "QQCTU", "arrived_at": 1_000_000_000_000, "ready_at": 1_000_000_000_000,
    }  # fmt: skip
    return {**base, **changes}


PLAN = [{
    "container_no": "CSQU3054383", "bill_no": "BL1", "voyage": "V1", "terminal_code": "QQCTU",
    "answers": [{"code": "03", "at": 1_000_000_060_000, "reason": "no manifest"}, {"code": "01", "at": 1_000_000_120_000}],
}]  # fmt: skip


def test_a_case_without_a_plan_is_accepted_ninety_seconds_after_it_was_ready() -> None:
    (receipt,) = CustomsDesk().handle(report())
    assert (receipt["action"], receipt["event_time"]) == ("ACK", 1_000_000_090_000)
    assert encode("release", receipt)


def test_the_second_message_of_a_case_gets_the_second_answer_and_a_retry_the_same_one() -> None:
    desk = CustomsDesk(PLAN)
    first = desk.handle(report("M1"))
    assert [r["action"] for r in first] == ["REJECT"]
    assert desk.handle(report("M1")) == first
    assert [r["action"] for r in desk.handle(report("M2"))] == ["ACK"]
    assert desk.live_reports() == {"M2": "C"}


def test_a_deletion_takes_the_report_away() -> None:
    desk = CustomsDesk()
    desk.handle(report("M1"))
    (receipt,) = desk.handle(report("D1", "3", basis="M1"))
    assert receipt["reason_code"] == "DELETED"
    assert desk.live_reports() == {}


def test_one_id_never_has_two_contents() -> None:
    desk = CustomsDesk()
    desk.handle(report("M1"))
    assert desk.handle(report("M1", arrived_at=1_000_086_400_000)) == []
    assert desk.contents_differ == 1


def test_after_a_crash_the_recorded_bytes_are_sent_not_new_ones(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "ledger.db")
    assert ledger.record([("M1", b"first")]) == [("M1", b"first")]
    ledger.close()  # crashed before it was sent
    again = Ledger(tmp_path / "ledger.db")
    assert again.open_messages() == [("M1", b"first")]
    assert again.record([("M1", b"second")]) == [("M1", b"first")]
    assert again.contents_differ == 1
    again.done(["M1"])
    assert again.open_messages() == []
    assert again.record([("M1", b"first")]) == []
