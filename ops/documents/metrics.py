"""The page of all metrics, from the one list of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from schemas.metrics import METRICS, Metric, Where

_HEAD: Final = """# Metrics 指标

What `/metrics` of each program shows. Made from `schemas/metrics.py` by `yigangtong schemas docs`: change it there.

Gauges of partitions (cases, exceptions, books) are those of one worker: sum them over the workers. A histogram has the
series `_bucket`, `_sum` and `_count`. What to do when an alert fires stands in [runbooks.md](runbooks.md).
"""
_PROGRAMS: Final = {
    Where.WORKER: "Worker 工作进程: `yigangtong worker`, port `YGT_HEALTH_PORT`",
    Where.GATEWAY: "Gateway 网关: `yigangtong gateway serve`",
    Where.TOWER: "Control tower 控制塔: `yigangtong tower serve` (behind the login where there is one: HTTP Basic)",
    Where.NOTIFY: "Notices 通知: `yigangtong notify run`",
    Where.CANARY: "Canary 金丝雀: `yigangtong canary`",
}


def page() -> str:
    """The page, as Markdown."""
    return "\n".join([_HEAD, *(line for where in Where for line in _program(where))]) + "\n"


def _program(where: Where) -> Iterator[str]:
    yield f"\n## {_PROGRAMS[where]}\n"
    yield "| metric | type | unit | labels | meaning |"
    yield "|---|---|---|---|---|"
    yield from (_row(metric) for metric in METRICS if metric.where is where)


def _row(metric: Metric) -> str:
    labels = " ".join(f"`{label}`" for label in metric.labels) or "–"
    return f"| `{metric.shown}` | {metric.kind} | {metric.unit} | {labels} | {metric.en} {metric.zh} |"
