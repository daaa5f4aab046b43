"""The composition root: the one place where the worker's parts meet."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import logging
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Final

import pyarrow as pa
import uvloop
from prometheus_client import GC_COLLECTOR, PLATFORM_COLLECTOR, ProcessCollector

from connectors.clickhouse import Misconfigured, Store, StoreError, migrate, open_store
from connectors.clickhouse.rollups import Figures
from connectors.clickhouse.store import SqlStore
from connectors.kafka.errors import KafkaProblem
from connectors.kafka.login import for_python
from connectors.kafka.partitioner import partitions_of
from connectors.kafka.topics import check_topics
from schemas.codec import warm_up
from schemas.errors import SchemaError
from schemas.reference import load_reference
from schemas.registry import configure, kinds
from schemas.topics import Topics, load_topics
from streams.domain.reference import Reference
from streams.runtime import sources
from streams.runtime.allocation import keep_freed_memory
from streams.runtime.engine import Engine, in_thread
from streams.runtime.epochs import OtherRulesError, current_epoch, rules_hash
from streams.runtime.faust_app import build_app, faust_settings
from streams.runtime.faust_broker import FaustBroker
from streams.runtime.faust_pins import PinsMovedError, check_pins
from streams.runtime.faust_run import REFUSED, run_until_stopped, stop_on_signals
from streams.runtime.health import HealthServer, PortTakenError
from streams.runtime.homes import Homes
from streams.runtime.log_limit import limit_repeats
from streams.runtime.metrics import Metrics
from streams.runtime.refresher import Refresher
from streams.settings import Settings

#: A collection looks at all open books (what the last minute touched): some 0.1 s.
COLLECT_EVERY_S: Final = 600
#: Reasons not to start that an operator can mend; each is one line that says how.
REFUSALS = (PinsMovedError, KafkaProblem, PortTakenError, StoreError, SchemaError, OtherRulesError)


class WallClock:
    """`streams.runtime.ports.Clock`."""

    def now_ms(self) -> int:
        return time.time_ns() // 1_000_000


def run_worker(settings: Settings) -> int:
    """Run one worker until SIGTERM, SIGINT or a failure; returns the exit code of the process (`faust_run`)."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s", stream=sys.stderr)
    for chatty in ("faust", "mode", "aiokafka", "aiohttp"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    logging.getLogger("kafka").setLevel(logging.CRITICAL)  # the start-up check says in one line what it logs in twenty
    limit_repeats()
    # The policy, not only this loop: Faust's consumer thread makes a loop of its own.
    asyncio.set_event_loop_policy(uvloop.EventLoopPolicy())
    # Almost all that is allocated stays, in books, and books hold no cycles: to look for some over and over took a fifth of
    # the worker. What asyncio leaves is looked for now and then (`_collect_for_ever`).
    gc.disable()
    # Arrow's own allocator gives a batch's memory back at once, and the next batch has it mapped and cleared again.
    pa.set_memory_pool(pa.system_memory_pool())
    keep_freed_memory()
    try:
        check_pins()
        return asyncio.run(_work(settings))
    except REFUSALS as refusal:
        print(f"yigangtong worker: {refusal}", file=sys.stderr)
        return REFUSED


async def _work(settings: Settings) -> int:
    stop = stop_on_signals()
    configure(settings.registry_url)
    topics = load_topics().with_partitions(settings.partitions)
    metrics = Metrics()
    for collector in (GC_COLLECTOR, PLATFORM_COLLECTOR, ProcessCollector(registry=None)):
        metrics.registry.register(collector)
    by_kind = _topics_by_kind(topics)
    embedded = settings.store_url.startswith("chdb:")
    # An embedded store has one worker. As a static member it takes its partitions back at once after a crash; a dynamic
    # one waits until the group has given its dead predecessor up, 30 s.
    instance_id = settings.instance_id or ("embedded" if embedded else "")
    app = build_app(settings.group, by_kind, settings.partitions, **faust_settings(
        kafka=for_python(settings.bootstrap), data_dir=str(settings.data_dir), instance_id=instance_id))
    health = HealthServer(host=settings.health_host, port=settings.health_port, registry=metrics.registry,
                          recovered=lambda: app.recovered, stopping=stop.is_set, behind=metrics.behind.most)
    async with contextlib.AsyncExitStack() as opened:
        await health.start()
        opened.push_async_callback(health.stop)
        # Faust never reads a topic that is not there when the worker starts, and says nothing. Others' topics it may not see.
        own = [topic for topic in topics if "worker" in (*topic.writers, *topic.readers)]
        await asyncio.to_thread(check_topics, settings.bootstrap, own)
        warm_up(kinds())  # before the store: its probe of the decoders starts a child process
        store = open_store(settings.store_url)
        opened.callback(store.close)
        _check_schema(store, embedded)
        epoch = current_epoch(store, rules_hash(), WallClock().now_ms())
        if embedded:
            opened.callback(_serve(store, settings.http_port))
        app.engine = Engine(
            reference=Reference(**load_reference().for_domain()), topics=topics, store=store, clock=WallClock(),
            broker=FaustBroker(app, settings.partitions, partitions_of), settings=settings, metrics=metrics,
            home=Homes(partitions_of, settings.partitions), member=app.is_member, epoch=epoch)
        logging.getLogger(__name__).info(
            "worker of group %s starts under epoch %d; health on http://%s:%d", settings.group, epoch, settings.health_host,
            health.port)
        beside = [asyncio.create_task(_collect_for_ever())]
        if isinstance(store, SqlStore):
            refresher = Refresher(
                Figures(store), WallClock(), lambda: app.engine.time_of(0), settings.rollup_every_s, in_thread
            )
            beside.append(asyncio.create_task(refresher.run()))
        opened.callback(lambda: [task.cancel() for task in beside])
        return await run_until_stopped(app, app.engine.run(), stop)


async def _collect_for_ever() -> None:
    """Look for cyclic garbage now and then: a pause of 0.1 s for a million objects."""
    while True:
        await asyncio.sleep(COLLECT_EVERY_S)
        gc.collect()


def _topics_by_kind(topics: Topics) -> Mapping[str, Sequence[str]]:
    by_kind: defaultdict[str, list[str]] = defaultdict(list)
    for source in sources.sources(topics).values():
        by_kind[source.kind].append(source.topic)
    return by_kind


def _check_schema(store: Store, embedded: bool) -> None:
    """Refuse a server whose tables are not the code's; bring an embedded store up to date, as only we can open it."""
    if embedded:
        migrate.apply(store)
    elif isinstance(store, SqlStore):
        open_steps = [f"{s.number:04d} {s.name}" for s in migrate.status(store) if not s.applied or s.changed]
        if open_steps:
            raise Misconfigured(f"the store lacks migrations ({', '.join(open_steps)}): run `yigangtong migrate apply`")


def _serve(store: Store, port: int) -> Callable[[], None]:
    """Let ClickHouse clients read the embedded store; returns what ends that."""
    from connectors.clickhouse.embedded import EmbeddedStore  # only where it is used: see `connectors.clickhouse`
    from connectors.clickhouse.http_endpoint import HttpEndpoint

    assert isinstance(store, EmbeddedStore)
    endpoint = HttpEndpoint(store, port)
    logging.getLogger(__name__).info("read-only ClickHouse on %s", endpoint.url)
    return endpoint.close
