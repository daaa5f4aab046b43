"""The command that times the whole way."""

from __future__ import annotations

import logging
import signal
import time
from threading import Event
from typing import Annotated, Final

import typer

from ops.cli.common import DEFAULT_BOOTSTRAP, DEFAULT_READER, BootstrapOption, StoreOption, open_reader

#: How often the store is asked, seconds: what is measured is exact to this.
LOOK_S: Final = 0.1
#: How long Kafka may be away before a canary is given up, seconds.
PATIENCE_S: Final = 10.0


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command("canary")(canary)


def canary(
    bootstrap: BootstrapOption = DEFAULT_BOOTSTRAP,
    store: StoreOption = DEFAULT_READER,
    every: Annotated[float, typer.Option(min=1, help="seconds between two canaries of a port")] = 10.0,
    metrics_host: Annotated[str, typer.Option(help="where /metrics listens")] = "127.0.0.1",
    metrics_port: Annotated[int, typer.Option(min=1, max=65535, help="port of /metrics")] = 9103,
) -> None:
    """Send a harmless event for each port again and again, and time it from Kafka to ClickHouse, until stopped.

    Example: yigangtong canary --store http://127.0.0.1:8123
    """
    from prometheus_client import start_http_server

    from connectors.kafka.producer import Publisher
    from ops.canary import Canaries, CanaryMetrics
    from schemas.reference import load_reference

    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    stopped = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    ports = [port.slug for port in load_reference().ports.values() if port.role == "SEAPORT"]
    metrics = CanaryMetrics()
    canaries = Canaries(ports, Publisher(bootstrap, PATIENCE_S), open_reader(store), metrics)
    server, _ = start_http_server(metrics_port, metrics_host, metrics.registry)
    next_at = time.monotonic()
    while not stopped.is_set():
        if time.monotonic() >= next_at:
            next_at = time.monotonic() + every
            canaries.send()
        canaries.look()
        stopped.wait(LOOK_S if canaries.under_way() else max(0.0, next_at - time.monotonic()))
    server.shutdown()
