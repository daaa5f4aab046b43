"""The supervised sites as customs knows them: which place code and sender id each terminal is registered under.

Site numbers are not public, so no table of them comes with the platform: the operator of the sites writes one (CSV).
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from pathlib import Path
from typing import Final, NamedTuple

_COLUMNS: Final = ("port", "terminal", "place_code", "sender_id")


class SitesProblem(ValueError):
    """A sites file that cannot be used."""


class Site(NamedTuple):
    """A terminal as it is registered: ``place_code`` ends in "/" and the customs office."""

    port: str
    terminal: str
    place_code: str
    sender_id: str

    @property
    def district(self) -> str:
        """Customs office, 4 digits."""
        return self.place_code.rpartition("/")[2]


class Sites:
    """The sites, asked by any side of them."""

    def __init__(self, sites: Iterable[Site] = ()) -> None:
        self._sites = tuple(sites)

    def of_terminal(self, port: str, terminal: str) -> Site | None:
        """The site of a terminal, None when it is not in the file."""
        return next((s for s in self._sites if (s.port, s.terminal) == (port, terminal)), None)

    def of_place(self, place_code: str) -> Site | None:
        """The site of a place code."""
        return next((s for s in self._sites if s.place_code == place_code), None)

    def of_district(self, district: str) -> Site | None:
        """The site of a customs office, where it has only one."""
        found = [s for s in self._sites if s.district == district]
        return found[0] if len(found) == 1 else None


def load_sites(path: Path) -> Sites:
    """Read a file with the columns port, terminal, place_code, sender_id. Raises SitesProblem, and OSError."""
    with path.open(encoding="utf-8-sig", newline="") as lines:
        reader = csv.DictReader(lines)
        if tuple(reader.fieldnames or ()) != _COLUMNS:
            raise SitesProblem(f"{path.name}: the first line must be {','.join(_COLUMNS)}")
        sites = []
        for row in reader:
            values = [(row[name] or "").strip() for name in _COLUMNS]
            if not all(values) or None in row:
                raise SitesProblem(f"{path.name}, line {reader.line_num}: expected {', '.join(_COLUMNS)}, none empty")
            sites.append(Site(*values))
    twice = [s for n, s in enumerate(sites) if any(s[:2] == o[:2] or s.place_code == o.place_code for o in sites[:n])]
    if twice:
        raise SitesProblem(f"{path.name}: terminal {twice[0].terminal} or place {twice[0].place_code} stands there twice")
    return Sites(sites)
