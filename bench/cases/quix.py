"""quixstreams: one event at a time, fastavro, state per key in RocksDB with a changelog, written at checkpoints."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from quixstreams import Application, State, message_context
from quixstreams.models.topics import Topic, TopicAdmin, TopicManager

from bench.cases import Arguments, arguments
from bench.meter import Meter
from bench.per_event import PerEventCore, dump, evidence_of, load, new_book, record_of
from bench.workload import KIND_OF, TOPICS


class ShortNames(TopicManager):
    """The changelog's name is made of its sources' names; those of sixteen topics are longer than Kafka allows."""

    def stream_id_from_topics(self, topics: Sequence[Topic]) -> str:
        return "all" if len(topics) > 1 else super().stream_id_from_topics(topics)


def run(args: Arguments) -> None:
    """Run until the meter ends the process."""
    logging.disable(logging.WARNING)
    group = "bench-" + uuid.uuid4().hex[:8]
    app = Application(
        broker_address=args.bootstrap, consumer_group=group, auto_offset_reset="earliest", loglevel=None,
        state_dir=Path(args.work) / "quix", topic_manager=ShortNames(TopicAdmin(args.bootstrap), group),
    )  # fmt: skip
    frames = [
        app.dataframe(app.topic(name, key_deserializer="bytes", value_deserializer="bytes")) for name in TOPICS
    ]
    joined = frames[0]
    for frame in frames[1:]:
        joined = joined.concat(frame)  # one store for all topics: a box's events come from several
    meter = Meter(args.case, args.events)
    core = PerEventCore()

    def handle(value: bytes, key: Any, timestamp: int, headers: Any, state: State) -> None:
        kind = KIND_OF[message_context().topic]
        e = evidence_of(kind, record_of(kind, value), value, timestamp)
        name = e.book + e.key  # a ship's key holds a book per port
        packed = state.get(name)
        book = load(packed) if packed is not None else new_book(e)
        core.handle(book, e)
        state.set(name, dump(book))
        meter.tick()

    joined.apply(handle, stateful=True, metadata=True)
    app.run()


if __name__ == "__main__":
    run(arguments())
