"""Exceptions inbox: what a person must see to, the worst first; acknowledge, assign, comment."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final

from nicegui import ui

from ops.api.filters import ExceptionFilter
from ops.api.lists import EXCEPTIONS
from ops.api.problems import ANSWERED, answer_words
from ops.tower.pieces import SEVERITIES, counts, nothing
from ops.tower.shell import Entry, Tower, Visitor, live, opening, page
from ops.tower.tables import Column, table
from schemas.reference import load_reference

ENTRY: Final = Entry("/exceptions", "warning", "异常收件箱", "Exceptions")
#: Rows that the inbox shows; narrower filters show the rest.
MOST: Final = 1000
Choose = Callable[[str, Any], None]


def add_to(tower: Tower) -> None:
    """Register the page."""

    @page(tower, ENTRY.path, ENTRY)
    async def inbox(visitor: Visitor, port: str = "", severity: str = "", code: str = "", owner: str = "") -> None:
        say = visitor.say
        narrowed = {
            "port": port or None, "severity": severity or None, "code": code or None, "owner": owner or None, "open": True,
        }  # fmt: skip
        opening(visitor, ENTRY, "最严重的在前。点箱号查看依据。", "The worst first. Open a box for the evidence.")

        shown: list[ui.table] = []

        @ui.refreshable
        async def body() -> None:
            shown.clear()
            rows, more = await visitor.ask(
                visitor.tower.office.rows, visitor.person, EXCEPTIONS, ExceptionFilter(limit=MOST, **narrowed)
            )
            if more is not None:
                ui.label(say(f"只显示前 {MOST} 条，请缩小范围。", f"The first {MOST} are shown; narrow them down."))
            await _counts(visitor, narrowed, choose)
            if not rows:
                nothing(say, "没有这样的异常，无需处理。", "There is no such exception: nothing to do.", good=True)
                return
            made = table(visitor, _columns(visitor), rows, "exception_id", "exceptions", _leads)
            shown[:] = [made]
            if visitor.person.may_act:
                made.props("selection=multiple")
                for slot in ("header-selection", "body-selection"):
                    made.add_slot(slot, f'<q-checkbox v-model="props.selected" dense aria-label="{say("选择", "choose")}" />')
                _buttons(visitor, made, rows, body.refresh)

        def choose(name: str, value: Any) -> None:
            narrowed[name] = value
            body.refresh()

        _filters(visitor, narrowed, choose)
        await body()
        live(visitor, body.refresh, busy=lambda: any(made.selected for made in shown))


async def _counts(visitor: Visitor, narrowed: Mapping[str, Any], choose: Choose) -> None:
    """How many there are by severity and by who must act, each within what else was chosen."""
    say, office = visitor.say, visitor.tower.office

    async def by(column: str) -> dict[str, int]:
        asked = ExceptionFilter(**{**narrowed, column: None})
        return await visitor.ask(office.counts, visitor.person, EXCEPTIONS, column, asked)

    found = await by("severity")
    worst_first = {name: found[name] for name in SEVERITIES if name in found}
    for label, column, these, words in (
        (say("级别", "severity"), "severity", worst_first, say.severity),
        (say("责任方", "who acts"), "owner", await by("owner"), say.owner),
    ):
        counts(label, these, words, SEVERITIES, narrowed[column], partial(choose, column))


def _filters(visitor: Visitor, narrowed: Mapping[str, Any], choose: Choose) -> None:
    say = visitor.say
    choices = (
        ("port", say("港口", "port"), {slug: say.port(slug) for slug in load_reference().seaports}),
        ("code", say("异常", "exception"), {code: say.exception(code) for code in sorted(load_reference().exceptions)}),
        ("open", say("状态", "state"), {True: say("未结", "open"), False: say("已结", "ended")}),
    )
    with ui.row().classes("gap-3"):
        for name, label, options in choices:
            select = ui.select(options, label=label, value=narrowed[name], clearable=name != "open", with_input=name == "code")
            select.on_value_change(lambda event, name=name: choose(name, event.value))
            select.props("dense outlined").classes("min-w-40")


def _columns(visitor: Visitor) -> list[Column]:
    say = visitor.say
    return [
        Column("subject", say("箱/船", "subject")),
        Column("severity", say("级别", "severity"), say.severity, mark=SEVERITIES.get),
        Column("code", say("异常", "exception"), say.exception, is_long=True),
        Column("port", say("港口", "port"), say.port), Column("owner", say("责任方", "who acts"), say.owner, is_long=True),
        Column("raised_at", say("发生", "raised"), is_time=True),
        Column("detail", say("详情", "detail"), say.detail, is_long=True),
        Column(f"action_{say.language}", say("处置", "to do"), is_long=True),
        Column("acknowledged_by", say("已确认", "acknowledged by"), room="wide"),
        Column("assignee", say("指派", "assigned to"), room="wide"),
    ]  # fmt: skip


def subject_path(subject: str) -> str:
    """Where the page of what an exception is about is: a box; bills and calls have none that is named so."""
    return "" if ":" in subject or "." in subject else f"/box/{subject}"


def _leads(row: dict[str, Any]) -> str:
    return subject_path(row["subject"])


def _buttons(visitor: Visitor, made: ui.table, rows: list[dict[str, Any]], refresh: Any) -> None:
    say = visitor.say
    by_id = {row["exception_id"]: row for row in rows}

    async def act(action: str, reason: str, to: str, name: str) -> None:
        for chosen in made.selected:
            row = by_id[chosen["_key"]]
            try:
                await visitor.ask(
                    visitor.tower.office.remark, visitor.person, action, row["subject"], row["exception_id"], reason, to, name
                )
            except ANSWERED as error:
                ui.notify(say(*answer_words(error)), type="negative", timeout=0, close_button="OK")
                return
        ui.notify(say(f"已记录 {len(made.selected)} 条", f"{len(made.selected)} taken down"), type="positive")
        refresh()

    with ui.row().classes("gap-2"):
        for action, icon, zh, en in (
            ("ACKNOWLEDGE", "done", "确认", "Acknowledge"), ("ASSIGN", "person", "指派", "Assign"),
            ("COMMENT", "comment", "备注", "Comment"),
        ):  # fmt: skip
            button = ui.button(say(zh, en), icon=icon).props("outline dense no-caps")
            button.bind_enabled_from(made, "selected", backward=bool)
            button.on_click(lambda action=action, title=say(zh, en): _dialog(visitor, title, action, act))


def _dialog(visitor: Visitor, title: str, action: str, act: Any) -> None:
    say = visitor.say
    with ui.dialog(value=True) as dialog, ui.card().classes("w-96"):
        ui.label(title).classes("text-lg font-semibold").props('role=heading aria-level="2"')
        name = ui.input(say("操作人", "Your name")).classes("w-full")
        name.set_visibility(visitor.tower.office.people is None)
        to = ui.input(say("指派给", "Assign to")).classes("w-full")
        to.set_visibility(action == "ASSIGN")
        reason = ui.textarea(say("原因（必填）", "Reason (needed)")).classes("w-full")

        async def done() -> None:
            if not (reason.value or "").strip() or (action == "ASSIGN" and not (to.value or "").strip()):
                ui.notify(say("请填写完整", "Fill in all fields"), type="warning")
                return
            dialog.close()
            await act(action, reason.value.strip(), (to.value or "").strip(), (name.value or "").strip())

        with ui.row().classes("justify-end w-full"):
            ui.button(say("取消", "Cancel"), on_click=dialog.close).props("flat no-caps")
            ui.button(title, on_click=done).props("no-caps")
