"""Who sends what: one profile per sender and period, from ``partners.yaml``."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from datetime import UTC, date, datetime
from itertools import pairwise
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import yaml

from schemas.reference import FOREVER, load_reference

PARTNERS: Final = Path(__file__).with_name("partners.yaml")
#: Beijing, minutes from UTC: the clock of a sender that we know nothing of.
BEIJING_MIN: Final = 480
_ZONE: Final = re.compile(r"([+-])(\d\d):(\d\d)")
_NOTHING: Final[Mapping[str, str]] = MappingProxyType({})


class PartnerError(ValueError):
    """A profile that makes no sense: the text says which and what to change."""


@dataclass(frozen=True, slots=True)
class Profile:
    """How one sender writes.

    sender: its id as files name it (UNB 0004, NAD+MS, field 4 of record 00). party: its code on the platform, the
    source_party of events. source_system: its first word ranks the source (TOS, TALLY, CARRIER, AGENT). offset_min:
    its clock, minutes from UTC. charset: see connectors.edi.charset, "" = by the syntax identifier. terminals:
    terminal code as sent -> the platform's; terminal: where the message names none. strict: wrong counts, references
    and envelopes are refused. carries: it brings the files of others, who are named in UNG 0040. documents:
    "CODECO/34" -> move, beyond the standard's codes. vessel_lists: code list of a vessel id (TDT C222 1131, or "JT")
    -> CNSHIP or MMSI. layouts: "COARRI/50" -> field names of a flat-file record that differs from the usual one.
    valid_from, valid_until: ms, by the document's preparation time. known: False for a sender that has no profile.
    """

    sender: str
    party: str
    port: str
    source_system: str = "TOS"
    offset_min: int = BEIJING_MIN
    charset: str = ""
    terminals: Mapping[str, str] = field(default_factory=lambda: _NOTHING)
    terminal: str = ""
    strict: bool = False
    carries: bool = False
    documents: Mapping[str, str] = field(default_factory=lambda: _NOTHING)
    vessel_lists: Mapping[str, str] = field(default_factory=lambda: _NOTHING)
    layouts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    valid_from: int = 0
    valid_until: int = FOREVER
    known: bool = True


class Partners:
    """The profiles, by sender and time."""

    def __init__(self, profiles: Iterable[Profile]) -> None:
        self._by_sender: dict[str, list[Profile]] = {}
        for profile in profiles:
            self._by_sender.setdefault(profile.sender, []).append(profile)

    def find(self, sender: str, at_ms: int) -> Profile | None:
        """The sender's profile in force at a time; at 0 (a message without any time) the latest. None = unknown."""
        profiles = self._by_sender.get(sender, [])
        if not at_ms:
            return max(profiles, key=lambda p: p.valid_from, default=None)
        return next((p for p in profiles if p.valid_from <= at_ms < p.valid_until), None)

    def knows(self, sender: str) -> bool:
        """True when the sender has a profile, in force or not."""
        return sender in self._by_sender

    def __len__(self) -> int:
        return sum(map(len, self._by_sender.values()))


def unknown_sender(sender: str, port: str) -> Profile:
    """The profile of a sender without one, at a port that the operator named: EDI ranks below every known source.

    Raises PartnerError when ``port`` is none of the platform's.
    """
    check_port(port)
    return Profile(sender, sender or "UNKNOWN", port, source_system="EDI", known=False)


def check_port(port: str) -> None:
    """Raises PartnerError unless ``port`` is the slug of one of the platform's seaports."""
    seaports = load_reference().seaports
    if port not in seaports:
        raise PartnerError(f"port is {port!r}; expected one of {', '.join(seaports)}")


def load_partners(path: Path = PARTNERS) -> Partners:
    """Read profiles. Raises PartnerError, with the sender and the key, or OSError."""
    try:
        document = yaml.safe_load(path.read_text("utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise PartnerError(f"{path.name}: no YAML in UTF-8{yaml_line(error)}") from error
    if not isinstance(document, dict) or not isinstance(document.get("partners"), list):
        raise PartnerError(f"{path.name}: must hold a list 'partners'")
    profiles = [_profile(path.name, entry) for entry in document["partners"]]
    _no_overlap(path.name, profiles)
    return Partners(profiles)


_PLAIN: Final = {"party", "port", "source_system", "charset", "terminal"}
_MAPS: Final = {"terminals", "documents", "vessel_lists"}


def _profile(file: str, entry: Any) -> Profile:
    if not isinstance(entry, dict) or not entry.get("sender"):
        raise PartnerError(f"{file}: every partner needs a sender; found {entry!r}")
    where = f"{file}, partner {entry['sender']}"
    known = _PLAIN | _MAPS | {"sender", "time_zone", "strict", "carries", "layouts", "valid_from", "valid_until"}
    if unknown := set(entry) - known:
        raise PartnerError(f"{where}: unknown key {', '.join(sorted(unknown))}; known are {', '.join(sorted(known))}")
    values: dict[str, Any] = {"sender": str(entry["sender"])}
    values |= {key: str(entry[key]) for key in _PLAIN if key in entry}
    values |= {key: MappingProxyType({str(k): str(v) for k, v in entry[key].items()}) for key in _MAPS if key in entry}
    if "time_zone" in entry:
        try:
            values["offset_min"] = offset_minutes(str(entry["time_zone"]))
        except PartnerError as error:
            raise PartnerError(f"{where}: {error}") from error
    if "layouts" in entry:
        values["layouts"] = {str(k): tuple(map(str, v)) for k, v in entry["layouts"].items()}
    values |= {key: bool(entry.get(key, False)) for key in ("strict", "carries")}
    offset_ms = values.get("offset_min", BEIJING_MIN) * 60_000
    dates = [key for key in ("valid_from", "valid_until") if key in entry]
    values |= {key: _midnight(where, key, entry[key], offset_ms) for key in dates}
    if missing := [f.name for f in fields(Profile) if f.name in ("party", "port") and not values.get(f.name)]:
        raise PartnerError(f"{where}: {', '.join(missing)} must be given")
    try:
        check_port(values["port"])
        codecs.lookup(values.get("charset") or "utf-8")
    except (PartnerError, LookupError) as error:
        raise PartnerError(f"{where}: {error}") from error
    return Profile(**values)


def yaml_line(error: Exception) -> str:
    """Where a YAML file cannot be read, to stand after what is wrong; "" where that is not known."""
    mark = getattr(error, "problem_mark", None)
    return f": look at line {mark.line + 1}" if mark is not None else ""


def offset_minutes(text: str) -> int:
    """Minutes from UTC of an offset such as +08:00. Raises PartnerError."""
    match = _ZONE.fullmatch(text)
    if match is None:
        raise PartnerError(f"time_zone is {text!r}; expected an offset such as +08:00")
    minutes = int(match[2]) * 60 + int(match[3])
    return minutes if match[1] == "+" else -minutes


def _midnight(where: str, key: str, value: Any, offset_ms: int) -> int:
    if not isinstance(value, date) or isinstance(value, datetime):
        raise PartnerError(f"{where}: {key} is {value!r}; expected a date such as 2026-01-31")
    return int(datetime(value.year, value.month, value.day, tzinfo=UTC).timestamp()) * 1000 - offset_ms


def _no_overlap(file: str, profiles: list[Profile]) -> None:
    ordered = sorted(profiles, key=lambda p: (p.sender, p.valid_from))
    for before, after in pairwise(ordered):
        if before.sender == after.sender and after.valid_from < before.valid_until:
            raise PartnerError(f"{file}, partner {after.sender}: two profiles are in force at the same time")
