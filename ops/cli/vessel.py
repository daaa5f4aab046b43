"""``yigangtong vessel``: what travels with a vessel's call or feeder voyage, domestic and foreign (内外贸同船)."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Final

import typer
from rich.console import Console
from rich.table import Table

from ops.cli.common import DEFAULT_READER, Reader, StoreOption, moment, open_reader, shown
from ops.cli.explain import show_age, show_condition
from ops.cli.words import STEPS, Say, owner, port_name
from ops.vessel import calls_of, current, same_vessel
from ops.vessel_as_of import calls_then, same_vessel_then
from schemas.details import in_words

_STAGES: Final = ("PLANNED_LOAD", "LOADED", "PLANNED_DISCHARGE", "DISCHARGED")
_TITLES: Final = {
    "PLANNED_LOAD": ("计划装", "to load"), "LOADED": ("已装", "loaded"), "PLANNED_DISCHARGE": ("计划卸", "to discharge"),
    "DISCHARGED": ("已卸", "discharged"),
}  # fmt: skip
_TRADES: Final = {"D": ("内贸", "domestic"), "F": ("外贸", "foreign")}
_DIRECTIONS: Final = {"E": ("出口", "export"), "I": ("进口", "import"), "T": ("中转", "transhipment")}
_PHASES: Final = {
    "EXPECTED": ("预计", "expected"), "ARRIVED_ANCHOR": ("锚地", "at anchor"), "BERTHED": ("靠泊", "berthed"),
    "OPS": ("作业", "working"), "OPS_DONE": ("完工", "operations ended"), "DEPARTED": ("离港", "departed"),
}  # fmt: skip
_READY: Final = {
    "MAY": ("可以离港，就平台所知", "it may depart, as far as the platform has heard"),
    "MAY_NOT": ("尚不能离港", "it may not depart yet"),
    "TO_CHECK": ("待核实", "to be checked: something is not known"), "DONE": ("已离港", "it has departed"),
}  # fmt: skip
_UNKNOWN: Final = (
    "没有该船的靠泊记录，请核对船舶编号、港口和航次",
    "no call of this vessel is known. Check its id, port and voyage",
)
#: Boxes that are named of those that lack the same.
_NAMED: Final = 5


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command("vessel")(vessel)


def vessel(
    named: Annotated[str, typer.Argument(metavar="VESSEL", help="vessel id, e.g. IMO:2013207, another id, or its name")],
    port: Annotated[str, typer.Option(help="the call at this port: qingdao, rizhao, yantai or weihai")] = "",
    voyage: Annotated[str, typer.Option(help="this voyage, at all ports or at --port")] = "",
    as_of: Annotated[str, typer.Option(help="what was known then: 2026-03-02T14:30 (Beijing time)")] = "",
    lang: Annotated[str, typer.Option(help="zh or en; without it, both")] = "",
    store: StoreOption = DEFAULT_READER,
    as_json: Annotated[bool, typer.Option("--json", help="all rows as JSON")] = False,
) -> None:
    """Who shares this vessel: boxes, TEU and weight by trade, supervision and direction; conflicts; list against quay.

    Of the call that is under way or was the last; with --voyage of a whole feeder voyage. Exit code 1 for an unknown call.

    Example: yigangtong vessel "LU FEEDER 1" --port rizhao
    """
    say = Say(lang)
    reader = open_reader(store)
    then = moment(as_of) if as_of else 0
    known = find_calls(reader, named, port, voyage, say, then)
    calls = known if voyage and not port else [current(known)]
    found = same_vessel_then(reader, calls, then, voyage) if then else same_vessel(reader, calls, voyage)
    if as_json:
        print(json.dumps(found, ensure_ascii=False))
        return
    console = Console(markup=False, highlight=False, soft_wrap=True)
    for call in calls:
        show_call(console, call, say)
    console.print(_composition(found["composition"], say))
    _conflicts(console, found["conflicts"], say)
    _reconciliation(console, found["reconciliation"], any(call["ops_end"] for call in calls), say)
    if then:
        console.print(f"{say('按当时收到的资料', 'as it was known at')} {shown(then)}", style="dim")


def find_calls(reader: Reader, named: str, port: str, voyage: str, say: Say, as_of_ms: int = 0) -> list[dict[str, Any]]:
    """A vessel's calls as they are, or were known then, latest first. Raises Exit(1) after one line when none is known."""
    calls = calls_then(reader, named, as_of_ms, port, voyage) if as_of_ms else calls_of(reader, named, port, voyage)
    if not calls:
        asked = " ".join(filter(None, (named, port, voyage)))
        print(f"{asked}: {say(*_UNKNOWN)}")
        raise typer.Exit(1)
    return calls


def show_call(console: Console, call: Mapping[str, Any], say: Say) -> None:
    """One call: vessel, port, voyages and times."""
    voyages = " / ".join(dict.fromkeys(filter(None, (call["voyage_in"], call["voyage_out"]))))
    console.rule(f"{call['vessel_name']} {call['vessel_id']}  {port_name(call['port'], say)}  {voyages}")
    moments = (("抵港", "arrived", "ata"), ("完工", "operations ended", "ops_end"), ("离港", "departed", "atd"))
    phase = say(*_PHASES.get(call["phase"], (call["phase"], call["phase"])))
    console.print("  ".join([phase, *(f"{say(zh, en)} {shown(call[name])}" for zh, en, name in moments)]))


def _composition(rows: Sequence[Mapping[str, Any]], say: Say) -> Table:
    table = Table(say("货类", "cargo"), *(say(*_TITLES[stage]) for stage in _STAGES), box=None)
    cells = {(r["trade"], r["supervised"], r["direction"], r["stage"]): r for r in rows}
    for trade, supervised, direction in dict.fromkeys(key[:3] for key in sorted(cells)):
        watched = say("监管", "supervised") if supervised else say("非监管", "not supervised")
        name = (say(*_TRADES.get(trade, (trade, trade))), say(*_DIRECTIONS.get(direction, (direction, direction))), watched)
        table.add_row(" ".join(name), *(_cell(cells.get((trade, supervised, direction, stage)), say) for stage in _STAGES))
    return table


def _cell(row: Mapping[str, Any] | None, say: Say) -> str:
    if row is None:
        return "—"
    return f"{row['boxes']} {say('箱', 'boxes')} {row['teus']:g} TEU {row['gross_kg'] / 1000:.1f} t"


def _conflicts(console: Console, rows: Sequence[Mapping[str, Any]], say: Say) -> None:
    console.print(f"{say('冲突', 'conflicts')}: {len(rows)}", style="bold")
    for row in rows:
        x = say_exception(row["code"], say)
        console.print(f"  {row['code']} {row['container_no']} {row['port']}  {x}  {say(*in_words(row['detail']))}", style="red")


def say_exception(code: str, say: Say) -> str:
    """What an exception or a difference means."""
    from ops.explain import words

    said = words(code, "") if words(code, "")["text_zh"] != code else words("", code)
    return say(said["why_zh"] or said["text_zh"], said["why_en"] or said["text_en"])


def _reconciliation(console: Console, rows: Sequence[Mapping[str, Any]], has_ended: bool, say: Say) -> None:
    if not has_ended:
        console.print(say("作业未完，尚不核对", "operations go on: list and quay are compared when they have ended"))
        return
    title = say("清单与实际差异", "list against quay")
    ended, later, still = (sum(row[name] for row in rows) for name in ("at_ops_end", "after_6h", "still"))
    console.print(
        f"{title}: {say('完工时', 'at the end of operations')} {ended}, {say('6 小时后', '6 h later')} {later},"
        f" {say('现在', 'now')} {still}", style="bold",
    )  # fmt: skip
    for row in rows:
        if row["still"]:
            text = say_exception(row["difference"], say)
            console.print(f"  {row['difference']} {row['container_no']}  {text}", style="yellow")


def show_readiness(console: Console, found: Mapping[str, Any], say: Say) -> None:
    """What blocks a departure: the vessel's own conditions, then the boxes by what they lack."""
    show_call(console, found["call"], say)
    for condition in found["conditions"]:
        show_condition(console, condition, say)
    counts = Counter((b["code"], b["owner"]) for b in found["blockers"])
    for (code, who), count in counts.most_common():
        group = [b for b in found["blockers"] if (b["code"], b["owner"]) == (code, who)]
        first = group[0]
        text = say(first["why_zh"] or first["text_zh"], first["why_en"] or first["text_en"])
        console.print(f"✗ {count} × {STEPS.get(code, '') or text}", style="red")
        console.print(f"    {say('处置', 'to do')}: {owner(who, say)}: {say(first['action_zh'], first['action_en'])}")
        for b in group[:_NAMED]:
            because = "; ".join(
                f"{e['source_party']} {e['source_system']} {e['raw_ref'] or e['event_id']} {shown(e['event_time'])}"
                f" {say('收到', 'heard')} {shown(e['ingest_time'])}" for e in b["evidence"]
            )  # fmt: skip
            detail = say(*in_words(b["detail"]))
            console.print("    " + "  ".join(filter(None, (b["container_no"], b["port"], detail, because))))
        if count > _NAMED:
            console.print(f"    … {count - _NAMED} {say('箱，见', 'more, see')} --json")
    console.print(f"{say('结论', 'verdict')}: {say(*_READY[found['verdict']])}", style="bold")
    show_age(console, dict(found), [found["call"]["port"]], say)
