"""Commands about what ports send as files: read, ingest."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ops.cli.common import DEFAULT_BOOTSTRAP, BootstrapOption, shown

if TYPE_CHECKING:
    from connectors.edi import Event

edi_app = typer.Typer(help="EDIFACT and national flat files.", no_args_is_help=True)
PortOption = Annotated[str, typer.Option(help="port of a sender that has no profile: qingdao, rizhao, yantai, weihai")]


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.add_typer(edi_app, name="edi")
    app.command("ingest")(ingest)


@edi_app.command("read")
def read_file(
    file: Path, port: PortOption = "", as_json: bool = typer.Option(False, "--json", help="events as JSON lines on stdout")
) -> None:
    """Read a file and show its events; errors and warnings go to stderr. Exit code 1 when anything was refused.

    Example: yigangtong edi read gate.edi --port qingdao --json
    """
    from connectors.edi import Event, read

    refused = False
    with file.open("rb") as source:
        for item in read(source, name=file.name, port=port):
            if isinstance(item, Event):
                print(json.dumps(item.record, ensure_ascii=False) if as_json else _line(item))
            else:
                refused = refused or item.severity == "error"
                print(str(item), file=sys.stderr)
    raise typer.Exit(1 if refused else 0)


def ingest(files: list[Path], port: PortOption = "", bootstrap: BootstrapOption = DEFAULT_BOOTSTRAP) -> None:
    """Publish the events of files. A file that is sent again does no harm. Exit code 1 when anything was refused.

    Example: yigangtong ingest inbox/*.edi --port yantai
    """
    from rich.progress import track

    from connectors.edi import Event, read
    from connectors.kafka.producer import Publisher
    from schemas.codec import encode

    sent = refused = 0
    with Publisher(bootstrap) as publisher:
        for file in track(files, description="publishing 发布"):
            with file.open("rb") as source:
                for item in read(source, name=file.name, port=port):
                    if isinstance(item, Event):
                        publisher.publish(item.topic, item.key, encode(item.kind, item.record))
                        sent += 1
                        continue
                    refused += item.severity == "error"
                    print(str(item), file=sys.stderr)
    print(f"{sent} events published 已发布, {refused} refused 被拒")
    raise typer.Exit(1 if refused else 0)


def _line(event: Event) -> str:
    record = event.record
    return f"{shown(record['event_time'])}  {event.topic:<16}  {record['container_no']:<11}  {record['move']}"
