"""Commands that ask about the whole: query, reconcile, verify."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer
from rich import print as say
from rich.table import Table

from ops.cli.common import DEFAULT_BOOTSTRAP, DEFAULT_READER, BootstrapOption, StoreOption, open_reader


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
    table = Table(*rows[0])
    for row in rows:
        table.add_row(*(str(v) for v in row.values()))
    say(table)


def reconcile(store: StoreOption = DEFAULT_READER, bootstrap: BootstrapOption = DEFAULT_BOOTSTRAP) -> None:
    """Is every record of every source topic accounted for in intake? Exit code 1 when one is not.

    Example: yigangtong reconcile --bootstrap 127.0.0.1:9092
    """
    from ops.reconcile import reconcile as compare

    lines = compare(open_reader(store), bootstrap)
    table = Table("topic", "partition", "in Kafka", "accepted", "duplicate", "refused", "forwarded", "control", "missing")
    for line in lines:
        counts = [str(line.counts.get(d, 0)) for d in ("ACCEPTED", "DUPLICATE", "DEAD", "FORWARDED", "CONTROL")]
        if line.in_kafka:
            table.add_row(line.topic, str(line.partition), str(line.in_kafka), *counts, str(line.missing))
    say(table)
    missing = sum(line.missing for line in lines)
    say("every record is accounted for 全部记录均有去向" if not missing else f"{missing} records are missing 缺失")
    raise typer.Exit(1 if missing else 0)


def verify(
    truth: Annotated[Path, typer.Option(help="truth.jsonl of a simulated world")], store: StoreOption = DEFAULT_READER
) -> None:
    """Does the platform show what the simulator planned? Exit code 1 when it does not.

    Example: yigangtong verify --truth var/demo/truth.jsonl
    """
    from ops.verify import compare

    with truth.open(encoding="utf-8") as lines:
        report = compare((json.loads(line) for line in lines if line.strip()), open_reader(store))
    print(json.dumps(report.to_dict(), ensure_ascii=False, indent=1))
    raise typer.Exit(0 if report.equal else 1)
