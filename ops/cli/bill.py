"""``yigangtong bill``: how many boxes of a bill or a declaration have arrived, and which have not."""

from __future__ import annotations

import json
from typing import Annotated, Final

import typer
from rich.console import Console
from rich.table import Table

from ops.bill import boxes_of, sentence
from ops.cli.common import DEFAULT_READER, StoreOption, open_reader, shown
from ops.cli.words import CASES, STATES, Say, port_name, word

_UNKNOWN: Final = (
    "没有舱单提到该提单或报关单，请核对号码",
    "no manifest in force names this bill or declaration. Check its number",
)

_HEADS: Final = (("箱号", "box"), ("到港", "arrived"), ("运抵报告", "arrival report"), ("状态", "state"), ("港口", "port"))


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command("bill")(bill)


def bill(
    number: Annotated[str, typer.Argument(help="a master bill, a house bill or a declaration")],
    lang: Annotated[str, typer.Option(help="zh or en; without it, both")] = "",
    store: StoreOption = DEFAULT_READER,
    as_json: Annotated[bool, typer.Option("--json", help="totals and boxes as JSON")] = False,
) -> None:
    """How many boxes of a bill or declaration are here, of how many customs has accepted the arrival, and how each stands.

    Exit code 1 for a number that no manifest names.

    Example: yigangtong bill SDEX0000000093
    """
    say = Say(lang)
    found = boxes_of(open_reader(store), number)
    if as_json:
        print(json.dumps(found, ensure_ascii=False))
        raise typer.Exit(0 if found["totals"] else 1)
    if not found["totals"]:
        print(f"{found['number']}: {say(*_UNKNOWN)}")
        raise typer.Exit(1)
    console = Console(markup=False, highlight=False, soft_wrap=True)
    for total in found["totals"]:
        console.print(sentence(total, say))
    table = Table(*(say(zh, en) for zh, en in _HEADS), box=None)
    for box in found["boxes"]:
        table.add_row(
            box["container_no"], shown(box["arrived_at"]) if box["arrived_at"] else say("未到", "not here yet"),
            word(CASES, box["case_state"], say) if box["case_state"] else "—",
            word(STATES, box["state"], say) if box["state"] else "—", port_name(box["port"], say) if box["port"] else "—",
        )  # fmt: skip
    console.print(table)
