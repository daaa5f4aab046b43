"""Tonight's list (今晚清单): for one vessel, every box that is not ready, by blocker and owner, and the hours left."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, Final
from urllib.parse import quote

from nicegui import ui

from ops.api.filters import CallFilter
from ops.api.lists import CALLS
from ops.tower.pages.vessels import blocker_columns, blocker_rows, box_of, call_name, is_work, lacks, path_of
from ops.tower.pieces import counts, nothing
from ops.tower.shell import HOUR_MS, Entry, Tower, Visitor, clock, live, opening, page
from ops.tower.tables import table
from ops.tower.words import Words

ENTRY: Final = Entry("/tonight", "nightlight", "今晚清单", "Tonight's list")
MOST: Final = 300
Row = Mapping[str, Any]
#: Hours to the cut-off below which it is shown in orange.
URGENT_H: Final = 6
#: Vessels whose cut-off is next, as links.
NEXT: Final = 8


def add_to(tower: Tower) -> None:
    """Register the page."""

    @page(tower, ENTRY.path, ENTRY)
    async def tonight(visitor: Visitor, call: str = "") -> None:
        say = visitor.say
        office = visitor.tower.office
        opening(visitor, ENTRY, "每船未就绪的箱：缺什么、谁来办、离截关几小时", "Boxes not ready, who must act, hours left")
        rows, _ = await visitor.ask(office.rows, visitor.person, CALLS, CallFilter(limit=MOST))
        now = await visitor.ask(office.latest)
        calls = {row["call_id"]: row for row in by_cutoff(rows, now)}
        if not calls:
            nothing(say, "没有已知截关时间的船：等待船期或舱单。", "No vessel has a known cut-off: schedules are to come.")
            return
        chosen: dict[str, Any] = {"call": call if call in calls else next(iter(calls)), "owner": None}

        @ui.refreshable
        async def body() -> None:
            at = calls[chosen["call"]]
            found = await visitor.ask(office.readiness, visitor.person, at["vessel_id"], at["call_id"])
            blockers, work = lacking(found["call"], found["blockers"])
            mine = [row for row in blockers if chosen["owner"] in (None, row["owner"])]
            owners = Counter(row["owner"] for row in blockers)
            with ui.row().classes("items-center gap-3"):
                _left(say, at["cutoff_at"], now)
                boxes = len({row["container_no"] for row in blockers})
                ui.label(say(f"{boxes} 箱未就绪", f"{boxes} boxes are not ready")).classes("text-lg font-semibold")
                copy = ui.button(say("复制给货代", "copy for the forwarder"), icon="content_copy")
                copy.props("outline dense no-caps").on_click(lambda: _copy(say, as_text(say, at, mine)))
                leads = say("靠泊与离港条件", "call and readiness")
                ui.link(leads, path_of(at)).classes("text-blue-800")
            counts(say("责任方", "who acts"), dict(owners.most_common()), say.owner, {}, chosen["owner"], only)
            if work:
                ui.label(_work(say, work)).classes("text-slate-600")
            if mine:
                table(visitor, blocker_columns(say), blocker_rows(say, mine), "_n", "tonight", box_of)
            else:
                nothing(say, "全部就绪，无需处理。", "All boxes are ready: nothing to do.", good=True)

        def only(owner: str | None) -> None:
            chosen["owner"] = owner
            body.refresh()

        def choose(value: str) -> None:
            chosen.update(call=value, owner=None)
            body.refresh()

        _next(visitor, calls, now)
        options = {key: f"{row['vessel_name']} {call_name(say, row)}" for key, row in calls.items()}
        select = ui.select(options, label=say("船舶", "vessel"), value=chosen["call"], with_input=True)
        select.on_value_change(lambda event: choose(event.value))
        select.props("dense outlined").classes("min-w-96")
        await body()
        live(visitor, body.refresh)


def _next(visitor: Visitor, calls: Mapping[str, Mapping[str, Any]], now: int) -> None:
    """The vessels whose cut-off is next, and the hours that each has."""
    say = visitor.say
    with ui.row().classes("items-center gap-2"):
        ui.label(say("接下来截关", "next cut-offs")).classes("text-slate-600 text-sm")
        for key, row in list(calls.items())[:NEXT]:
            hours = (row["cutoff_at"] - now) / HOUR_MS
            if hours <= 0:
                break
            with ui.link(target=f"/tonight?call={quote(key, safe='')}").classes("no-underline"):
                colour = "deep-orange-10" if hours < URGENT_H else "blue-9"
                text = f"{row['vessel_name']} {say.port(row['port'])} {hours:,.1f} h"
                ui.badge(text, color=colour).props("outline").classes("p-2")


def _left(say: Words, cutoff: int, now: int) -> None:
    hours = (cutoff - now) / HOUR_MS
    left = say(f"距截关 {hours:,.1f} 小时", f"{hours:,.1f} h left") if hours > 0 else say("已截关", "has passed")
    colour = "deep-orange-10" if 0 < hours < URGENT_H else "blue-9"
    ui.badge(f"{say('截关', 'cut-off')} {clock(cutoff)} · {left}", color=colour).classes("text-base p-2")


def lacking(call: Mapping[str, Any], blockers: Sequence[Row]) -> tuple[list[Row], list[Row]]:
    """What boxes lack, and what is only work to be done: until a vessel is worked to the end, a box that is still to be loaded
    or discharged lacks nothing by that."""
    if call["ops_end"]:
        return list(blockers), []
    return [row for row in blockers if not is_work(row)], [row for row in blockers if is_work(row)]


def _work(say: Words, work: Sequence[Row]) -> str:
    load, discharge = (sum(1 for row in work if row["code"] == code) for code in ("NOT_LOADED", "NOT_DISCHARGED"))
    return say(
        f"此外清单上待装 {load} 箱、待卸 {discharge} 箱：船舶作业时完成。",
        f"Besides, {load} boxes are to be loaded and {discharge} to be discharged, as the vessel is worked.",
    )


def by_cutoff(calls: Sequence[Mapping[str, Any]], now: int) -> list[Mapping[str, Any]]:
    """Calls with a cut-off: those still ahead by time, then the others, the latest first."""
    known = [call for call in calls if call["cutoff_at"]]
    ahead = sorted((c for c in known if c["cutoff_at"] >= now), key=lambda c: (c["cutoff_at"], c["call_id"]))
    passed = sorted((c for c in known if c["cutoff_at"] < now), key=lambda c: (-c["cutoff_at"], c["call_id"]))
    return [*ahead, *passed]


def as_text(say: Words, call: Mapping[str, Any], blockers: Sequence[Mapping[str, Any]]) -> str:
    """The list as a message: vessel and cut-off, then each box with what it lacks and who must act."""
    lacking: dict[str, list[str]] = defaultdict(list)
    for row in blockers:
        lacking[row["container_no"]].append(f"{lacks(say, row)} ({say.owner(row['owner'])})")
    head = f"{call['vessel_name']} {call['voyage_out']} {say('截关', 'cut-off')} {clock(call['cutoff_at'])}"
    return "\n".join([head, *(f"{box}: {'; '.join(dict.fromkeys(what))}" for box, what in sorted(lacking.items()))])


def _copy(say: Words, text: str) -> None:
    ui.clipboard.write(text)
    ui.notify(say("已复制", "copied"), type="positive")
