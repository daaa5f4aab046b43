"""Data quality: when each source was last heard, how late its events come, and what was refused and why."""

from __future__ import annotations

from typing import Final

from nicegui import ui

from ops.tower.shell import Entry, Tower, Visitor, live, opening, page, title
from ops.tower.tables import Column, table
from ops.tower.words import Words

ENTRY: Final = Entry("/quality", "sensors", "数据质量", "Data quality")


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
            title(say("数据源", "Sources"))
            table(visitor, _sources(say), heard, "topic", "sources")
            title(say("事件时延（从发生到收到）", "Latency of events, from happening to being received"))
            table(visitor, _latencies(say), late, "source", "latency")
            title(say("被拒收的记录", "Records that were refused"))
            if refused:
                table(visitor, _refused(say), refused, "place", "dead-letters")
            else:
                ui.label(say("没有被拒收的记录。", "Nothing was refused."))

        await body()
        live(visitor, body.refresh)


def _sources(say: Words) -> list[Column]:
    return [
        Column("topic", say("主题", "topic")), Column("heard_at", say("最近收到", "last heard"), is_time=True),
        Column("records", say("记录", "records")), Column("duplicates", say("重复", "duplicates")),
        Column("duplicate_percent", say("重复率 %", "duplicates, %")), Column("late", say("迟到", "late")),
        Column("late_percent", say("迟到率 %", "late, %")), Column("refused", say("拒收", "refused")),
    ]  # fmt: skip


def _latencies(say: Words) -> list[Column]:
    return [
        Column("source", say("来源", "source")), Column("events", say("事件", "events")),
        Column("p50", say("中位时延", "median"), _span), Column("p95", say("95% 时延", "95 %"), _span),
        Column("p99", say("99% 时延", "99 %"), _span),
        Column("heard_at", say("最近收到", "last heard"), is_time=True),
    ]  # fmt: skip


def _refused(say: Words) -> list[Column]:
    return [
        Column("topic", say("主题", "topic")), Column("seen_at", say("时间", "time"), is_time=True),
        Column("reason", say("原因", "reason")), Column("field", say("字段", "field")), Column("detail", say("说明", "detail")),
    ]  # fmt: skip


def _span(ms: float | None) -> str:
    seconds = (ms or 0) / 1000
    return f"{seconds:,.1f} s" if abs(seconds) < 120 else f"{seconds / 60:,.0f} min"
