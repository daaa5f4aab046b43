"""A box: where it is, what it has passed, what blocks its next step and who must act, and the events that say so."""

from __future__ import annotations

from typing import Any, Final

from nicegui import ui

from ops.api.office import Hidden
from ops.tower.conditions import condition_line, verdict_badge, witness
from ops.tower.shell import BLANK, Tower, Visitor, clock, heading, live, page, title
from ops.tower.tables import Column, table
from schemas.identifiers import normalise_container

_ACTIONS: Final = {
    "": ("下一步", "next step"), "gate-out": ("出场", "gate-out"), "load": ("装船", "load"), "depart": ("开航", "depart"),
}  # fmt: skip


def add_to(tower: Tower) -> None:
    """Register the page."""

    @page(tower, "/box/{container}")
    async def box(visitor: Visitor, container: str) -> None:
        number = normalise_container(container)
        heading(number, visitor.say("位置、节点、条件与依据", "where it is, what it passed, what it needs, and why"))

        @ui.refreshable
        async def body() -> None:
            office = visitor.tower.office
            try:
                found = await visitor.ask(office.trace, visitor.person, number)
                why = await visitor.ask(office.explain, visitor.person, number, "")
            except Hidden:
                ui.label(visitor.say(
                    "没有该箱的任何记录，或您无权查看。请核对箱号，并确认该港已接入。",
                    "No event of this box is known, or it is not yours to see. Check the number; is its port connected?",
                ))  # fmt: skip
                return
            _verdict(visitor, why)
            for visit in reversed(found["box_visits"]):
                _visit(visitor, visit)
            _exceptions(visitor, found)
            _evidence(visitor, found)

        await body()
        live(visitor, body.refresh)


def _verdict(visitor: Visitor, why: dict[str, Any]) -> None:
    say = visitor.say
    with ui.card().classes("w-full gap-2").props("flat bordered"):
        with ui.row().classes("items-center gap-3"):
            title(say(*_ACTIONS.get(why["action"], ("", why["action"]))))
            verdict_badge(say, why["verdict"])
        for condition in why["conditions"]:
            condition_line(say, condition)


def _visit(visitor: Visitor, visit: dict[str, Any]) -> None:
    say = visitor.say
    with ui.card().classes("w-full gap-3").props("flat bordered"):
        title(f"{clock(visit['opened_at'])} → {clock(visit['closed_at'])}")
        with ui.grid().classes("gap-x-8 gap-y-1 grid-cols-2 md:grid-cols-4"):
            for zh, en, value in (
                ("状态", "state", say.state(visit["state"])), ("位置", "location", visit["location"]),
                ("海关", "customs", visit["customs_status"]), ("封志", "seals", " ".join(visit["seals"]) or BLANK),
                ("贸易", "trade", say.trade(visit["trade"])), ("方向", "direction", say.direction(visit["direction"])),
                ("箱型", "type", f"{visit['ef']} {visit['iso_type']}"), ("提单", "bill", visit["bill_no"] or BLANK),
                ("船舶", "vessel", f"{visit['vessel_id']} {visit['voyage']}".strip() or BLANK),
                ("布控", "holds", ", ".join(visit["holds"]) or BLANK),
                ("下一步", "next step", say.step(visit["next_step"]) or BLANK),
                ("尚缺", "missing", ", ".join(map(say.step, visit["blockers"])) or BLANK),
            ):  # fmt: skip
                with ui.column().classes("gap-0"):
                    ui.label(say(zh, en)).classes("text-slate-600 text-sm")
                    ui.label(value).classes("break-all")
        with ui.timeline(side="right").classes("w-full"):
            for step in visit["steps"]:
                because = "; ".join(witness(event) for event in step["evidence"])
                ui.timeline_entry(because, title=say.step(step["milestone"]), subtitle=clock(step["at"]))


def _exceptions(visitor: Visitor, found: dict[str, Any]) -> None:
    say = visitor.say
    if not found["exceptions"]:
        return
    title(say("异常", "Exceptions"))
    columns = [
        Column("code", say("异常", "exception"), say.exception), Column("severity", say("级别", "severity"), say.severity),
        Column("owner", say("责任方", "who acts"), say.owner), Column("state", say("状态", "state")),
        Column("raised_at", say("发生", "raised"), is_time=True), Column("ended_at", say("结束", "ended"), is_time=True),
        Column("detail", say("详情", "detail"), say.detail),
    ]  # fmt: skip
    table(visitor, columns, found["exceptions"], "exception_id", f"{found['container_no']}-exceptions")


def _evidence(visitor: Visitor, found: dict[str, Any]) -> None:
    say = visitor.say
    title(say("证据", "Evidence"))
    columns = [
        Column("event_time", say("发生", "happened"), is_time=True), Column("kind", say("类别", "kind")),
        Column("milestone", say("事件", "event")), Column("port", say("港口", "port"), say.port),
        Column("terminal_code", say("码头", "terminal")), Column("source_party", say("来源", "source")),
        Column("source_system", say("系统", "system")), Column("raw_ref", say("单证", "reference")),
        Column("event_id", say("事件号", "event id")), Column("ingest_time", say("收到", "received"), is_time=True),
    ]  # fmt: skip
    rows = [{**row, "_n": f"{row['topic']} {row['kafka_partition']} {row['kafka_offset']}"} for row in found["evidence"]]
    table(visitor, columns, rows, "_n", f"{found['container_no']}-evidence")
