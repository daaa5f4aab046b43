"""The stand-in for customs on Kafka: ``arrival-reports.v1`` in, receipts into ``{port}.release.v1`` out.

The order that makes it safe: a batch is written to the send ledger (fsync), answered, the receipts are acknowledged by
the broker, and only then are offsets committed. A crash at any point repeats the same receipts under the same ids. What
the plan holds back is open in the ledger until it has left.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from connectors.customs.desk import CustomsDesk, Receipt
from connectors.customs.echo import asked_for, echoes
from connectors.customs.kafka_post import KafkaSource, Outlet
from connectors.customs.ledger import Entry, Outcome, SendLedger
from connectors.customs.outgoing import Answered, Outgoing
from connectors.customs.plan import Plan
from connectors.customs.report import Report, content_of, read
from schemas.codec import decode_batch, encode_batch
from schemas.reference import load_reference
from schemas.rules import WATERMARK

log = logging.getLogger(__name__)

TOPIC: Final = "arrival-reports.v1"
GROUP: Final = "yigangtong-customs"


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


def wall_ms() -> int:
    """The machine's clock, ms UTC."""
    return time.time_ns() // 1_000_000


class Responder:
    """Desk and ledger as one: bytes in, receipts out. Call `resume` once before the first batch."""

    def __init__(self, plan: Plan, ledger: SendLedger, outlet: Outlet, clock: Callable[[], int] = wall_ms) -> None:
        """``clock`` says when a delayed receipt leaves, ms."""
        self.desk = CustomsDesk(plan)
        self.total = Tally()
        self._outlet = outlet
        self._ledger = ledger
        self._clock = clock
        self._outgoing = Outgoing()

    def resume(self) -> int:
        """Rebuild what customs holds from the ledger, and send again what a crash may have cut off, at once and in the
        order of the reports; returns how many messages these were."""
        unsent = self._ledger.open_ids()
        open_ids = set(unsent)
        again: list[Answered] = []
        for entry in self._ledger.entries():
            receipts = self.desk.handle(self.report(entry.content))
            if entry.id in open_ids:
                again += [Answered(entry.id, receipt) for receipt in receipts]
        self.send(again)
        self._ledger.done(unsent)
        return len(unsent)

    def report(self, content: bytes) -> Report:
        """The report that the bytes of the ledger say."""
        return read(content)

    def answer(self, entries: Sequence[Entry]) -> tuple[list[Outcome], int]:
        """Write reports down and answer what counts under their ids. What became of each, and how many receipts left. What
        the plan does not hold back is safe when it returns."""
        outcomes = self._ledger.enter(entries)
        waiting = {entry.id for entry in entries if self._outgoing.holds(entry.id)}
        for entry, outcome in zip(entries, outcomes, strict=True):
            counted = entry.content
            if outcome is Outcome.REFUSED:
                log.error("message id %s came with a second content; the first one counts", entry.id)
                counted = self._ledger.content(entry.id) or counted
            if entry.id not in waiting:
                self._outgoing.put(entry.id, self.desk.handle(self.report(counted)), self._clock())
        return outcomes, self._leave(self._outgoing.due(self._clock()), [entry.id for entry in entries])

    def let_go(self, everything: bool = False) -> int:
        """Send the held back receipts whose time has come, or all; returns how many."""
        due = self._outgoing.everything() if everything else self._outgoing.due(self._clock())
        return self._leave(due, [])

    def _leave(self, due: Sequence[Answered], answered: Sequence[str]) -> int:
        self.send(due)
        ids = dict.fromkeys([*answered, *(each.message_id for each in due)])
        self._ledger.done([each for each in ids if not self._outgoing.holds(each)])
        return len(due)

    def send(self, answered: Sequence[Answered]) -> None:
        """Hand receipts over; they are safe when it returns."""
        self._publish([each.receipt for each in answered])

    def take(self, values: Sequence[bytes | None], partitions: Sequence[int] | None = None) -> Tally:
        """Answer one batch of records, and behind the answers echo the watermarks among them, each into its partition (0
        where none are given). When it returns, all is acknowledged and offsets may be committed.

        A record that cannot be read is told and skipped: the workers dead-letter it, as they read the topic too. Raises
        what the outlet raises; the same batch may then be given again.
        """
        decoded = decode_batch("arrival-report", values)
        unreadable = [bad.reason for bad in decoded.bad]
        records = []
        read_in = zip((partitions[i] if partitions else 0 for i in decoded.good), decoded.arrow.to_pylist(), strict=True)
        asked = asked_for(located := list(read_in))
        for _, record in located:
            if record["message_type"] == WATERMARK:
                continue
            fault = _fault(record)
            if fault:
                unreadable.append(fault)
            else:
                records.append(record)
        outcomes, left = self.answer(self._entries(records, unreadable))
        for reason in unreadable:
            log.error("an arrival report cannot be understood and was not sent: %s", reason)
        if asked:  # what is echoed covers all answers
            left += self.let_go(everything=True)
        for partition, at in asked.items():
            self._publish(echoes(partition, at), partition)
        tally = Tally(
            outcomes.count(Outcome.NEW), outcomes.count(Outcome.REPEAT), outcomes.count(Outcome.REFUSED),
            len(unreadable), left,
        )  # fmt: skip
        self.total = self.total.plus(tally)
        return tally

    def _entries(self, records: Sequence[Mapping[str, Any]], unreadable: list[str]) -> list[Entry]:
        """What counts of each record. One that is sent once more only names its message: the first one said what it says."""
        first: dict[str, bytes] = {}
        entries = []
        for record in records:
            message = record["message_id"]
            if record["attempt"]:
                known = first.get(message) or self._ledger.content(message)
                if known is None:
                    unreadable.append(f"message {message} is sent once more and never came before")
                    continue
                first[message] = known
            else:
                first.setdefault(message, content_of(record))
            entries.append(Entry(message, first[message] if record["attempt"] else content_of(record)))
        return entries

    def _publish(self, receipts: Sequence[Receipt], partition: int | None = None) -> None:
        values = encode_batch("release", [receipt.record for receipt in receipts])
        for receipt, value in zip(receipts, values, strict=True):
            self._outlet.publish(receipt.topic, receipt.key, value, partition)
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
    """Answer reports until ``stopped`` says so. Raises what `KafkaSource` and the outlet raise."""
    source = KafkaSource(bootstrap, TOPIC, group)
    try:
        while not stopped():
            letters = source.take()
            if letters:
                responder.take([letter.content for letter in letters], [letter.partition or 0 for letter in letters])
                source.settle(letters)
            responder.let_go()
    finally:
        source.close()
