"""Which change of a vessel's call makes a box be derived again: only one of what the box depends on."""

from __future__ import annotations

import pytest

from streams.domain.evidence import Evidence
from tests.unit.domain.story import BOX, FEEDER, Platform, at, call, cutoff, discharge, estimate, gate_in, line, load

ANNOUNCED_EXPORT = (line("PREPARED", 0),)
EXPORT = (*ANNOUNCED_EXPORT, gate_in(2))
ANNOUNCED_IMPORT = (line("ORIGINAL", 0, pod="CNTAO"),)
IMPORT = (*ANNOUNCED_IMPORT, discharge(5))
#: What was known of the call before.
KNOWN = (estimate("BERTH", "ARRI", 4), cutoff(8, opens=1))

PLANNED = estimate("BERTH", "ARRI", 6)
TO_LEAVE = estimate("BERTH", "DEPA", 9, "OUTB")
CUTOFF = cutoff(7, opens=1, updated=at(9))
OPENS = cutoff(8, opens=3, updated=at(9))
ARRIVED = call("ANCHOR", "ARRI", 4)
WORKED_OFF = call("CARGO_OPS", "CMPL", 6, "ALGS")
LEFT = call("BERTH", "DEPA", 9, "OUTB")


def derived_again(port: Platform, told: Evidence) -> bool:
    """Whether the box is, when this is told of its vessel's call."""
    port.core.accept(told)
    dirty: dict[str, None] = {}
    port.core._refresh_copy("C" + told.key, dirty, late=False)
    return "B" + BOX in dirty


@pytest.mark.parametrize(
    ("box", "told", "again"),
    [
        (ANNOUNCED_EXPORT, PLANNED, False), (ANNOUNCED_EXPORT, WORKED_OFF, False), (ANNOUNCED_EXPORT, CUTOFF, True),
        (ANNOUNCED_EXPORT, OPENS, True), (ANNOUNCED_EXPORT, LEFT, True),
        (EXPORT, PLANNED, True), (EXPORT, WORKED_OFF, False), (EXPORT, CUTOFF, True), (EXPORT, LEFT, True),
        (ANNOUNCED_IMPORT, PLANNED, False), (ANNOUNCED_IMPORT, ARRIVED, False), (ANNOUNCED_IMPORT, CUTOFF, False),
        (ANNOUNCED_IMPORT, WORKED_OFF, True),
        (IMPORT, PLANNED, False), (IMPORT, CUTOFF, False), (IMPORT, ARRIVED, True), (IMPORT, WORKED_OFF, True),
    ],
)  # fmt: skip
def test_a_box_is_derived_again_for_what_it_depends_on(box: tuple[Evidence, ...], told: Evidence, again: bool) -> None:
    assert derived_again(Platform().hear(*KNOWN, *box, now=3), told) is again


def test_an_estimate_of_arrival_counts_until_there_is_one_of_departure() -> None:
    assert not derived_again(Platform().hear(*KNOWN, TO_LEAVE, *EXPORT, now=3), PLANNED)


def test_a_box_whose_last_word_depended_on_the_time_is_derived_again() -> None:
    # Nobody knows when its vessel leaves: whether it may carry the box is judged by the day of asking.
    port = Platform().hear(cutoff(8, opens=1), *EXPORT, now=3)
    assert derived_again(port, WORKED_OFF)


SHIP = {"vessel": FEEDER, "voyage": "F1"}
FROM = {"port": "weihai", "terminal": "WHCT", **SHIP}
LANDED = discharge(3, port="weihai", terminal="WHCT")
UNDER_WAY = (LANDED, load(5, pod="CNTAO", **FROM), call("BERTH", "DEPA", 6, "OUTB", **FROM))
EXPECTED = estimate("ANCHOR", "ARRI", 12, **SHIP)


@pytest.mark.parametrize(
    ("told", "again"),
    [
        (estimate("ANCHOR", "ARRI", 13, **SHIP), True),
        (call("CARGO_OPS", "CMPL", 15, **SHIP), True),
        (call("BERTH", "ARRI", 9, "ALGS", port="yantai", **SHIP), True),  # nobody had announced that
        (call("CUTOFF", "", 9, "", classifier="PLN", **SHIP), False),
        (call("CARGO_OPS", "STRT", 4, "ALGS", **FROM), False),
    ],
)
def test_a_box_on_a_feeder_is_derived_again_when_its_leg_is_another_one(told: Evidence, again: bool) -> None:
    assert derived_again(Platform().hear(EXPECTED, *UNDER_WAY, now=10), told) is again
