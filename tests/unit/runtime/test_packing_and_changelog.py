"""State as bytes."""

from __future__ import annotations

import msgspec
import pytest

from streams.domain.correlator import Correlator
from streams.domain.evidence import GATE, Evidence
from streams.runtime import changelog
from streams.runtime.changelog import NOW_KEY, WATERMARK_KEY, Draft
from streams.runtime.packing import pack, unpack
from streams.runtime.ports import Message, Record
from streams.runtime.watermark import Watermark
from tests.unit.runtime.fakes import AT, BOX, reference


def evidence(number: int) -> Evidence:
    return Evidence("B", BOX, f"T|TOS|E{number}", 2, GATE, "IN", "", "ACT", AT, AT, "qingdao", "QQCTU", "TOS", container=BOX)


def pair() -> tuple[Correlator, Watermark]:
    return Correlator(reference(), 1, 0), Watermark(("a",), 1, live=False)


def as_records(messages: list[Message]) -> list[Record]:
    return [Record(changelog.TOPIC, 0, i, AT, key, value) for i, (key, value) in enumerate(messages)]


def test_evidence_survives_packing() -> None:
    items = [evidence(1), evidence(2)]
    assert [e.to_tuple() for e in unpack(pack(items))] == [e.to_tuple() for e in items]


def test_bytes_that_are_no_evidence_are_refused() -> None:
    with pytest.raises(msgspec.DecodeError):
        unpack(b"\xc1")


def test_what_the_changelog_holds_restores_the_same_state() -> None:
    correlator, watermark = pair()
    for number in range(40):  # three chunks
        correlator.accept(evidence(number))
    correlator.advance(AT + 5)
    watermark.heard(0, AT + 7)
    draft = Draft(correlator, watermark, {})
    again, time = pair()
    changelog.restore(again, time, as_records(draft.messages), AT)
    again.restored()
    assert again.now == AT + 5
    assert time.now() == AT + 7
    assert [e.to_tuple() for e in again.book("B" + BOX).current()] == [  # type: ignore[union-attr]
        e.to_tuple()
        for e in correlator.book("B" + BOX).current()  # type: ignore[union-attr]
    ]


def test_only_what_changed_is_written() -> None:
    correlator, watermark = pair()
    written: dict[bytes, bytes] = {}
    correlator.accept(evidence(1))
    first = Draft(correlator, watermark, written)
    first.acknowledged()
    assert {key for key, _ in first.messages} == {f"B{BOX}\x000".encode(), NOW_KEY, WATERMARK_KEY}
    assert Draft(correlator, watermark, written).messages == []
    correlator.advance(AT)
    assert [key for key, _ in Draft(correlator, watermark, written).messages] == [NOW_KEY]


def test_what_could_not_be_written_is_due_again() -> None:
    correlator, watermark = pair()
    correlator.accept(evidence(1))
    failed = Draft(correlator, watermark, {})
    failed.give_back()
    assert Draft(correlator, watermark, {}).messages == failed.messages


def test_a_changelog_that_nobody_of_ours_wrote_stops_the_recovery() -> None:
    correlator, watermark = pair()
    with pytest.raises(msgspec.DecodeError):
        changelog.restore(correlator, watermark, as_records([(b"Bx\x000", b"\xc1")]), AT)
