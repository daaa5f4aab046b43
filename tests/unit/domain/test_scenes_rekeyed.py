"""Boxes whose keys change under way: nothing of their history is lost."""

from __future__ import annotations

from typing import Any

import pytest

from streams.domain.evidence import Evidence
from tests.unit.domain.story import OCEAN, Platform, at, call, discharge, gate_in, gate_out, line, load

SAILED = call("BERTH", "DEPA", 10, "OUTB")


def both_ways(events: list[Evidence], now: float = 200) -> Platform:
    """All at once, and one by one from the last: the same rows."""
    together, apart = Platform().hear(*events, now=now), Platform()
    for e in reversed(events):
        apart.hear(e)
    apart.hear(now=now)
    for table in ("box_visits", "transfer_legs", "arrival_cases", "exceptions"):
        assert apart.rows(table) == together.rows(table)
    return together


def shown(port: Platform) -> list[tuple[Any, ...]]:
    return [(r["opened_at"], r["closed_at"], r["ef"], r["bill_no"], r["state"]) for r in port.rows("box_visits")]


def test_a_box_is_reused_in_the_same_week() -> None:
    port = both_ways([
        line("PREPARED", 1), gate_in(2), load(8), SAILED,
        line("ORIGINAL", 90, bill="BL2", voyage="V2", vessel="IMO:9000001", pol="KRPUS", pod="CNTAO"),
        discharge(100, bill="BL2", voyage="V2", vessel="IMO:9000001", pol="KRPUS"),
    ])  # fmt: skip
    assert shown(port) == [
        (at(100), 0, "F", "BL2", "DISCHARGED"), (at(2), at(10), "F", "BL1", "SAILED")
    ][::-1]  # fmt: skip


def test_an_empty_leaves_by_gate_and_comes_back_laden() -> None:
    port = both_ways([
        gate_in(2, ef="E", purpose="EMPTY_RETURN"), gate_out(20, ef="E", purpose="EMPTY_PICKUP"), line("PREPARED", 25),
        gate_in(30),
    ])  # fmt: skip
    assert shown(port) == [(at(2), at(20), "E", "", "GATED_OUT"), (at(30), 0, "F", "BL1", "ARRIVAL_PENDING")]


def test_a_rolled_box_leaves_with_the_vessel_of_its_later_line() -> None:
    other = {"vessel": "IMO:9000001", "voyage": "V7"}
    port = both_ways([
        line("PREPARED", 1), gate_in(2), line("PREPARED", 5, **other), SAILED, load(30, **other),
        call("BERTH", "DEPA", 40, "OUTB", **other),
    ])  # fmt: skip
    assert port.visit()["closed_at"] == at(40)
    assert port.exceptions("ROLLED", "SHUT_OUT") == [("ROLLED", "RAISED")]
    assert port.visit()["milestones"]["EXPORT_PRE_STOWAGE_MANIFEST"] == at(1)


@pytest.mark.parametrize(("lines", "first"), [
    pytest.param([line("PREPARED", 1, number="L1"), line("PREPARED", 1, number="L1")], 1, id="re-sent"),
    pytest.param([line("PREPARED", 1), line("PREPARED", 3, action="3")], 1, id="deleted by a later line: history stays"),
    pytest.param([line("PREPARED", 1, number="L2", retracted=True)], 0, id="taken back"),
    pytest.param([line("PREPARED", 1, number="L3"), line("PREPARED", 4, number="L3", updated=at(5))], 4, id="amended"),
])  # fmt: skip
def test_manifest_lines_are_added_amended_deleted_and_re_sent(lines: list[Evidence], first: float) -> None:
    port = both_ways([*lines, gate_in(2)])
    assert port.visit()["milestones"].get("EXPORT_PRE_STOWAGE_MANIFEST", 0) == (at(first) if first else 0)


def test_a_vessel_that_shifts_to_another_terminal_keeps_its_call_and_its_boxes() -> None:
    """移泊: the terminal is no part of the call's key."""
    shift = call("BERTH", "ARRI", 6, "SHIF", terminal="QQCTN", berth="N-1")
    port = both_ways([
        call("BERTH", "ARRI", 3, "ALGS", berth="U-1"), line("PREPARED", 1), gate_in(2), shift, load(8, terminal="QQCTN"), SAILED
    ])  # fmt: skip
    assert port.visit()["call_id"] == f"qingdao|{OCEAN}|PC1"
    assert port.visit()["closed_at"] == at(10)
