"""Reference data as the core needs it: plain dictionaries, filled from ``schemas.reference`` by the composition root."""

from __future__ import annotations

from typing import Final

MINUTE: Final = 60_000
HOUR: Final = 60 * MINUTE


class Reference:
    """Codes, routes, ranks and thresholds that derivation resolves evidence against.

    Everything that customs or a port may change is here and never in the code. Thresholds are milliseconds.
    """

    def __init__(
        self,
        ports: dict[str, str],
        arrival_modes: dict[str, str],
        ranks: dict[str, int],
        catalogue: dict[str, tuple[str, str]],
        places: dict[str, list[tuple[int, int, str, str]]],
        thresholds: dict[str, int],
        bad_check_digit: dict[str, bool] | None = None,
    ) -> None:
        #: UN/LOCODE or slug, as sent -> port slug
        self.ports = ports
        #: "from|to" port slugs -> NONE | FEEDER_REPORT
        self.arrival_modes = arrival_modes
        #: first word of a source system -> rank, lowest is best
        self.ranks = ranks
        #: exception code -> (severity, owner)
        self.catalogue = catalogue
        #: terminal code or port slug -> [(valid from, valid until, place code, customs district)]
        self.places = places
        self.arrival_due = thresholds.get("ARR_MISSING", 30 * MINUTE)
        self.manifest_due = thresholds.get("ARR_NO_MANIFEST", 10 * MINUTE)
        self.landed_due = thresholds.get("LANDED", 6 * HOUR)
        self.same_move = thresholds.get("SAME_MOVE", 12 * HOUR)
        self.leg_due = thresholds.get("LEG_OVERDUE", 6 * HOUR)
        self._rank_cache: dict[str, int] = {}

    def port(self, code: str) -> str:
        """The platform's port that a UN/LOCODE or slug means, "" when it lies outside the platform."""
        return self.ports.get(code, "")

    def rank(self, source_system: str) -> int:
        """How good a source is for physical moves: 0 is the terminal system, higher is worse (model 7.1)."""
        known = self._rank_cache.get(source_system)
        if known is None:
            known = len(self.ranks)
            for prefix, rank in self.ranks.items():
                if source_system.startswith(prefix):
                    known = rank
                    break
            self._rank_cache[source_system] = known
        return known

    def arrival_mode(self, from_port: str, to_port: str) -> str:
        """How arrival is confirmed at the second terminal of a leg. An unknown route reports: one too many can be
        deleted, one missing stops the ship (model 7.3 B)."""
        return self.arrival_modes.get(from_port + "|" + to_port, "FEEDER_REPORT")

    def place(self, terminal: str, port: str, at: int) -> tuple[str, str]:
        """(customs place code, district) of a terminal at a time; ("", "") when unknown."""
        for code in (terminal, port):
            for valid_from, valid_until, place, district in self.places.get(code, []):
                if valid_from <= at < valid_until:
                    return place, district
        return "", ""

    def severity(self, code: str) -> str:
        """Severity of an exception code."""
        entry = self.catalogue.get(code)
        return entry[0] if entry else "high"

    def owner(self, code: str) -> str:
        """Who must act on an exception."""
        entry = self.catalogue.get(code)
        return entry[1] if entry else "platform"
