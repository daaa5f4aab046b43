"""The Faust application of a worker: its settings, and the moments of an assignment at which the engine is told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import faust
from faust.types.auth import CredentialsT
from faust.types.transports import TransportT

from streams.runtime.faust_agents import declare_agents
from streams.runtime.faust_assignor import OneOwnerAssignor, owned_partitions
from streams.runtime.faust_recovery import BatchTableManager
from streams.runtime.faust_table import CHANGELOG, declare_books
from streams.runtime.faust_transport import new_transport


class WorkerApp(faust.App):
    """A Faust app with an engine. `engine` is set before `start()`."""

    engine: Any = None
    #: True between the end of a recovery and the next rebalance; what /ready shows.
    recovered = False

    def __init__(self, *args: Any, sources: Iterable[str] = (), **kwargs: Any) -> None:
        self.sources = frozenset(sources)
        super().__init__(*args, **kwargs)

    def _new_transport(self) -> TransportT:
        return new_transport(self)

    def _new_producer_transport(self) -> TransportT:
        return new_transport(self)

    def on_rebalance_start(self) -> None:
        self.recovered = False
        super().on_rebalance_start()

    async def begin_assignment(self) -> None:
        """Before the changelog is read: check the assignment and give the engine its partitions and their log ends.

        Records below these ends may already have rows in the store that the state does not know of.
        """
        assigned = {tp for tp in self.consumer.assignment() if tp.topic in self.sources}
        owned = owned_partitions(assigned, self.sources)
        ends = await self.consumer.highwaters(*assigned) if assigned else {}
        self.engine.assign(owned, {(tp.topic, tp.partition): end for tp, end in ends.items()})

    def is_member(self) -> bool:
        """For certain a member of the group (`faust_membership`); from any thread."""
        consumer: Any = self.consumer
        certain: bool = consumer.is_member()
        return certain

    def end_recovery(self) -> None:
        """After the last changelog record, before the first source record."""
        self.engine.recovered()
        self.recovered = True


def faust_settings(*, kafka: Mapping[str, Any], data_dir: str, instance_id: str = "") -> dict[str, Any]:
    """Settings of the application, each with its reason. `kafka`: servers, TLS and login in the words of aiokafka;
    `instance_id`: static membership, unique per process."""
    return {
        "broker": [f"aiokafka://{server}" for server in kafka["bootstrap_servers"]],
        "broker_credentials": _credentials(kafka),
        "consumer_group_instance_id": instance_id or None,
        "store": "memory://",  # the engine holds the state; RocksDB costs a put per changelog record
        "datadir": data_dir,  # Faust makes a folder in the current directory otherwise, whatever the store
        "web_enabled": False,  # its server listens on all interfaces and shows tables; health.py serves what is needed
        "key_serializer": "raw", "value_serializer": "raw",
        "topic_allow_declare": False,  # topics come from schemas/topics.yaml only
        "topic_disable_leader": True,  # no leader-only timers, so no `__assignor-__leader` topic
        "table_standby_replicas": 0,  # batched recovery is faster than reading every changelog twice all the time
        "stream_buffer_maxsize": 32,  # batches per agent: four ports times eight partitions, of at most 1 MiB each
        "stream_wait_empty": True,  # settle and commit before partitions are given back
        "stream_recovery_delay": 0.0,  # rebalances that follow each other restart the recovery anyway
        "broker_max_poll_records": 4000,  # a batch of thousands decodes ten times cheaper than one of ten
        "broker_commit_interval": 1.0,  # what a crash makes us read again
        "broker_max_poll_interval": 300.0,
        "broker_session_timeout": 30.0,  # a machine that pauses for seconds is not dead
        "broker_heartbeat_interval": 3.0,
        "broker_rebalance_timeout": 60.0,  # well above settle_timeout + last_commit_timeout of FlowMixin
        "broker_request_timeout": 90.0,
        "producer_acks": -1,
        "producer_linger": 0.0,  # the broker port sends whole batches and awaits them: waiting gathers nothing
        "producer_max_batch_size": 262_144,
        "producer_max_request_size": 1_000_000,  # below the broker's message.max.bytes
        "producer_request_timeout": 120.0,  # rides out a broker restart; after that a send fails and the worker ends
        "TableManager": BatchTableManager,
        "PartitionAssignor": OneOwnerAssignor,
    }


def _credentials(kafka: Mapping[str, Any]) -> CredentialsT | None:
    """Faust's word for TLS and login; it makes aiokafka's out of it again."""
    context = kafka.get("ssl_context")
    if user := kafka.get("sasl_plain_username"):
        password, mechanism = kafka["sasl_plain_password"], kafka["sasl_mechanism"]
        return faust.SASLCredentials(username=user, password=password, ssl_context=context, mechanism=mechanism)
    return faust.SSLCredentials(context) if context is not None else None


def build_app(group: str, topics: Mapping[str, Sequence[str]], partitions: int, changelog: str = CHANGELOG,
              **settings: Any) -> WorkerApp:
    """The application of consumer group `group`, reading `topics` (kind -> topic names) of `partitions` each.

    `settings` are those of `faust_settings`.
    """
    sources = [name for names in topics.values() for name in names]
    app = WorkerApp(group, sources=sources, **settings)
    declare_books(app, partitions, changelog)
    declare_agents(app, topics)
    return app
