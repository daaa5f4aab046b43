"""What all kinds share: the envelope's columns as evidence attributes (model 7.1)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, NamedTuple
from zlib import crc32

from schemas.decoded import Decoded
from streams.agents.assemble import assemble, identities, versions
from streams.domain.evidence import Evidence
from streams.runtime.ports import Record

#: Envelope columns that evidence is made of.
FIELDS = (
    "event_id", "source_party", "source_system", "classifier", "event_time", "updated_time", "is_retracted",
    "corrects_event_id", "corrects_key", "port", "terminal_code",
)  # fmt: skip


#: Attributes of evidence that are not in the envelope, as `assemble` takes them.
_MORE: Final = (
    "container", "bill", "house", "vessel", "voyage", "trade", "ef", "direction", "iso_type", "mode", "purpose", "seals",
    "kg", "pol", "pod", "declaration", "ref", "reason", "call", "berth", "phase", "extra", "place", "packages", "goods",
    "dg", "seal_state", "until", "opens", "reason_code",
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
    parties, sources = decoded.words("source_party"), decoded.words("source_system")
    good = records if len(decoded.good) == len(records) else [records[i] for i in decoded.good]
    hashes = [crc32(r.value or b"") for r in good]
    return Envelope(
        identities(parties, sources, decoded.text("event_id")),
        versions(decoded.times("updated_time"), hashes, decoded.column("is_retracted")),
        decoded.words("classifier"),
        decoded.times("event_time"),
        [r.timestamp for r in good],
        decoded.words("port"),
        decoded.words("terminal_code"),
        sources,
        identities(parties, sources, decoded.text("corrects_event_id")),
    )


def items(
    e: Envelope, *, book: list[str], key: list[str], what: list[int], code: list[str], action: list[str] | None = None,
    rows: list[int] | None = None, **attributes: list[Any],
) -> list[Evidence]:  # fmt: skip
    """One item of evidence per row of an envelope, or for each of ``rows``. Attributes that are not given have their
    defaults."""
    count = len(key)
    blank, zero, none = [""] * count, [0.0] * count, [0] * count
    defaults = {"kg": zero, "packages": none, "until": none, "opens": none}
    more: Any = [attributes.pop(name, None) or defaults.get(name, blank) for name in _MORE]
    assert not attributes, attributes
    return assemble(
        list(range(count)) if rows is None else rows, book, key, e.idents, e.versions, what, code, action or blank,
        e.classifiers, e.at, e.seen, e.ports, e.terminals, e.sources, e.corrects, *more,
    )  # fmt: skip
