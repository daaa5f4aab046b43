"""The answer to an interchange: CONTRL (ISO 9735-4) on what was taken and refused, with an APERAK for each message that
has something to mend."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final

from connectors.edi.heads import component
from connectors.edi.interchange import Ledger
from connectors.edi.partner import BEIJING_MIN
from connectors.edi.syntax import Segment
from connectors.edi.templates import place_of
from connectors.reading.events import Item
from connectors.reading.problem import ERROR, NOTE, Problem

#: 0083: this level and all below rejected; acknowledged.
REJECTED: Final = "4"
ACKNOWLEDGED: Final = "7"
#: 0085 of a problem; what is not listed is 12, an invalid value, or 13, missing, where its code begins with NO_.
_ERRORS: Final = {
    "UNSUPPORTED_MESSAGE": "14", "STRAY_SEGMENT": "33", "BAD_CHARSET": "21", "BAD_CHARACTER": "21", "UNKNOWN_SENDER": "23",
    "SENDER_NOT_LISTED": "23", "ODD_SERVICE_CHARACTERS": "20", "MISPLACED_VESSEL": "15", "COUNT_MISMATCH": "29",
    "REFERENCE_MISMATCH": "28", "TRUNCATED": "13", "NOT_TERMINATED": "13", "SEGMENT_TOO_LONG": "35",
    "MESSAGE_TOO_LONG": "35", "SAME_BOX_TWICE": "26", "NOT_A_CONTAINER": "14",
}  # fmt: skip
#: Messages that answer: they are never answered.
_ANSWERS: Final = frozenset(("CONTRL", "APERAK"))
#: Problems of one message that are answered one by one; the rest is counted.
_MOST: Final = 99
#: Problems of one file that are kept for the answer.
_KEPT: Final = 20_000
_RELEASE: Final = str.maketrans({char: "?" + char for char in "?+:'"})


@dataclass(slots=True)
class _Message:
    unh: Segment
    last: int
    document: str = ""
    refused: bool = False
    problems: list[Problem] = field(default_factory=list)

    @property
    def kind(self) -> str:
        return component(self.unh.elements, 2, 0)

    @property
    def reference(self) -> str:
        return component(self.unh.elements, 1, 0)


@dataclass(slots=True)
class _Interchange:
    unb: Segment
    last: int
    messages: list[_Message] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def replies(items: Iterable[Item], ledger: Ledger, at_ms: int) -> Iterator[str]:
    """One interchange for each that was received and can be answered, made at ``at_ms``; ``items`` are those of `read`
    with this ``ledger``. Messages without an interchange name nobody to answer, and answers are not answered."""
    problems: list[Problem] = []
    for item in items:
        if isinstance(item, Problem) and item.severity != NOTE and len(problems) < _KEPT:
            problems.append(item)
    for number, interchange in enumerate(_told(_interchanges(ledger), problems)):
        messages = [message for message in interchange.messages if message.kind not in _ANSWERS]
        if messages or not interchange.messages:
            yield _written(interchange, messages, at_ms, number)


def _interchanges(ledger: Ledger) -> list[_Interchange]:
    found: list[_Interchange] = []
    for segment in ledger.segments:
        if segment.tag == "UNB":
            found.append(_Interchange(segment, segment.position))
        elif not found:
            continue
        elif segment.tag == "UNH":
            at = segment.position
            found[-1].messages.append(_Message(segment, at, ledger.documents.get(at, ""), at in ledger.refused))
        elif segment.tag == "UNT" and found[-1].messages:
            found[-1].messages[-1].last = segment.position
        found[-1].last = segment.position
    return found


def _told(interchanges: list[_Interchange], problems: Sequence[Problem]) -> list[_Interchange]:
    """Each problem where it belongs: at its message, else at its interchange."""
    for problem in problems:
        for interchange in reversed(interchanges):
            if interchange.unb.position <= problem.position:
                _belongs(interchange, problem).append(problem)
                break
    return interchanges


def _belongs(interchange: _Interchange, problem: Problem) -> list[Problem]:
    if problem.element.startswith("UNB"):
        return interchange.problems
    for message in reversed(interchange.messages):
        if message.unh.position <= problem.position:
            if problem.position <= message.last or problem.message == message.reference:
                return message.problems
            break
    return interchange.problems


def _written(interchange: _Interchange, messages: Sequence[_Message], at_ms: int, number: int) -> str:
    made = datetime.fromtimestamp(at_ms / 1000, UTC) + timedelta(minutes=BEIJING_MIN)
    unb = interchange.unb.elements
    sender, recipient = (_composite(unb, element) for element in (2, 3))
    syntax = _composite(unb, 1) or "UNOA:2"
    reference = f"{made:%y%m%d%H%M%S}{number}"[:14]
    bodies = [_contrl(interchange, messages)]
    bodies += [_aperak(message, f"{reference}-{n}", made) for n, message in enumerate(messages, 1) if message.problems]
    lines = [f"UNB+{syntax}+{recipient}+{sender}+{made:%y%m%d}:{made:%H%M}+{reference}"]
    for n, (kind, body) in enumerate(bodies, 1):
        lines += [f"UNH+{n}+{kind}", *body, f"UNT+{len(body) + 2}+{n}"]
    lines.append(f"UNZ+{len(bodies)}+{reference}")
    return "".join(f"{line}'\n" for line in lines)


def _contrl(interchange: _Interchange, messages: Sequence[_Message]) -> tuple[str, list[str]]:
    unb = interchange.unb.elements
    refused = any(problem.severity == ERROR for problem in interchange.problems)
    error = "".join(f"+{error_code(problem)}" for problem in interchange.problems[:1])
    action = REJECTED if refused else ACKNOWLEDGED
    lines = [f"UCI+{_escaped(component(unb, 5, 0))}+{_composite(unb, 2)}+{_composite(unb, 3)}+{action}{error}"]
    for message in messages:
        if not message.problems and not refused:
            continue
        errors = [f"+{error_code(problem)}" for problem in message.problems if message.refused and problem.severity == ERROR]
        said = REJECTED if refused or message.refused else ACKNOWLEDGED
        lines.append(f"UCM+{_escaped(message.reference)}+{_composite(message.unh.elements, 2)}+{said}{''.join(errors[:1])}")
        for problem in sorted(message.problems, key=lambda problem: problem.position)[:_MOST]:
            lines += _place(message, problem)
    return "CONTRL:D:3:UN", lines


def _place(message: _Message, problem: Problem) -> list[str]:
    """Segment and element of a problem, counted as CONTRL counts: UNH and the tag are 1."""
    position = problem.position - message.unh.position + 1
    code = error_code(problem)
    tag, _, name = problem.element.partition(" ")
    place = place_of(f"{tag.partition('+')[0]} {name}") if name else None
    if place is None:
        return [f"UCS+{position}+{code}"]
    element, part = place
    return [f"UCS+{position}", f"UCD+{code}+{element + 1}{f':{part}' if part else ''}"]


def _aperak(message: _Message, number: str, made: datetime) -> tuple[str, list[str]]:
    refused = any(problem.severity == ERROR for problem in message.problems)
    lines = [f"BGM+{'313' if refused else '312'}+{number}+{'27' if message.refused else '29'}"]
    lines += [f"DTM+137:{made:%Y%m%d%H%M}:203", f"RFF+ACW:{_escaped(message.document or message.reference)}"]
    for problem in message.problems[:_MOST]:
        words = f"{problem.severity} {problem.code}, segment {problem.position - message.unh.position + 1}, {problem.element}"
        lines += [f"ERC+{error_code(problem)}:0085:6", f"FTX+AAO+++{_escaped(words)}:{_escaped(problem.en)}"]
    if len(message.problems) > _MOST:
        lines += ["ERC+18:0085:6", f"FTX+AAO+++{len(message.problems) - _MOST} more are not listed"]
    return "APERAK:D:16A:UN", lines


def error_code(problem: Problem) -> str:
    """The code of list 0085 for a problem."""
    return _ERRORS.get(problem.code) or ("13" if problem.code.startswith("NO_") else "12")


def _composite(elements: list[list[str]], element: int) -> str:
    return ":".join(map(_escaped, elements[element])) if len(elements) > element else ""


def _escaped(text: str) -> str:
    """Text of the sender's as it may stand in an answer: ASCII that can be printed, service characters released."""
    plain = " ".join(text.encode("ascii", "replace").decode().split())
    return "".join(char if char.isprintable() else "?" for char in plain).translate(_RELEASE)
