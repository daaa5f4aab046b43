"""The one list of all metrics: name, type, unit, labels and meaning. What /metrics shows is declared from it.

Names and units follow Prometheus: base units (seconds, bytes), a counter is shown with ``_total``. The page
``docs/metrics.md`` is made from this list, and rules and dashboards are checked against it.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final, NamedTuple

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

#: Seconds from append at the broker to visible in ClickHouse; the promise is p99 < 2 s.
LATENCY_BUCKETS: Final = (0.05, 0.1, 0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 5.0, 10.0, 30.0, 60.0, 300.0)
_PUBLISH_BUCKETS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
#: The promise of the clearance answer is p99 < 50 ms.
_REQUEST_BUCKETS: Final = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
_SIZE_BUCKETS: Final = (1, 10, 50, 100, 500, 1000, 5000, 10_000, 20_000, 50_000)


class Kind(StrEnum):
    """What Prometheus calls a metric's type."""

    COUNTER = "counter"
    GAUGE = "gauge"
    HISTOGRAM = "histogram"


class Where(StrEnum):
    """The program that shows a metric."""

    WORKER = "worker"
    GATEWAY = "gateway"
    TOWER = "tower"
    NOTIFY = "notify"
    CANARY = "canary"


class Metric(NamedTuple):
    """One metric. ``name`` is without the ``_total`` of a counter; ``buckets`` are a histogram's upper edges."""

    name: str
    kind: Kind
    unit: str
    labels: tuple[str, ...]
    where: Where
    en: str
    zh: str
    buckets: tuple[float, ...] = ()

    @property
    def shown(self) -> str:
        """The name as Prometheus stores it (of a histogram: without ``_bucket``, ``_sum``, ``_count``)."""
        return self.name + "_total" if self.kind is Kind.COUNTER else self.name

    @property
    def series(self) -> tuple[str, ...]:
        """All names under which a query may ask for it."""
        if self.kind is Kind.HISTOGRAM:
            return tuple(self.name + ending for ending in ("_bucket", "_sum", "_count"))
        return (self.shown,)


_Row = tuple[str, str, str, str, str, str] | tuple[str, str, str, str, str, str, tuple[float, ...]]


def _of(where: Where, *rows: _Row) -> tuple[Metric, ...]:
    """Rows: type, name behind ``yigangtong_``, unit, labels, meaning in English and in Chinese, buckets."""
    return tuple(
        Metric("yigangtong_" + name, Kind(kind), unit, tuple(labels.split()), where, en, zh, *more)
        for kind, name, unit, labels, en, zh, *more in rows
    )


#: In the order of the page.
METRICS: Final[tuple[Metric, ...]] = (
    *_of(
        Where.WORKER,
        ("counter", "source_events", "events", "port kind result",
         "Events of a port and kind by result: accepted, duplicate (known already), refused (dead letter), forwarded (read on "
         "a wrong partition, sent to its own), late (accepted or not, an hour or more behind)",
         "各港各类报文按结果计数：接受、重复、拒收、转分区、迟到"),
        ("counter", "records", "records", "topic disposition",
         "Records of source topics by what became of them: ACCEPTED DUPLICATE DEAD FORWARDED CONTROL", "各主题记录按处置计数"),
        ("counter", "flagged_events", "events", "party flag",
         "Events of a party that came twice (DUP_EVENT), LATE_EVENT, OUT_OF_ORDER, FUTURE_EVENT, CLOCK_SKEW",
         "各发送方被标记的报文"),
        ("counter", "dead_letters", "records", "kind reason", "Refused records by reason", "拒收记录及原因"),
        ("histogram", "event_queryable_seconds", "seconds", "",
         "From append at the broker to visible in ClickHouse", "从写入 Kafka 到可查询的时长", LATENCY_BUCKETS),
        ("gauge", "lag_seconds", "seconds", "", "Age of the oldest record that was read and is not yet visible",
         "已读未可查的最久记录之龄"),
        ("gauge", "topic_lag_records", "records", "topic partition", "Records between what was read and log end",
         "分区未读记录数"),
        ("gauge", "topic_lag_seconds", "seconds", "topic partition",
         "Age of the newest record that was read, while more wait behind it", "分区读取滞后"),
        ("gauge", "now_seconds", "seconds since 1970", "partition", "Logical time of a partition: deadlines fire by it",
         "逻辑时间"),
        ("gauge", "watermark_seconds", "seconds since 1970", "partition",
         "A partition's own watermark: all that happened up to then has been read", "分区水位"),
        ("gauge", "source_watermark_seconds", "seconds since 1970", "topic",
         "Up to when a source topic is known, the least over this worker's partitions: the lowest holds logical time back",
         "各来源主题水位：最低者拖住逻辑时间"),
        ("gauge", "books", "books", "partition state", "Books held: open, closed, archived", "证据簿数"),
        ("gauge", "evidence", "items", "partition", "Items of evidence in books that were opened", "证据条数"),
        ("gauge", "held_bytes", "bytes", "", "Memory of what is not in ClickHouse yet", "尚未入库的内存"),
        ("gauge", "intake_paused", "0 or 1", "", "1 while intake waits for the database", "是否暂停读取等待数据库"),
        ("histogram", "batch_records", "records", "", "Records of one kind that were taken in at once",
         "每批读入记录数", _SIZE_BUCKETS),
        ("histogram", "insert_rows", "rows", "", "Rows of one insert into one table", "每次入库行数", _SIZE_BUCKETS),
        ("counter", "stage_seconds", "seconds", "stage",
         "Time by stage: poll (asking Kafka, waiting for it too), decode, correlate, history, derive, sink, commit",
         "各阶段耗时"),
        ("counter", "rows_written", "rows", "table", "Rows inserted into ClickHouse", "入库行数"),
        ("counter", "store_errors", "errors", "error",
         "Failed inserts by class: Retry, BadRows, Misconfigured; Archive: archived books could not be read",
         "写库错误"),
        ("counter", "store_retries", "inserts", "", "Inserts that were tried again", "写库重试"),
        ("counter", "send_errors", "sends", "topic", "Sends that the broker did not acknowledge; each is repeated", "发送失败"),
        ("counter", "fenced", "writes", "write",
         "Writes held back while the group had not confirmed this worker: rows, changelog", "未获组确认而暂缓的写入"),
        ("counter", "commits", "barriers", "outcome", "Commit barriers: safe, put off", "提交结果"),
        ("counter", "changelog_records", "records", "", "State records written", "写出状态记录"),
        ("counter", "restored_records", "records", "", "State records read back after a start", "恢复状态记录"),
        ("counter", "archived_books", "books", "way",
         "Books by their way: sent to the archive, read from it, or missing there (evidence waits, nothing is committed)",
         "归档簿"),
        ("counter", "facts", "items", "kind", "Evidence sent between partitions", "分区间传递的证据"),
        ("counter", "arrival_reports", "reports", "function", "Arrival reports sent to customs", "发出的运抵报告"),
        ("gauge", "arrival_cases", "cases", "state", "Arrival cases by state, of this worker's partitions", "运抵确认各状态数"),
        ("gauge", "open_exceptions", "exceptions", "code", "Open exceptions by code, of this worker's partitions",
         "未结异常数"),
        ("counter", "alerts", "alerts", "code state", "Alerts sent to alerts.v1", "发出的告警"),
        ("counter", "derive_failed", "books", "", "Books whose derivation raised (a defect)", "推导失败"),
        ("counter", "unwritable_records", "records", "kind", "Outputs that did not fit their schema (a defect)", "输出不合规"),
    ),
    *_of(
        Where.GATEWAY,
        ("counter", "gateway_events", "events", "port kind result", "Events received: accepted, duplicate, refused",
         "网关收到的报文"),
        ("counter", "gateway_failed_requests", "requests", "reason", "Requests of which nothing was taken, by reason",
         "整体失败的请求"),
        ("histogram", "gateway_publish_seconds", "seconds", "", "Time until Kafka had the events of a request",
         "写入 Kafka 时长",
         _PUBLISH_BUCKETS),
    ),
    *_of(
        Where.TOWER,
        ("counter", "api_requests", "requests", "method route status", "Answers of the API by route and HTTP status",
         "接口请求"),
        ("histogram", "api_request_seconds", "seconds", "route", "Time to an answer of the API", "接口耗时", _REQUEST_BUCKETS),
        ("counter", "clearance_decisions", "decisions", "action verdict", "Answers to gates: ALLOW, DENY, REFER", "放行答复"),
        ("gauge", "api_feed_age_seconds", "seconds", "", "Since Kafka last answered the tower; -1: it never has",
         "数据源静默时长"),
        ("gauge", "api_boxes", "boxes", "", "Boxes that the tower remembers", "控制塔记住的箱数"),
    ),
    *_of(
        Where.NOTIFY,
        ("counter", "notices", "notices", "channel result",
         "Alerts by channel and result: told, repeated (known already), unwanted, failed (tried again), refused (never taken)",
         "通知"),
        ("gauge", "notify_last_success_seconds", "seconds since 1970", "channel", "When a channel last took a notice",
         "通道最近成功时间"),
        ("gauge", "notices_waiting", "notices", "channel", "Notices that a channel has not taken yet", "待发通知"),
    ),
    *_of(
        Where.CANARY,
        ("histogram", "canary_seconds", "seconds", "port", "From sending a canary to seeing it in ClickHouse", "金丝雀全程用时",
         LATENCY_BUCKETS),
        ("counter", "canary_lost", "canaries", "port", "Canaries that did not arrive within a minute", "未到达的金丝雀"),
        ("gauge", "canary_last_seen_seconds", "seconds since 1970", "port",
         "When a canary last arrived; before the first one, when they began to be sent", "最近一次到达"),
    ),
)  # fmt: skip

BY_NAME: Final[Mapping[str, Metric]] = {metric.name: metric for metric in METRICS}


def counter(name: str, registry: CollectorRegistry) -> Counter:
    """Declare a counter of the list. Raises KeyError for one that is not there, ValueError for another type."""
    metric = declared(name, Kind.COUNTER)
    return Counter(metric.name, metric.en, metric.labels, registry=registry)


def gauge(name: str, registry: CollectorRegistry) -> Gauge:
    """Declare a gauge, as `counter` does."""
    metric = declared(name, Kind.GAUGE)
    return Gauge(metric.name, metric.en, metric.labels, registry=registry)


def histogram(name: str, registry: CollectorRegistry) -> Histogram:
    """Declare a histogram, as `counter` does."""
    metric = declared(name, Kind.HISTOGRAM)
    return Histogram(metric.name, metric.en, metric.labels, buckets=metric.buckets, registry=registry)


def declared(name: str, kind: Kind) -> Metric:
    """What the list says of ``yigangtong_<name>``. Raises KeyError, or ValueError when it is of another type."""
    metric = BY_NAME["yigangtong_" + name]
    if metric.kind is not kind:
        raise ValueError(f"{metric.name} is a {metric.kind}, not a {kind}")
    return metric
