"""APERAK and CONTRL from others: what they say of a message that we sent, told as notes. They make no event."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from connectors.edi.heads import component
from connectors.edi.notes import Notes
from connectors.edi.syntax import Segment
from connectors.edi.tables import Table, code_lists
from connectors.reading.problem import NOTE, WARNING, Problem

TAKEN: Final = "REPLY_ACCEPTED"
REFUSED: Final = "REPLY_REFUSED"
UNCLEAR: Final = "REPLY_UNCLEAR"
#: What BGM 1225 and 1001 of an APERAK say, the function first. Many systems answer with codes of their own: such an answer
#: that names errors says neither.
_FUNCTIONS: Final = {"27": REFUSED, "29": TAKEN, "44": TAKEN, "45": TAKEN}
_DOCUMENTS: Final = {"313": REFUSED, "312": TAKEN}
#: Free text that says it where no code does.
_WORDS: Final = {
    **dict.fromkeys(("OK", "ACCEPTED", "ACKNOWLEDGED", "RECEIVED", "SUCCESS", "接受", "成功", "已接收"), TAKEN),
    **dict.fromkeys(("REJECTED", "NOT ACCEPTED", "REFUSED", "FAILED", "ERROR", "拒收", "失败", "退回"), REFUSED),
}
#: UCI and UCM 0083 of a CONTRL.
_REFUSING_ACTIONS: Final = frozenset(("4",))

#: Place of the answer, what it is about, what it says, the reasons.
Answer = tuple[Segment, str, str, str]


def told(table: Table, segments: Sequence[Segment], notes: Notes) -> list[Problem]:
    """One problem for each message or interchange that the receiver speaks of: a note when it was taken, a warning when
    it was refused."""
    read = _contrl if table.message == "CONTRL" else _aperak
    return [
        Problem(
            NOTE if code == TAKEN else WARNING, code, notes.file, notes.message, segment.position, segment.tag, about,
            reasons or ("no error" if code == TAKEN else "no reason is given"), table.source,
        )
        for segment, about, code, reasons in read(segments)
    ]  # fmt: skip


def _aperak(segments: Sequence[Segment]) -> list[Answer]:
    first = next((s for s in segments if s.tag == "BGM"), segments[0])
    about = component(first.elements, 2, 0)
    for segment in segments:
        if segment.tag == "RFF" and component(segment.elements, 1, 0) in ("ACW", "AGO", "ACE"):
            about = component(segment.elements, 1, 1)
            break
    codes = [f"ERC {component(s.elements, 1, 0)}" for s in segments if s.tag == "ERC"]
    texts = [" ".join(filter(None, (text for parts in s.elements[3:5] for text in parts))) for s in segments if s.tag == "FTX"]
    said = list(filter(None, texts))
    code = _FUNCTIONS.get(component(first.elements, 3, 0)) or _DOCUMENTS.get(component(first.elements, 1, 0))
    if code is None and not codes and said:
        meanings = {_WORDS.get(text.upper().strip(" .!")) for text in said}
        code = (meanings.pop() if len(meanings) == 1 else None) or UNCLEAR
    return [(first, about, code or (UNCLEAR if codes else TAKEN), ", ".join((*codes, *said)))]


def _contrl(segments: Sequence[Segment]) -> list[Answer]:
    answers: list[tuple[Segment, str, str, list[str]]] = []
    for segment in segments:
        elements = segment.elements
        if segment.tag in ("UCI", "UCM"):
            at = 4 if segment.tag == "UCI" else 3
            error = component(elements, at + 1, 0)
            code = REFUSED if component(elements, at, 0) in _REFUSING_ACTIONS else TAKEN
            answers.append((segment, component(elements, 1, 0), code, [_error(error)] if error else []))
        elif segment.tag in ("UCS", "UCD") and answers:
            place = "segment" if segment.tag == "UCS" else "element"
            number = component(elements, 1, 0) if segment.tag == "UCS" else ":".join((elements[2:3] or [[""]])[0])
            error = component(elements, 2, 0) if segment.tag == "UCS" else component(elements, 1, 0)
            answers[-1][3].append(f"{place} {number}{f': {_error(error)}' if error else ''}")
    return [(segment, about, code, ", ".join(reasons)) for segment, about, code, reasons in answers]


def _error(code: str) -> str:
    """An error code of list 0085 with its meaning, where that is known."""
    meaning = code_lists()["0085"].codes.get(code)
    return f"0085 {code} ({meaning})" if meaning else f"0085 {code}"
