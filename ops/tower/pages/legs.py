"""Leg board: boxes on their way between places of the one port, and the hours that each has until its onward cut-off."""

from __future__ import annotations

from typing import Any, Final

from nicegui import ui

from ops.api.filters import LegFilter
from ops.api.lists import LEGS
from ops.tower.shell import Entry, Tower, Visitor, live, opening, page
from ops.tower.tables import Column, table
from ops.tower.words import Words
from schemas.reference import load_reference

ENTRY: Final = Entry("/legs", "sync_alt", "港间转运", "Transfers")
MOST: Final = 1000
HOUR_MS: Final = 3_600_000


def add_to(tower: Tower) -> None:
    """Register the page."""

    @page(tower, ENTRY.path, ENTRY)
    async def board(visitor: Visitor, port: str = "") -> None:
        say = visitor.say
        narrowed: dict[str, Any] = {"touches": port or None}
        opening(visitor, ENTRY, "余量：到港至下一程截关的小时数", "Slack: hours from arrival to the onward cut-off")

        @ui.refreshable
        async def body() -> None:
            office = visitor.tower.office
            rows, _ = await visitor.ask(office.rows, visitor.person, LEGS, LegFilter(limit=MOST, **narrowed))
            rows = sorted(({**row, "slack": slack(row)} for row in rows), key=lambda row: (row["slack"] is None, row["slack"]))
            for row in rows:
                row["_n"] = f"{row['container_no']} {row['leg_id']} {row['planned_at']}"
            table(visitor, _columns(say), rows, "_n", "legs", lambda row: f"/box/{row['container_no']}")

        def choose(value: str | None) -> None:
            narrowed["touches"] = value
            body.refresh()

        ports = {slug: say.port(slug) for slug in load_reference().seaports}
        select = ui.select(ports, label=say("港口", "port"), value=narrowed["touches"], clearable=True)
        select.on_value_change(lambda event: choose(event.value))
        select.props("dense outlined").classes("min-w-40")
        await body()
        live(visitor, body.refresh)


def slack(leg: dict[str, Any]) -> float | None:
    """Hours from the (expected) discharge to the onward cut-off; None where one of the two is not known."""
    if not leg["expected_at"] or not leg["onward_cutoff"]:
        return None
    return float(round((leg["onward_cutoff"] - leg["expected_at"]) / HOUR_MS, 1))


def _columns(say: Words) -> list[Column]:
    return [
        Column("container_no", say("箱号", "box")), Column("slack", say("余量（小时）", "slack, h")),
        Column("from_port", say("起", "from"), say.port), Column("to_port", say("至", "to"), say.port),
        Column("leg_state", say("状态", "state"), say.leg), Column("mode", say("方式", "by")),
        Column("vessel_id", say("船/车次", "vessel or train")), Column("voyage", say("航次", "voyage")),
        Column("supervised", say("监管", "supervised"), lambda yes: say("是", "yes") if yes else say("否", "no")),
        Column("planned_at", say("计划", "planned"), is_time=True), Column("loaded_at", say("装船", "loaded"), is_time=True),
        Column("departed_at", say("开航", "departed"), is_time=True),
        Column("discharged_at", say("卸船", "discharged"), is_time=True),
        Column("onward_cutoff", say("下一程截关", "onward cut-off"), is_time=True),
    ]  # fmt: skip
