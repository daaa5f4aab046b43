"""Figures of the last days: hour by hour as charts, and all of model 5 by terminal, trade and direction as tables."""

from __future__ import annotations

from collections import defaultdict
from typing import Any, Final

from nicegui import ui

from ops import queries
from ops.tower import figures
from ops.tower.charts import by_hour, chart, colour, hour_axis, hours
from ops.tower.shell import Entry, Tower, Visitor, live, opening, page, title
from ops.tower.tables import table

ENTRY: Final = Entry("/kpi", "insights", "指标", "Figures")
DAYS: Final = (1, 3, 7, 30)
DAY_MS: Final = 86_400_000
Rows = list[dict[str, Any]]
#: Named query, its figure, the unit, and the title.
CHARTS: Final = (
    ("moves_by_hour", "moves", "", ("闸口与码头作业（次/小时）", "Moves at gate and quay, per hour")),
    ("arrivals_by_hour", "lag_s", "s", ("运抵确认用时 p95（秒）", "Arrival confirmation, p95, s")),
    ("dwell_by_hour", "dwell_hours", "h", ("在港时长中位数（小时）", "Median dwell, h")),
)
#: Of two lines of a port the one that is dashed.
_DASHED: Final = ("QUAY_MOVE", " E")
#: What follows the port in the name of a series.
_PARTS: Final = {"GATE_MOVE": ("闸口", "gate"), "QUAY_MOVE": ("码头", "quay")}


def add_to(tower: Tower) -> None:
    """Register the page."""

    @page(tower, ENTRY.path, ENTRY)
    async def kpi(visitor: Visitor) -> None:
        say = visitor.say
        opening(visitor, ENTRY, "更正后自动重算", "Recomputed after corrections")
        chosen: dict[str, Any] = {"days": DAYS[1], "figure": queries.FIGURES[0]}

        @ui.refreshable
        async def body() -> None:
            now = await visitor.ask(visitor.tower.office.latest)
            since = now - chosen["days"] * DAY_MS
            await _table(visitor, chosen["figure"], since, now)
            for name, figure, unit, words in CHARTS:
                _chart(visitor, say(*words), await _asked(visitor, name, since, now), figure, unit)

        def choose(what: str, value: Any) -> None:
            chosen[what] = value
            body.refresh()

        with ui.row().classes("gap-4"):
            days = ui.select({d: say(f"{d} 天", f"{d} d") for d in DAYS}, label=say("时段", "span"), value=chosen["days"])
            days.on_value_change(lambda event: choose("days", event.value))
            days.props("dense outlined").classes("min-w-40")
            heads = {name: queries.head(name) for name in queries.FIGURES}
            listed = {name: say(head.zh, head.en) for name, head in heads.items()}
            which = ui.select(listed, label=say("指标", "figure"), value=chosen["figure"])
            which.on_value_change(lambda event: choose("figure", event.value))
            which.props("dense outlined").classes("min-w-80")
        await body()
        live(visitor, body.refresh)


async def _asked(visitor: Visitor, name: str, since: int, until: int) -> Rows:
    """A named query, of what the visitor may see."""
    params = queries.given(name, {}, {"since": since, "until": until})
    return await visitor.ask(visitor.tower.office.named, visitor.person, name, params)


async def _table(visitor: Visitor, name: str, since: int, until: int) -> None:
    rows = await _asked(visitor, name, since, until)
    head = queries.head(name)
    title(visitor.say(head.zh, head.en))
    if rows:
        table(visitor, figures.columns(visitor.say, name), figures.numbered(rows), "row", name)
    else:
        ui.label(visitor.say("此时段没有数据。", "No data in this span."))


def _chart(visitor: Visitor, name: str, rows: Rows, figure: str, unit: str) -> None:
    """Lines by hour: of what has a unit an hour without a figure is a gap, of what is counted it is 0."""
    title(name)
    if not rows:
        ui.label(visitor.say("此时段没有数据。", "No data in this span."))
        return
    at = hours(rows[0]["time"], rows[-1]["time"])
    series: dict[str, dict[int, float]] = defaultdict(dict)
    for row in rows:
        series[row["series"]][row["time"]] = round(row[figure] or 0, 1)
    named = {_name(visitor, name): values for name, values in sorted(series.items())}
    drawn = by_hour(named, at, None if unit else 0)
    look = [
        {"type": "line", "showSymbol": bool(unit), "color": colour(name.split(" ")[0]),
         "lineStyle": {"type": "dashed" if name.endswith(_DASHED) else "solid"}}
        for name in sorted(series)
    ]  # fmt: skip
    chart({
        "tooltip": {"trigger": "axis"}, "legend": {"top": 0}, "xAxis": hour_axis(at),
        "yAxis": {"type": "value", "axisLabel": {"formatter": "{value} " + unit}},
        "series": [one | how for one, how in zip(drawn, look, strict=True)],
    })  # fmt: skip


def _name(visitor: Visitor, series: str) -> str:
    port, _, part = series.partition(" ")
    say = visitor.say
    return f"{say.port(port)} {say(*_PARTS[part]) if part in _PARTS else say.direction(part) if part else ''}".strip()
