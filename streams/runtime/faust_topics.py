"""Start-up check of the topics: one that is not there when the worker starts is never read, and Faust says nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aiokafka.client import AIOKafkaClient
from aiokafka.errors import KafkaError

#: ms for one request of the check; a broker that needs longer is not ready for a worker either.
REQUEST_TIMEOUT_MS = 10_000


class TopicsError(RuntimeError):
    """Topics are missing, have another partition count, or the broker does not answer."""


async def check_topics(bootstrap: str, wanted: Mapping[str, int], **security: Any) -> None:
    """Raise `TopicsError` unless every topic of `wanted` exists with that number of partitions."""
    found = await partition_counts(bootstrap, **security)
    missing = sorted(topic for topic in wanted if topic not in found)
    differing = [f"{topic} has {found[topic]} partitions instead of {count}" for topic, count in sorted(wanted.items())
                 if found.get(topic, count) != count]
    if missing or differing:
        what = ([f"missing: {', '.join(missing)}"] if missing else []) + differing
        raise TopicsError(f"Kafka at {bootstrap} is not ready for a worker: {'; '.join(what)}. "
                          "Create the topics with `yigangtong topics create`.")


async def partition_counts(bootstrap: str, **security: Any) -> dict[str, int]:
    """Partition count of every topic the broker shows us. Raises `TopicsError` if it does not answer."""
    client = AIOKafkaClient(bootstrap_servers=bootstrap, request_timeout_ms=REQUEST_TIMEOUT_MS, **security)
    try:
        await client.bootstrap()
        cluster = await client.fetch_all_metadata()
        return {topic: len(cluster.partitions_for_topic(topic) or ()) for topic in cluster.topics()}
    except (KafkaError, OSError) as error:
        raise TopicsError(
            f"No Kafka broker answers at {bootstrap} ({error}). Check the address and that it runs."
        ) from None
    finally:
        await client.close()
