"""Every record of a source topic is one row of ``intake``: proven per topic and partition (design, promise 3)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any, Final, NamedTuple, Protocol

from confluent_kafka import Consumer, KafkaException, TopicPartition

from connectors.kafka.errors import KafkaProblem
from connectors.kafka.knock import knock
from connectors.kafka.login import for_librdkafka
from schemas.topics import load_topics

TIMEOUT_S: Final = 15
DISPOSITIONS: Final = ("ACCEPTED", "DUPLICATE", "DEAD", "FORWARDED", "CONTROL")


class Queryable(Protocol):
    """What is needed of a store."""

    def query(self, sql: str, params: Mapping[str, Any] | None = None) -> list[dict[str, Any]]:
        """Rows as dicts."""


class Log(NamedTuple):
    """What a topic partition's log holds: offsets ``low`` to before ``high``. Retention moves ``low``."""

    topic: str
    partition: int
    low: int
    high: int


class Line(NamedTuple):
    """One topic partition: records in the log, their rows by disposition, and where the first gap is.

    ``hole`` is the first offset without a row, -1 when there is none; ``behind``: rows are missing at the end only, so
    they are not read yet, or were not when we looked.
    """

    topic: str
    partition: int
    in_kafka: int
    counts: dict[str, int]
    hole: int = -1
    behind: bool = False

    @property
    def missing(self) -> int:
        """Records of the log without a row."""
        return max(0, self.in_kafka - sum(self.counts.values()))


def reconcile(store: Queryable, bootstrap: str) -> list[Line]:
    """Compare the logs of all source topics with ``intake``. Raises KafkaProblem when Kafka does not answer."""
    return compare(store, read_logs(bootstrap))


def read_logs(bootstrap: str) -> list[Log]:
    """The logs of all source topics that the broker has. Raises KafkaProblem when it does not answer or take us."""
    knock(bootstrap)
    consumer = Consumer({**for_librdkafka(bootstrap), "group.id": "yigangtong-reconcile", "log_level": 0})
    try:
        found = consumer.list_topics(timeout=TIMEOUT_S).topics
        return [
            Log(topic.name, p, *consumer.get_watermark_offsets(TopicPartition(topic.name, p), timeout=TIMEOUT_S))
            for topic in load_topics().source_topics()
            for p in (sorted(found[topic.name].partitions) if topic.name in found else ())
        ]
    except KafkaException as error:
        reason = error.args[0].str()
        raise KafkaProblem(f"no Kafka answers at {bootstrap} ({reason}): check the address (YGT_BOOTSTRAP)") from error
    finally:
        consumer.close()


def compare(store: Queryable, logs: list[Log]) -> list[Line]:
    """One line per log. Rows of records that retention has taken away, or that came after we looked, do not count."""
    counts: dict[tuple[str, int], dict[str, int]] = defaultdict(dict)
    for row in store.query(
        "SELECT topic, kafka_partition, disposition, count() AS n, min(kafka_offset) AS low, max(kafka_offset) AS high "
        "FROM intake FINAL GROUP BY topic, kafka_partition, disposition"
    ):
        place = row["topic"], row["kafka_partition"]
        counts[place][row["disposition"]] = int(row["n"])
        counts[place]["low"] = min(counts[place].get("low", int(row["low"])), int(row["low"]))
        counts[place]["high"] = max(counts[place].get("high", -1), int(row["high"]))
    return [_line(store, log, counts[log.topic, log.partition]) for log in logs]


def _line(store: Queryable, log: Log, counts: dict[str, int]) -> Line:
    in_kafka = log.high - log.low
    low, high = counts.pop("low", log.low), counts.pop("high", -1)
    if low < log.low or high >= log.high:
        counts = _within(store, log)
    line = Line(log.topic, log.partition, in_kafka, counts)
    if not line.missing:
        return line
    hole = _first_hole(store, log)
    return line._replace(hole=hole, behind=high < hole)


def _within(store: Queryable, log: Log) -> dict[str, int]:
    rows = store.query(_ASKED.format("disposition, count() AS n") + " GROUP BY disposition", _place(log, log.low, log.high))
    return {row["disposition"]: int(row["n"]) for row in rows}


def _first_hole(store: Queryable, log: Log) -> int:
    """The lowest offset of the log that has no row, by halving: there is one."""
    low, high = log.low, log.high
    while high - low > 1:
        middle = (low + high) // 2
        (row,) = store.query(_ASKED.format("count() AS n"), _place(log, low, middle))
        low, high = (low, middle) if int(row["n"]) < middle - low else (middle, high)
    return low


_ASKED: Final = (
    "SELECT {} FROM intake FINAL WHERE topic = %(topic)s AND kafka_partition = %(partition)s "
    "AND kafka_offset >= %(low)s AND kafka_offset < %(high)s"
)


def _place(log: Log, low: int, high: int) -> dict[str, Any]:
    return {"topic": log.topic, "partition": log.partition, "low": low, "high": high}
