"""Messages carried by Kafka: taken from one topic, put into any. Offsets are committed when letters are settled."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Final, Protocol

from confluent_kafka import Consumer, KafkaError, KafkaException, TopicPartition

from connectors.customs.post import Letter
from connectors.kafka.errors import KafkaProblem
from connectors.kafka.knock import knock
from connectors.kafka.login import for_librdkafka

log = logging.getLogger(__name__)

#: How long a broker may take to answer at the start, seconds.
START_S: Final = 15.0


class Outlet(Protocol):
    """Where messages go (`connectors.kafka.producer.Publisher`)."""

    def publish(self, topic: str, key: str, value: bytes, partition: int | None = None) -> None:
        """Queue one message, for the partition of its key unless one is given."""

    def flush(self) -> None:
        """Wait until all are acknowledged; raises when one is not."""


class KafkaTarget:
    """A `connectors.customs.post.Target`: each letter goes to its own topic and key. Raises what the outlet raises."""

    def __init__(self, outlet: Outlet) -> None:
        self._outlet = outlet

    def put(self, letters: Sequence[Letter]) -> None:
        """See Target."""
        for letter in letters:
            self._outlet.publish(letter.topic, letter.key, letter.content, letter.partition)
        if letters:
            self._outlet.flush()


class KafkaSource:
    """A `connectors.customs.post.Source` on a topic.

    Raises KafkaProblem when no broker answers or takes us at the start, the topic is missing or Kafka refuses for good. A
    broker that goes away later is waited for.
    """

    def __init__(self, bootstrap: str, topic: str, group: str) -> None:
        knock(bootstrap)
        self._topic = topic
        #: offsets that were taken, by partition, and those of them that were settled
        self._taken: dict[int, list[int]] = {}
        self._settled: dict[int, set[int]] = {}
        self._consumer = Consumer({
            **for_librdkafka(bootstrap),
            "group.id": group,
            "auto.offset.reset": "earliest",
            "enable.auto.commit": False,  # a commit follows what the letters led to
            "fetch.wait.max.ms": 50,  # a truck waits at the gate for this answer
            "session.timeout.ms": 10_000,  # and not for 45 s when a crashed sender starts again
            "log_level": 0,  # what matters is in the error events
        })  # fmt: skip
        try:
            self._check(bootstrap)
        except KafkaProblem:
            self._consumer.close()
            raise
        self._consumer.subscribe([topic], on_revoke=self._lost, on_lost=self._lost)

    def take(self, limit: int = 1000) -> list[Letter]:
        """See Source; a record without a value has no content."""
        letters = []
        for message in self._consumer.consume(limit, timeout=0.2):
            if self._trouble(message.error()):
                continue
            partition, offset = message.partition(), message.offset()
            self._taken.setdefault(partition, []).append(offset)
            name = f"{self._topic}-{partition}-{offset}"
            letters.append(Letter(name, message.value() or b"", self._topic, "", partition))
        return letters

    def settle(self, letters: Sequence[Letter], problem: str = "") -> None:
        """See Source. The topic keeps its records: a problem is told in the log."""
        for letter in letters:
            if problem:
                log.error("%s: %s", letter.name, problem)
            if letter.partition is not None:
                self._settled.setdefault(letter.partition, set()).add(int(letter.name.rpartition("-")[2]))
        places = [TopicPartition(self._topic, p, at) for p in self._taken if (at := self._settled_up_to(p)) is not None]
        if not places:
            return
        try:
            self._consumer.commit(offsets=places, asynchronous=False)
        except KafkaException as error:  # a rebalance, or the broker is away: the letters come again, and are repeats
            log.warning("offsets were not committed (%s); the letters will be read again", error)

    def close(self) -> None:
        """Leave the group."""
        self._consumer.close()

    def _settled_up_to(self, partition: int) -> int | None:
        """Where to go on after a crash: behind the last letter before which all are settled; None: nothing new."""
        taken, settled = self._taken[partition], self._settled.get(partition, set())
        at = None
        while taken and taken[0] in settled:
            settled.discard(taken[0])
            at = taken.pop(0) + 1
        return at

    def _lost(self, _: Consumer, places: Sequence[TopicPartition]) -> None:
        for place in places:
            self._taken.pop(place.partition, None)
            self._settled.pop(place.partition, None)

    def _check(self, bootstrap: str) -> None:
        try:
            topics = self._consumer.list_topics(timeout=START_S).topics
        except KafkaException as error:
            raise KafkaProblem(
                f"no Kafka answers at {bootstrap} ({error.args[0].str()}): check the address (YGT_BOOTSTRAP) and that it runs"
            ) from error
        if self._topic not in topics:
            raise KafkaProblem(self._missing)

    @property
    def _missing(self) -> str:
        return f"topic {self._topic} is missing; create it with `yigangtong topics create`"

    def _trouble(self, error: KafkaError | None) -> bool:
        if error is None:
            return False
        if error.code() == KafkaError.UNKNOWN_TOPIC_OR_PART:
            raise KafkaProblem(self._missing)
        if error.fatal():
            raise KafkaProblem(f"Kafka refused: {error.str()}")
        log.warning("Kafka: %s", error.str())
        return True
