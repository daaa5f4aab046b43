"""The changelog: one record per book and commit with the evidence that is new, one for each archived book, its stub, and two
per partition for its logical time.

A record of a book is named by what it holds: the key ends with a digest of the value. So nobody can overwrite it with
anything else, not even a worker that lost its partition and still writes, and a record that was written twice is one.
When the stub of a book is in, tombstones take its records of evidence and its earlier stubs out.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import Final

import msgspec

from streams.domain.archive import Leaving, digest_of, each_stub
from streams.domain.correlator import Correlator
from streams.domain.shelf import DIGEST
from streams.domain.sources import State
from streams.runtime.packing import pack
from streams.runtime.ports import Message, Record
from streams.runtime.watermark import Watermark

TOPIC: Final = "books-changelog"
#: The logical time, 8 bytes big-endian: what deadlines were compared with must not go back after a crash.
NOW_KEY: Final = b"\x00now"
#: What the senders and the other partitions said of their time (`Watermark.dump`).
WATERMARK_KEY: Final = b"\x00watermark"
#: When each source was last heard of (`Correlator.sources`), where that is watched.
SOURCES_KEY: Final = b"\x00sources"
#: Before the book's name in the key of a stub.
STUB_MARK: Final = b"\x01"


class Draft:
    """What must be written to the changelog, as it is now. Due again after ``give_back``, unless it was acknowledged."""

    def __init__(self, correlator: Correlator, watermark: Watermark, written: dict[bytes, bytes]) -> None:
        self._correlator = correlator
        self._written = written
        self._leaving = correlator.archive.take_leaving()
        self._fresh = correlator.take_fresh()
        self._open = True
        #: Evidence that is new, and the stubs of the books whose blobs the store has now.
        self.evidence: list[Message] = [chunk(name, pack(items)) for name, items in self._fresh]
        self.evidence += [stub(leaving.name, leaving.stub) for leaving in self._leaving]
        #: To be written when the stubs are acknowledged: what they stand for is forgotten.
        self.forgotten: list[Message] = list(chain.from_iterable(map(_tombstones, self._leaving)))
        kept = {NOW_KEY: correlator.now.to_bytes(8, "big"), WATERMARK_KEY: watermark.dump()}
        if heard := correlator.sources.dump():
            kept[SOURCES_KEY] = msgspec.msgpack.encode(heard)
        #: To be written when the evidence is acknowledged: a state that knows how late it is, and not what was said by then,
        #: would tell people that something is missing.
        self.times: list[Message] = [(key, value) for key, value in kept.items() if written.get(key) != value]

    def give_back(self) -> None:
        """What was not acknowledged may not be in the changelog: it must be written again."""
        if self._open:
            self._correlator.archive.stay(self._leaving)
            self._correlator.give_back(self._fresh)
            self._written.clear()

    def acknowledged(self) -> None:
        """All of this is in the changelog."""
        self._open = False
        for (name, _), (key, _) in zip(self._fresh, self.evidence, strict=False):
            self._correlator.wrote(name, (key or b"")[-DIGEST:])
        for leaving in self._leaving:
            self._correlator.archive.left(leaving)
        self._written.update({key: value for key, value in self.times if key and value})


def chunk(name: str, packed: bytes) -> Message:
    """The record of some evidence of a book (kind + key)."""
    return name.encode() + digest_of(packed), packed


def stub(name: str, packed: bytes) -> Message:
    """The record of a book that is in the archive."""
    return STUB_MARK + name.encode() + digest_of(packed), packed


def _tombstones(leaving: Leaving) -> list[Message]:
    name, written = leaving.name.encode(), leaving.written
    chunks: list[Message] = [(name + written[at : at + DIGEST], None) for at in range(0, len(written), DIGEST)]
    return chunks + [(stub(leaving.name, each)[0], None) for each in each_stub(leaving.refs)]


def restore(correlator: Correlator, watermark: Watermark, records: Sequence[Record], now_ms: int) -> None:
    """Put changelog records back. Raises ValueError for a record that nobody of ours wrote: state must not be half
    restored."""
    for record in records:
        key, value = record.key, record.value
        if key is None:
            continue
        if value is None:
            _forget(correlator, key)
        elif key == NOW_KEY:
            correlator.advance(int.from_bytes(value, "big"))
        elif key == WATERMARK_KEY:
            watermark.load(value, now_ms)
        elif key == SOURCES_KEY:
            correlator.sources.load(msgspec.msgpack.decode(value, type=list[State]))
        elif key[-DIGEST:] == digest_of(value):
            if key[:1] == STUB_MARK:
                correlator.archive.restore(key[1:-DIGEST].decode(), value)
            else:
                correlator.restore(key[:-DIGEST].decode(), value, key[-DIGEST:])
        else:
            raise ValueError(f"changelog record at {record.partition}/{record.offset} is damaged or is not ours: {key!r}")


def _forget(correlator: Correlator, key: bytes) -> None:
    if key[:1] == STUB_MARK:
        correlator.archive.forget(key[1:-DIGEST].decode(), key[-DIGEST:])
    else:
        correlator.forget(key[:-DIGEST].decode(), key[-DIGEST:])
