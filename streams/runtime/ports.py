"""What the runtime's pieces need of each other: small protocols with their contracts (contracts, section 8)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, NamedTuple, Protocol, TypeVar


class Record(NamedTuple):
    """One Kafka record as it was read. ``timestamp`` is the broker's append time in ms UTC."""

    topic: str
    partition: int
    offset: int
    timestamp: int
    key: bytes | None
    value: bytes | None


Message = tuple[bytes | None, bytes | None]


class Broker(Protocol):
    """The producing side of Kafka."""

    async def send(self, topic: str, partition: int | None, messages: Sequence[Message]) -> None:
        """Write messages in order; returns when all are acknowledged by all in-sync replicas.

        ``partition`` None spreads by Kafka's murmur2 of each key. Raises when the broker refuses or stays away; some
        of the messages may be written then.
        """

    def partitions(self) -> int:
        """Partitions of every keyed topic."""


class Clock(Protocol):
    """The only place where the runtime learns the time."""

    def now_ms(self) -> int:
        """Wall clock, UTC ms."""


class Rows(Protocol):
    """The part of a store that the sink writes to (``connectors.clickhouse.store.Store``)."""

    def insert(self, table: str, rows: Sequence[tuple[Any, ...]]) -> None:
        """Store rows; all are in the table when it returns."""

    def insert_arrow(self, table: str, batch: Any) -> None:
        """The same for columns by name."""

    def stored_keys(self, table: str, book_keys: Sequence[str]) -> list[tuple[tuple[Any, ...], int, bool]]:
        """(full key, version) of the rows the store shows for these books."""

    def archived(self, keys: Sequence[str]) -> list[tuple[str, bytes]]:
        """(key, payload) of these blobs of ``book_archive``; what is not there is left out."""

    def archived_boxes(self, calls: Sequence[str], since: int) -> list[str]:
        """The archived boxes (kind + key) of these calls (vessel|port) that know of anything since then (ms)."""


#: True while this worker is for certain a member of its group, so that nobody else has its partitions. From any thread.
Member = Callable[[], bool]

T = TypeVar("T")

#: Runs a blocking call (an insert) without holding up the event loop: a thread, or at once in the simulation.
Blocking = Callable[[Callable[[], T]], Awaitable[T]]
