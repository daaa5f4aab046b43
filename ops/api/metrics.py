"""What the control tower counts; `schemas.metrics` says what each metric means."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from starlette.responses import Response

from ops.api.people import Person
from ops.clearance.gate import Gate
from ops.clearance.routes import asking
from schemas.metrics import counter, gauge, histogram

router = APIRouter()
#: What no route answers is one route: strangers must not fill the memory with names.
NOWHERE = "(none)"


class ApiMetrics:
    """Requests, answers to gates, and how fresh is what they are answered from."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._requests = counter("api_requests", self.registry)
        self._seconds = histogram("api_request_seconds", self.registry)
        self._decisions = counter("clearance_decisions", self.registry)
        self._age = gauge("api_feed_age_seconds", self.registry)
        self._boxes = gauge("api_boxes", self.registry)

    def answered(self, request: Request, status: int, seconds: float) -> None:
        """A request was answered. Only those of the API are counted: pages hold their connection for hours."""
        if request.url.path.startswith("/api/"):
            route = getattr(request.scope.get("route"), "path", NOWHERE)
            self._requests.labels(request.method, route, str(status)).inc()
            self._seconds.labels(route).observe(seconds)

    def decided(self, action: str, verdict: str) -> None:
        """A gate was told ALLOW, DENY or REFER."""
        self._decisions.labels(action, verdict).inc()

    def text(self, gate: Gate) -> bytes:
        """What Prometheus reads."""
        state = gate.state()
        self._age.set(-1 if state["age_s"] is None else state["age_s"])
        self._boxes.set(state["boxes"])
        return generate_latest(self.registry)


@router.get("/live", include_in_schema=False)
async def live() -> dict[str, bool]:
    """The process answers: for whoever restarts it, without a login."""
    return {"live": True}


@router.get("/metrics", include_in_schema=False)
async def metrics(request: Request, _: Annotated[Person, Depends(asking)]) -> Response:
    """For Prometheus, which logs in like anybody else (HTTP Basic) where people must."""
    counted: ApiMetrics = request.app.state.metrics
    return Response(counted.text(request.app.state.gate), media_type=CONTENT_TYPE_LATEST)
