"""A bare aiokafka consumer, with and without fastavro: the limit for a pure asyncio client."""

from __future__ import annotations

import asyncio
import uuid

from aiokafka import AIOKafkaConsumer

from bench.cases import Arguments, arguments
from bench.meter import Meter
from bench.per_event import decode
from bench.workload import TOPIC


async def run(args: Arguments) -> None:
    """Read until the meter ends the process."""
    consumer = AIOKafkaConsumer(
        TOPIC, bootstrap_servers=args.bootstrap, group_id="bench-" + uuid.uuid4().hex, auto_offset_reset="earliest",
        enable_auto_commit=False,
    )  # fmt: skip
    await consumer.start()
    meter = Meter(args.case, args.events)
    decodes = args.case.endswith("fastavro")
    while True:
        for records in (await consumer.getmany(timeout_ms=1000, max_records=4000)).values():
            if decodes:
                for record in records:
                    decode(record.value)
            meter.tick(len(records))


if __name__ == "__main__":
    asyncio.run(run(arguments()))
