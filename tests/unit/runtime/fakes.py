"""Small stand-ins for broker, store and clock, and records of the platform's topics."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from connectors.clickhouse.memory import MemoryStore
from connectors.kafka.partitioner import partition_of
from schemas.codec import decode, encode
from schemas.reference import load_reference
from schemas.topics import load_topics
from streams.domain.reference import Reference
from streams.runtime.engine import Engine
from streams.runtime.metrics import Metrics
from streams.runtime.ports import Message, Record
from streams.settings import Settings

PARTITIONS = 2
AT = 1_772_409_600_000
BOX = "CSQU3054383"


def home(key: str) -> int:
    return partition_of(key.encode(), PARTITIONS)


def homes(keys: Sequence[str]) -> list[int]:
    return [home(key) for key in keys]


@cache
def reference(**catalogue: Any) -> Reference:
    """The reference data, with entries of the exception catalogue put in place of the real ones."""
    data = load_reference().for_domain()
    return Reference(**{**data, "catalogue": {**data["catalogue"], **catalogue}})


_reference = reference


class Clock:
    def __init__(self) -> None:
        self.ms = AT

    def now_ms(self) -> int:
        return self.ms


class Broker:
    """Keeps what is sent; ``fail`` names topics that it refuses."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, int, Message]] = []
        self.fail: set[str] = set()

    def partitions(self) -> int:
        return PARTITIONS

    async def send(self, topic: str, partition: int | None, messages: Sequence[Message]) -> None:
        if topic in self.fail:
            raise ConnectionError(f"{topic} is not available")
        for key, value in messages:
            target = partition if partition is not None else home((key or b"").decode())
            self.sent.append((topic, target, (key, value)))

    def of(self, topic: str) -> list[tuple[int, Message]]:
        return [(p, m) for t, p, m in self.sent if t == topic]

    def facts(self, kind: str) -> list[tuple[int, dict[str, Any]]]:
        found = [(p, decode(m[1], "facts")) for p, m in self.of("facts.v1")]
        return [(p, f) for p, f in found if f["kind"] == kind]


async def at_once(call: Callable[[], Any]) -> Any:
    return call()


class Rig:
    """An engine with its surroundings; settings may be overridden."""

    def __init__(self, store: Any = None, reference: Reference | None = None, epoch: int = 1, **settings: Any) -> None:
        self.store = store if store is not None else MemoryStore()
        self.broker = Broker()
        self.clock = Clock()
        self.metrics = Metrics()
        self.member = True
        self.acked: list[int] = []
        self._offsets: dict[tuple[str, int], int] = {}
        options: dict[str, Any] = {
            "partitions": PARTITIONS, "mode": "simulated", "flush_ms": 5, "sink_wait_ms": 0, "drain_timeout_s": 0.5, **settings,
        }  # fmt: skip
        self.engine = Engine(
            reference=reference or _reference(), topics=load_topics(), store=self.store, broker=self.broker, clock=self.clock,
            settings=Settings(**options), metrics=self.metrics, home=homes, blocking=at_once, epoch=epoch,
            member=lambda: self.member,
        )  # fmt: skip

    def own(self, *partitions: int, ends: dict[tuple[str, int], int] | None = None) -> None:
        self.engine.assign(partitions or range(PARTITIONS), ends or {})
        self.engine.recovered()

    def records(self, topic: str, partition: int, *values: bytes | None, key: str = BOX) -> list[Record]:
        start = self._offsets.get((topic, partition), 0)
        self._offsets[topic, partition] = start + len(values)
        return [Record(topic, partition, start + i, AT + i, key.encode(), v) for i, v in enumerate(values)]

    async def take(self, topic: str, partition: int, *values: bytes | None, key: str = BOX) -> list[Record]:
        """Give records to the engine and have them taken in."""
        records = self.records(topic, partition, *values, key=key)
        await self.engine.ingest(records, lambda: self.acked.append(records[-1].offset))
        async with self.engine._gate:
            await self.engine._take_in()
        return records


def gate(number: str = "G1", box: str = BOX, **changes: Any) -> bytes:
    """A gate-in of a full export box."""
    return encode("gate", {
        "event_id": number, "source_party": "T", "source_system": "TOS", "event_type": "GATE_MOVE", "classifier": "ACT",
        "event_time": AT, "updated_time": AT, "is_retracted": False, "port": "qingdao", "terminal_code": "QQCTU",
        "container_no": box, "move": "IN", "ef": "F", "trade": "F", "purpose": "EXPORT_IN", **changes,
    })  # fmt: skip


def line(bill: str, box: str = BOX, number: str = "L1", **changes: Any) -> bytes:
    """A pre-stowage manifest line."""
    return encode("manifest", {
        "event_id": number, "source_party": "T", "source_system": "CARRIER", "event_type": "MANIFEST_LINE",
        "classifier": "ACT", "event_time": AT, "updated_time": AT, "is_retracted": False, "port": "qingdao",
        "manifest_kind": "PREPARED", "master_bl": bill, "container_no": box, "vessel_id": "IMO:2000107", "voyage": "V1",
        "trade": "F", "ef": "F", **changes,
    })  # fmt: skip


def control(event_type: str, port: str = "qingdao", **fields: Any) -> bytes:
    return encode("control", {
        "event_id": event_type, "source_party": "T", "source_system": "CONTROL", "event_type": event_type,
        "classifier": "ACT", "event_time": AT, "updated_time": AT, "is_retracted": False, "port": port, **fields,
    })  # fmt: skip
