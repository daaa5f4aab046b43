"""Liveness asks nobody, readiness says recovered."""

from __future__ import annotations

from collections.abc import AsyncIterator
from types import SimpleNamespace
from typing import Any

import pytest
from aiohttp import ClientSession
from prometheus_client import CollectorRegistry, Counter

from streams.runtime.health import HealthServer, PortTakenError
from streams.runtime.lag import Behind


@pytest.fixture
async def worker() -> AsyncIterator[Any]:
    state = SimpleNamespace(recovered=False, stopping=False, behind=Behind(0, 0.0), registry=CollectorRegistry())
    server = HealthServer(host="127.0.0.1", port=0, registry=state.registry,
                          recovered=lambda: state.recovered, stopping=lambda: state.stopping, behind=lambda: state.behind)
    await server.start()
    state.port = server.port
    async with ClientSession(f"http://127.0.0.1:{server.port}") as session:
        state.session = session
        yield state
    await server.stop()


CURRENT = {"behind": {"records": 0, "seconds": 0.0}}


async def answer(worker: Any, path: str) -> tuple[int, dict[str, Any]]:
    async with worker.session.get(path) as response:
        return response.status, await response.json()


async def test_a_recovering_worker_is_alive_and_not_ready(worker: Any) -> None:
    assert (await answer(worker, "/live"))[0] == 200
    assert await answer(worker, "/ready") == (503, {"recovered": False, "stopping": False, **CURRENT})


async def test_a_recovered_worker_is_ready(worker: Any) -> None:
    worker.recovered = True
    assert await answer(worker, "/ready") == (200, {"recovered": True, "stopping": False, **CURRENT})


async def test_a_stopping_worker_is_alive_and_no_longer_ready(worker: Any) -> None:
    worker.recovered = worker.stopping = True
    assert (await answer(worker, "/live"))[0] == 200
    assert await answer(worker, "/ready") == (503, {"recovered": False, "stopping": True, **CURRENT})


async def test_readiness_says_how_far_behind_the_log_ends_the_worker_is(worker: Any) -> None:
    worker.recovered, worker.behind = True, Behind(1200, 7.5)
    assert (await answer(worker, "/ready"))[1]["behind"] == {"records": 1200, "seconds": 7.5}


async def test_metrics_are_prometheus_text(worker: Any) -> None:
    Counter("yigangtong_test", "of the test", registry=worker.registry).inc(3)
    async with worker.session.get("/metrics") as response:
        assert response.headers["Content-Type"].startswith("text/plain")
        assert "yigangtong_test_total 3.0" in await response.text()


async def test_a_taken_port_is_one_clear_line(worker: Any) -> None:
    second = HealthServer(host="127.0.0.1", port=worker.port, recovered=lambda: True, stopping=lambda: False,
                          behind=lambda: Behind(0, 0.0))
    with pytest.raises(PortTakenError, match=rf"health port 127\.0\.0\.1:{worker.port} is in use"):
        await second.start()
