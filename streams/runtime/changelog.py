"""The changelog: one record per (book, chunk) of evidence, and two per partition for its logical time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from streams.domain.correlator import Correlator
from streams.runtime.packing import pack, unpack
from streams.runtime.ports import Message, Record
from streams.runtime.watermark import Watermark

TOPIC: Final = "books-changelog"
#: The logical time, 8 bytes big-endian: what deadlines were compared with must not go back after a crash.
NOW_KEY: Final = b"\x00now"
#: What the senders and the other partitions said of their time (`Watermark.dump`).
WATERMARK_KEY: Final = b"\x00watermark"


class Draft:
    """What must be written to the changelog now. ``give_back`` makes it due again when the write failed."""

    def __init__(self, correlator: Correlator, watermark: Watermark, written: dict[bytes, bytes]) -> None:
        self._correlator = correlator
        self._written = written
        self._chunks: list[tuple[str, int]] = []
        self.messages: list[Message] = []
        for name, number, items in correlator.take_dirty_chunks():
            self.messages.append((f"{name}\x00{number}".encode(), pack(items)))
            self._chunks.append((name, number))
        for key, value in ((NOW_KEY, correlator.now.to_bytes(8, "big")), (WATERMARK_KEY, watermark.dump())):
            if written.get(key) != value:
                self.messages.append((key, value))

    def give_back(self) -> None:
        """Nothing of this is certain to be in the changelog."""
        self._correlator.restore_chunks(self._chunks)
        self._written.clear()

    def acknowledged(self) -> None:
        """All of this is in the changelog."""
        for key, value in self.messages:
            if key in (NOW_KEY, WATERMARK_KEY):
                self._written[key] = value or b""


def restore(correlator: Correlator, watermark: Watermark, records: Sequence[Record], now_ms: int) -> None:
    """Put changelog records back. Raises for a record that nobody of ours wrote: state must not be half restored."""
    for record in records:
        if record.value is None or record.key is None:
            continue
        if record.key == NOW_KEY:
            correlator.advance(int.from_bytes(record.value, "big"))
        elif record.key == WATERMARK_KEY:
            watermark.load(record.value, now_ms)
        else:
            name, _, number = record.key.decode().rpartition("\x00")
            correlator.restore(name, int(number), unpack(record.value))
