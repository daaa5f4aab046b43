"""Figures of the last days: hour by hour as charts, and all of model 5 by terminal, trade and direction as tables."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from nicegui import ui

from ops import queries
from ops.tower import figures
from ops.tower.charts import at_hours, chart, colour, hour_axis, hours, value_axis
from ops.tower.pieces import nothing
from ops.tower.shell import HOUR_MS, Entry, Tower, Visitor, live, opening, page, title
from ops.tower.tables import table
from schemas.reference import load_reference

ENTRY: Final = Entry("/kpi", "insights", "指标", "Figures")
DAYS: Final = (1, 3, 7, 30)
DAY_MS: Final = 86_400_000
Rows = list[dict[str, Any]]


class Chart(NamedTuple):
    """A chart of the four ports by hour: of which named query, which part of its series, which figure divided by what, in
    which unit. What is counted is 0 in an hour without rows; what is measured has no value then."""

    query: str
    part: str
    figure: str
    divisor: float
    unit: tuple[str, str]
    zh: str
    en: str
    is_counted: bool = False
    look: str = ""


CHARTS: Final = (
    Chart("moves_by_hour", "GATE_MOVE", "moves", 1, ("次/小时", "moves/h"), "闸口作业", "Moves at the gates", True),
    Chart("moves_by_hour", "QUAY_MOVE", "moves", 1, ("次/小时", "moves/h"), "码头作业", "Moves at the quays", True),
    Chart("arrivals_by_hour", "", "lag_s", 60, ("分钟", "min"), "运抵确认用时（95% 以内）", "Arrivals confirmed, 95 % within",
          look="lg:col-span-2"),
    Chart("dwell_by_hour", "E", "dwell_hours", 1, ("小时", "h"), "出口箱在港时长中位数", "Median dwell of exports"),
    Chart("dwell_by_hour", "I", "dwell_hours", 1, ("小时", "h"), "进口箱在港时长中位数", "Median dwell of imports"),
)


def add_to(tower: Tower) -> None:
    """Register the page."""

    @page(tower, ENTRY.path, ENTRY)
    async def kpi(visitor: Visitor, days: str = "") -> None:
        say = visitor.say
        opening(visitor, ENTRY, "更正后自动重算", "Recomputed after corrections")
        chosen: dict[str, Any] = {"days": int(days) if days in map(str, DAYS) else DAYS[1], "figure": queries.FIGURES[0]}

        @ui.refreshable
        async def drawn() -> None:
            now = await visitor.ask(visitor.tower.office.latest)
            since = (now - chosen["days"] * DAY_MS) // HOUR_MS * HOUR_MS
            rows = {name: await _asked(visitor, name, since, now) for name in dict.fromkeys(c.query for c in CHARTS)}
            with ui.grid().classes("w-full gap-4 grid-cols-1 lg:grid-cols-2"):
                for each in CHARTS:
                    with ui.card().classes(f"gap-1 {each.look}").props("flat bordered"):
                        _chart(visitor, each, rows[each.query], hours(since, now))

        @ui.refreshable
        async def listed() -> None:
            now = await visitor.ask(visitor.tower.office.latest)
            await _table(visitor, chosen["figure"], now - chosen["days"] * DAY_MS, now)

        async def refresh() -> None:
            await drawn.refresh()
            await listed.refresh()

        async def choose(what: str, value: Any) -> None:
            chosen[what] = value
            await refresh()

        span = ui.select({d: say(f"{d} 天", f"{d} d") for d in DAYS}, label=say("时段", "span"), value=chosen["days"])
        span.on_value_change(lambda event: choose("days", event.value))
        span.props("dense outlined").classes("min-w-40")
        await drawn()
        heads = {name: queries.head(name) for name in queries.FIGURES}
        names = {name: say(head.zh, head.en) for name, head in heads.items()}
        which = ui.select(names, label=say("指标", "figure"), value=chosen["figure"])
        which.on_value_change(lambda event: choose("figure", event.value))
        which.props("dense outlined").classes("w-full max-w-xl")
        await listed()
        live(visitor, refresh)


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
        nothing(visitor.say, "此时段没有数据。选更长的时段。", "No data in this span. Choose a longer one.")


def _chart(visitor: Visitor, of: Chart, rows: Rows, at: Sequence[int]) -> None:
    say = visitor.say
    title(say(of.zh, of.en))
    by_port = series_of(rows, of)
    if not by_port:
        nothing(say, "此时段没有数据。选更长的时段。", "No data in this span. Choose a longer one.")
        return
    chart({
        "tooltip": {"trigger": "axis", "confine": True}, "legend": {"top": 0, "right": 0}, "xAxis": hour_axis(at),
        "yAxis": value_axis(say(*of.unit)),
        "series": [
            {"name": say.port(port), "type": "line", "color": colour(port), "showSymbol": not of.is_counted, "symbolSize": 5,
             "connectNulls": True, "data": at_hours(by_port[port], at, 0 if of.is_counted else None)}
            for port in load_reference().seaports if port in by_port
        ],
    }, "w-full h-60")  # fmt: skip


def series_of(rows: Rows, of: Chart) -> Mapping[str, Mapping[int, float]]:
    """Of each port the figure of a chart by the beginning of the hour (ms)."""
    found: dict[str, dict[int, float]] = defaultdict(dict)
    for row in rows:
        port, _, part = row["series"].partition(" ")
        if part == of.part:
            found[port][row["time"]] = round((row[of.figure] or 0) / of.divisor, 1)
    return found
