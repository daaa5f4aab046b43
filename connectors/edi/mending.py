"""What a group says in a wrong place or with a word for "none" is put right before events are made of it, and doubted.

A doubt waits in what was found under the field's name with "?" before it; `doubted` lists them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from connectors.edi.gathering import gather
from connectors.edi.syntax import Segment
from connectors.edi.tables import Table, code_lists
from connectors.edi.templates import Node
from connectors.reading import facts
from connectors.reading.words import is_bill

_NUMBERS: Final = ("bill", "booking", "house_bl")
_DOUBTED: Final = tuple("?" + field for field in (*_NUMBERS, "kg"))
#: MEA 6311 of weights; many write the attribute of C502 in its place.
_PURPOSES: Final = frozenset(("", "AAE", "WT"))
_MASSES: Final = code_lists()["6411"]
_WEIGHT_EXPECTED: Final = "unit and weight in C174, as in KGM:20000"


class Doubt(NamedTuple):
    """What is to be told of a value, and flagged on what is made of it."""

    code: str
    segment: Segment
    element: str
    value: str
    expected: str


def doubted(get: Any) -> list[Doubt]:
    """The doubts in what was found; ``get`` gives a field of it, or None."""
    return [doubt for key in _DOUBTED if (doubt := get(key)) is not None]


def mend(table: Table, nodes: Mapping[str, Node], segments: Sequence[Segment], found: dict[str, Any]) -> None:
    """Put right what `gather` found in these segments by these nodes."""
    for field in _NUMBERS:
        if field in found:
            entry = found[field]
            if isinstance(entry, list):
                _of_several(field, entry, found)
            elif entry[1] == table.no_bill:
                del found[field]  # what every box of a bayplan says
            elif not is_bill(entry[1]):
                _another(nodes, segments, field, found)
    if "MEA" in nodes:
        if "kg" not in found:
            _look_for_weight(nodes, segments, found)
        elif not found["kg"][1][:1].isdigit():
            _turned(found)


def _of_several(field: str, entries: list[tuple[int, str, Segment]], found: dict[str, Any]) -> None:
    good = [entry for entry in entries if is_bill(entry[1])]
    if len(good) < len(entries):
        word = next(entry for entry in entries if not is_bill(entry[1]))
        found["?" + field] = _no_number(word[1], word[2])
        found[field] = good
        if not good:
            del found[field]


def _another(nodes: Mapping[str, Node], segments: Sequence[Segment], field: str, found: dict[str, Any]) -> None:
    """Take a word for no number; another segment may have one."""
    while field in found and not is_bill(found[field][1]):
        _, text, said = found.pop(field)
        found["?" + field] = _no_number(text, said)
        segments = [segment for segment in segments if segment is not said]
        again: dict[str, Any] = {}
        gather(nodes, segments, again)
        if field in again:
            found[field] = again[field]


def _no_number(word: str, segment: Segment) -> Doubt:
    element = "RFF C506/1154" if segment.tag == "RFF" else segment.tag
    return Doubt("NO_BILL_NUMBER", segment, element, word.strip(), facts.BILL_EXPECTED)


def _turned(found: dict[str, Any]) -> None:
    """Unit and weight in the place of each other."""
    rank, unit, segment = found["kg"]
    number = segment.elements[3][0].strip()
    if unit.strip().upper() in _MASSES.codes and number[:1].isdigit():
        found["kg"] = (rank, number, _weighed(segment, unit.strip(), number))
        found["?kg"] = _misplaced(segment)


def _look_for_weight(nodes: Mapping[str, Node], segments: Sequence[Segment], found: dict[str, Any]) -> None:
    for segment in segments:
        if segment.tag != "MEA" or len(segment.elements) < 3:
            continue
        purpose, *rest = segment.elements[1:]
        said = [part.strip() for parts in (purpose, *rest) for part in parts if part.strip()]
        units = [part for part in said if part.upper() in _MASSES.codes]
        numbers = [part for part in said if part[:1].isdigit() and part not in units]
        words = [part for part in said if part not in units and part not in numbers]
        of_weight = [word for word in words if word not in _PURPOSES]
        attributes = _attributes(nodes)
        if not numbers or not attributes.issuperset(of_weight) or not (of_weight or "" in attributes):
            continue  # says nothing, or of something else: tare, length, temperature
        if len(units) == len(numbers) == 1:
            found["kg"] = (0, numbers[0], _weighed(segment, units[0], numbers[0]))
            found["?kg"] = _misplaced(segment)
            return
        found["?kg"] = Doubt("BAD_WEIGHT", segment, "MEA C174", ":".join(said), _WEIGHT_EXPECTED)


def _attributes(nodes: Mapping[str, Node]) -> frozenset[str]:
    """The measured attributes (6313) by which these rules take a weight, "" where none need stand there; and those that
    they take in the place of the purpose."""
    by_purpose, others = nodes["MEA"]
    known = {purpose for purpose in by_purpose if purpose not in _PURPOSES}
    for actions in (*by_purpose.values(), others):
        for _, _, _, _, needs in actions:
            for element, _, allowed in needs:
                known |= allowed if element == 2 else frozenset()
    return frozenset(known)


def _weighed(segment: Segment, unit: str, number: str) -> Segment:
    """The segment with unit and weight where they belong."""
    tag, elements, position = segment
    return Segment(tag, [elements[0], elements[1], elements[2][:1], [unit, number]], position)


def _misplaced(segment: Segment) -> Doubt:
    shown = "+".join(":".join(parts) for parts in segment.elements[1:])
    return Doubt("MISPLACED_WEIGHT", segment, "MEA C174", shown, _WEIGHT_EXPECTED)
