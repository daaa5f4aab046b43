"""Customs' manifest messages (MT) that others wrote, into events: by a table, streaming, each consignment by itself.

The table that comes with the platform, ``mt-draft-in.yaml``, is unverified (docs/customs.md).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache, partial
from pathlib import Path
from typing import Any, Final

import msgspec
import yaml

from connectors.customs.profile import ProfileProblem
from connectors.customs.values import Misfit, from_text
from connectors.customs.xml_events import End, Leaf, XmlProblem, parts
from connectors.edi.identity import digest
from connectors.reading import facts
from connectors.reading.events import Item
from connectors.reading.plain import finish
from connectors.reading.problem import ERROR, WARNING, Problem
from connectors.reading.problem_texts import TEXTS
from connectors.reading.source import Source, chunks

DRAFT: Final = Path(__file__).with_name("mt-draft-in.yaml")
_ENVELOPE: Final = "MFTMessage/MFTData/"
_BARE: Final = "Manifest"
ROOT: Final = f"{_ENVELOPE}{_BARE}"
_ROOTS: Final = (_BARE, _ENVELOPE.partition("/")[0])
_CONSIGNMENT: Final = f"{ROOT}/Declaration/Consignment"
_BOX: Final = f"{_CONSIGNMENT}/TransportEquipment"
#: Path that a row of each level is below.
_BELOW: Final = {"head": ROOT, "declaration": ROOT, "consignment": _CONSIGNMENT, "box": _BOX}
_FORMATS: Final = ("", "time", "date", "imo", "locode")
_DELETE: Final = "3"
#: Boxes of one consignment that are held at once (the standard's limit).
MOST_BOXES: Final = 9999
#: Digits of a time to the second.
_SECONDS: Final = 14
BEIJING_MIN: Final = 480
#: What an event is about: a message sent again, changed or deleted is a version of the same events.
_SUBJECT: Final = ("vessel_id", "voyage", "master_bl", "house_bl", "container_no")
#: Fields of the table that each kind of event has.
_FIELDS: Final = {
    "manifest": (
        "msg_type", "function_code", "version", "voyage", "vessel_id", "vessel_name", "route_flag", "domestic_voyage",
        "customs_district", "place_code", "sender_id", "send_time", "master_bl", "house_bl", "pol", "pod", "packages",
        "gross_kg", "split", "goods", "container_no", "iso_type", "ef", "seals",
    ),
    "release": ("ref_message_id", "voyage", "vessel_id", "container_no", "seals"),
}  # fmt: skip


class Meaning(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a message type is: its names, the kind of event, and the fields that the type alone settles."""

    zh: str
    en: str
    event: str
    fields: dict[str, str]


class Place(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One element: where, which field it fills, and how sure that is."""

    level: str
    path: str
    field: str
    mark: str
    format: str = ""
    codes: dict[str, str] = {}


class Incoming(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole table."""

    name: str
    verified: bool
    messages: dict[str, Meaning]
    rows: tuple[Place, ...]
    ignored: tuple[str, ...] = ()
    refused: dict[str, str] = {}

    @property
    def title(self) -> str:
        """Its name for people, with the warning."""
        return self.name if self.verified else f"{self.name} (unverified)"

    def places(self) -> dict[str, Place]:
        """Path from the root to its row."""
        return {f"{_BELOW[row.level]}/{row.path}": row for row in self.rows}


@cache
def load_incoming(path: Path = DRAFT) -> Incoming:
    """Read a table. Raises ProfileProblem, and OSError when it cannot be read."""
    try:
        table = msgspec.convert(yaml.safe_load(path.read_text("utf-8")), Incoming)
    except (yaml.YAMLError, msgspec.ValidationError) as error:
        raise ProfileProblem(f"{path.name}: {' '.join(str(error).split())}") from error
    for row in table.rows:
        if row.level not in _BELOW or row.format not in _FORMATS or row.mark not in ("S", "M", "P"):
            raise ProfileProblem(f"{path.name}, {row.path}: level, format or mark is none that is known")
    for message, code in table.refused.items():
        if code not in TEXTS or message in table.messages:
            raise ProfileProblem(f"{path.name}, refused {message}: {code} is no problem that is known, or it is read too")
    return table


def read_manifests(source: Source, *, name: str = "", port: str = "", table: Incoming | None = None) -> Iterator[Item]:
    """Events and problems of a message, as they come. ``port``: where they belong; without it, to the port of the customs
    office that the message names. Bad input is never raised, it is a Problem."""
    reader = _Reader(name, port, table or load_incoming())
    root = ""
    try:
        for found in parts(chunks(source), attributes=True):
            # customs' own schema begins with Manifest, the single window puts it into an envelope
            root = root or found.path.partition("/")[0]
            part = found._replace(path=f"{_ENVELOPE}{found.path}") if found.path.startswith(_BARE) else found
            yield from reader.leaf(part) if isinstance(part, Leaf) else reader.end(part)
        if root not in _ROOTS:
            expected = "Manifest, or MFTMessage around one"
            yield Problem(ERROR, "UNSUPPORTED_MESSAGE", name, "", 1, root, root, expected, unit="line")
        else:
            yield from reader.finish()
    except XmlProblem as problem:
        yield Problem(ERROR, "BAD_XML", name, reader.reference, value=str(problem), expected="a message of customs")


def _as_customs_writes(text: str, form: str) -> str:
    """A time without its milliseconds and an IMO number without UN before it, as some systems leave them out."""
    if form == "time" and len(text) == _SECONDS and text.isdecimal():
        return f"{text}000"
    if form == "imo" and (number := text.upper().removeprefix("UN").removeprefix("IMO").strip()).isdecimal():
        return f"UN{number}"
    return text


class _Reader:
    def __init__(self, file: str, port: str, table: Incoming) -> None:
        self._file = file
        self._port = port
        self._table = table
        self._places = table.places()
        self._head: dict[str, Any] = {}
        self._consignment: dict[str, Any] = {}
        self._box: dict[str, Any] = {}
        self._boxes: list[dict[str, Any]] = []
        self._refused = False
        self._told: set[str] = {f"{ROOT}/{path}" for path in table.ignored}
        self._seen = False

    @property
    def reference(self) -> str:
        """The message's own id."""
        return str(self._head.get("ref_message_id", ""))

    def leaf(self, leaf: Leaf) -> Iterator[Problem]:
        place = self._places.get(leaf.path)
        if place is None:
            if leaf.text and leaf.path.startswith(ROOT) and leaf.path not in self._told:
                self._told.add(leaf.path)
                yield self._problem(
                    WARNING, "UNKNOWN_ELEMENT", leaf.line, leaf.path, leaf.text, f"an element of {self._table.title}"
                )
            return
        if not leaf.text:
            return
        level = {"consignment": self._consignment, "box": self._box}.get(place.level, self._head)
        try:
            value = self._value(place, leaf.text, level)
        except Misfit as misfit:
            yield self._problem(ERROR, "BAD_FIELD", leaf.line, leaf.path, leaf.text, str(misfit))
            self._refused = self._refused or place.level in ("head", "declaration")
            level["refused"] = True
            return
        if place.field == "seals":
            level.setdefault("seals", []).append(value)
        else:
            level.setdefault(place.field, value)

    def end(self, end: End) -> Iterator[Item]:
        if end.path == _BOX:
            if len(self._boxes) >= MOST_BOXES:
                yield self._problem(ERROR, "MESSAGE_TOO_LONG", end.line, end.path, "", f"{MOST_BOXES} boxes in a consignment")
                self._consignment["refused"] = True
            else:
                self._boxes.append(self._box)
            self._box = {}
        elif end.path == _CONSIGNMENT:
            self._seen = True
            yield from self._lines(end.line)
            self._consignment, self._boxes = {}, []

    def finish(self) -> Iterator[Problem]:
        if not self._seen:
            yield self._problem(ERROR, "NO_CONSIGNMENT", 0, _CONSIGNMENT, "", "at least one consignment")

    def _value(self, place: Place, text: str, level: dict[str, Any]) -> Any:
        if place.codes:
            if text not in place.codes:
                level.setdefault("flags", []).append(f"UNKNOWN_CODE:{place.field}:{text[:40]}")
                return None
            return place.codes[text]
        if place.format == "locode":
            return text[:5]
        return from_text(_as_customs_writes(text, place.format), place.format)

    def _lines(self, line: int) -> Iterator[Item]:
        message = str(self._head.get("msg_type", ""))
        meaning = self._table.messages.get(message)
        if meaning is None:
            if not self._refused:
                self._refused = True
                known = ", ".join(self._table.messages)
                code = self._table.refused.get(message, "UNSUPPORTED_MESSAGE")
                yield self._problem(ERROR, code, line, "Head/MessageType", message, f"{known} of {self._table.title}")
            return
        if self._refused or self._consignment.get("refused"):
            return
        for box in self._boxes or [{}]:
            if not box.get("refused"):
                yield from self._line(meaning, message, box, line)

    def _line(self, meaning: Meaning, message: str, box: Mapping[str, Any], line: int) -> Iterator[Item]:
        said = {**self._head, **self._consignment, **box}
        office = str(said.get("customs_district") or said.get("receiver_id") or "")
        port = self._port or facts.port_of_district(office)
        if not port:
            expected = "a customs office of the platform's ports, or --port"
            yield self._problem(ERROR, "FOREIGN_PLACE", line, "Declaration/DeclarationOfficeID", office, expected)
            return
        sender = str(said.get("sender_id", ""))
        about = "|".join(str(said.get(name, "")) for name in _SUBJECT)
        flags = [flag for level in (self._head, self._consignment, box) for flag in level.get("flags", ())]
        tally = meaning.fields.get("manifest_kind") == "TALLY"
        values = {name: said.get(name) for name in _FIELDS[meaning.event]} | {
            **meaning.fields,
            "event_id": f"{message}/{digest(f'{sender}/{message}/{about}')}",
            "source_party": sender,
            "source_system": "TALLY MT" if tally else "AGENT MT",
            "event_time": said.get("send_time"),
            "updated_time": said.get("send_time"),
            "source_offset_min": BEIJING_MIN,
            "port": port,
            "is_retracted": said.get("function_code") == _DELETE,
            "raw_ref": self.reference[:100] or None,
            "quality_flags": [*([] if self._table.verified else ["UNVERIFIED_PROFILE"]), *flags],
        }
        if meaning.event == "release":
            values |= {
                "bill_no": said.get("master_bl"),
                "district": said.get("customs_district"),
                "site": said.get("place_code"),
            }
            values["event_time"] = said.get("arrived_at") or said.get("send_time")
        elif tally:
            values["counted"] = said.get("packages")
        yield from finish(
            meaning.event, {name: v for name, v in values.items() if v is not None}, port, partial(self._tell, line)
        )

    def _tell(self, line: int, severity: str, code: str, field: str, value: str, expected: str) -> Problem:
        return self._problem(severity, code, line, field, value, expected)

    def _problem(self, severity: str, code: str, line: int, element: str, value: str, expected: str) -> Problem:
        return Problem(
            severity, code, self._file, self.reference, line, element.removeprefix(f"{ROOT}/"), value, expected, unit="line"
        )
