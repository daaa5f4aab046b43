"""APERAK and CONTRL from others: what they say of a message that we sent, told as notes. They make no event."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from connectors.edi.heads import component
from connectors.edi.notes import Notes
from connectors.edi.syntax import Segment
from connectors.edi.tables import Table
from connectors.reading.problem import NOTE, WARNING, Problem

#: BGM 1225 and 1001 of an APERAK, UCI and UCM 0083 of a CONTRL, that say no.
_REFUSING_FUNCTIONS: Final = frozenset(("27",))
_REFUSING_DOCUMENTS: Final = frozenset(("313",))
_REFUSING_ACTIONS: Final = frozenset(("4",))


def told(table: Table, segments: Sequence[Segment], notes: Notes) -> list[Problem]:
    """One problem for each message or interchange that the receiver speaks of: a note when it was taken, a warning when
    it was refused."""
    read = _contrl if table.message == "CONTRL" else _aperak
    return [
        Problem(
            WARNING if refused else NOTE, "REPLY_REFUSED" if refused else "REPLY_ACCEPTED", notes.file, notes.message,
            segment.position, segment.tag, about, reasons or "no error", table.source,
        )
        for segment, about, refused, reasons in read(segments)
    ]  # fmt: skip


def _aperak(segments: Sequence[Segment]) -> list[tuple[Segment, str, bool, str]]:
    first = next((s for s in segments if s.tag == "BGM"), segments[0])
    about = component(first.elements, 2, 0)
    for segment in segments:
        if segment.tag == "RFF" and component(segment.elements, 1, 0) in ("ACW", "AGO", "ACE"):
            about = component(segment.elements, 1, 1)
            break
    codes = [f"ERC {component(s.elements, 1, 0)}" for s in segments if s.tag == "ERC"]
    texts = [" ".join(filter(None, s.elements[4])) for s in segments if s.tag == "FTX" and len(s.elements) > 4]
    refused = (
        component(first.elements, 3, 0) in _REFUSING_FUNCTIONS or component(first.elements, 1, 0) in _REFUSING_DOCUMENTS
    )
    return [(first, about, refused, ", ".join((*codes, *texts)))]


def _contrl(segments: Sequence[Segment]) -> list[tuple[Segment, str, bool, str]]:
    answers: list[tuple[Segment, str, bool, list[str]]] = []
    for segment in segments:
        elements = segment.elements
        if segment.tag in ("UCI", "UCM"):
            at = 4 if segment.tag == "UCI" else 3
            error = component(elements, at + 1, 0)
            refused = component(elements, at, 0) in _REFUSING_ACTIONS
            answers.append((segment, component(elements, 1, 0), refused, [f"0085 {error}"] if error else []))
        elif segment.tag in ("UCS", "UCD") and answers:
            place = "segment" if segment.tag == "UCS" else "element"
            number = component(elements, 1, 0) if segment.tag == "UCS" else ":".join((elements[2:3] or [[""]])[0])
            error = component(elements, 2, 0) if segment.tag == "UCS" else component(elements, 1, 0)
            answers[-1][3].append(f"{place} {number}{f': 0085 {error}' if error else ''}")
    return [(segment, about, refused, ", ".join(reasons)) for segment, about, refused, reasons in answers]
