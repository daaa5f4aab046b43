"""quixstreams: one event at a time, fastavro, state per key in RocksDB with a changelog, written at checkpoints."""

from __future__ import annotations

import logging
import uuid
from pathlib import Path
from typing import Any

from quixstreams import Application, State

from bench.cases import Arguments, arguments
from bench.meter import Meter
from bench.per_event import PerEventCore, dump, evidence_of, load, new_book
from bench.workload import TOPIC


def run(args: Arguments) -> None:
    """Run until the meter ends the process."""
    logging.disable(logging.WARNING)
    app = Application(
        broker_address=args.bootstrap, consumer_group="bench-" + uuid.uuid4().hex[:8], auto_offset_reset="earliest",
        loglevel=None, state_dir=Path(args.work) / "quix",
    )  # fmt: skip
    events = app.dataframe(app.topic(TOPIC, key_deserializer="bytes", value_deserializer="bytes"))
    meter = Meter(args.case, args.events)
    core = PerEventCore()

    def handle(value: bytes, key: Any, timestamp: int, headers: Any, state: State[str, Any]) -> None:
        e = evidence_of(value, timestamp)
        name = e.book + e.key  # a ship's key holds a book per port
        packed = state.get_bytes(name)
        book = load(packed) if packed is not None else new_book(e)
        core.handle(book, e)
        state.set_bytes(name, dump(book))
        meter.tick()

    events.apply(handle, stateful=True, metadata=True)
    app.run()


if __name__ == "__main__":
    run(arguments())
