"""What a worker holds for one partition number over all topics."""

from __future__ import annotations

from collections.abc import Mapping

from streams.domain.correlator import Correlator
from streams.runtime.watermark import Watermark


class Slice:
    """The books of a partition, its logical time, and which of its books' stored rows have been looked at."""

    def __init__(self, partition: int, correlator: Correlator, watermark: Watermark, log_ends: Mapping[str, int]) -> None:
        self.partition = partition
        self.correlator = correlator
        self.watermark = watermark
        #: Records below these (by topic) may have rows in the store that this worker does not know of.
        self.log_ends = log_ends
        #: Books (kind + key) whose stored rows have been looked up or wait for it, and those whose turn it is.
        self.checked: set[str] = set()
        self.to_check: dict[str, None] = {}
        #: Books whose stored rows were looked up since they were last derived for that: they may go to the archive.
        self.looked_up: dict[str, None] = {}
        #: What the changelog's records about time hold.
        self.written: dict[bytes, bytes] = {}

    def touch(self, name: str) -> None:
        """A book is touched by a record that an earlier owner may have seen: its stored rows are to be looked at, once."""
        if name not in self.checked:
            self.checked.add(name)
            self.to_check[name] = None
