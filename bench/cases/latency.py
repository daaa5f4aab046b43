"""From publishing an event to finding it by a query, at a steady rate, on a Kafka and a worker of its own.

Two witnesses. A probe that knows nothing of the worker takes the time before it publishes a marked event and asks the
read-only HTTP port until the event is in ``events``: it also counts its own pause between questions. The worker's metric
counts every record from its append until all tables have what follows from it, state rows too. Both must keep the promise.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np

from bench.cases import Arguments, arguments
from bench.meter import tell
from bench.watched import Watched, watched
from bench.workload import KINDS, Message, messages
from connectors.clickhouse.errors import Retry
from connectors.clickhouse.http_client import HttpReader
from connectors.kafka.local import local_kafka
from connectors.kafka.producer import Publisher
from connectors.kafka.topics import create_topics
from ops.demo.gauges import Gauges
from ops.simulate import World
from schemas.codec import decode
from schemas.topics import load_topics

RATE: Final = 1_000
#: Seconds at scale 1.
SECONDS: Final = 60
#: Marked events a second: enough for a 99th percentile, few enough not to be felt.
MARKS: Final = 20
#: Publishing in steps of so long (s): a burst must not be what is measured.
STEP_S: Final = 0.02
#: Between two questions of the probe (s); each costs the worker some 5 ms.
PAUSE_S: Final = 0.1
#: What is not found so long after the last event (s) is lost.
LOST_S: Final = 30.0
SHARES: Final = (0.5, 0.95, 0.99)
LATENCY: Final = "yigangtong_event_queryable_seconds"


class Mark(NamedTuple):
    """An event that the probe looks for, by the key of its row."""

    container_no: str
    event_id: str


class Probe:
    """Looks for marked events from a thread of its own."""

    def __init__(self, store: str) -> None:
        self._reader = HttpReader(store)
        self._open: dict[Mark, float] = {}
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self.seconds: list[float] = []

    def start(self) -> None:
        """Begin to ask."""
        self._thread.start()

    def expect(self, mark: Mark) -> None:
        """It is about to be published."""
        with self._lock:
            self._open[mark] = time.perf_counter()

    def left(self) -> int:
        """Marks that were not found yet."""
        return len(self._open)

    def stop(self) -> None:
        """Ask no more."""
        self._stopping.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stopping.wait(PAUSE_S):
            with self._lock:
                marks = tuple(self._open)
            if marks:
                found = self._found(marks)
                now = time.perf_counter()
                with self._lock:
                    for mark in found & self._open.keys():
                        self.seconds.append(now - self._open.pop(mark))

    def _found(self, marks: Sequence[Mark]) -> set[Mark]:
        try:
            rows = self._reader.query(
                "SELECT container_no, event_id FROM events WHERE container_no IN %(boxes)s AND event_id IN %(ids)s",
                {"boxes": tuple({m.container_no for m in marks}), "ids": tuple({m.event_id for m in marks})},
            )
        except Retry:  # not up yet, or too busy: that time counts too
            return set()
        return {Mark(row["container_no"], row["event_id"]) for row in rows}


def run(args: Arguments) -> None:
    """One round."""
    count = round(RATE * SECONDS * args.scale)
    sent = list(islice(messages(World(seed=args.seed)), count))
    marks = marked(sent, RATE // MARKS)
    work = Path(args.work) / "latency"
    with local_kafka(work / "kafka") as broker:
        create_topics(broker.bootstrap, load_topics())
        with watched(args.case, work, broker.bootstrap, "ops.cli.main", ["worker"]) as worker:
            _measure(args, worker, broker.bootstrap, sent, marks)


def marked(sent: Sequence[Message], every: int) -> dict[int, Mark]:
    """Place -> mark of about every ``every``-th event: of a box, and delivered once, or its row may be an earlier
    one's."""
    marks = [_mark(m) for m in sent]
    times = Counter(marks)
    found: dict[int, Mark] = {}
    last = -every
    for place, mark in enumerate(marks):
        if place - last >= every and mark is not None and times[mark] == 1:
            found[place] = mark
            last = place
    return found


def _mark(message: Message) -> Mark | None:
    record = decode(message.value)
    return Mark(record["container_no"], record["event_id"]) if record.get("container_no") and message.kind in KINDS else None


def _measure(args: Arguments, worker: Watched, bootstrap: str, sent: Sequence[Message], marks: dict[int, Mark]) -> None:
    probe = Probe(worker.store)
    probe.start()
    began, cpu = time.perf_counter(), worker.cpu()
    with Publisher(bootstrap) as publisher:
        for place, message in enumerate(sent):
            ahead = place / RATE - (time.perf_counter() - began)
            if ahead > STEP_S:
                time.sleep(ahead)  # the rate, not a wait for a condition
            if place in marks:
                probe.expect(marks[place])
            publisher.publish(message.topic, message.key, message.value)
    published = time.perf_counter() - began
    deadline = time.monotonic() + LOST_S
    while probe.left():
        worker.check(deadline, f"{probe.left()} of {len(marks)} marked events were not found")
        time.sleep(PAUSE_S)
    probe.stop()
    by_probe = np.quantile(probe.seconds, SHARES) * 1000
    own = Gauges(worker.metrics()).quantiles(LATENCY, SHARES)
    tell(
        args.case, len(sent), published, worker.cpu() - cpu, marks=len(probe.seconds),
        **{f"p{100 * share:.0f}_ms": round(float(ms)) for share, ms in zip(SHARES, by_probe, strict=True)},
        **{f"all_rows_p{100 * share:.0f}_ms": round(1000 * s) for share, s in zip(SHARES, own, strict=True)},
    )  # fmt: skip


if __name__ == "__main__":
    run(arguments())
