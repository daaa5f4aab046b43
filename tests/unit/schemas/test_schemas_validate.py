"""Rules of business shape, each by name."""

from __future__ import annotations

from typing import Any

import pytest

from schemas.examples import examples
from schemas.validate import validate

GATE = examples("gate")["export-in"]
RELEASE = examples("release")["loading-release"]


def codes(kind: str, record: dict[str, Any], port: str = "") -> list[tuple[str, str]]:
    return [(problem.code, problem.field) for problem in validate(kind, record, port)]


@pytest.mark.parametrize(
    ("scope", "expected"),
    [
        ({"call_id": "qingdao|IMO:2000121|1"}, []),
        ({"bill_no": "B"}, []),
        ({"bill_no": "B", "container_no": "C"}, []),
        ({"container_no": "C"}, []),
        ({}, [("BAD_SCOPE", "bill_no")]),
        ({"declaration_no": "D"}, [("BAD_SCOPE", "declaration_no")]),
        ({"declaration_no": "D", "bill_no": "B"}, []),
        ({"call_id": "c", "bill_no": "B"}, [("BAD_SCOPE", "call_id")]),
        ({"call_id": "c", "container_no": "C"}, [("BAD_SCOPE", "call_id")]),
    ],
)
def test_a_release_names_exactly_one_of_call_bill_bill_and_container_container(
    scope: dict[str, str], expected: list[tuple[str, str]]
) -> None:
    bare = {k: v for k, v in RELEASE.items() if k not in ("call_id", "bill_no", "container_no", "declaration_no")}
    assert codes("release", {**bare, **scope}) == expected


def test_a_declaration_number_alone_is_told_what_to_do() -> None:
    record = {**RELEASE, "container_no": None, "declaration_no": "421820261000000001"}
    assert "a declaration number alone is refused" in str(validate("release", record)[0])


def test_a_retraction_needs_its_subject_only() -> None:
    bare = {**GATE, "move": None, "is_retracted": True}
    assert codes("gate", bare) == []
    assert codes("gate", {**bare, "container_no": ""}) == [("MISSING_FIELD", "container_no")]
    assert codes("gate", {**bare, "is_retracted": False}) == [("MISSING_FIELD", "move")]


@pytest.mark.parametrize(
    ("time", "plausible"),
    [(946_684_800_000, True), (946_684_799_999, False), (4_102_444_799_999, True), (4_102_444_800_000, False),
     (0, False), (-1, False), (1_795_000_000, False)],
)  # fmt: skip
def test_times_lie_in_this_century(time: int, plausible: bool) -> None:
    assert codes("gate", {**GATE, "event_time": time}) == ([] if plausible else [("BAD_TIME", "event_time")])


def test_an_event_id_has_at_most_a_hundred_characters_not_bytes() -> None:
    assert codes("gate", {**GATE, "event_id": "闸" * 100}) == []
    assert codes("gate", {**GATE, "event_id": "x" * 101}) == [("TOO_LONG", "event_id")]


def test_a_port_writes_only_to_its_own_topic() -> None:
    assert codes("gate", GATE, "weihai") == []
    assert codes("gate", GATE, "qingdao") == [("FOREIGN_PORT", "port")]


def test_a_new_code_is_kept_not_refused() -> None:
    assert codes("gate", {**GATE, "purpose": "DRONE_DELIVERY", "mode": "DRONE"}) == []
    assert codes("release", {**RELEASE, "stage": "QUANTUM", "authority": "ROBOT"}) == []


def test_a_cut_off_has_no_phase_and_no_arrival() -> None:
    cutoff = examples("berth")["cutoff"]
    assert codes("berth", cutoff) == []
    assert codes("berth", {**cutoff, "service": "BERTH"}) == [
        ("MISSING_FIELD", "call_event"),
        ("MISSING_FIELD", "phase"),
    ]


def test_separators_of_keys_may_not_occur_in_what_becomes_a_key() -> None:
    for field in ("source_party", "source_system", "terminal_code", "container_no", "bill_no", "vessel_id"):
        for character in ("|", "\x00", "\n"):
            assert ("BAD_CHARACTER", field) in codes("gate", {**GATE, field: f"a{character}b"})
    assert codes("gate", {**GATE, "event_id": "a|b", "reason": "a|b"}) == []


def test_kinds_that_only_the_platform_writes_have_no_business_rules() -> None:
    assert codes("facts", {}) == []


def test_a_problem_shows_value_and_expectation_but_never_floods() -> None:
    words = str(validate("gate", {**GATE, "event_id": "x" * 5000})[0])
    assert words.startswith("event_id is 'xxx")
    assert words.endswith("expected at most 100 characters")
    assert len(words) < 200
