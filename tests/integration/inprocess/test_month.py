"""Many days in one process, with the archive at work: boxes that come back, late and repeated events, and the truth."""

from __future__ import annotations

import pytest

from ops.simulate import World
from ops.simulate.cargo import BACK_AFTER
from tests.integration.inprocess.month import through


def proved(world: World, archive_days: float) -> None:
    found, platform, _ = through(world, archive_days)
    assert platform.failed == []
    assert found.equal, found.to_dict()
    assert platform.archived > 1000 and platform.read_back > 20, "the archive did nothing"


def test_days_with_books_that_leave_and_come_back_give_the_truth() -> None:
    proved(World(7, days=3, scale=0.02, heartbeat=60, late=0.05), 0.5)


@pytest.mark.slow
def test_boxes_that_come_again_find_their_history_in_the_archive() -> None:
    proved(World(8, days=BACK_AFTER + 2, scale=0.03), 4)
