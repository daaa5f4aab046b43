"""Reference data: ports, terminals, customs codes, routes, vessels, ranks, thresholds and the exception catalogue.

The tables are ``reference/*.csv``; every row names its source and how sure it is: S read in a public source, M general
knowledge that nobody confirmed, P ours. `load_reference` gives them as plain dictionaries; `Reference.for_domain` is
what the decision core takes, which imports nothing.
"""

from __future__ import annotations

import csv
import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, Final, NamedTuple

from schemas.errors import SchemaError

DIRECTORY: Final = Path(__file__).with_name("reference")
TABLES: Final = (
    "customs_districts", "exceptions", "place_codes", "ports", "routes", "size_types", "source_rank", "terminals",
    "thresholds", "vessels",
)  # fmt: skip
#: "For ever", in ms: the end of validity of what is in force.
FOREVER: Final = 1 << 62
#: What a threshold is kept in: times in ms, weights and shares as they are.
_UNITS: Final = {"s": 1_000, "min": 60_000, "h": 3_600_000, "kg": 1, "%": 1}
_HOUR_MS: Final = 3_600_000
#: Customs places change at midnight in Beijing.
_BEIJING_MS: Final = 8 * 3_600_000

Row = dict[str, str]


class Port(NamedTuple):
    """A port or inland node. ``role`` SEAPORT (one of the platform's) or INLAND."""

    slug: str
    role: str
    zh: str
    en: str
    unlocode: str
    aliases: tuple[str, ...]


class Terminal(NamedTuple):
    """A terminal; ``code`` is unique only together with its port."""

    unlocode: str
    code: str
    port: str
    zh: str
    en: str
    facility_type: str


class Place(NamedTuple):
    """A customs place code in force from ``valid_from`` until before ``valid_until`` (ms) for some terminals."""

    code: str
    district: str
    port: str
    terminals: tuple[str, ...]
    valid_from: int
    valid_until: int
    successor: str


class Route(NamedTuple):
    """A way between two ports. ``arrival_mode`` NONE or FEEDER_REPORT: what the second terminal must report."""

    from_port: str
    to_port: str
    mode: str
    min_hours: int
    normal_hours: int
    arrival_mode: str
    from_district: str
    to_district: str
    seal_issuers: tuple[str, ...]


class Vessel(NamedTuple):
    """A ship and what it may carry; dates are ms, 0 = unknown or none. An unknown permission is never "allowed"."""

    vessel_id: str
    other_ids: tuple[str, ...]
    zh: str
    en: str
    aliases: tuple[str, ...]
    flag: str
    coastal_licence: str
    mixed_from: int
    mixed_until: int
    change_of_use: int
    service: str
    teu: int


class SizeType(NamedTuple):
    """What a size-type code means; ``normalised`` is the customs notation, e.g. 20GP."""

    normalised: str
    length_ft: int
    height: str
    group: str
    teu: float


class ExceptionKind(NamedTuple):
    """An entry of the exception catalogue: how grave, who must act, what it says and what to do."""

    code: str
    severity: str
    owner: str
    text_zh: str
    text_en: str
    action_zh: str
    action_en: str


class ConditionText(NamedTuple):
    """What a condition of a step, or the reason why it is not met, says to people: who must act, and what to do."""

    owner: str
    text_zh: str
    text_en: str
    action_zh: str
    action_en: str


@dataclass(frozen=True)
class Reference:
    """All reference data, as plain dictionaries. Treat as immutable."""

    #: slug -> port, the four seaports and inland nodes
    ports: dict[str, Port]
    #: UN/LOCODE or alias or slug -> slug, seaports of the platform only
    port_codes: dict[str, str]
    #: (port slug, terminal code) -> terminal
    terminals: dict[tuple[str, str], Terminal]
    #: place code -> its periods of validity, oldest first
    place_codes: dict[str, tuple[Place, ...]]
    #: 4-digit customs office -> Chinese name
    districts: dict[str, str]
    district_ports: dict[str, str]
    #: (from slug, to slug) -> route
    routes: dict[tuple[str, str], Route]
    #: any known vessel id -> vessel
    vessels: dict[str, Vessel]
    #: group (physical, customs, quantity) -> first word of a source system -> rank, 0 is best
    source_rank: dict[str, dict[str, int]]
    #: size-type code -> meaning
    size_types: dict[str, SizeType]
    #: exception code -> entry
    exceptions: dict[str, ExceptionKind]
    #: (condition code, reason or "") -> its words; no row depends on them, so they are no part of the digest
    conditions: dict[tuple[str, str], ConditionText]
    #: name, or "name|port" where a port has its own -> ms, kg or percent, in force today
    thresholds: dict[str, int]
    #: SHA-256 over all tables
    digest: str

    @property
    def seaports(self) -> tuple[str, ...]:
        """Slugs of the platform's seaports: those that have topics."""
        return tuple(p.slug for p in self.ports.values() if p.role == "SEAPORT")

    def port_of_locode(self, code: str) -> str:
        """Slug of the platform's seaport that a UN/LOCODE (also an old or variant spelling) or slug means, else ""."""
        return self.port_codes.get(code, "")

    def arrival_mode(self, from_port: str, to_port: str) -> str:
        """NONE or FEEDER_REPORT. An unknown route reports: one too many is deleted, one missing stops the ship."""
        route = self.routes.get((from_port, to_port))
        return route.arrival_mode if route else "FEEDER_REPORT"

    def place(self, code: str, at_ms: int) -> Place | None:
        """The place that a customs place code (with or without site number) meant at a time.

        A retired code still resolves, to its last period: old messages must stay readable. None = never known.
        """
        office = code[:5] + code[code.find("/") :] if "/" in code else code
        periods = self.place_codes.get(office, ())
        for place in periods:
            if place.valid_from <= at_ms < place.valid_until:
                return place
        return periods[-1] if periods else None

    def port_of_district(self, code: str) -> str:
        """Slug of the platform's port that a customs office (four digits) belongs to, else ""."""
        return self.district_ports.get(code, "")

    def place_of(self, port: str, terminal: str, at_ms: int) -> Place | None:
        """The customs place of a terminal at a time (Qianwan: CNQWG/4258 until 2023-10-23, then CNQGD/4218)."""
        for periods in self.place_codes.values():
            for place in periods:
                if place.port == port and terminal in place.terminals and place.valid_from <= at_ms < place.valid_until:
                    return place
        return None

    def size_type(self, code: str) -> SizeType | None:
        """Meaning of a size-type code as sent; None when unknown."""
        return self.size_types.get(code.strip().upper())

    def teu(self, code: str) -> float:
        """TEU of a size-type code; a code that is not in the table counts by its length digit, unknown 0."""
        known = self.size_type(code)
        return known.teu if known else {"2": 1.0, "4": 2.0, "L": 2.25, "M": 2.4}.get(code[:1].upper(), 0.0)

    def hash(self) -> str:
        """Digest of all tables: part of the epoch, so a changed row re-derives everything it may touch."""
        return self.digest

    def for_domain(self) -> dict[str, Any]:
        """The arguments of ``streams.domain.reference.Reference``, as plain dictionaries.

        ports (code -> slug), arrival_modes ("from|to" -> mode), ranks (source word -> rank, physical moves), catalogue
        (code -> severity, owner), places ("port|terminal", terminal code or slug -> [(from, until, code, district)]),
        thresholds (name or "name|port" -> ms, kg, percent), size_types (code -> normalised, TEU), ships (vessel id ->
        service, coastal licence, flag, mixed-trade permit from and until), ship_ids (other id or name -> vessel id),
        route_times ("from|to" -> least and usual ms), inland (code of a yard inland -> slug), seal_issuers
        (by "from|to").
        """
        places: dict[str, list[tuple[int, int, str, str]]] = {}
        for periods in self.place_codes.values():
            for place in periods:
                period = (place.valid_from, place.valid_until, place.code, place.district)
                # a terminal that is not listed counts as one of the port's lasting places, not of a retired one
                whole_port = set() if place.successor else {place.port}
                for key in {*whole_port, *place.terminals, *(f"{place.port}|{t}" for t in place.terminals)}:
                    places.setdefault(key, []).append(period)
        return {
            "ports": dict(self.port_codes),
            "arrival_modes": {f"{a}|{b}": route.arrival_mode for (a, b), route in self.routes.items()},
            "ranks": dict(self.source_rank["physical"]),
            "catalogue": {code: (e.severity, e.owner) for code, e in self.exceptions.items()},
            "places": {key: sorted(set(periods)) for key, periods in places.items()},
            "thresholds": dict(self.thresholds),
            "size_types": {code: (size.normalised, size.teu) for code, size in self.size_types.items()},
            "ships": {
                key: (v.service, v.coastal_licence == "yes", v.flag, v.mixed_from, v.mixed_until)
                for key, v in self.vessels.items()
            },
            "ship_ids": {
                named: v.vessel_id for v in self.vessels.values() for name in _names(v) for named in (name, "NAME:" + name)
            },
            "route_times": {
                f"{a}|{b}": (route.min_hours * _HOUR_MS, route.normal_hours * _HOUR_MS)
                for (a, b), route in self.routes.items()
            },
            "inland": {t.code: t.port for t in self.terminals.values() if self.ports[t.port].role == "INLAND"},
            "seal_issuers": {f"{a}|{b}": route.seal_issuers for (a, b), route in self.routes.items()},
        }


@cache
def load_reference(directory: Path = DIRECTORY) -> Reference:
    """Read all tables. Raises SchemaError for a missing table, column or mark, with file and line."""
    tables = {name: _rows(directory / f"{name}.csv") for name in TABLES}
    ports = {
        r["slug"]: Port(r["slug"], r["role"], r["zh"], r["en"], r["unlocode"], tuple(r["aliases"].split()))
        for r in tables["ports"]
    }
    seaports = [p for p in ports.values() if p.role == "SEAPORT"]
    ranks: dict[str, dict[str, int]] = {}
    for r in tables["source_rank"]:
        ranks.setdefault(r["group"], {})[r["source_word"]] = int(r["rank"])
    return Reference(
        ports=ports,
        port_codes={code: p.slug for p in seaports for code in (p.slug, p.unlocode, *p.aliases)},
        terminals={
            (r["port"], r["code"]): Terminal(
                r["unlocode"], r["code"], r["port"], r["zh"], r["en"], r["facility_type"]
            )
            for r in tables["terminals"]
        },
        place_codes=_places(tables["place_codes"]),
        districts={r["district"]: r["zh"] for r in tables["customs_districts"]},
        district_ports={r["district"]: r["port"] for r in tables["customs_districts"] if r["port"]},
        routes={
            (r["from_port"], r["to_port"]): Route(
                r["from_port"], r["to_port"], r["mode"], int(r["min_hours"]), int(r["normal_hours"]),
                r["arrival_mode"], r["from_district"], r["to_district"], tuple(r["seal_issuers"].split()),
            )
            for r in tables["routes"]
        },
        vessels={key: vessel for r in tables["vessels"] for vessel in (_vessel(r),) for key in _ids(vessel)},
        source_rank=ranks,
        size_types={
            r["code"]: SizeType(r["normalised"], int(r["length_ft"]), r["height"], r["group"], float(r["teu"]))
            for r in tables["size_types"]
        },
        exceptions={
            r["code"]: ExceptionKind(
                r["code"], r["severity"], r["owner"], r["text_zh"], r["text_en"], r["action_zh"], r["action_en"]
            )
            for r in tables["exceptions"]
        },
        conditions={
            (r["code"], r["why"]): ConditionText(
                r["owner"], r["text_zh"], r["text_en"], r["action_zh"], r["action_en"]
            )
            for r in _rows(directory / "conditions.csv")
        },
        thresholds={_threshold(r): int(r["value"]) * _UNITS[r["unit"]] for r in tables["thresholds"]},
        digest=_digest(tables),
    )  # fmt: skip


def _rows(path: Path) -> list[Row]:
    if not path.is_file():
        raise SchemaError(f"reference table {path.name} is missing in {path.parent}")
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for number, row in enumerate(rows, start=2):
        if None in row or None in row.values():
            raise SchemaError(f"{path.name} line {number}: the row has not as many cells as the header has columns")
        if row.get("verified") not in ("S", "M", "P") or not row.get("source"):
            raise SchemaError(f"{path.name} line {number}: source must be given and verified be S, M or P")
    return rows


def _digest(tables: dict[str, list[Row]]) -> str:
    whole = repr([(name, [sorted(row.items()) for row in tables[name]]) for name in sorted(tables)])
    return hashlib.sha256(whole.encode()).hexdigest()


def _places(rows: list[Row]) -> dict[str, tuple[Place, ...]]:
    found: dict[str, list[Place]] = {}
    for r in rows:
        place = Place(
            r["code"], r["code"].partition("/")[2], r["port"], tuple(r["terminals"].split()),
            _midnight(r["valid_from"]), _midnight(r["valid_until"]) or FOREVER, r["successor"],
        )  # fmt: skip
        found.setdefault(place.code, []).append(place)
    return {code: tuple(sorted(periods, key=lambda p: p.valid_from)) for code, periods in found.items()}


def _vessel(r: Row) -> Vessel:
    return Vessel(
        r["vessel_id"], tuple(r["other_ids"].split()), r["zh"], r["en"], tuple(filter(None, r["aliases"].split(";"))),
        r["flag"], r["coastal_licence"], _midnight(r["mixed_from"]), _midnight(r["mixed_until"]),
        _midnight(r["change_of_use"]), r["service"], int(r["teu"] or 0),
    )  # fmt: skip


def _threshold(r: Row) -> str:
    return r["name"] + ("|" + r["port"] if r["port"] else "")


def _names(vessel: Vessel) -> tuple[str, ...]:
    return tuple(filter(None, (*vessel.other_ids, vessel.zh, vessel.en, *vessel.aliases)))


def _ids(vessel: Vessel) -> tuple[str, ...]:
    return vessel.vessel_id, *vessel.other_ids


def _midnight(day: str) -> int:
    """Beijing midnight of a day as UTC ms; "" and the beginning of time are 0."""
    if not day or day == "1970-01-01":
        return 0
    return int(datetime.fromisoformat(day).replace(tzinfo=UTC).timestamp() * 1000) - _BEIJING_MS
