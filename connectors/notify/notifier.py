"""From the topic to people: what is wanted is written down first, then told, channel by channel, until it is taken.

The ledger makes it once per channel and alert id, over restarts and repetitions in the topic. A crash between telling and
noting it repeats that one message, under the same id (``Idempotency-Key``, ``Message-ID``).
"""

from __future__ import annotations

import json
import logging
import time
import uuid
from collections.abc import Callable, Sequence
from typing import Any, Final, NamedTuple

from prometheus_client import CollectorRegistry

from connectors.customs.ledger import Entry, Outcome, SendLedger
from connectors.customs.post import Source
from connectors.notify.channels import Channel, NotTaken
from connectors.notify.settings import Wanted
from schemas.codec import decode
from schemas.errors import DecodeError
from schemas.keys import alert_id
from schemas.metrics import counter, gauge

log = logging.getLogger(__name__)

TOPIC: Final = "alerts.v1"
HOUR_MS: Final = 3_600_000
#: Seconds after a failure, doubled up to the second one.
FIRST_PAUSE_S: Final = 2.0
LONGEST_PAUSE_S: Final = 120.0
RAISED: Final = "RAISED"
#: An exception people heard of is over, or was none.
ENDS: Final = ("RESOLVED", "WITHDRAWN")


class Way(NamedTuple):
    """A channel and what it wants to hear."""

    channel: Channel
    wanted: Wanted


class NotifyMetrics:
    """What is shown to Prometheus; `schemas.metrics` says what each means."""

    def __init__(self, registry: CollectorRegistry | None = None) -> None:
        self.registry = registry or CollectorRegistry()
        self.notices = counter("notices", self.registry)
        self.last_success = gauge("notify_last_success_seconds", self.registry)
        self.waiting = gauge("notices_waiting", self.registry)


class Notifier:
    """Give it a source of alert records; :meth:`step` until stopped."""

    def __init__(
        self, ways: Sequence[Way], ledger: SendLedger, source: Source, metrics: NotifyMetrics, fresh_hours: float = 0,
        clock: Callable[[], float] = time.time, passing: Callable[[], float] = time.monotonic,
    ) -> None:  # fmt: skip
        """``fresh_hours``: see `connectors.notify.settings.NotifySettings`. ``passing``: seconds that only grow."""
        self._ways = ways
        self._ledger = ledger
        self._source = source
        self._metrics = metrics
        self._fresh_ms = fresh_hours * HOUR_MS
        self._clock = clock
        self._passing = passing
        self._not_before = {way.channel.name: 0.0 for way in ways}
        self._failures = {way.channel.name: 0 for way in ways}
        #: Ids that were read in this step and are not written down yet.
        self._coming: set[str] = set()
        self._waiting: dict[str, list[str]] = {way.channel.name: [] for way in ways}
        for ident in ledger.open_ids():
            self._waiting.setdefault(ident.partition("/")[0], []).append(ident)
        for name in self._waiting.keys() - self._not_before.keys():
            log.warning("%d notices wait for the channel %s, which is not configured any more", len(self._waiting[name]), name)

    def step(self) -> bool:
        """Write down what has come, and tell what is due; whether there was anything."""
        letters = self._source.take()
        entries: list[Entry] = []
        self._coming.clear()
        for letter in letters:
            wanted = self._wanted(letter.content, letter.name)
            self._coming.update(entry.id for entry in wanted)
            entries += wanted
        for entry, outcome in zip(entries, self._ledger.enter(entries), strict=True):
            name = entry.id.partition("/")[0]
            if outcome is Outcome.NEW:
                self._waiting[name].append(entry.id)
            else:
                self._metrics.notices.labels(name, "repeated").inc()
        if letters:
            self._source.settle(letters)
        told = [self._tell(way.channel) for way in self._ways]
        return bool(letters) or any(told)

    def waiting(self) -> int:
        """Notices that no channel has taken yet."""
        return sum(map(len, self._waiting.values()))

    def _wanted(self, content: bytes, name: str) -> list[Entry]:
        """An entry for each channel that wants to hear an alert."""
        try:
            alert = decode(content, "alert")
        except DecodeError as error:
            log.error("%s cannot be read and is told to nobody: %s", name, error)
            return []
        entries = []
        for way in self._ways:
            if self._is_for(way, alert):
                text = json.dumps(alert, ensure_ascii=False).encode()
                entries.append(Entry(f"{way.channel.name}/{alert_id(alert)}", text))
            else:
                self._metrics.notices.labels(way.channel.name, "unwanted").inc()
        return entries

    def _is_for(self, way: Way, alert: dict[str, Any]) -> bool:
        changed = max(alert["raised_at"], alert["updated_at"] or 0, alert["ended_at"] or 0)
        if self._fresh_ms and self._clock() * 1000 - changed > self._fresh_ms:
            return False
        if not way.wanted.wants(alert):
            return False
        if alert["state"] == RAISED:
            return True
        return alert["state"] in ENDS and way.wanted.ends and self._heard_of(way.channel.name, alert)

    def _heard_of(self, channel: str, alert: dict[str, Any]) -> bool:
        """Whether a channel was told of the exception's beginning; of an alert without a number nobody can know."""
        before = [f"{channel}/{alert['exception_id']}.{n}" for n in range(1, alert["notice"])]
        return not alert["notice"] or any(ident in self._coming or self._ledger.entry(ident) for ident in before)

    def _tell(self, channel: Channel) -> bool:
        waiting = self._waiting[channel.name]
        self._metrics.waiting.labels(channel.name).set(len(waiting))
        if not waiting or self._passing() < self._not_before[channel.name]:
            return False
        now = waiting[: channel.most]
        alerts = [json.loads(self._ledger.content(ident) or b"{}") for ident in now]
        try:
            channel.tell(alerts)
        except NotTaken as problem:
            if not problem.never:
                self._put_off(channel, problem)
                return False
            log.error("%s will never take %s: %s", channel.name, ", ".join(now), problem)
            self._metrics.notices.labels(channel.name, "refused").inc(len(now))
        else:
            self._metrics.notices.labels(channel.name, "told").inc(len(now))
            self._metrics.last_success.labels(channel.name).set(self._clock())
        self._ledger.done(now)
        del waiting[: len(now)]
        self._failures[channel.name] = 0
        self._not_before[channel.name] = self._passing() + channel.pause_s
        self._metrics.waiting.labels(channel.name).set(len(waiting))
        return True

    def _put_off(self, channel: Channel, problem: NotTaken) -> None:
        failures = self._failures[channel.name]
        pause = max(channel.pause_s, min(FIRST_PAUSE_S * 2**failures, LONGEST_PAUSE_S))
        self._failures[channel.name] = min(failures + 1, 20)
        self._not_before[channel.name] = self._passing() + pause
        self._metrics.notices.labels(channel.name, "failed").inc()
        log.warning("%s took nothing (%s); again in %.0f s", channel.name, problem, pause)


def trial() -> dict[str, Any]:
    """An alert by which people see that a channel works. Each has an id of its own."""
    now = time.time_ns() // 1_000_000
    return {
        "exception_id": f"TEST-{uuid.uuid4().hex}", "code": "TEST", "severity": "info", "subject": "TEST", "port": None,
        "owner": None, "state": RAISED, "raised_at": now, "updated_at": now, "ended_at": None,
        "text_zh": "这是一条测试通知，无需处理",
        "text_en": "This is a test of the channel; nothing is to be done", "action": None, "detail": None, "version": 0,
        "evidence": [], "notice": 1,
    }  # fmt: skip
