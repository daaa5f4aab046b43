"""Customs' desk: what it answers, and what it holds."""

from __future__ import annotations

import pytest

from connectors.customs.desk import CustomsDesk
from connectors.customs.plan import Answer, Plan, PlanKey, PlanProblem, parse_plan
from connectors.customs.report import Report, content_of, read
from schemas import codec
from schemas.examples import examples
from schemas.validate import validate

READY = 1_795_000_000_000


def report(message_id: str = "M1", function: str = "2", basis: str = "", **changes: object) -> Report:
    base = Report(
        message_id, "MT3101", function, basis, "CSQU3054383", "BL1", "", "IMO:9399038", "2103W", "weihai", "00001",
        "4204", READY,
    )  # fmt: skip
    return base._replace(**changes)


def planned(*answers: Answer) -> Plan:
    return Plan({PlanKey("CSQU3054383", "BL1", "2103W", "00001"): list(answers)})


def test_an_unplanned_report_is_accepted_90_seconds_after_it_was_ready() -> None:
    (receipt,) = CustomsDesk(Plan()).handle(report())
    assert (receipt.topic, receipt.key) == ("weihai.release.v1", "CSQU3054383")
    assert receipt.record["event_time"] == receipt.record["updated_time"] == READY + 90_000
    assert (receipt.record["stage"], receipt.record["action"]) == ("ARRIVAL", "ACK")
    assert receipt.record["ref_message_id"] == "M1"


def test_a_receipt_is_a_valid_release_record() -> None:
    (receipt,) = CustomsDesk(Plan()).handle(report())
    assert validate("release", receipt.record, "weihai") == []
    assert codec.decode(codec.encode("release", receipt.record), "release")["container_no"] == "CSQU3054383"


def test_the_nth_different_report_of_a_case_gets_the_nth_answer_and_the_last_is_repeated() -> None:
    desk = CustomsDesk(planned(Answer("03", READY + 1, "no manifest"), Answer("01", READY + 2, "")))
    given = [desk.handle(report(i))[0].record for i in ("M1", "M2", "M3")]
    assert [(r["action"], r["event_time"]) for r in given] == [
        ("REJECT", READY + 1), ("ACK", READY + 2), ("ACK", READY + 2),
    ]  # fmt: skip
    assert given[0]["reason_text"] == "no manifest"


def test_a_repeated_report_gets_the_same_receipt_and_uses_up_no_answer() -> None:
    desk = CustomsDesk(planned(Answer("03", READY + 1, ""), Answer("01", READY + 2, "")))
    assert desk.handle(report("M1")) == desk.handle(report("M1"))
    assert desk.handle(report("M2"))[0].record["action"] == "ACK"


def test_never_means_no_receipt_but_customs_holds_the_report() -> None:
    desk = CustomsDesk(planned(Answer("NEVER", 0, "")))
    assert desk.handle(report()) == []
    assert desk.live_reports() == {report().case: ("M1",)}


def test_a_rejected_report_is_not_held() -> None:
    desk = CustomsDesk(planned(Answer("03", READY, "")))
    desk.handle(report())
    assert desk.live_reports() == {}


def test_a_deletion_is_acknowledged_under_its_own_id_and_strikes_the_report_it_names() -> None:
    desk = CustomsDesk(Plan())
    desk.handle(report("M1"))
    (receipt,) = desk.handle(report("D1", "3", "M1"))
    assert (receipt.record["action"], receipt.record["reason_code"]) == ("ACK", "DELETED")
    assert receipt.record["ref_message_id"] == "D1"
    assert desk.live_reports() == {}
    desk.handle(report("M2", basis="D1"))
    assert desk.live_reports() == {report().case: ("M2",)}


def test_two_live_reports_of_one_case_are_seen() -> None:
    desk = CustomsDesk(Plan())
    desk.handle(report("M1"))
    desk.handle(report("M2"))
    assert desk.counts()["doubled"] == 1


def test_each_house_bill_is_a_case_of_its_own() -> None:
    desk = CustomsDesk(Plan())
    desk.handle(report("M1", house="H1"))
    desk.handle(report("M2", house="H2"))
    assert sorted(desk.live_reports().values()) == [("M1",), ("M2",)]


def test_what_customs_is_told_leaves_out_the_platforms_own_bookkeeping() -> None:
    record = examples("arrival-report")["add"]
    later = {**record, "version": record["version"] + 1, "evidence": [], "sent_at": record["sent_at"] + 5}
    assert content_of(record) == content_of(later)
    assert content_of(record) != content_of({**record, "voyage": "9999W"})
    assert read(content_of(record)).message_id == record["message_id"]


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ('{"container_no":"A"}', "line 1: bill_no is missing"),
        ("[]", "not a JSON object"),
        ('{"container_no":"A","bill_no":"B","voyage":"V","terminal_code":"T","answers":[{"code":"02","at":1}]}', "'02'"),
        ('{"container_no":"A","bill_no":"B","voyage":"V","terminal_code":"T","answers":[{"code":"01"}]}', "`at`"),
        (
            '{"container_no":"A","bill_no":"B","voyage":"V","terminal_code":"T","answers":[{"code":"01","at":1,"repeat":-1}]}',
            "expected 0 or more",
        ),
    ],
)
def test_a_wrong_line_of_the_plan_is_named(line: str, says: str) -> None:
    with pytest.raises(PlanProblem, match=says):
        parse_plan([line])


def test_the_plan_says_how_an_answer_is_given() -> None:
    line = (
        '{"container_no":"CSQU3054383","bill_no":"BL1","voyage":"2103W","terminal_code":"00001",'
        '"answers":[{"code":"01","at":5,"delay_ms":7,"behind":2,"repeat":1}]}'
    )
    receipts = CustomsDesk(parse_plan([line])).handle(report("M1"))
    assert [(r.record["event_id"], r.delay_ms, r.behind) for r in receipts] == [("M1-1", 7, 2), ("M1-2", 7, 2)]


def test_a_receipt_for_a_tally_report_is_of_the_stage_tally() -> None:
    (receipt,) = CustomsDesk(Plan()).handle(report(message_type="MT5101"))
    assert receipt.record["stage"] == "TALLY"
