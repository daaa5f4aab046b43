"""The life of a worker process: it drains on a stop, says so when it broke, and never hangs."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from typing import Any

import pytest

from streams.runtime import faust_run


class App:
    """A Faust app as far as it is used."""

    def __init__(self) -> None:
        self.recovered = True
        self.crash_reason: BaseException | None = None
        self._crash = asyncio.Event()
        self.calls: list[str] = []
        self.fail_to_start: Exception | None = None

    @property
    def crashed(self) -> bool:
        return self._crash.is_set()

    async def start(self) -> None:
        if self.fail_to_start is not None:
            raise self.fail_to_start

    async def wait_for_stopped(self, event: asyncio.Event) -> None:
        waits = [asyncio.ensure_future(e.wait()) for e in (event, self._crash)]
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        for wait in waits:
            wait.cancel()

    async def stop(self) -> None:
        self.calls.append("stopped")

    def crash(self, error: BaseException) -> None:
        self.crash_reason = error
        self._crash.set()


async def for_ever(app: Any) -> None:
    try:
        await asyncio.Event().wait()
    finally:
        app.calls.append("engine ended")


async def test_a_wish_to_stop_drains_the_app_before_the_engine_ends() -> None:
    app, stop = App(), asyncio.Event()
    running = asyncio.create_task(faust_run.run_until_stopped(app, for_ever(app), stop))  # type: ignore[arg-type]
    await asyncio.sleep(0)
    stop.set()
    assert await running == 0
    assert app.calls == ["stopped", "engine ended"]
    assert not app.recovered


async def test_a_crash_of_a_service_ends_the_worker_with_its_own_code() -> None:
    app = App()
    running = asyncio.create_task(
        faust_run.run_until_stopped(app, for_ever(app), asyncio.Event())  # type: ignore[arg-type]
    )
    await asyncio.sleep(0)
    app.crash(RuntimeError("corrupt state"))
    assert await running == faust_run.BROKEN
    assert "stopped" in app.calls


async def test_a_broken_engine_ends_the_worker(caplog: pytest.LogCaptureFixture) -> None:
    async def broken() -> None:
        raise RuntimeError("the store will never take our rows")

    app = App()
    code = await faust_run.run_until_stopped(app, broken(), asyncio.Event())  # type: ignore[arg-type]
    assert code == faust_run.BROKEN
    assert "the store will never take our rows" in caplog.text


async def test_a_failed_start_ends_the_worker() -> None:
    app = App()
    app.fail_to_start = ConnectionError("no broker")
    code = await faust_run.run_until_stopped(app, for_ever(app), asyncio.Event())  # type: ignore[arg-type]
    assert code == faust_run.BROKEN


def test_a_worker_that_does_not_end_in_time_is_ended() -> None:
    program = """
import asyncio
from streams.runtime import faust_run
from tests.unit.faust_adapter.test_run import App, for_ever
class Hanging(App):
    async def stop(self): await asyncio.Event().wait()
async def main():
    stop = asyncio.Event(); stop.set(); app = Hanging()
    await faust_run.run_until_stopped(app, for_ever(app), stop, stop_limit_s=0.2)
asyncio.run(main())
"""
    assert subprocess.run([sys.executable, "-c", program], timeout=60, check=False).returncode == faust_run.HUNG
