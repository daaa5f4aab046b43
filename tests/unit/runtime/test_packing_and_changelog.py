"""State as bytes."""

from __future__ import annotations

import msgspec
import pytest

from streams.domain.correlator import Correlator
from streams.domain.evidence import GATE, Evidence
from streams.runtime import changelog
from streams.runtime.changelog import NOW_KEY, WATERMARK_KEY, Draft
from streams.runtime.packing import pack, pack_facts, unpack, unpack_facts, unpack_heartbeats
from streams.runtime.ports import Message, Record
from streams.runtime.watermark import Watermark
from tests.unit.runtime.fakes import AT, BOX, reference


def evidence(number: int) -> Evidence:
    return Evidence("B", BOX, f"T|TOS|E{number}", 2, GATE, "IN", "", "ACT", AT, AT, "qingdao", "QQCTU", "TOS", container=BOX)


def pair() -> tuple[Correlator, Watermark]:
    return Correlator(reference(), 1, 0, unpack=unpack), Watermark(("a",), 1, live=False)


def both(draft: Draft) -> list[Message]:
    return draft.evidence + draft.times


def as_records(messages: list[Message]) -> list[Record]:
    return [Record(changelog.TOPIC, 0, i, AT, key, value) for i, (key, value) in enumerate(messages)]


def test_evidence_survives_packing() -> None:
    items = [evidence(1), evidence(2)]
    assert [e.to_tuple() for e in unpack(pack(items))] == [e.to_tuple() for e in items]


def test_what_several_books_are_told_is_packed_once_and_reaches_each() -> None:
    one, other = evidence(1), evidence(2)
    boxes = [f"CSQU305{n:04d}" for n in range(50)]
    items = [one.readdressed("B", box) for box in boxes] + [other, one, one.readdressed("C", BOX)]
    packed = pack_facts(items)
    assert [e.to_tuple() for e in unpack_facts(packed)] == [e.to_tuple() for e in items]
    assert len(packed) < 20 * len(boxes) + 4 * len(pack_facts([one]))


def test_bytes_that_are_no_evidence_are_refused() -> None:
    for read in (unpack, unpack_facts, unpack_heartbeats):
        with pytest.raises(msgspec.DecodeError):
            read(b"\xc1")


def test_what_the_changelog_holds_restores_the_same_state() -> None:
    correlator, watermark = pair()
    messages: list[Message] = []
    for number in range(3):
        correlator.accept(evidence(number))
        messages += both(Draft(correlator, watermark, {}))
    correlator.advance(AT + 5)
    watermark.heard(0, AT + 7)
    messages += both(Draft(correlator, watermark, {}))
    again, time = pair()
    changelog.restore(again, time, as_records(messages), AT)
    again.restored()
    assert again.now == AT + 5
    assert time.now() == AT + 7
    assert all_of(again) == all_of(correlator) and len(all_of(again)) == 3


def all_of(correlator: Correlator) -> list[tuple[object, ...]]:
    book = correlator.book("B" + BOX)
    assert book is not None and book.pages is not None
    return sorted(e.to_tuple() for e in book.pages.items)


def test_records_of_one_book_stand_beside_each_other_and_none_hides_another() -> None:
    """What a worker that lost its partition still writes must not overwrite what its successor wrote."""
    keys = set()
    for numbers in ((1,), (2,), (1, 2), (1,)):
        correlator, watermark = pair()
        for number in numbers:
            correlator.accept(evidence(number))
        keys.add(Draft(correlator, watermark, {}).evidence[0][0])
    assert len(keys) == 3, "the same evidence is the same record, other evidence is another one"


def test_only_what_changed_is_written() -> None:
    correlator, watermark = pair()
    written: dict[bytes, bytes] = {}
    correlator.accept(evidence(1))
    first = Draft(correlator, watermark, written)
    first.acknowledged()
    assert first.evidence == [changelog.chunk("B" + BOX, pack([evidence(1)]))]
    assert [key for key, _ in first.times] == [NOW_KEY, WATERMARK_KEY]
    assert both(Draft(correlator, watermark, written)) == []
    correlator.advance(AT)
    assert [key for key, _ in both(Draft(correlator, watermark, written))] == [NOW_KEY]


def test_what_could_not_be_written_is_due_again() -> None:
    correlator, watermark = pair()
    correlator.accept(evidence(1))
    failed = Draft(correlator, watermark, {})
    failed.give_back()
    assert both(Draft(correlator, watermark, {})) == both(failed)


def test_a_changelog_that_nobody_of_ours_wrote_stops_the_recovery() -> None:
    correlator, watermark = pair()
    with pytest.raises(ValueError, match="not ours"):
        changelog.restore(correlator, watermark, as_records([(b"Bx\x000\x00\x00\x00\x00\x00\x00\x00", b"\xc1")]), AT)


def test_facts_that_name_no_books_are_refused() -> None:
    for items in ([()], [("B",)], [("B", "CSQU3054383", "T|TOS|E1", 2)]):
        with pytest.raises(ValueError, match="names no books"):
            unpack_facts(msgspec.msgpack.encode(items))
