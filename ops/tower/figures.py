"""The figures of model 5 as tables: each is a named query, shown with the words of its columns and their units."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any, Final

from ops import queries
from ops.queries import heads
from ops.tower.shell import BLANK
from ops.tower.tables import Column
from ops.tower.words import Words

#: Columns in Chinese and English.
LABELS: Final = {
    "port": ("港口", "port"), "terminal_code": ("码头", "terminal"), "trade": ("贸易", "trade"),
    "direction": ("方向", "direction"),
    "ef": ("空重", "empty/full"), "berth_code": ("泊位", "berth"), "event_type": ("作业", "kind"), "mode": ("方式", "mode"),
    "message_type": ("报文", "message"), "from_port": ("起运港", "from"), "from_terminal": ("起运码头", "from terminal"),
    "to_port": ("到达港", "to"), "to_terminal": ("到达码头", "to terminal"),
    "calls": ("航次", "calls"), "anchorage_wait_hours": ("待泊", "anchorage wait"), "berth_stay_hours": ("在泊", "berth stay"),
    "turnaround_hours": ("在港全程", "turnaround"), "arrival_delay_hours": ("到港偏差", "arrival delay"),
    "departure_delay_hours": ("离港偏差", "departure delay"), "taken_hours": ("占用", "taken"),
    "taken_percent": ("占用率", "taken"), "loaded": ("装船", "loaded"), "discharged": ("卸船", "discharged"),
    "net_per_hour": ("净船时效率", "net rate"), "gross_per_hour": ("毛船时效率", "gross rate"), "moves": ("作业次数", "moves"),
    "boxes": ("箱数", "boxes"), "per_hour": ("每小时", "per hour"), "busiest_hour": ("高峰小时", "busiest hour"),
    "dwell_p50_hours": ("中位停留", "median stay"), "dwell_p90_hours": ("90% 停留", "90 % stay"),
    "released": ("已放行", "released"), "early_percent": ("提前放行", "released before"),
    "lead_p50_hours": ("中位用时", "median lead"), "lead_p90_hours": ("90% 用时", "90 % lead"),
    "cases": ("个案", "cases"), "answered": ("已答复", "answered"), "acked": ("已接受", "accepted"),
    "rejected": ("被拒", "rejected"),
    "auto_percent": ("自动运抵率", "automatic"), "lag_p50_s": ("中位用时", "median lag"), "lag_p95_s": ("95% 用时", "95 % lag"),
    "inspected": ("查验箱", "inspected"), "inspected_percent": ("查验率", "inspected"),
    "hit_to_release_p50_hours": ("查验至放行中位", "median to release"),
    "hit_to_release_p90_hours": ("查验至放行 90%", "90 % to release"),
    "written_off": ("已核销", "written off"), "discharged_percent": ("卸船率", "discharged"),
    "written_off_percent": ("核销率", "written off"), "transfer_p50_hours": ("中位用时", "median time"),
    "transfer_p90_hours": ("90% 用时", "90 % time"), "mixed": ("同船航次", "mixed calls"), "mixed_percent": ("同船率", "mixed"),
    "domestic": ("内贸箱", "domestic boxes"), "foreign_trade": ("外贸箱", "foreign boxes"),
    "domestic_percent": ("内贸占比", "domestic"), "held": ("布控", "held"), "up_to_3_days": ("3 天内", "up to 3 days"),
    "up_to_7_days": ("4–7 天", "up to 7 days"), "over_7_days": ("7 天以上", "over 7 days"),
    "stay_p50_days": ("中位停留", "median stay"), "longest_days": ("最长停留", "longest stay"),
    "manifest_in_time": ("舱单及时", "manifest in time"), "manifest_percent": ("舱单及时率", "manifest in time"),
    "tally_in_time": ("理货及时", "tally in time"), "tally_late": ("理货逾期", "tally late"),
    "cranes": ("岸桥", "cranes"), "crane_hours": ("岸桥小时", "crane hours"),
    "moves_per_crane_hour": ("单机效率", "per crane hour"), "visits": ("车次", "truck visits"),
    "turn_p50_minutes": ("中位在港", "median turn"), "turn_p90_minutes": ("90% 在港", "90 % turn"),
    "passes": ("过箱", "passes"), "seen": ("识别", "seen by cameras"), "passed": ("自动放行", "passed by themselves"),
    "passed_percent": ("自动放行率", "passed by themselves"),
    "tally_percent": ("理货及时率", "tally in time"),
}  # fmt: skip
#: Units whose sign says more than the title does.
_UNITS: Final = {
    "h": ("小时", "h"), "s": ("秒", "s"), "d": ("天", "d"), "min": ("分钟", "min"), "%": ("%", "%"),
    "moves/h": ("箱次/小时", "moves/h"),
}  # fmt: skip
_FILLED: Final = {"E": ("空", "empty"), "F": ("重", "full")}
_WORDS: Final = {
    "IN": ("进闸", "gate-in"), "OUT": ("出闸", "gate-out"), "LOAD": ("装船", "load"), "DISC": ("卸船", "discharge"),
    "GATE_MOVE": ("闸口", "gate"), "QUAY_MOVE": ("码头", "quay"), "VESSEL": ("船", "vessel"), "RAIL": ("铁路", "rail"),
    "TRUCK": ("公路", "truck"),
}  # fmt: skip


def columns(say: Words, name: str) -> list[Column]:
    """The columns of a figure's table."""
    return [
        Column(column.name, _title(say, column), _shown(say, column), is_number=column.kind in ("number", "integer"))
        for column in queries.head(name).columns
    ]


def numbered(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows with a key of their own, ``row``."""
    return [{**row, "row": number} for number, row in enumerate(rows)]


def _title(say: Words, column: heads.Column) -> str:
    unit = say(*_UNITS[column.unit]) if column.unit in _UNITS else ""
    return f"{say(*LABELS[column.name])} ({unit})" if unit else say(*LABELS[column.name])


def _shown(say: Words, column: heads.Column) -> Callable[[Any], str] | None:
    if column.kind == "number":
        return lambda value: BLANK if value is None or math.isnan(value) else f"{value:,.1f}"
    if column.kind == "integer":
        return lambda value: f"{value:,}"
    if column.name in ("port", "from_port", "to_port"):
        return say.port
    if column.name in ("direction", "event_type", "mode", "ef"):
        return lambda code: _word(say, code, column.name)
    return say.trade if column.name == "trade" else None


def _word(say: Words, code: str, column: str) -> str:
    if column == "ef":
        return say(*_FILLED.get(code, (code, code)))
    return say(*_WORDS[code]) if code in _WORDS else say.direction(code)
