"""The head of a CODECO or COARRI message: everything before its first box, and what it means for all of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from connectors.edi import codes, facts
from connectors.edi.moves import KEY_TEXT, Header
from connectors.edi.notes import Notes
from connectors.edi.partner import BEIJING_MIN, Profile
from connectors.edi.syntax import Segment
from connectors.edi.times import Stamp, parse

#: Gives the profile of (sender, document time or 0, its position), or raises Refused.
Resolve = Callable[[Notes, str, int, int], Profile]

#: TDT C222 1131 of a vessel number: these hold IMO numbers; 103 is a call sign, others are the partner's own.
_IMO_LISTS: Final = frozenset(("146", "11", ""))
TIME_EXPECTED: Final = "a time such as 202611241730 in format 203, years 2000 to 2099"
TIME_SECTION: Final = "DTM C507, code list 2379"


class Surroundings:
    """What stands around a message: the interchange's sender, reference and preparation time ("" in a bare message)."""

    __slots__ = ("date", "file", "reference", "sender", "time")

    def __init__(self, file: str, sender: str = "", reference: str = "", date: str = "", time: str = "") -> None:
        self.file = file
        self.sender = sender
        self.reference = reference
        self.date = date
        self.time = time

    def prepared(self, offset_min: int) -> Stamp | None:
        """UNB's date (6 or 8 digits) and time (4 digits)."""
        return parse(self.date + self.time[:4], "203" if len(self.date) == 8 else "201", offset_min)


@dataclass(slots=True)
class EdifactHeader(Header):
    """With what the head states for every box: places, time of the move, way through the gate."""

    places: dict[str, str] = field(default_factory=dict)
    moved: Stamp | None = None
    mode: str = ""
    plate: str = ""


@dataclass(slots=True)
class _Found:
    """Raw values of the head."""

    bgm: Segment | None = None
    about: str = ""
    sender: str = ""
    transport: Segment | None = None
    voyage: str = ""
    ship_stay: str = ""
    mode: str = ""
    plate: str = ""
    times: dict[str, tuple[str, str, int]] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)


def read_header(segments: Sequence[Segment], around: Surroundings, notes: Notes, resolve: Resolve) -> EdifactHeader:
    """The head of a message; ``segments[0]`` is its UNH. Raises Refused when no box of it can become an event."""
    unh = segments[0]
    found = _collect(segments)
    message, directory = component(unh.elements, 2, 0), component(unh.elements, 2, 2)
    sender = around.sender or found.sender
    rough = _prepared(found, around, BEIJING_MIN)
    profile = resolve(notes, sender, rough.ms if rough else 0, unh.position)
    flags: list[str] = []
    if not profile.known:
        notes.warn(flags, "SENDER_NOT_LISTED", unh.position, "UNB 0004", sender, "a sender of partners.yaml")
    bgm = found.bgm.elements if found.bgm else []
    at = found.bgm.position if found.bgm else unh.position
    move = _move(notes, flags, message, directory, component(bgm, 1, 0).strip(), profile, at)
    function = component(bgm, 3, 0).strip()
    prepared = _prepared(found, around, profile.offset_min)
    header = EdifactHeader(
        message,
        move,
        profile,
        notes,
        sender,
        document=_document(notes, function, component(bgm, 2, 0).strip(), found.about, at),
        prepared=prepared.ms if prepared else 0,
        rank=_rank(function),
        retracts=function in codes.CANCELS,
        reference="/".join(filter(None, (around.reference, notes.message))),
        first_position=unh.position,
        flags=flags,
        places=found.places,
        mode=found.mode,
        plate=found.plate,
    )
    if prepared is None:
        value = ":".join(found.times.get(codes.DOCUMENT_TIME, ("", "", 0))[:2])
        notes.warn(flags, "NO_DOCUMENT_TIME", at, "DTM 137", value, "DTM+137 or the time of UNB")
    header.ready(_vessel(header, found, unh.position), found.voyage)
    if header.kind == "berth" and found.ship_stay:
        header.base["port_call_id"] = found.ship_stay
    stated = next((found.times[q] for q in codes.MOVE_TIMES[move] if q in found.times), None)
    if stated is not None:
        header.moved = moved_at(header, *stated, flags)
    return header


def moved_at(header: Header, text: str, form: str, position: int, flags: list[str]) -> Stamp:
    """The time of a move; a date alone is flagged. Raises Refused for what is no time."""
    stamp = parse(text, form, header.profile.offset_min)
    if stamp is None:
        value = f"{text}:{form}" if form else text
        raise header.notes.error("BAD_TIME", position, "DTM C507/2380", value, TIME_EXPECTED, TIME_SECTION)
    if stamp.flag:
        value = text[-8:] if stamp.flag == "UNKNOWN_ZONE" else text
        header.notes.warn(flags, stamp.flag, position, "DTM C507/2380", value, TIME_EXPECTED, TIME_SECTION)
    return stamp


def note_place(places: dict[str, str], elements: list[list[str]]) -> None:
    """Put one LOC into ``places``. LOC+165 and 164 name the port and, as related location, the terminal or berth in it:
    the port goes to "locode"."""
    if len(elements) < 3 or (name := codes.PLACES.get(elements[1][0])) is None:
        return
    code = elements[2][0].strip()
    related = elements[3][0].strip() if len(elements) > 3 else ""
    if name == "terminal" or (name == "berth" and related):
        if code:
            places["locode"] = code
        code = related
    if code:
        places[name] = code


def component(elements: list[list[str]], element: int, part: int) -> str:
    """A component, "" where the segment is shorter."""
    if len(elements) > element and len(elements[element]) > part:
        return elements[element][part]
    return ""


def plate(elements: list[list[str]]) -> str:
    """The truck that a TDT names in C222, by id or by name."""
    return (component(elements, 8, 0) or component(elements, 8, 3)).strip()


def _collect(segments: Sequence[Segment]) -> _Found:
    found = _Found()
    for segment in segments:
        tag, elements, position = segment
        if tag == "BGM":
            found.bgm = found.bgm or segment
        elif tag == "RFF":
            _reference(found, component(elements, 1, 0), component(elements, 1, 1).strip())
        elif tag == "DTM":
            value = component(elements, 1, 1), component(elements, 1, 2), position
            found.times.setdefault(component(elements, 1, 0), value)
        elif tag == "TDT":
            _transport(found, segment)
        elif tag == "NAD" and component(elements, 1, 0) == "MS":
            found.sender = component(elements, 2, 0).strip()
        elif tag == "LOC":
            note_place(found.places, elements)
    return found


def _reference(found: _Found, qualifier: str, value: str) -> None:
    if qualifier == "ACW":
        found.about = found.about or value
    elif qualifier == "VON":
        found.voyage = found.voyage or value
    elif qualifier == "ATZ":
        found.ship_stay = value


def _transport(found: _Found, segment: Segment) -> None:
    elements = segment.elements
    if component(elements, 1, 0) == codes.MAIN_CARRIAGE:
        found.transport = segment
        found.voyage = component(elements, 2, 0).strip() or found.voyage
    elif mode := codes.MODES.get(component(elements, 3, 0)):
        found.mode = mode
        found.plate = plate(elements) if mode == "TRUCK" else ""


def _prepared(found: _Found, around: Surroundings, offset_min: int) -> Stamp | None:
    """When the document was made: DTM 137, unless it is a date alone and the interchange knows the time of day."""
    text, form, _ = found.times.get(codes.DOCUMENT_TIME, ("", "", 0))
    own = parse(text, form, offset_min)
    outer = around.prepared(offset_min)
    return outer if own is None or (own.flag == "TIME_IMPRECISE" and outer is not None) else own


def _move(
    notes: Notes, flags: list[str], message: str, directory: str, code: str, profile: Profile, position: int
) -> str:  # fmt: skip
    """What moved, by BGM 1001: the partner's own codes, then those of the message's directory."""
    if own := profile.documents.get(f"{message}/{code}"):
        return own
    known = codes.documents_of(message, directory)
    if known is None or not codes.is_directory(directory):
        known = codes.documents_of(message, codes.USUAL_DIRECTORY)
        expected = "D.95B to D.21A"
        notes.warn(flags, "UNKNOWN_DIRECTORY", position, "UNH S009/0054", directory, expected, "UNH S009")
    assert known is not None, "the usual directory has codes for every message that is read"
    move = known.moves.get(code)
    section = f"code list 1001, D.{directory}"
    if move is None:
        expected = ", ".join(f"{c} {m}" for c, m in known.moves.items())
        raise notes.error("UNKNOWN_DOCUMENT", position, "BGM C002/1001", code, expected, section)
    if code in known.unconfirmed:
        notes.warn(flags, "UNCONFIRMED_CODE", position, "BGM C002/1001", code, move, section)
    return move


def _document(notes: Notes, function: str, number: str, about: str, position: int) -> str:
    """The document whose moves these are: the message's own, or the one that it cancels or replaces."""
    if function in codes.ORIGINALS:
        return number
    if function not in codes.CANCELS | codes.REPLACES:
        expected = "9 original, 1 cancellation, 5 replacement or 4 change"
        raise notes.error("UNKNOWN_FUNCTION", position, "BGM 1225", function, expected, "code list 1225")
    if not about:
        expected = "RFF+ACW with the number of the document"
        raise notes.error("NO_PREVIOUS_DOCUMENT", position, "RFF C506/1154", function, expected, "RFF, qualifier ACW")
    return about


def _rank(function: str) -> int:
    if function in codes.CANCELS:
        return codes.CANCELS_RANK
    return codes.REPLACES_RANK if function in codes.REPLACES else 0


def _vessel(header: EdifactHeader, found: _Found, position: int) -> facts.Vessel:
    """The vessel of TDT+20, which a quay move cannot do without (a cancellation can)."""
    elements = found.transport.elements if found.transport else []
    position = found.transport.position if found.transport else position
    number, code_list, name = component(elements, 8, 0).strip(), component(elements, 8, 1), component(elements, 8, 3)
    own = header.profile.vessel_lists.get(code_list, "")
    vessel = facts.vessel(number, own or ("IMO" if code_list in _IMO_LISTS else ""), name)
    for text in (vessel.id, found.voyage, found.ship_stay):
        if facts.unfit_for_keys(text):
            raise header.notes.error("BAD_CHARACTER", position, "TDT", text, KEY_TEXT)
    if vessel.flag:
        header.notes.warn(
            header.flags, vessel.flag, position, "TDT C222/8213", number, "an IMO number (code list 146)", "TDT C222"
        )
    if not vessel.id and header.message == "COARRI" and not header.retracts:
        expected = "TDT+20 with an IMO number, or the vessel's name, in C222"
        raise header.notes.error("NO_VESSEL", position, "TDT C222", number, expected, "COARRI, group 1 TDT")
    return vessel
