"""What leaves the worker for Kafka: facts, commands, alerts, updates, then the watermarks that cover them.

They leave at derivation, before the sink: a database outage must not stop customs reports. Sending twice is harmless
(evidence identity, message id, alert id), losing is not: a send is tried until the broker has it.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable
from typing import Any

from schemas.codec import encode, encode_batch
from schemas.reference import load_reference
from streams.domain.correlator import Effects
from streams.domain.evidence import Evidence
from streams.runtime.metrics import Metrics
from streams.runtime.packing import pack
from streams.runtime.ports import Broker, Clock, Message
from streams.runtime.sources import FACTS, REPORTS

log = logging.getLogger(__name__)
UPDATES, ALERTS = "visit-updates.v1", "alerts.v1"
RETRY_PAUSE_S = 0.5
#: Evidence per fact record: about 200 bytes each, far below the largest message.
FACT_ITEMS = 1000


class Parcel:
    """All that one flush sends. ``last`` goes when the rest has been acknowledged."""

    def __init__(self) -> None:
        self.first: list[tuple[str, int | None, list[Message]]] = []
        self.last: list[tuple[str, int | None, list[Message]]] = []

    def empty(self) -> bool:
        """Nothing to send."""
        return not (self.first or self.last)


class Outbox:
    """Sends parcels in order."""

    def __init__(self, broker: Broker, clock: Clock, metrics: Metrics, home: Callable[[str], int]) -> None:
        self._broker = broker
        self._clock = clock
        self._metrics = metrics
        self._home = home
        self._queue: deque[Parcel] = deque()
        self._wake = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()

    def put(self, parcel: Parcel) -> None:
        """Queue a parcel; returns at once."""
        self._queue.append(parcel)
        self._idle.clear()
        self._wake.set()

    async def settled(self, timeout: float) -> bool:
        """Wait until all that was put is acknowledged; False when that takes longer than ``timeout`` seconds."""
        try:
            await asyncio.wait_for(self._idle.wait(), timeout)
        except asyncio.TimeoutError:
            return False
        return True

    async def run(self) -> None:
        """Send for ever."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            while self._queue:
                parcel = self._queue.popleft()
                await asyncio.gather(*(self._send(*part) for part in parcel.first))
                await asyncio.gather(*(self._send(*part) for part in parcel.last))
            self._idle.set()

    async def _send(self, topic: str, partition: int | None, messages: list[Message]) -> None:
        while True:
            try:
                await self._broker.send(topic, partition, messages)
                return
            except Exception as error:
                log.warning("%s: %d messages not acknowledged (%s), sending again", topic, len(messages), error)
                await asyncio.sleep(RETRY_PAUSE_S)

    # -- what goes into a parcel ---------------------------------------------------------------------------------

    def facts(self, parcel: Parcel, kind: str, partition: int, facts: list[tuple[int, Evidence]]) -> None:
        """Evidence for books of other partitions: few records, each with all that one partition must hear."""
        by_target: dict[int, list[Evidence]] = {}
        for target, item in facts:
            by_target.setdefault(target, []).append(item)
        self._metrics.facts.inc(len(facts))
        for target, items in by_target.items():
            messages = [
                self._fact(kind, partition, evidence=pack(items[i : i + FACT_ITEMS]))
                for i in range(0, len(items), FACT_ITEMS)
            ]
            parcel.first.append((FACTS, target, messages))

    def broadcast(self, parcel: Parcel, kind: str, partition: int, at: int, topic: str = "", sent_at: int = 0) -> None:
        """A heartbeat or watermark for every partition; watermarks go behind the facts they cover."""
        message = self._fact(kind, partition, at=at, topic=topic or None, sent_at=sent_at)
        where = parcel.last if kind == "WATERMARK" else parcel.first
        where.extend((FACTS, target, [message]) for target in range(self._broker.partitions()))

    def _fact(self, kind: str, partition: int, sent_at: int = 0, **fields: Any) -> Message:
        record = {"kind": kind, "from_partition": partition, "to_key": "", "sent_at": sent_at or self._clock.now_ms()}
        return None, encode("facts", {**record, **fields})

    def effects(self, parcel: Parcel, effects: Effects, updates: bool) -> None:
        """The commands, alerts and updates of a flush."""
        if effects.commands:
            values = encode_batch("arrival-report", effects.commands)
            messages = [(c["container"].encode(), v) for c, v in zip(effects.commands, values, strict=True)]
            parcel.first.append((REPORTS, None, messages))
            for command in effects.commands:
                self._metrics.commands.labels(command["function"]).inc()
        if effects.alerts:
            alerts = [_worded(a) for a in effects.alerts]
            keys = [a["exception_id"].encode() for a in alerts]
            parcel.first.append((ALERTS, None, list(zip(keys, encode_batch("alert", alerts), strict=True))))
            for alert in alerts:
                self._metrics.alerts.labels(alert["code"], alert["state"]).inc()
        if updates and effects.updates:
            keys = [u["container"].encode() for u in effects.updates]
            values = encode_batch("visit-update", effects.updates)
            parcel.first.append((UPDATES, None, list(zip(keys, values, strict=True))))


def _worded(alert: dict[str, Any]) -> dict[str, Any]:
    """An alert in words, from the exception catalogue."""
    entry = load_reference().exceptions.get(alert["code"])
    detail = alert.pop("detail")
    alert["text_zh"] = f"{entry.text_zh}（{detail}）" if entry else detail
    alert["text_en"] = f"{entry.text_en} ({detail})" if entry else detail
    alert["action"] = f"{entry.action_zh} {entry.action_en}" if entry else None
    return alert
