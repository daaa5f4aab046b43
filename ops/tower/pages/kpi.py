"""Figures of the last days: throughput, how fast arrivals are confirmed, and how long boxes stay, hour by hour."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

from nicegui import ui

from ops.api.office import Office
from ops.api.people import PORT, Person
from ops.tower.shell import Entry, Tower, Visitor, clock, live, opening, page, title
from schemas.reference import load_reference

ENTRY: Final = Entry("/kpi", "insights", "指标", "Figures")
DAYS: Final = (1, 3, 7, 30)
DAY_MS: Final = 86_400_000
Rows = list[dict[str, Any]]


def add_to(tower: Tower) -> None:
    """Register the page."""

    @page(tower, ENTRY.path, ENTRY)
    async def kpi(visitor: Visitor) -> None:
        say = visitor.say
        office, person = visitor.tower.office, visitor.person
        opening(visitor, ENTRY, "按小时汇总，更正后自动重算", "By the hour; recomputed after corrections")
        span = {"days": DAYS[1]}

        @ui.refreshable
        async def body() -> None:
            now = await visitor.ask(office.latest)
            since = now - span["days"] * DAY_MS
            moves = await visitor.ask(throughput, office, person, since, now)
            _chart(visitor, say("吞吐：闸口与装卸（箱/小时）", "Throughput: gate and quay, boxes per hour"), moves, "boxes", "")
            lags = await visitor.ask(arrival_lag, office, person, since, now)
            _chart(visitor, say("运抵确认用时 p95（秒）", "Arrival confirmation, p95, s"), lags, "lag_s", "s")
            stays = await visitor.ask(dwell, office, person, since, now)
            _chart(visitor, say("在港时长中位数（小时）", "Median dwell, h"), stays, "hours", "h")

        def choose(days: int) -> None:
            span["days"] = days
            body.refresh()

        select = ui.select({d: say(f"{d} 天", f"{d} d") for d in DAYS}, label=say("时段", "span"), value=span["days"])
        select.on_value_change(lambda event: choose(event.value))
        select.props("dense outlined").classes("min-w-40")
        await body()
        live(visitor, body.refresh)


def throughput(office: Office, person: Person, since: int, until: int) -> Rows:
    """Boxes that moved at gate or quay, by hour and port."""
    moves = "event_type IN ('GATE_MOVE', 'QUAY_MOVE')"
    return _by_hour(office, person, "port_hour", "sum(boxes) AS boxes", moves, since, until)


def arrival_lag(office: Office, person: Person, since: int, until: int) -> Rows:
    """Seconds from the physical event to customs' answer, 95 % of the cases, by hour and port."""
    return _by_hour(office, person, "arrival_hour", "max(lag_p95) / 1000 AS lag_s", "1", since, until)


def dwell(office: Office, person: Person, since: int, until: int) -> Rows:
    """Median hours from entry to exit of the visits that ended, by hour and port."""
    return _by_hour(office, person, "dwell_hour", "sum(dwell_p50_s * n) / sum(n) / 3600 AS hours", "1", since, until)


def _by_hour(office: Office, person: Person, table: str, figure: str, where: str, since: int, until: int) -> Rows:
    own = "port = %(port)s" if person.scope == PORT else "1"
    return office.store.query(
        f"SELECT bucket, port, {figure} FROM {table}_now WHERE bucket BETWEEN %(since)s AND %(until)s AND {where} AND {own} "
        "GROUP BY bucket, port ORDER BY bucket, port",
        {"since": _time(since), "until": _time(until), "port": person.port},
    )


def _time(ms: int) -> datetime:
    return datetime.fromtimestamp(ms / 1000, UTC)


def _chart(visitor: Visitor, name: str, rows: Rows, figure: str, unit: str) -> None:
    title(name)
    if not rows:
        ui.label(visitor.say("此时段没有数据。", "No data in this span."))
        return
    hours = sorted({row["bucket"] for row in rows})
    values = {(row["bucket"], row["port"]): round(row[figure] or 0, 1) for row in rows}
    ui.echart({
        "tooltip": {"trigger": "axis"}, "legend": {}, "aria": {"enabled": True}, "grid": {"left": 60, "right": 20},
        "xAxis": {"type": "category", "data": [clock(hour) for hour in hours]},
        "yAxis": {"type": "value", "axisLabel": {"formatter": "{value} " + unit}},
        "series": [
            {"name": visitor.say.port(port), "type": "line", "showSymbol": False,
             "data": [values.get((hour, port)) for hour in hours]}
            for port in load_reference().seaports
        ],
    }).classes("w-full h-72")  # fmt: skip
