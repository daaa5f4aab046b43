"""What a supervisor asks a worker over HTTP on loopback: alive? ready? how much?

`/live` answers from the event loop alone: a store or broker that is away must not get a healthy worker killed.
`/ready` says whether the state is recovered, and how far behind the log ends the worker is. `/metrics` is Prometheus text.
"""

from __future__ import annotations

from collections.abc import Callable

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest

from streams.runtime.lag import Behind


class PortTakenError(RuntimeError):
    """The health port is in use."""


class HealthServer:
    """`start()`, `stop()`; `port` is the real one after start (0 asks for any free port)."""

    def __init__(self, *, host: str, port: int, recovered: Callable[[], bool], stopping: Callable[[], bool],
                 behind: Callable[[], Behind], registry: CollectorRegistry = REGISTRY) -> None:
        self.host, self.port = host, port
        self._behind = behind
        self._recovered, self._stopping, self._registry = recovered, stopping, registry
        self._runner: web.AppRunner | None = None

    async def start(self) -> None:
        """Raises `PortTakenError`."""
        app = web.Application()
        app.router.add_get("/live", self._live)
        app.router.add_get("/ready", self._ready)
        app.router.add_get("/metrics", self._metrics)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, self.host, self.port).start()
        except OSError as error:
            await self._runner.cleanup()
            raise PortTakenError(
                f"the health port {self.host}:{self.port} is in use; choose another one (YGT_HEALTH_PORT), 0 for any"
            ) from error
        self.port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    async def _live(self, _request: web.Request) -> web.Response:
        return web.json_response({"live": True})

    async def _ready(self, _request: web.Request) -> web.Response:
        stopping = self._stopping()
        recovered = self._recovered() and not stopping
        details = {"recovered": recovered, "stopping": stopping, "behind": self._behind()._asdict()}
        return web.json_response(details, status=200 if recovered else 503)

    async def _metrics(self, _request: web.Request) -> web.Response:
        return web.Response(body=generate_latest(self._registry), headers={"Content-Type": CONTENT_TYPE_LATEST})
