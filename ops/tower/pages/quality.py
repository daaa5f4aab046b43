"""Data quality: when each source was last heard, how late its events come, and what was refused and why."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from nicegui import ui

from ops.tower.pieces import SEVERITIES, Mark, nothing
from ops.tower.shell import HOUR_MS, Entry, Tower, Visitor, live, opening, page, title
from ops.tower.tables import Column, table
from ops.tower.words import Words

ENTRY: Final = Entry("/quality", "sensors", "数据质量", "Data quality")

#: A source that was last heard so long before the newest is called silent, ms.
SILENT_MS: Final = HOUR_MS
#: Refused records that are seen at first.
FIRST: Final = 8
_HEARD: Final = Mark("sensors", "green-9")
_SILENT: Final = Mark("sensors_off", "deep-orange-10")


def add_to(tower: Tower) -> None:
    """Register the page."""

    @page(tower, ENTRY.path, ENTRY)
    async def quality(visitor: Visitor) -> None:
        say = visitor.say
        opening(visitor, ENTRY, "数据源是否在线、及时、可读", "Whether sources are heard, in time, and readable")

        @ui.refreshable
        async def body() -> None:
            office = visitor.tower.office
            heard, late, refused = [
                await visitor.ask(office.named, visitor.person, name) for name in ("sources", "latencies", "refused")
            ]
            newest = max((row["heard_at"] for row in heard), default=0)
            silent = [row for row in heard if is_silent(row, newest)]
            _summary(say, len(heard), len(silent), sum(row["refused"] for row in heard))
            title(say("被拒收的记录", "Records that were refused"))
            if refused:
                table(visitor, _refused(say), refused, "place", "dead-letters", page_rows=FIRST)
            else:
                nothing(say, "没有被拒收的记录：每条记录都可读。", "Nothing was refused: each record could be read.", good=True)
            title(say("数据源", "Sources"))
            worst = sorted(heard, key=lambda row: (not row["refused"], not is_silent(row, newest), row["topic"]))
            table(visitor, _sources(say, newest), worst, "topic", "sources")
            title(say("事件时延（从发生到收到）", "Latency of events, from happening to being received"))
            table(visitor, _latencies(say), sorted(late, key=lambda row: -(row["p95"] or 0)), "source", "latency")

        await body()
        live(visitor, body.refresh)


def is_silent(row: Mapping[str, Any], newest: int) -> bool:
    """Whether a source was last heard so long before the newest of all (ms) that somebody should ask."""
    return bool(newest - row["heard_at"] > SILENT_MS)


def _summary(say: Words, heard: int, silent: int, refused: int) -> None:
    with ui.row().classes("gap-3"):
        for n, zh, en, mark in (
            (heard, "个主题有数据", "topics are heard", _HEARD),
            (silent, "个静默超过 1 小时", "silent for over an hour", _SILENT),
            (refused, "条被拒收", "records refused", SEVERITIES["critical"]),
        ):  # fmt: skip
            icon, colour = mark if n else Mark("check", "green-9")
            with ui.row().classes("items-center gap-2 border rounded px-3 py-2"):
                ui.icon(icon, color=colour, size="sm").props("aria-hidden=true")
                ui.label(f"{n:,}").classes("text-xl font-semibold")
                ui.label(say(zh, en))


def _sources(say: Words, newest: int) -> list[Column]:
    def heard(at: int) -> Mark:
        return _SILENT if is_silent({"heard_at": at}, newest) else _HEARD

    def number(n: float) -> str:
        return f"{n:,}"

    return [
        Column("topic", say("主题", "topic")), Column("heard_at", say("最近收到", "last heard"), is_time=True, mark=heard),
        Column("records", say("记录", "records"), number, is_number=True),
        Column("refused", say("拒收", "refused"), number, is_number=True),
        Column("duplicates", say("重复", "duplicates"), number, is_number=True),
        Column("duplicate_percent", say("重复率 %", "duplicates, %"), number, is_number=True),
        Column("late", say("迟到", "late"), number, is_number=True),
        Column("late_percent", say("迟到率 %", "late, %"), number, is_number=True),
    ]  # fmt: skip


def _latencies(say: Words) -> list[Column]:
    return [
        Column("source", say("来源", "source")), Column("events", say("事件", "events"), lambda n: f"{n:,}", is_number=True),
        Column("p50", say("中位时延", "median"), _span, is_number=True),
        Column("p95", say("95% 时延", "95 %"), _span, is_number=True),
        Column("p99", say("99% 时延", "99 %"), _span, is_number=True),
        Column("heard_at", say("最近收到", "last heard"), is_time=True),
    ]  # fmt: skip


def _refused(say: Words) -> list[Column]:
    return [
        Column("topic", say("主题", "topic")), Column("seen_at", say("时间", "time"), is_time=True),
        Column("reason", say("原因", "reason"), is_long=True),
        Column("field", say("字段", "field")), Column("detail", say("说明", "detail"), is_long=True),
    ]  # fmt: skip


def _span(ms: float | None) -> str:
    seconds = (ms or 0) / 1000
    if abs(seconds) < 120:
        return f"{seconds:,.1f} s"
    return f"{seconds / 60:,.0f} min" if abs(seconds) < 7200 else f"{seconds / 3600:,.0f} h"
