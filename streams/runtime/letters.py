"""What the worker writes, as messages: facts for other books, and the commands, alerts and updates of a flush."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

from schemas.codec import encode, encode_batch
from schemas.errors import EncodeError
from schemas.reference import load_reference
from streams.domain.correlator import Effects
from streams.domain.evidence import Evidence
from streams.runtime.metrics import Metrics
from streams.runtime.outbox import Parcel
from streams.runtime.packing import pack
from streams.runtime.ports import Message
from streams.runtime.sources import FACTS, REPORTS

log = logging.getLogger(__name__)

UPDATES: Final = "visit-updates.v1"
ALERTS: Final = "alerts.v1"
#: Evidence per fact record: 200 to 600 bytes each, far below the largest message.
FACT_ITEMS: Final = 1000


class Letters:
    """Writes for one worker; ``home`` gives the partition of a key."""

    def __init__(self, home: Callable[[str], int], partitions: int, metrics: Metrics, side_effects: bool) -> None:
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
            parcel.add(FACTS, target, [
                _fact(kind, partition, now_ms, evidence=pack(items[i : i + FACT_ITEMS]))
                for i in range(0, len(items), FACT_ITEMS)
            ])  # fmt: skip

    def routed(self, parcel: Parcel, partition: int, facts: Sequence[tuple[str, Evidence]], now_ms: int) -> None:
        """The core's facts: each to the partition of its key, those without a key to every partition."""
        home = self._home
        self.facts(parcel, "BILL_EVIDENCE", partition, ((home(key), e) for key, e in facts if key), now_ms)
        calls = [e for key, e in facts if not key]
        self.facts(parcel, "CALL_EVIDENCE", partition, ((p, e) for p in self._everybody for e in calls), now_ms)

    def heartbeat(self, parcel: Parcel, partition: int, topic: str, sent_to: int, appended_at: int) -> None:
        """Tell every partition what a sender said of its topic; ``sent_at`` of the fact is the heartbeat's append time."""
        message = _fact("HEARTBEAT", partition, appended_at, at=sent_to, topic=topic)
        for target in self._everybody:
            parcel.add(FACTS, target, [message])

    def watermark(self, parcel: Parcel, partition: int, at: int, now_ms: int) -> None:
        """Tell every partition how far this one is, behind the facts that this covers."""
        message = _fact("WATERMARK", partition, now_ms, at=at)
        for target in self._everybody:
            parcel.add_last(FACTS, target, message)

    def effects(self, parcel: Parcel, effects: Effects, updates: bool) -> None:
        """The commands, alerts and updates of a flush; none of them in a back-fill, where customs and people know it all."""
        if not self._side_effects:
            return
        for command, message in self._messages("arrival-report", "container", effects.commands):
            parcel.add(REPORTS, None, [message])
            self._metrics.commands.labels(command["function"]).inc()
        for alert, message in self._messages("alert", "exception_id", [_worded(a) for a in effects.alerts]):
            parcel.add(ALERTS, None, [message])
            self._metrics.alerts.labels(alert["code"], alert["state"]).inc()
        if updates:
            for _, message in self._messages("visit-update", "container", effects.updates):
                parcel.add(UPDATES, None, [message])

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
