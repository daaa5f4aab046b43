"""``yigangtong retention``: how long rows of the history are kept."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ops.cli.common import sql_store

retention_app = typer.Typer(help="How long rows of the history are kept 历史数据保留期.", no_args_is_help=True)
StoreToChange = Annotated[str, typer.Option("--store", envvar="YGT_STORE_URL", help="chdb:///path or clickhouse://…")]
FileOption = Annotated[Path, typer.Option("--file", help="table and days, as deploy/clickhouse/retention.yaml")]


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.add_typer(retention_app, name="retention")


@retention_app.command("show")
def show(store: StoreToChange) -> None:
    """What is in force. Example: yigangtong retention show --store clickhouse://user:pw@host:9000/yigangtong"""
    from connectors.clickhouse import retention

    for table, days in retention.show(sql_store(store)).items():
        print(f"{table}: {f'{days} days 天' if days else 'for ever 永久'}")


@retention_app.command("apply")
def apply(
    store: StoreToChange, file: FileOption = Path("deploy/clickhouse/retention.yaml"),
    dry_run: Annotated[bool, typer.Option("--dry-run", help="only show the statements")] = False,
) -> None:  # fmt: skip
    """Put a file in force: rows that are older go with the next merges, and do not come back.

    Example: yigangtong retention apply --store clickhouse://user:pw@host:9000/yigangtong --dry-run
    """
    from connectors.clickhouse import retention

    try:
        wanted = retention.load(file)
    except (retention.RetentionError, OSError) as error:
        raise typer.BadParameter(str(error)) from error
    statements = retention.apply(sql_store(store), wanted, dry_run=dry_run)
    print("\n".join(statements) if statements else "it is in force already 已生效")
