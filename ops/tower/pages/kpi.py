"""Figures of the last days: throughput, how fast arrivals are confirmed, and how long boxes stay, hour by hour."""

from __future__ import annotations

from typing import Any, Final

from nicegui import ui

from ops.api.people import PORT
from ops.queries import given
from ops.tower.shell import Entry, Tower, Visitor, clock, live, opening, page, title

ENTRY: Final = Entry("/kpi", "insights", "指标", "Figures")
DAYS: Final = (1, 3, 7, 30)
DAY_MS: Final = 86_400_000
Rows = list[dict[str, Any]]
#: Named query, its figure, the unit, and the title.
FIGURES: Final = (
    ("moves_by_hour", "moves", "", ("闸口与码头作业（次/小时）", "Moves at gate and quay, per hour")),
    ("arrivals_by_hour", "lag_s", "s", ("运抵确认用时 p95（秒）", "Arrival confirmation, p95, s")),
    ("dwell_by_hour", "dwell_hours", "h", ("在港时长中位数（小时）", "Median dwell, h")),
)
#: What follows the port in the name of a series.
_PARTS: Final = {"GATE_MOVE": ("闸口", "gate"), "QUAY_MOVE": ("码头", "quay")}


def add_to(tower: Tower) -> None:
    """Register the page."""

    @page(tower, ENTRY.path, ENTRY)
    async def kpi(visitor: Visitor) -> None:
        say = visitor.say
        opening(visitor, ENTRY, "按小时汇总，更正后自动重算", "By the hour; recomputed after corrections")
        span = {"days": DAYS[1]}

        @ui.refreshable
        async def body() -> None:
            now = await visitor.ask(visitor.tower.office.latest)
            since = now - span["days"] * DAY_MS
            for name, figure, unit, words in FIGURES:
                _chart(visitor, say(*words), await _by_hour(visitor, name, since, now), figure, unit)

        def choose(days: int) -> None:
            span["days"] = days
            body.refresh()

        select = ui.select({d: say(f"{d} 天", f"{d} d") for d in DAYS}, label=say("时段", "span"), value=span["days"])
        select.on_value_change(lambda event: choose(event.value))
        select.props("dense outlined").classes("min-w-40")
        await body()
        live(visitor, body.refresh)


async def _by_hour(visitor: Visitor, name: str, since: int, until: int) -> Rows:
    """A named query of hourly figures; who belongs to a port sees its own."""
    person = visitor.person
    port = person.port if person.scope == PORT else ""
    params = given(name, {"port": port}, {"since": since, "until": until})
    return await visitor.ask(visitor.tower.office.named, person, name, params)


def _chart(visitor: Visitor, name: str, rows: Rows, figure: str, unit: str) -> None:
    title(name)
    if not rows:
        ui.label(visitor.say("此时段没有数据。", "No data in this span."))
        return
    hours = sorted({row["time"] for row in rows})
    values = {(row["time"], row["series"]): round(row[figure] or 0, 1) for row in rows}
    ui.echart({
        "tooltip": {"trigger": "axis"}, "legend": {}, "aria": {"enabled": True}, "grid": {"left": 60, "right": 20},
        "xAxis": {"type": "category", "data": [clock(hour) for hour in hours]},
        "yAxis": {"type": "value", "axisLabel": {"formatter": "{value} " + unit}},
        "series": [
            {"name": _name(visitor, series), "type": "line", "showSymbol": False,
             "data": [values.get((hour, series)) for hour in hours]}
            for series in sorted({row["series"] for row in rows})
        ],
    }).classes("w-full h-72")  # fmt: skip


def _name(visitor: Visitor, series: str) -> str:
    port, _, part = series.partition(" ")
    say = visitor.say
    return f"{say.port(port)} {say(*_PARTS[part]) if part in _PARTS else say.direction(part) if part else ''}".strip()
