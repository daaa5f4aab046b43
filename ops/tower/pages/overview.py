"""Overview: the four ports side by side, what needs a person there, who lies at their berths, and the boxes between them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple

from nicegui import ui

from ops import queries
from ops.api.filters import CallFilter
from ops.api.lists import CALLS
from ops.api.office import Office
from ops.api.people import Person
from ops.api.scope import visible
from ops.tower.charts import at_hours, chart, colour, hour_axis, hours
from ops.tower.pages.vessels import path_of
from ops.tower.pieces import CASES, PHASES, SEVERITIES, Mark, nothing
from ops.tower.shell import HOUR_MS, Entry, Tower, Visitor, clock, live, opening, page, title
from schemas.reference import load_reference

ENTRY: Final = Entry("/", "dashboard", "总览", "Overview")
_NO_TIME: Final = "toDateTime(0, 'UTC')"
#: So many hours, with the one that has begun, are in the picture of what the ports have moved.
HOURS: Final = 24
#: A port whose newest event is so much older than the newest of all is called silent, ms.
SILENT_MS: Final = 1_800_000
#: Vessels that are listed of a port; the others are behind a link.
MOST_VESSELS: Final = 12
Rows = list[dict[str, Any]]


class Duty(NamedTuple):
    """A figure that wants a person when it is not 0: how it looks then, its words, and the page that lists what it counts."""

    name: str
    mark: Mark
    zh: str
    en: str
    path: str


DUTIES: Final = (
    Duty("critical", SEVERITIES["critical"], "严重异常", "critical exceptions", "/exceptions?severity=critical&port="),
    Duty("open", SEVERITIES["high"], "未结异常", "open exceptions", "/exceptions?port="),
    Duty("rejected", CASES["REJECTED"], "运抵被海关拒收", "arrivals rejected", "/arrivals?state=REJECTED&port="),
    Duty("waiting", CASES["WAITING"], "运抵等待条件", "arrivals held back", "/arrivals?state=WAITING&port="),
    Duty("sent", CASES["SENT"], "运抵待回执", "arrivals unanswered", "/arrivals?state=SENT&port="),
    Duty("held", Mark("lock", "deep-orange-10"), "布控箱", "boxes held", "/boxes?which=held&port="),
    Duty("blocked", Mark("hourglass_empty", "blue-grey-8"), "待办箱", "boxes waiting", "/boxes?which=blocked&port="),
)
#: What a port has: figure, words, and the page that lists it.
_STOCK: Final = (
    ("boxes", "在港箱", "boxes here", "/boxes?port="), ("at_berth", "在泊船", "at berth", "/vessels?where=berth&port="),
    ("at_anchor", "锚地船", "at anchor", "/vessels?where=anchor&port="),
)  # fmt: skip
_FIGURES: Final = {
    "box_visits": {
        "boxes": f"closed_at = {_NO_TIME}", "blocked": f"closed_at = {_NO_TIME} AND notEmpty(blockers)",
        "held": f"closed_at = {_NO_TIME} AND notEmpty(holds)",
    },
    "port_calls": {"at_berth": "phase IN ('BERTHED', 'OPS', 'OPS_DONE')", "at_anchor": "phase = 'ARRIVED_ANCHOR'"},
    "arrival_cases": {"waiting": "state = 'WAITING'", "sent": "state = 'SENT'", "rejected": "state = 'REJECTED'"},
    "exceptions": {"open": f"ended_at = {_NO_TIME}", "critical": f"ended_at = {_NO_TIME} AND severity = 'critical'"},
}  # fmt: skip


class Port(NamedTuple):
    """What the overview says of a port: its figures, when (ms) its newest event happened, moves by kind and hour, vessels."""

    slug: str
    figures: Mapping[str, int]
    heard_at: int
    moves: Mapping[str, Mapping[int, float]]
    vessels: Rows


def add_to(tower: Tower) -> None:
    """Register the page."""

    @page(tower, "/", ENTRY)
    async def overview(visitor: Visitor) -> None:
        opening(visitor, ENTRY, "四港一盘棋：现在", "The four ports as one: now")

        @ui.refreshable
        async def body() -> None:
            office, person = visitor.tower.office, visitor.person
            now = await visitor.ask(office.latest)
            ports = await visitor.ask(state_of_ports, office, person, now)
            newest = max(port.heard_at for port in ports)
            with ui.grid().classes("w-full gap-4 grid-cols-1 sm:grid-cols-2 xl:grid-cols-4"):
                for port in ports:
                    _card(visitor, port, hours(first_hour(now), now), newest)
                for port in ports:
                    _berths(visitor, port, now)
            _flows(visitor, await visitor.ask(between_ports, office, person))

        await body()
        live(visitor, body.refresh)


def state_of_ports(office: Office, person: Person, now: int) -> list[Port]:
    """The seaports, in the order of the reference; ``now`` in ms."""
    figures, heard = by_port(office, person), heard_by_port(office, person, now)
    span = queries.given("moves_by_hour", {}, {"since": first_hour(now), "until": now})
    moves: dict[str, dict[str, dict[int, float]]] = defaultdict(lambda: defaultdict(dict))
    for row in office.named(person, "moves_by_hour", span):
        slug, _, kind = row["series"].partition(" ")
        moves[slug][kind][row["time"]] = row["moves"]
    vessels = defaultdict(list)
    for asked in (CallFilter(at_berth=True, limit=1000), CallFilter(phase="ARRIVED_ANCHOR", limit=1000)):
        for call in office.rows(person, CALLS, asked)[0]:
            vessels[call["port"]].append(call)
    return [
        Port(slug, figures.get(slug, {}), heard.get(slug, 0), moves[slug], vessels[slug]) for slug in load_reference().seaports
    ]


def first_hour(now: int) -> int:
    """When the first of the hours begins that are in the picture (ms)."""
    return now // HOUR_MS * HOUR_MS - (HOURS - 1) * HOUR_MS


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


def heard_by_port(office: Office, person: Person, now: int) -> dict[str, int]:
    """For each port the time (ms) of its newest event of the last day before ``now``. The history itself is asked: whether an
    event was voided since does not matter to whether its port is heard."""
    seen = visible(person, "figures")
    rows = office.store.query(
        "SELECT port, max(event_time) AS at FROM events WHERE classifier = 'ACT' "
        f"AND event_time BETWEEN %(since)s AND %(until)s AND {seen.sql} GROUP BY port",
        {"since": _time(now - HOURS * HOUR_MS), "until": _time(now), **seen.params},
    )
    return {row["port"]: row["at"] for row in rows}


def _time(ms: int) -> datetime:
    return datetime.fromtimestamp(ms / 1000, UTC)


def between_ports(office: Office, person: Person) -> Rows:
    """Boxes on legs from port to port."""
    seen = visible(person, "transfer_legs")
    return office.store.query(
        f"SELECT from_port, to_port, count() AS n FROM transfer_legs_now WHERE {seen.sql} AND from_port != to_port "
        "GROUP BY from_port, to_port ORDER BY n DESC",
        seen.params,
    )


def _card(visitor: Visitor, port: Port, at: Sequence[int], newest: int) -> None:
    say, slug, n = visitor.say, port.slug, port.figures
    with ui.card().classes("gap-3 border-t-4").props("flat bordered").style(f"border-top-color: {colour(slug)}"):
        with ui.row().classes("items-center justify-between w-full no-wrap"):
            title(say.port(slug))
            _heard(visitor, port, newest)
        with ui.row().classes("w-full justify-between no-wrap"):
            for name, zh, en, path in _STOCK:
                with ui.link(target=path + slug).classes("no-underline text-black"):
                    ui.label(f"{n.get(name, 0):,}").classes("text-2xl font-semibold").props(f"data-figure={slug}-{name}")
                    ui.label(say(zh, en)).classes("text-slate-600 text-sm")
        _throughput(visitor, port, at)
        with ui.column().classes("gap-0 w-full"):
            for duty in DUTIES:
                _duty(visitor, slug, duty, n.get(duty.name, 0))


def _duty(visitor: Visitor, slug: str, duty: Duty, n: int) -> None:
    icon, colour_name = duty.mark if n else ("check", "grey-7")
    with (
        ui.link(target=duty.path + slug).classes("no-underline w-full rounded hover:bg-slate-100"),
        ui.row().classes("items-center gap-2 w-full no-wrap px-1 py-0.5"),
    ):
        ui.icon(icon, color=colour_name, size="xs").props("aria-hidden=true")
        weight = f"text-{colour_name} font-semibold" if n else "text-slate-600"
        ui.label(visitor.say(duty.zh, duty.en)).classes(f"grow {weight}")
        ui.label(f"{n:,}").classes(f"font-mono {weight}").props(f"data-figure={slug}-{duty.name}")


def is_silent(heard_at: int, newest: int) -> bool:
    """Whether the newest event of a port lags so far behind the newest of all (ms) that somebody should ask."""
    return newest - heard_at > SILENT_MS


def _heard(visitor: Visitor, port: Port, newest: int) -> None:
    """A quiet mark with the time of the newest event; a port that has fallen silent says for how long."""
    say = visitor.say
    if not is_silent(port.heard_at, newest):
        icon, look, text = "sensors", "text-green-9", clock(port.heard_at)[-5:]
        meaning = say("最新事件的时间", "time of the newest event")
    else:
        icon, look = "sensors_off", "text-deep-orange-10 font-semibold"
        since = say("自 ", "since ") + clock(port.heard_at) if port.heard_at else say("一天以上", "for over a day")
        text, meaning = say("静默", "silent ") + since, say("请查看数据质量", "see data quality")
    with ui.link(target="/quality").classes(f"no-underline {look}"), ui.row().classes("items-center gap-1 no-wrap"):
        ui.icon(icon, size="xs").props(f'role=img aria-label="{meaning}"')
        ui.label(text).classes("text-sm whitespace-nowrap").props(f"data-heard={port.slug}")
        ui.tooltip(meaning)


def _throughput(visitor: Visitor, port: Port, at: Sequence[int]) -> None:
    """Moves at gate and quay in the last 24 hours: the sums, and the hours as small bars."""
    say = visitor.say
    kinds = (("GATE_MOVE", say("闸口", "gate"), 1.0), ("QUAY_MOVE", say("码头", "quay"), 0.45))
    drawn = {kind: at_hours(port.moves.get(kind, {}), at, 0) for kind, _, _ in kinds}
    with ui.link(target="/kpi?days=1").classes("no-underline text-slate-700 w-full"):
        with ui.row().classes("items-center gap-2 text-sm no-wrap"):
            ui.label(say("24 小时", "24 h"))
            for kind, name, opacity in kinds:
                swatch = f"background: {colour(port.slug)}; opacity: {opacity}"
                ui.element("span").classes("inline-block w-3 h-3 rounded-sm").style(swatch)
                total = sum(n or 0 for n in drawn[kind])
                ui.label(f"{name} {total:,.0f}").props(f"data-moves={port.slug}-{kind}")
        chart({
            "tooltip": {"trigger": "axis", "confine": True}, "grid": {"left": 0, "right": 0, "top": 4, "bottom": 1},
            "xAxis": {**hour_axis(at), "axisLabel": {"show": False}, "axisTick": {"show": False}},
            "yAxis": {"type": "value", "show": False},
            "series": [
                {"name": name, "type": "bar", "stack": "moves", "barCategoryGap": "20%", "data": drawn[kind],
                 "itemStyle": {"color": colour(port.slug), "opacity": opacity}}
                for kind, name, opacity in kinds
            ],
        }, "w-full h-16")  # fmt: skip


def _berths(visitor: Visitor, port: Port, now: int) -> None:
    """Who lies at which berth, and who waits at the anchorage, the longest first."""
    say, slug = visitor.say, port.slug
    order = list(PHASES)
    calls = sorted(port.vessels, key=lambda c: (order.index(c["phase"]), c["berth_code"], c["ata"], c["call_id"]))
    with ui.card().classes("gap-2").props("flat bordered"):
        title(say(f"{say.port(slug)}：泊位与锚地", f"{say.port(slug)}: berths and anchorage"))
        if not calls:
            nothing(say, "现在没有船在泊或在锚地。", "No vessel is at berth or at anchor now.")
            return
        with ui.list().props("dense separator").classes("w-full"):
            for call in calls[:MOST_VESSELS]:
                _vessel(visitor, call, now)
        if len(calls) > MOST_VESSELS:
            more = say(f"全部 {len(calls)} 艘", f"all {len(calls)} vessels")
            ui.link(more, f"/vessels?port={slug}").classes("text-blue-800")


def _vessel(visitor: Visitor, call: Mapping[str, Any], now: int) -> None:
    say = visitor.say
    icon, colour_name = PHASES[call["phase"]]
    if call["phase"] == "ARRIVED_ANCHOR":
        where, name, value = "", say("已等", "waits"), f"{max(0, now - call['ata']) / HOUR_MS:,.1f} h"
    else:
        where, name, value = call["berth_code"] or call["terminal_code"], say("预离", "ETD"), clock(call["etd"])[-5:]
    place = " · ".join(filter(None, (where, say.phase(call["phase"]))))
    with ui.item().classes("px-0").props(f'data-call="{call["call_id"]}"'):
        with ui.item_section().props("avatar").classes("min-w-0 pr-2"):
            ui.icon(icon, color=colour_name, size="sm").props("aria-hidden=true")
        with ui.item_section():
            ui.link(call["vessel_name"] or call["vessel_id"], path_of(call)).classes("text-blue-800 no-underline truncate")
            ui.item_label(place).props("caption").classes("text-slate-600")
        with ui.item_section().props("side").classes("gap-0"):
            ui.label(name).classes("text-slate-600 text-xs")
            ui.label(value).classes("text-slate-800 text-sm font-mono whitespace-nowrap")


def _flows(visitor: Visitor, flows: Rows) -> None:
    say = visitor.say
    with ui.card().classes("w-full gap-2").props("flat bordered"):
        with ui.row().classes("items-baseline gap-4"):
            title(say("港间转运（箱）", "Transfers between the ports, boxes"))
            ui.link(say("全部转运", "all transfers"), "/legs").classes("text-blue-800")
        if not flows:
            nothing(say, "没有箱在港间转运。", "No box is on its way from port to port.")
            return
        ends: dict[str, dict[str, Any]] = {}
        links = []
        for flow in flows:
            source, target = (say(f"{say.port(flow['from_port'])} 发", f"from {say.port(flow['from_port'])}"),
                              say(f"{say.port(flow['to_port'])} 到", f"to {say.port(flow['to_port'])}"))  # fmt: skip
            ends[source] = _end(source, flow["from_port"], "left")
            ends[target] = _end(target, flow["to_port"], "right")
            links.append({"source": source, "target": target, "value": flow["n"]})
        chart({
            "tooltip": {"confine": True}, "series": [{
                "type": "sankey", "left": 120, "right": 120, "top": 8, "bottom": 8, "nodeGap": 14, "draggable": False,
                "data": list(ends.values()), "links": links, "lineStyle": {"color": "source", "opacity": 0.4},
                "label": {"formatter": "{b} {c}", "fontSize": 13},
                "edgeLabel": {"show": True, "formatter": "{c}", "fontSize": 13, "color": "#0f172a", "textBorderWidth": 0},
            }],
        }, "w-full h-64")  # fmt: skip


def _end(name: str, slug: str, side: str) -> dict[str, Any]:
    return {"name": name, "itemStyle": {"color": colour(slug)}, "label": {"position": side}}
