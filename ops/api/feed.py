"""What the workers publish, read along: alerts and the latest state of each box, into memory and to those who follow.

Both topics are read from their beginning: ``visit-updates.v1`` holds the last word on each box, ``alerts.v1`` who is silent.
What was there before we began is history; only what comes later is news. Kafka is read in a thread of its own, and what it
says is handed over on the loop of the app, a batch at a time, so that no request waits for it.
"""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any, Final, NamedTuple

from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaException, Message, TopicPartition

from connectors.kafka.login import for_librdkafka
from schemas.codec import decode
from schemas.errors import DecodeError, RegistryUnavailableError

log = logging.getLogger(__name__)

#: Topic -> kind of its records.
TOPICS: Final = {"visit-updates.v1": "visit-update", "alerts.v1": "alert"}
#: Records that are handed over at once: some milliseconds of the loop.
_BATCH: Final = 200
_POLL_S: Final = 0.2
_ANSWER_S: Final = 5.0
_PAUSE_S: Final = 1.0


class Heard(NamedTuple):
    """A record: ``kind`` alert or visit-update, ``record`` None for a tombstone, ``appended_at`` by the broker's clock (ms),
    ``news`` False for what was there before we began to listen."""

    kind: str
    partition: int
    key: str
    record: dict[str, Any] | None
    appended_at: int
    news: bool


class Feed:
    """Reads while :meth:`running`; each of ``listeners`` hears every record, on the app's loop."""

    def __init__(self, bootstrap: str, listeners: Sequence[Callable[[Heard], None]]) -> None:
        self._bootstrap = bootstrap
        self._listeners = listeners
        self._stopping = threading.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._answered_at: float | None = None
        #: all that was there when we began has been read
        self.complete = False
        #: records that could not be read
        self.refused = 0

    def age_s(self) -> float | None:
        """Seconds since Kafka last answered; None: it never has."""
        return None if self._answered_at is None else time.monotonic() - self._answered_at

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Read for as long as the block runs, on the loop that runs it."""
        self._loop = asyncio.get_running_loop()
        self._stopping.clear()
        thread = threading.Thread(target=self._read_for_ever, name="feed", daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._stopping.set()
            await asyncio.to_thread(thread.join)

    def _read_for_ever(self) -> None:
        while not self._stopping.is_set():
            try:
                self._read()
            except KafkaException as error:
                log.warning("Kafka at %s does not answer (%s); trying again", self._bootstrap, error.args[0])
                self._stopping.wait(_PAUSE_S)

    def _read(self) -> None:
        consumer = Consumer({
            **for_librdkafka(self._bootstrap), "group.id": "yigangtong-tower", "enable.auto.commit": False,
            "auto.offset.reset": "earliest", "log_level": 0, "check.crcs": True,
        })  # fmt: skip
        try:
            ends = self._begin(consumer)
            while not self._stopping.is_set():
                messages = consumer.consume(_BATCH, _POLL_S)
                if messages:
                    self._hand_over([m for m in messages if m.error() is None], ends)
                if not any(m.error() is None for m in messages):
                    self._ask(consumer, next(iter(ends)))
                self.complete = self.complete or _has_read(consumer, ends)
        finally:
            consumer.close()

    def _begin(self, consumer: Consumer) -> dict[tuple[str, int], int]:
        """Listen to all partitions; returns where each ended then. Raises KafkaException while a topic is missing."""
        known = consumer.list_topics(timeout=_ANSWER_S).topics
        parts: list[TopicPartition] = []
        for topic in TOPICS:
            if topic not in known:
                raise KafkaException(f"there is no topic {topic}: yigangtong topics create")
            parts += [TopicPartition(topic, p, OFFSET_BEGINNING) for p in known[topic].partitions]
        ends = {}
        for part in parts:
            low, high = consumer.get_watermark_offsets(part, timeout=_ANSWER_S)
            ends[part.topic, part.partition] = high if high > low else 0
        self._answered_at = time.monotonic()
        consumer.assign(parts)
        return ends

    def _ask(self, consumer: Consumer, place: tuple[str, int]) -> None:
        """Nothing came: is the broker there?"""
        if self._answered_at is not None and time.monotonic() - self._answered_at < _PAUSE_S:
            return
        try:
            consumer.get_watermark_offsets(TopicPartition(*place), timeout=_PAUSE_S)
        except KafkaException:
            return
        self._answered_at = time.monotonic()

    def _hand_over(self, messages: list[Message], ends: dict[tuple[str, int], int]) -> None:
        heard = [one for one in (self._heard(m, ends) for m in messages) if one is not None]
        loop = self._loop
        if loop is None or not heard:
            return
        self._answered_at = time.monotonic()
        asyncio.run_coroutine_threadsafe(self._deliver(heard), loop).result()

    async def _deliver(self, heard: list[Heard]) -> None:
        for one in heard:
            for listener in self._listeners:
                listener(one)

    def _heard(self, message: Message, ends: dict[tuple[str, int], int]) -> Heard | None:
        topic, partition, value = str(message.topic()), int(message.partition() or 0), message.value()
        try:
            record = decode(value, TOPICS[topic]) if value is not None else None
        except (DecodeError, RegistryUnavailableError) as error:
            self.refused += 1
            log.warning("%s %d/%s cannot be read: %s", topic, partition, message.offset(), error)
            return None
        key = (message.key() or b"").decode(errors="replace")
        news = (message.offset() or 0) >= ends[topic, partition]
        return Heard(TOPICS[topic], partition, key, record, message.timestamp()[1], news)


def _has_read(consumer: Consumer, ends: dict[tuple[str, int], int]) -> bool:
    left = [TopicPartition(*place) for place, end in ends.items() if end]
    return all(at.offset >= ends[at.topic, at.partition] for at in consumer.position(left))
