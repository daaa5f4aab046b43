"""The responder without Kafka: bytes in, receipts out, safe over a crash."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from connectors.customs.ledger import SendLedger
from connectors.customs.plan import Plan
from connectors.customs.responder import Responder, Tally
from schemas import codec
from schemas.examples import examples

ADD = examples("arrival-report")["add"]


class Outlet:
    """Takes receipts; ``fails`` makes the broker refuse."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, str, bytes]] = []
        self.flushed = 0
        self.fails = False

    def publish(self, topic: str, key: str, value: bytes) -> None:
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
