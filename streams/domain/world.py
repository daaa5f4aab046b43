"""What a box sees beyond its own book: the calls of the vessels it has to do with, and the reference data."""

from __future__ import annotations

from streams.domain.calls import Call, find_call
from streams.domain.evidence import QUAY, Evidence
from streams.domain.reference import Reference


class World:
    """What a box sees beyond its own book: the calls of the vessels it has to do with, and the reference data."""

    def __init__(self, reference: Reference, calls: dict[str, list[Call]]) -> None:
        self.reference = reference
        self.calls = calls
        self._links: dict[tuple[str, str, str, str, str], list[str]] = {}

    def call(self, vessel: str, port: str, voyage: str, at: int) -> Call | None:
        """The vessel's call at that port that an event belongs to, if it is known."""
        calls = self.calls.get(vessel + "|" + port)
        return find_call(calls, voyage, at) if calls else None

    def outward_call(self, line: Evidence) -> Call | None:
        """The call with which a box leaves by its pre-stowage line: that of the vessel with that outbound voyage at the
        line's port, or at another of the platform's ports, to which it then goes by leg."""
        home = self.reference.port(line.pol) or line.port
        found: Call | None = None
        for port in self.reference.seaports:
            for call in self.calls.get(line.vessel + "|" + port, ()):
                same = line.voyage and call.voyage_out == line.voyage and call.near(line.at)
                if same and (found is None or port == home):
                    found = call
        return found

    def links(self, e: Evidence) -> list[str]:
        """The vessel|port books that an item of a box's evidence names: at its own port, and where its line or move begins
        or ends; at all ports of a leg, whose feeder may berth anywhere, and of a pre-stowage line, whose vessel may sail from
        another port. Do not change the list."""
        key = (e.vessel, e.port, e.pol, e.pod, e.code)
        known = self._links.get(key)
        if known is None:
            reference = self.reference
            if e.code == "PREPARED" or (e.what == QUAY and e.code == "LOAD" and reference.port(e.pod)):
                ports = reference.seaports
            else:
                ports = [e.port, *[reference.port(code) for code in (e.pol, e.pod) if reference.port(code)]]
            vessel = reference.vessel(e.vessel)
            known = self._links[key] = [vessel + "|" + port for port in dict.fromkeys(ports)]
        return known
