"""What all kinds share: the envelope's columns as evidence attributes (model 7.1)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple
from zlib import crc32

from schemas.decoded import Decoded
from streams.domain.evidence import version_of
from streams.runtime.ports import Record

#: Envelope columns that evidence is made of.
FIELDS = (
    "event_id", "source_party", "source_system", "classifier", "event_time", "updated_time", "is_retracted",
    "corrects_event_id", "corrects_key", "port", "terminal_code",
)  # fmt: skip


class Envelope(NamedTuple):
    """One list per attribute, a value per good record. Times in ms UTC."""

    idents: list[str]
    versions: list[int]
    classifiers: list[str]
    at: list[int]
    seen: list[int]
    ports: list[str]
    terminals: list[str]
    sources: list[str]
    corrects: list[str]


def envelope(decoded: Decoded, records: Sequence[Record]) -> Envelope:
    """The envelope of each good record of a batch; ``seen`` is the broker's append time."""
    parties = decoded.text("source_party")
    sources = decoded.text("source_system")
    good = [records[i] for i in decoded.good]
    idents = [
        f"{party}|{system}|{event}"
        for party, system, event in zip(parties, sources, decoded.text("event_id"), strict=True)
    ]
    versions = [
        version_of(updated, crc32(record.value or b""), retracted)
        for updated, record, retracted in zip(
            decoded.times("updated_time"), good, decoded.column("is_retracted"), strict=True
        )
    ]
    corrects = decoded.text("corrects_event_id")
    if any(corrects):
        corrects = [
            f"{party}|{system}|{event}" if event else ""
            for party, system, event in zip(parties, sources, corrects, strict=True)
        ]
    return Envelope(
        idents,
        versions,
        decoded.text("classifier"),
        decoded.times("event_time"),
        [record.timestamp for record in good],
        decoded.text("port"),
        decoded.text("terminal_code"),
        sources,
        corrects,
    )
