"""The one list of metrics: whole, by Prometheus' conventions, and what the programs show."""

from __future__ import annotations

import re

import pytest
from prometheus_client import CollectorRegistry

from connectors.gateway.metrics import GatewayMetrics
from ops.api.metrics import ApiMetrics
from schemas.metrics import METRICS, Kind, Metric, Where, counter, gauge
from streams.runtime.metrics import Metrics


def shown(registry: CollectorRegistry) -> dict[str, tuple[str, str]]:
    """Name -> (type, meaning) of what a registry shows."""
    return {family.name: (family.type, family.documentation) for family in registry.collect()}


def gateway() -> CollectorRegistry:
    registry = CollectorRegistry()
    GatewayMetrics(registry)
    return registry


@pytest.mark.parametrize(
    ("where", "registry"),
    [(Where.WORKER, Metrics().registry), (Where.GATEWAY, gateway()), (Where.TOWER, ApiMetrics().registry)],
    ids=["worker", "gateway", "tower"],
)
def test_each_program_shows_its_part_of_the_list_and_nothing_else(where: Where, registry: CollectorRegistry) -> None:
    assert shown(registry) == {m.name: (m.kind.value, m.en) for m in METRICS if m.where is where}


def test_no_name_is_there_twice() -> None:
    assert len({m.name for m in METRICS}) == len(METRICS)


@pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.name)
def test_names_and_units_follow_prometheus(metric: Metric) -> None:
    assert re.fullmatch(r"yigangtong_[a-z]+(_[a-z]+)*", metric.name)
    assert not metric.name.endswith(("_total", "_bucket", "_sum", "_count"))
    assert not re.search(r"_(ms|millis|milliseconds|minutes|kb|mb)$", metric.name), "base units: seconds and bytes"
    if metric.unit.startswith("seconds"):
        assert "seconds" in metric.name
    assert metric.en and re.search(r"[\u4e00-\u9fff]", metric.zh)
    assert bool(metric.buckets) == (metric.kind is Kind.HISTOGRAM)
    assert list(metric.buckets) == sorted(metric.buckets)


def test_a_metric_that_is_not_in_the_list_or_of_another_type_cannot_be_declared() -> None:
    with pytest.raises(KeyError):
        counter("made_up", CollectorRegistry())
    with pytest.raises(ValueError, match="is a counter"):
        gauge("records", CollectorRegistry())

