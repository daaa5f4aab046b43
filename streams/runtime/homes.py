"""Where books live: the partition of each key, looked up once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

#: Keys to remember: a day has some 10,000 boxes and as many bills.
KEPT: Final = 200_000

#: Partitions of keys, in their order.
Home = Callable[[Sequence[str]], Sequence[int]]


class Homes:
    """Remembers what a partitioner says of keys, and asks it for all new ones at once."""

    def __init__(self, partitions_of: Callable[[Sequence[bytes], int], Sequence[int]], partitions: int) -> None:
        self._partitions_of = partitions_of
        self._partitions = partitions
        self._known: dict[str, int] = {}

    def __call__(self, keys: Sequence[str]) -> Sequence[int]:
        """The partition of each key."""
        known = self._known
        new = [key for key in dict.fromkeys(keys) if key not in known]
        if new:
            if len(known) > KEPT:
                known.clear()
                new = list(dict.fromkeys(keys))
            known.update(zip(new, self._partitions_of([key.encode() for key in new], self._partitions), strict=True))
        return [known[key] for key in keys]
