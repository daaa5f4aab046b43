"""The one list of the worker's metrics (Prometheus names and units). ``/metrics`` shows exactly these."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np
from prometheus_client import CollectorRegistry, Counter, Gauge
from prometheus_client.core import HistogramMetricFamily
from prometheus_client.registry import Collector

from streams.runtime.lag import Lag

#: Seconds from append at the broker to visible in ClickHouse; the promise is p99 < 2 s.
LATENCY_BUCKETS: Final = (0.05, 0.1, 0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 5.0, 10.0, 30.0, 60.0, 300.0)


class BatchHistogram(Collector):
    """A histogram that takes a whole batch of observations at once: nothing per event."""

    def __init__(self, name: str, text: str, buckets: Sequence[float], registry: CollectorRegistry) -> None:
        self._name = name
        self._text = text
        self._edges = np.array(buckets)
        self._counts = np.zeros(len(buckets) + 1, dtype=np.int64)
        self._sum = 0.0
        registry.register(self)

    def observe(self, values: np.ndarray) -> None:
        """Count seconds."""
        places = np.searchsorted(self._edges, values, side="left")
        self._counts += np.bincount(places, minlength=len(self._counts))
        self._sum += float(values.sum())

    def collect(self) -> Iterable[HistogramMetricFamily]:
        """The cumulative buckets that Prometheus wants."""
        total = np.cumsum(self._counts)
        labels = [str(edge) for edge in self._edges] + ["+Inf"]
        yield HistogramMetricFamily(
            self._name, self._text, buckets=list(zip(labels, map(float, total), strict=True)), sum_value=self._sum
        )


class Metrics:
    """Every metric of a worker, with its meaning."""

    def __init__(self, registry: CollectorRegistry | None = None) -> None:
        self.registry = registry or CollectorRegistry()
        r = self.registry
        self.records = Counter(
            "yigangtong_records",
            "Records of source topics by what became of them",
            ("topic", "disposition"),
            registry=r,
        )
        self.rows = Counter("yigangtong_rows_written", "Rows inserted into ClickHouse", ("table",), registry=r)
        self.latency = BatchHistogram(
            "yigangtong_event_queryable_seconds",
            "From append at the broker to visible in ClickHouse",
            LATENCY_BUCKETS,
            r,
        )
        self.lag = Gauge("yigangtong_lag_seconds", "Age of the oldest record that was read and is not yet visible", registry=r)
        self.behind = Lag(r)
        self.seconds = Counter(
            "yigangtong_stage_seconds",
            "Time spent by stage: decode, correlate, history, derive, sink, commit",
            ("stage",),
            registry=r,
        )
        self.flagged = Counter(
            "yigangtong_flagged_events",
            "Events of a party that came twice, late, out of order, from the future or by a wrong clock",
            ("party", "flag"),
            registry=r,
        )
        self.batch = Gauge("yigangtong_batch_records", "Records in the latest batch", registry=r)
        self.dead_letters = Counter("yigangtong_dead_letters", "Refused records", ("kind", "reason"), registry=r)
        self.facts = Counter("yigangtong_facts", "Evidence sent between partitions", ("kind",), registry=r)
        self.commands = Counter("yigangtong_arrival_reports", "Arrival reports sent", ("function",), registry=r)
        self.alerts = Counter("yigangtong_alerts", "Alerts sent", ("code", "state"), registry=r)
        self.send_errors = Counter(
            "yigangtong_send_errors", "Sends that the broker did not acknowledge", ("topic",), registry=r
        )
        self.unwritable = Counter(
            "yigangtong_unwritable_records", "Outputs that did not fit their schema (a defect)", ("kind",), registry=r
        )
        self.held = Gauge("yigangtong_held_bytes", "Memory of what is not in ClickHouse yet", registry=r)
        self.books = Gauge("yigangtong_books", "Books: open, closed or archived", ("partition", "state"), registry=r)
        self.archive = Counter(
            "yigangtong_archived_books",
            "Books by their way: sent to the archive, read from it, or missing there (evidence waits, nothing is committed)",
            ("way",),
            registry=r,
        )
        self.evidence = Gauge("yigangtong_evidence", "Items of evidence held", ("partition",), registry=r)
        self.now = Gauge("yigangtong_now_seconds", "Logical time, seconds since 1970", ("partition",), registry=r)
        self.store_errors = Counter("yigangtong_store_errors", "Failed inserts by class", ("error",), registry=r)
        self.fenced = Counter(
            "yigangtong_fenced",
            "Writes held back while the group had not confirmed this worker, by what was to be written",
            ("write",),
            registry=r,
        )
        self.paused = Gauge("yigangtong_intake_paused", "1 while intake waits for the database", registry=r)
        self.failed = Counter("yigangtong_derive_failed", "Books whose derivation raised", registry=r)
        self.commits = Counter("yigangtong_commits", "Commit barriers by outcome", ("outcome",), registry=r)
        self.changelog = Counter("yigangtong_changelog_records", "State records written", registry=r)
        self.restored = Counter("yigangtong_restored_records", "State records read back after a start", registry=r)
        self.cases = Gauge("yigangtong_arrival_cases", "Arrival cases by state", ("state",), registry=r)
        self.open_exceptions = Gauge("yigangtong_open_exceptions", "Open exceptions by code", ("code",), registry=r)
