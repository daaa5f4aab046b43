"""Receipts in: each is matched to its report by MessageID and becomes a record of ``{port}.release.v1``, once.

The order that makes it safe is the sender's: written down in a ledger of receipts (fsync), published, noted as done,
and only then moved away.
"""

from __future__ import annotations

import logging
from typing import NamedTuple

from connectors.customs.document import DocumentProblem
from connectors.customs.ledger import Entry, Outcome, SendLedger
from connectors.customs.post import Letter, Source, Target
from connectors.customs.profile import TAKEN, Profile
from connectors.customs.receipts import CustomsReceipt, read_receipt, release_record
from schemas.codec import decode, encode

log = logging.getLogger(__name__)


class Received(NamedTuple):
    """What became of receipts: decisions that were published, technical "taken", sent again, unmatched, not readable."""

    published: int = 0
    taken: int = 0
    repeated: int = 0
    unmatched: int = 0
    unreadable: int = 0


class Receiver:
    """Takes receipts from customs' post and puts release records into the platform's. ``sent`` is the sender's ledger, to
    look into; ``ledger`` is its own. Call `resume` once before the first batch."""

    def __init__(self, profile: Profile, sent: SendLedger, ledger: SendLedger, customs: Source, platform: Target) -> None:
        self.total = Received()
        self._profile = profile
        self._sent = sent
        self._ledger = ledger
        self._customs = customs
        self._platform = platform

    def resume(self) -> int:
        """Publish again what a crash may have cut off; returns how many records these were."""
        open_ids = self._ledger.open_ids()
        entries = [entry for entry in map(self._ledger.entry, open_ids) if entry is not None]
        return self._publish(entries)

    def step(self) -> bool:
        """Work off what has come; False when nothing had. A letter that is no receipt of ours costs only itself."""
        letters = self._customs.take()
        good: list[Letter] = []
        receipts: list[CustomsReceipt] = []
        apart: list[tuple[Letter, str]] = []
        for letter in letters:
            try:
                receipt = read_receipt(self._profile, letter.name, letter.content)
            except DocumentProblem as problem:
                apart.append((letter, str(problem)))
                self._count(unreadable=1)
                continue
            if self._sent.entry(receipt.ref_message_id) is None:
                reason = f"no report {receipt.ref_message_id} was sent from here: the receipt answers somebody else, or the "
                apart.append((letter, f"{reason}ledger is another one; put the file back into in/ once that is mended"))
                self._count(unmatched=1)
                continue
            good.append(letter)
            receipts.append(receipt)
        entries = [self._entry(receipt) for receipt in receipts]
        outcomes = self._ledger.enter(entries)
        self._count(repeated=sum(outcome is not Outcome.NEW for outcome in outcomes))
        new = [entry for entry, outcome in zip(entries, outcomes, strict=True) if outcome is Outcome.NEW]
        published = self._publish(new)
        self._count(published=published, taken=len(new) - published)
        self._customs.settle(good)
        for letter, why in apart:
            log.error("receipt %s was put aside: %s", letter.name, why)
            self._customs.settle([letter], why)
        return bool(letters)

    def _entry(self, receipt: CustomsReceipt) -> Entry:
        """What the platform is told; nothing where customs has not decided."""
        report = self._sent.entry(receipt.ref_message_id)
        assert report is not None  # entries are never taken out of a ledger
        told = b"" if receipt.meaning == TAKEN else encode("release", release_record(receipt, report.about))
        return Entry(receipt.event_id, told)

    def _publish(self, entries: list[Entry]) -> int:
        letters = []
        for entry in entries:
            if entry.content:
                record = decode(entry.content, "release")
                key, topic = record["container_no"], f"{record['port']}.release.v1"
                letters.append(Letter(entry.id, entry.content, topic, key))
        self._platform.put(letters)
        self._ledger.done([entry.id for entry in entries])
        return len(letters)

    def _count(self, **more: int) -> None:
        self.total = self.total._replace(**{name: getattr(self.total, name) + n for name, n in more.items()})
