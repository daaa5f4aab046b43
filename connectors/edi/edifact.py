"""EDIFACT interchanges into events: envelopes, their counts and references, and the messages inside.

Wrong counts, references and missing envelopes are common in real traffic. The rule is leniency: the events pass, with a
quality flag and a warning that names both values. A partner whose profile is strict gets the same words as an error,
and nothing of the message (or, where the interchange is at fault, of the interchange) is taken over.

Events wait for the trailers of their message and interchange, up to HOLD of them: then a lenient interchange goes on in
pieces (a later wrong UNZ is told but can flag only what still waits) and a strict one is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Final

from connectors.edi.charset import ESCAPE
from connectors.edi.heads import Resolve, Surroundings, component
from connectors.edi.interchange import Frame, Ledger, differs, opened_group, opened_interchange
from connectors.edi.message import Message
from connectors.edi.syntax import MAX_SEGMENT, Segment, Segments
from connectors.reading.events import Event, Item
from connectors.reading.problem import ERROR, WARNING, Problem

#: What text may be encoded in, in words.
CHARSETS: Final = "UTF-8, GB18030, or the charset of the partner's profile or the syntax identifier"
HOLD: Final = 30_000
_TRAILERS: Final = {"UNB": "UNZ", "UNG": "UNE", "UNH": "UNT"}
_SECTION: Final = "ISO 9735-1, service segments"


class Reader:
    """Reads one stream; see `run`."""

    def __init__(
        self, segments: Segments, file: str, resolve: Resolve, charset_of: Callable[[str], str], ledger: Ledger | None = None
    ) -> None:
        self._ledger = ledger
        self._segments = segments
        self._file = file
        self._resolve = resolve
        self._charset_of = charset_of
        self._interchange: Frame | None = None
        self._group: Frame | None = None
        self._message: Message | None = None
        self._stray = False
        self._found = False

    def run(self) -> Iterator[Item]:
        """The items of the stream; what is wrong with a message never stops those after it."""
        service: dict[str, Callable[[Segment], Iterator[Item]]] = {
            "UNB": self._unb, "UNG": self._ung, "UNH": self._unh, "UNT": self._unt, "UNE": self._une, "UNZ": self._unz,
        }  # fmt: skip
        for batch in self._segments.batches():
            for segment in batch:
                tag = segment[0]
                message = self._message
                if message is not None and tag not in service:
                    if tag in message.special:
                        message.take(segment)
                    else:
                        message.open.append(segment)
                elif tag in service:
                    if self._segments.odd:
                        yield from self._odd(segment)
                    self._stray = False
                    self._found = True
                    if self._ledger is not None:
                        self._ledger.segments.append(segment)
                    yield from service[tag](segment)
                else:
                    yield from self._outside(segment)
            if self._message is not None:
                self._message.bound()
        yield from self._end(self._segments.position)

    def _odd(self, segment: Segment) -> Iterator[Item]:
        """Service characters that are not announced as they should be."""
        value, self._segments.odd = self._segments.odd, ""
        yield self._problem(WARNING, "ODD_SERVICE_CHARACTERS", segment.position, "UNA", value, "UNA:+.? '")

    def _outside(self, segment: Segment) -> Iterator[Item]:
        """A segment in no message: one problem for each run of them."""
        if not self._stray:
            self._stray = True
            shown = "+".join(map(":".join, segment.elements))
            yield self._problem(ERROR, "STRAY_SEGMENT", segment.position, segment.tag, shown, "UNB or UNH")

    def _end(self, position: int) -> Iterator[Item]:
        fault = self._segments.fault
        if fault:
            expected = "a terminator after the last segment"
            if fault == "SEGMENT_TOO_LONG":
                expected = f"a segment terminator within {MAX_SEGMENT} bytes"
            yield self._problem(ERROR, fault, position + 1, "", self._segments.rest, expected)
        yield from self._cut_off("")
        yield from self._unclosed("UNG", "the end of the file")
        yield from self._unclosed("UNB", "the end of the file")
        if not self._found and not fault and not position:
            yield self._problem(ERROR, "EMPTY_FILE", 0, "", "", "")

    # service segments

    def _unb(self, segment: Segment) -> Iterator[Item]:
        yield from self._cut_off("UNB")
        yield from self._unclosed("UNG", "UNB")
        yield from self._unclosed("UNB", "UNB")
        self._interchange = opened_interchange(self._file, segment)
        self._segments.charset = self._charset_of(self._interchange.around.sender)

    def _ung(self, segment: Segment) -> Iterator[Item]:
        yield from self._cut_off("UNG")
        yield from self._unclosed("UNG", "UNG")
        self._group = opened_group(self._around(), segment)
        if self._interchange is not None:
            self._interchange.groups += 1

    def _unh(self, segment: Segment) -> Iterator[Item]:
        yield from self._cut_off("UNH")
        for frame in (self._interchange, self._group):
            if frame is not None:
                frame.parts += 1
        self._message = Message(segment, self._around(), self._resolve)
        if self._group is not None:
            yield from self._of_another_version(self._group, segment)

    def _of_another_version(self, group: Frame, unh: Segment) -> Iterator[Item]:
        """A group that says another type, version or release than its message; told once of each group."""
        said = tuple(component(unh.elements, 2, part).strip() for part in range(3))
        if any(of_group and own and of_group != own for of_group, own in zip(group.version, said, strict=False)):
            value, group.version = ":".join(filter(None, group.version)), ()
            yield self._problem(WARNING, "GROUP_VERSION", unh.position, "UNG S008/0054", value, ":".join(said))

    def _unt(self, segment: Segment) -> Iterator[Item]:
        message = self._message
        if message is None:
            yield self._problem(ERROR, "STRAY_SEGMENT", segment.position, "UNT", "UNT", "UNH before it")
            return
        message.end()
        self._message = None
        self._note(message, message.refused is not None)
        if message.refused is not None:
            yield from message.notes.problems
            yield message.refused
            return
        damaged = self._segments.damaged_until(message.position, segment.position)
        if shifted := next((one for one in damaged if ESCAPE in one[1]), None):
            self._note(message, True)
            yield self._iso_2022(message, *shifted)
            return
        faults = self._message_faults(message, segment)
        for position, text in damaged:
            for event in message.events:
                message.notes.warn(event.record["quality_flags"], "BAD_CHARSET", position, text[:3], text, CHARSETS)
        yield from message.notes.problems
        yield from message.problems
        yield from self._judged(faults, message.events, message.strict)
        if faults and message.strict:
            self._note(message, True)
        events = [] if faults and message.strict else message.events
        yield from self._hold(events, message)

    def _iso_2022(self, message: Message, position: int, text: str) -> Problem:
        """A message in which character sets are switched: its segments may be cut in the middle of a character."""
        tag, shown = text[:3], text.replace(ESCAPE, "<ESC>")
        return replace(self._problem(ERROR, "ESCAPE_SEQUENCE", position, tag, shown, CHARSETS), message=message.reference)

    def _une(self, segment: Segment) -> Iterator[Item]:
        yield from self._cut_off("UNE")
        frame, self._group = self._group, None
        if frame is None:
            yield self._problem(WARNING, "STRAY_SEGMENT", segment.position, "UNE", "UNE", "UNG before it")
            return
        yield from self._close(frame, segment, frame.parts, "0048")

    def _unz(self, segment: Segment) -> Iterator[Item]:
        yield from self._cut_off("UNZ")
        yield from self._unclosed("UNG", "UNZ")
        frame, self._interchange = self._interchange, None
        self._segments.charset = ""
        if frame is None:
            yield self._problem(WARNING, "NO_ENVELOPE", segment.position, "UNZ", "UNZ", "UNB before it")
            return
        yield from self._close(frame, segment, frame.groups or frame.parts, "0020")

    # what the trailers say

    def _message_faults(self, message: Message, unt: Segment) -> list[Problem]:
        said, reference = component(unt.elements, 1, 0).strip(), component(unt.elements, 2, 0).strip()
        count = unt.position - message.position + 1
        faults = []
        if self._interchange is None:
            faults.append(self._problem(WARNING, "NO_ENVELOPE", message.position, "UNH", "UNH", "UNB and UNZ around it"))
        if differs(said, count):
            faults.append(self._problem(WARNING, "COUNT_MISMATCH", unt.position, "UNT 0074", said, f"{count} segments"))
        if reference != message.reference:
            faults.append(self._problem(WARNING, "REFERENCE_MISMATCH", unt.position, "UNT 0062", reference, message.reference))
        if message.stated_boxes is not None and differs(message.stated_boxes[0], message.boxes):
            boxes, position = message.stated_boxes
            faults.append(self._problem(WARNING, "COUNT_MISMATCH", position, "CNT C270/6066", boxes, f"{message.boxes} boxes"))
        return [replace(fault, message=message.reference) for fault in faults]

    def _close(self, frame: Frame, trailer: Segment, parts: int, element: str) -> Iterator[Item]:
        said, reference = component(trailer.elements, 1, 0).strip(), component(trailer.elements, 2, 0).strip()
        what = "groups" if frame.groups else "messages"
        faults = []
        if differs(said, parts):
            faults.append(
                self._problem(WARNING, "COUNT_MISMATCH", trailer.position, f"{trailer.tag} count", said, f"{parts} {what}")
            )
        if reference != frame.reference:
            faults.append(
                self._problem(
                    WARNING, "REFERENCE_MISMATCH", trailer.position, f"{trailer.tag} {element}", reference, frame.reference
                )
            )
        yield from self._release(frame, faults)

    def _unclosed(self, tag: str, before: str) -> Iterator[Item]:
        """An interchange or group that is open where another begins or the file ends."""
        frame = self._interchange if tag == "UNB" else self._group
        if frame is None:
            return
        if tag == "UNB":
            self._interchange = None
        else:
            self._group = None
        trailer = _TRAILERS[tag]
        fault = self._problem(WARNING, "NO_TRAILER", frame.position, tag, before, f"{trailer}+...+{frame.reference}")
        yield from self._release(frame, [fault])

    def _cut_off(self, before: str) -> Iterator[Item]:
        """A message that is open where its UNT should have been: it cannot be known to be whole."""
        message, self._message = self._message, None
        if message is None:
            return
        self._note(message, True)
        if message.refused is not None:
            yield message.refused
        elif before:
            yield replace(
                self._problem(ERROR, "NO_TRAILER", message.position, "UNH", before, "UNT; the message was refused"),
                message=message.reference,
            )
        else:
            yield replace(self._problem(ERROR, "TRUNCATED", message.position, "UNH", "", "UNT"), message=message.reference)

    # letting events go

    def _hold(self, events: list[Event], message: Message) -> Iterator[Item]:
        """Have events wait for the trailers around them, as far as there is room."""
        frames = [frame for frame in (self._interchange, self._group) if frame is not None]
        if not frames:
            yield from events
            return
        strict = any(frame.strict for frame in frames) or message.strict
        for frame in frames:
            frame.strict = strict
        if strict and frames[0].overflowed:
            return
        frames[-1].held += events
        if sum(len(frame.held) for frame in frames) <= HOLD:
            return
        if strict:
            frames[0].overflowed = True
            limit = f"{HOLD} boxes in one interchange of a strict partner"
            yield self._problem(ERROR, "MESSAGE_TOO_LONG", frames[0].position, frames[0].tag, frames[0].reference, limit)
        for frame in frames:
            if not strict:
                yield from frame.held
            frame.held = []

    def _release(self, frame: Frame, faults: list[Problem]) -> Iterator[Item]:
        yield from self._judged(faults, frame.held, frame.strict)
        events = [] if faults and frame.strict else frame.held
        if frame.tag == "UNG" and self._interchange is not None:
            self._interchange.held += events
        else:
            yield from events

    def _note(self, message: Message, refused: bool) -> None:
        if self._ledger is not None:
            self._ledger.documents[message.position] = message.document
            if refused:
                self._ledger.refused.add(message.position)

    def _judged(self, faults: list[Problem], events: list[Event], strict: bool) -> Iterator[Problem]:
        """The faults as warnings, with flags on the events; or as errors."""
        for fault in faults:
            if strict:
                yield replace(fault, severity=ERROR)
                continue
            for event in events:
                flags = event.record["quality_flags"]
                if fault.code not in flags:
                    flags.append(fault.code)
            yield fault

    def _around(self) -> Surroundings:
        frame = self._group or self._interchange
        return frame.around if frame is not None else Surroundings(self._file)

    def _problem(self, severity: str, code: str, position: int, element: str, value: str, expected: str) -> Problem:
        return Problem(severity, code, self._file, "", position, element, value, expected, _SECTION)
