"""Commands about notices: run, test, show."""

from __future__ import annotations

import logging
import signal
from pathlib import Path
from threading import Event
from typing import Annotated, Final

import typer

from ops.cli.common import DEFAULT_BOOTSTRAP, BootstrapOption

notify_app = typer.Typer(help="Alerts to people: webhook, mail, WeCom and DingTalk 告警通知.", no_args_is_help=True)
ConfigOption = Annotated[Path, typer.Option(help="who is told what, and how (docs/notify.md)")]
LedgerOption = Annotated[Path, typer.Option(help="the durable ledger of what was told")]
DEFAULT_CONFIG: Final = Path("var/notify.yaml")
DEFAULT_LEDGER: Final = Path("var/notify.db")
#: How long to rest when there is nothing to do, seconds.
REST_S: Final = 0.2


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.add_typer(notify_app, name="notify")


@notify_app.command("run")
def run(
    config: ConfigOption = DEFAULT_CONFIG, ledger: LedgerOption = DEFAULT_LEDGER,
    bootstrap: BootstrapOption = DEFAULT_BOOTSTRAP,
    metrics_host: Annotated[str, typer.Option(help="where /metrics listens")] = "127.0.0.1",
    metrics_port: Annotated[int, typer.Option(min=1, max=65535, help="port of /metrics")] = 9102,
) -> None:  # fmt: skip
    """Tell people of alerts until stopped, each alert id once per channel. What a channel does not take is tried again.

    Example: yigangtong notify run --config /etc/yigangtong/notify.yaml
    """
    from prometheus_client import start_http_server

    from connectors.customs.kafka_post import KafkaSource
    from connectors.customs.ledger import SendLedger
    from connectors.notify.channels import open_channel
    from connectors.notify.notifier import TOPIC, Notifier, NotifyMetrics, Way
    from connectors.notify.settings import load_settings

    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    stopped = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    settings, metrics = load_settings(config), NotifyMetrics()
    ways = [Way(open_channel(each, config.parent), each.wants) for each in settings.channels]
    book = SendLedger(ledger)
    server, _ = start_http_server(metrics_port, metrics_host, metrics.registry)
    source = KafkaSource(bootstrap, TOPIC, "yigangtong-notify")
    notifier = Notifier(ways, book, source, metrics, settings.fresh_hours)
    logging.info("%d channels; %d notices wait", len(ways), notifier.waiting())
    try:
        while not stopped.is_set():
            if not notifier.step():
                stopped.wait(REST_S)
    finally:
        source.close()
        server.shutdown()
        book.close()
    logging.info("stopped; %d notices wait", notifier.waiting())


@notify_app.command("test")
def test(
    config: ConfigOption = DEFAULT_CONFIG, channel: Annotated[str, typer.Option(help="only this one; empty: all")] = "",
) -> None:  # fmt: skip
    """Send one message marked as a test to each channel. Exit code 1 when one did not take it.

    Example: yigangtong notify test --config /etc/yigangtong/notify.yaml
    """
    from connectors.notify.channels import NotTaken, open_channel
    from connectors.notify.notifier import trial
    from connectors.notify.settings import load_settings

    chosen = [each for each in load_settings(config).channels if channel in ("", each.name)]
    if not chosen:
        raise typer.BadParameter(f"{config} has no channel {channel!r} 没有该通道")
    failed = False
    for each in chosen:
        try:
            open_channel(each, config.parent).tell([trial()])
            print(f"{each.name}: taken 已送达")
        except NotTaken as problem:
            failed = True
            print(f"{each.name}: not taken 未送达: {problem}")
    raise typer.Exit(1 if failed else 0)


@notify_app.command("show")
def show(ledger: LedgerOption = DEFAULT_LEDGER) -> None:
    """How many notices were told, and which wait, by channel.

    Example: yigangtong notify show --ledger var/notify.db
    """
    from connectors.customs.ledger import SendLedger

    book = SendLedger(ledger, look=True)
    waiting = book.open_ids()
    print(f"{sum(1 for _ in book.entries()) - len(waiting)} told 已送达, {len(waiting)} waiting 待送")
    for ident in waiting:
        print(f"  {ident}")
