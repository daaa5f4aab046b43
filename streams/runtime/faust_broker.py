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

    `partitions_of` (keys, partition count) must be the function of the senders of our source topics: Kafka's murmur2.
    """

    def __init__(self, app: faust.App, partitions: int, partitions_of: Callable[[Sequence[bytes], int], Sequence[int]]) -> None:
        self._app = app
        self._partitions = partitions
        self._partitions_of = partitions_of
        self._turn = count()
        self._lanes: dict[tuple[str, int], Lane] = {}

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
        await asyncio.gather(*(self._lane(producer, topic, p).send(part) for p, part in by_partition.items()))

    def _spread(self, messages: Sequence[Message], partitions: int) -> dict[int, list[Message]]:
        spread: defaultdict[int, list[Message]] = defaultdict(list)
        placed = iter(self._partitions_of([key for key, _ in messages if key is not None], partitions))
        for message in messages:
            spread[next(self._turn) % partitions if message[0] is None else next(placed)].append(message)
        return spread

    def _lane(self, producer: Any, topic: str, partition: int) -> Lane:
        lane = self._lanes.get((topic, partition))
        if lane is None:
            lane = self._lanes[topic, partition] = Lane(producer, topic, partition)
        return lane


class Lane:
    """One partition's way out: what callers send while a write is under way leaves together in the next one.

    aiokafka takes one finished batch per partition at a time. Hundreds of small sends side by side would each cost a
    round trip, and wait in no order until they time out.
    """

    def __init__(self, producer: Any, topic: str, partition: int) -> None:
        self._producer = producer
        self._topic = topic
        self._partition = partition
        self._waiting: list[tuple[list[Message], asyncio.Future[None]]] = []
        self._writer: asyncio.Task[None] | None = None

    async def send(self, messages: list[Message]) -> None:
        """Returns when `messages` are acknowledged. Raises what the producer raised for the write that held them."""
        written: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((messages, written))
        if self._writer is None or self._writer.done():
            self._writer = asyncio.create_task(self._write_waiting())
        await written

    async def _write_waiting(self) -> None:
        while self._waiting:
            group, self._waiting = self._waiting, []
            failure: BaseException | None = None
            try:
                await self._write([message for messages, _ in group for message in messages])
            except BaseException as error:
                failure = error
            for _, written in group:
                if written.done():  # its caller has gone
                    continue
                if failure is None:
                    written.set_result(None)
                else:
                    written.set_exception(failure)
            if failure is not None and not isinstance(failure, Exception):
                raise failure

    async def _write(self, messages: Sequence[Message]) -> None:
        acknowledgements: list[Awaitable[Any]] = []
        batch = self._producer.create_batch()
        for key, value in messages:
            if batch.append(key=key, value=value, timestamp=None) is None:  # full; an empty batch takes any message
                acknowledgements.append(await self._send(batch))
                batch = self._producer.create_batch()
                batch.append(key=key, value=value, timestamp=None)
        acknowledgements.append(await self._send(batch))
        await asyncio.gather(*acknowledgements)

    async def _send(self, batch: Any) -> Awaitable[Any]:
        future: Awaitable[Any] = await self._producer.send_batch(batch, self._topic, partition=self._partition)
        return future
