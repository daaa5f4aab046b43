"""A bill: its boxes, what each lacks, and whether it is released."""

from __future__ import annotations

from typing import Any, Final

from nicegui import ui

from ops.api.office import Office
from ops.api.people import Person
from ops.api.scope import visible
from ops.bill import sentence
from ops.tower.shell import Tower, Visitor, heading, live, page
from ops.tower.tables import Column, table
from ops.tower.words import Words

#: Of which master bill, and of which boxes, is asked of the table, in any version: then the views have few keys to look at.
_OF_BILL: Final = "FROM consignments WHERE master_bl = %(b)s OR house_bl = %(b)s"
_LINES: Final = (
    "SELECT container_no, house_bl, goods, pol, pod, customs_released_at, bill_released_at, holds FROM consignments_now "
    f"WHERE (master_bl = %(b)s OR house_bl = %(b)s) AND master_bl IN (SELECT master_bl {_OF_BILL}) AND {{scope}}"
)
_VISITS: Final = (
    "SELECT container_no, argMax(state, opened_at) AS state, argMax(port, opened_at) AS port, "
    "argMax(next_step, opened_at) AS next_step, argMax(blockers, opened_at) AS blockers, max(opened_at) AS entered_at "
    f"FROM box_visits_now WHERE container_no IN (SELECT container_no {_OF_BILL}) GROUP BY container_no"
)
_BOXES: Final = (
    "SELECT concat(house_bl, ' ', container_no) AS row_key, container_no, house_bl, goods, pol, pod, customs_released_at, "
    "bill_released_at, holds, state, port, next_step, blockers, entered_at "
    f"FROM ({_LINES}) AS lines LEFT JOIN ({_VISITS}) AS visits USING (container_no) ORDER BY row_key"
)


def add_to(tower: Tower) -> None:
    """Register the page."""

    @page(tower, "/bill/{number}")
    async def bill(visitor: Visitor, number: str) -> None:
        say = visitor.say
        heading(number, say("提单：各箱状态与放行", "bill of lading: its boxes and their release"))

        @ui.refreshable
        async def body() -> None:
            lines = await visitor.ask(lines_of, visitor.tower.office, visitor.person, number)
            if not lines:
                ui.label(say("没有该提单的舱单，或您无权查看。", "No manifest names this bill, or it is not yours to see."))
                return
            released = sum(1 for line in lines if line["bill_released_at"] or line["customs_released_at"])
            count = say(f"{len(lines)} 行，{released} 行已放行", f"{len(lines)} lines, {released} are released")
            ui.label(count).classes("text-lg")
            for total in await visitor.ask(visitor.tower.office.named, visitor.person, "bill_arrivals", {"number": number}):
                ui.label(sentence(total, say))
            table(visitor, _columns(say), lines, "row_key", f"bill-{number}", lambda row: f"/box/{row['container_no']}")

        await body()
        live(visitor, body.refresh)


def lines_of(office: Office, person: Person, number: str) -> list[dict[str, Any]]:
    """The lines of a master or house bill, each with the latest visit of its box."""
    seen = visible(person, "consignments")
    return office.store.query(_BOXES.format(scope=seen.sql), {"b": number, **seen.params})


def _columns(say: Words) -> list[Column]:
    return [
        Column("container_no", say("箱号", "box")), Column("house_bl", say("分提单", "house bill")),
        Column("state", say("状态", "state"), say.state), Column("port", say("港口", "port"), say.port),
        Column("next_step", say("下一步", "next step"), say.step),
        Column("blockers", say("尚缺", "missing"), lambda codes: ", ".join(map(say.step, codes))),
        Column("holds", say("布控", "holds")), Column("customs_released_at", say("海关放行", "customs release"), is_time=True),
        Column("bill_released_at", say("提单放行", "bill release"), is_time=True), Column("goods", say("货名", "goods")),
        Column("pol", say("装货港", "loaded at")), Column("pod", say("卸货港", "for")),
    ]  # fmt: skip
