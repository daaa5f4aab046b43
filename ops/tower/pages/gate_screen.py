"""Gate screen (闸口): one box, one step, one verdict in large letters, why, whom to call and where to drive."""

from __future__ import annotations

from typing import Any, Final

from nicegui import ui

from ops.clearance.gate import Gate
from ops.tower.pieces import fact
from ops.tower.shell import BLANK, Entry, Tower, Visitor, clock, opening, page
from schemas.reference import load_reference

ENTRY: Final = Entry("/gate", "traffic", "闸口放行", "Gate")
_ACTIONS: Final = {"gate-in": ("进闸", "gate in"), "gate-out": ("出闸", "gate out"), "load": ("装船", "load")}
_VERDICTS: Final = {
    "ALLOW": ("放行", "ALLOW", "bg-green-900", "check_circle"), "DENY": ("不放行", "DENY", "bg-red-900", "block"),
    "REFER": ("转人工", "REFER TO A PERSON", "bg-amber-900", "support_agent"),
}  # fmt: skip


def add_to(tower: Tower) -> None:
    """Register the page, where the tower has a gate to ask."""
    gate = tower.gate
    if gate is not None:
        _register(tower, gate)


def _register(tower: Tower, gate: Gate) -> None:
    @page(tower, ENTRY.path, ENTRY)
    async def screen(visitor: Visitor, box: str = "", action: str = "gate-out", port: str = "") -> None:
        say, person = visitor.say, visitor.person
        opening(visitor, ENTRY, "以海关指令为准。每次查询留存为证据。", "Customs' own instruction prevails. Answers are kept.")
        ports = {slug: say.port(slug) for slug in load_reference().seaports}
        with ui.row().classes("items-center gap-3"):
            number = ui.input(say("箱号", "box"), value=box).props("outlined autofocus").classes("text-2xl w-72")
            step = ui.select({code: say(*names) for code, names in _ACTIONS.items()}, label=say("动作", "step"), value=action)
            at = ui.select(ports, label=say("港口", "port"), value=port or person.port or None, clearable=True)
            step.props("outlined").classes("min-w-36")
            at.props("outlined").classes("min-w-36")
            button = ui.button(say("查询", "Ask"), icon="search").props("size=lg no-caps")
        verdict = ui.column().classes("w-full").props("aria-live=assertive")

        def ask() -> None:
            if (number.value or "").strip():
                answer = gate.answer(person, number.value, step.value, at.value or "")
                verdict.clear()
                with verdict:
                    _show(visitor, answer)

        button.on_click(ask)
        number.on("keydown.enter", ask)
        ask()


def _show(visitor: Visitor, answer: dict[str, Any]) -> None:
    say = visitor.say
    zh, en, look, icon = _VERDICTS[answer["verdict"]]
    with ui.element("div").classes(f"w-full rounded p-8 text-white {look}").props("role=status"):
        with ui.row().classes("items-center gap-4 no-wrap"):
            ui.icon(icon, size="4rem").props("aria-hidden=true")
            ui.label(say(zh, en)).classes("text-6xl font-bold")
        ui.label(answer["container_no"]).classes("text-3xl font-mono")
        ui.label(say(answer["reason_zh"], answer["reason_en"])).classes("text-2xl")
        ui.label(say("以海关指令为准", "Customs' own instruction prevails")).classes("text-lg")
    age = answer["data_age_s"]
    with ui.grid().classes("gap-x-8 gap-y-1 grid-cols-2 md:grid-cols-4 text-lg"):
        for zh, en, value in (
            ("找谁", "whom to call", f"{say.owner(answer['owner'])} {answer['phone']} {answer['desk']}".strip()),
            ("开往", "drive to", f"{say.port(answer['port'])} {answer['terminal']}".strip()),
            ("提单", "bill", " ".join(answer["bills"])),
            ("船舶", "vessel", f"{answer['vessel_id']} {answer['voyage']}".strip()),
            ("截关", "cut-off", clock(answer["cutoff_at"] or 0)), ("应有封志", "expected seals", " ".join(answer["seals"])),
            ("数据时间", "as of", clock(answer["as_of"] or 0)),
            ("数据时延", "age of the data", "" if age is None else f"{age:,.0f} s"),
            ("决定编号", "decision id", answer["decision_id"]),
        ):  # fmt: skip
            fact(say(zh, en), value or BLANK)
