"""The way Faust's manual shows it: an agent, one event at a time, fastavro, a Table that holds the books.

The table holds books as objects and packs them for the changelog only: the kinder of two ways to write it.
"""

from __future__ import annotations

import asyncio
import logging
import os
import sys
import uuid
from pathlib import Path
from typing import Any

import faust
from faust.serializers.codecs import Codec, register

from bench.cases import Arguments, arguments
from bench.meter import Meter
from bench.per_event import PerEventCore, dump, evidence_of, load, new_book
from bench.workload import PARTITIONS, TOPIC


class BookCodec(Codec):
    """Books as the platform packs them."""

    def _dumps(self, obj: Any) -> bytes:
        return dump(obj)

    def _loads(self, s: bytes) -> Any:
        return load(s)


class App(faust.App):
    """Ends with the first failure of its agent: Faust would start that again, and the case would never end."""

    async def _on_agent_error(self, agent: Any, exc: BaseException) -> None:
        print(f"the agent failed: {exc!r}", file=sys.stderr, flush=True)
        os._exit(1)


def build(args: Arguments) -> faust.App:
    """The application; the meter ends the process."""
    register("book", BookCodec())
    app = App(
        "bench-" + uuid.uuid4().hex[:8], broker="aiokafka://" + args.bootstrap, store="memory://", web_enabled=False,
        topic_replication_factor=1, topic_partitions=PARTITIONS, table_standby_replicas=0, topic_disable_leader=True,
        datadir=str(Path(args.work) / "faust"),
    )  # fmt: skip
    books = app.Table("books", partitions=PARTITIONS, key_type=str)
    books.value_serializer = "book"  # type: ignore[attr-defined]
    meter = Meter(args.case, args.events)
    core = PerEventCore()
    channel = app.topic(TOPIC, key_type=bytes, value_type=bytes, key_serializer="raw", value_serializer="raw")

    @app.agent(channel)
    async def correlate(stream: Any) -> None:
        async for event in stream.events():
            e = evidence_of(event.value, int(event.message.timestamp * 1000))
            name = e.book + e.key
            book = books.get(name)
            if book is None:
                book = new_book(e)
            core.handle(book, e)
            books[name] = book
            meter.tick()

    return app


async def run(args: Arguments) -> None:
    """Run until the meter ends the process."""
    logging.disable(logging.WARNING)
    app = build(args)
    app.finalize()
    app.in_worker = True
    await app.start()
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(run(arguments()))
