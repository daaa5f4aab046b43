"""One partition number, over all topics, belongs to one worker."""

from __future__ import annotations

import pytest

from streams.runtime.faust_assignor import OneOwnerAssignor, SplitPartitionsError, owned_partitions

TOPICS = ["qingdao.gate.v1", "weihai.gate.v1"]


def test_the_same_partitions_of_every_topic_are_owned() -> None:
    assert owned_partitions([(t, p) for t in TOPICS for p in (1, 3)], TOPICS) == {1, 3}


def test_a_worker_without_partitions_owns_nothing() -> None:
    assert owned_partitions([], TOPICS) == set()


@pytest.mark.parametrize("lost", [("weihai.gate.v1", 3), ("qingdao.gate.v1", 1)])
def test_a_topic_that_lacks_a_partition_is_a_loud_error(lost: tuple[str, int]) -> None:
    assigned = [(t, p) for t in TOPICS for p in (1, 3) if (t, p) != lost]
    with pytest.raises(SplitPartitionsError, match=rf"{lost[0]} lacks partitions \[{lost[1]}\]"):
        owned_partitions(assigned, TOPICS)


def test_a_topic_that_is_not_assigned_at_all_is_a_loud_error() -> None:
    with pytest.raises(SplitPartitionsError, match="weihai"):
        owned_partitions([("qingdao.gate.v1", 0)], TOPICS)


class Colliding(str):
    """Two such names share a hash slot, so equal sets of them may iterate in different orders."""

    __slots__ = ()

    def __hash__(self) -> int:
        return 0

    def __eq__(self, other: object) -> bool:
        return str.__eq__(self, other)  # type: ignore[arg-type]


def test_topics_are_grouped_by_their_set_of_subscribers_in_any_order() -> None:
    a, b = Colliding("a"), Colliding("b")
    topics = {"t1", "t2", "t3"}
    subscriptions = {a: ["t1", "t2", "t3"], b: ["t1", "t2"]}
    groups = OneOwnerAssignor._group_co_subscribed(topics, subscriptions)
    assert sorted(map(sorted, groups)) == [["t1", "t2"], ["t3"]]
