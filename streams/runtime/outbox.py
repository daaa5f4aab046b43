"""What leaves the worker for Kafka: facts, commands, alerts, updates, then the watermarks that cover them.

They leave at derivation, before the sink: a database outage must not stop customs reports. Sending twice is harmless
(evidence identity, message id, alert id), losing is not: a send is tried until the broker has it.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable
from typing import Final

from streams.runtime.metrics import Metrics
from streams.runtime.ports import Broker, Message

log = logging.getLogger(__name__)

#: A producer has already tried for minutes when it gives up; the pause only keeps a refusal from spinning.
RETRY_PAUSE_S: Final = 0.5

#: Topic and partition (None: by key).
Target = tuple[str, int | None]


class Parcel:
    """All that one flush sends. ``last`` goes when ``first`` has been acknowledged."""

    def __init__(self) -> None:
        self.first: dict[Target, list[Message]] = {}
        self.last: dict[Target, list[Message]] = {}
        #: Whom to tell when the broker has it all.
        self.sent: list[Callable[[], None]] = []

    def add(self, topic: str, partition: int | None, messages: list[Message]) -> None:
        """Messages for a topic, behind those that were added before."""
        self.first.setdefault((topic, partition), []).extend(messages)

    def add_last(self, topic: str, partition: int, message: Message) -> None:
        """A message that says something about the others: it goes behind all of them."""
        self.last.setdefault((topic, partition), []).append(message)

    def empty(self) -> bool:
        """Nothing to send and nobody to tell."""
        return not (self.first or self.last or self.sent)


class Outbox:
    """Sends parcels in order."""

    def __init__(self, broker: Broker, metrics: Metrics) -> None:
        self._broker = broker
        self._metrics = metrics
        self._queue: deque[Parcel] = deque()
        self._wake = asyncio.Event()
        self._sending = False

    def behind(self) -> bool:
        """True while a parcel waits, or has not been acknowledged."""
        return self._sending or bool(self._queue)

    def put(self, parcel: Parcel) -> None:
        """Queue a parcel; returns at once."""
        self._queue.append(parcel)
        self._wake.set()

    async def run(self) -> None:
        """Send for ever."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            while self._queue:
                parcel = self._queue.popleft()
                self._sending = True
                for group in (parcel.first, parcel.last):
                    await asyncio.gather(*(self._send(*target, messages) for target, messages in group.items()))
                for tell in parcel.sent:
                    tell()
                self._sending = False

    async def _send(self, topic: str, partition: int | None, messages: list[Message]) -> None:
        while True:
            try:
                await self._broker.send(topic, partition, messages)
                return
            except Exception as error:  # whatever it is, these messages must go out: the commit waits for them
                self._metrics.send_errors.labels(topic).inc()
                log.warning("%s: %d messages not acknowledged (%s), sending again", topic, len(messages), error)
                await asyncio.sleep(RETRY_PAUSE_S)
