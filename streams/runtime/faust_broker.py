"""The engine's `Broker` port on Faust's own producer.

Messages are packed into whole batches per partition (aiokafka's `create_batch`/`send_batch`): 0.6 us a message instead of
28 us for Faust's `topic.send`, and one future per batch to await.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Sequence
from functools import lru_cache
from itertools import count
from typing import Any

import faust
from aiokafka.partitioner import murmur2

Message = tuple[bytes | None, bytes | None]


@lru_cache(maxsize=200_000)  # the hash is pure Python (5 us); a day of the four ports has some 10,000 boxes
def _positive_hash(key: bytes) -> int:
    hashed: int = murmur2(key) & 0x7FFFFFFF
    return hashed


def partition_of(key: bytes, partitions: int) -> int:
    """The partition Kafka's Java client chooses for `key`: murmur2, sign bit dropped, modulo the partition count."""
    return _positive_hash(key) % partitions


class FaustBroker:
    """`streams.runtime.ports.Broker`. Waits as long as the broker takes, up to the producer's request timeout."""

    def __init__(self, app: faust.App, partitions: int) -> None:
        self._app = app
        self._partitions = partitions
        self._turn = count()

    def partitions(self) -> int:
        """Number of partitions of every keyed topic."""
        return self._partitions

    async def send(self, topic: str, partition: int | None, messages: Sequence[Message]) -> None:
        """Write `messages` in order and return when all in-sync replicas have them.

        `partition` None spreads by key (a message without a key goes round robin). Raises `aiokafka.errors.KafkaError`
        when the broker refuses or is away for longer than the request timeout; some of the messages may then be written.
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
            spread[partition_of(key, partitions) if key is not None else next(self._turn) % partitions].append(message)
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
