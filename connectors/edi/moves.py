"""From what a message says to an event: the part that EDIFACT and flat files share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from connectors.edi import codes, identity
from connectors.edi.notes import Notes
from connectors.edi.partner import Profile
from connectors.reading import facts
from connectors.reading.events import Event, Record
from connectors.reading.words import is_bill, is_country, is_seal
from schemas.rules import KEY_TEXT as KEY_FIELDS

#: What becomes part of keys.
KEY_TEXT: Final = "text without '|' and control characters"
CELL_EXPECTED: Final = "seven digits BBBRRTT, such as 0191006: bay not 000, tier not 00"
CONTAINER_EXPECTED: Final = "four letters and seven digits, such as CSQU3054383"
#: Message of flat files -> kind of event, event type.
#: What is known to be fit before an event is finished: container numbers by their shape, the others by the head.
_FIT: Final = frozenset(("container_no", "vessel_id", "voyage", "port_call_id"))
_KEYS: Final = {
    kind: ("terminal_code", *(name for name in fields if name not in _FIT)) for kind, fields in KEY_FIELDS.items()
}
_KINDS: Final = {"CODECO": ("gate", "GATE_MOVE"), "COARRI": ("berth", "QUAY_MOVE")}


@dataclass(slots=True)
class Header:
    """What all boxes of a message share.

    document: number of the document whose moves these are, "" = none. prepared: when it was made, UTC ms, 0 = not said;
    ``rank`` ms are added where it amends another. reference, first_position: where in its interchange and file the
    message stands. flags: go to every box. base: the part of the record that is the same for each. seen: records by id;
    repeated: how often an id was met that may be.
    """

    message: str
    move: str
    profile: Profile
    notes: Notes
    sender: str
    document: str = ""
    prepared: int = 0
    rank: int = 0
    retracts: bool = False
    reference: str = ""
    first_position: int = 1
    flags: list[str] = field(default_factory=list)
    base: Record = field(default_factory=dict)
    kind: str = ""
    id_prefix: str = ""
    seen: dict[str, Record] = field(default_factory=dict)
    repeated: dict[str, int] = field(default_factory=dict)

    def named(self) -> None:
        """Let the document's number name the events."""
        self.id_prefix = identity.prefix(self.sender, self.message, self.document) if self.document else ""

    def ready(self, vessel: facts.Vessel, voyage: str) -> None:
        """Fill ``base``, once the other fields are known."""
        self.kind, event_type = _KINDS[self.message]
        self.named()
        self.base = {
            "event_id": "", "source_party": self.profile.party, "source_system": self.profile.source_system,
            "event_type": event_type, "classifier": "ACT", "event_time": 0,
            "source_offset_min": self.profile.offset_min, "record_time": self.prepared or None, "updated_time": 0,
            "is_retracted": self.retracts, "port": self.profile.port, "unlocode_raw": None, "terminal_code": None,
            "raw_ref": None, "quality_flags": [], "move": self.move, "container_no": "", "ef": None, "iso_type": None,
            "seals": [], "bill_no": None, "trade": None, "weigh_kg": None, "vessel_id": vessel.id or None,
            "voyage": voyage or None,
        }  # fmt: skip
        if self.kind == "berth":
            self.base["vessel_name"] = vessel.name or None


def container(header: Header, sent: str, position: int, element: str, flags: list[str]) -> str:
    """The container number. Raises Refused for a wrong shape; a wrong check digit is flagged."""
    number, checked = facts.box(sent)
    if not number:
        raise header.notes.error(
            "BAD_CONTAINER", position, element, sent, CONTAINER_EXPECTED, "ISO 6346"
        )
    if not checked:
        header.notes.warn(
            flags, "BAD_CHECK_DIGIT", position, element, number, "a number with the right check digit", "ISO 6346"
        )
    return number


def size_type(header: Header, sent: str, position: int, element: str, flags: list[str]) -> str | None:
    """The size-type code as sent; one that is not in the reference data is flagged."""
    code = sent.strip()
    if code and not facts.size_type_known(code):
        header.notes.warn(flags, "UNKNOWN_SIZE_TYPE", position, element, code, "an ISO size-type code such as 22G1", "ISO 6346")
    return code or None


def bill(header: Header, sent: str, position: int, element: str, flags: list[str]) -> str | None:
    """The bill of a record of a flat file; a word that stands where its number should is none, and flagged."""
    if not sent or is_bill(sent):
        return sent or None
    header.notes.warn(flags, "NO_BILL_NUMBER", position, element, sent, facts.BILL_EXPECTED)
    return None


def slot(header: Header, sent: str, position: int, element: str, flags: list[str]) -> str | None:
    """A stowage cell as sent; what is none by ISO 9711 is flagged."""
    if sent and not is_cell(sent):
        header.notes.warn(flags, "BAD_SLOT", position, element, sent, CELL_EXPECTED, "ISO 9711-1")
    return sent or None


def is_cell(slot: str) -> bool:
    """True for bay, row and tier in seven digits; rows begin with 00, bays and tiers do not."""
    return len(slot) == 7 and slot.isascii() and slot.isdigit() and slot[:3] != "000" and slot[5:] != "00"


def seals(header: Header, sent: str, position: int, element: str, flags: list[str]) -> list[dict[str, str | None]]:
    """The seal of a record of a flat file; a word that stands where its number should is none, and flagged."""
    if not sent:
        return []
    if is_seal(sent):
        return [{"no": sent, "issuer": None, "type": None, "condition": None}]
    header.notes.warn(flags, "NO_SEAL_NUMBER", position, element, sent, facts.SEAL_EXPECTED)
    return []


def place(header: Header, code: str, position: int, element: str, flags: list[str]) -> str | None:
    """A UN/LOCODE as sent; what has not its shape is flagged."""
    code = facts.locode(code)
    if code and not facts.is_locode(code):
        header.notes.warn(flags, "BAD_LOCODE", position, element, code, "a UN/LOCODE such as CNTAO", "UN/ECE rec. 16")
    return code or None


def terminal(
    header: Header, record: Record, code: str, locode: str, position: Callable[[], int], flags: list[str]
) -> None:  # fmt: skip
    """Terminal and UN/LOCODE of the record; the profile translates the one and vouches for the port."""
    profile = header.profile
    if len(code) == 2 and code not in profile.terminals and is_country(code):
        header.notes.warn(flags, "COUNTRY_AS_TERMINAL", position(), "LOC C519/3223", code, facts.TERMINAL_EXPECTED)
        code = ""
    if code and profile.terminals and code not in profile.terminals:
        expected = f"one of {', '.join(profile.terminals)}"
        header.notes.warn(flags, "UNKNOWN_TERMINAL", position(), "LOC C519/3223", code, expected)
    record["terminal_code"] = profile.terminals.get(code, code) or profile.terminal or None
    if locode:
        record["unlocode_raw"] = locode
        if facts.port_of(locode) != profile.port:
            header.notes.warn(flags, "PORT_MISMATCH", position(), "LOC C517/3225", locode, profile.port)


class About(NamedTuple):
    """What an event is about and what happened with it, which name it, and the key of its topic. ``element`` is where
    the subject stands; ``again``: whether another one of the same message is another event (lines of a bill are)."""

    subject: str
    move: str
    key: str
    element: str = "EQD C237/8260"
    again: bool = False


def finish(
    header: Header, kind: str, record: Record, at: int, flags: list[str], position: int, about: About,
    content: Callable[[], str],
) -> Event:  # fmt: skip
    """Give a record its time, version and id, and make it an event. ``content`` gives the whole record as text: it makes
    the id where there is no document number. Raises Refused for text that cannot be part of keys."""
    get = record.get
    if facts.unfit_for_keys("".join([get(name) or "" for name in _KEYS[kind]])):
        name = next(name for name in _KEYS[kind] if facts.unfit_for_keys(record.get(name) or ""))
        raise header.notes.error("BAD_CHARACTER", position, name, record[name], KEY_TEXT)
    record["event_time"] = at
    record["updated_time"] = (header.prepared or at) + header.rank
    record["raw_ref"] = f"{header.reference}#{position - header.first_position + 1}"
    record["quality_flags"] = flags
    if header.id_prefix:
        event_id = identity.by_document(header.id_prefix, about.subject, about.move)
    else:
        event_id = identity.by_content(header.sender, header.message, about.subject, about.move, content())
    before = header.seen.get(event_id)
    if before is None:
        header.seen[event_id] = record
    elif about.again:
        header.repeated[event_id] = number = header.repeated.get(event_id, 1) + 1
        event_id = identity.short(f"{event_id}/{number}")
    else:
        header.notes.warn(flags, "SAME_BOX_TWICE", position, about.element, about.subject, "each box once per message")
        if before["event_time"] != at:
            event_id += f"/{at}"
    record["event_id"] = event_id
    return Event(kind, f"{header.profile.port}.{kind}.v1", about.key, record)


def purpose(header: Header, record: Record, table: dict[tuple[str, str, str], str], code: str) -> None:
    """Why the box passes the gate, as far as move, full or empty and the sender's code tell."""
    record["purpose"] = codes.purpose(table, record["move"], record["ef"], code)
