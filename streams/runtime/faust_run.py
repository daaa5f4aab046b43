"""The life of a worker process: start, run until told to stop or broken, drain, leave."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import threading
from collections.abc import Coroutine
from typing import Any, Final

from streams.runtime.faust_app import WorkerApp

log = logging.getLogger(__name__)

#: Exit codes: refused to start; broke while running; did not end in time.
REFUSED, BROKEN, HUNG = 1, 2, 3
#: Seconds from the wish to stop to the end. Settling and the last commit take at most 20 (`FlowMixin`); supervisors
#: kill after 30 by habit, and a worker that hangs (Faust can, at SIGTERM) must not hold its partitions for longer.
STOP_LIMIT_S: Final = 28.0


def stop_on_signals() -> asyncio.Event:
    """An event that SIGTERM and SIGINT set."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    return stop


async def run_until_stopped(app: WorkerApp, engine: Coroutine[Any, Any, None], stop: asyncio.Event,
                            stop_limit_s: float = STOP_LIMIT_S) -> int:  # fmt: skip
    """Run `app` and `engine` (its `run()`) until `stop` is set: 0; or until one of them breaks: `BROKEN`.

    Both ways the worker drains: agents finish the batch in hand, the barrier and the last commit run, then it leaves
    the group. The engine runs on until that is done. If it is not done in time, the process ends with `HUNG`: what was
    not committed is read again.
    """
    pipeline = asyncio.ensure_future(engine)
    starting = asyncio.ensure_future(app.start())
    ending = asyncio.ensure_future(app.wait_for_stopped(stop))  # type: ignore[arg-type]  # also returns at a crash
    waiting: set[asyncio.Future[Any]] = {pipeline, starting, ending}
    while True:
        done, waiting = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        if done != {starting} or starting.exception() is not None:
            break
    failure = _failure(app, pipeline, starting)
    if failure is not None:
        log.critical("The worker cannot go on: %s: %s", type(failure).__name__, failure, exc_info=failure)
    app.recovered = False
    watchdog = threading.Timer(stop_limit_s, os._exit, (HUNG,))
    watchdog.daemon = True
    watchdog.start()
    try:
        await app.stop()
    finally:
        for task in (starting, ending, pipeline):
            task.cancel()
        await asyncio.gather(starting, ending, pipeline, return_exceptions=True)
        watchdog.cancel()
    return 0 if failure is None else BROKEN


def _failure(app: WorkerApp, pipeline: asyncio.Future[Any], starting: asyncio.Future[Any]) -> BaseException | None:
    if app.crashed:
        return app.crash_reason or RuntimeError("a service of the worker crashed")
    for task in (pipeline, starting):
        if task.done() and not task.cancelled() and task.exception() is not None:
            return task.exception()
    return RuntimeError("the pipeline ended by itself") if pipeline.done() else None
