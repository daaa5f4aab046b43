"""The changelog of the books: one record per (book, chunk), and one per partition for its logical time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from streams.domain.correlator import Correlator
from streams.runtime.packing import pack, unpack
from streams.runtime.ports import Message, Record

TOPIC: Final = "books-changelog"
NOW_KEY: Final = b"\x00now"


def messages(correlator: Correlator) -> tuple[list[Message], list[tuple[str, int]]]:
    """What must be written now, and which chunks that covers (to give back if the write fails)."""
    out: list[Message] = []
    chunks: list[tuple[str, int]] = []
    for name, number, items in correlator.take_dirty_chunks():
        out.append((f"{name}\x00{number}".encode(), pack(items)))
        chunks.append((name, number))
    return out, chunks


def now_message(now: int) -> Message:
    """The record that keeps a partition's logical time."""
    return NOW_KEY, now.to_bytes(8, "big")


def restore(correlator: Correlator, records: Sequence[Record]) -> None:
    """Put changelog records back. Raises for a record that nobody of ours wrote: state must not be half restored."""
    for record in records:
        if record.value is None or record.key is None:
            continue
        if record.key == NOW_KEY:
            correlator.advance(int.from_bytes(record.value, "big"))
            continue
        name, _, number = record.key.decode().rpartition("\x00")
        correlator.restore(name, int(number), unpack(record.value))
