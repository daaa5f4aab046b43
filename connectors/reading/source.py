"""Where the bytes come from: a path, bytes, or a binary stream."""

from __future__ import annotations

from codecs import BOM_UTF16_BE, BOM_UTF16_LE, getincrementaldecoder
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import BinaryIO, Final

#: How much is read at once.
CHUNK: Final = 1 << 16
#: Enough of a file to tell its format and first record.
HEAD: Final = 1 << 10

#: A mark of UTF-16 and the character after it.
_UTF_16: Final = (BOM_UTF16_LE, BOM_UTF16_BE)
_MARKED: Final = 4

Source = bytes | Path | BinaryIO | Iterable[bytes]


def chunks(source: Source) -> Iterator[bytes]:
    """The bytes of a source in pieces; text in UTF-16, which Excel and editors write with a mark before it, becomes UTF-8
    (XML says itself what it is in). A stream is left open; a path is opened and closed. Raises OSError."""
    pieces = _pieces(source)
    first = b""
    for piece in pieces:
        first += piece
        if len(first) >= _MARKED:
            break
    if not first.startswith(_UTF_16) or b"<" in first[:_MARKED]:
        if first:
            yield first
        yield from pieces
        return
    decoder = getincrementaldecoder("utf-16")("replace")
    for piece in chain((first,), pieces):
        yield decoder.decode(piece).encode()
    yield decoder.decode(b"", final=True).encode()


def _pieces(source: Source) -> Iterator[bytes]:
    if isinstance(source, Path):
        with source.open("rb") as stream:
            while block := stream.read(CHUNK):
                yield block
    elif isinstance(source, bytes):
        for start in range(0, len(source), CHUNK):
            yield source[start : start + CHUNK]
    elif hasattr(source, "read"):
        while block := source.read(CHUNK):
            yield block
    else:
        yield from source


def peek(pieces: Iterator[bytes]) -> tuple[bytes, Iterator[bytes]]:
    """(the first bytes, at least ``HEAD`` of them where there are so many; all pieces from the start)."""
    head = b""
    for piece in pieces:
        head += piece
        if len(head.lstrip()) >= HEAD:
            break
    return head, chain((head,), pieces)


def name_of(source: Source) -> str:
    """The file's name for messages to people, "" where there is none. It never enters an event."""
    name = source.name if isinstance(source, Path) else getattr(source, "name", "")
    return Path(name).name if isinstance(name, str) and name else ""
