"""``yigangtong explain``: why a box may leave, be loaded or sail, or why not, for a port officer."""

from __future__ import annotations

import json
import time
from typing import Annotated, Any, Final, NoReturn

import typer
from rich.console import Console

from ops.cli.common import DEFAULT_READER, StoreOption, moment, open_reader, shown
from ops.cli.words import Say, owner, port_name
from schemas.details import in_words

_ACTIONS: Final = {
    "gate-out": ("出闸", "leave by gate"), "load": ("装船", "be loaded"), "depart": ("随船离港", "sail with its vessel"),
    "": ("下一步", "go on"),
}  # fmt: skip
_MARKS: Final = {"MET": "✓", "UNMET": "✗", "NOT_REQUIRED": "–", "UNKNOWN": "?"}
_STYLES: Final = {"MET": "green", "UNMET": "red", "NOT_REQUIRED": "dim", "UNKNOWN": "yellow"}
_VERDICTS: Final = {
    "MAY": ("可以", "it may, as far as the platform has heard"), "MAY_NOT": ("不可以", "it may not"),
    "TO_CHECK": ("待核实", "to be checked: something is not known"), "DONE": ("已完成", "it was done"),
    "ENDED": ("本次在港已结束，没有下一步", "the visit has ended: nothing is left to do"),
    "NO_VISIT": ("尚无在港记录", "no visit is known"),
}  # fmt: skip
_GAPS: Final = {
    "ANNOUNCED_ONLY": ("仅有单证，尚无实物事件", "only papers name this box: no gate or quay event has come yet"),
    "NO_ENTRY": ("有实物事件，但没有进场或卸船记录，资料不完整", "the data is incomplete: it was seen, but not how it came in"),
    "NO_PAPERS": ("没有任何舱单提到该箱，资料不完整", "the data is incomplete: no manifest line names this box"),
}  # fmt: skip
_UNKNOWN: Final = (
    "没有该箱的任何记录；不代表可以放行。请核对箱号，并确认该港已接入",
    "no event of this box is known; that does not mean that it may go. Check the number; is its port connected?",
)
_CUSTOMS: Final = (
    "以海关指令为准，本平台只作说明",
    "customs' own instruction prevails: the platform explains, it does not decide",
)


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command("explain")(explain)


def explain(
    container: Annotated[str, typer.Argument(help="container number, e.g. CSQU3054383; none with --call")] = "",
    action: Annotated[str, typer.Option("--for", help="gate-out, load or depart; without it, what comes next")] = "",
    call: Annotated[str, typer.Option(help="a vessel's departure: VESSEL or VESSEL@PORT")] = "",
    voyage: Annotated[str, typer.Option(help="with --call: the call of this voyage")] = "",
    as_of: Annotated[str, typer.Option(help="what was known then: 2026-03-02T14:30 (Beijing time)")] = "",
    lang: Annotated[str, typer.Option(help="zh or en; without it, both")] = "",
    store: StoreOption = DEFAULT_READER,
    as_json: Annotated[bool, typer.Option("--json", help="the whole answer as JSON")] = False,
) -> None:
    """May this box leave, be loaded or sail, or a vessel depart (--call)? Each condition, its proof, who must act.

    Exit code 1 when it may not, or something is not known. Example: yigangtong explain CSQU3054383 --for load --lang en;
    yigangtong explain --call IMO:2013207@qingdao --as-of 2026-03-02T14:30
    """
    from ops.explain import explain_box
    from schemas.identifiers import normalise_container

    if action not in _ACTIONS:
        raise typer.BadParameter(f"{action!r} is no step: --for takes gate-out, load or depart")
    if bool(container) == bool(call):
        raise typer.BadParameter("give a container number, or --call with a vessel")
    say = Say(lang)
    if call:
        _departure(call, voyage, as_of, store, say, as_json)
    box = normalise_container(container)
    then = moment(as_of) if as_of else 0
    found = explain_box(open_reader(store), box, action, time.time_ns() // 1_000_000, then)
    if as_json:
        print(json.dumps(found, ensure_ascii=False))
    else:
        _show(Console(markup=False, highlight=False, soft_wrap=True), found, say)
    raise typer.Exit(0 if found["verdict"] in ("MAY", "DONE", "ENDED") else 1)


def _departure(call: str, voyage: str, as_of: str, store: str, say: Say, as_json: bool) -> NoReturn:
    from ops.cli.vessel import find_calls, show_readiness
    from ops.vessel import current, readiness
    from ops.vessel_as_of import readiness_then

    named, _, port = call.partition("@")
    then = moment(as_of) if as_of else 0
    reader = open_reader(store)
    chosen = current(find_calls(reader, named, port, voyage, say, then))
    found = readiness_then(reader, chosen, then) if then else readiness(reader, chosen, time.time_ns() // 1_000_000)
    if as_json:
        print(json.dumps(found, ensure_ascii=False))
    else:
        show_readiness(Console(markup=False, highlight=False, soft_wrap=True), found, say)
    raise typer.Exit(0 if found["verdict"] in ("MAY", "DONE") else 1)


def _show(console: Console, found: dict[str, Any], say: Say) -> None:
    if found["verdict"] == "UNKNOWN_BOX":
        console.print(f"{found['container_no']}: {say(*_UNKNOWN)}")
        return
    console.rule(f"{found['container_no']}  {say(*_ACTIONS[found['action']])}")
    for gap in found["gaps"]:
        console.print(f"! {say(*_GAPS[gap])}", style="yellow")
    for condition in found["conditions"]:
        show_condition(console, condition, say)
    for x in found["open_exceptions"]:
        text = f"! {say('异常', 'exception')} {x['code']}  {say(x['why_zh'], x['why_en'])}  {say(*in_words(x['detail']))}"
        console.print(text, style="yellow")
        _to_do(console, x, say)
    verdict = say(*_VERDICTS[found["verdict"]])
    when = f"  {shown(found['done_at'])}" if found["done_at"] else ""
    console.print(f"{say('结论', 'verdict')}: {say(*_ACTIONS[found['action']])} — {verdict}{when}", style="bold")
    show_age(console, found, found["ports"], say)


def show_condition(console: Console, condition: dict[str, Any], say: Say) -> None:
    """One condition: whether it is met, why not, who must act, and the events that say so."""
    state = condition["state"]
    why = say(condition["why_zh"], condition["why_en"])
    text = f"{_MARKS[state]} {say(condition['text_zh'], condition['text_en'])}"
    console.print("  ".join(filter(None, (text, why, condition["detail"].strip()))), style=_STYLES[state])
    if state in ("UNMET", "UNKNOWN"):
        _to_do(console, condition, say)
    for e in condition["evidence"]:
        console.print(
            f"    {say('依据', 'because')}: {e['source_party']} {e['source_system']} {e['raw_ref'] or e['event_id']}"
            f"  {e['port']} {e['kind']} {e['milestone']}  {shown(e['event_time'])}"
            f"  {say('收到', 'heard')} {shown(e['ingest_time'])}"
        )


def _to_do(console: Console, condition: dict[str, Any], say: Say) -> None:
    action = say(condition["action_zh"], condition["action_en"])
    if condition["owner"] or action:
        console.print(f"    {say('处置', 'to do')}: {owner(condition['owner'], say)}{': ' if action else ''}{action}")


def show_age(console: Console, found: dict[str, Any], ports: list[str], say: Say) -> None:
    """How old the data is, and whose word prevails."""
    for port in ports:
        kinds = [f"{source['kind']} {shown(source['at'])}" for source in found["heard"] if source["port"] == port]
        console.print(f"{say('数据截至', 'last heard')} {port_name(port, say)}: {', '.join(kinds) or '—'}", style="dim")
    if found["as_of"]:
        console.print(f"{say('按当时收到的资料', 'as it was known at')} {shown(found['as_of'])}", style="dim")
    console.print(say(*_CUSTOMS), style="dim")
