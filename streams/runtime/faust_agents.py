"""One Faust agent per kind of topic, and nothing in it but the way to the engine.

An exception in an agent body would make Faust acknowledge the message and lose it (`noack` and the ledger prevent
that), restart the agent and go on with the batch stuck. So a body handles nothing: bad input is the engine's matter and
never raises, and what raises all the same is a defect that ends the worker, to start again from the committed offsets.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import faust

from streams.runtime.faust_drain import Batch, BatchSchema


def declare_agents(app: faust.App, topics: Mapping[str, Sequence[str]]) -> None:
    """Declare an agent for each kind over its topics, before the worker starts.

    All at once: Faust puts off subscriptions that are added later by up to 45 s, and every worker of a group must
    subscribe to the same topics to get the same partitions of each.
    """
    for kind, names in topics.items():
        channel = app.topic(*names, schema=BatchSchema(), key_type=bytes, value_type=bytes)
        app.agent(channel, name=f"yigangtong.{kind}")(_ingest_into(app))


def _ingest_into(app: Any) -> Any:
    async def ingest(stream: Any) -> None:
        async for event in stream.noack().events():
            await take_in(app, event.value)

    return ingest


async def take_in(app: Any, batch: Batch) -> None:
    """Hand one batch to the engine; when this returns the engine has it, or the batch belongs to somebody else now."""
    unit = batch.unit
    consumer = app.consumer
    if unit is None or unit.stale or not consumer.flow_active:
        return  # given up while it waited in the queue: it will be read again from the committed offset
    consumer.in_hand += 1
    try:
        await app.engine.ingest(batch.records, unit.ack)
        unit.taken()
    except Exception as error:
        await app.crash(error)
        raise
    finally:
        consumer.in_hand -= 1
