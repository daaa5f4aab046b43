"""Collects from segments what the rules of a table ask for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from connectors.edi.syntax import Segment
from connectors.edi.templates import Node


def gather(nodes: Mapping[str, Node], segments: Sequence[Segment], found: dict[str, Any]) -> None:
    """Put into ``found``, by field, (rank, text, segment) of the best rule, or a list of these where a field may stand
    several times (rank below 0). Of the same rule the first segment counts."""
    for segment in segments:
        node = nodes.get(segment[0])
        if node is None:
            continue
        elements = segment[1]
        if len(elements) < 2:
            continue
        for field, rank, element, part, needs in node[0].get(elements[1][0], node[1]):
            try:
                text = elements[element][part]
            except IndexError:
                continue
            if not text or (needs and not _holds(elements, needs)):
                continue
            if field not in found:
                found[field] = (rank, text, segment) if rank >= 0 else [(rank, text, segment)]
            elif rank < 0:
                found[field].append((rank, text, segment))
            elif rank < found[field][0]:
                found[field] = (rank, text, segment)


def _holds(elements: list[list[str]], needs: tuple[tuple[int, int, frozenset[str]], ...]) -> bool:
    for element, part, allowed in needs:
        try:
            if elements[element][part] not in allowed:
                return False
        except IndexError:
            if "" not in allowed:
                return False
    return True
