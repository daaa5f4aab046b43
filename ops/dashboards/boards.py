"""The dashboards: platform health, port operations, arrival confirmation, same vessel and transfers, figures."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

from ops import queries
from ops.dashboards.grafana import Board, Named, Panel, Prom, Shape

FOLDER: Final = Path(__file__).parents[2] / "deploy" / "grafana" / "dashboards"
_GOOD_TO_BAD: Final = "green", "orange", "red"
#: What sets two trades, two ports or a seal at odds.
_SAME_VESSEL_CODES: Final = (
    "'TRADE_FLAG_CONFLICT,DOMESTIC_IN_FOREIGN_BL,SUPERVISED_UNSEALED,NO_WATERWAY_BILL,VESSEL_NOT_PERMITTED,"
    "SEAL_CHANGED_IN_TRANSIT,LEG_OVERDUE,LEG_LOST,LEG_WRONG_PORT,LEG_UNPLANNED_STOP,LEG_NOT_APPROVED,LEG_SHORT,"
    "LEG_OVER,MISSED_CONNECTION_RISK,CUTOFF_RISK'"
)


def _steps(orange: float, red: float) -> tuple[tuple[float | None, str], ...]:
    return tuple(zip((None, orange, red), _GOOD_TO_BAD, strict=True))


def _stat(
    title: str, text: str, expression: str, unit: str = "short", steps: tuple[tuple[float | None, str], ...] = ((None,
    "blue"),),
    quiet: bool = False,
) -> Panel:  # fmt: skip
    return Panel(title, text, Shape.STAT, [Prom(expression)], unit, width=4, height=4, steps=steps, quiet=quiet)


def _lines(title: str, text: str, *targets: Prom, unit: str = "short", quiet: bool = False, width: int = 12) -> Panel:
    return Panel(title, text, Shape.LINES, targets, unit, width=width, quiet=quiet)


def _table(title: str, text: str, query: Named, width: int = 24, height: int = 10) -> Panel:
    return Panel(title, text, Shape.TABLE, [query], width=width, height=height, quiet=True)


def _hours(title: str, text: str, name: str, unit: str) -> Panel:
    return Panel(title, text, Shape.LINES, [Named(name, over_time=True)], unit, quiet=True)


HEALTH: Final = Board("yigangtong-health", "一港通 平台健康 Platform health", (
    _stat("吞吐 Events per second", "Records of all source topics taken in.", "yigangtong:records:rate1m", "ops"),
    _stat("滞后 Lag", "Age of the oldest record that was read and is not yet visible, the worst worker.",
          "max(yigangtong_lag_seconds)", "s", _steps(5, 30)),
    _stat("读取滞后 Read behind", "The topic partition that is read the latest.", "max(yigangtong_topic_lag_seconds)", "s",
          _steps(10, 60)),
    _stat("可查询 p99 Event to queryable", "Promised: 2 s.", "yigangtong:event_queryable_seconds:p99_5m", "s", _steps(1.5, 2)),
    _stat("逻辑时间 Time behind", "How far the logical time of the slowest partition is behind the clock: deadlines wait.",
          "max(partition:yigangtong_time_behind_seconds:min)", "s", _steps(60, 300), quiet=True),
    _stat("工作进程 Workers up", "Workers that answer.", 'sum(up{job="yigangtong-worker"})'),
    _lines("金丝雀 Canary: the whole way", "From sending an event to seeing it in ClickHouse, 95 % of each port's; "
           "also while no port sends.",
           Prom("histogram_quantile(0.95, sum by (port, le) (rate(yigangtong_canary_seconds_bucket[5m]))) "
                "and sum by (port) (rate(yigangtong_canary_seconds_count[5m])) > 0", "{{port}}"), unit="s", quiet=True),
    _lines("金丝雀未到 Canaries lost", "Over 15 minutes.",
           Prom("sum by (port) (increase(yigangtong_canary_lost_total[15m]))", "{{port}}"), quiet=True),
    _lines("各来源报文 Events by source", "What became of the events of each port and kind, per second.",
           Prom("port_kind_result:yigangtong_source_events:rate5m", "{{port}} {{kind}} {{result}}"), unit="ops"),
    _lines("拒收率 Share refused by source", "Over 15 minutes; more than 5 % raises SourceMostlyRefused.",
           Prom("port_kind:yigangtong_source_events_refused:ratio15m", "{{port}} {{kind}}"), unit="percentunit", quiet=True),
    _lines("延迟 Event to queryable", "From append at the broker to visible in ClickHouse.",
           Prom("yigangtong:event_queryable_seconds:p50_5m", "p50"), Prom("yigangtong:event_queryable_seconds:p95_5m", "p95"),
           Prom("yigangtong:event_queryable_seconds:p99_5m", "p99"), unit="s"),
    _lines("阶段耗时 Time by stage", "Seconds per second: the stage that grows is the one to help. poll is mostly waiting.",
           Prom("stage:yigangtong_stage_seconds:rate1m", "{{stage}}"), unit="s"),
    _lines("积压 Records not yet read", "Between what was read and the end of the log.",
           Prom("sum by (topic) (yigangtong_topic_lag_records)", "{{topic}}")),
    _lines("积压时长 Read behind by topic", "Seconds.", Prom("max by (topic) (yigangtong_topic_lag_seconds)", "{{topic}}"),
           unit="s"),
    _lines("来源水位 Sources that hold time back", "How old is what each source topic is known up to; the highest line holds "
           "logical time back.", Prom("max by (topic) (time() - (yigangtong_source_watermark_seconds > 0))", "{{topic}}"),
           unit="s", quiet=True),
    _lines("逻辑时间 Logical time behind the clock", "By partition.",
           Prom("partition:yigangtong_time_behind_seconds:min", "{{partition}}"), unit="s", quiet=True),
    _lines("状态 Books held", "By where they are; memory grows with the open ones.",
           Prom("sum by (state) (yigangtong_books)", "{{state}}")),
    _lines("内存 Memory and what waits", "Resident memory of each worker, and what is not in ClickHouse yet.",
           Prom('process_resident_memory_bytes{job="yigangtong-worker"}', "{{instance}} resident"),
           Prom("yigangtong_held_bytes", "{{instance}} not stored"), unit="bytes"),
    _lines("批量 Sizes of batches and inserts", "Mean records taken in at once, mean rows of an insert.",
           Prom("sum(rate(yigangtong_batch_records_sum[5m])) / (sum(rate(yigangtong_batch_records_count[5m])) > 0)", "batch"),
           Prom("sum(rate(yigangtong_insert_rows_sum[5m])) / (sum(rate(yigangtong_insert_rows_count[5m])) > 0)", "insert")),
    _lines("写库与发送 Store and send errors", "Per minute. Each is tried again.",
           Prom("sum by (error) (rate(yigangtong_store_errors_total[5m])) * 60", "store {{error}}"),
           Prom("sum by (topic) (rate(yigangtong_send_errors_total[5m])) * 60", "send {{topic}}"), quiet=True),
    _lines("提交 Commits", "Per minute by outcome.", Prom("sum by (outcome) (rate(yigangtong_commits_total[5m])) * 60",
           "{{outcome}}")),
    _lines("死信 Dead letters", "Refused records by kind and reason, over 15 minutes.",
           Prom("sum by (kind, reason) (increase(yigangtong_dead_letters_total[15m]))", "{{kind}} {{reason}}"), quiet=True),
    _lines("异常来源 Flagged events", "Late, out of order, told twice, from the future, clock off: per minute and sender.",
           Prom("sum by (party, flag) (rate(yigangtong_flagged_events_total[5m])) * 60", "{{party}} {{flag}}"), quiet=True),
    _lines("网关 Gateway: events received", "Per second by result, and requests of which nothing was taken.",
           Prom("sum by (result) (rate(yigangtong_gateway_events_total[5m]))", "{{result}}"),
           Prom("sum by (reason) (rate(yigangtong_gateway_failed_requests_total[5m]))", "request: {{reason}}"), quiet=True),
    _lines("接口 API: time to an answer", "95 % of the answers of each route.",
           Prom("histogram_quantile(0.95, sum by (route, le) (rate(yigangtong_api_request_seconds_bucket[5m]))) "
                "and sum by (route) (rate(yigangtong_api_request_seconds_count[5m])) > 0", "{{route}}"), unit="s", quiet=True),
    _lines("控制塔 Age of the tower's data", "Since Kafka last answered it; above 10 s gates are told REFER.",
           Prom("max by (instance) (yigangtong_api_feed_age_seconds)", "{{instance}}"), unit="s", quiet=True),
))  # fmt: skip

PORTS: Final = Board("yigangtong-ports", "一港通 港口作业 Port operations", (
    _table("各港现状 The ports now", "Boxes on site, blocked and held; vessels at anchor and at berth.",
           Named("port_state"), 24, 6),
    _hours("每小时作业 Moves by hour", "Gate and quay moves by port.", "moves_by_hour", "short"),
    _hours("在港时长 Dwell of boxes that left", "Median, by port and direction (E export, I import, T transhipment).",
           "dwell_by_hour", "h"),
    _table("在港船舶 Vessels in port", "Longest at anchor first.", Named("vessels_in_port")),
    _table("船舶用时 Times of calls", "Mean hours of the calls that ended in the time shown.", Named("call_times"), 24, 6),
    _lines("未结异常 Open exceptions by code", "All ports.", Prom("code:yigangtong_open_exceptions:sum", "{{code}}"),
           quiet=True,
           width=24),
    _table("未结异常明细 Open exceptions", "Gravest first; who must act.", Named("exceptions_open", {"code": "''"})),
), span="now-24h", by_port=True)  # fmt: skip

ARRIVALS: Final = Board("yigangtong-arrivals", "一港通 运抵确认 Arrival confirmation", (
    _stat("已确认 Confirmed", "Cases that customs has accepted, of those that workers hold.",
          'sum(state:yigangtong_arrival_cases:sum{state="ACKED"})', quiet=True),
    _stat("待回执 Unanswered", "Sent, no answer yet.",
          'sum(state:yigangtong_arrival_cases:sum{state=~"CHECKED|SENT|TRIGGERED"})', quiet=True),
    _stat("被拒 Rejected", "To be corrected and sent again.", 'sum(state:yigangtong_arrival_cases:sum{state="REJECTED"})',
          steps=_steps(1, 10), quiet=True),
    _stat("缺回执 No receipt in time", "Exceptions ARR_MISSING.",
          'sum(code:yigangtong_open_exceptions:sum{code="ARR_MISSING"})',
          steps=_steps(1, 5), quiet=True),
    _stat("重箱无舱单 No manifest", "Full boxes that no manifest names: exceptions ARR_NO_MANIFEST.",
          'sum(code:yigangtong_open_exceptions:sum{code="ARR_NO_MANIFEST"})', steps=_steps(1, 20), quiet=True),
    _lines("运抵状态 Cases by state", "Of all ports.", Prom("state:yigangtong_arrival_cases:sum", "{{state}}"), quiet=True),
    _lines("发出报告 Reports sent", "Per minute, by function (new, deletion).",
           Prom("sum by (function) (rate(yigangtong_arrival_reports_total[5m])) * 60", "{{function}}"), quiet=True),
    _hours("运抵用时 From arrival to answer", "Within which 95 % of the cases of an hour were answered.", "arrivals_by_hour",
           "s"),
    _table("各港 By port", "Cases that stand now.", Named("arrivals_by_state"), 12, 8),
    _table("未确认明细 Not accepted yet", "Rejected ones first, then the oldest; what is missing.",
           Named("arrivals_open"), 24, 12),
), span="now-24h", by_port=True)  # fmt: skip

VESSELS: Final = Board("yigangtong-vessels", "一港通 同船与转运 Same vessel and transfers", (
    _table("同船内外贸 Who shares a vessel",
           "Boxes of domestic and foreign trade of each call that has not sailed; mixed first.",
           Named("mixed_vessels")),
    _table("港间转运 Between the ports", "Boxes by way and state of the leg.", Named("legs_by_state"), 24, 8),
    _table("衔接余量 Slack of onward connections", "Hours to the onward cut-off, least first; below 0 is too late.",
           Named("leg_slack", {"from_port": "''", "to_port": "''", "vessel": "''", "voyage": "''"})),
    _lines("相关异常 Open exceptions of legs and trades", "All ports.",
           Prom('code:yigangtong_open_exceptions:sum{code=~"LEG_.+|TRADE_.+|SUPERVISED_.+|NO_WATERWAY_BILL|DOMESTIC_.+|SEAL_.+|'
                'VESSEL_NOT_PERMITTED|MISSED_CONNECTION_RISK|CUTOFF_RISK"}', "{{code}}"), quiet=True, width=24),
    _table("异常明细 What must be settled before sailing", "Gravest first; who must act.",
           Named("exceptions_open", {"code": _SAME_VESSEL_CODES})),
), span="now-24h", by_port=True)  # fmt: skip


def _figure(name: str) -> Panel:
    head, given = queries.head(name), {"from_port": "'${port}'", "to_port": "''"}
    return _table(f"{head.zh} {head.en}", f"{head.en}.", Named(name, given), 24, 8)


FIGURES: Final = Board(
    "yigangtong-figures", "一港通 指标 Figures", tuple(map(_figure, queries.FIGURES)), span="now-7d", by_port=True
)

BOARDS: Final = (HEALTH, PORTS, ARRIVALS, VESSELS, FIGURES)


def files() -> dict[Path, Callable[[], str]]:
    """Path to what stands there, as `ops.documents.made` wants it."""
    return {FOLDER / f"{board.uid.removeprefix('yigangtong-')}.json": board.json for board in BOARDS}
