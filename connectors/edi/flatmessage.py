"""One flat-file message, record 00 to record 99: its head, then box by box, call by call or bill by bill."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from connectors.edi import codes, layouts, moves
from connectors.edi.flatbill import FlatBill, amends, document
from connectors.edi.flatcall import FlatCall
from connectors.edi.heads import Resolve
from connectors.edi.message import MAX_BOXES, MAX_SEGMENTS
from connectors.edi.moves import Header
from connectors.edi.notes import Notes, Refused
from connectors.edi.partner import BEIJING_MIN
from connectors.edi.syntax import Segment
from connectors.edi.times import parse
from connectors.edi.values import point
from connectors.reading import facts
from connectors.reading.events import Event, Record
from connectors.reading.problem import Problem
from connectors.reading.words import is_no_damage

_SECTION = "JT/T flat files, record "
_UNITS: Final = ("KGM", "KGS", "KG")
_TIME_EXPECTED = "a time of 12 or 14 digits, such as 202611241730, years 2000 to 2099"


class FlatMessage:
    """A message that is being read. ``refused`` is why none of it is taken over, if so; ``problems`` are those of
    single boxes."""

    def __init__(self, file: str, first: Segment, resolve: Resolve) -> None:
        self.position = first.position
        self.fields = layouts.named(layouts.HEADER, _fields(first))
        self.kind = self.fields.get("message", "")
        self.notes = Notes(file, unit="record")
        self.events: list[Event] = []
        self.problems: list[Problem] = []
        self.refused: Problem | None = None
        self.header: Header | None = None
        self._box: list[Segment] = []
        self._call: FlatCall | None = None
        self._bill: FlatBill | None = None
        self._voyage: tuple[facts.Vessel, str] | None = None
        try:
            self.header = self._read_head(resolve)
        except Refused as refused:
            self._refuse(refused)

    @property
    def name(self) -> str:
        """The message in words: its kind and title, the time it was made, and where in the file it begins."""
        said = " ".join(filter(None, map(self.fields.get, ("message", "title", "made_at"))))
        return f"{said[:80]} (record {self.position})".strip()

    @property
    def strict(self) -> bool:
        """Whether the sender's profile wants wrong counts refused."""
        return self.header is not None and self.header.profile.strict

    def take(self, record: Segment) -> None:
        """The next record of the message, 99 aside."""
        header = self.header
        if header is None or self.refused is not None:
            return
        number = record.tag
        if self.kind in layouts.OF_BILLS and number != "10":
            self._take_of_bill(header, record)
        elif number == "50" and self.kind not in layouts.OF_CALLS:
            self.end_box()
            self._box = [record]
        elif number in layouts.OF_A_BOX and self._box:
            self._box.append(record)
            if len(self._box) > MAX_SEGMENTS:
                self._too_long(f"{MAX_SEGMENTS} records for one box")
        elif number == "10":
            self.end_box()
            self._end_call()
            self._end_bill()
            try:
                self._vessel(header, record)
            except Refused as refused:
                self._refuse(refused)
        elif self._call is not None and f"{self.kind}/{number}" in layouts.LAYOUTS:
            self._call.add(number, _named(header, self.kind, record), record.position)
        elif f"{self.kind}/{number}" not in layouts.LAYOUTS:
            expected = ", ".join(key[-2:] for key in layouts.LAYOUTS if key.startswith(self.kind))
            self.notes.tell("STRAY_RECORD", record.position, number, number, f"one of {expected}", _SECTION + "00")

    def end(self) -> None:
        """Record 99 was reached."""
        self.end_box()
        self._end_call()
        self._end_bill()
        if self.refused is not None or self.events or self.problems:
            return
        if self.kind in layouts.OF_CALLS:
            expected = "record 10 with the vessel and its times"
            self._refuse(self.notes.error("NO_VESSEL", self.position, "10", "", expected, _SECTION + "10"))
        elif self.kind in layouts.OF_BILLS:
            self._refuse(self.notes.error("NO_BILL", self.position, "12", "", "at least one record 12", _SECTION + "12"))
        else:
            expected = "at least one record 50"
            self._refuse(self.notes.error("NO_BOXES", self.position, "50", "", expected, _SECTION + "50"))

    def _end_call(self) -> None:
        """The call that was open is complete."""
        call, self._call = self._call, None
        if call is not None and self.refused is None:
            self._took(call.events, call.problems)

    def _take_of_bill(self, header: Header, record: Segment) -> None:
        """A record of a manifest: of the bill that is open, or the first of the next one."""
        if record.tag == "12":
            self._end_bill()
            if self._voyage is None:
                expected = "record 10 with the vessel before it"
                self._refuse(self.notes.error("NO_VESSEL", record.position, "12", "", expected, _SECTION + "10"))
                return
            vessel, voyage = self._voyage
            fields = {**_named(header, self.kind, record), "voyage": voyage}
            self._bill = FlatBill(header, fields, record.position, vessel, self.fields.get("function", ""))
        elif not _layout(header, self.kind, record.tag):
            expected = ", ".join(key[-2:] for key in layouts.LAYOUTS if key.startswith(self.kind))
            self.notes.tell("STRAY_RECORD", record.position, record.tag, record.tag, f"one of {expected}", _SECTION + "00")
        elif self._bill is not None:
            self._bill.add(_named(header, self.kind, record), record.position)
            if self._bill.size > MAX_BOXES:
                self._too_long(f"{MAX_BOXES} records for one bill")

    def _end_bill(self) -> None:
        """The bill that was open is complete."""
        bill, self._bill = self._bill, None
        if bill is not None and self.refused is None:
            self._took(bill.events, bill.problems)

    def _took(self, make: Callable[[], list[Event]], problems: list[Problem]) -> None:
        """The events of a call or a bill, and what of it was refused."""
        try:
            self.events += make()
        except Refused as refused:
            self.problems.append(refused.problem)
        self.problems += problems
        if len(self.events) > MAX_BOXES:
            self._too_long(f"{MAX_BOXES} events")

    def end_box(self) -> None:
        """The box that was open is complete."""
        records, self._box = self._box, []
        if not records or self.header is None or self.refused is not None:
            return
        try:
            self.events.append(_event(self.header, self.kind, records))
        except Refused as refused:
            self.problems.append(refused.problem)
        if len(self.events) > MAX_BOXES:
            self._too_long(f"{MAX_BOXES} boxes")

    def _read_head(self, resolve: Resolve) -> Header:
        fields, notes, at = self.fields, self.notes, self.position
        if self.kind not in layouts.MESSAGES:
            expected = " or ".join(layouts.MESSAGES)
            raise notes.error("UNSUPPORTED_MESSAGE", at, "00 message", self.kind, expected, _SECTION + "00")
        title = " ".join(fields.get("title", "").upper().replace("-", " ").split()).removesuffix(" REPORT")
        bills = self.kind in layouts.OF_BILLS
        move = "" if bills or self.kind in layouts.OF_CALLS else layouts.TITLES.get((self.kind, title))
        if move is None:
            expected = ", ".join(f"{text} REPORT" for message, text in layouts.TITLES if message == self.kind)
            raise notes.error("UNKNOWN_DOCUMENT", at, "00 title", fields.get("title", ""), expected, _SECTION + "00")
        function = fields.get("function", "")
        if function in codes.CANCELS | codes.REPLACES and not bills:
            raise notes.error("AMENDMENT_WITHOUT_NUMBER", at, "00 function", function, "9, an original", _SECTION + "00")
        if function not in codes.ORIGINALS | (codes.CANCELS | codes.REPLACES if bills else frozenset()):
            raise notes.error("UNKNOWN_FUNCTION", at, "00 function", function, "9, an original", _SECTION + "00")
        sender, made_at = fields.get("sender", ""), fields.get("made_at", "")
        form = "201" if len(made_at) == 10 else ""  # YYMMDDHHMM, as the standard of IFCSUM still has it
        rough = parse(made_at, form, BEIJING_MIN)
        profile = resolve(notes, sender, rough.ms if rough else 0, at)
        made = parse(made_at, form, profile.offset_min)
        header = Header(
            self.kind, move, profile, notes, sender, prepared=made.ms if made else 0, reference=f"{sender}/{made_at}",
            first_position=at,
        )  # fmt: skip
        if not profile.known:
            notes.warn(header.flags, "SENDER_NOT_LISTED", at, "00 sender", sender, "a sender of partners.yaml")
        if made is None:
            notes.warn(header.flags, "NO_DOCUMENT_TIME", at, "00 time", made_at, _TIME_EXPECTED)
        if bills:
            amends(header, function)
            if made is None:
                raise notes.error("NO_TIME", at, "00 time", made_at, _TIME_EXPECTED, _SECTION + "00")
        elif self.kind not in layouts.OF_CALLS:
            header.ready(facts.Vessel("", ""), "")
        return header

    def _vessel(self, header: Header, record: Segment) -> None:
        """Record 10: vessel and voyage of what comes after it."""
        fields = _named(header, self.kind, record)
        code, name, voyage = fields.get("vessel_code", ""), fields.get("vessel", ""), fields.get("voyage", "")
        own = header.profile.vessel_lists.get("JT", "")
        vessel = facts.vessel(code, "IMO" if facts.like_imo(code) else own, name)
        for text in (vessel.id, voyage):
            if facts.unfit_for_keys(text):
                raise header.notes.error("BAD_CHARACTER", record.position, "10", text, moves.KEY_TEXT)
        if vessel.flag:
            expected = "UN and the IMO number, such as UN9321483"
            header.notes.warn(header.flags, vessel.flag, record.position, "10 vesselCode", code, expected, _SECTION + "10")
        if self.kind in layouts.OF_CALLS:
            self._call = FlatCall(header, fields, record.position, vessel, voyage)
        elif self.kind in layouts.OF_BILLS:
            if not vessel.id:
                raise header.notes.error("NO_VESSEL", record.position, "10", "", "record 10 with the vessel", _SECTION + "10")
            self._voyage = vessel, voyage
            document(header, vessel, voyage)
        else:
            header.ready(vessel, voyage)

    def _too_long(self, limit: str) -> None:
        self._refuse(self.notes.error("MESSAGE_TOO_LONG", self.position, "00", self.kind, limit))

    def _refuse(self, refused: Refused) -> None:
        self.refused = refused.problem
        self.events = []
        self.problems = []
        self._box = []
        self._call = None
        self._bill = None


def _event(header: Header, message: str, records: list[Segment]) -> Event:
    """The event of one box: record 50 with those that follow it. Raises Refused."""
    first = records[0]
    position, flags, notes = first.position, header.flags.copy(), header.notes
    box = _named(header, message, first)
    time_field = layouts.TIME_FIELD[header.move]
    if header.kind == "berth" and not header.base["vessel_id"]:
        raise notes.error("NO_VESSEL", position, "10", "", "record 10 with the vessel", _SECTION + "10")
    if time_field not in box:
        layout = _layout(header, message, "50")
        expected = f"the {len(layout)} fields of the usual layout, or the partner's own under layouts in partners.yaml"
        raise notes.error("BAD_RECORD", position, "50", ":".join(_fields(first)), expected, _SECTION + "50")
    record = header.base.copy()
    record["container_no"] = moves.container(header, box.get("container", ""), position, "50 ctnNo", flags)
    record["iso_type"] = moves.size_type(header, box.get("size_type", ""), position, "50 ctnType", flags)
    status = box.get("status", "")
    record["ef"] = layouts.STATUSES.get(status)
    if status and record["ef"] is None:
        notes.warn(flags, "UNKNOWN_FULLNESS", position, "50 status", status, "E, F or L", _SECTION + "50")
    record["bill_no"] = moves.bill(header, box.get("bill", ""), position, "50 B/L NO", flags)
    record["seals"] = moves.seals(header, box.get("seal", ""), position, "50 sealNo", flags)
    weight = box.get("weight", "")
    details: dict[str, str] = {}
    for other in records[1:]:
        if f"{message}/{other.tag}" in layouts.DAMAGE:
            said = [text for text in _named(header, message, other).values() if text]
            if "DAMAGE_REPORTED" not in flags and not (said and all(map(is_no_damage, said))):
                flags.append("DAMAGE_REPORTED")
        else:
            details |= _named(header, message, other)
    record["weigh_kg"] = _kilograms(header, weight or details.get("weight", ""), position, flags)
    moves.terminal(header, record, "", "", lambda: position, flags)
    if header.kind == "gate":
        _gate(header, record, box, details, position, flags)
    else:
        record["slot"] = moves.slot(header, box.get("slot", ""), position, "50 slot", flags)
        record["pol"] = moves.place(header, details.get("pol", ""), position, "52 loadPort", flags)
        record["pod"] = moves.place(header, details.get("pod", ""), position, "52 dischPort", flags)
    stamp = parse(box[time_field], "", header.profile.offset_min)
    if not box[time_field]:
        raise notes.error("NO_TIME", position, f"50 {time_field}", "", _TIME_EXPECTED, _SECTION + "50")
    if stamp is None or stamp.flag:
        raise notes.error("BAD_TIME", position, f"50 {time_field}", box[time_field], _TIME_EXPECTED, _SECTION + "50")

    def content() -> str:
        return "'".join((f"{record['vessel_id']}/{record['voyage']}", *(":".join(_fields(r)) for r in records)))

    about = moves.About(record["container_no"], record["move"], record["container_no"], "50 ctnNo")
    return moves.finish(header, header.kind, record, stamp.ms, flags, position, about, content)


def _gate(
    header: Header, record: Record, box: dict[str, str], details: dict[str, str], position: int, flags: list[str]
) -> None:  # fmt: skip
    purpose, mode = box.get("purpose", ""), details.get("mode", "")
    if purpose and purpose not in codes.FLAT_PURPOSE_CODES:
        header.notes.warn(flags, "UNKNOWN_PURPOSE", position, "50 purpose", purpose, "I, E, V or D", _SECTION + "50")
    if mode and mode not in codes.MODES:
        header.notes.warn(flags, "UNKNOWN_MODE", position, "52 mode", mode, "2 rail, 3 road or 8 barge", _SECTION + "52")
    moves.purpose(header, record, codes.FLAT_PURPOSES, purpose)
    record["mode"] = codes.MODES.get(mode)
    record["truck_plate"] = (details.get("truck") or None) if record["mode"] == "TRUCK" else None


def _kilograms(header: Header, text: str, position: int, flags: list[str]) -> float | None:
    number = next((text[: -len(unit)].rstrip() for unit in _UNITS if text.upper().endswith(unit)), text)
    try:
        kilograms = float(point(number)) if text else 0.0
    except ValueError:
        kilograms = -1.0
    if 0.0 <= kilograms < 1e6 and "_" not in number:
        if number != text:
            expected = "kilograms without their unit"
            header.notes.warn(flags, "MISPLACED_WEIGHT", position, "grossWeight", text, expected, _SECTION + "50, 52")
        return kilograms or None
    header.notes.warn(flags, "BAD_WEIGHT", position, "grossWeight", text, "kilograms", _SECTION + "50, 52")
    return None


def _layout(header: Header, message: str, number: str) -> tuple[str, ...]:
    key = f"{message}/{number}"
    return header.profile.layouts.get(key) or layouts.LAYOUTS.get(key, ())


def _named(header: Header, message: str, record: Segment) -> dict[str, str]:
    return layouts.named(_layout(header, message, record.tag), _fields(record))


def _fields(record: Segment) -> list[str]:
    return [parts[0] for parts in record.elements[1:]]
