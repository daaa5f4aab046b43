"""What the gateway counts; `schemas.metrics` says what each metric means."""

from __future__ import annotations

from prometheus_client import CollectorRegistry

from schemas.metrics import counter, histogram


class GatewayMetrics:
    """Events by port, kind and what became of them; refused requests by reason; how long Kafka took."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._events = counter("gateway_events", registry)
        self.failures = counter("gateway_failed_requests", registry)
        self.seconds = histogram("gateway_publish_seconds", registry)

    def count(self, port: str, kind: str, accepted: int, duplicate: int, refused: int) -> None:
        """The events of one request."""
        for result, number in (("accepted", accepted), ("duplicate", duplicate), ("refused", refused)):
            if number:
                self._events.labels(port, kind, result).inc(number)
