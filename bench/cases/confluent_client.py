"""A bare confluent-kafka (librdkafka) consumer, with and without fastavro: the limit for a C client."""

from __future__ import annotations

import uuid

from confluent_kafka import Consumer

from bench.cases import Arguments, arguments
from bench.meter import Meter
from bench.per_event import decode
from bench.workload import TOPIC


def run(args: Arguments) -> None:
    """Read until the meter ends the process."""
    consumer = Consumer({
        "bootstrap.servers": args.bootstrap, "group.id": "bench-" + uuid.uuid4().hex, "auto.offset.reset": "earliest",
        "enable.auto.commit": False,
    })  # fmt: skip
    consumer.subscribe([TOPIC])
    meter = Meter(args.case, args.events)
    decodes = args.case.endswith("fastavro")
    while True:
        messages = consumer.consume(4000, timeout=0.5)
        for message in messages:
            value = message.value()
            if decodes:
                decode(value)
        if messages:
            meter.tick(len(messages))


if __name__ == "__main__":
    run(arguments())
