"""A gate's own system as a load: an API that remembers many boxes, in a process of its own, asked at a fixed rate.

Requests are sent when they are due, whether or not the last one was answered, and timed from then: a server that falls behind
cannot hide it.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import resource
import time
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from typing import Any, Final, NamedTuple

import numpy as np

#: Gates keep their connections.
CONNECTIONS: Final = 20
_HERE: Final = 1_772_409_600_000
_MISSING: Final = {
    "code": "CUSTOMS_RELEASE", "state": "UNMET", "why": "NOT_DECLARED", "at": None, "detail": "",
    "evidence": ["00001|TOS|EX-1"],
}  # fmt: skip


class Timed(NamedTuple):
    """What was seen: milliseconds from due to answered, at these shares of the requests; bytes of memory for a box."""

    requests: int
    seconds: float
    p50_ms: float
    p95_ms: float
    p99_ms: float
    bytes_per_box: int


def box(number: int) -> str:
    """The container number of a box that is remembered."""
    return f"TEST{number:07d}"


def measure(boxes: int, rate: float, seconds: float) -> Timed:
    """Ask for ``seconds`` at ``rate`` requests a second."""
    with _served(boxes) as (port, size):
        asyncio.run(_ask(port, boxes, rate, 1.0))  # imports, caches and connections are there when the clock starts
        took = asyncio.run(_ask(port, boxes, rate, seconds))
    p50, p95, p99 = (round(float(p) * 1000, 2) for p in np.percentile(took, [50, 95, 99]))
    return Timed(len(took), seconds, p50, p95, p99, size // boxes)


@contextmanager
def _served(boxes: int) -> Iterator[tuple[int, int]]:
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    server = context.Process(target=_serve, args=(boxes, there), daemon=True)
    server.start()
    try:
        yield here.recv()
    finally:
        server.terminate()
        server.join(10)


def _serve(boxes: int, pipe: Connection) -> None:
    import uvicorn

    from connectors.listen import listen
    from ops.api.app import build
    from ops.api.login import Door
    from ops.api.office import Office
    from ops.api.pulse import Pulse
    from ops.clearance.gate import Gate
    from ops.clearance.memory import Memory
    from schemas.codec import encode

    memory = Memory()
    before = _resident()
    _fill(memory, boxes)
    size = _resident() - before
    # Evidence is encoded, as in the tower; the producer that takes it sends from threads of its own.
    gate = Gate(memory, keep=lambda record: _drop(encode("clearance-decision", record)), clock=lambda: _HERE / 1000)

    class Store:
        def query(self, sql: str, params: Any = None) -> list[dict[str, Any]]:
            raise AssertionError(sql)

    app = build(Office(Store(), lambda action: None), Door(None, "secret"), Pulse(), gate)
    socket = listen("127.0.0.1", 0)
    pipe.send((socket.getsockname()[1], size))
    uvicorn.Server(uvicorn.Config(app, log_level="warning")).run(sockets=[socket])


def _drop(value: bytes) -> None:
    assert value


def _resident() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def _fill(memory: Any, boxes: int) -> None:
    from ops.api.feed import Heard

    memory.hear(Heard("visit-update", 0, "", {"kind": "WATERMARK", "watermark": _HERE}, _HERE, True))
    for number in range(boxes):
        step = {
            "action": "gate-out", "verdict": "MAY_NOT" if number % 2 else "MAY", "port": "qingdao", "terminal": "QQCTU",
            "vessel_id": "IMO:9399038", "voyage": "001W", "cutoff_at": _HERE, "opens_at": None,
            "missing": [_MISSING] if number % 2 else [],
        }  # fmt: skip
        entry = {**step, "action": "gate-in", "verdict": "MAY_NOT", "missing": [_MISSING]}
        memory.hear(Heard("visit-update", 0, box(number), {
            "kind": "VISITS", "container": box(number), "visits": [{"closed_at": None}], "bills": [f"BL{number:09d}"],
            "ports": ["qingdao"], "version": number, "clearance": {"seals": [f"S{number:07d}"], "steps": [entry, step]},
        }, _HERE, True))  # fmt: skip


async def _ask(port: int, boxes: int, rate: float, seconds: float) -> list[float]:
    free: asyncio.Queue[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = asyncio.Queue()
    for _ in range(CONNECTIONS):
        free.put_nowait(await asyncio.open_connection("127.0.0.1", port))
    took: list[float] = []

    async def one(number: int, due: float) -> None:
        reader, writer = await free.get()
        path = f"/api/v1/boxes/{box(number * 7919 % boxes)}/clearance?action=gate-out"
        writer.write(f"GET {path} HTTP/1.1\r\nHost: gate\r\n\r\n".encode())
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0])
        await reader.readexactly(length)
        took.append(time.perf_counter() - due)
        free.put_nowait((reader, writer))
        assert head.startswith(b"HTTP/1.1 200"), head

    began = time.perf_counter()
    tasks = []
    for number in range(int(rate * seconds)):
        due = began + number / rate
        await asyncio.sleep(max(due - time.perf_counter(), 0))
        tasks.append(asyncio.create_task(one(number, due)))
    await asyncio.gather(*tasks)
    while not free.empty():
        free.get_nowait()[1].close()
    return took
