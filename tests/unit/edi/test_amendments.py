"""Event ids and versions: a re-sent file is a duplicate, a cancellation a retraction, a replacement a later version."""

from __future__ import annotations

import pytest

from connectors.edi import Event, Profile, collect, read
from tests.unit.edi.building import (
    BOX,
    GATE_BOX,
    GATE_IN_BOX,
    GATE_IN_HEAD,
    GATE_VESSEL,
    OTHER_BOX,
    QUAY_BOX,
    STRICT,
    flat,
    interchange,
    message,
    quay,
    text,
)  # fmt: skip


def only(data: bytes, **given: str) -> Event:
    result = collect(read(data, **given))
    assert result.errors == []
    (event,) = result.events
    return event


def test_a_file_sent_again_under_another_name_gives_the_same_records() -> None:
    data = interchange(message(GATE_BOX))
    assert only(data, name="a.edi") == only(data, name="RESENT_a.edi")


def test_the_id_depends_on_neither_place_nor_references() -> None:
    other = [s.replace(BOX, OTHER_BOX) for s in GATE_BOX]
    alone = only(interchange(message(GATE_BOX)))
    later = collect(read(interchange(message(other, document="D0"), message([*other, *GATE_BOX], reference="77")))).events[-1]
    assert later.record["event_id"] == alone.record["event_id"]


@pytest.mark.parametrize(
    "other",
    [
        message(GATE_BOX, document="DOC2"),
        message(GATE_BOX, code="36"),
        message([s.replace(BOX, OTHER_BOX) for s in GATE_BOX]),
        quay(QUAY_BOX),
    ],
    ids=["document", "move", "container", "message type"],
)
def test_the_id_tells_documents_moves_containers_and_messages_apart(other: list[str]) -> None:
    assert only(interchange(other)).record["event_id"] != only(interchange(message(GATE_BOX))).record["event_id"]


def test_the_id_tells_senders_apart() -> None:
    ids = {
        only(interchange(message(GATE_BOX), sender=sender), port="yantai").record["event_id"] for sender in ("YTPORT", "OTHER")
    }
    assert len(ids) == 2


@pytest.mark.parametrize("function", ["1", "3"])
def test_a_cancellation_retracts_the_event_of_the_document_that_it_names(function: str) -> None:
    original = only(interchange(message(GATE_BOX)))
    cancel = only(interchange(message(GATE_BOX, document="DOC9", function=function, about="DOC1")))
    assert cancel.record["event_id"] == original.record["event_id"]
    assert cancel.record["is_retracted"] and not original.record["is_retracted"]


@pytest.mark.parametrize("function", ["4", "5"])
def test_a_replacement_is_a_later_version_with_the_new_facts(function: str) -> None:
    original = only(interchange(message(GATE_BOX)))
    moved = [s.replace("170501", "171000") for s in GATE_BOX]
    newer = only(
        interchange(message(moved, document="DOC9", function=function, about="DOC1", made="DTM+137:20261124180000:204"))
    )
    assert newer.record["event_id"] == original.record["event_id"]
    assert newer.record["updated_time"] > original.record["updated_time"]
    assert newer.record["event_time"] - original.record["event_time"] == 299_000


def test_amendments_of_the_same_minute_come_after_what_they_amend() -> None:
    versions = [
        only(interchange(message(GATE_BOX, function=function, about=about))).record["updated_time"]
        for function, about in (("9", ""), ("5", "DOC1"), ("1", "DOC1"))
    ]
    assert versions == sorted(set(versions))


@pytest.mark.parametrize("function", ["4", "5"])
def test_a_replacement_that_names_no_document_is_a_report_of_its_own_with_a_flag(function: str) -> None:
    result = collect(read(interchange(message(GATE_BOX, function=function))))
    (warning,) = result.warnings
    (event,) = result.events
    assert (warning.code, warning.value, event.record["quality_flags"]) == ("REPLACES_UNNAMED", function, ["REPLACES_UNNAMED"])
    assert event.record["event_id"] == only(interchange(message(GATE_BOX))).record["event_id"]
    assert not event.record["is_retracted"]


@pytest.mark.parametrize(("function", "profile"), [("1", None), ("3", None), ("4", STRICT), ("5", STRICT)])
def test_an_amendment_that_names_no_document_is_refused(function: str, profile: Profile | None) -> None:
    result = collect(read(interchange(message(GATE_BOX, function=function)), profile=profile))
    (error,) = result.errors
    assert (result.events, error.code, error.value) == ([], "NO_PREVIOUS_DOCUMENT", function)
    assert "RFF+ACW" in error.en


def test_a_cancellation_needs_neither_time_nor_vessel() -> None:
    box = [f"EQD+CN+{BOX}+22G1:102:5++3+5"]
    event = only(interchange(quay(box, function="1", about="DOC1", vessel="")))
    assert event.record["is_retracted"] and event.record["vessel_id"] is None
    assert event.record["event_id"] == only(interchange(quay(QUAY_BOX))).record["event_id"]


def test_without_a_document_number_the_whole_record_makes_the_id() -> None:
    first, again = (only(interchange(message(GATE_BOX, document="", reference=r))) for r in ("1", "5"))
    other = only(interchange(message([*GATE_BOX[:-1], "TDT+1++3+31++++LUB99999"], document="")))
    assert first.record["event_id"] == again.record["event_id"] != other.record["event_id"]


def test_a_flat_file_made_anew_has_the_same_ids_and_a_later_version() -> None:
    first = only(flat(GATE_IN_HEAD, GATE_VESSEL, GATE_IN_BOX))
    later = only(flat(GATE_IN_HEAD.replace("1730", "1830"), GATE_VESSEL, GATE_IN_BOX))
    assert first.record["event_id"] == later.record["event_id"]
    assert later.record["updated_time"] - first.record["updated_time"] == 3_600_000


@pytest.mark.parametrize("function", ["1", "5"])
def test_a_flat_file_cannot_amend(function: str) -> None:
    result = collect(read(flat(GATE_IN_HEAD.replace(":9:", f":{function}:"), GATE_VESSEL, GATE_IN_BOX)))
    assert (result.events, [e.code for e in result.errors]) == ([], ["AMENDMENT_WITHOUT_NUMBER"])


def test_ids_have_at_most_100_characters_and_stay_different() -> None:
    long = ["D" * 90 + "1", "D" * 90 + "2"]
    ids = {only(interchange(message(GATE_BOX, document=document))).record["event_id"] for document in long}
    assert len(ids) == 2 and all(len(i) <= 100 for i in ids)


def test_a_box_twice_in_one_message_at_two_times_is_two_events() -> None:
    again = [s.replace("170501", "180501") for s in GATE_BOX]
    result = collect(read(interchange(message([*GATE_BOX, *again]))))
    assert len({e.record["event_id"] for e in result.events}) == 2
    assert "SAME_BOX_TWICE" in result.events[1].record["quality_flags"]


def test_updated_time_falls_back_to_the_interchange_then_to_the_move() -> None:
    by_unb = only(interchange(message(GATE_BOX, made="")))
    assert by_unb.record["updated_time"] == 1795512600000
    assert by_unb.record["quality_flags"] == []
    bare = only(text(message(GATE_BOX, made="")))
    assert bare.record["updated_time"] == bare.record["event_time"]
    assert bare.record["record_time"] is None and "NO_DOCUMENT_TIME" in bare.record["quality_flags"]


def test_a_date_alone_gives_way_to_the_time_of_the_interchange() -> None:
    assert only(interchange(message(GATE_BOX, made="DTM+137:20261124:102"))).record["updated_time"] == 1795512600000


def test_the_clock_of_the_sender_counts() -> None:
    profile = Profile("YTPORT", "YPCT", "yantai", offset_min=0)
    (event,) = collect(read(interchange(message(GATE_BOX)), profile=profile)).events
    beijing = only(interchange(message(GATE_BOX)))
    assert event.record["event_time"] - beijing.record["event_time"] == 8 * 3_600_000
    assert (event.record["source_offset_min"], beijing.record["source_offset_min"]) == (0, 480)
