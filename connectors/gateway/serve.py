"""Runs the gateway until it is told to stop."""

from __future__ import annotations

import asyncio
import socket
from pathlib import Path
from typing import Final

import uvicorn
from prometheus_client import CollectorRegistry

from connectors.gateway.allowance import Allowance
from connectors.gateway.app import Gateway, build
from connectors.gateway.keys import KeyFile
from connectors.gateway.metrics import GatewayMetrics
from connectors.gateway.post import KafkaPost
from connectors.listen import listen

#: How long Kafka may be away before a request is answered with 503, seconds.
PATIENCE_S: Final = 15.0


def run(
    keys: Path, bootstrap: str, host: str, port: int, max_bytes: int, max_events: int, under_way_bytes: int, events_per_s: float
) -> None:  # fmt: skip
    """Listen on ``host:port`` (0: any free port) and print the address. ``events_per_s``: of each key. Raises KeyFileError,
    OSError for a port in use, PublishFailed or KafkaRefused when no Kafka answers or takes us."""
    known = KeyFile(keys)
    listening = listen(host, port)
    registry = CollectorRegistry()
    post = KafkaPost(bootstrap, under_way_bytes, PATIENCE_S)
    app = build(Gateway(known, post, GatewayMetrics(registry), max_bytes, max_events, Allowance(events_per_s)), registry)
    config = uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=10, lifespan="off")

    async def serve() -> None:
        await post.start()
        print(f"gateway 接入网关: http://{host}:{listening.getsockname()[1]}/docs", flush=True)
        await _Server(config, post).serve(sockets=[listening])

    asyncio.run(serve())


class _Server(uvicorn.Server):
    """Stops the post as the last step of its own shutdown: uvicorn passes a Ctrl-C on behind that, which cancels whatever the
    program still awaits."""

    def __init__(self, config: uvicorn.Config, post: KafkaPost) -> None:
        super().__init__(config)
        self._post = post

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        await super().shutdown(sockets)
        await self._post.stop()
