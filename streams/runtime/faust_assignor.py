"""Who owns what: one partition number, over all topics, belongs to one worker.

A container's gate move at Qingdao and its release at Weihai have one key, so one partition number, in two topics. They
only meet in one book if the same worker reads both. Faust's assignor gives topics with the same subscribers and the
same partition count to the same worker; this module makes that grouping certain and refuses anything else.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Any

from faust.assignor.partition_assignor import PartitionAssignor


class SplitPartitionsError(RuntimeError):
    """The group assignment gave topics of one partition number to different workers. Not recoverable by waiting."""


class OneOwnerAssignor(PartitionAssignor):
    """Groups topics by the *set* of their subscribers.

    Faust groups by the set's iteration order, which may differ between equal sets; the topics would then be dealt out
    in two groups, each balanced on its own.
    """

    @classmethod
    def _group_co_subscribed(cls, topics: set[str], subscriptions: Any) -> Iterable[set[str]]:
        grouped: defaultdict[frozenset[str], set[str]] = defaultdict(set)
        for topic in topics:
            grouped[frozenset(client for client, names in subscriptions.items() if topic in names)].add(topic)
        return grouped.values()


def owned_partitions(assigned: Iterable[tuple[str, int]], topics: Collection[str]) -> set[int]:
    """The partition numbers of this worker.

    Raises `SplitPartitionsError` unless each of `topics` has exactly the same ones.
    """
    per_topic: dict[str, set[int]] = {topic: set() for topic in topics}
    for topic, partition in assigned:
        per_topic.setdefault(topic, set()).add(partition)
    owned = set().union(*per_topic.values())
    wrong = {topic: sorted(owned - parts) for topic, parts in sorted(per_topic.items()) if parts != owned}
    if wrong:
        topic, missing = next(iter(wrong.items()))
        raise SplitPartitionsError(
            f"Topic {topic} lacks partitions {missing} that this worker has of other topics ({len(wrong)} topics "
            "differ). Events of one container would be worked on by different workers. Stop all workers of the group, "
            "run `yigangtong topics check`, and start workers of one version only."
        )
    return owned
