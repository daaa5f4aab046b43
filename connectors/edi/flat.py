"""National flat files into events: messages from record 00 to record 99, which counts them all."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from connectors.edi.edifact import CHARSETS
from connectors.edi.flatmessage import FlatMessage
from connectors.edi.heads import Resolve
from connectors.edi.interchange import Ledger, differs
from connectors.edi.syntax import MAX_SEGMENT, Segment, Segments
from connectors.reading.events import Event, Item, Outcome
from connectors.reading.problem import ERROR, WARNING, Problem

_SECTION: Final = "JT/T flat files, records 00 and 99"


def read_flat(records: Segments, file: str, resolve: Resolve, ledger: Ledger | None = None) -> Iterator[Item]:
    """The items of a stream of records; what is wrong with a message never stops those after it. ``ledger`` takes the
    outcome of each message."""
    message: FlatMessage | None = None
    stray = False
    for record in records:
        number = record.tag
        if records.odd:
            yield _problem(WARNING, "ODD_SERVICE_CHARACTERS", file, record.position, number, records.odd, "' after each record")
            records.odd = ""
        if number == "00":
            yield from _cut_off(message, file, "00", ledger)
            message, stray = FlatMessage(file, record, resolve), False
        elif message is None:
            if not stray:
                stray = True
                yield _problem(ERROR, "STRAY_RECORD", file, record.position, number, number, "record 00 before it")
        elif number == "99":
            yield from _counted(message, ledger, _ended(message, file, record, records))
            message = None
        else:
            message.take(record)
    if records.fault:
        expected = f"a ' within {MAX_SEGMENT} bytes" if records.fault == "SEGMENT_TOO_LONG" else "a ' after each record"
        yield _problem(ERROR, records.fault, file, records.position + 1, "", records.rest, expected)
    yield from _cut_off(message, file, "", ledger)


def _ended(message: FlatMessage, file: str, last: Segment, records: Segments) -> Iterator[Item]:
    message.end()
    for position, text in records.damaged_until(message.position, last.position):
        for event in message.events:
            message.notes.warn(event.record["quality_flags"], "BAD_CHARSET", position, text[:2], text, CHARSETS)
    yield from message.notes.problems
    if message.refused is not None:
        yield message.refused
        return
    yield from message.problems
    said = last.elements[1][0].strip() if len(last.elements) > 1 else ""
    count = last.position - message.position + 1
    if differs(said, count):
        fault = _problem(WARNING, "COUNT_MISMATCH", file, last.position, "99", said, f"{count} records")
        if message.strict:
            yield replace(fault, severity=ERROR)
            return
        yield fault
        for event in message.events:
            event.record["quality_flags"].append(fault.code)
    yield from message.events


def _counted(message: FlatMessage, ledger: Ledger | None, items: Iterator[Item]) -> Iterator[Item]:
    """The same items, counted into the ledger as the outcome of their message."""
    events = refused = 0
    for item in items:
        if isinstance(item, Event):
            events += 1
        else:
            refused += item.severity == ERROR
        yield item
    if ledger is not None:
        ledger.outcomes.append(Outcome(message.name, events, refused))


def _cut_off(message: FlatMessage | None, file: str, before: str, ledger: Ledger | None) -> Iterator[Item]:
    if message is not None:
        yield from _counted(message, ledger, _untold_end(message, file, before))


def _untold_end(message: FlatMessage, file: str, before: str) -> Iterator[Item]:
    """A message without its record 99: it cannot be known to be whole."""
    if message.refused is not None:
        yield message.refused
    elif before:
        yield _problem(ERROR, "NO_TRAILER", file, message.position, "00", before, "99; the message was refused")
    else:
        yield _problem(ERROR, "TRUNCATED", file, message.position, "00", "", "record 99")


def _problem(severity: str, code: str, file: str, position: int, element: str, value: str, expected: str) -> Problem:
    return Problem(severity, code, file, "", position, element, value, expected, _SECTION, "record")
