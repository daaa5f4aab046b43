"""The responder without Kafka: bytes in, receipts out, safe over a crash."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from connectors.customs.ledger import SendLedger
from connectors.customs.plan import Answer, Plan, PlanKey
from connectors.customs.responder import Responder, Tally
from schemas import codec
from schemas.examples import examples
from schemas.reference import load_reference
from schemas.rules import WATERMARK
from schemas.validate import read_batch

ADD = examples("arrival-report")["add"]
AT = 1_772_409_600_000


class Outlet:
    """Takes receipts; ``fails`` makes the broker refuse."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, str, bytes]] = []
        self.placed: list[tuple[str, int | None]] = []
        self.flushed = 0
        self.fails = False

    def publish(self, topic: str, key: str, value: bytes, partition: int | None = None) -> None:
        self.placed.append((codec.decode(value, "release")["event_id"], partition))
        self.sent.append((topic, key, value))

    def flush(self, timeout_s: float = 60.0) -> None:
        if self.fails:
            self.sent.clear()
            raise RuntimeError("broker away")
        self.flushed = len(self.sent)

    def ids(self) -> list[str]:
        return [codec.decode(value, "release")["event_id"] for _, _, value in self.sent]


def value(**changes: Any) -> bytes:
    record: Mapping[str, Any] = {**ADD, **changes}
    return codec.encode("arrival-report", record)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "ledger.sqlite"


def test_receipts_are_acknowledged_before_take_returns(path: Path) -> None:
    outlet = Outlet()
    tally = Responder(Plan(), SendLedger(path), outlet).take([value(), value(message_id="M2", container="MSCU6639871")])
    assert tally == Tally(new=2, receipts=2)
    assert outlet.flushed == 2


def test_a_repetition_is_answered_like_the_first_and_has_no_content_of_its_own(path: Path) -> None:
    outlet, ledger = Outlet(), SendLedger(path)
    responder = Responder(Plan(), ledger, outlet)
    tally = responder.take([value(), value(attempt=1, size_type="", ready_at=AT), value(attempt=1, message_id="NEW")])
    assert tally == Tally(new=1, repeated=1, unreadable=1, receipts=2)
    assert len(set(outlet.ids())) == 1 and ledger.refused() == 0
    assert responder.take([value(attempt=2)]) == Tally(repeated=1, receipts=1)


def test_a_batch_whose_receipts_failed_is_answered_when_it_comes_again(path: Path) -> None:
    outlet = Outlet()
    responder = Responder(Plan(), SendLedger(path), outlet)
    outlet.fails = True
    with pytest.raises(RuntimeError, match="broker away"):
        responder.take([value()])
    outlet.fails = False
    assert responder.take([value()]) == Tally(repeated=1, receipts=1)


def test_after_a_crash_between_ledger_and_receipt_the_same_receipt_goes_out(path: Path) -> None:
    outlet = Outlet()
    ledger = SendLedger(path)
    responder = Responder(Plan(), ledger, outlet)
    responder.take([value(message_id="M1")])
    first = outlet.sent[0]
    outlet.fails = True
    with pytest.raises(RuntimeError):
        responder.take([value(message_id="M2", container="MSCU6639871")])
    ledger.close()
    after = Outlet()
    again = Responder(Plan(), SendLedger(path), after)
    assert again.resume() == 1
    assert after.ids() == ["M2-1"]
    assert again.desk.counts()["live"] == 2
    again.take([value(message_id="M1")])
    assert after.sent[-1] == first


def test_a_second_content_under_an_id_is_refused_counted_and_answered_as_the_first(path: Path) -> None:
    outlet = Outlet()
    ledger = SendLedger(path)
    tally = Responder(Plan(), ledger, outlet).take([value(), value(voyage="9999W", ready_at=ADD["ready_at"] + 1)])
    assert (tally.new, tally.refused, ledger.refused()) == (1, 1, 1)
    assert outlet.sent[0] == outlet.sent[1]


def test_an_unreadable_record_is_counted_and_the_others_go_on(path: Path) -> None:
    outlet = Outlet()
    batch = [b"\x00garbage", value(port="atlantis"), None, value()]
    assert Responder(Plan(), SendLedger(path), outlet).take(batch) == Tally(new=1, unreadable=3, receipts=1)


def planned(**answers: Answer) -> Plan:
    """Answers by voyage."""
    return Plan({PlanKey(ADD["container"], ADD["bill"], v, ADD["terminal_code"]): [a] for v, a in answers.items()})


def reports(*voyages: str) -> list[bytes]:
    return [value(message_id=voyage, voyage=voyage) for voyage in voyages]


def test_the_plan_puts_a_receipt_behind_others(path: Path) -> None:
    outlet = Outlet()
    responder = Responder(planned(V1=Answer("01", AT, "", behind=2)), SendLedger(path), outlet)
    assert responder.take(reports("V1", "V2")).receipts == 1
    responder.take(reports("V3", "V4"))
    assert outlet.ids() == ["V2-1", "V3-1", "V1-1", "V4-1"]


def test_a_delayed_receipt_is_open_in_the_ledger_until_it_has_left(path: Path) -> None:
    outlet, now = Outlet(), [AT]
    ledger = SendLedger(path)
    responder = Responder(planned(V1=Answer("03", AT, "", delay_ms=50)), ledger, outlet, lambda: now[0])
    responder.take(reports("V1", "V2"))
    responder.take(reports("V1"))  # asked once more: it is not answered twice for that
    assert (outlet.ids(), ledger.open_ids()) == (["V2-1"], ["V1"])
    now[0] += 50
    assert responder.let_go() == 1
    assert (outlet.ids(), ledger.open_ids()) == (["V2-1", "V1-1"], [])


def test_a_repeated_receipt_is_the_same_under_another_id(path: Path) -> None:
    outlet = Outlet()
    Responder(planned(V1=Answer("01", AT, "", repeat=1)), SendLedger(path), outlet).take(reports("V1"))
    first, second = (codec.decode(v, "release") for _, _, v in outlet.sent)
    assert (first.pop("event_id"), second.pop("event_id")) == ("V1-1", "V1-2")
    assert first == second


def test_a_watermark_lets_go_what_was_held_back_before_it_is_echoed(path: Path) -> None:
    outlet = Outlet()
    plan = planned(V1=Answer("01", AT, "", delay_ms=1 << 40), V2=Answer("01", AT, "", behind=9))
    Responder(plan, SendLedger(path), outlet).take([*reports("V1", "V2"), watermark(AT)])
    assert [name for name, _ in outlet.placed][:2] == ["V1-1", "V2-1"]
    assert all(name.startswith(WATERMARK) for name, _ in outlet.placed[2:])


def watermark(at: int) -> bytes:
    return value(message_id="", container="", port="", message_type=WATERMARK, ready_at=at)


def test_a_watermark_is_echoed_behind_the_answers_into_its_own_partition_of_every_ports_topic(path: Path) -> None:
    outlet = Outlet()
    responder = Responder(Plan(), SendLedger(path), outlet)
    batch = [watermark(AT), value(message_id="M1"), watermark(AT + 5), value(message_id="M2"), watermark(AT + 2)]
    assert responder.take(batch, [1, 3, 3, 3, 1]) == Tally(new=2, receipts=2)
    assert outlet.placed[:2] == [("M1-1", None), ("M2-1", None)]
    assert sorted(outlet.placed[2:]) == sorted([(f"WATERMARK-1-{AT + 2}", 1), (f"WATERMARK-3-{AT + 5}", 3)] * 4)
    assert {topic for topic, _, _ in outlet.sent[2:]} == {f"{p}.release.v1" for p in load_reference().seaports}
    assert outlet.flushed == 10
    assert validate_all(outlet.sent) == []


def test_a_watermark_whose_answers_failed_is_not_echoed(path: Path) -> None:
    outlet = Outlet()
    outlet.fails = True
    with pytest.raises(RuntimeError):
        Responder(Plan(), SendLedger(path), outlet).take([value(), watermark(AT)])
    assert [name for name, _ in outlet.placed if name.startswith(WATERMARK)] == []


def validate_all(sent: list[tuple[str, str, bytes]]) -> list[Any]:
    """What the workers would refuse."""
    return [bad for topic, _, v in sent for bad in read_batch("release", [v], [topic.split(".")[0]]).bad]
