"""The engine's `Broker` port on Faust's own producer.

Messages are packed into whole batches per partition (aiokafka's `create_batch`/`send_batch`): 0.6 us a message instead
of 28 us for Faust's `topic.send`, and one future per batch to await.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from itertools import count
from typing import Any

import faust

from streams.runtime.ports import Message


class FaustBroker:
    """`streams.runtime.ports.Broker`. Waits as long as the broker takes, up to the producer's request timeout.

    `partition_of` (key, partition count) must be the function of the senders of our source topics: Kafka's murmur2.
    """

    def __init__(self, app: faust.App, partitions: int, partition_of: Callable[[bytes, int], int]) -> None:
        self._app = app
        self._partitions = partitions
        self._partition_of = partition_of
        self._turn = count()

    def partitions(self) -> int:
        """Number of partitions of every keyed topic."""
        return self._partitions

    async def send(self, topic: str, partition: int | None, messages: Sequence[Message]) -> None:
        """Write `messages` in order and return when all in-sync replicas have them.

        `partition` None spreads by key (a message without a key goes round robin). Raises `aiokafka.errors.KafkaError`
        when the broker refuses or is away for longer than the request timeout; some messages may be written then.
        """
        if not messages:
            return
        producer: Any = self._app.producer._producer  # type: ignore[attr-defined]
        if partition is not None:
            by_partition: dict[int, list[Message]] = {partition: list(messages)}
        else:
            by_partition = self._spread(messages, len(await producer.partitions_for(topic)))
        sends = [self._send_partition(producer, topic, p, part) for p, part in by_partition.items()]
        await asyncio.gather(*sends)

    def _spread(self, messages: Sequence[Message], partitions: int) -> dict[int, list[Message]]:
        spread: defaultdict[int, list[Message]] = defaultdict(list)
        for message in messages:
            key = message[0]
            partition = next(self._turn) % partitions if key is None else self._partition_of(key, partitions)
            spread[partition].append(message)
        return spread

    async def _send_partition(self, producer: Any, topic: str, partition: int, messages: Sequence[Message]) -> None:
        acknowledgements: list[Awaitable[Any]] = []
        batch = producer.create_batch()
        for key, value in messages:
            if batch.append(key=key, value=value, timestamp=None) is None:  # full; an empty batch takes any message
                acknowledgements.append(await producer.send_batch(batch, topic, partition=partition))
                batch = producer.create_batch()
                batch.append(key=key, value=value, timestamp=None)
        acknowledgements.append(await producer.send_batch(batch, topic, partition=partition))
        await asyncio.gather(*acknowledgements)
