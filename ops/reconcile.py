"""Every record of a source topic is one row of ``intake``: proven per topic and partition (design, promise 3)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any, NamedTuple, Protocol

from confluent_kafka import Consumer, KafkaException, TopicPartition

from connectors.kafka.errors import KafkaProblem
from schemas.topics import load_topics

TIMEOUT_S = 15


class Queryable(Protocol):
    """What is needed of a store."""

    def query(self, sql: str, params: Mapping[str, Any] | None = None) -> list[dict[str, Any]]:
        """Rows as dicts."""


class Line(NamedTuple):
    """One topic partition: records in the log, and rows by disposition."""

    topic: str
    partition: int
    in_kafka: int
    counts: dict[str, int]

    @property
    def missing(self) -> int:
        """Records of the log without a row."""
        return max(0, self.in_kafka - sum(self.counts.values()))


def reconcile(store: Queryable, bootstrap: str) -> list[Line]:
    """Compare the logs of all source topics with ``intake``. Raises KafkaProblem when Kafka does not answer."""
    rows = store.query(
        "SELECT topic, kafka_partition, disposition, count() AS n, min(kafka_offset) AS low FROM intake FINAL "
        "GROUP BY topic, kafka_partition, disposition"
    )
    counts: dict[tuple[str, int], dict[str, int]] = defaultdict(dict)
    for row in rows:
        counts[row["topic"], row["kafka_partition"]][row["disposition"]] = int(row["n"])
    consumer = Consumer({"bootstrap.servers": bootstrap, "group.id": "reconcile", "log_level": 0})
    try:
        found = consumer.list_topics(timeout=TIMEOUT_S).topics
        lines = []
        for topic in load_topics().source_topics():
            for partition in sorted(found[topic.name].partitions) if topic.name in found else ():
                low, high = consumer.get_watermark_offsets(TopicPartition(topic.name, partition), timeout=TIMEOUT_S)
                lines.append(Line(topic.name, partition, high - low, counts[topic.name, partition]))
        return lines
    except KafkaException as error:
        raise KafkaProblem(f"no Kafka answers at {bootstrap}: {error}") from error
    finally:
        consumer.close()
