"""Boxes that are in the ports: which wait for what, and which are held."""

from __future__ import annotations

from functools import partial
from typing import Any, Final

from nicegui import ui

from ops.api.filters import BoxFilter
from ops.api.lists import BOXES
from ops.tower.pieces import Mark, counts, nothing
from ops.tower.shell import Entry, Tower, Visitor, live, opening, page
from ops.tower.tables import Column, table
from ops.tower.words import Words
from schemas.reference import load_reference

ENTRY: Final = Entry("/boxes", "inventory_2", "在港箱", "Boxes")
MOST: Final = 1000
#: Which of the boxes -> the filter, and the words.
WHICH: Final = {"blocked": ("待办箱", "boxes waiting"), "held": ("布控箱", "boxes held")}
_SIDES: Final = {"EXPORT": ("出口", "export"), "IMPORT": ("进口", "import")}
_HELD: Final = Mark("lock", "deep-orange-10")


def add_to(tower: Tower) -> None:
    """Register the page."""

    @page(tower, ENTRY.path, ENTRY)
    async def boxes(visitor: Visitor, port: str = "", which: str = "", step: str = "") -> None:
        say = visitor.say
        narrowed: dict[str, Any] = {"port": port or None, "which": which if which in WHICH else None, "step": step or None}
        opening(visitor, ENTRY, "现在在港的箱，等什么、谁扣着", "Boxes in the ports now: what each waits for, and who holds it")

        def asked(with_step: bool = True) -> BoxFilter:
            flag = {narrowed["which"]: True} if narrowed["which"] else {}
            step_asked = narrowed["step"] if with_step else None
            return BoxFilter(limit=MOST, open=True, port=narrowed["port"], next_step=step_asked, **flag)

        @ui.refreshable
        async def body() -> None:
            office, person = visitor.tower.office, visitor.person
            rows, more = await visitor.ask(office.rows, person, BOXES, asked())
            steps = await visitor.ask(office.counts, person, BOXES, "next_step", asked(with_step=False))
            counts(
                say("下一步", "next step"), {code: n for code, n in steps.items() if code}, partial(_step, say), {},
                narrowed["step"], lambda value: choose("step", value),
            )  # fmt: skip
            if more is not None:
                ui.label(say(f"只显示最新的 {MOST} 箱，请缩小范围。", f"The newest {MOST} are shown; narrow them down."))
            if rows:
                rows = sorted(rows, key=lambda row: (not row["holds"], not row["blockers"], row["waiting_since"]))
                table(visitor, _columns(say), rows, "container_no", "boxes", lambda row: f"/box/{row['container_no']}")
            else:
                nothing(say, "没有这样的箱。放宽筛选可看其他箱。", "There is no such box. Widen the filters to see others.")

        def choose(name: str, value: Any) -> None:
            narrowed[name] = value
            body.refresh()

        with ui.row().classes("gap-3"):
            ports = {slug: say.port(slug) for slug in load_reference().seaports}
            kinds = {name: say(*words) for name, words in WHICH.items()}
            for name, label, options in (("port", say("港口", "port"), ports), ("which", say("范围", "which"), kinds)):
                select = ui.select(options, label=label, value=narrowed[name], clearable=True)
                select.on_value_change(lambda event, name=name: choose(name, event.value))
                select.props("dense outlined").classes("min-w-40")
        await body()
        live(visitor, body.refresh)


def _step(say: Words, code: str) -> str:
    """A step with its direction, where it has one: the same is asked of imports and exports."""
    side = _SIDES.get(code.partition("_")[0])
    return f"{say(*side)} {say.step(code)}" if side else say.step(code)


def _columns(say: Words) -> list[Column]:
    def steps(codes: list[str]) -> str:
        return ", ".join(map(say.step, codes))

    return [
        Column("container_no", say("箱号", "box")), Column("port", say("港口", "port"), say.port),
        Column("state", say("状态", "state"), say.state, is_long=True),
        Column("next_step", say("下一步", "next step"), say.step, is_long=True),
        Column("blockers", say("尚缺", "missing"), steps, is_long=True),
        Column("holds", say("布控", "holds"), mark=lambda holds: _HELD if holds else None, is_long=True),
        Column("trade", say("贸易", "trade"), say.trade),
        Column("direction", say("方向", "direction"), say.direction, room="desk"),
        Column("terminal_code", say("码头", "terminal"), room="wide"), Column("bill_no", say("提单", "bill"), room="wide"),
        Column("voyage", say("航次", "voyage"), room="wide"),
        Column("waiting_since", say("等待自", "waiting since"), is_time=True),
        Column("opened_at", say("进港", "entered"), is_time=True, room="wide"),
    ]  # fmt: skip
