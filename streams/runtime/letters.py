"""What the worker writes, as messages: facts for other books, and the commands, alerts and updates of a flush."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from typing import Any, Final

from schemas.codec import encode, encode_batch
from schemas.errors import EncodeError
from schemas.reference import load_reference
from schemas.rules import WATERMARK
from streams.domain.effects import Effects
from streams.domain.evidence import Evidence
from streams.runtime import notices
from streams.runtime.homes import Home
from streams.runtime.metrics import Metrics
from streams.runtime.outbox import Parcel
from streams.runtime.packing import pack_facts, pack_heartbeats
from streams.runtime.ports import Message
from streams.runtime.sources import FACTS, REPORTS

log = logging.getLogger(__name__)

UPDATES: Final = "visit-updates.v1"
ALERTS: Final = "alerts.v1"
#: Evidence per fact record: 200 to 600 bytes each, far below the largest message.
FACT_ITEMS: Final = 1000


class Letters:
    """Writes for one worker; ``home`` gives the partitions of keys."""

    def __init__(self, home: Home, partitions: int, metrics: Metrics, side_effects: bool) -> None:
        self._home = home
        self._everybody = range(partitions)
        self._metrics = metrics
        self._side_effects = side_effects

    def facts(self, parcel: Parcel, kind: str, partition: int, facts: Iterable[tuple[int, Evidence]], now_ms: int) -> None:
        """Evidence for books of other partitions: few records, each with all that one partition must hear."""
        by_target: dict[int, list[Evidence]] = {}
        for target, item in facts:
            by_target.setdefault(target, []).append(item)
        for target, items in by_target.items():
            self._metrics.facts.labels(kind).inc(len(items))
            parcel.add(FACTS, target, _evidence(kind, partition, now_ms, items))

    def routed(self, parcel: Parcel, partition: int, facts: Sequence[tuple[str, Evidence]], now_ms: int) -> None:
        """The core's facts: each to the partition of its key, those without a key to every partition."""
        keyed = [(key, e) for key, e in facts if key]
        targets = self._home([key for key, _ in keyed])
        self.facts(parcel, "BILL_EVIDENCE", partition, zip(targets, [e for _, e in keyed], strict=True), now_ms)
        calls = [e for key, e in facts if not key]
        messages = _evidence("CALL_EVIDENCE", partition, now_ms, calls)
        for target in self._everybody if messages else ():
            self._metrics.facts.labels("CALL_EVIDENCE").inc(len(calls))
            parcel.add(FACTS, target, messages)

    def heartbeats(self, parcel: Parcel, partition: int, heartbeats: Iterable[tuple[str, int, int]]) -> None:
        """Tell every partition what the senders said of their topics: (topic, sent up to, append time of the heartbeat).

        One record for each topic, however many were read at once: a worker that catches up reads a day of them.
        """
        said: dict[str, list[tuple[int, int]]] = {}
        for topic, sent_to, appended_at in heartbeats:
            said.setdefault(topic, []).append((appended_at, sent_to))
        messages = [
            _fact("HEARTBEAT", partition, pairs[-1][0], at=pairs[-1][1], topic=topic, evidence=pack_heartbeats(pairs))
            for topic, pairs in said.items()
        ]
        for target in self._everybody:
            parcel.add(FACTS, target, messages)

    def watermark(self, parcel: Parcel, partition: int, at: int, now_ms: int) -> None:
        """Tell every partition how far this one is, behind the facts that this covers."""
        message = _fact("WATERMARK", partition, now_ms, at=at)
        for target in self._everybody:
            parcel.add_last(FACTS, target, message)

    def updates_watermark(self, parcel: Parcel, partition: int, at: int) -> None:
        """Tell who remembers the updates of a partition up to which logical time they follow from, behind them; and, by its
        append time, that the partition is looked after. One key for each partition: the topic is compacted."""
        if not self._side_effects:
            return
        record = {"kind": WATERMARK, "container": "", "partition": partition, "watermark": at}
        parcel.add_last(UPDATES, partition, (WATERMARK.encode(), encode("visit-update", record)))

    def customs_watermark(self, parcel: Parcel, partition: int, at: int, now_ms: int) -> None:
        """Tell customs how far this partition is, behind the commands that this covers; customs says it again behind its
        answers."""
        message = encode("arrival-report", {
            "case_id": "", "message_id": "", "message_type": WATERMARK, "function": "", "container": "", "port": "",
            "terminal_code": "", "arrived_at": at, "ready_at": at, "sent_at": now_ms,
        })  # fmt: skip
        parcel.add_last(REPORTS, partition, (None, message))

    def effects(self, parcel: Parcel, effects: Effects, updates: bool, now_ms: int) -> list[notices.Row]:
        """The commands, alerts and updates of a flush; none of them in a back-fill, where customs and people know it all.
        Returns what the ledger must keep of whom we told."""
        if not self._side_effects:
            return []
        for command, message in self._messages("arrival-report", "container", effects.commands):
            parcel.add(REPORTS, None, [message])
            self._metrics.commands.labels(command["function"]).inc()
        told = []
        for alert, message in self._messages("alert", "exception_id", [_worded(a) for a in effects.alerts]):
            parcel.add(ALERTS, None, [message])
            self._metrics.alerts.labels(alert["code"], alert["state"]).inc()
            told.append(alert)
        if updates:
            for _, message in self._messages("visit-update", "container", effects.updates):
                parcel.add(UPDATES, None, [message])
        return notices.rows(told, ALERTS, now_ms)

    def _messages(self, kind: str, key: str, records: list[dict[str, Any]]) -> Iterable[tuple[dict[str, Any], Message]]:
        """Records with their messages. One that does not fit its schema is a defect of ours, told and left out: it must
        not stop the others, nor come back for ever after each restart."""
        if not records:
            return []
        try:
            return [(r, (r[key].encode(), v)) for r, v in zip(records, encode_batch(kind, records), strict=True)]
        except EncodeError:
            pass
        out = []
        for record in records:
            try:
                out.append((record, (record[key].encode(), encode(kind, record))))
            except EncodeError as error:
                self._metrics.unwritable.labels(kind).inc()
                log.error("%s of %s could not be written and was not sent: %s", kind, record[key], error)
        return out


def _evidence(kind: str, partition: int, now_ms: int, items: Sequence[Evidence]) -> list[Message]:
    return [
        _fact(kind, partition, now_ms, evidence=pack_facts(items[i : i + FACT_ITEMS]))
        for i in range(0, len(items), FACT_ITEMS)
    ]


def _fact(kind: str, partition: int, sent_at: int, **fields: Any) -> Message:
    record = {"kind": kind, "from_partition": partition, "to_key": "", "sent_at": sent_at}
    return None, encode("facts", {**record, **fields})


def _worded(alert: dict[str, Any]) -> dict[str, Any]:
    """An alert in words, from the exception catalogue."""
    entry = load_reference().exceptions.get(alert["code"])
    detail = alert["detail"]
    return {
        **alert,
        "text_zh": f"{entry.text_zh}（{detail}）" if entry else detail,
        "text_en": f"{entry.text_en} ({detail})" if entry else detail,
        "action": f"{entry.action_zh} {entry.action_en}" if entry else None,
    }
