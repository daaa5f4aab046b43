"""``vessel`` and ``explain --call`` as of a time: what was said then, from a store that holds what came after, too."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, NamedTuple

import pytest

from ops.cli.common import Reader, open_reader
from ops.vessel import calls_of, current, readiness
from ops.vessel_as_of import calls_then, readiness_then
from tests.unit.cli.conftest import Ask, Filled
from tests.unit.conftest import embedded

HOUR = 3_600_000


class Two(NamedTuple):
    """The world as it stood at a time, and the same later."""

    at: int
    then: Filled
    now: Filled

    @property
    def readers(self) -> tuple[Reader, Reader]:
        return open_reader(self.then.url), open_reader(self.now.url)

    @property
    def moment(self) -> str:
        return datetime.fromtimestamp(self.at / 1000, UTC).isoformat()


@pytest.fixture(scope="module")
def two(embedded_world: Filled, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Two]:
    """An hour before a feeder with boxes of both trades departs."""
    call = calls_of(open_reader(embedded_world.url), "QI YUAN FC0", "qingdao")[0]
    at = call["atd"] - HOUR
    with embedded(tmp_path_factory.mktemp("then"), at) as then:
        yield Two(at, then, embedded_world)


def test_the_calls_of_each_vessel_are_those_that_were_known(two: Two) -> None:
    then, now = two.readers
    vessels = {row["vessel_id"] for row in now.query("SELECT DISTINCT vessel_id FROM port_calls_now")}
    known = {vessel: calls_of(then, vessel) for vessel in sorted(vessels)}
    assert {vessel: calls_then(now, vessel, two.at) for vessel in known} == known
    assert any(calls != calls_of(now, vessel) for vessel, calls in known.items()), "something has happened since"


def test_what_blocked_a_departure_is_what_was_said_then(two: Two) -> None:
    """Of vessels that were there then and have left since."""
    then, now = two.readers
    calls = [current(calls_of(then, row["vessel_id"])) for row in then.query("SELECT DISTINCT vessel_id FROM port_calls_now")]
    left = {row["call_id"] for row in now.query("SELECT call_id FROM port_calls_now WHERE phase = 'DEPARTED'")}
    said = [readiness(then, call, two.at) for call in calls if call["call_id"] in left and call["ata"] and not call["atd"]]
    said.sort(key=lambda answer: (-len(answer["blockers"]), answer["call"]["call_id"]))
    for answer in said[:2]:
        assert {**answer, "as_of": two.at} == readiness_then(now, answer["call"], two.at)
        assert answer["verdict"] == "MAY_NOT" and len(answer["blockers"]) > 1


def asked(ask: Ask, world: Filled, *words: str) -> tuple[Any, Any]:
    """Exit code and answer."""
    code, out, errors = ask(*words, "--json", "--store", world.url)
    assert not errors
    return code, json.loads(out)


def test_a_feeder_voyage_as_of_then_is_shown_as_it_was(two: Two, ask: Ask) -> None:
    call = calls_of(two.readers[1], "QI YUAN FC0", "qingdao")[0]
    words = ("vessel", "QI YUAN FC0", "--voyage", call["voyage_out"])
    code, said = asked(ask, two.then, *words)
    assert asked(ask, two.now, *words, "--as-of", two.moment) == (code, said)
    assert said["composition"] != asked(ask, two.now, *words)[1]["composition"]


def test_a_person_reads_what_blocked_a_departure_and_as_of_when(two: Two, ask: Ask) -> None:
    code, out, errors = ask(
        "explain", "--call", "QI YUAN FC0@qingdao", "--as-of", two.moment, "--lang", "en", "--store", two.now.url
    )
    assert (code, errors) == (1, "")
    assert "it may not depart yet" in out and "as it was known at 2026" in out


@pytest.mark.parametrize("words", [("vessel", "QI YUAN FC0"), ("explain", "--call", "QI YUAN FC0@qingdao")])
def test_before_anything_was_known_of_it_a_vessel_is_unknown(words: tuple[str, ...], two: Two, ask: Ask) -> None:
    code, out, errors = ask(*words, "--as-of", "2020-01-01T00:00", "--lang", "en", "--store", two.now.url)
    assert code == 1 and "no call of this vessel is known" in out and not errors
