"""The worker's metrics, as code sets them. ``/metrics`` shows exactly these."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from prometheus_client import CollectorRegistry
from prometheus_client.core import HistogramMetricFamily
from prometheus_client.registry import Collector

from schemas.metrics import Kind, Metric, counter, declared, gauge, histogram
from streams.runtime.lag import Lag


class BatchHistogram(Collector):
    """A histogram that takes a whole batch of observations at once: nothing per event."""

    def __init__(self, metric: Metric, registry: CollectorRegistry) -> None:
        self._metric = metric
        self._edges = np.array(metric.buckets)
        self._counts = np.zeros(len(metric.buckets) + 1, dtype=np.int64)
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
            self._metric.name, self._metric.en, buckets=list(zip(labels, map(float, total), strict=True)), sum_value=self._sum
        )


class Metrics:
    """The metrics of a worker, declared from the one list of all (`schemas.metrics`), which says what each means."""

    def __init__(self, registry: CollectorRegistry | None = None) -> None:
        self.registry = registry or CollectorRegistry()
        r = self.registry
        self.sources = counter("source_events", r)
        self.records = counter("records", r)
        self.flagged = counter("flagged_events", r)
        self.dead_letters = counter("dead_letters", r)
        self.latency = BatchHistogram(declared("event_queryable_seconds", Kind.HISTOGRAM), r)
        self.lag = gauge("lag_seconds", r)
        self.behind = Lag(r)
        self.now = gauge("now_seconds", r)
        self.watermark = gauge("watermark_seconds", r)
        self.source_watermark = gauge("source_watermark_seconds", r)
        self.books = gauge("books", r)
        self.evidence = gauge("evidence", r)
        self.held = gauge("held_bytes", r)
        self.paused = gauge("intake_paused", r)
        self.batch = histogram("batch_records", r)
        self.inserted = histogram("insert_rows", r)
        self.seconds = counter("stage_seconds", r)
        self.rows = counter("rows_written", r)
        self.store_errors = counter("store_errors", r)
        self.store_retries = counter("store_retries", r)
        self.send_errors = counter("send_errors", r)
        self.fenced = counter("fenced", r)
        self.commits = counter("commits", r)
        self.changelog = counter("changelog_records", r)
        self.restored = counter("restored_records", r)
        self.archive = counter("archived_books", r)
        self.facts = counter("facts", r)
        self.commands = counter("arrival_reports", r)
        self.cases = gauge("arrival_cases", r)
        self.open_exceptions = gauge("open_exceptions", r)
        self.alerts = counter("alerts", r)
        self.failed = counter("derive_failed", r)
        self.unwritable = counter("unwritable_records", r)

    def forget(self) -> None:
        """The partitions belong to others now, who show what they hold: shown here too, it would count twice."""
        self.behind.forget()
        for held in (
            self.now, self.watermark, self.source_watermark, self.books, self.evidence, self.cases, self.open_exceptions,
        ):  # fmt: skip
            held.clear()
