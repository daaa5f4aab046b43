"""The transport driver: aiokafka with the batch consumer and an idempotent producer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import faust
from faust.transport.drivers import aiokafka as driver
from faust.types import TP

from streams.runtime.faust_drain import DrainMixin
from streams.runtime.faust_membership import Membership
from streams.runtime.faust_records import fetch_engine_records

#: ms the broker may hold a fetch that finds nothing. Faust has 1500 built in: a partition whose data was just consumed
#: is not part of the running request and would wait that long for its turn, and idle partitions move `now` that slowly.
FETCH_MAX_WAIT_MS = 100


class ConsumerThread(driver.AIOKafkaConsumerThread):
    """aiokafka's consumer in its own thread, so that heartbeats go on while the worker computes."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.membership = Membership(self.app.conf.broker_session_timeout)

    async def on_start(self) -> None:
        await super().on_start()
        self.membership.watch(self._ensure_consumer()._coordinator)

    def _create_worker_consumer(self, transport: driver.Transport) -> Any:
        fetch_engine_records()
        consumer = super()._create_worker_consumer(transport)
        consumer._fetch_max_wait_ms = FETCH_MAX_WAIT_MS
        return consumer


class Consumer(DrainMixin, driver.Consumer):
    """See the mixins."""

    def _new_consumer_thread(self) -> ConsumerThread:
        return ConsumerThread(self, loop=self.loop, beacon=self.beacon)

    def is_member(self) -> bool:
        thread: Any = self._thread
        certain: bool = thread.membership.certain()
        return certain

    def log_positions(self) -> Mapping[TP, tuple[int, int, int]]:
        subscription = self._thread._ensure_consumer()._subscription.subscription
        assignment = subscription.assignment if subscription is not None else None
        if assignment is None:
            return {}
        positions: dict[TP, tuple[int, int, int]] = {}
        for tp in assignment.tps:
            if self._is_changelog_tp(tp):
                continue
            state = assignment.state_value(tp)
            # The fetch thread may update the state between these reads. Time first, position last: a mixture is then
            # never more than the truth (an older time with a newer end or position).
            at_ms, end, position = state.timestamp, state.highwater, state._position
            if at_ms is not None and end is not None and position is not None:
                positions[TP(tp.topic, tp.partition)] = (position, end, at_ms)
        return positions


class Producer(driver.Producer):
    """Acknowledged by all in-sync replicas, and idempotent: a retried request is not written twice."""

    def _settings_extra(self) -> Mapping[str, Any]:
        return {"acks": "all", "enable_idempotence": True}


class Transport(driver.Transport):
    """Registered on the application by `faust_app.WorkerApp`."""

    Consumer = Consumer
    Producer = Producer


def new_transport(app: faust.App) -> Transport:
    return Transport(app.conf.broker_consumer, app)
