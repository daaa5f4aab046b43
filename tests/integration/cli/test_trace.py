"""A box's trace: as the store shows it now, and as it was known at a time."""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Any

import pytest

from bench.workload import Message
from connectors.clickhouse.embedded import EmbeddedStore
from ops.simulate import World
from ops.trace import trace
from ops.trace_as_of import trace_as_of
from ops.witnesses import WITNESSES

from .conftest import CHUNK, Platform

SHOWN = (
    "opened_at", "closed_at", "direction", "trade", "ef", "state", "milestones", "milestone_times", "next_step", "blockers",
)  # fmt: skip


def visits(rows: list[Mapping[str, Any]]) -> list[tuple[Any, ...]]:
    return sorted(
        tuple(tuple(row[name]) if isinstance(row[name], (list, tuple)) else row[name] for name in SHOWN) for row in rows
    )


def cases(rows: list[Mapping[str, Any]]) -> list[tuple[str, str, str]]:
    return sorted((row["case_id"], row["state"], row["message_id"]) for row in rows)


def boxes(platform: Platform, seed: int, count: int) -> list[str]:
    return random.Random(seed).sample(sorted({row["container_no"] for row in platform.rows("box_visits")}), count)


def test_every_milestone_has_an_event_that_says_so(store: EmbeddedStore, platform: Platform) -> None:
    for box in boxes(platform, 1, 25):
        for visit in trace(store, box)["box_visits"]:
            assert visit["steps"]
            for step in visit["steps"]:
                assert step["evidence"], (box, step)
                assert all(e["source_party"] and e["ingest_time"] for e in step["evidence"])


def test_every_milestone_key_is_known_to_the_witnesses(platform: Platform) -> None:
    assert {key for row in platform.rows("box_visits") for key in row["milestones"]} <= WITNESSES.keys()


def test_as_of_the_end_is_what_the_platform_shows_now(store: EmbeddedStore, platform: Platform) -> None:
    for box in boxes(platform, 2, 15):
        now, then = trace(store, box), trace_as_of(store, box, platform.clock)
        assert visits(then["box_visits"]) == visits(now["box_visits"])
        assert cases(then["arrival_cases"]) == cases(now["arrival_cases"])


@pytest.mark.parametrize("chunks", [3, 6, 9])
def test_as_of_a_time_is_what_the_platform_showed_then(
    store: EmbeddedStore, world: World, stream: list[Message], chunks: int
) -> None:
    known_then = stream[: chunks * CHUNK]
    earlier = Platform(world)
    earlier.run(known_then)
    then = earlier.clock
    assert stream[len(known_then)].at_ms > then  # nothing later came in at the same moment
    known = {row["container_no"] for row in earlier.rows("box_visits")}
    assert known
    for box in random.Random(3).sample(sorted(known), 12):
        found = trace_as_of(store, box, then)
        assert visits(found["box_visits"]) == visits([r for r in earlier.rows("box_visits") if r["container_no"] == box])


def test_a_box_that_nobody_has_heard_of_has_no_evidence(store: EmbeddedStore) -> None:
    found = trace(store, "XXXU0000000")
    assert found["evidence"] == found["box_visits"] == []
    assert trace_as_of(store, "XXXU0000000", 1 << 40)["evidence"] == []
