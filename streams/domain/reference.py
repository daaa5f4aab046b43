"""Reference data as the core needs it: plain dictionaries, filled from ``schemas.reference`` by the composition root."""

from __future__ import annotations

from typing import Final, NamedTuple

from streams.domain.limits import DAY, HOUR, Limits

#: Nothing gets from one port to another in less.
UNKNOWN_WAY: Final = 2 * HOUR

class Ship(NamedTuple):
    """What a vessel may carry. A permission that is not known is none; times in ms, 0 = none."""

    service: str
    coastal: bool
    flag: str
    mixed_from: int
    mixed_until: int

    def may_mix(self, at: int) -> bool:
        """True when a permit to carry domestic and foreign boxes together was valid on that day, the last one included."""
        return self.mixed_from != 0 and self.mixed_from <= at < self.mixed_until + DAY

    def may_carry(self, trade: str, at: int) -> bool:
        """True when it may carry full boxes of a trade at a time (ms)."""
        return (self.coastal if trade == "D" else self.service != "COASTAL") or self.may_mix(at)


class Reference:
    """Codes, routes, ranks and thresholds that derivation resolves evidence against.

    Everything that customs or a port may change is here and never in the code.
    """

    def __init__(
        self,
        ports: dict[str, str],
        arrival_modes: dict[str, str],
        ranks: dict[str, int],
        catalogue: dict[str, tuple[str, str]],
        places: dict[str, list[tuple[int, int, str, str]]],
        thresholds: dict[str, int],
        size_types: dict[str, tuple[str, float]] | None = None,
        ships: dict[str, tuple[str, bool, str, int, int]] | None = None,
        ship_ids: dict[str, str] | None = None,
        route_times: dict[str, tuple[int, int]] | None = None,
        inland: dict[str, str] | None = None,
        seal_issuers: dict[str, tuple[str, ...]] | None = None,
    ) -> None:
        #: UN/LOCODE or slug, as sent -> port slug
        self.ports = ports
        #: "from|to" port slugs -> NONE | FEEDER_REPORT
        self.arrival_modes = arrival_modes
        #: first word of a source system -> rank, lowest is best
        self.ranks = ranks
        #: exception code -> (severity, owner)
        self.catalogue = catalogue
        #: "port|terminal" or port slug -> [(valid from, valid until, place code, customs district)]
        self.places = places
        #: size-type code -> (normalised code, TEU)
        self.size_types = size_types or {}
        #: vessel id -> what it may carry
        self.ships = {key: Ship(*values) for key, values in (ships or {}).items()}
        #: another id or a name of a vessel -> its vessel id
        self.ship_ids = ship_ids or {}
        #: "from|to" port slugs -> (least, usual) time of the way in ms
        self.route_times = route_times or {}
        #: code of a yard inland -> slug of the inland port, whose events come with those of a port of the platform
        self.inland = inland or {}
        #: "from|to" port slugs of the ways that count as one port -> who may have put the seal on
        self.seal_issuers = seal_issuers or {}
        #: slugs of the platform's ports
        self.seaports = sorted(set(ports.values()))
        self.same_move = thresholds.get("SAME_MOVE", 12 * HOUR)
        self.silent_after = thresholds.get("SOURCE_SILENT", 180_000)
        self.skew = thresholds.get("CLOCK_SKEW", 120_000)
        #: how long past its deadline an absence is pending
        self.settle = thresholds.get("SETTLE", 30_000)
        #: people are told of what became due at most so long ago
        self.fresh = thresholds.get("ALERT_FRESH", 24 * HOUR)
        self._everywhere = Limits(thresholds, "")
        self._limits = {port: Limits(thresholds, port) for port in self.seaports}
        self._rank_cache: dict[str, int] = {}

    def port(self, code: str) -> str:
        """The platform's port that a UN/LOCODE or slug means, "" when it lies outside the platform."""
        return self.ports.get(code, "")

    def node(self, port: str, terminal: str) -> str:
        """Where a terminal lies: inland, or at its port."""
        return self.inland.get(terminal, port)

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

    def limits(self, port: str) -> Limits:
        """The thresholds that hold at a port."""
        return self._limits.get(port, self._everywhere)

    def size(self, code: str) -> str:
        """A size type in the customs notation, e.g. 20GP; "" when it is not known."""
        known = self.size_types.get(code)
        if known is None and code:
            known = self.size_types.get(code.strip().upper())
        return known[0] if known is not None else ""

    def vessel(self, named: str) -> str:
        """The id of a vessel that is named by it, by another of its ids or by its name; as it is when nobody knows it."""
        return self.ship_ids.get(named, named)

    def least_time(self, one: str, other: str) -> int:
        """The shortest time (ms) in which a box gets from one port to the other, whichever way."""
        known = self.route_times.get(one + "|" + other) or self.route_times.get(other + "|" + one)
        return known[0] if known is not None else UNKNOWN_WAY

    def usual_time(self, from_port: str, to_port: str) -> int:
        """The usual time (ms) of a leg; 0 when the route is not known."""
        known = self.route_times.get(from_port + "|" + to_port)
        return known[1] if known is not None else 0

    def arrival_mode(self, from_port: str, to_port: str) -> str:
        """How arrival is confirmed at the second terminal of a leg. An unknown route reports: one too many can be
        deleted, one missing stops the ship (model 7.3 B)."""
        return self.arrival_modes.get(from_port + "|" + to_port, "FEEDER_REPORT")

    def place(self, terminal: str, port: str, at: int) -> tuple[str, str]:
        """(customs place code, district) of a terminal at a time; ("", "") when unknown."""
        for code in (port + "|" + terminal, port):
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
