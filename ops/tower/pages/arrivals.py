"""Arrival-confirmation board (抵港自动运抵): what was reported by the physical event, what customs said, what holds it back."""

from __future__ import annotations

from collections import Counter
from functools import partial
from typing import Any, Final

from nicegui import ui

from ops.api.filters import CaseFilter
from ops.api.lists import CASES
from ops.tower.pieces import CASES as CASE_MARKS
from ops.tower.pieces import counts, nothing
from ops.tower.shell import Entry, Tower, Visitor, live, opening, page
from ops.tower.tables import Column, table
from schemas.reference import load_reference

ENTRY: Final = Entry("/arrivals", "fact_check", "运抵确认", "Arrivals")
MOST: Final = 1000
#: What wants a person comes first, what is settled last.
_ORDER: Final = list(CASE_MARKS)


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
            states = await visitor.ask(office.counts, visitor.person, CASES, "state", CaseFilter(port=narrowed["port"]))
            in_order = {code: states[code] for code in CASE_MARKS if code in states}
            counts(say("状态", "state"), in_order, say.case, CASE_MARKS, narrowed["state"], partial(choose, "state"))
            held = Counter(reason for row in rows if row["state"] == "WAITING" for reason in row["unmet"])
            if held:
                with ui.row().classes("items-center gap-2"):
                    ui.label(say("尚缺条件", "What holds reports back")).classes("text-slate-600 text-sm")
                    for reason, n in held.most_common():
                        ui.badge(f"{say.condition(reason)} {n:,}", color="deep-orange-10").classes("p-2")
            if not rows:
                nothing(say, "没有这样的运抵报告。", "There is no such arrival report.")
                return
            rows = [{**row, "reason": "" if row["unmet"] else row["reason"]} for row in rows]
            rows = sorted(rows, key=lambda row: _ORDER.index(row["state"]) if row["state"] in _ORDER else len(_ORDER))
            table(visitor, _columns(visitor), rows, "case_id", "arrivals", lambda row: f"/box/{row['container_no']}")

        def choose(name: str, value: Any) -> None:
            narrowed[name] = value
            body.refresh()

        with ui.row().classes("gap-3"):
            ports = {slug: say.port(slug) for slug in load_reference().seaports}
            select = ui.select(ports, label=say("港口", "port"), value=narrowed["port"], clearable=True)
            select.on_value_change(lambda event: choose("port", event.value))
            select.props("dense outlined").classes("min-w-40")
        await body()
        live(visitor, body.refresh)


def _columns(visitor: Visitor) -> list[Column]:
    say = visitor.say
    return [
        Column("container_no", say("箱号", "box")),
        Column("state", say("状态", "state"), say.case, mark=CASE_MARKS.get, is_long=True),
        Column("unmet", say("尚缺", "missing"), lambda codes: ", ".join(map(say.condition, codes)), is_long=True),
        Column("reason", say("原因", "reason"), lambda text: say.code(text, {}), is_long=True),
        Column("message_type", say("报文", "message"), room="desk"), Column("port", say("港口", "port"), say.port),
        Column("terminal_code", say("码头", "terminal"), room="wide"), Column("bill_no", say("提单", "bill"), room="desk"),
        Column("voyage", say("航次", "voyage"), room="wide"),
        Column("triggered_at", say("实物事件", "physical event"), is_time=True),
        Column("sent_at", say("发送", "sent"), is_time=True, room="wide"),
        Column("answered_at", say("回执", "answered"), is_time=True),
        Column("lag_ms", say("用时（分钟）", "took, min"), lambda ms: f"{ms / 60_000:,.1f}" if ms else "", is_number=True),
    ]  # fmt: skip
