"""Reports out as XML, customs answers as planned, receipts in as release records: the whole way through one folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from connectors.customs.plan import Answer, Plan, PlanKey
from connectors.customs.post import FolderPost
from connectors.customs.receiver import Received
from connectors.customs.sender import Sent
from connectors.customs.sites import Sites
from schemas.rules import WATERMARK
from schemas.validate import validate
from tests.unit.customs.office import READY, Office, Topic, feeder, record

BOXES = ("CSQU3054383", "MSCU6639871", "TGHU1234563")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path


@pytest.fixture
def start(root: Path) -> Iterator[Any]:
    opened: list[Office] = []

    def run(commands: list[Any], plan: Plan | None = None, sites: Sites | None = None) -> Office:
        opened.append(Office(root, Topic(commands), plan, **({} if sites is None else {"sites": sites})))
        return opened[-1]

    yield run
    for office in opened:
        office.close()


def plan(**answers: Answer) -> Plan:
    """Answers by box; M1 is about the first box, and so on."""
    numbered = {f"M{n}": box for n, box in enumerate(BOXES, 1)}
    return Plan({PlanKey(numbered[i], "QDBL0000001", "2103W", "00001"): [a] for i, a in answers.items()})


def commands(count: int = 3) -> list[dict[str, Any]]:
    return [record(f"M{n}", container=box) for n, box in enumerate(BOXES[:count], 1)]


def all_the_way(office: Office) -> list[dict[str, Any]]:
    office.sender().step()
    office.responder().step()
    office.receiver().step()
    return office.topic.releases()


def test_an_accepted_report_becomes_an_acknowledged_arrival_of_its_box(start: Any) -> None:
    (release,) = all_the_way(start(commands(1)))
    assert validate("release", release, "weihai") == []
    told = {"stage": "ARRIVAL", "action": "ACK", "ref_message_id": "M1", "container_no": BOXES[0], "reason_code": "01",
            "bill_no": "QDBL0000001", "voyage": "2103W", "district": "4204", "event_time": READY + 90_000,
            "quality_flags": []}  # fmt: skip
    assert {name: release[name] for name in told} == told


def test_the_record_goes_to_the_topic_of_the_reports_port_under_the_box(start: Any) -> None:
    office = start([record("M1"), feeder("F1")])
    all_the_way(office)
    assert [(x.topic, x.key) for x in office.topic.put_letters] == [
        ("weihai.release.v1", "CSQU3054383"), ("qingdao.release.v1", "CSQU3054383"),
    ]  # fmt: skip


@pytest.mark.parametrize(("kind", "stage"), [("MT3101", "ARRIVAL"), ("MT3102", "ARRIVAL"), ("MT5101", "TALLY")])
def test_the_stage_is_that_of_the_report(start: Any, kind: str, stage: str) -> None:
    (release,) = all_the_way(start([record("M1", message_type=kind)]))
    assert release["stage"] == stage


def test_a_rejection_brings_code_and_reason(start: Any) -> None:
    (release,) = all_the_way(start(commands(1), plan(M1=Answer("03", READY + 5, "无预配舱单 no manifest"))))
    assert (release["action"], release["reason_code"], release["reason_text"], release["event_time"]) == (
        "REJECT", "03", "无预配舱单 no manifest", READY + 5,
    )  # fmt: skip


def test_a_report_that_customs_never_answers_has_only_the_technical_acknowledgement_which_confirms_nothing(start: Any) -> None:
    office = start(commands(1), plan(M1=Answer("NEVER", 0, "")))
    office.sender().step()
    office.responder().step()
    assert office.names("in") == ["PlatImpRet_M1.xml"]
    receiver = office.receiver()
    receiver.step()
    assert receiver.total == Received(taken=1)
    assert office.topic.releases() == []


def test_a_delayed_receipt_leaves_when_its_time_has_come(start: Any) -> None:
    office = start(commands(2), plan(M1=Answer("01", READY + 1, "", delay_ms=60_000)))
    office.sender().step()
    responder = office.responder()
    responder.step()
    assert office.names("in") == ["MT9999_M2-1.xml", "PlatImpRet_M1.xml", "PlatImpRet_M2.xml"]
    office.now += 59_999
    responder.step()
    assert "MT9999_M1-1.xml" not in office.names("in")
    office.now += 1
    responder.step()
    assert "MT9999_M1-1.xml" in office.names("in")
    office.receiver().step()
    assert [r["event_time"] for r in office.topic.releases()] == [READY + 90_000, READY + 1]


def test_a_delayed_receipt_survives_a_crash_of_customs(start: Any) -> None:
    office = start(commands(1), plan(M1=Answer("01", READY + 1, "", delay_ms=60_000)))
    office.sender().step()
    office.responder().step()
    office.close()
    assert office.responder().resume() == 1
    assert office.names("in") == ["MT9999_M1-1.xml", "PlatImpRet_M1.xml"]


def test_the_same_receipt_under_another_receipt_id_is_recognised_also_after_a_restart(start: Any) -> None:
    office = start(commands(1), plan(M1=Answer("01", READY + 1, "", repeat=2)))
    office.sender().step()
    office.responder().step()
    assert [n for n in office.names("in") if n.startswith("MT9999")] == [f"MT9999_M1-{n}.xml" for n in (1, 2, 3)]
    kept_back = office.root / "in" / "MT9999_M1-3.xml"
    content = kept_back.read_bytes()
    kept_back.unlink()
    receiver = office.receiver()
    receiver.step()
    assert receiver.total == Received(published=1, taken=1, repeated=1)
    office.close()
    kept_back.write_bytes(content)
    again = office.receiver()
    assert again.resume() == 0
    again.step()
    assert again.total == Received(repeated=1)
    assert len(office.topic.releases()) == 1


def test_receipts_out_of_order_each_find_their_report(start: Any) -> None:
    office = start(commands(), plan(M1=Answer("03", READY + 1, "no", behind=2), M2=Answer("01", READY + 2, "")))
    releases = all_the_way(office)
    assert [(r["ref_message_id"], r["action"], r["container_no"]) for r in releases] == [
        ("M2", "ACK", BOXES[1]), ("M3", "ACK", BOXES[2]), ("M1", "REJECT", BOXES[0]),
    ]  # fmt: skip


def test_a_report_that_customs_cannot_read_is_a_rejection_with_its_reason(start: Any) -> None:
    office = start(commands(1))
    office.sender().step()
    out = office.root / "out" / "M1.xml"
    out.write_bytes(out.read_bytes().replace(b"<TypeCode>1<", b"<TypeCode>9<"))
    office.responder().step()
    assert office.names("in") == ["Failed_M1.xml"]
    office.receiver().step()
    (release,) = office.topic.releases()
    assert (release["action"], release["reason_code"], release["quality_flags"]) == ("REJECT", "FORMAT", ["FAILED"])
    assert "TypeCode is '9'; expected 1" in release["reason_text"]


def test_what_is_no_message_at_all_is_put_aside_and_the_others_are_answered(start: Any) -> None:
    office = start(commands(1))
    office.sender().step()
    (office.root / "out" / ("x" * 100)).write_bytes(b"<A>")
    office.responder().step()
    assert office.names("in") == ["MT9999_M1-1.xml", "PlatImpRet_M1.xml"]
    assert "x" * 100 in office.names("customs/failed")


def test_a_deletion_strikes_what_customs_holds_for_the_case(start: Any) -> None:
    office = start([record("M1"), record("D1", function="3", basis="M1"), record("M2", basis="D1"), feeder("F1")])
    office.sender().step()
    responder = office.responder()
    responder.step()
    assert sorted(responder.desk.live_reports().values()) == [("F1",), ("M2",)]


def test_unmatched_and_unreadable_receipts_are_kept_apart_with_a_reason_and_the_others_go_on(start: Any) -> None:
    office = start(commands(1))
    office.sender().step()
    office.responder().step()
    box = office.root / "in"
    good = (box / "MT9999_M1-1.xml").read_bytes()
    (box / "stranger.xml").write_bytes(good.replace(b">M1<", b">X9<"))
    (box / "code.xml").write_bytes(good.replace(b"<Code>01<", b"<Code>07<"))
    (box / "picture.png").write_bytes(b"\x89PNG")
    (box / "huge.xml").write_bytes(b"<Manifest>" + b" " * (1 << 20))
    receiver = office.receiver()
    receiver.step()
    assert receiver.total == Received(published=1, taken=1, unmatched=1, unreadable=3)
    assert office.names("in") == []
    reasons = {n: (office.root / "failed" / n).read_text() for n in office.names("failed") if n.endswith(".reason.txt")}
    assert reasons.keys() == {f"{n}.reason.txt" for n in ("stranger.xml", "code.xml", "picture.png", "huge.xml")}
    assert "no report X9 was sent from here" in reasons["stranger.xml.reason.txt"]
    assert "code is '07'; expected one of 01, 03" in reasons["code.xml.reason.txt"]


def test_acceptance_after_rejection_and_rejection_again_are_three_answers(start: Any) -> None:
    office = start(commands(1), plan(M1=Answer("03", READY + 1, "no")))
    office.sender().step()
    office.responder().step()
    first = office.root / "in" / "MT9999_M1-1.xml"
    text = first.read_bytes()
    (office.root / "in" / "b.xml").write_bytes(text.replace(b"190700124", b"190800000").replace(b">03<", b">01<"))
    (office.root / "in" / "c.xml").write_bytes(text.replace(b"190700124", b"190900000"))
    office.receiver().step()
    actions = [(r["event_time"], r["action"]) for r in office.topic.releases()]
    assert [action for _, action in sorted(actions)] == ["REJECT", "ACK", "REJECT"]


# -- what is sent ------------------------------------------------------------------------------------------------------


def test_the_first_record_of_an_id_counts_and_a_retry_sends_the_same_bytes(start: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    left: list[bytes] = []
    monkeypatch.setattr(FolderPost, "put", lambda _, letters: left.extend(letter.content for letter in letters))
    office = start([record("M1"), record("M1", voyage="9999W"), record("M1", sent_at=READY + 5, version=9)])
    sender = office.sender()
    sender.step()
    assert sender.total == Sent(new=1, repeated=1, refused=1)
    assert len(left) == 3 and len(set(left)) == 1
    assert b"2103W" in left[0] and b"20261118190700123" in left[0]


def test_a_repetition_sends_the_first_bytes_and_adds_no_content(start: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """It names its message only; one that is held back, or never came, is not sent for it."""
    left: list[bytes] = []
    monkeypatch.setattr(FolderPost, "put", lambda _, letters: left.extend(letter.content for letter in letters))
    office = start([
        record("M1"), record("M1", attempt=1, size_type="", ready_at=READY + 9), record("M2", bill="B" * 36),
        record("M2", attempt=1), record("M3", attempt=1),
    ])  # fmt: skip
    sender = office.sender()
    sender.step()
    assert office.ledgers[-1].refused() == 0
    assert len(left) == 2 and len(set(left)) == 1


def test_what_cannot_be_said_is_held_back_alone_and_sent_once_the_sites_are_mended(start: Any) -> None:
    office = start([record("M1"), record("M2", bill="B" * 36), record("M3", terminal_code="QQCTU", port="qingdao")])
    office.sites = Sites([site for site in [office.sites.of_terminal("weihai", "00001")] if site])
    sender = office.sender()
    sender.step()
    assert sender.total == Sent(new=1, held=2)
    reasons = {held.id: held.problem for held in office.ledgers[-1].held()}
    assert "place_code is 'CNWEI/4204'" in reasons["M3"] and "at most 35" in reasons["M2"]
    office.close()
    mended = start([], None, None)
    assert mended.sender().resume() == 1
    assert office.names("out") == ["M1.xml", "M3.xml"]
    assert [held.id for held in mended.ledgers[-1].held()] == ["M2"]


def test_a_second_content_does_not_take_the_place_of_one_that_is_held_back(start: Any) -> None:
    office = start([record("M1", voyage="V" * 18), record("M1"), record("M1", voyage="V" * 18, sent_at=READY + 9)])
    sender = office.sender()
    sender.step()
    assert sender.total == Sent(held=3)
    assert office.names("out") == []
    assert "V" * 18 in office.ledgers[-1].held("M1")[0].about.decode()


def test_watermarks_and_unreadable_records_are_not_sent_and_cost_nobody_else_anything(start: Any) -> None:
    mark = record("", message_type=WATERMARK, container="", port="")
    office = start([mark, b"\x00garbage", record("M1")])
    sender = office.sender()
    sender.step()
    assert sender.total == Sent(new=1, unreadable=1)
    assert office.topic.committed == 3
