"""The stand-in for customs on Kafka: ``arrival-reports.v1`` in, receipts into ``{port}.release.v1`` out.

The order that makes it safe: a batch is written to the send ledger (fsync), answered, the receipts are acknowledged by
the broker, and only then are offsets committed. A crash at any point repeats the same receipts under the same ids.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, NamedTuple, Protocol

from confluent_kafka import Consumer, KafkaError, KafkaException

from connectors.customs.desk import CustomsDesk, Receipt
from connectors.customs.ledger import Entry, Outcome, SendLedger
from connectors.customs.plan import Plan
from connectors.customs.report import content_of, read
from schemas.codec import decode_batch, encode_batch
from schemas.reference import load_reference

log = logging.getLogger(__name__)

TOPIC: Final = "arrival-reports.v1"
GROUP: Final = "yigangtong-customs"
#: How long a broker may take to answer at the start, seconds.
START_S: Final = 15.0
_MISSING: Final = f"topic {TOPIC} is missing; create it with `yigangtong topics create`"


class ResponderFailed(RuntimeError):
    """The responder cannot go on; the message says what to do."""


class Outlet(Protocol):
    """Where receipts go (`connectors.kafka.producer.Publisher`)."""

    def publish(self, topic: str, key: str, value: bytes) -> None:
        """Queue one message."""

    def flush(self) -> None:
        """Wait until all are acknowledged; raises when one is not."""


class Tally(NamedTuple):
    """What became of one batch of reports."""

    new: int = 0
    repeated: int = 0
    refused: int = 0
    unreadable: int = 0
    receipts: int = 0

    def plus(self, other: Tally) -> Tally:
        """The sum of both."""
        return Tally(*(a + b for a, b in zip(self, other, strict=True)))


class Responder:
    """Desk and ledger as one: bytes in, receipts out. Call `resume` once before the first batch."""

    def __init__(self, plan: Plan, ledger: SendLedger, outlet: Outlet) -> None:
        self.desk = CustomsDesk(plan)
        self.total = Tally()
        self._ledger = ledger
        self._outlet = outlet

    def resume(self) -> int:
        """Rebuild what customs holds from the ledger, and send again what a crash may have cut off; returns how many
        messages these were."""
        unsent = set(self._ledger.open_ids())
        again: list[Receipt] = []
        for entry in self._ledger.entries():
            receipts = self.desk.handle(read(entry.content))
            if entry.id in unsent:
                again += receipts
        self._send(again)
        self._ledger.done(list(unsent))
        return len(unsent)

    def take(self, values: Sequence[bytes | None]) -> Tally:
        """Answer one batch of records; when it returns, the receipts are acknowledged and offsets may be committed.

        A record that cannot be read is told and skipped: the workers dead-letter it, as they read the topic too. Raises
        what the outlet raises; the same batch may then be given again.
        """
        decoded = decode_batch("arrival-report", values)
        unreadable = [bad.reason for bad in decoded.bad]
        records = []
        for record in decoded.arrow.to_pylist():
            fault = _fault(record)
            if fault:
                unreadable.append(fault)
            else:
                records.append(record)
        for reason in unreadable:
            log.error("an arrival report cannot be understood and was not sent: %s", reason)
        entries = [Entry(record["message_id"], content_of(record)) for record in records]
        outcomes = self._ledger.enter(entries)
        receipts: list[Receipt] = []
        for entry, outcome in zip(entries, outcomes, strict=True):
            counted = entry.content
            if outcome is Outcome.REFUSED:
                log.error("message id %s came with a second content; the first one counts", entry.id)
                counted = self._ledger.content(entry.id) or counted
            receipts += self.desk.handle(read(counted))
        self._send(receipts)
        self._ledger.done([entry.id for entry in entries])
        tally = Tally(
            outcomes.count(Outcome.NEW), outcomes.count(Outcome.REPEAT), outcomes.count(Outcome.REFUSED),
            len(unreadable), len(receipts),
        )  # fmt: skip
        self.total = self.total.plus(tally)
        return tally

    def _send(self, receipts: Sequence[Receipt]) -> None:
        values = encode_batch("release", [receipt.record for receipt in receipts])
        for receipt, value in zip(receipts, values, strict=True):
            self._outlet.publish(receipt.topic, receipt.key, value)
        if receipts:
            self._outlet.flush()


def _fault(record: Mapping[str, Any]) -> str:
    """Why a report cannot be answered, "" when it can."""
    for name in ("message_id", "container"):
        if not record[name]:
            return f"{name} is empty"
    seaports = load_reference().seaports
    if record["port"] not in seaports:
        return f"message {record['message_id']}: port is {record['port']!r}; expected one of {', '.join(seaports)}"
    return ""


def serve(bootstrap: str, responder: Responder, stopped: Callable[[], bool], group: str = GROUP) -> None:
    """Answer reports until ``stopped`` says so.

    Raises ResponderFailed when no broker answers at the start, the topic is missing or Kafka refuses for good, and what
    the outlet raises. A broker that goes away later is waited for.
    """
    consumer = Consumer({
        "bootstrap.servers": bootstrap,
        "group.id": group,
        "auto.offset.reset": "earliest",
        "enable.auto.commit": False,  # a commit follows the receipts
        "fetch.wait.max.ms": 50,  # a truck waits at the gate for this answer
        "session.timeout.ms": 10_000,  # and not for 45 s when a crashed sender starts again
        "log_level": 0,  # what matters is in the error events
    })  # fmt: skip
    try:
        _check(consumer, bootstrap)
        consumer.subscribe([TOPIC])
        while not stopped():
            good = [message for message in consumer.consume(1000, timeout=0.2) if not _trouble(message.error())]
            if good:
                responder.take([message.value() for message in good])
                _commit(consumer)
    finally:
        consumer.close()


def _check(consumer: Consumer, bootstrap: str) -> None:
    try:
        topics = consumer.list_topics(timeout=START_S).topics
    except KafkaException as error:
        raise ResponderFailed(
            f"no Kafka answers at {bootstrap} ({error.args[0].str()}): check the address (YGT_BOOTSTRAP) and that it runs"
        ) from error
    if TOPIC not in topics:
        raise ResponderFailed(_MISSING)


def _trouble(error: KafkaError | None) -> bool:
    if error is None:
        return False
    if error.code() == KafkaError.UNKNOWN_TOPIC_OR_PART:
        raise ResponderFailed(_MISSING)
    if error.fatal():
        raise ResponderFailed(f"Kafka refused: {error.str()}")
    log.warning("Kafka: %s", error.str())
    return True


def _commit(consumer: Consumer) -> None:
    try:
        consumer.commit(asynchronous=False)
    except KafkaException as error:  # a rebalance, or the broker is away: the batch comes again, and is a repeat
        log.warning("offsets were not committed (%s); the reports will be read again", error)
