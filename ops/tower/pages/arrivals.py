"""Arrival-confirmation board (抵港自动运抵): what was reported by the physical event, what customs said, what holds it back."""

from __future__ import annotations

from collections import Counter
from typing import Any, Final

from nicegui import ui

from ops.api.filters import CaseFilter
from ops.api.lists import CASES
from ops.tower.shell import Entry, Tower, Visitor, live, opening, page, title
from ops.tower.tables import Column, table
from schemas.reference import load_reference

ENTRY: Final = Entry("/arrivals", "fact_check", "运抵确认", "Arrivals")
MOST: Final = 1000
#: State of a case -> its colour.
COLOURS: Final = {
    "NEED": "grey-8", "WAITING": "deep-orange-10", "TRIGGERED": "blue-9", "CHECKED": "blue-9", "SENT": "blue-9",
    "ACKED": "green-9", "REJECTED": "red-9", "DELETED": "grey-8",
}  # fmt: skip


def add_to(tower: Tower) -> None:
    """Register the page."""

    @page(tower, ENTRY.path, ENTRY)
    async def board(visitor: Visitor, port: str = "", state: str = "") -> None:
        say = visitor.say
        narrowed: dict[str, Any] = {"port": port or None, "state": state or None}
        opening(visitor, ENTRY, "实物事件自动报送，海关回执确认", "Reported by the physical event, confirmed by customs")

        @ui.refreshable
        async def body() -> None:
            office = visitor.tower.office
            asked = CaseFilter(limit=MOST, **narrowed)
            rows, _ = await visitor.ask(office.rows, visitor.person, CASES, asked)
            counts = await visitor.ask(office.counts, visitor.person, CASES, "state", asked)
            with ui.row().classes("gap-3"):
                for code, n in counts.items():
                    ui.badge(f"{say.case(code)} {n:,}", color=COLOURS.get(code, "grey-8")).classes("text-base p-2")
            held = Counter(reason for row in rows if row["state"] == "WAITING" for reason in row["unmet"])
            if held:
                title(say("尚缺条件", "What holds reports back"))
                for reason, n in held.most_common():
                    ui.label(f"{say.condition(reason)}: {n:,}")
            table(visitor, _columns(visitor), rows, "case_id", "arrivals", lambda row: f"/box/{row['container_no']}")

        def choose(name: str, value: Any) -> None:
            narrowed[name] = value
            body.refresh()

        with ui.row().classes("gap-3"):
            ports = {slug: say.port(slug) for slug in load_reference().seaports}
            states = {code: say.case(code) for code in COLOURS}
            for name, label, options in (("port", say("港口", "port"), ports), ("state", say("状态", "state"), states)):
                select = ui.select(options, label=label, value=narrowed[name], clearable=True)
                select.on_value_change(lambda event, name=name: choose(name, event.value))
                select.props("dense outlined").classes("min-w-40")
        await body()
        live(visitor, body.refresh)


def _columns(visitor: Visitor) -> list[Column]:
    say = visitor.say
    return [
        Column("container_no", say("箱号", "box")), Column("state", say("状态", "state"), say.case),
        Column("message_type", say("报文", "message")), Column("port", say("港口", "port"), say.port),
        Column("terminal_code", say("码头", "terminal")), Column("bill_no", say("提单", "bill")),
        Column("voyage", say("航次", "voyage")), Column("triggered_at", say("实物事件", "physical event"), is_time=True),
        Column("sent_at", say("发送", "sent"), is_time=True), Column("answered_at", say("回执", "answered"), is_time=True),
        Column("lag_ms", say("用时", "took"), lambda ms: f"{ms / 1000:,.0f} s" if ms else ""),
        Column("unmet", say("尚缺", "missing"), lambda codes: ", ".join(map(say.condition, codes))),
        Column("reason", say("原因", "reason")),
    ]  # fmt: skip
