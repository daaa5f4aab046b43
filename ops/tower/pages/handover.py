"""Shift hand-over (交接班): what came up, what was done, what is still open, and what the next shift must expect."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple

from nicegui import ui

from ops.api.office import Office
from ops.api.people import Person
from ops.api.scope import visible
from ops.tower.pages.exceptions import subject_path
from ops.tower.pages.vessels import path_of
from ops.tower.pieces import CASES, PHASES, SEVERITIES, nothing
from ops.tower.shell import HOUR_MS, Entry, Tower, Visitor, clock, opening, page, title
from ops.tower.tables import Column, table
from ops.tower.words import Words

ENTRY: Final = Entry("/handover", "swap_horiz", "交接班", "Shift hand-over")
HOURS: Final = (8, 12, 24)
#: Rows of each part that are seen at first.
FIRST: Final = 8
_NO_TIME: Final = "toDateTime(0, 'UTC')"


class Part(NamedTuple):
    """A part of the hand-over: its rows and where they lead, and what it means that there are none."""

    name: str
    icon: str
    zh: str
    en: str
    rows: list[dict[str, Any]]
    columns: list[Column]
    goes_to: Callable[[dict[str, Any]], str] | None
    none_zh: str
    none_en: str


def add_to(tower: Tower) -> None:
    """Register the page."""

    @page(tower, ENTRY.path, ENTRY)
    async def handover(visitor: Visitor) -> None:
        say = visitor.say
        office, person = visitor.tower.office, visitor.person
        opening(visitor, ENTRY, "本班发生了什么、办了什么、留下什么", "What came up, what was done, what is left")
        span = {"hours": HOURS[0]}

        @ui.refreshable
        async def body() -> None:
            now = await visitor.ask(office.latest)
            since = now - span["hours"] * HOUR_MS
            ui.label(f"{clock(since)} → {clock(now)}").classes("text-lg")
            until = now + span["hours"] * HOUR_MS
            parts = [
                Part("open", "warning", "仍未结的异常（本班发生）", "Raised in this shift, still open",
                     await visitor.ask(exceptions, office, person, since, now, True), _exceptions(say)[:-1], _subject,
                     "本班发生的异常都已结。", "All that was raised in this shift has ended."),
                Part("waiting", "schedule_send", "运抵待回执", "Arrival reports without an answer",
                     await visitor.ask(unanswered, office, person), _unanswered(say), _box,
                     "每份运抵报告都有回执。", "Each arrival report has its answer."),
                Part("next", "directions_boat", "下一班预计靠泊与离泊", "Expected in the next shift",
                     await visitor.ask(expected, office, person, now, until), _expected(say), path_of,
                     "下一班没有船到离。", "No vessel is to come or to leave in the next shift."),
                Part("done", "task_alt", "本班处置", "What officers did",
                     await visitor.ask(actions, office, person, since, now), _actions(say), None,
                     "本班没有人工处置。", "Nobody had to act in this shift."),
                Part("ended", "check_circle", "本班已结的异常", "Ended in this shift",
                     await visitor.ask(exceptions, office, person, since, now, False), _exceptions(say), _subject,
                     "本班没有异常结束。", "No exception ended in this shift."),
            ]  # fmt: skip
            _summary(visitor, parts)
            for part in parts:
                ui.link_target(part.name)
                title(say(part.zh, part.en))
                if part.rows:
                    name = f"handover-{part.name}"
                    table(visitor, part.columns, part.rows, "row_key", name, part.goes_to, page_rows=FIRST)
                else:
                    nothing(say, part.none_zh, part.none_en, good=True)

        def choose(hours: int) -> None:
            span["hours"] = hours
            body.refresh()

        select = ui.select({h: say(f"{h} 小时", f"{h} h") for h in HOURS}, label=say("班次", "shift"), value=HOURS[0])
        select.on_value_change(lambda event: choose(event.value))
        select.props("dense outlined").classes("min-w-40")
        await body()


def _summary(visitor: Visitor, parts: Sequence[Part]) -> None:
    """How much there is of each part, as links to it."""
    with ui.row().classes("gap-3"):
        for part in parts:
            with (
                ui.link(target=f"#{part.name}").classes("no-underline text-slate-800"),
                ui.row().classes("items-center gap-2 border rounded px-3 py-2"),
            ):
                ui.icon(part.icon, size="sm", color="blue-9").props("aria-hidden=true")
                ui.label(f"{len(part.rows):,}").classes("text-xl font-semibold").props(f"data-part={part.name}")
                ui.label(visitor.say(part.zh, part.en))


def exceptions(office: Office, person: Person, since: int, until: int, still_open: bool) -> list[dict[str, Any]]:
    """Exceptions that were raised in a span (ms) and are open, or that ended in it."""
    seen = visible(person, "exceptions")
    which = f"ended_at = {_NO_TIME} AND raised_at" if still_open else f"ended_at > {_NO_TIME} AND ended_at"
    return office.store.query(
        "SELECT exception_id AS row_key, code, severity, subject, port, owner, raised_at, ended_at, detail FROM exceptions_now "
        f"WHERE {which} BETWEEN %(since)s AND %(until)s AND {seen.sql} "
        "ORDER BY indexOf(%(severities)s, severity), raised_at, row_key LIMIT 1000",
        {"since": _time(since), "until": _time(until), "severities": list(SEVERITIES), **seen.params},
    )


def actions(office: Office, person: Person, since: int, until: int) -> list[dict[str, Any]]:
    """What officers did in a span (ms); of one port or applicant: about what they may see."""
    seen = visible(person, "exceptions")
    mine = "1" if seen.sql == "1" else f"target_id IN (SELECT exception_id FROM exceptions_now WHERE {seen.sql})"
    return office.store.query(
        "SELECT action_id AS row_key, acted_at, operator, action, book_key, assignee, reason FROM operator_actions_now "
        f"WHERE acted_at BETWEEN %(since)s AND %(until)s AND {mine} ORDER BY acted_at, row_key LIMIT 1000",
        {"since": _time(since), "until": _time(until), **seen.params},
    )


def unanswered(office: Office, person: Person) -> list[dict[str, Any]]:
    """Arrival reports that were sent and not answered, or rejected."""
    seen = visible(person, "arrival_cases")
    return office.store.query(
        "SELECT concat(container_no, ' ', case_id) AS row_key, container_no, state, port, terminal_code, sent_at, reason FROM "
        f"arrival_cases_now WHERE state IN ('SENT', 'REJECTED') AND {seen.sql} ORDER BY sent_at, row_key LIMIT 1000",
        seen.params,
    )


def expected(office: Office, person: Person, since: int, until: int) -> list[dict[str, Any]]:
    """Calls that are to arrive or to leave in a span (ms)."""
    seen = visible(person, "port_calls")
    return office.store.query(
        "SELECT call_id AS row_key, call_id, vessel_name, vessel_id, port, phase, eta, etd, cutoff_at FROM port_calls_now "
        "WHERE "
        f"atd = {_NO_TIME} AND (eta BETWEEN %(since)s AND %(until)s OR etd BETWEEN %(since)s AND %(until)s) AND {seen.sql} "
        "ORDER BY eta, row_key LIMIT 1000",
        {"since": _time(since), "until": _time(until), **seen.params},
    )


def _time(ms: int) -> datetime:
    return datetime.fromtimestamp(ms / 1000, UTC)


def _subject(row: dict[str, Any]) -> str:
    return subject_path(row["subject"])


def _box(row: dict[str, Any]) -> str:
    return f"/box/{row['container_no']}"


def _exceptions(say: Words) -> list[Column]:
    return [
        Column("subject", say("箱/船", "subject")),
        Column("severity", say("级别", "severity"), say.severity, mark=SEVERITIES.get),
        Column("code", say("异常", "exception"), say.exception, is_long=True),
        Column("port", say("港口", "port"), say.port), Column("owner", say("责任方", "who acts"), say.owner),
        Column("raised_at", say("发生", "raised"), is_time=True),
        Column("detail", say("详情", "detail"), say.detail, is_long=True),
        Column("ended_at", say("结束", "ended"), is_time=True),
    ]  # fmt: skip


def _actions(say: Words) -> list[Column]:
    return [
        Column("acted_at", say("时间", "time"), is_time=True), Column("operator", say("操作人", "officer")),
        Column("action", say("处置", "action"), say.action), Column("book_key", say("对象", "subject")),
        Column("assignee", say("指派", "assigned to")), Column("reason", say("原因", "reason"), is_long=True),
    ]  # fmt: skip


def _unanswered(say: Words) -> list[Column]:
    return [
        Column("container_no", say("箱号", "box")), Column("state", say("状态", "state"), say.case, mark=CASES.get),
        Column("port", say("港口", "port"), say.port), Column("terminal_code", say("码头", "terminal")),
        Column("sent_at", say("发送", "sent"), is_time=True), Column("reason", say("原因", "reason"), is_long=True),
    ]  # fmt: skip


def _expected(say: Words) -> list[Column]:
    return [
        Column("vessel_name", say("船名", "vessel")), Column("port", say("港口", "port"), say.port),
        Column("phase", say("状态", "phase"), say.phase, mark=PHASES.get), Column("eta", say("预到", "ETA"), is_time=True),
        Column("etd", say("预离", "ETD"), is_time=True), Column("cutoff_at", say("截关", "cut-off"), is_time=True),
    ]  # fmt: skip
