"""The gateway's way to Kafka: acknowledged by all in-sync replicas, with a limit on what is under way."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Sequence
from typing import Final, Protocol

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from connectors.gateway.intake import Letter
from connectors.kafka.errors import PublishFailed
from connectors.kafka.knock import knock
from connectors.kafka.login import for_python

#: How many values are remembered to answer a repeated request without writing it again (16 bytes of digest each).
REMEMBERED: Final = 100_000


class Post(Protocol):
    """Where letters go."""

    async def start(self) -> None:
        """Connect. Raises PublishFailed when no broker answers, KafkaRefused when one does not take us."""

    async def stop(self) -> None:
        """Send what is queued, and disconnect."""

    async def send(self, letters: Sequence[Letter]) -> None:
        """Returns when all are acknowledged. Raises Full, or PublishFailed."""


class Full(Exception):
    """So much is under way that more must wait."""


class KafkaPost:
    """A :class:`Post` on Kafka. ``limit_bytes``: what may be under way at once."""

    def __init__(self, bootstrap: str, limit_bytes: int, patience_s: float) -> None:
        self._bootstrap = bootstrap
        self._limit = limit_bytes
        self._patience_ms = int(patience_s * 1000)
        self._under_way = 0

    async def start(self) -> None:
        """See :class:`Post`."""
        await asyncio.to_thread(knock, self._bootstrap)
        self._producer = AIOKafkaProducer(  # wants a running loop
            **for_python(self._bootstrap), enable_idempotence=True, linger_ms=5, compression_type="lz4",
            request_timeout_ms=self._patience_ms,
        )  # fmt: skip
        try:
            await self._producer.start()
        except KafkaError as error:
            await self._producer.stop()
            raise PublishFailed(f"no Kafka answers at {self._bootstrap}: {error}") from error

    async def stop(self) -> None:
        """See :class:`Post`."""
        await self._producer.stop()

    async def send(self, letters: Sequence[Letter]) -> None:
        """See :class:`Post`. One request alone may pass the limit, else it could never be sent."""
        size = sum(len(letter.value) for letter in letters)
        if self._under_way and self._under_way + size > self._limit:
            raise Full
        self._under_way += size
        try:
            waiting = [await self._producer.send(letter.topic, letter.value, letter.key.encode() or None) for letter in letters]
            for done in await asyncio.gather(*waiting, return_exceptions=True):
                if isinstance(done, BaseException):
                    raise done
        except KafkaError as error:
            raise PublishFailed(f"Kafka at {self._bootstrap} does not take the events: {error}") from error
        finally:
            self._under_way -= size


class Memory:
    """The last values that were acknowledged: a repeated one is answered and not written again. It saves work only;
    that the same event counts once is settled by its identity, also after a restart."""

    def __init__(self, size: int = REMEMBERED) -> None:
        self._size = size
        self._seen: OrderedDict[bytes, None] = OrderedDict()

    def __contains__(self, digest: bytes) -> bool:
        return digest in self._seen

    def add(self, digest: bytes) -> None:
        """Remember a value."""
        self._seen[digest] = None
        if len(self._seen) > self._size:
            self._seen.popitem(last=False)
