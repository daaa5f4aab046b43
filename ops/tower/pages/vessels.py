"""Vessels: the calls at the four ports, and for one call who shares the vessel and what still blocks its departure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, Final
from urllib.parse import quote

from nicegui import ui

from ops.api.filters import CallFilter
from ops.api.lists import CALLS
from ops.tower.charts import OTHER, TRADE_COLOURS, chart
from ops.tower.conditions import condition_line, verdict_badge
from ops.tower.shell import BLANK, Entry, Tower, Visitor, clock, heading, live, opening, page, title
from ops.tower.tables import Column, table
from ops.tower.words import Words
from schemas.reference import load_reference

ENTRY: Final = Entry("/vessels", "directions_boat", "船舶", "Vessels")
MOST: Final = 500
_STAGES: Final = {
    "PLANNED_LOAD": ("计划装", "to load"), "LOADED": ("已装", "loaded"), "PLANNED_DISCHARGE": ("计划卸", "to discharge"),
    "DISCHARGED": ("已卸", "discharged"),
}  # fmt: skip


def add_to(tower: Tower) -> None:
    """Register the pages."""
    _list(tower)
    _one(tower)


def _list(tower: Tower) -> None:
    @page(tower, ENTRY.path, ENTRY)
    async def calls(visitor: Visitor, port: str = "") -> None:
        say = visitor.say
        narrowed: dict[str, Any] = {"port": port or None, "open": None}
        opening(visitor, ENTRY, "靠泊动态；点船名看内外贸同船与离港条件", "Calls; open one for who shares it, and readiness")

        @ui.refreshable
        async def body() -> None:
            asked = CallFilter(limit=MOST, **narrowed)
            rows, _ = await visitor.ask(visitor.tower.office.rows, visitor.person, CALLS, asked)
            table(visitor, _columns(say), rows, "call_id", "calls", lambda row: path_of(row))

        def choose(name: str, value: Any) -> None:
            narrowed[name] = value
            body.refresh()

        with ui.row().classes("gap-3"):
            ports = {slug: say.port(slug) for slug in load_reference().seaports}
            whether = {True: say("未离港", "not departed"), False: say("已离港", "departed")}
            for name, label, options in (("port", say("港口", "port"), ports), ("open", say("状态", "state"), whether)):
                select = ui.select(options, label=label, value=narrowed[name], clearable=True)
                select.on_value_change(lambda event, name=name: choose(name, event.value))
                select.props("dense outlined").classes("min-w-40")
        await body()
        live(visitor, body.refresh)


def path_of(call: Mapping[str, Any]) -> str:
    """Where the page of a call is."""
    return f"/vessel/{quote(call['vessel_id'], safe='')}?call={quote(call['call_id'], safe='')}"


def _columns(say: Words) -> list[Column]:
    return [
        Column("vessel_name", say("船名", "vessel")), Column("vessel_id", say("编号", "id")),
        Column("port", say("港口", "port"), say.port), Column("terminal_code", say("码头", "terminal")),
        Column("berth_code", say("泊位", "berth")), Column("phase", say("状态", "phase"), say.phase),
        Column("voyage_in", say("进口航次", "voyage in")), Column("voyage_out", say("出口航次", "voyage out")),
        Column("eta", say("预到", "ETA"), is_time=True), Column("ata", say("抵锚", "ATA"), is_time=True),
        Column("atb", say("靠泊", "ATB"), is_time=True), Column("ops_end", say("完工", "work done"), is_time=True),
        Column("atd", say("离泊", "ATD"), is_time=True), Column("cutoff_at", say("截关", "cut-off"), is_time=True),
    ]  # fmt: skip


def _one(tower: Tower) -> None:
    @page(tower, "/vessel/{vessel}")
    async def vessel(visitor: Visitor, vessel: str, call: str = "") -> None:
        say = visitor.say
        office = visitor.tower.office
        calls = await visitor.ask(office.calls_of, visitor.person, vessel)
        chosen = {"call": call or (calls[0]["call_id"] if calls else "")}
        heading(next((c["vessel_name"] for c in calls if c["vessel_name"]), vessel), vessel)
        if not calls:
            ui.label(say("没有该船的靠泊记录，或您无权查看。", "No call of this vessel is known, or it is not yours to see."))
            return

        @ui.refreshable
        async def body() -> None:
            found = await visitor.ask(office.readiness, visitor.person, vessel, chosen["call"])
            _call(visitor, found["call"])
            _composition(visitor, found["composition"])
            _readiness(visitor, found)
            _conflicts(visitor, found["conflicts"])
            _reconciliation(visitor, found["reconciliation"])

        def choose(value: str) -> None:
            chosen["call"] = value
            body.refresh()

        options = {c["call_id"]: call_name(say, c) for c in calls}
        select = ui.select(options, label=say("靠泊", "call"), value=chosen["call"]).props("dense outlined").classes("min-w-80")
        select.on_value_change(lambda event: choose(event.value))
        await body()
        live(visitor, body.refresh)


def call_name(say: Words, call: Mapping[str, Any]) -> str:
    """A call of a vessel in a list to choose from."""
    return f"{say.port(call['port'])} {call['voyage_in']}/{call['voyage_out']} {say.phase(call['phase'])}"


def _call(visitor: Visitor, call: Mapping[str, Any]) -> None:
    say = visitor.say
    with ui.grid().classes("gap-x-8 gap-y-1 grid-cols-2 md:grid-cols-4"):
        for zh, en, value in (
            ("港口", "port", say.port(call["port"])), ("码头/泊位", "berth", f"{call['terminal_code']} {call['berth_code']}"),
            ("状态", "phase", say.phase(call["phase"])), ("截关", "cut-off", clock(call["cutoff_at"])),
            ("抵锚", "arrived", clock(call["ata"])), ("靠泊", "berthed", clock(call["atb"])),
            ("完工", "work done", clock(call["ops_end"])), ("离泊", "departed", clock(call["atd"] or call["etd"])),
        ):  # fmt: skip
            with ui.column().classes("gap-0"):
                ui.label(say(zh, en)).classes("text-slate-600 text-sm")
                ui.label(value.strip() or BLANK)


def _composition(visitor: Visitor, rows: Sequence[Mapping[str, Any]]) -> None:
    """Domestic and foreign on one vessel: tracked together, kept apart."""
    say = visitor.say
    title(say("内外贸同船：构成", "Same vessel: composition"))
    if not rows:
        ui.label(say("尚无舱单或装卸记录。", "Neither lists nor moves yet."))
        return
    boxes: dict[tuple[str, str], float] = defaultdict(float)
    trades: dict[str, str] = {}
    for row in rows:
        kind = say.trade(row["trade"]) + (say("（监管）", " (supervised)") if row["supervised"] else "")
        boxes[row["stage"], kind] += row["teus"]
        trades[kind] = TRADE_COLOURS.get((row["trade"], bool(row["supervised"])), OTHER)
    stages = [stage for stage in _STAGES if any(at == stage for at, _ in boxes)]
    kinds = sorted({kind for _, kind in boxes})
    chart({
        "tooltip": {}, "legend": {"top": 0}, "xAxis": {"type": "value", "name": "TEU"},
        "yAxis": {"type": "category", "inverse": True, "data": [say(*_STAGES[stage]) for stage in stages]},
        "series": [
            {"name": kind, "type": "bar", "stack": "teu", "label": {"show": True, "color": "#fff"}, "color": trades[kind],
             "data": [round(boxes[stage, kind], 1) or None for stage in stages]}
            for kind in kinds
        ],
    }, "w-full h-56")  # fmt: skip
    columns = [
        Column("stage", say("阶段", "stage"), lambda code: say(*_STAGES.get(code, (code, code)))),
        Column("trade", say("贸易", "trade"), say.trade),
        Column("supervised", say("监管", "supervised"), lambda yes: say("是", "yes") if yes else say("否", "no")),
        Column("direction", say("方向", "direction"), say.direction), Column("boxes", say("箱", "boxes")),
        Column("teus", "TEU", lambda n: f"{n:,.1f}"),
        Column("gross_kg", say("毛重（吨）", "gross, t"), lambda kg: f"{kg / 1000:,.1f}"),
    ]  # fmt: skip
    keyed = [{**row, "_n": f"{row['stage']} {row['trade']} {row['supervised']} {row['direction']}"} for row in rows]
    table(visitor, columns, keyed, "_n", "composition")


def _readiness(visitor: Visitor, found: Mapping[str, Any]) -> None:
    say = visitor.say
    with ui.card().classes("w-full gap-2").props("flat bordered"):
        with ui.row().classes("items-center gap-3"):
            title(say("离港条件", "Departure readiness"))
            verdict_badge(say, found["verdict"])
        for condition in found["conditions"]:
            condition_line(say, condition)
    if found["blockers"]:
        table(visitor, blocker_columns(say), keyed(found["blockers"]), "_n", "departure-blockers", box_of)


def keyed(blockers: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Blockers of boxes as rows of a table."""
    return [{**row, "_n": f"{row['container_no']} {row['code']} {n}"} for n, row in enumerate(blockers)]


def box_of(row: Mapping[str, Any]) -> str:
    """Where the page of a row's box is."""
    return f"/box/{row['container_no']}"


def blocker_columns(say: Words) -> list[Column]:
    """What a box lacks, who must act, and what to do."""
    return [
        Column("container_no", say("箱号", "box")), Column(f"text_{say.language}", say("尚缺", "missing")),
        Column("detail", say("详情", "detail"), say.detail), Column("owner", say("责任方", "who acts"), say.owner),
        Column(f"action_{say.language}", say("处置", "to do")), Column("since", say("自", "since"), is_time=True),
    ]  # fmt: skip


def _conflicts(visitor: Visitor, rows: Sequence[dict[str, Any]]) -> None:
    say = visitor.say
    title(say("冲突", "Conflicts"))
    if not rows:
        ui.label(say("没有冲突。", "No conflicts."))
        return
    columns = [
        Column("container_no", say("箱号", "box")), Column("code", say("异常", "exception"), say.exception),
        Column("severity", say("级别", "severity"), say.severity), Column("owner", say("责任方", "who acts"), say.owner),
        Column("raised_at", say("发生", "raised"), is_time=True), Column("detail", say("详情", "detail"), say.detail),
    ]  # fmt: skip
    table(visitor, columns, keyed(rows), "_n", "conflicts", box_of)


def _reconciliation(visitor: Visitor, rows: Sequence[dict[str, Any]]) -> None:
    say = visitor.say
    title(say("单船核对", "Lists against the quay"))
    if not rows:
        ui.label(say("清单与装卸一致。", "Lists and moves agree."))
        return

    def yes(value: int) -> str:
        return say("是", "yes") if value else say("否", "no")

    columns = [
        Column("container_no", say("箱号", "box")), Column("difference", say("差异", "difference"), say.difference),
        Column("at_ops_end", say("完工时", "at the end of work"), yes), Column("after_6h", say("6 小时后", "6 h later"), yes),
        Column("still", say("现在", "now"), yes),
    ]  # fmt: skip
    numbered = [{**row, "_n": f"{row['container_no']} {row['difference']}"} for row in rows]
    table(visitor, columns, numbered, "_n", "reconciliation", box_of)
