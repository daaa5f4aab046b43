"""Delimited segments (ISO 9735, and the flat files' records) from a stream of bytes, in bounded memory.

Bytes are cut at terminators before they are decoded. That is sound: below 0x40 no byte but a digit is ever part of a
longer character in UTF-8 or GB18030, and the usual service characters lie below 0x40.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterable, Iterator, Sequence
from typing import AnyStr, Final, NamedTuple

from connectors.edi.charset import CHINESE, ESCAPE, REPLACEMENT, by_syntax, decode, utf8_text

#: A segment longer than this is none: without a limit a file with a lost terminator would be held in memory whole.
MAX_SEGMENT: Final = 1 << 16
_ESCAPE: Final = ESCAPE.encode()
_MAX_DAMAGED: Final = 100
#: Segments that are handed on at once: few enough that they are gone again before the garbage collector counts them.
_BATCH: Final = 64
#: Many segments of a file are the same (places, carriers, units): what was split is kept, up to so many short ones.
_KEPT: Final = 1024
_SHORT: Final = 48
_UNA_LENGTH: Final = 9
#: How far to look for the segment after UNA, and for the line after a first one without a terminator.
_UNA_WINDOW: Final = 24
_FIRST_LINES: Final = 512
_BOM: Final = b"\xef\xbb\xbf"
_BREAKS: Final = b"\r\n"
#: White space, and what old systems put at the end of a file: Ctrl-Z, and zeros up to the length of a block.
_BLANK: Final = " \t\r\n\v\f\x1a\0"
_BLANK_BYTES: Final = _BLANK.encode()
_UNA: Final = re.compile(rb"UNA(.{3,15}?)(?=UN[BGH])", re.DOTALL)
#: The first segment (record) on a line of its own without a terminator, and the next one behind it.
_LINES: Final = re.compile(rb"(?:UNB[^'\r\n]*[\r\n]\s*UN[GH]|UNH[^'\r\n]*[\r\n]\s*[A-Z]{3})\+|00:[^'\r\n]*[\r\n]\s*[0-9]{2}:")

NOT_TERMINATED: Final = "NOT_TERMINATED"
SEGMENT_TOO_LONG: Final = "SEGMENT_TOO_LONG"


class Service(NamedTuple):
    """The service characters. ``release`` is "" where there is none, ``component`` where elements have no parts."""

    component: str
    element: str
    release: str
    terminator: bytes


EDIFACT: Final = Service(":", "+", "?", b"'")
FLAT: Final = Service("", ":", "?", b"'")


class Segment(NamedTuple):
    """``elements[0]`` is the tag's own, so ``elements[n]`` is the n-th data element as the directories count it; each
    is the list of its components, not to be changed: segments that are alike share it. ``position`` counts the segments
    of the stream from 1; UNA is none."""

    tag: str
    elements: list[list[str]]
    position: int


class Segments:
    """The segments of a stream, read once.

    ``fault`` says after the end what was wrong with the stream itself: "", NOT_TERMINATED (text after the last
    terminator) or SEGMENT_TOO_LONG (reading stopped there), with the beginning of that text in ``rest``. ``odd`` is a
    UNA that has not its six characters, or "line breaks" where nothing else ends the segments: read as what is meant,
    and to be told and emptied by the caller. ``charset`` is the sender's own, "" = by UNB's syntax identifier; it may
    be set while reading, at the UNB that names the sender.
    ``damaged`` lists the segments with bytes that are no text, or with an ESCAPE, which the text then holds, as
    (position, text): what has been dealt with is to be taken out.
    """

    def __init__(self, chunks: Iterable[bytes], service: Service = EDIFACT, charset: str = "") -> None:
        self.charset = charset
        self._split: dict[str, list[list[str]]] = {}
        self.fault = ""
        self.rest = ""
        self.odd = ""
        self.position = 0
        self.damaged: list[tuple[int, str]] = []
        self._chunks = chunks
        self._service = service
        self._fallback = CHINESE

    def __iter__(self) -> Iterator[Segment]:
        for batch in self.batches():
            yield from batch

    def batches(self) -> Iterator[list[Segment]]:
        """The same in lists, as they come: one loop over a list is faster than generators within generators. A UNB is
        the last of its list, so that what it says can be heeded before its interchange is decoded."""
        buffer = b""
        started = False
        for chunk in self._chunks:
            buffer += chunk
            if not started:
                buffer = buffer.removeprefix(_BOM).lstrip()
                if len(buffer) < _FIRST_LINES:
                    continue
                started = True
                self._begin(buffer)
            buffer = yield from self._whole(buffer)
            if self.fault:
                return
        if not started:
            self._begin(buffer)
        buffer = yield from self._whole(buffer, last=True)
        if self._service.terminator in _BREAKS and not self.fault and buffer.strip(_BLANK_BYTES):
            # the last line of a file need not have a break
            buffer = yield from self._whole(buffer + self._service.terminator, last=True)
        if not self.fault and (rest := buffer.strip(_BLANK_BYTES)):
            self.fault = NOT_TERMINATED
            self.rest = self._text(rest[:80])

    def _begin(self, buffer: bytes) -> None:
        """To be called with how the stream begins: sees where line breaks end the segments, as some systems and mail
        gateways write them, and nobody says so."""
        head = buffer[:_FIRST_LINES]
        ended = self._service.terminator + b"\n" in head or self._service.terminator + b"\r" in head
        if self._service in (EDIFACT, FLAT) and not ended and _LINES.match(head):
            self._service, self.odd = self._service._replace(terminator=b"\n"), "line breaks"

    def _whole(self, buffer: bytes, last: bool = False) -> Generator[list[Segment], None, bytes]:
        """The whole segments of a buffer; returns what is left of it. ``last``: nothing follows it."""
        while True:
            if buffer.startswith(b"UNA") and self._service.component:
                if len(buffer) < (_UNA_LENGTH if last else _UNA_WINDOW):
                    return buffer
                buffer = buffer[self._announced(buffer[:_UNA_WINDOW]) :].lstrip()
            cut = self._last_terminator(buffer)
            if cut < 0:
                if len(buffer) > MAX_SEGMENT:
                    self._stop(buffer)
                return buffer
            again = yield from self._block(buffer[:cut])
            if self.fault:
                return b""
            rest = buffer[cut + 1 :].lstrip()
            if not again and not rest.startswith(b"UNA"):
                return rest
            buffer = again + (self._service.terminator if again else b"") + rest

    def _announced(self, head: bytes) -> int:
        """Heed the UNA at the beginning of ``head``; returns its length.

        A UNA that lacks some of its six characters (the reserved blank, the release character) still says by what it
        begins and ends with what separates components and elements, and what ends segments.
        """
        self._split.clear()
        chars = head[3:_UNA_LENGTH].decode("latin-1")
        self._service = Service(chars[0], chars[1], "" if chars[3] == " " else chars[3], head[8:_UNA_LENGTH])
        found = _UNA.match(head)
        said = found[1].rstrip().decode("latin-1") if found is not None else chars
        # six characters, or five and a line break as the terminator
        if found is None or len(said) == 6 or (len(found[1]) > 5 and chars[5] in "\r\n" and chars[4] in " *"):
            return _UNA_LENGTH
        if not 3 <= len(said) < 6 or said[-1].isalnum():
            return _UNA_LENGTH
        self.odd = f"UNA{said}"
        terminator = EDIFACT.terminator if said[-1] in ".,?" else said[-1].encode("latin-1")
        self._service = EDIFACT._replace(component=said[0], element=said[1], terminator=terminator)
        return found.end()

    def _last_terminator(self, buffer: bytes) -> int:
        terminator, release = self._service.terminator, self._service.release.encode("latin-1")
        cut = buffer.rfind(terminator)
        while cut > 0 and release and _released(buffer, cut, release, terminator):
            cut = buffer.rfind(terminator, 0, cut)
        return cut

    def _block(self, block: bytes) -> Generator[list[Segment], None, bytes]:
        """The segments of a block that ends where a terminator stood; returns bytes that begin with a new UNA, which
        are to be read by what it says."""
        service = self._service
        block = block.translate(None, _BREAKS.replace(service.terminator, b""))
        pieces = _cut(block, service, self.charset or self._fallback)
        component, element, release = service.component, service.element, service.release
        # What a block cannot hold need not be looked for in each of its segments.
        announced = component and b"UNA" in block
        released = release and release.encode("latin-1") in block
        damageable = not block.isascii() or _ESCAPE in block
        position, split = self.position, self._split
        new = tuple.__new__  # what Segment(...) does, in half the time
        batch: list[Segment] = []
        for index, part in enumerate(pieces):
            piece = part if isinstance(part, str) else self._text(part)
            if piece[:1] <= " ":
                piece = piece.lstrip(_BLANK)
                if not piece:
                    continue
            if len(piece) > MAX_SEGMENT:
                self.position = position
                yield batch
                self._stop(piece.encode())
                return b""
            if announced and piece.startswith("UNA"):
                self.position = position
                yield batch
                return service.terminator.join(map(_encoded, (piece, *pieces[index + 1 :])))
            kept = split.get(piece)
            if kept is not None:
                elements = kept
            else:
                if released and release in piece:
                    elements = _split_released(piece, service)
                elif component:
                    elements = [
                        value.split(component) if component in value else [value] for value in piece.split(element)
                    ]
                else:
                    elements = [[value] for value in piece.split(element)]
                if len(piece) <= _SHORT:
                    if len(split) >= _KEPT:
                        split.clear()
                    split[piece] = elements
            position += 1
            if damageable and (REPLACEMENT in piece or ESCAPE in piece) and len(self.damaged) < _MAX_DAMAGED:
                self.damaged.append((position, piece[:80] + (ESCAPE if ESCAPE in piece[80:] else "")))
            tag = elements[0][0]
            batch.append(new(Segment, (tag, elements, position)))
            if tag == "UNB":
                self._fallback = by_syntax(elements[1][0] if len(elements) > 1 else "")
            if tag == "UNB" or len(batch) >= _BATCH:
                self.position = position
                yield batch
                batch = []
        self.position = position
        yield batch
        return b""

    def _text(self, raw: bytes) -> str:
        return decode(raw, self.charset or self._fallback)

    def damaged_until(self, first: int, last: int) -> list[tuple[int, str]]:
        """Takes out what is damaged up to segment ``last``, and returns what of it stands from ``first`` on."""
        found = [entry for entry in self.damaged if first <= entry[0] <= last]
        self.damaged = [entry for entry in self.damaged if entry[0] > last]
        return found

    def _stop(self, raw: bytes) -> None:
        self.fault = SEGMENT_TOO_LONG
        self.rest = self._text(raw[:80])


def _released(buffer: bytes, index: int, release: bytes, terminator: bytes) -> bool:
    """Whether an odd number of release characters stands before a terminator, line breaks that are none left aside."""
    count = 0
    while index > 0 and (before := buffer[index - 1 : index]) in (release, b"\r", b"\n") and before != terminator:
        count += before == release
        index -= 1
    return count % 2 == 1


def _cut(block: bytes, service: Service, fallback: str) -> Sequence[str | bytes]:
    """The pieces of a block between its terminators: text where the block is UTF-8, else bytes."""
    text = utf8_text(block, fallback)
    release = service.release.encode("latin-1")
    if text is None:
        pieces = block.split(service.terminator)
        return _rejoined(pieces, service.terminator, release) if release and release in block else pieces
    terminator = service.terminator.decode("latin-1")
    parts = text.split(terminator)
    return _rejoined(parts, terminator, service.release) if release and release in block else parts


def _rejoined(pieces: list[AnyStr], terminator: AnyStr, release: AnyStr) -> list[AnyStr]:
    """Pieces that were split at a released terminator, joined again."""
    if not any(piece.endswith(release) for piece in pieces):
        return pieces
    joined: list[AnyStr] = []
    start: list[AnyStr] = []
    for piece in pieces:
        start.append(piece)
        if (len(piece) - len(piece.rstrip(release))) % 2 == 0:
            joined.append(terminator.join(start))
            start = []
    return joined + ([terminator.join(start)] if start else [])


def _encoded(piece: str | bytes) -> bytes:
    return piece.encode() if isinstance(piece, str) else piece


def _split_released(piece: str, service: Service) -> list[list[str]]:
    """Elements of a segment with release characters. Where elements have no parts (flat files) a release character
    before anything but a service character stands for itself: text lost to ``?`` is common there."""
    component, element, release, terminator = service
    services = element + release + terminator.decode("latin-1")
    elements: list[list[str]] = [[]]
    part: list[str] = []
    chars = iter(piece)
    for char in chars:
        if char == release:
            following = next(chars, "")
            part.append(following if component or (following and following in services) else char + following)
        elif char == element:
            elements[-1].append("".join(part))
            elements.append([])
            part = []
        elif char == component and component:
            elements[-1].append("".join(part))
            part = []
        else:
            part.append(char)
    elements[-1].append("".join(part))
    return elements
