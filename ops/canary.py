"""A canary for each port: an event that says nothing, sent on its way again and again, and timed until people could see it.

It is a heartbeat of a kind that no source has: the worker takes it in as a control record, tells the other partitions of it,
and writes its row of ``intake``; no book, no deadline and no figure depends on it. So it measures Kafka, worker and ClickHouse
from outside, also while no port sends anything.
"""

from __future__ import annotations

import logging
import time
import uuid
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple, Protocol

from prometheus_client import CollectorRegistry

from connectors.clickhouse.errors import StoreError
from connectors.kafka.errors import KafkaProblem
from schemas.codec import encode
from schemas.keys import topic_of
from schemas.metrics import counter, gauge, histogram

log = logging.getLogger(__name__)

#: Of this kind nobody speaks: it stands in ``of_kind``, and as source_system.
KIND: Final = "canary"
#: After this it counts as lost, seconds; it may still come, but nobody would wait for it.
LOST_S: Final = 60.0
#: Clocks of two machines may differ by this, seconds: rows are looked for from that much before the first was sent.
CLOCKS_S: Final = 600.0
_SEEN: Final = (
    "SELECT event_id FROM intake_now WHERE topic IN %(topics)s AND append_time >= %(since)s AND event_id IN %(ids)s"
)


class Reader(Protocol):
    """What is asked of the store."""

    def query(self, sql: str, params: Mapping[str, Any] | None = None) -> list[dict[str, Any]]:
        """Rows as dicts."""


class Outlet(Protocol):
    """Where events go (`connectors.kafka.producer.Publisher`)."""

    def publish(self, topic: str, key: str, value: bytes) -> None:
        """Queue one."""

    def flush(self) -> None:
        """Wait until all are acknowledged."""


class CanaryMetrics:
    """What is shown to Prometheus; `schemas.metrics` says what each means."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.seconds = histogram("canary_seconds", self.registry)
        self.lost = counter("canary_lost", self.registry)
        self.last_seen = gauge("canary_last_seen_seconds", self.registry)


class _Flight(NamedTuple):
    port: str
    left: float
    """By the clock that only grows, seconds."""


class Canaries:
    """One for each port. ``clock``: seconds since 1970; ``passing``: seconds that only grow."""

    def __init__(
        self, ports: Iterable[str], outlet: Outlet, reader: Reader, metrics: CanaryMetrics,
        clock: Callable[[], float] = time.time, passing: Callable[[], float] = time.monotonic,
    ) -> None:  # fmt: skip
        self._ports = tuple(ports)
        self._outlet = outlet
        self._reader = reader
        self._metrics = metrics
        self._clock = clock
        self._passing = passing
        self._under_way: dict[str, _Flight] = {}
        for port in self._ports:
            metrics.lost.labels(port)
            # Not yet seen counts from the start: a platform that never showed one is told of as well.
            metrics.last_seen.labels(port).set(clock())

    def send(self) -> None:
        """One for each port. Kafka that does not take them makes them lost."""
        left = self._passing()
        for port in self._ports:
            ident = f"canary-{uuid.uuid4().hex}"
            self._under_way[ident] = _Flight(port, left)
            try:
                self._outlet.publish(topic_of("control", port), port, encode("control", self._record(ident, port)))
            except KafkaProblem as problem:
                log.warning("the canary of %s was not taken: %s", port, problem)
        try:
            self._outlet.flush()
        except KafkaProblem as problem:
            log.warning("canaries were not taken: %s", problem)

    def look(self) -> None:
        """See which have arrived; give up those that are too late."""
        for ident in self._arrived():
            flight = self._under_way.pop(ident)
            self._metrics.seconds.labels(flight.port).observe(self._passing() - flight.left)
            self._metrics.last_seen.labels(flight.port).set(self._clock())
        for ident, flight in list(self._under_way.items()):
            if self._passing() - flight.left > LOST_S:
                del self._under_way[ident]
                self._metrics.lost.labels(flight.port).inc()
                log.error("the canary of %s did not arrive within %.0f s", flight.port, LOST_S)

    def under_way(self) -> int:
        """How many have not arrived yet."""
        return len(self._under_way)

    def _arrived(self) -> list[str]:
        if not self._under_way:
            return []
        oldest = self._clock() - (self._passing() - min(flight.left for flight in self._under_way.values()))
        params = {
            "topics": tuple(topic_of("control", port) for port in self._ports), "ids": tuple(self._under_way),
            "since": datetime.fromtimestamp(oldest - CLOCKS_S, UTC),
        }  # fmt: skip
        try:
            return [row["event_id"] for row in self._reader.query(_SEEN, params) if row["event_id"] in self._under_way]
        except StoreError as error:
            log.warning("the store cannot be asked: %s", error)
            return []

    def _record(self, ident: str, port: str) -> dict[str, Any]:
        now = int(self._clock() * 1000)
        return {
            "event_id": ident, "source_party": "PLATFORM", "source_system": KIND, "event_type": "HEARTBEAT",
            "classifier": "ACT", "event_time": now, "record_time": now, "updated_time": now, "is_retracted": False,
            "port": port, "of_kind": KIND, "sent_up_to": now,
        }  # fmt: skip
