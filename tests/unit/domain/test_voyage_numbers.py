"""Voyage numbers come again: a box belongs to the call of its time (contracts, section 7)."""

from __future__ import annotations

import pytest

from streams.domain.evidence import Evidence
from tests.unit.domain.story import Platform, at, call, gate_in, line, load

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
