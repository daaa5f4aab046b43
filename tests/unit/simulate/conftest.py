"""Two worlds that the tests of the simulator look at: a full-size day, and a small one."""

from __future__ import annotations

from collections import defaultdict
from typing import Any, NamedTuple

import pytest

from ops.simulate import Delivery, World


class Told(NamedTuple):
    """A world, everything it sent, and its truth by kind."""

    world: World
    deliveries: list[Delivery]
    truth: dict[str, list[dict[str, Any]]]

    def exceptions(self, code: str) -> dict[str, str]:
        """Subject -> state of the exceptions of a code."""
        return {x["subject"]: x["state"] for x in self.truth["exception"] if x["code"] == code}

    def records(self, kind: str) -> list[dict[str, Any]]:
        """The records of a kind, in order of delivery."""
        return [d.record for d in self.deliveries if d.kind == kind]


def told(world: World) -> Told:
    """Run a world to its end."""
    deliveries = list(world.deliveries())
    truth: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for line in world.truth():
        truth[line["kind"]].append(line)
    return Told(world, deliveries, truth)


@pytest.fixture(scope="package")
def day() -> Told:
    """The default demo day."""
    return told(World(seed=1))


@pytest.fixture(scope="package")
def small() -> Told:
    """One day at a fiftieth of the size."""
    return told(World(seed=11, scale=0.02))
