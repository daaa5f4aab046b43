"""Commands that ask about the whole: query, reconcile, verify."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer
from rich import print as say
from rich.markup import escape
from rich.table import Table

from ops.cli.common import DEFAULT_BOOTSTRAP, DEFAULT_READER, BootstrapOption, StoreOption, open_reader
from ops.verify import Report


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.command("query")(query)
    app.command("reconcile")(reconcile)
    app.command("verify")(verify)


def query(
    sql: str, store: StoreOption = DEFAULT_READER, as_json: bool = typer.Option(False, "--json", help="JSON lines")
) -> None:
    """Ask ClickHouse; times are shown as ms since 1970, UTC.

    Example: yigangtong query "SELECT state, count() AS n FROM box_visits_now GROUP BY state"
    """
    rows = open_reader(store).query(sql)
    if as_json:
        for row in rows:
            print(json.dumps(row, ensure_ascii=False, default=str))
        return
    if not rows:
        say("no rows 无数据")
        return
    table = Table(*(escape(name) for name in rows[0]))
    for row in rows:
        table.add_row(*(escape(str(v)) for v in row.values()))  # [..] in the data is no markup
    say(table)


def reconcile(
    store: StoreOption = DEFAULT_READER, bootstrap: BootstrapOption = DEFAULT_BOOTSTRAP,
    as_json: bool = typer.Option(False, "--json", help="a JSON line per topic and partition"),
) -> None:  # fmt: skip
    """Is every record of every source topic accounted for in intake? Exit code 1 when one is not.

    accepted + duplicate + dead + forwarded + control = records in Kafka, per topic and partition.

    Example: yigangtong reconcile --bootstrap 127.0.0.1:9092
    """
    from ops.reconcile import DISPOSITIONS
    from ops.reconcile import reconcile as compare

    lines = compare(open_reader(store), bootstrap)
    if as_json:
        for line in lines:
            print(json.dumps({**line._asdict(), "missing": line.missing}, ensure_ascii=False))
    else:
        table = Table("topic", "partition", "in Kafka", *(d.lower() for d in DISPOSITIONS), "missing", "first gap")
        for line in lines:
            if line.in_kafka:
                counts = [str(line.counts.get(d, 0)) for d in DISPOSITIONS]
                gap = f"{line.hole} {'(not read yet 未读)' if line.behind else '(lost 丢失)'}" if line.missing else ""
                table.add_row(line.topic, str(line.partition), str(line.in_kafka), *counts, str(line.missing), gap)
        say(table)
    missing = sum(line.missing for line in lines)
    if not as_json:
        say("every record is accounted for 全部记录均有去向" if not missing else f"{missing} records are missing 缺失")
    raise typer.Exit(1 if missing else 0)


def verify(
    truth: Annotated[Path, typer.Option(help="truth.jsonl of a simulated world")], store: StoreOption = DEFAULT_READER,
    as_json: bool = typer.Option(False, "--json", help="everything as JSON"),
) -> None:  # fmt: skip
    """Does the platform show what the simulator planned? Exit code 1 when it does not.

    Example: yigangtong verify --truth var/demo/truth.jsonl
    """
    from ops.verify import compare

    report = compare(_lines(truth), open_reader(store))
    if as_json:
        print(json.dumps(report.to_dict(), ensure_ascii=False, indent=1))
    else:
        _show(report)
    raise typer.Exit(0 if report.equal else 1)


def _lines(file: Path) -> Iterator[dict[str, Any]]:
    with file.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            try:
                if line.strip():
                    yield json.loads(line)
            except ValueError as error:
                raise typer.BadParameter(f"{file}, line {number}: not JSON ({error}); is it a truth.jsonl?") from error


def _show(report: Report) -> None:
    table = Table("真值 truth", "符合 matched", "缺失 missed", "误报 false")
    for name, count in report.kinds.items():
        table.add_row(name, str(count.matched), str(count.missed), str(count.false))
    say(table)
    for name, count in report.kinds.items():
        for difference in count.differences:
            print(f"{name} {difference.key}: expected {difference.expected}, found {difference.found}")
    say("the truth is matched 与真值完全一致" if report.equal else "the truth is NOT matched 与真值不一致")
