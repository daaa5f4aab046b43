"""The API as an app of its own; the control tower puts its pages beside it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from time import perf_counter
from typing import Final

from fastapi import FastAPI, Request, Response

from ops.api import live, metrics, named, problems, routes
from ops.api.audit import Audit
from ops.api.login import Door, from_elsewhere
from ops.api.metrics import ApiMetrics
from ops.api.office import Office
from ops.api.pulse import Pulse
from ops.clearance import routes as clearance
from ops.clearance.gate import Gate
from ops.clearance.memory import Memory

TITLE: Final = "Yigangtong control tower API 一港通控制塔接口"
DESCRIPTION: Final = (
    "Where is this box, may it move, who is holding it. Times are UTC. What it answers follows from the events that the ports "
    "sent; customs' own instruction prevails. 以海关指令为准。"
)
#: What a browser may do with our pages: nothing from elsewhere, and nobody may frame them.
_HEADERS: Final = {
    "X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}  # fmt: skip


def build(office: Office, door: Door, pulse: Pulse, gate: Gate | None = None, audit: Audit | None = None) -> FastAPI:
    """The app. ``app.state`` holds office, door, pulse, metrics and gate; the gate is fed while the app runs (None: it knows
    nothing). ``audit``: where it is kept who asked what."""
    fed = gate or Gate(Memory())

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with fed.running():
            yield

    app = FastAPI(
        title=TITLE, version="1", description=DESCRIPTION, docs_url="/api/docs", openapi_url="/api/v1/openapi.json",
        lifespan=lifespan,
    )  # fmt: skip
    app.state.office, app.state.door, app.state.pulse, app.state.gate = office, door, pulse, fed
    counted = app.state.metrics = ApiMetrics()
    for router in (routes.router, named.router, live.router, clearance.router, metrics.router):
        app.include_router(router)
    problems.install(app)

    @app.middleware("http")
    async def guard(request: Request, proceed: Callable[[Request], Awaitable[Response]]) -> Response:
        if from_elsewhere(request.method, request):
            refused = problems.answer(problems.FromElsewhere())
            if audit is not None:
                audit.note(request, refused.status_code)
            return refused
        started = perf_counter()
        response = await proceed(request)
        if audit is not None:
            audit.note(request, response.status_code)
        counted.answered(request, response.status_code, perf_counter() - started)
        response.headers.update(_HEADERS)
        return response

    return app
