"""Commands about what ports send as files: read, check, ingest."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import urlsplit

import typer

from ops.cli.common import DEFAULT_BOOTSTRAP, BootstrapOption, shown

if TYPE_CHECKING:
    from connectors.edi import Event, Ledger
    from connectors.files.publish import Read, Report
    from connectors.reading.events import Item

edi_app = typer.Typer(help="EDIFACT and national flat files.", no_args_is_help=True)
port_app = typer.Typer(help="For a port's IT team: try before you publish.", no_args_is_help=True)
PortOption = Annotated[str, typer.Option(help="port of a sender that has no profile: qingdao, rizhao, yantai, weihai")]
MappingOption = Annotated[Path | None, typer.Option("--mapping", help="of a table or JSON lines: which column is which field")]
FormatOption = Annotated[str, typer.Option("--format", help="edifact, flat, csv, xlsx, jsonl; found by itself when left out")]
JsonOption = Annotated[bool, typer.Option("--json", help="as JSON on stdout")]
#: Problems of a file that are shown one by one.
MOST_SHOWN = 20


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.add_typer(edi_app, name="edi")
    app.add_typer(port_app, name="port")
    app.command("ingest")(ingest)


@edi_app.command("read")
def read_one(
    file: Path, port: PortOption = "", mapping: MappingOption = None, form: FormatOption = "",
    as_json: bool = typer.Option(False, "--json", help="events as JSON lines on stdout"),
    reply: bool = typer.Option(
        False, "--reply", help="in place of events the answer to the sender: of EDIFACT CONTRL and APERAK, of others a report"
    ),
) -> None:  # fmt: skip
    """Read a file and show its events; errors and warnings go to stderr. Exit code 1 when anything was refused.

    Example: yigangtong edi read gate.edi --port qingdao --json
    """
    from connectors.edi import Event

    if reply:
        _answer(file, FileReader(port, mapping, form), port, as_json)
    refused = False
    for item in FileReader(port, mapping, form)(file):
        if isinstance(item, Event):
            print(json.dumps(item.record, ensure_ascii=False) if as_json else _line(item))
        else:
            refused = refused or item.severity == "error"
            print(item.in_both, file=sys.stderr)
    raise typer.Exit(1 if refused else 0)


def _answer(file: Path, read_file: FileReader, port: str, as_json: bool) -> None:
    """Print what the sender should get, and end: of EDIFACT CONTRL and APERAK for its interchanges; of the others, which
    have no message that answers, the report that a watched folder writes too."""
    from connectors.reading.source import chunks, peek

    _check_there(file)
    if read_file.is_edifact(peek(chunks(file))[0]):
        _answer_edifact(file, port)
    _answer_by_report(file, read_file, as_json)


def _answer_by_report(file: Path, read_file: FileReader, as_json: bool) -> None:
    from connectors.edi import Event, Ledger
    from connectors.files.publish import Report

    report, ledger = Report(file.name), Ledger()
    for item in read_file(file, ledger):
        if isinstance(item, Event):
            report.events += 1
        else:
            report.note(item)
    report.outcomes = ledger.outcomes
    print("no standard message answers this format: send this report 该格式没有标准回执，请将本报告发给对方", file=sys.stderr)
    print(report.to_json() if as_json else report.to_text().rstrip("\n"))
    raise typer.Exit(1 if report.refused else 0)


def _answer_edifact(file: Path, port: str) -> None:
    from connectors.edi import Event, Ledger, read, replies

    refused = False

    def told(items: Iterator[Item]) -> Iterator[Item]:
        nonlocal refused
        for item in items:
            if not isinstance(item, Event):
                refused = refused or item.severity == "error"
                print(item.in_both, file=sys.stderr)
            yield item

    ledger = Ledger()
    for answer in replies(told(read(file, name=file.name, port=port, ledger=ledger)), ledger, time.time_ns() // 1_000_000):
        print(answer, end="")
    raise typer.Exit(1 if refused else 0)


@port_app.command("check")
def check(
    file: Annotated[str, typer.Argument(metavar="FILE|URL")], port: PortOption = "", mapping: MappingOption = None,
    form: FormatOption = "", as_json: JsonOption = False,
) -> None:  # fmt: skip
    """What would be accepted of a file, what refused, and why. Nothing is published. Exit code 1 when anything is refused.

    Example: yigangtong port check export.csv --mapping gate.yaml
    """
    from connectors.edi import Event
    from connectors.files.publish import Report

    report = Report(file.rsplit("/", 1)[-1])
    kinds: dict[str, int] = {}
    read = FileReader(port, mapping, form)
    for item in read.fetched(file) if urlsplit(file).scheme in ("http", "https") else read(Path(file)):
        if isinstance(item, Event):
            report.events += 1
            kinds[item.topic] = kinds.get(item.topic, 0) + 1
        else:
            report.note(item)
    if as_json:
        print(json.dumps({**json.loads(report.to_json()), "topics": kinds}, ensure_ascii=False, indent=1))
    else:
        for topic, count in sorted(kinds.items()):
            print(f"{count:>8} → {topic}")
        print(report.to_text(), end="")
    raise typer.Exit(1 if report.refused else 0)


def ingest(
    files: Annotated[list[Path] | None, typer.Argument()] = None, port: PortOption = "", mapping: MappingOption = None,
    form: FormatOption = "", bootstrap: BootstrapOption = DEFAULT_BOOTSTRAP,
    watch: Annotated[Path | None, typer.Option("--watch", help="a folder: files go to done/ or failed/, with a report")] = None,
    restart: Annotated[bool, typer.Option("--restart", help="from the start, where a file was broken off before")] = False,
) -> None:  # fmt: skip
    """Publish the events of files. Broken off, it goes on where it was; a file that is sent again does no harm.
    Exit code 1 when anything was refused.

    Example: yigangtong ingest inbox/*.edi --port yantai
    """
    from connectors.files.publish import Watched
    from connectors.kafka.producer import Publisher

    if bool(files) == bool(watch):
        raise typer.BadParameter("give files, or a folder with --watch 请指明文件，或用--watch指明文件夹")
    if watch is not None and not watch.is_dir():
        raise typer.BadParameter(f"there is no folder {watch}; make it first 没有该文件夹，请先建立")
    read = FileReader(port, mapping, form)
    for file in files or ():
        _check_there(file)
    with Publisher(bootstrap) as publisher:
        if watch is not None:
            print(f"watching 监视 {watch}; Ctrl-C ends it", flush=True)
            Watched(watch, read, publisher, _tell).run()
        reports = _publish(files or [], read, publisher, not restart)
    for report in reports:
        _show_problems(report)
    refused = sum(report.refused for report in reports)
    print(f"{sum(report.events for report in reports)} events published 已发布, {refused} refused 被拒")
    raise typer.Exit(1 if refused else 0)


def _publish(files: list[Path], read: Read, publisher: Any, resume: bool) -> list[Report]:
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    from connectors.files.publish import publish_file

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[events]:,} events"),
        TimeElapsedColumn(),
    )
    reports = []
    with Progress(*columns) as bar:
        task = bar.add_task("publishing 发布", total=len(files), events=0)
        before = 0
        for file in files:

            def watch(done: int, before: int = before) -> None:
                bar.update(task, events=before + done)

            reports.append(publish_file(file, read, publisher, resume=resume, watch=watch))
            before += reports[-1].events
            bar.update(task, advance=1, events=before)
    return reports


class FileReader:
    """Reads files as the options say."""

    def __init__(self, port: str, mapping: Path | None, form: str) -> None:
        from connectors.files.mapping import load_mapping
        from connectors.files.reader import FORMATS

        if form and form not in FORMATS:
            raise typer.BadParameter(f"--format is {form!r}; expected one of {', '.join(FORMATS)} 没有该格式，请用其中之一")
        self._port = port
        self._form = form
        self._mapping = load_mapping(mapping) if mapping else None

    def __call__(self, path: Path, ledger: Ledger | None = None) -> Iterator[Item]:
        _check_there(path)
        return self._read(path, path.name, ledger)

    def is_edifact(self, head: bytes) -> bool:
        """Whether a file that begins so is read as EDIFACT."""
        from connectors.reading.detect import EDIFACT, detect

        return self._form in ("", "edifact", "flat") and detect(head) == EDIFACT

    def fetched(self, url: str) -> Iterator[Item]:
        """The same of what a web server gives."""
        from urllib.error import URLError
        from urllib.request import urlopen

        try:
            answer = urlopen(url, timeout=30)  # http and https only: the caller looked
        except (URLError, OSError) as error:
            why = getattr(error, "reason", error)
            raise typer.BadParameter(f"{url} cannot be fetched; check the address 无法获取，请核对地址: {why}") from error
        with answer:
            yield from self._read(answer, url.rsplit("/", 1)[-1])

    def _read(self, source: Any, name: str, ledger: Ledger | None = None) -> Iterator[Item]:
        from connectors.files.reader import read_file

        return read_file(source, name=name, port=self._port, mapping=self._mapping, form=self._form, ledger=ledger)


def _check_there(file: Path) -> None:
    if not file.is_file():
        said = f"there is no file {file}: check its name (of addresses, http and https are fetched)"
        raise typer.BadParameter(f"{said} 没有该文件，请核对文件名")


def _tell(report: Report) -> None:
    where = "failed/" if report.refused else "done/"
    print(f"{report.file} → {where}: {report.events} events 事件, {report.refused} refused 被拒", flush=True)


def _show_problems(report: Report) -> None:
    for problem in report.problems[:MOST_SHOWN]:
        print(problem.in_both, file=sys.stderr)
    if more := report.refused + report.warnings - min(MOST_SHOWN, len(report.problems)):
        print(f"… {more} more; `yigangtong port check` shows all 其余请用port check查看", file=sys.stderr)


def _line(event: Event) -> str:
    record = event.record
    what = record.get("move") or record.get("call_event") or record.get("stage") or record.get("manifest_kind")
    said = f"{record['classifier']} {what or record['event_type']}"
    return f"{shown(record['event_time'])}  {event.topic:<16}  {event.key:<11}  {said}"
