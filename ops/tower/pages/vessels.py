"""Vessels: the calls at the four ports, and for one call who shares the vessel and what still blocks its departure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Final
from urllib.parse import quote

from nicegui import ui

from ops.api.filters import CallFilter
from ops.api.lists import CALLS
from ops.tower.charts import TRADE_COLOURS, chart
from ops.tower.conditions import condition_line, verdict_badge
from ops.tower.pieces import PHASES, SEVERITIES, counts, fact, nothing
from ops.tower.shell import BLANK, Entry, Tower, Visitor, clock, heading, live, opening, page, title
from ops.tower.tables import Column, table
from ops.tower.words import Words
from schemas.reference import load_reference

ENTRY: Final = Entry("/vessels", "directions_boat", "船舶", "Vessels")
MOST: Final = 500
#: Rows that the tables of one call show at first, so that all parts are near.
FIRST: Final = 6
_STAGES: Final = {
    "PLANNED_LOAD": ("计划装", "to load"), "LOADED": ("已装", "loaded"), "PLANNED_DISCHARGE": ("计划卸", "to discharge"),
    "DISCHARGED": ("已卸", "discharged"),
}  # fmt: skip
#: Of conditions the order in which they are read: what is not met comes first.
_URGENCY: Final = {"UNMET": -2, "UNKNOWN": -1}


def add_to(tower: Tower) -> None:
    """Register the pages."""
    _list(tower)
    _one(tower)


def _list(tower: Tower) -> None:
    @page(tower, ENTRY.path, ENTRY)
    async def calls(visitor: Visitor, port: str = "", where: str = "", phase: str = "") -> None:
        say = visitor.say
        narrowed: dict[str, Any] = {"port": port or None, "open": None, "phase": phase or None, "at_berth": None}
        if where == "berth":
            narrowed["at_berth"] = True
        elif where == "anchor":
            narrowed["phase"] = "ARRIVED_ANCHOR"
        opening(visitor, ENTRY, "靠泊动态；点船名看内外贸同船与离港条件", "Calls; open one for who shares it, and readiness")

        @ui.refreshable
        async def body() -> None:
            office, person = visitor.tower.office, visitor.person
            rows, more = await visitor.ask(office.rows, person, CALLS, CallFilter(limit=MOST, **narrowed))
            phases = await visitor.ask(
                office.counts, person, CALLS, "phase", CallFilter(**{**narrowed, "phase": None, "at_berth": None})
            )
            in_order = {name: phases[name] for name in PHASES if name in phases}
            counts(say("状态", "phase"), in_order, say.phase, PHASES, narrowed["phase"], lambda value: choose("phase", value))
            if narrowed["at_berth"]:
                only = ui.chip(say("只看在泊", "at berth only"), icon="directions_boat", removable=True, color="blue-9")
                only.props("text-color=white").on_value_change(lambda: choose("at_berth", None))
            if more is not None:
                ui.label(say(f"只显示最近的 {MOST} 次，请缩小范围。", f"The latest {MOST} are shown; narrow them down."))
            if rows:
                rows = sorted(rows, key=lambda row: list(PHASES).index(row["phase"]))
                table(visitor, _columns(say), rows, "call_id", "calls", path_of)
            else:
                nothing(say, "没有这样的船。放宽筛选可看其他船。", "There is no such vessel. Widen the filters to see others.")

        def choose(name: str, value: Any) -> None:
            narrowed[name] = value
            if name == "phase":
                narrowed["at_berth"] = None
            body.refresh()

        with ui.row().classes("gap-3"):
            ports = {slug: say.port(slug) for slug in load_reference().seaports}
            whether = {True: say("未离港", "not departed"), False: say("已离港", "departed")}
            for name, label, options in (("port", say("港口", "port"), ports), ("open", say("离港", "departed"), whether)):
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
        Column("vessel_name", say("船名", "vessel")), Column("phase", say("状态", "phase"), say.phase, mark=PHASES.get),
        Column("port", say("港口", "port"), say.port), Column("berth_code", say("泊位", "berth")),
        Column("voyage_in", say("进口航次", "voyage in"), room="wide"),
        Column("voyage_out", say("出口航次", "voyage out")), Column("cutoff_at", say("截关", "cut-off"), is_time=True),
        Column("eta", say("预到", "ETA"), is_time=True, room="desk"),
        Column("ata", say("抵锚", "ATA"), is_time=True, room="wide"),
        Column("atb", say("靠泊", "ATB"), is_time=True),
        Column("ops_end", say("完工", "work done"), is_time=True, room="wide"),
        Column("etd", say("预离", "ETD"), is_time=True), Column("atd", say("离泊", "ATD"), is_time=True),
        Column("vessel_id", say("编号", "id"), room="wide"),
        Column("terminal_code", say("码头", "terminal"), room="wide"),
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
            _readiness(visitor, found)
            _composition(visitor, found["composition"])
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
    """Where the vessel lies, and how far the call has come: what has happened, and what is expected."""
    say = visitor.say
    with ui.card().classes("w-full gap-3").props("flat bordered"), ui.row().classes("w-full gap-x-10 gap-y-3"):
        fact(say("港口", "port"), say.port(call["port"]))
        fact(say("码头/泊位", "berth"), f"{call['terminal_code']} {call['berth_code']}".strip() or BLANK)
        fact(say("截关", "cut-off"), clock(call["cutoff_at"]))
        for zh, en, at, expected in (
            ("抵锚", "arrived", call["ata"], call["eta"]), ("靠泊", "berthed", call["atb"], 0),
            ("完工", "work done", call["ops_end"], 0), ("离泊", "departed", call["atd"], call["etd"]),
        ):  # fmt: skip
            with ui.row().classes("items-center gap-2 no-wrap"):
                icon, colour = ("check_circle", "green-9") if at else ("radio_button_unchecked", "grey-7")
                ui.icon(icon, color=colour, size="sm").props("aria-hidden=true")
                name = say(zh, en) if at or not expected else say(f"预计{zh}", f"{en}, expected")
                fact(name, clock(at or expected))
        with ui.row().classes("items-center gap-2 no-wrap"):
            icon, colour = PHASES[call["phase"]]
            ui.icon(icon, color=colour, size="sm").props("aria-hidden=true")
            fact(say("状态", "phase"), say.phase(call["phase"]), "font-semibold")


def _composition(visitor: Visitor, rows: Sequence[Mapping[str, Any]]) -> None:
    """Domestic and foreign on one vessel: tracked together, kept apart."""
    say = visitor.say
    title(say("内外贸同船：构成", "Same vessel: composition"))
    if not rows:
        nothing(say, "尚无舱单或装卸记录。", "Neither lists nor moves yet.")
        return
    sums = by_trade(rows)
    stages = [stage for stage in _STAGES if any(at == stage for at, _ in sums)]
    trades = [trade for trade in TRADE_COLOURS if any(of == trade for _, of in sums)]
    with ui.grid().classes("w-full gap-4 grid-cols-1 xl:grid-cols-2"):
        chart({
            "tooltip": {"confine": True}, "legend": {"top": 0}, "xAxis": {"type": "value", "name": "TEU", "nameGap": 8},
            "yAxis": {"type": "category", "inverse": True, "data": [say(*_STAGES[stage]) for stage in stages]},
            "grid": {"left": 8, "right": 48, "top": 36, "bottom": 8, "containLabel": True},
            "series": [
                {"name": say.trade(trade), "type": "bar", "stack": "teu", "color": TRADE_COLOURS[trade], "barMaxWidth": 36,
                 "label": {"show": True, "color": "#fff"},
                 "data": [round(sums[stage, trade][1], 1) or None if (stage, trade) in sums else None for stage in stages]}
                for trade in trades
            ],
        }, "w-full h-60")  # fmt: skip
        with ui.column().classes("w-full gap-2"):
            lines = [_stage_row(stage, sums) for stage in stages]
            table(visitor, _stage_columns(say, trades), lines, "stage", "composition")


Sums = dict[tuple[str, str], tuple[int, float, float]]


def by_trade(rows: Sequence[Mapping[str, Any]]) -> Sums:
    """Boxes, TEU and kg by stage and trade."""
    sums: Sums = {}
    for row in rows:
        boxes, teus, kg = sums.get((row["stage"], row["trade"]), (0, 0.0, 0.0))
        sums[row["stage"], row["trade"]] = (boxes + row["boxes"], teus + row["teus"], kg + row["gross_kg"])
    return sums


def _stage_row(stage: str, sums: Sums) -> dict[str, Any]:
    row: dict[str, Any] = {"stage": stage}
    for trade in TRADE_COLOURS:
        boxes, teus, kg = sums.get((stage, trade), (0, 0.0, 0.0))
        row |= {f"boxes_{trade}": boxes, f"teus_{trade}": teus, f"t_{trade}": kg / 1000}
    return row


def _stage_columns(say: Words, trades: Sequence[str]) -> list[Column]:
    columns = [Column("stage", say("阶段", "stage"), lambda code: say(*_STAGES[code]))]
    for trade in trades:
        name = say.trade(trade)
        columns += [
            Column(f"boxes_{trade}", say(f"{name}箱", f"{name} boxes"), lambda n: f"{n:,}", is_number=True),
            Column(f"teus_{trade}", "TEU", lambda n: f"{n:,.0f}", is_number=True),
            Column(f"t_{trade}", say("吨", "t"), lambda n: f"{n:,.0f}" if n else BLANK, is_number=True),
        ]
    return columns


def _readiness(visitor: Visitor, found: Mapping[str, Any]) -> None:
    say, blockers = visitor.say, found["blockers"]
    with ui.card().classes("w-full gap-3").props("flat bordered"):
        with ui.row().classes("items-center gap-3"):
            title(say("离港条件", "Departure readiness"))
            verdict_badge(say, found["verdict"])
            if blockers:
                boxes = len({row["container_no"] for row in blockers})
                ui.label(say(f"{boxes} 箱未就绪", f"{boxes} boxes are not ready")).classes("font-semibold text-red-9")
            for owner, n in Counter(row["owner"] for row in blockers).most_common():
                ui.badge(f"{say.owner(owner)} {n:,}", color="grey-8").classes("p-2")
        for condition in sorted(found["conditions"], key=lambda c: _URGENCY.get(c["state"], 0)):
            condition_line(say, condition)
        if blockers:
            rows = blocker_rows(say, blockers)
            table(visitor, blocker_columns(say), rows, "_n", "departure-blockers", box_of, page_rows=FIRST)


def is_work(blocker: Mapping[str, Any]) -> bool:
    """Whether a blocker is only that the vessel has still to be worked: nobody lacks anything for that."""
    return blocker["code"] in ("NOT_LOADED", "NOT_DISCHARGED")


def keyed(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Rows of boxes, each with a code, with a key of their own."""
    return [{**row, "_n": f"{row['container_no']} {row['code']} {n}"} for n, row in enumerate(rows)]


def blocker_rows(say: Words, blockers: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Blockers of boxes as rows of a table, what vessels wait for before what is only work."""
    return keyed([{**row, "lacks": lacks(say, row)} for row in sorted(blockers, key=is_work)])


def lacks(say: Words, blocker: Mapping[str, Any]) -> str:
    """What a box lacks: the exception that blocks it, else the condition that is not met, else the step that is missing."""
    why, code = blocker[f"why_{say.language}"], blocker["code"]
    is_condition = (code, "") in load_reference().conditions
    return str(why or (blocker[f"text_{say.language}"] if is_condition else say.step(code)))


def box_of(row: Mapping[str, Any]) -> str:
    """Where the page of a row's box is."""
    return f"/box/{row['container_no']}"


def blocker_columns(say: Words) -> list[Column]:
    """What a box lacks, who must act, and what to do."""
    return [
        Column("container_no", say("箱号", "box")), Column("lacks", say("尚缺", "missing"), is_long=True),
        Column("detail", say("详情", "detail"), say.detail, is_long=True),
        Column("owner", say("责任方", "who acts"), say.owner),
        Column(f"action_{say.language}", say("处置", "to do"), is_long=True), Column("since", say("自", "since"), is_time=True),
    ]  # fmt: skip


def _conflicts(visitor: Visitor, rows: Sequence[dict[str, Any]]) -> None:
    say = visitor.say
    title(say("冲突", "Conflicts"))
    if not rows:
        nothing(say, "没有冲突：清单、申报与实物一致。", "No conflicts: lists, declarations and boxes agree.", good=True)
        return
    columns = [
        Column("container_no", say("箱号", "box")), Column("code", say("异常", "exception"), say.exception),
        Column("severity", say("级别", "severity"), say.severity, mark=SEVERITIES.get),
        Column("owner", say("责任方", "who acts"), say.owner),
        Column("raised_at", say("发生", "raised"), is_time=True),
        Column("detail", say("详情", "detail"), say.detail, is_long=True),
    ]  # fmt: skip
    table(visitor, columns, keyed(rows), "_n", "conflicts", box_of, page_rows=FIRST)


def _reconciliation(visitor: Visitor, rows: Sequence[dict[str, Any]]) -> None:
    say = visitor.say
    title(say("单船核对", "Lists against the quay"))
    rows = [row for row in rows if row["at_ops_end"] or row["after_6h"] or row["still"]]
    if not rows:
        nothing(say, "清单与装卸一致。", "Lists and moves agree.", good=True)
        return

    columns = [
        Column("container_no", say("箱号", "box")), Column("difference", say("差异", "difference"), say.difference),
        Column("at_ops_end", say("完工时", "at the end of work"), say.yes),
        Column("after_6h", say("6 小时后", "6 h later"), say.yes), Column("still", say("现在", "now"), say.yes),
    ]  # fmt: skip
    numbered = [{**row, "_n": f"{row['container_no']} {row['difference']}"} for row in rows]
    table(visitor, columns, numbered, "_n", "reconciliation", box_of, page_rows=FIRST)
