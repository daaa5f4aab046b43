"""Reports out: what the platform commands is written down, then handed to customs as XML.

The order that makes it safe: a batch is entered in the send ledger (fsync), put, noted as done, and only then settled where
it came from. A crash between any two steps repeats the same bytes under the same ids.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from connectors.customs.document import DocumentProblem
from connectors.customs.ledger import Entry, Held, Outcome, SendLedger
from connectors.customs.messages import Messages
from connectors.customs.post import Letter, Source, Target
from connectors.customs.report import content_of
from schemas.codec import decode_batch
from schemas.rules import WATERMARK

log = logging.getLogger(__name__)


class Sent(NamedTuple):
    """What became of reports: sent now, sent before, refused for a second content, held back, not readable."""

    new: int = 0
    repeated: int = 0
    refused: int = 0
    held: int = 0
    unreadable: int = 0

    def plus(self, other: Sent) -> Sent:
        """The sum of both."""
        return Sent(*(a + b for a, b in zip(self, other, strict=True)))


class Sender:
    """Takes reports from the platform's post (records of ``arrival-reports.v1``) and puts them into customs'. Call `resume`
    once before the first batch."""

    def __init__(self, messages: Messages, ledger: SendLedger, platform: Source, customs: Target) -> None:
        self.total = Sent()
        self._messages = messages
        self._ledger = ledger
        self._platform = platform
        self._customs = customs

    def resume(self) -> int:
        """Send again what a crash may have cut off, and try again what was held back: the sites or the profile may have
        been mended. Returns how many messages were sent."""
        open_ids = self._ledger.open_ids()
        known = [entry for entry in map(self._ledger.entry, open_ids) if entry is not None]
        made = [entry for held in self._ledger.held() if (entry := self._make(json.loads(held.about))) is not None]
        self._ledger.enter(made)
        self._put([*known, *made])
        return len(known) + len(made)

    def step(self) -> bool:
        """Send what has come; False when nothing had. When it returns, all is safe."""
        letters = self._platform.take()
        if letters:
            self.total = self.total.plus(self._send([letter.content for letter in letters]))
            self._platform.settle(letters)
        return bool(letters)

    def _send(self, values: Sequence[bytes]) -> Sent:
        decoded = decode_batch("arrival-report", [value or None for value in values])
        for bad in decoded.bad:
            log.error("an arrival report cannot be read and was not sent: %s", bad.reason)
        records = [record for record in decoded.arrow.to_pylist() if record["message_type"] != WATERMARK]
        again = [record["message_id"] for record in records if record["attempt"]]
        made = [self._make(record) for record in records if not record["attempt"]]
        entries = [entry for entry in made if entry is not None]
        outcomes = self._ledger.enter(entries)
        for entry, outcome in zip(entries, outcomes, strict=True):
            if outcome is Outcome.REFUSED:
                log.error("message id %s came with a second content; the first one was sent and counts", entry.id)
        # Repeats too, with the bytes of the first time: the platform asks once more. What is held back waits for a start.
        counted = [self._ledger.entry(each) for each in [*(entry.id for entry in entries), *again]]
        self._put([entry for entry in counted if entry is not None])
        new, repeated, refused = (outcomes.count(outcome) for outcome in Outcome)
        return Sent(new, repeated + len(again), refused, made.count(None), len(decoded.bad))

    def _make(self, record: Mapping[str, Any]) -> Entry | None:
        """The message of a record; one that does not fit the profile costs only itself, and is kept with the reason."""
        about = content_of(record)
        first = next(iter(self._ledger.held(record["message_id"])), None)
        if first is not None and content_of(json.loads(first.about)) != about:
            log.error("message id %s came with a second content; the first one is held back and counts", first.id)
            return None
        try:
            return Entry(record["message_id"], self._messages.write(record), about)
        except DocumentProblem as problem:
            log.error("report %s for %s was not sent: %s", record["message_id"], record["container"], problem)
            kept = json.dumps({**json.loads(about), "sent_at": record["sent_at"]}, ensure_ascii=False).encode()
            self._ledger.hold(Held(record["message_id"], kept, str(problem)))
            return None

    def _put(self, entries: Sequence[Entry]) -> None:
        if entries:
            self._customs.put([Letter(f"{entry.id}.xml", entry.content) for entry in entries])
            self._ledger.done([entry.id for entry in entries])
