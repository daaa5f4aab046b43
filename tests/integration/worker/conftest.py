"""Topics of a name of their own per test, a worker in this process, and a way to wait for what it does."""

from __future__ import annotations

import asyncio
import itertools
import os
import time
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from connectors.kafka.login import for_python
from connectors.kafka.partitioner import partitions_of
from streams.runtime import faust_app
from streams.runtime.faust_broker import FaustBroker

from .counting import CountingEngine

PARTITIONS = 4
_numbers = itertools.count()


async def until(condition: Callable[[], Any], what: str, timeout: float = 30.0) -> None:
    """Wait for a condition; fails with `what` after `timeout` seconds."""
    end = time.monotonic() + timeout
    while not condition():
        if time.monotonic() > end:
            pytest.fail(f"not within {timeout:.0f} s: {what}")
        await asyncio.sleep(0.02)


@dataclass
class Worker:
    app: faust_app.WorkerApp
    engine: CountingEngine

    async def stop(self) -> None:
        await self.app.stop()


@dataclass
class Cluster:
    """One test's topics on the shared broker."""

    bootstrap: str
    group: str
    changelog: str
    topics: dict[str, list[str]]
    data_dir: str
    producer: AIOKafkaProducer
    workers: list[Worker] = field(default_factory=list)

    async def worker(self, engine: CountingEngine | None = None, **settings: Any) -> Worker:
        config = faust_app.faust_settings(kafka=for_python(self.bootstrap), data_dir=self.data_dir)
        config |= {"broker_session_timeout": 6.0, "broker_rebalance_timeout": 10.0, "broker_heartbeat_interval": 0.5,
                   "broker_commit_interval": 0.2} | settings
        app = faust_app.build_app(self.group, self.topics, PARTITIONS, self.changelog, **config)
        engine = engine or CountingEngine()
        engine.changelog = self.changelog
        engine.broker = FaustBroker(app, PARTITIONS, partitions_of)
        app.engine = engine
        app.finalize()
        worker = Worker(app, engine)
        self.workers.append(worker)
        await app.start()
        return worker

    async def recovered(self, *workers: Worker) -> None:
        await until(lambda: all(w.app.recovered for w in workers), "workers recovered")

    async def produce(self, topic: str, count: int, *, partition: int | None = None, size: int = 100) -> None:
        value = b"v" * size
        await asyncio.gather(
            *[await self.producer.send(topic, value, key=b"K%d" % i, partition=partition) for i in range(count)]
        )

    async def offsets(self, which: str) -> dict[tuple[str, int], int]:
        """`which`: "committed" of the group, or "end" of the logs; zero left out."""
        consumer = AIOKafkaConsumer(bootstrap_servers=self.bootstrap, group_id=self.group, enable_auto_commit=False)
        await consumer.start()
        try:
            tps = [TopicPartition(t, p) for names in self.topics.values() for t in names for p in range(PARTITIONS)]
            if which == "end":
                found: Mapping[Any, int | None] = await consumer.end_offsets(tps)
            else:
                found = {tp: await consumer.committed(tp) for tp in tps}
            return {(tp.topic, tp.partition): offset for tp, offset in found.items() if offset}
        finally:
            await consumer.stop()


@pytest.fixture
async def cluster(kafka: Any, tmp_path: Any) -> AsyncIterator[Cluster]:
    tag = f"w{os.getpid()}-{next(_numbers)}"
    topics = {"gate": [f"{tag}.qingdao.gate", f"{tag}.weihai.gate"], "release": [f"{tag}.weihai.release"]}
    changelog = f"{tag}.books-changelog"
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka.bootstrap)
    await admin.start()
    names = [n for group in topics.values() for n in group]
    new = [NewTopic(n, PARTITIONS, 1) for n in names]
    new.append(NewTopic(changelog, PARTITIONS, 1, topic_configs={"cleanup.policy": "compact"}))
    await admin.create_topics(new)
    producer = AIOKafkaProducer(bootstrap_servers=kafka.bootstrap, linger_ms=5)
    await producer.start()
    cluster = Cluster(kafka.bootstrap, tag, changelog, topics, str(tmp_path), producer)
    try:
        yield cluster
    finally:
        for worker in cluster.workers:
            await worker.stop()
        await producer.stop()
        await admin.delete_topics([*names, changelog])
        await admin.close()
