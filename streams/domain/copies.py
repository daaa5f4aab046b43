"""The calls that the boxes of a partition can see: derived from the copies of what was sent under each of a vessel's ids."""

from __future__ import annotations

from typing import NamedTuple

from streams.domain.book import Book
from streams.domain.calls import Call, derive_calls
from streams.domain.evidence import Evidence, by_time
from streams.domain.reference import Reference
from streams.domain.shelf import Shelf
from streams.domain.ties import Ties


class Changed(NamedTuple):
    """What became of a vessel's calls at a port. ``same``: nothing changed that boxes depend on; ``same_for_legs``: nothing
    that boxes with a leg depend on; ``earliest``: time (ms) of the earliest call that changed, 0 = none."""

    link: str
    same: bool
    same_for_legs: bool
    earliest: int


class Copies:
    """The books of kind C of a partition."""

    def __init__(self, shelf: Shelf, reference: Reference, ties: Ties) -> None:
        self._shelf = shelf
        self._reference = reference
        self._ties = ties
        #: vessel|port -> its copies
        self._books: dict[str, list[Book]] = {}
        #: vessel|port -> its calls
        self.calls: dict[str, list[Call]] = {}

    def refresh(self, name: str) -> Changed:
        """A copy has new evidence: derive the calls of its vessel at its port anew."""
        book = self._shelf.books[name]
        vessel, port = book.key.rsplit("|", 1)
        vessel = self._reference.vessel(vessel)
        link = vessel + "|" + port
        copies = self._books.setdefault(link, [])
        if book not in copies:
            copies.append(book)
        told: list[Evidence] = []
        decided: list[Evidence] = []
        for copy in copies:
            in_force = self._shelf.pages(copy.name, copy).in_force()
            told += in_force.calls
            decided += in_force.releases
        if len(copies) > 1:
            told.sort(key=by_time)
            decided.sort(key=by_time)
        self._ties.link(link).count = sum([copy.count for copy in copies])
        calls = derive_calls(vessel, port, told, decided)
        self.calls[link] = calls
        same, same_for_legs, earliest = self._ties.learn(link, calls)
        return Changed(link, same, same_for_legs, earliest)
