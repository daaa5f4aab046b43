"""Overview: the four ports side by side, what needs a person there, who lies at their berths, and the boxes between them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from nicegui import ui

from ops import queries
from ops.api.office import Office
from ops.api.people import Person
from ops.api.scope import visible
from ops.tower.charts import HOUR_MS, by_hour, chart, colour, hour_axis, hours
from ops.tower.pages.vessels import path_of
from ops.tower.shell import Entry, Tower, Visitor, clock, live, opening, page, title
from ops.tower.tables import Column, table
from schemas.reference import load_reference

ENTRY: Final = Entry("/", "dashboard", "总览", "Overview")
_NO_TIME: Final = "toDateTime(0, 'UTC')"
#: So far back goes the picture of what the ports have moved.
SPAN_MS: Final = 24 * HOUR_MS
Rows = list[dict[str, Any]]


class Duty(NamedTuple):
    """A figure that wants a person when it is not 0: its name, icon, words, and the page where it is seen to."""

    name: str
    icon: str
    zh: str
    en: str
    path: str
    colour: str


DUTIES: Final = (
    Duty("critical", "error", "严重异常", "critical exceptions", "/exceptions?severity=critical&port=", "text-red-800"),
    Duty("open", "warning", "未结异常", "open exceptions", "/exceptions?port=", "text-amber-900"),
    Duty("rejected", "cancel", "运抵被拒", "arrivals rejected", "/arrivals?state=REJECTED&port=", "text-red-800"),
    Duty("unanswered", "schedule", "运抵待回执", "arrivals unanswered", "/arrivals?port=", "text-amber-900"),
)  # fmt: skip


def add_to(tower: Tower) -> None:
    """Register the page."""

    @page(tower, "/", ENTRY)
    async def overview(visitor: Visitor) -> None:
        opening(visitor, ENTRY, "四港一盘棋：现在", "The four ports as one: now")

        @ui.refreshable
        async def body() -> None:
            office, person = visitor.tower.office, visitor.person
            now = await visitor.ask(office.latest)
            ports = await visitor.ask(by_port, office, person)
            span = {"since": now - SPAN_MS, "until": now}
            moves = await visitor.ask(office.named, person, "moves_by_hour", queries.given("moves_by_hour", {}, span))
            vessels = await visitor.ask(office.named, person, "vessels_in_port", {"port": ""})
            _data_time(visitor, now)
            with ui.grid().classes("w-full gap-4 grid-cols-1 sm:grid-cols-2 xl:grid-cols-4"):
                for slug in load_reference().seaports:
                    _card(visitor, slug, ports.get(slug, {}))
            with ui.grid().classes("w-full gap-4 grid-cols-1 xl:grid-cols-2"):
                _throughput(visitor, moves, hours(**span))
                _flows(visitor, await visitor.ask(between_ports, office, person))
            _berths(visitor, vessels)

        await body()
        live(visitor, body.refresh)


def by_port(office: Office, person: Person) -> dict[str, dict[str, int]]:
    """For each port: boxes that are there, waiting, and held; vessels at berth; reports unanswered; exceptions open."""
    found: dict[str, dict[str, int]] = {}
    for table_name, figures in _FIGURES.items():
        seen = visible(person, table_name)
        columns = ", ".join(f"countIf({condition}) AS {name}" for name, condition in figures.items())
        rows = office.store.query(f"SELECT port, {columns} FROM {table_name}_now WHERE {seen.sql} GROUP BY port", seen.params)
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


def between_ports(office: Office, person: Person) -> Rows:
    """Boxes on legs from port to port."""
    seen = visible(person, "transfer_legs")
    return office.store.query(
        f"SELECT from_port, to_port, count() AS n FROM transfer_legs_now WHERE {seen.sql} AND from_port != to_port "
        "GROUP BY from_port, to_port ORDER BY n DESC",
        seen.params,
    )


def _data_time(visitor: Visitor, now: int) -> None:
    with ui.row().classes("items-center gap-2 text-slate-600"):
        ui.icon("sensors", size="xs").props("aria-hidden=true").classes("text-green-800")
        ui.label(visitor.say(f"实时，数据至 {clock(now)}", f"live, data up to {clock(now)}")).props("data-figure=as-of")


def _card(visitor: Visitor, slug: str, n: Mapping[str, int]) -> None:
    say = visitor.say
    with ui.card().classes("gap-3 border-t-4").props("flat bordered").style(f"border-top-color: {colour(slug)}"):
        title(say.port(slug))
        with ui.grid(columns=3).classes("w-full gap-2"):
            _big(slug, "boxes", say("在港箱", "boxes here"), n)
            _big(slug, "at_berth", say("在泊船", "at berth"), n)
            _big(slug, "at_anchor", say("锚地船", "at anchor"), n)
        with ui.column().classes("gap-1 w-full"):
            _plain(slug, "blocked", "hourglass_empty", say("待办箱", "boxes waiting"), n)
            _plain(slug, "held", "lock", say("布控箱", "boxes held"), n)
            for duty in DUTIES:
                wants = n.get(duty.name, 0) > 0
                with ui.link(target=duty.path + slug).classes("no-underline w-full"):
                    look = f"{duty.colour} font-semibold" if wants else "text-slate-600"
                    _line(slug, duty.name, duty.icon if wants else "check", say(duty.zh, duty.en), n, look)


def _big(slug: str, name: str, words: str, n: Mapping[str, int]) -> None:
    with ui.column().classes("gap-0"):
        ui.label(f"{n.get(name, 0):,}").classes("text-2xl font-semibold").props(f"data-figure={slug}-{name}")
        ui.label(words).classes("text-slate-600 text-sm")


def _plain(slug: str, name: str, icon: str, words: str, n: Mapping[str, int]) -> None:
    _line(slug, name, icon, words, n, "text-slate-800")


def _line(slug: str, name: str, icon: str, words: str, n: Mapping[str, int], look: str) -> None:
    with ui.row().classes(f"items-center gap-2 w-full no-wrap {look}"):
        ui.icon(icon, size="xs").props("aria-hidden=true")
        ui.label(words).classes("grow")
        ui.label(f"{n.get(name, 0):,}").classes("font-mono").props(f"data-figure={slug}-{name}")


def _throughput(visitor: Visitor, moves: Rows, at: Sequence[int]) -> None:
    say = visitor.say
    with ui.card().classes("w-full").props("flat bordered"):
        title(say("近 24 小时吞吐：闸口与码头（次/小时）", "Last 24 h: moves at gate and quay, per hour"))
        if not moves:
            ui.label(say("此时段没有作业。", "Nothing was moved in this span.")).classes("text-slate-600")
            return
        counted: dict[str, dict[int, float]] = {slug: defaultdict(float) for slug in load_reference().seaports}
        for row in moves:
            counted.setdefault(row["series"].split(" ")[0], defaultdict(float))[row["time"]] += row["moves"]
        drawn = by_hour({say.port(slug): values for slug, values in counted.items()}, at, 0)
        look = [{"type": "bar", "stack": "all", "itemStyle": {"color": colour(slug)}} for slug in counted]
        chart({
            "tooltip": {"trigger": "axis"}, "legend": {"top": 0}, "xAxis": hour_axis(at), "yAxis": {"type": "value"},
            "series": [one | how for one, how in zip(drawn, look, strict=True)],
        })  # fmt: skip


def _flows(visitor: Visitor, flows: Rows) -> None:
    say = visitor.say
    with ui.card().classes("w-full").props("flat bordered"):
        title(say("港间转运（箱）", "Transfers between the ports, boxes"))
        if not flows:
            ui.label(say("暂无转运", "No transfers yet")).classes("text-slate-600")
            return
        out, into = say("发", "from"), say("到", "to")
        links = [
            {"source": f"{say.port(f['from_port'])} {out}", "target": f"{say.port(f['to_port'])} {into}", "value": f["n"]}
            for f in flows
        ]
        ends = {link["source"]: colour(f["from_port"]) for link, f in zip(links, flows, strict=True)}
        ends |= {link["target"]: colour(f["to_port"]) for link, f in zip(links, flows, strict=True)}
        chart({
            "tooltip": {}, "series": [{
                "type": "sankey", "left": 8, "right": 110, "top": 12, "bottom": 8, "nodeGap": 14, "links": links,
                "data": [{"name": name, "itemStyle": {"color": colour}} for name, colour in ends.items()],
                "label": {"formatter": "{b}  {c}"}, "lineStyle": {"color": "source", "opacity": 0.35},
            }],
        })  # fmt: skip


def _berths(visitor: Visitor, vessels: Rows) -> None:
    say = visitor.say
    with ui.card().classes("w-full").props("flat bordered"):
        title(say("在泊与锚地的船", "Vessels at berth and at anchor"))
        if not vessels:
            ui.label(say("现在没有船在港。", "No vessel is in port now.")).classes("text-slate-600")
            return
        columns = [
            Column("vessel_name", say("船名", "vessel")), Column("port", say("港口", "port"), say.port),
            Column("berth_code", say("泊位", "berth")), Column("phase", say("状态", "phase"), say.phase),
            Column("voyage_out", say("出口航次", "voyage out")), Column("ata", say("抵港", "arrived"), is_time=True),
            Column("atb", say("靠泊", "berthed"), is_time=True), Column("etd", say("预离", "ETD"), is_time=True),
        ]  # fmt: skip
        table(visitor, columns, vessels, "call_id", "vessels-in-port", path_of)
