"""A simulated day in an embedded ClickHouse, written by the in-process twin of the worker."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pyarrow as pa
import pytest

from bench.workload import Message, messages
from connectors.clickhouse import migrate
from connectors.clickhouse.embedded import EmbeddedStore
from ops.simulate import World
from streams.domain.rows import STATE_TABLES, TABLES
from streams.runtime.ports import Record
from tests.inprocess import InProcess

#: Messages between two derivations.
CHUNK = 200


class Platform(InProcess):
    """The twin with a clock: what is sent is appended at the time of its delivery. Keeps the history rows as well."""

    def __init__(self, world: World) -> None:
        super().__init__(plan=world.customs_plan())
        self.clock = 0
        self.history: list[tuple[str, Any]] = []
        take = self._intake.take

        def at_the_time(part: Any, records: Sequence[Record]) -> Any:
            taken = take(part, [record._replace(timestamp=self.clock) for record in records])
            self.history += taken.tables
            return taken

        self._intake.take = at_the_time  # type: ignore[method-assign, assignment]

    def run(self, stream: Sequence[Message]) -> None:
        """Take everything in chunks, with customs answering after each."""
        for at in range(0, len(stream), CHUNK):
            for message in stream[at : at + CHUNK]:
                self.clock = max(self.clock, message.at_ms)
                self.send([(message.topic, message.key, message.value)])
            self.settle()


@pytest.fixture(scope="session")
def world() -> World:
    return World(seed=11, scale=0.01)


@pytest.fixture(scope="session")
def stream(world: World) -> list[Message]:
    """Without heartbeats: no time passes, and deadlines are not looked at here."""
    return [message for message in messages(world) if message.kind != "control"]


@pytest.fixture(scope="session")
def platform(world: World, stream: list[Message]) -> Platform:
    day = Platform(world)
    day.run(stream)
    return day


@pytest.fixture(scope="session")
def store(platform: Platform, tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedStore]:
    opened = EmbeddedStore(str(tmp_path_factory.mktemp("store")))
    try:
        migrate.apply(opened)
        for table in ("events", "intake"):
            opened.insert_arrow(table, pa.concat_tables([rows for name, rows in platform.history if name == table]))
        for table in STATE_TABLES:
            names = [name for name, _ in TABLES[table]]
            opened.insert(table, [tuple(row[name] for name in names) for row in platform.rows(table)])
        yield opened
    finally:
        opened.close()
