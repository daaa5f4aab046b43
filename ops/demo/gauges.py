"""The worker's metrics as the demo shows them."""

from __future__ import annotations

from collections.abc import Sequence

from prometheus_client.parser import text_string_to_metric_families


class Gauges:
    """One look at ``/metrics``."""

    def __init__(self, text: str) -> None:
        self._samples: dict[str, list[tuple[dict[str, str], float]]] = {}
        for family in text_string_to_metric_families(text):
            for sample in family.samples:
                self._samples.setdefault(sample.name, []).append((sample.labels, sample.value))

    def total(self, name: str, **labels: str) -> float:
        """Sum over the samples that have these labels."""
        return sum(
            value for have, value in self._samples.get(name, ()) if all(have.get(k) == v for k, v in labels.items())
        )

    def least(self, name: str) -> float:
        """The least sample, 0 when there is none."""
        return min((value for _, value in self._samples.get(name, ())), default=0.0)

    def quantiles(self, histogram: str, shares: Sequence[float]) -> list[float]:
        """Quantiles of a histogram, interpolated within its buckets as Prometheus does. Seconds."""
        buckets = sorted((float(have["le"]), value) for have, value in self._samples.get(histogram + "_bucket", ()))
        count = buckets[-1][1] if buckets else 0.0
        found = []
        for share in shares:
            rank, low, below = share * count, 0.0, 0.0
            for edge, cumulative in buckets:
                if cumulative >= rank:
                    if edge == float("inf") or cumulative == below:
                        found.append(low)
                    else:
                        found.append(low + (edge - low) * (rank - below) / (cumulative - below))
                    break
                low, below = edge, cumulative
            else:
                found.append(0.0)
        return found
