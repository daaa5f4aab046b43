"""The head of a CODECO or COARRI message: everything before its first box, and what it means for all of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from connectors.edi import facts, identity, tables, times
from connectors.edi.items import Record
from connectors.edi.notes import Notes
from connectors.edi.partner import Profile
from connectors.edi.places import note_location
from connectors.edi.problem import Place, Problem, Refused, problem
from connectors.edi.syntax import Segment

#: Gives the profile of (sender, document time), or raises Refused.
Resolve = Callable[[str, int], Profile]
_UNKNOWN: Final = Profile("", "", "")


@dataclass(slots=True)
class Envelope:
    """What a message's head is read with: the file, the interchange around it ("" and 0 in a bare message)."""

    file: str
    reference: str
    first_position: int
    sender: str = ""
    interchange: str = ""
    prepared: tuple[str, str] = ("", "")
    notes: Notes = field(default_factory=Notes)

    def at(self, segment: Segment | None = None, tag: str = "") -> Place:
        """Where a segment stands, counted in its message."""
        if segment is None:
            return Place(self.file, self.reference, tag)
        return Place(self.file, self.reference, segment[0], segment[2] - self.first_position + 1)


@dataclass(slots=True)
class Header:
    """What all boxes of a message share. ``base`` is the part of the record that is the same for each."""

    envelope: Envelope
    message: str
    kind: str
    move: str
    profile: Profile
    retracts: bool
    prepared: int
    rank: int
    id_prefix: str
    sender: str
    base: Record
    flags: list[str]
    places: dict[str, str]
    voyage: str = ""
    moved_at: int = 0
    moved_offset: int = 0


@dataclass(slots=True)
class _Found:
    """Raw values of the head's segments."""

    document: list[list[str]] = field(default_factory=list)
    document_at: Segment | None = None
    about: str = ""
    sender: str = ""
    times: dict[str, tuple[str, str, Segment]] = field(default_factory=dict)
    transport: Segment | None = None
    voyage: str = ""
    ship_stay: str = ""
    mode: str = ""
    plate: str = ""
    places: dict[str, str] = field(default_factory=dict)


def read_header(segments: Sequence[Segment], envelope: Envelope, resolve: Resolve) -> Header:
    """The head of a message, ``segments[0]`` is its UNH. Raises Refused when no box of it can become an event."""
    found = _collect(segments)
    name, directory = _message_type(segments[0])
    kind, event_type = tables.MESSAGES[name]
    flags: list[str] = []
    notes = envelope.notes
    if not tables.FIRST_DIRECTORY <= tables.directory_order(directory) <= tables.LAST_DIRECTORY:
        notes.warn(flags, "UNKNOWN_DIRECTORY", envelope.at(segments[0]), "S009/0054", directory)
    sender = envelope.sender or found.sender
    profile = resolve(sender, _prepared(found, envelope, _UNKNOWN))
    if not profile.known:
        flags.append("SENDER_NOT_CONFIGURED")
        notes.warn(flags, "SENDER_NOT_CONFIGURED", envelope.at(tag="UNB"), "0004", sender or "?", port=profile.port)
    prepared = _prepared(found, envelope, profile)
    bgm = found.document_at
    move = _move(found, name, directory, profile, flags, envelope)
    function = _component(found.document, 3, 0)
    number = _component(found.document, 2, 0).strip()
    document = _document(function, number, found.about, envelope.at(bgm, "BGM"))
    header = Header(
        envelope, name, kind, move, profile, function == tables.CANCELLATION, prepared,
        tables.FUNCTION_RANK[function], identity.prefix(sender, name, document) if document else "", sender,
        {}, flags, found.places, found.voyage,
    )  # fmt: skip
    header.base = {
        "event_id": "", "source_party": profile.party, "source_system": profile.source_system,
        "event_type": event_type, "classifier": "ACT", "event_time": 0, "source_offset_min": profile.offset_min,
        "record_time": prepared or None, "updated_time": 0, "is_retracted": header.retracts, "port": profile.port,
        "unlocode_raw": None, "terminal_code": None, "raw_ref": "", "quality_flags": [], "move": move,
        "container_no": "", "seals": [],
    }  # fmt: skip
    _vessel(header, found)
    if kind == "gate":
        header.base |= {"mode": found.mode or None, "truck_plate": found.plate or None}
    elif found.ship_stay:
        header.base["port_call_id"] = found.ship_stay
    _header_time(header, found)
    return header


def _collect(segments: Sequence[Segment]) -> _Found:
    found = _Found()
    for segment in segments:
        tag, elements, _ = segment
        if tag == "BGM" and found.document_at is None:
            found.document, found.document_at = elements, segment
        elif tag == "RFF":
            qualifier, value = _component(elements, 1, 0), _component(elements, 1, 1).strip()
            if qualifier == "ACW":
                found.about = found.about or value
            elif qualifier == "VON":
                found.voyage = found.voyage or value
            elif qualifier == "ATZ":
                found.ship_stay = value
        elif tag == "DTM":
            value = (_component(elements, 1, 1), _component(elements, 1, 2))
            found.times.setdefault(_component(elements, 1, 0), (*value, segment))
        elif tag == "TDT":
            _transport(found, segment)
        elif tag == "NAD" and _component(elements, 1, 0) == "MS":
            found.sender = _component(elements, 2, 0).strip()
        elif tag == "LOC":
            note_location(found.places, elements)
    return found


def _transport(found: _Found, segment: Segment) -> None:
    elements = segment[1]
    if _component(elements, 1, 0) == tables.MAIN_CARRIAGE:
        found.transport = segment
        found.voyage = _component(elements, 2, 0).strip() or found.voyage
    elif mode := tables.MODES.get(_component(elements, 3, 0), ""):
        found.mode = mode
        if mode == "TRUCK":
            found.plate = plate(elements)


def plate(elements: list[list[str]]) -> str:
    """The truck of a TDT: its id, or its name, in C222."""
    return (_component(elements, 8, 0) or _component(elements, 8, 3)).strip()


def _message_type(unh: Segment) -> tuple[str, str]:
    """(CODECO or COARRI, directory as 95B)."""
    return _component(unh[1], 2, 0), _component(unh[1], 2, 2)


def _prepared(found: _Found, envelope: Envelope, profile: Profile) -> int:
    """The document's preparation time: DTM 137, else that of the interchange; 0 where neither says one."""
    value, form, _ = found.times.get(tables.DOCUMENT_TIME, ("", "", None))
    try:
        return times.to_ms(value, form, profile.offset_min)[0]
    except ValueError:
        return times.interchange_to_ms(*envelope.prepared, profile.offset_min)


def _move(
    found: _Found, name: str, directory: str, profile: Profile, flags: list[str], envelope: Envelope
) -> str:  # fmt: skip
    code = _component(found.document, 1, 0).strip()
    place = envelope.at(found.document_at, "BGM")
    own = profile.documents.get(f"{name}/{code}")
    if own is not None:
        return own
    document = tables.DOCUMENTS.get((name, code))
    if document is None:
        known = ", ".join(f"{c} {d.move}" for (message, c), d in tables.DOCUMENTS.items() if message == name)
        raise Refused(problem(
            "UNKNOWN_DOCUMENT", "error", place, "1001", code, known, message=name, directory="D." + directory
        ))  # fmt: skip
    order = tables.directory_order(directory) or tables.directory_order(document.first)
    if not tables.directory_order(document.first) <= order <= tables.directory_order(document.last):
        later = order > tables.directory_order(document.last) and document.later
        envelope.notes.warn(
            flags, "CODE_NOT_IN_DIRECTORY", place, "1001", code, move=document.move, directory="D." + directory,
            meaning=f" ({later})" if later else "", message=name,
        )  # fmt: skip
    return document.move


def _document(function: str, number: str, about: str, place: Place) -> str:
    """The document whose moves these are: the message's own, or the one that it amends."""
    if function in tables.ORIGINAL:
        return number
    if function not in (tables.CANCELLATION, *tables.AMENDMENTS):
        raise Refused(problem("UNKNOWN_FUNCTION", "error", place, "1225", function))
    if not about:
        raise Refused(problem("NO_REFERENCE", "error", place, "1225", function))
    return about


def _vessel(header: Header, found: _Found) -> None:
    """Vessel and voyage, which a quay move cannot do without (a cancellation can)."""
    segment, envelope = found.transport, header.envelope
    elements = segment[1] if segment is not None else []
    number, code_list = _component(elements, 8, 0).strip(), _component(elements, 8, 1)
    name = _component(elements, 8, 3)
    scheme = "IMO" if code_list in tables.IMO_LISTS else header.profile.vessel_lists.get(code_list, "")
    vessel = facts.vessel(number, scheme, name)
    place = envelope.at(segment, "TDT")
    if any(map(facts.unfit_for_keys, (vessel.id, header.voyage))):
        bad = vessel.id if facts.unfit_for_keys(vessel.id) else header.voyage
        raise Refused(problem("BAD_CHARACTER", "error", place, "C222", bad))
    if vessel.flag:
        envelope.notes.warn(header.flags, vessel.flag, place, "C222/8213", number if vessel.flag == "BAD_IMO" else name)
    if not vessel.id and header.kind == "berth" and not header.retracts:
        expected = "TDT+20 with an IMO number in C222, or the vessel's name"
        raise Refused(problem("NO_VESSEL", "error", place, "C222", number, expected))
    header.base["vessel_id"] = vessel.id or None
    header.base["voyage"] = header.voyage or None
    if header.kind == "berth":
        header.base["vessel_name"] = vessel.name or None


def _header_time(header: Header, found: _Found) -> None:
    """The time of the move where the head states it for all boxes."""
    for qualifier in tables.MOVE_TIMES[header.move]:
        if qualifier in found.times:
            value, form, segment = found.times[qualifier]
            try:
                header.moved_at, header.moved_offset = times.to_ms(value, form, header.profile.offset_min)
            except ValueError:
                place = header.envelope.at(segment)
                raise Refused(bad_time(place, value, form)) from None
            return


def bad_time(place: Place, value: str, form: str) -> Problem:
    """The problem of a DTM that is no time."""
    expected = f"CCYYMMDDHHMM in format 203, or one of the formats {times.FORMATS}; years 2000 to 2099"
    return problem("BAD_TIME", "error", place, "C507/2380", f"{value}:{form}" if form else value, expected)


def _component(elements: list[list[str]], element: int, component: int) -> str:
    """A component, "" where the segment is shorter."""
    if len(elements) > element and len(elements[element]) > component:
        return elements[element][component]
    return ""
