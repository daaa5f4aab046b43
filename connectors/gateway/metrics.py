"""What the gateway counts, by Prometheus' conventions."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Histogram


class GatewayMetrics:
    """Events by port, kind and what became of them; refused requests by reason; how long Kafka took."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._events = Counter(
            "yigangtong_gateway_events",
            "events received, by port, kind and result",
            ["port", "kind", "result"],
            registry=registry,
        )
        self.failures = Counter(
            "yigangtong_gateway_failed_requests",
            "requests of which nothing was taken, by reason",
            ["reason"],
            registry=registry,
        )
        self.seconds = Histogram(
            "yigangtong_gateway_publish_seconds", "time until Kafka had the events of a request", registry=registry,
            buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
        )  # fmt: skip

    def count(self, port: str, kind: str, accepted: int, duplicate: int, refused: int) -> None:
        """The events of one request."""
        for result, number in (("accepted", accepted), ("duplicate", duplicate), ("refused", refused)):
            if number:
                self._events.labels(port, kind, result).inc(number)
