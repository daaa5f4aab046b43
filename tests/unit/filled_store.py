"""A small simulated world in a store, each event received when the simulator delivers it; as a program, it serves it.

One partition, the wall clock of the simulated day, customs by its plan: the platform in live mode, without a broker.
"""

from __future__ import annotations

import heapq
import json
import pickle
import sys
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pyarrow as pa

from connectors.clickhouse import SqlStore
from connectors.clickhouse.rollups import HOUR_MS, Figures
from connectors.clickhouse.store import Store
from connectors.customs.desk import CustomsDesk
from connectors.customs.plan import parse_plan
from connectors.customs.report import content_of, read
from connectors.edi import Event
from connectors.edi import read as read_file
from ops.simulate import Delivery, World
from schemas.codec import encode
from schemas.identifiers import container_ok
from schemas.reference import load_reference
from schemas.topics import load_topics
from streams.domain.correlator import Correlator
from streams.domain.reference import Reference
from streams.runtime.history import withdrawn
from streams.runtime.intake import Batch, Intake
from streams.runtime.metrics import Metrics
from streams.runtime.ports import Record
from streams.runtime.slice import Slice
from streams.runtime.sources import REPORTS, sources, timed_topics
from streams.runtime.watermark import Watermark

#: Every deadline has passed by then, in ms after the last event.
SETTLED = 10 * 3_600_000
#: Rows are derived this often, in ms of the simulated day: so often that nobody changes his mind in between.
STEP = 30_000


def fill(store: Store, world: World, until: int = 0, updates: dict[str, bytes] | None = None) -> int:
    """Take a world in; returns the time when all was at rest. With ``until`` only what came by then (ms), and as it stood
    then. ``updates`` is given the last visit update of each box, as its topic has it."""
    read_topics = sources(load_topics())
    intake = Intake(read_topics, lambda keys: [0] * len(keys), Metrics())
    core = Correlator(Reference(**load_reference().for_domain()), 1, 0, container_ok)
    part = Slice(0, core, Watermark(timed_topics(read_topics), 1, False), {})
    customs = CustomsDesk(parse_plan(json.dumps(line) for line in world.customs_plan()))
    offsets, order = count(), count()
    coming = [(at, next(order), topic, value) for d in world.deliveries() for at, topic, value in messages(d)]
    heapq.heapify(coming)
    history: dict[str, list[pa.Table]] = {}

    def take(at: int, topic: str, value: bytes) -> None:
        taken = intake.take([Batch(part, [Record(topic, 0, next(offsets), at, None, value)])])
        assert not taken.bad
        for _, e in taken.moved:
            core.accept(e)
        for table, batch in taken.tables:
            history.setdefault(table, []).append(batch)

    def settle(now: int) -> None:
        core.advance(now)
        while core.pending():
            effects = core.flush()
            assert not effects.failed
            for _, fact in effects.facts:
                core.accept(fact)
            for command in effects.commands:
                take(now, REPORTS, encode("arrival-report", command))
                for receipt in customs.handle(read(content_of(command))):
                    at = max(now, receipt.record["event_time"])
                    heapq.heappush(coming, (at, next(order), receipt.topic, encode("release", receipt.record)))
            if updates is not None:
                updates.update((record["container"], encode("visit-update", record)) for record in effects.updates)
            for table, rows in effects.rows.items():
                kept.setdefault(table, []).extend(withdrawn(rows) if table == "events" else rows)

    kept: dict[str, list[tuple[object, ...]]] = {}
    now = step = coming[0][0]
    while coming and (not until or coming[0][0] <= until):
        now, _, topic, value = heapq.heappop(coming)
        if now > step + STEP:
            step = now
            settle(now)
        take(now, topic, value)
        if not coming:
            settle(now)
    rest = until or now + SETTLED
    settle(rest)
    for table, batches in history.items():
        store.insert_arrow(table, pa.concat_tables(batches))
    for table, rows in kept.items():
        store.insert(table, rows)
    return rest


def messages(delivery: Delivery) -> Iterator[tuple[int, str, bytes]]:
    """When, on which topic, and what: a record, or the events of a file; of control records the daily totals."""
    if delivery.file is None:
        if delivery.record["event_type"] not in ("HEARTBEAT", "FINAL"):
            yield delivery.at_ms, delivery.topic, encode(delivery.kind, delivery.record)
        return
    for item in read_file(delivery.file.text.encode(), name=delivery.file.name, port=delivery.file.port):
        if isinstance(item, Event):
            yield delivery.at_ms, item.topic, encode(item.kind, item.record)


def work_out(store: SqlStore, rest: int) -> None:
    """The hourly figures of the month before all was at rest."""
    now = rest // HOUR_MS * HOUR_MS
    Figures(store).refresh(now - 30 * 24 * HOUR_MS, now + HOUR_MS, rest)


def main() -> None:
    """Fill an embedded store in the folder that is named, until the time that is named, serve it, and say where; ends with
    standard input. The hourly figures are those of all that it holds; the visit updates lie in a file beside it."""
    from connectors.clickhouse import migrate
    from connectors.clickhouse.embedded import EmbeddedStore
    from connectors.clickhouse.http_endpoint import HttpEndpoint

    store = EmbeddedStore(sys.argv[1])
    migrate.apply(store)
    updates: dict[str, bytes] = {}
    rest = fill(store, small_world(float(sys.argv[3])), int(sys.argv[2]), updates)
    Path(sys.argv[1]).with_suffix(".updates").write_bytes(pickle.dumps(updates))
    work_out(store, rest)
    endpoint = HttpEndpoint(store)
    print(json.dumps({"url": endpoint.url, "rest": rest}), flush=True)
    sys.stdin.read()
    endpoint.close()
    store.close()


def small_world(scale: float = 0.01) -> World:
    """The same for every test."""
    return World(seed=11, scale=scale, heartbeat=600)


if __name__ == "__main__":
    main()
