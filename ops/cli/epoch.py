"""``yigangtong epoch``: which rules are active since when, and the activation of others."""

from __future__ import annotations

import time
from typing import Annotated

import typer
from rich import print as say
from rich.markup import escape
from rich.table import Table

from ops.cli.common import DEFAULT_READER, StoreOption, check_folder, open_reader, shown, sql_store
from streams.runtime.epochs import activations, raise_epoch, rules_hash

epoch_app = typer.Typer(help="The rules that rows are derived by: which are active, since when, why.", no_args_is_help=True)


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.add_typer(epoch_app, name="epoch")


@epoch_app.command("show")
def show(store: StoreOption = DEFAULT_READER) -> None:
    """List all activations, and whether this program's rules are the active ones. Exit code 1 when they are not.

    Example: yigangtong epoch show --store chdb://var/store
    """
    ledger = activations(open_reader(store))
    ours = rules_hash()
    table = Table("启用序号 epoch", "规则 rules", "启用 since (Beijing)", "操作人 by", "原因 reason")
    for a in ledger:
        table.add_row(str(a.epoch), a.content_hash[:12], shown(a.raised_at), escape(a.raised_by), escape(a.reason))
    say(table)
    active = bool(ledger) and ledger[-1].content_hash == ours
    print(f"this program 本程序: {ours[:12]}, {'active 已启用' if active else 'not active 未启用'}")
    raise typer.Exit(0 if active else 1)


@epoch_app.command("raise")
def raise_(
    reason: Annotated[str, typer.Option(help="why these rules are activated, or taken back")],
    by: Annotated[str, typer.Option(help="who decides it")],
    store: Annotated[
        str, typer.Option("--store", envvar="YGT_STORE_URL", help="chdb:///path (no worker may run) or clickhouse://…")
    ] = "chdb://var/store",
) -> None:
    """Activate the rules of this program; its workers then derive all rows anew. A rollback is raised too.

    Stop the workers, raise the epoch with the new (or the older) program, start its workers. The embedded store is
    open in one process only: there the worker must have stopped, or have refused to start.

    Example: yigangtong epoch raise --reason "new thresholds for legs" --by "officer-1" --store chdb://var/store
    """
    check_folder(store)
    opened = sql_store(store)
    try:
        activation = raise_epoch(opened, rules_hash(), reason, by, time.time_ns() // 1_000_000)
    finally:
        opened.close()
    print(f"epoch {activation.epoch} is active 已启用 ({activation.content_hash[:12]}): start the workers")
