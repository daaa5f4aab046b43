"""Messages go out in whole batches, in order, to the partition of their key."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest

from connectors.kafka.partitioner import partition_of, partitions_of
from streams.runtime.faust_broker import FaustBroker


class Batch:
    def __init__(self) -> None:
        self.messages: list[tuple[bytes | None, bytes | None]] = []

    def append(self, *, key: bytes | None, value: bytes | None, timestamp: None) -> object | None:
        if len(self.messages) == 3:
            return None
        self.messages.append((key, value))
        return object()


class Producer:
    """aiokafka's producer as far as it is used; a batch holds three messages."""

    def __init__(self, partitions: int) -> None:
        self.sent: list[tuple[str, int, list[Any]]] = []
        self.acknowledge: asyncio.Future[None] | None = None
        self._partitions = partitions

    async def partitions_for(self, topic: str) -> set[int]:
        return set(range(self._partitions))

    def create_batch(self) -> Batch:
        return Batch()

    async def send_batch(self, batch: Batch, topic: str, *, partition: int) -> asyncio.Future[None]:
        self.sent.append((topic, partition, batch.messages))
        future = self.acknowledge or asyncio.get_running_loop().create_future()
        if self.acknowledge is None:
            future.set_result(None)
        return future


@pytest.fixture
def producer() -> Producer:
    return Producer(partitions=4)


@pytest.fixture
def broker(producer: Producer) -> FaustBroker:
    app: Any = SimpleNamespace(producer=SimpleNamespace(_producer=producer))
    return FaustBroker(app, 4, partitions_of)


async def test_a_full_batch_is_sent_and_its_message_opens_the_next(broker: FaustBroker, producer: Producer) -> None:
    messages = [(b"k", b"%d" % i) for i in range(7)]
    await broker.send("t", 2, messages)
    assert [len(batch) for _, _, batch in producer.sent] == [3, 3, 1]
    assert [m for _, _, batch in producer.sent for m in batch] == messages
    assert {(topic, partition) for topic, partition, _ in producer.sent} == {("t", 2)}


async def test_keys_decide_the_partition(broker: FaustBroker, producer: Producer) -> None:
    messages = [(b"MSCU%07d" % i, b"") for i in range(40)]
    await broker.send("t", None, messages)
    placed = {key: partition for _, partition, batch in producer.sent for key, _ in batch}
    assert placed == {key: partition_of(key, 4) for key, _ in messages}


async def test_messages_without_a_key_go_round(broker: FaustBroker, producer: Producer) -> None:
    await broker.send("t", None, [(None, b"%d" % i) for i in range(8)])
    assert sorted(len(batch) for _, _, batch in producer.sent) == [2, 2, 2, 2]


async def test_send_returns_only_when_all_is_acknowledged(broker: FaustBroker, producer: Producer) -> None:
    producer.acknowledge = asyncio.get_running_loop().create_future()
    sending = asyncio.create_task(broker.send("t", 0, [(b"k", b"v")] * 5))
    done, _ = await asyncio.wait([sending], timeout=0.05)
    assert not done
    producer.acknowledge.set_result(None)
    await sending


async def test_a_refused_batch_is_the_callers_error(broker: FaustBroker, producer: Producer) -> None:
    producer.acknowledge = asyncio.get_running_loop().create_future()
    producer.acknowledge.set_exception(ConnectionError("gone"))
    with pytest.raises(ConnectionError):
        await broker.send("t", 0, [(b"k", b"v")])


async def test_nothing_to_send_asks_nobody(broker: FaustBroker, producer: Producer) -> None:
    await broker.send("t", 0, [])
    assert producer.sent == []


async def test_what_waits_for_a_write_leaves_together_in_the_next_one(broker: FaustBroker, producer: Producer) -> None:
    """aiokafka takes one batch per partition at a time: many small sends must not cost a round trip each."""
    first = producer.acknowledge = asyncio.get_running_loop().create_future()
    sends = [asyncio.create_task(broker.send("t", 0, [(b"k", b"0")]))]
    while not producer.sent:
        await asyncio.sleep(0)
    sends += [asyncio.create_task(broker.send("t", 0, [(b"k", b"%d" % i)])) for i in (1, 2, 3)]
    await asyncio.sleep(0)
    assert len(producer.sent) == 1
    producer.acknowledge = None
    first.set_result(None)
    await asyncio.gather(*sends)
    assert [[value for _, value in batch] for _, _, batch in producer.sent] == [[b"0"], [b"1", b"2", b"3"]]


async def test_a_failed_write_fails_those_it_held_and_no_later_ones(broker: FaustBroker, producer: Producer) -> None:
    refused = producer.acknowledge = asyncio.get_running_loop().create_future()
    early = asyncio.create_task(broker.send("t", 0, [(b"k", b"0")]))
    while not producer.sent:
        await asyncio.sleep(0)
    late = asyncio.create_task(broker.send("t", 0, [(b"k", b"1")]))
    await asyncio.sleep(0)
    producer.acknowledge = None
    refused.set_exception(ConnectionError("gone"))
    with pytest.raises(ConnectionError):
        await early
    await late


async def test_a_sender_that_gives_up_does_not_disturb_the_others(broker: FaustBroker, producer: Producer) -> None:
    held = producer.acknowledge = asyncio.get_running_loop().create_future()
    sends = [asyncio.create_task(broker.send("t", 0, [(b"k", b"%d" % i)])) for i in (0, 1)]
    while not producer.sent:
        await asyncio.sleep(0)
    sends[0].cancel()
    held.set_result(None)
    await sends[1]
    assert sum(len(batch) for _, _, batch in producer.sent) == 2
