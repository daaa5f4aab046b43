"""``yigangtong trace``: one box, for a port officer."""

from __future__ import annotations

import json
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from ops.cli.common import DEFAULT_READER, StoreOption, moment, open_reader, shown
from ops.cli.words import ACTIONS, STATES, STEPS, Say, both
from schemas.details import in_words
from schemas.reference import load_reference


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command("trace")(trace)


def trace(
    container: Annotated[str, typer.Argument(help="container number, e.g. CSQU3054383")],
    as_of: Annotated[str, typer.Option(help="what was known then: 2026-03-02T14:30 (Beijing time)")] = "",
    store: StoreOption = DEFAULT_READER,
    as_json: Annotated[bool, typer.Option("--json", help="all rows and evidence as JSON")] = False,
) -> None:
    """Where a box is, what it has passed, what blocks it, and which events say so. Exit code 1 for an unknown box.

    Example: yigangtong trace CSQU3054383 --as-of 2026-03-02T14:30
    """
    from ops.trace import trace as trace_now
    from ops.trace_as_of import trace_as_of
    from schemas.identifiers import normalise_container

    box = normalise_container(container)
    then = moment(as_of) if as_of else 0
    reader = open_reader(store)
    found = trace_as_of(reader, box, then) if then else trace_now(reader, box)
    if as_json:
        print(json.dumps(found, ensure_ascii=False, default=lambda v: v.hex() if isinstance(v, bytes) else str(v)))
    elif found["evidence"]:
        _show(Console(markup=False, highlight=False), found)  # [..] in the data is no markup
    if not found["evidence"]:
        if not as_json:
            print(f"{box}: no event of this box is known 没有该箱的任何记录. Check the number; is its port connected?")
        raise typer.Exit(1)


def _because(evidence: list[dict[str, Any]]) -> str:
    """Who said so, in which message: every source that names this very time."""
    return "; ".join(f"{e['source_party']} {e['source_system']} {e['raw_ref'] or e['event_id']}" for e in evidence)


def _show(console: Console, found: dict[str, Any]) -> None:
    for visit in found["box_visits"]:
        console.rule(f"{found['container_no']}  {shown(visit['opened_at'])} → {shown(visit['closed_at'])}")
        trade = {"F": "外贸 foreign", "D": "内贸 domestic"}.get(visit["trade"], visit["trade"])
        console.print(f"状态 state       {both(STATES, visit['state'])}    {trade}  {visit['ef']} {visit['iso_type']}")
        console.print(f"位置 location    {visit['location']}")
        console.print(f"提单 bill        {visit['bill_no'] or '—'}    船 vessel {visit['vessel_id']} {visit['voyage']}")
        if visit["next_step"]:
            console.print(f"下一步 next      {both(STEPS, visit['next_step'])}")
        for blocker in visit["blockers"]:
            held = blocker in visit["holds"]
            console.print(f"  {'扣留 held   ' if held else '尚缺 missing'}   {both(STEPS, blocker)}", style="yellow")
        table = Table("节点 milestone", "时间 time (Beijing)", "依据 because", box=None)
        for step in visit["steps"]:
            table.add_row(both(STEPS, step["milestone"]), shown(step["at"]), _because(step["evidence"]))
        console.print(table)
    if not found["box_visits"]:
        console.print(f"{found['container_no']}: announced only, no physical event yet 仅有单证，尚无实物事件")
    for case in found["arrival_cases"]:
        console.print(
            f"运抵 arrival     {case['message_type']}{case['route_flag']} {case['terminal_code']} {case['state']}"
            f"  {shown(case['answered_at'])}  {case['reason']}"
        )
    for leg in found["transfer_legs"]:
        console.print(f"转运 leg         {leg['leg_id']} {leg['leg_state']}  {leg['vessel_id']} {leg['voyage']}")
    actions = {action["action_id"]: action for action in found["operator_actions"]}
    for x in found["exceptions"]:
        _show_exception(console, x)
        for action in actions.values():
            if action["target_id"] == x["exception_id"]:
                _show_action(console, action)
    columns = ("时间 time", "事件 event", "港 port", "来源 source", "单证 reference", "收到 received")
    evidence = Table(*columns, title="证据 evidence")
    for e in found["evidence"]:
        action = actions.get(f"{e['source_party']}|{e['source_system']}|{e['event_id']}")
        source, reference = f"{e['source_party']} {e['source_system']}", e["raw_ref"] or e["event_id"]
        if action is not None:
            source, reference = f"{action['operator']}: {action['reason']}", f"{action['status']} {action['target_id']}"
        evidence.add_row(
            shown(e["event_time"]), f"{e['kind']} {e['milestone']}", f"{e['port']}/{e['terminal_code']}", source, reference,
            shown(e["ingest_time"]),
        )  # fmt: skip
    console.print(evidence)


def _show_action(console: Console, action: dict[str, Any]) -> None:
    to = f" → {action['assignee']}" if action["assignee"] else ""
    overtaken = " (已被取代 overtaken)" if action["status"] == "OVERTAKEN" else ""
    console.print(
        f"  {both(ACTIONS, action['action'])}{to}{overtaken}  {shown(action['acted_at'])}  "
        f"{action['operator']}: {action['reason']}"
    )


def _show_exception(console: Console, x: dict[str, Any]) -> None:
    raised = x["state"] == "RAISED"
    detail = Say("")(*in_words(x["detail"]))
    console.print(
        f"异常 exception   {x['code']} {x['state']} {shown(x['raised_at'])}  {detail}", style="red" if raised else "green"
    )
    kind = load_reference().exceptions.get(x["code"])
    if kind is not None:
        console.print(f"                 {kind.text_zh} {kind.text_en}")
        if raised and kind.action_en:
            console.print(f"  处置 to do     {x['owner']}: {kind.action_zh} {kind.action_en}")
