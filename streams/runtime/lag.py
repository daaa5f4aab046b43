"""How far behind its log end each topic partition is, in records and in seconds: what Prometheus is shown at a scrape."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector, CollectorRegistry

from schemas.metrics import Kind, declared


class Behind(NamedTuple):
    """Records and seconds."""

    records: int
    seconds: float


class Lag(Collector):
    """The figures of a worker's own partitions. Nothing is computed per event: a batch, or a look at a log end, sets them."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._taken: dict[tuple[str, int], int] = {}
        self._fresh: dict[tuple[str, int], int] = {}
        self._behind: dict[tuple[str, int], Behind] = {}
        registry.register(self)

    def taken(self, topic: str, partition: int, next_offset: int, appended_at: int) -> None:
        """A batch was taken in; ``appended_at`` (ms) is the append time of its newest record."""
        self._taken[topic, partition] = next_offset
        self._fresh[topic, partition] = max(appended_at, self._fresh.get((topic, partition), 0))

    def log_end(self, topic: str, partition: int, position: int, end: int, at_ms: int) -> None:
        """The log ended before offset ``end`` at this time of the worker's clock (ms); ``position`` is read next, where
        nothing of it was taken in yet.

        Seconds count from the newest record that was taken in, or from when the end was last reached: a topic in which
        nothing happened for an hour is not an hour behind when the next record waits for a moment.
        """
        place = topic, partition
        records = max(0, end - self._taken.get(place, position))
        if not records:
            self._fresh[place] = max(at_ms, self._fresh.get(place, 0))
        fresh = self._fresh.get(place)
        if fresh is not None:  # of a log of which nothing was read yet nobody knows how old it is
            self._behind[place] = Behind(records, max(0.0, (at_ms - fresh) / 1000))

    def forget(self) -> None:
        """The partitions belong to others now."""
        for figures in (self._taken, self._fresh, self._behind):
            figures.clear()

    def most(self) -> Behind:
        """All records that are not read yet, and the seconds of the partition that is furthest behind."""
        behind = self._behind.values()
        return Behind(sum(b.records for b in behind), max((b.seconds for b in behind), default=0.0))

    def collect(self) -> Iterable[GaugeMetricFamily]:
        """One sample per topic partition."""
        records, seconds = (
            GaugeMetricFamily(metric.name, metric.en, labels=metric.labels)
            for metric in (declared("topic_lag_records", Kind.GAUGE), declared("topic_lag_seconds", Kind.GAUGE))
        )
        for (topic, partition), behind in self._behind.items():
            records.add_metric((topic, str(partition)), behind.records)
            seconds.add_metric((topic, str(partition)), behind.seconds)
        yield records
        yield seconds
