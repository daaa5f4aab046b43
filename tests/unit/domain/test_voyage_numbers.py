"""Voyage numbers come again: a box belongs to the call of its time (contracts, section 7)."""

from __future__ import annotations

import pytest

from streams.domain.calls import derive_calls
from streams.domain.evidence import Evidence, by_time
from tests.unit.domain.story import OCEAN, Platform, at, call, gate_in, line, load

DAY = 24.0
REACH = 45 * DAY


def sailed(when: float, number: str) -> list[Evidence]:
    """A call of voyage V1 that arrives and leaves."""
    return [call("ANCHOR", "ARRI", when, call=number), call("BERTH", "DEPA", when + 12, "OUTB", call=number)]


def closed_at(*events: Evidence, now: float) -> int:
    visit = Platform().hear(*events, now=now).visit()
    return int(visit["closed_at"])


def test_a_box_sails_with_the_call_of_its_year_though_an_earlier_one_had_the_same_voyage_number() -> None:
    year = 365 * DAY
    box = [line("PREPARED", year), gate_in(year + 1), load(year + 8)]
    assert closed_at(*sailed(0, "PC1"), *sailed(year + 6, "PC2"), *box, now=year + 30) == at(year + 18)


def test_nor_does_a_call_that_comes_months_later_close_it() -> None:
    box = [line("PREPARED", 0), gate_in(1), load(8)]
    assert closed_at(*box, *sailed(8 + REACH + 1, "PC2"), now=8 + REACH + 20) == 0


@pytest.mark.parametrize("apart", [REACH, -REACH])
def test_45_days_apart_they_still_belong_together(apart: float) -> None:
    box = [line("PREPARED", 0), gate_in(1), load(8)]
    assert closed_at(*box, *sailed(8 + apart, "PC1"), now=REACH + 60) == at(8 + apart + 12)


@pytest.mark.parametrize(
    ("about", "joined"),
    [
        pytest.param({"voyage": "V1"}, True, id="by its inward voyage"),
        pytest.param({"voyage": "V2"}, True, id="by its outward voyage"),
        pytest.param({"voyage": ""}, True, id="by the call's stay, when it names none"),
        pytest.param({"voyage": "V9"}, False, id="another voyage is another call"),
    ],
)
def test_an_event_without_the_call_s_number_belongs_to_the_call_that_it_fits(about: dict[str, str], joined: bool) -> None:
    """Some sources number calls, others tell the voyage or nothing: a schedule, a departure report, an AIS message."""
    numbered = call("BERTH", "ARRI", 2, "ALGS", voyage="V1", ref="V2")
    left = call("BERTH", "DEPA", 12, "OUTB", **{"call": "", "ref": "", **about})
    for told in ([numbered, left], [left, numbered]):
        calls = derive_calls(OCEAN, "qingdao", sorted(told, key=by_time), [])
        assert [(c.number, c.atd) for c in calls] == (
            [("PC1", at(12))] if joined else [("PC1", 0), ("V9", at(12))]
        )  # fmt: skip


def test_of_two_calls_with_one_voyage_number_the_nearer_has_it() -> None:
    told = [*sailed(0, "PC1"), *sailed(30 * DAY, "PC2"), call("CARGO_OPS", "CMPL", 30 * DAY + 5, call="")]
    calls = derive_calls(OCEAN, "qingdao", sorted(told, key=by_time), [])
    assert [(c.number, bool(c.ops_end)) for c in calls] == [("PC1", False), ("PC2", True)]


def test_without_a_voyage_an_event_far_from_every_call_belongs_to_none() -> None:
    told = [*sailed(0, "PC1"), call("BERTH", "DEPA", 12 + 13, "OUTB", call="", voyage="", ref="")]
    assert [c.number for c in derive_calls(OCEAN, "qingdao", sorted(told, key=by_time), [])] == ["PC1", ""]
