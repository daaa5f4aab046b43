"""Events from plain values: what is understood, and what is refused with its reason."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.codec import decode, encode
from schemas.examples import examples
from schemas.keys import PORT_KINDS
from schemas.plain import read_plain, read_time

GATE: dict[str, Any] = {
    "event_id": "G-1",
    "container_no": "CSQU3054383",
    "move": "IN",
    "event_time": "2026-03-01T08:00:00+08:00",
}
SENDER = {"port": "qingdao", "source_party": "QQCT", "source_system": "TOS"}
EIGHT_BEIJING = 1_772_323_200_000


def gate(**changes: Any) -> Any:
    return read_plain("gate", {k: v for k, v in {**GATE, **changes}.items() if v is not ...}, "qingdao", SENDER)


def told(**changes: Any) -> list[tuple[str, str]]:
    return [(p.field, p.code) for p in gate(**changes).problems]


@pytest.mark.parametrize("kind", PORT_KINDS)
def test_every_example_is_understood_as_it_is(kind: str) -> None:
    for name, example in examples(kind).items():
        record = decode(encode(kind, example))
        assert read_plain(kind, record) == (record, []), name


def test_what_the_sender_need_not_say_is_completed() -> None:
    record, problems = gate()
    assert not problems
    assert (record["event_type"], record["classifier"], record["is_retracted"]) == ("GATE_MOVE", "ACT", False)
    assert (record["port"], record["source_party"], record["source_system"]) == ("qingdao", "QQCT", "TOS")
    assert record["event_time"] == record["updated_time"] == EIGHT_BEIJING
    assert decode(encode("gate", record)) == record


def test_the_version_is_the_time_of_recording_where_it_is_known() -> None:
    assert gate(record_time=EIGHT_BEIJING + 5000).record["updated_time"] == EIGHT_BEIJING + 5000
    assert (
        gate(record_time=EIGHT_BEIJING + 5000, updated_time=EIGHT_BEIJING + 9000).record["updated_time"] == EIGHT_BEIJING + 9000
    )


def test_texts_and_numbers_are_taken_for_each_other_where_nothing_is_lost() -> None:
    record = gate(weigh_kg="24500.5", voyage=26, truck_plate=12345.0, source_offset_min="480", is_retracted="false").record
    assert (record["weigh_kg"], record["voyage"], record["truck_plate"], record["source_offset_min"]) == (
        24500.5,
        "26",
        "12345",
        480,
    )
    assert record["is_retracted"] is False


def test_a_seal_is_its_number() -> None:
    assert gate(seals=["A1", {"no": "B2", "condition": "2"}]).record["seals"] == [
        {"no": "A1", "issuer": None, "type": None, "condition": None},
        {"no": "B2", "issuer": None, "type": None, "condition": "2"},
    ]


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"container_no": ...}, ("container_no", "MISSING_FIELD")),
        ({"event_id": ""}, ("event_id", "MISSING_FIELD")),
        ({"movement": "IN"}, ("movement", "UNKNOWN_FIELD")),
        ({"move": "ENTER"}, ("move", "BAD_VALUE")),
        ({"event_time": "yesterday"}, ("event_time", "BAD_VALUE")),
        ({"event_time": "2026-03-01T08:00:00"}, ("event_time", "BAD_VALUE")),
        ({"event_time": 1_772_323_200}, ("event_time", "BAD_TIME")),
        ({"weigh_kg": "24,5"}, ("weigh_kg", "BAD_VALUE")),
        ({"weigh_kg": float("nan")}, ("weigh_kg", "BAD_VALUE")),
        ({"weigh_kg": True}, ("weigh_kg", "BAD_VALUE")),
        ({"source_offset_min": 2**31}, ("source_offset_min", "BAD_VALUE")),
        ({"seals": "A1"}, ("seals", "BAD_VALUE")),
        ({"seals": [{"number": "A1"}]}, ("seals", "BAD_VALUE")),
        ({"ocr": "good"}, ("ocr", "BAD_VALUE")),
        ({"truck_plate": "\ud83d"}, ("truck_plate", "BAD_VALUE")),
        ({"truck_plate": ["A"]}, ("truck_plate", "BAD_VALUE")),
        ({"port": "rizhao"}, ("port", "FOREIGN_PORT")),
    ],
)
def test_one_mistake_is_one_problem_that_names_its_field(changes: dict[str, Any], problem: tuple[str, str]) -> None:
    assert problem in told(**changes)
    assert {field for field, _ in told(**changes)} <= {problem[0], "updated_time"}


def test_a_bad_event_time_is_told_once() -> None:
    assert told(event_time="yesterday") == [("event_time", "BAD_VALUE")]


@pytest.mark.parametrize(
    ("text", "offset"),
    [("2026-03-01T08:00:00+08:00", None), ("2026-03-01T00:00Z", None), ("2026-03-01 08:00", 480), ("2026-03-01T09:00", 540)],
)
def test_times_are_utc_whatever_clock_wrote_them(text: str, offset: int | None) -> None:
    assert read_time(text, offset) == EIGHT_BEIJING


FIELDS = [
    "event_id",
    "event_time",
    "seals",
    "ocr",
    "vgm",
    "split",
    "packages",
    "moves",
    "cutoffs",
    "transfer_ports",
    "move",
    "x",
]
json_scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(), max_size=5)
json_values = st.one_of(
    json_scalars,
    st.lists(json_scalars, max_size=2),
    st.dictionaries(st.sampled_from(["no", "kg", "docs", "box", "x"]), json_scalars, max_size=2),
)


@given(st.sampled_from(PORT_KINDS), st.dictionaries(st.sampled_from(FIELDS), json_values, max_size=4))
def test_no_json_raises_and_what_has_no_problem_can_be_written(kind: str, values: dict[str, Any]) -> None:
    record, problems = read_plain(kind, values, "qingdao", SENDER)
    if not problems:
        assert decode(encode(kind, record)) == record
