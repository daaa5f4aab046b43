"""Leg board: boxes on their way between places of the one port, and the hours that each has until its onward cut-off."""

from __future__ import annotations

from functools import partial
from typing import Any, Final

from nicegui import ui

from ops.api.filters import LegFilter
from ops.api.lists import LEGS
from ops.tower.pieces import SEVERITIES, Mark, counts, nothing
from ops.tower.shell import BLANK, HOUR_MS, Entry, Tower, Visitor, live, opening, page
from ops.tower.tables import Column, table
from ops.tower.words import Words
from schemas.reference import load_reference

ENTRY: Final = Entry("/legs", "sync_alt", "港间转运", "Transfers")
MOST: Final = 1000
#: Hours of slack below which a connection is tight.
TIGHT_H: Final = 2


def add_to(tower: Tower) -> None:
    """Register the page."""

    @page(tower, ENTRY.path, ENTRY)
    async def board(visitor: Visitor, port: str = "") -> None:
        say = visitor.say
        narrowed: dict[str, Any] = {"touches": port or None, "leg_state": None}
        opening(visitor, ENTRY, "余量：到港至下一程截关的小时数", "Slack: hours from arrival to the onward cut-off")

        @ui.refreshable
        async def body() -> None:
            office = visitor.tower.office
            rows, _ = await visitor.ask(office.rows, visitor.person, LEGS, LegFilter(limit=MOST, **narrowed))
            rows = sorted(({**row, "slack": slack(row)} for row in rows), key=lambda row: (row["slack"] is None, row["slack"]))
            for row in rows:
                row["_n"] = f"{row['container_no']} {row['leg_id']} {row['planned_at']}"
            states = await visitor.ask(
                office.counts, visitor.person, LEGS, "leg_state", LegFilter(**{**narrowed, "leg_state": None})
            )
            counts(say("状态", "state"), states, say.leg, {}, narrowed["leg_state"], partial(choose, "leg_state"))
            tight = sum(1 for row in rows if row["slack"] is not None and row["slack"] < TIGHT_H)
            if tight:
                with ui.row().classes("items-center gap-2 text-red-9 font-semibold"):
                    ui.icon("warning", size="sm").props("aria-hidden=true")
                    ui.label(say(f"{tight} 箱衔接紧张（不足 {TIGHT_H} 小时）", f"{tight} boxes have less than {TIGHT_H} h"))
            if rows:
                table(visitor, _columns(say), rows, "_n", "legs", lambda row: f"/box/{row['container_no']}")
            else:
                nothing(say, "没有这样的转运箱。", "No such box is on its way between the ports.")

        def choose(name: str, value: str | None) -> None:
            narrowed[name] = value
            body.refresh()

        ports = {slug: say.port(slug) for slug in load_reference().seaports}
        select = ui.select(ports, label=say("港口", "port"), value=narrowed["touches"], clearable=True)
        select.on_value_change(lambda event: choose("touches", event.value))
        select.props("dense outlined").classes("min-w-40")
        await body()
        live(visitor, body.refresh)


def slack(leg: dict[str, Any]) -> float | None:
    """Hours from the (expected) discharge to the onward cut-off; None where one of the two is not known."""
    if not leg["expected_at"] or not leg["onward_cutoff"]:
        return None
    return float(round((leg["onward_cutoff"] - leg["expected_at"]) / HOUR_MS, 1))


def _tight(hours: float | None) -> Mark | None:
    if hours is None or hours >= TIGHT_H:
        return None
    return SEVERITIES["critical" if hours < 0 else "high"]


def _columns(say: Words) -> list[Column]:
    return [
        Column("container_no", say("箱号", "box")),
        Column("slack", say("余量（小时）", "slack, h"), lambda h: BLANK if h is None else f"{h:,.1f}", mark=_tight),
        Column("from_port", say("起", "from"), say.port), Column("to_port", say("至", "to"), say.port),
        Column("leg_state", say("状态", "state"), say.leg), Column("mode", say("方式", "by"), room="wide"),
        Column("vessel_id", say("船/车次", "vessel or train"), is_long=True),
        Column("voyage", say("航次", "voyage"), room="wide"),
        Column("supervised", say("监管", "supervised"), say.yes, room="wide"),
        Column("planned_at", say("计划", "planned"), is_time=True, room="wide"),
        Column("loaded_at", say("装船", "loaded"), is_time=True, room="wide"),
        Column("departed_at", say("开航", "departed"), is_time=True, room="desk"),
        Column("discharged_at", say("卸船", "discharged"), is_time=True),
        Column("onward_cutoff", say("下一程截关", "onward cut-off"), is_time=True),
    ]  # fmt: skip
