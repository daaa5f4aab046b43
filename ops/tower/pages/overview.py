"""Overview: the four ports side by side, what is open, and where boxes travel between them."""

from __future__ import annotations

from typing import Any, Final

from nicegui import ui

from ops.api.office import Office
from ops.api.people import Person
from ops.api.scope import visible
from ops.tower.shell import Entry, Tower, Visitor, live, opening, page, title
from schemas.reference import load_reference

ENTRY: Final = Entry("/", "dashboard", "总览", "Overview")
_NO_TIME: Final = "toDateTime(0, 'UTC')"


def add_to(tower: Tower) -> None:
    """Register the page."""

    @page(tower, "/", ENTRY)
    async def overview(visitor: Visitor) -> None:
        opening(visitor, ENTRY, "四港一盘棋：现在", "The four ports as one: now")

        @ui.refreshable
        async def body() -> None:
            ports = await visitor.ask(by_port, visitor.tower.office, visitor.person)
            flows = await visitor.ask(between_ports, visitor.tower.office, visitor.person)
            with ui.grid().classes("w-full gap-4 grid-cols-1 sm:grid-cols-2 xl:grid-cols-4"):
                for slug in load_reference().seaports:
                    _card(visitor, slug, ports.get(slug, {}))
            _flows(visitor, flows)

        await body()
        live(visitor, body.refresh)


def by_port(office: Office, person: Person) -> dict[str, dict[str, int]]:
    """For each port: boxes that are there, waiting, and held; vessels at berth; reports unanswered; exceptions open."""
    found: dict[str, dict[str, int]] = {}
    for table, figures in _FIGURES.items():
        seen = visible(person, table)
        columns = ", ".join(f"countIf({condition}) AS {name}" for name, condition in figures.items())
        rows = office.store.query(f"SELECT port, {columns} FROM {table}_now WHERE {seen.sql} GROUP BY port", seen.params)
        for row in rows:
            found.setdefault(row["port"], {}).update({name: int(row[name]) for name in figures})
    return found


_FIGURES: Final = {
    "box_visits": {
        "boxes": f"closed_at = {_NO_TIME}", "blocked": f"closed_at = {_NO_TIME} AND notEmpty(blockers)",
        "held": f"closed_at = {_NO_TIME} AND notEmpty(holds)",
    },
    "port_calls": {"at_berth": "phase IN ('BERTHED', 'OPS', 'OPS_DONE')", "at_anchor": "phase = 'ARRIVED_ANCHOR'"},
    "arrival_cases": {"unanswered": "state IN ('WAITING', 'TRIGGERED', 'SENT')", "rejected": "state = 'REJECTED'"},
    "exceptions": {"open": f"ended_at = {_NO_TIME}", "critical": f"ended_at = {_NO_TIME} AND severity = 'critical'"},
}  # fmt: skip


def between_ports(office: Office, person: Person) -> list[dict[str, Any]]:
    """Boxes on legs from port to port that have not arrived, or arrived in the last day."""
    seen = visible(person, "transfer_legs")
    return office.store.query(
        f"SELECT from_port, to_port, count() AS n FROM transfer_legs_now WHERE {seen.sql} AND from_port != to_port "
        "GROUP BY from_port, to_port ORDER BY n DESC",
        seen.params,
    )


def _card(visitor: Visitor, slug: str, n: dict[str, int]) -> None:
    say = visitor.say
    with ui.card().classes("gap-2").props("flat bordered"):
        title(say.port(slug))
        with ui.grid(columns=2).classes("gap-x-6 gap-y-1 w-full"):
            for name, zh, en in (
                ("boxes", "在港箱", "boxes here"), ("blocked", "待办箱", "boxes waiting"), ("held", "布控箱", "boxes held"),
                ("at_berth", "在泊船", "vessels at berth"), ("at_anchor", "锚地船", "vessels at anchor"),
                ("unanswered", "运抵待回执", "arrivals unanswered"), ("open", "未结异常", "open exceptions"),
                ("critical", "其中严重", "of these critical"),
            ):  # fmt: skip
                ui.label(say(zh, en)).classes("text-slate-600")
                ui.label(f"{n.get(name, 0):,}").classes("text-right font-mono").props(f"data-figure={slug}-{name}")


def _flows(visitor: Visitor, flows: list[dict[str, Any]]) -> None:
    say = visitor.say
    with ui.card().classes("w-full").props("flat bordered"):
        title(say("港间转运", "Transfers between the ports"))
        if not flows:
            ui.label(say("暂无转运", "No transfers yet")).classes("text-slate-600")
            return
        links = [
            {
                "source": say.port(f["from_port"]) + say("（发）", " (from)"),
                "target": say.port(f["to_port"]) + say("（到）", " (to)"), "value": f["n"],
            }
            for f in flows
        ]  # fmt: skip
        names = dict.fromkeys(name for link in links for name in (link["source"], link["target"]))
        ui.echart({
            "tooltip": {}, "series": [{"type": "sankey", "data": [{"name": n} for n in names], "links": links}],
            "aria": {"enabled": True},
        }).classes("w-full h-72")  # fmt: skip
