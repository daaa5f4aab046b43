"""The head of a message: everything before its first box, and what it means for all of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from connectors.edi import codes
from connectors.edi.gathering import gather
from connectors.edi.mending import mend
from connectors.edi.moves import KEY_TEXT, Header
from connectors.edi.notes import Notes
from connectors.edi.partner import BEIJING_MIN, Profile
from connectors.edi.syntax import Segment
from connectors.edi.tables import Table, code_lists
from connectors.edi.times import Stamp, parse
from connectors.reading import facts
from connectors.reading.problem import Problem

#: Gives the profile of (sender, document time or 0, its position), or raises Refused.
Resolve = Callable[[Notes, str, int, int], Profile]

#: TDT C222 1131 of a vessel number: these hold IMO numbers; 103 is a call sign, others are the partner's own, unless 3055
#: names Lloyd's Register, which gives IMO numbers.
_IMO_LISTS: Final = frozenset(("146", "11", "IMO", ""))
_CALL_SIGN: Final = "103"
_LLOYDS: Final = "11"
_NUMBERED: Final = re.compile("[1-9]")
TIME_EXPECTED: Final = "a time such as 202611241730 in format 203, years 2000 to 2099"
TIME_SECTION: Final = "DTM C507, code list 2379"


class Surroundings:
    """What stands around a message: the interchange's sender, reference and preparation time ("" in a bare message), and
    the sender of its group (UNG 0040)."""

    __slots__ = ("date", "file", "group_sender", "reference", "sender", "time")

    def __init__(
        self, file: str, sender: str = "", reference: str = "", date: str = "", time: str = "", group_sender: str = ""
    ) -> None:
        self.group_sender = group_sender
        self.file = file
        self.sender = sender
        self.reference = reference
        self.date = date
        self.time = time

    def prepared(self, offset_min: int) -> Stamp | None:
        """UNB's date (6 or 8 digits) and time (4 digits), which some write as one number."""
        text = (self.date + self.time[:4]).strip()
        return parse(text, {12: "203", 14: "204"}.get(len(text), "201"), offset_min)


@dataclass(slots=True, kw_only=True)
class Head(Header):
    """With the table of the message and what was found by it. operation: what is done with the boxes ("" = their places
    tell). stamps: the times that the head states. bases: target and operation -> the record as far as it is the same
    for all, and how its other fields are made. remembered: boxes that are described before the bills. refused: boxes
    of a bill of which others were taken. elsewhere: boxes that are not for this port. words: the free texts of an answer,
    None = not looked for yet."""

    table: Table
    vessel: facts.Vessel
    found: dict[str, Any]
    operation: str = ""
    function: str = ""
    stamps: dict[str, Stamp] = field(default_factory=dict)
    bases: dict[tuple[int, str], Any] = field(default_factory=dict)
    remembered: dict[str, dict[str, Any]] = field(default_factory=dict)
    refused: list[Problem] = field(default_factory=list)
    elsewhere: int = 0
    words: list[tuple[str, Segment]] | None = None

    def text(self, name: str) -> str:
        """What the head says of a field, "" = nothing."""
        found = self.found.get(name)
        return str(found[1]).strip() if found is not None else ""


def read_head(
    table: Table, segments: Sequence[Segment], around: Surroundings, notes: Notes, resolve: Resolve
) -> Head:  # fmt: skip
    """The head of a message; ``segments[0]`` is its UNH. Raises Refused when no box of it can become an event."""
    unh = segments[0]
    found: dict[str, Any] = {}
    gather(table.head, segments, found)
    mend(table, table.head, segments, found)
    directory = component(unh.elements, 2, 2)
    sender = around.sender or _text(found, "sender")
    rough = _prepared(found, around, BEIJING_MIN)
    profile = resolve(notes, sender, rough.ms if rough else 0, unh.position)
    if profile.carries and around.group_sender:
        sender = around.group_sender
        profile = resolve(notes, sender, rough.ms if rough else 0, unh.position)
    flags: list[str] = []
    if not profile.known:
        notes.warn(flags, "SENDER_NOT_LISTED", unh.position, "UNB 0004", sender, "a sender of partners.yaml")
    bgm = next((segment.position for segment in segments if segment.tag == "BGM"), unh.position)
    operation = _operation(notes, flags, table, directory, _text(found, "document_code"), profile, bgm)
    function = _text(found, "function")
    prepared = _prepared(found, around, profile.offset_min)
    head = Head(
        message=table.message, move=operation, profile=profile, notes=notes, sender=sender,
        document=_document(notes, flags, table, function, found, bgm, profile.strict), prepared=prepared.ms if prepared else 0,
        rank=_rank(function), retracts=function in codes.CANCELS,
        reference="/".join(filter(None, (around.reference, notes.message))), first_position=unh.position, flags=flags,
        table=table, vessel=facts.Vessel("", ""), found=found, operation=operation, function=function,
    )  # fmt: skip
    if prepared is None:
        value = ":".join(said(found["prepared"][2])) if "prepared" in found else ""
        notes.warn(flags, "NO_DOCUMENT_TIME", bgm, "DTM 137", value, "DTM+137 or the time of UNB")
    settle(head)
    return head


def settle(head: Head) -> None:
    """What follows from the values that were found: vessel, times, what is to be done. To be called again when a later
    part of the message says something else of them. Raises Refused."""
    head.vessel = _vessel(head)
    head.bases.clear()
    head.stamps.clear()
    if head.document:
        head.named()
    for target in head.table.becomes:
        for fields in target.time.values():
            for name in fields:
                if name in head.found and name not in head.stamps:
                    _stamp(head, name, lenient=bool(target.time_else))
    if "handling" in head.found:
        handling = head.text("handling")
        known = code_lists()["4079"]
        head.operation = known.codes.get(handling, "")
        if not head.operation:
            position = head.found["handling"][2].position
            head.notes.warn(head.flags, known.unknown, position, "HAN C524/4079", handling, known.expected, "code list 4079")


def _stamp(head: Head, name: str, lenient: bool) -> None:
    segment: Segment = head.found[name][2]
    if lenient and stamp_of(head, segment) is None:
        return
    head.stamps[name] = moved_at(head, *said(segment), segment.position, head.flags)


def stamp_of(header: Header, segment: Segment) -> Stamp | None:
    """The time of a DTM, None where it is none."""
    return parse(*said(segment), header.profile.offset_min)


def said(segment: Segment) -> tuple[str, str]:
    """What a DTM says: time and format."""
    return component(segment.elements, 1, 1), component(segment.elements, 1, 2)


def moved_at(header: Header, text: str, form: str, position: int, flags: list[str]) -> Stamp:
    """The time of a move; a date alone is flagged. Raises Refused for what is no time."""
    stamp = parse(text, form, header.profile.offset_min)
    if stamp is None:
        value = f"{text}:{form}" if form else text
        raise header.notes.error("BAD_TIME", position, "DTM C507/2380", value, TIME_EXPECTED, TIME_SECTION)
    if stamp.flag:
        value = {"UNKNOWN_ZONE": text.lstrip("0123456789 "), "TIME_FORMAT": f"{text}:{form}"}.get(stamp.flag, text)
        header.notes.warn(flags, stamp.flag, position, "DTM C507/2380", value, TIME_EXPECTED, TIME_SECTION)
    return stamp


def component(elements: list[list[str]], element: int, part: int) -> str:
    """A component, "" where the segment is shorter."""
    if len(elements) > element and len(elements[element]) > part:
        return elements[element][part]
    return ""


def _text(found: dict[str, Any], name: str) -> str:
    return str(found[name][1]).strip() if name in found else ""


def _prepared(found: dict[str, Any], around: Surroundings, offset_min: int) -> Stamp | None:
    """When the document was made: DTM 137, unless it is a date alone and the interchange knows the time of day."""
    own = parse(*said(found["prepared"][2]), offset_min) if "prepared" in found else None
    outer = around.prepared(offset_min)
    return outer if own is None or (own.flag == "TIME_IMPRECISE" and outer is not None) else own


def _operation(
    notes: Notes, flags: list[str], table: Table, directory: str, code: str, profile: Profile, position: int
) -> str:  # fmt: skip
    """What is done with the boxes, by BGM 1001: the partner's own codes, then those of the message's directory."""
    if own := profile.documents.get(f"{table.message}/{code}"):
        return own
    known = codes.documents_of(table.documents, directory)
    if not codes.is_directory(directory) or (known is None and table.documents):
        expected = "D.95B to D.21A"
        notes.warn(flags, "UNKNOWN_DIRECTORY", position, "UNH S009/0054", directory, expected, "UNH S009")
        known = codes.documents_of(table.documents, codes.USUAL_DIRECTORY)
    if known is None:
        return ""
    operation = known.codes.get(code)
    section = f"code list 1001, D.{directory}"
    if operation is not None:
        return operation
    operation = known.practice.get(code)
    if operation is None:
        expected = ", ".join(f"{c} {m}" for c, m in {**known.codes, **known.practice}.items())
        raise notes.error("UNKNOWN_DOCUMENT", position, "BGM C002/1001", code, expected, section)
    notes.warn(flags, "UNCONFIRMED_CODE", position, "BGM C002/1001", code, operation, section)
    return operation


def _document(
    notes: Notes, flags: list[str], table: Table, function: str, found: dict[str, Any], position: int, strict: bool
) -> str:  # fmt: skip
    """The document that the message speaks of: its own, or the one that it cancels or replaces. A report that says that
    it replaces another and does not say which is one of its own, with a flag: many systems write 5 in every report."""
    number = _text(found, "document")
    if not _NUMBERED.search(number):  # the same in every message: 0, 000000, a title
        number = ""
    if function in codes.ORIGINALS or function in table.functions:
        return number
    if function not in codes.CANCELS | codes.REPLACES:
        expected = "9 original, 1 cancellation, 5 replacement or 4 change"
        raise notes.error("UNKNOWN_FUNCTION", position, "BGM 1225", function, expected, "code list 1225")
    about = _text(found, "about") or (number if table.amends == "document" else "")
    if not about:
        expected = "RFF+ACW with the number of the document"
        if function in codes.REPLACES and not strict:
            notes.warn(flags, "REPLACES_UNNAMED", position, "RFF C506/1154", function, expected, "RFF, qualifier ACW")
            return number
        raise notes.error("NO_PREVIOUS_DOCUMENT", position, "RFF C506/1154", function, expected, "RFF, qualifier ACW")
    return about


def _rank(function: str) -> int:
    if function in codes.CANCELS:
        return codes.CANCELS_RANK
    return codes.REPLACES_RANK if function in codes.REPLACES else 0


def _vessel(head: Head) -> facts.Vessel:
    """The vessel of TDT+20, which some events cannot do without (a cancellation can)."""
    transport = next((head.found[n][2] for n in ("vessel_no", "vessel_name", "voyage") if n in head.found), None)
    position = transport.position if transport is not None else head.first_position
    number, name, voyage = head.text("vessel_no"), head.text("vessel_name"), head.text("voyage")
    code_list, agency = (
        found[1].strip() if (found := head.found.get(part)) is not None and found[2] is transport else ""
        for part in ("vessel_list", "vessel_agency")
    )
    own = head.profile.vessel_lists.get(code_list, "")
    is_imo = code_list in _IMO_LISTS or (agency == _LLOYDS and code_list != _CALL_SIGN)
    vessel = facts.vessel(number, own or ("IMO" if is_imo else ""), name)
    for text in (vessel.id, voyage, head.text("port_call_id")):
        if facts.unfit_for_keys(text):
            raise head.notes.error("BAD_CHARACTER", position, "TDT", text, KEY_TEXT)
    if transport is not None and "vessel_no" in head.found:
        raw = head.found["vessel_no"][1]
        if raw not in (component(transport.elements, 8, 0), component(transport.elements, 4, 0)):
            expected = "the ship in the eighth element, TDT C222"
            head.notes.warn(head.flags, "MISPLACED_VESSEL", position, "TDT C222/8213", raw, expected, "TDT C222")
    if vessel.flag:
        expected = "an IMO number (code list 146)"
        head.notes.warn(head.flags, vessel.flag, position, "TDT C222/8213", number, expected, "TDT C222")
    targets = head.table.becomes
    needed = targets and all("vessel_id" in target.needs for target in targets)
    if needed and not vessel.id and not head.retracts:
        expected = "TDT+20 with an IMO number, or the vessel's name, in C222"
        raise head.notes.error("NO_VESSEL", position, "TDT C222", number, expected, f"{head.message}, group 1 TDT")
    return vessel
