"""Commands about customs: reports out, receipts in, what was said; and the stand-in that answers."""

from __future__ import annotations

import logging
import signal
from collections.abc import Callable
from pathlib import Path
from threading import Event
from typing import Annotated, Final

import typer

from ops.cli.common import DEFAULT_BOOTSTRAP, BootstrapOption

customs_app = typer.Typer(
    help="Reports to customs and receipts from it, as XML in a folder. Profile mt-draft is unverified 未经核实.",
    no_args_is_help=True,
)
#: How often a folder is looked into, seconds.
LOOK_S: Final = 0.5
FolderOption = Annotated[Path, typer.Option(help="the folder shared with customs: out/ in/ done/ failed/")]
LedgerOption = Annotated[Path, typer.Option(help="the durable ledger of what was sent")]
ReceiptsOption = Annotated[Path, typer.Option(help="the durable ledger of what was answered")]
ProfileOption = Annotated[Path | None, typer.Option(help="tables of the messages (YAML) instead of mt-draft")]
SitesOption = Annotated[Path | None, typer.Option(help="sites as registered (CSV: port,terminal,place_code,sender_id)")]
DEFAULT_FOLDER: Final = Path("var/customs")
DEFAULT_SENT: Final = Path("var/customs/sent.db")
DEFAULT_RECEIVED: Final = Path("var/customs/received.db")


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.add_typer(customs_app, name="customs")
    app.command("customs-responder")(customs_responder)


@customs_app.command("send")
def send(
    folder: FolderOption = DEFAULT_FOLDER, ledger: LedgerOption = DEFAULT_SENT, profile: ProfileOption = None,
    sites: SitesOption = None, bootstrap: BootstrapOption = DEFAULT_BOOTSTRAP,
) -> None:  # fmt: skip
    """Write the platform's arrival reports as XML into out/, until stopped. What does not fit is kept and told.

    Example: yigangtong customs send --folder /srv/customs --sites sites.csv
    """
    from connectors.customs.kafka_post import KafkaSource
    from connectors.customs.ledger import SendLedger
    from connectors.customs.messages import Messages
    from connectors.customs.post import FolderPost
    from connectors.customs.profile import DRAFT, load_profile
    from connectors.customs.responder import TOPIC
    from connectors.customs.sender import Sender
    from connectors.customs.sites import Sites, load_sites

    stopped = _until_stopped()
    messages = Messages(load_profile(profile or DRAFT), load_sites(sites) if sites else Sites())
    reports = KafkaSource(bootstrap, TOPIC, "yigangtong-customs-xml")
    sender = Sender(messages, SendLedger(ledger), reports, FolderPost.of_platform(folder))
    logging.info("profile %s; %d messages were sent again", messages.profile.title, sender.resume())
    _run(sender.step, stopped)
    reports.close()
    logging.info("stopped: %s", sender.total)


@customs_app.command("receive")
def receive(
    folder: FolderOption = DEFAULT_FOLDER, ledger: LedgerOption = DEFAULT_SENT,
    receipts: ReceiptsOption = DEFAULT_RECEIVED, profile: ProfileOption = None,
    bootstrap: BootstrapOption = DEFAULT_BOOTSTRAP, once: bool = typer.Option(False, "--once", help="end when in/ is empty"),
) -> None:  # fmt: skip
    """Publish the receipts in in/ as release events, until stopped. Unmatched and unreadable ones go to failed/.

    Example: yigangtong customs receive --folder /srv/customs --once
    """
    from connectors.customs.kafka_post import KafkaTarget
    from connectors.customs.ledger import SendLedger
    from connectors.customs.post import FolderPost
    from connectors.customs.profile import DRAFT, load_profile
    from connectors.customs.receiver import Receiver
    from connectors.kafka.producer import Publisher

    stopped = _until_stopped()
    tables = load_profile(profile or DRAFT)
    sent = SendLedger(ledger, look=True)
    post = FolderPost.of_platform(folder)
    receiver = Receiver(tables, sent, SendLedger(receipts), post, KafkaTarget(Publisher(bootstrap)))
    logging.info("profile %s; %d receipts were published again", tables.title, receiver.resume())
    _run(receiver.step, stopped, once)
    logging.info("stopped: %s", receiver.total)


@customs_app.command("show")
def show(
    message_id: Annotated[str, typer.Argument(help="a message to show as it was sent; none: a summary")] = "",
    ledger: LedgerOption = DEFAULT_SENT,
) -> None:
    """What was said to customs: counts, and what is held back with its reason; or one message. Exit code 1: not found.

    Example: yigangtong customs show --ledger /srv/customs/sent.db
    """
    from connectors.customs.ledger import SendLedger

    book = SendLedger(ledger, look=True)
    if message_id:
        entry = book.entry(message_id)
        reasons = [held.problem for held in book.held() if held.id == message_id]
        if entry is None:
            print(f"{message_id} held back 未发送: {reasons[0]}" if reasons else f"{message_id} was never sent 未发送过")
            raise typer.Exit(1)
        print(entry.content.decode())
        return
    held = book.held()
    sent, unsent = sum(1 for _ in book.entries()), len(book.open_ids())
    print(f"{sent} messages 报文, {unsent} not yet handed over 待发, {book.refused()} second contents refused 重号拒绝")
    print(f"{len(held)} held back 未发送")
    for each in held:
        print(f"  {each.id}: {each.problem}")


def customs_responder(
    bootstrap: BootstrapOption = DEFAULT_BOOTSTRAP,
    plan: Annotated[Path | None, typer.Option(help="customs.jsonl of a simulated world")] = None,
    ledger: Annotated[Path, typer.Option(help="the durable ledger of what was answered")] = Path("var/customs.db"),
    folder: Annotated[Path | None, typer.Option(help="answer XML in this folder (`customs send`) instead of Kafka")] = None,
    profile: ProfileOption = None,
    sites: SitesOption = None,
) -> None:
    """Play customs: answer every arrival report. For tests and demos only.

    Example: yigangtong customs-responder --plan var/world/customs.jsonl
    """
    from connectors.customs.ledger import SendLedger
    from connectors.customs.messages import Messages
    from connectors.customs.plan import Plan, load_plan
    from connectors.customs.post import FolderPost
    from connectors.customs.profile import DRAFT, load_profile
    from connectors.customs.responder import Responder, serve
    from connectors.customs.sites import Sites, load_sites
    from connectors.customs.xml_responder import XmlResponder
    from connectors.kafka.producer import Publisher

    stopped = _until_stopped()
    answers = load_plan(plan) if plan else Plan()
    responder: Responder
    if folder:
        messages = Messages(load_profile(profile or DRAFT), load_sites(sites) if sites else Sites())
        responder = XmlResponder(messages, answers, SendLedger(ledger), FolderPost.of_customs(folder))
    else:
        responder = Responder(answers, SendLedger(ledger), Publisher(bootstrap))
    again = responder.resume()
    logging.info("customs holds %d reports; %d messages were sent again", responder.desk.counts()["live"], again)
    if isinstance(responder, XmlResponder):
        _run(responder.step, stopped)
    else:
        serve(bootstrap, responder, stopped.is_set)
    logging.info("stopped: %s; %s", responder.total, responder.desk.counts())


def _until_stopped() -> Event:
    """Set when the process is asked to end."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    stopped = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    return stopped


def _run(step: Callable[[], bool], stopped: Event, once: bool = False) -> None:
    while not stopped.is_set():
        if not step():
            if once:
                return
            stopped.wait(LOOK_S)
