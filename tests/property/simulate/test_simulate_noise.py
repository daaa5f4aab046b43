"""Whatever delivery does to the events, the world behind them and its truth stay the same."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from ops.simulate import World

CALM = World(seed=9, scale=0.01, disorder=0, duplicates=0, late=0)


def _sent(world: World) -> set[Any]:
    """Each version of each event, and each file's text, once."""
    return {
        d.file.text if d.file else (d.topic, d.key, d.record["event_id"], d.record["updated_time"], repr(d.record))
        for d in world.deliveries() if d.kind != "control"
    }  # fmt: skip


CALM_EVENTS = _sent(CALM)


@settings(max_examples=12, deadline=None)
@given(disorder=st.floats(0, 7200), duplicates=st.floats(0, 1), late=st.floats(0, 1))
def test_truth_and_events_do_not_depend_on_how_they_are_delivered(
    disorder: float, duplicates: float, late: float
) -> None:
    world = World(seed=9, scale=0.01, disorder=disorder, duplicates=duplicates, late=late)
    assert _sent(world) == CALM_EVENTS
    assert world.truth() == CALM.truth()
    assert world.customs_plan() == CALM.customs_plan()


@settings(max_examples=8, deadline=None)
@given(seed=st.integers(0, 2**32), disorder=st.floats(0, 600), late=st.floats(0, 1))
def test_deliveries_are_in_order_and_end_with_final(seed: int, disorder: float, late: float) -> None:
    deliveries = list(World(seed=seed, scale=0.01, days=2, disorder=disorder, late=late).deliveries())
    assert all(a.at_ms <= b.at_ms for a, b in pairwise(deliveries))
    assert [d.record.get("event_type") for d in deliveries[-4:]] == ["FINAL"] * 4
