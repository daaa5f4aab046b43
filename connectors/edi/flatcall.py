"""A vessel's departure as a flat file tells it (VESDEP): one call in records 10, 15 and 16 becomes its port-call events."""

from __future__ import annotations

from connectors.edi import layouts, moves
from connectors.edi.moves import Header
from connectors.edi.notes import Refused
from connectors.edi.times import parse
from connectors.reading import facts
from connectors.reading.events import Event, Record
from connectors.reading.problem import Problem

_SECTION = "JT/T flat files, record "
_TIME_EXPECTED = "a time of 12 or 14 digits, such as 202611241730, years 2000 to 2099"


class FlatCall:
    """The call that is being read: its vessel of record 10, and the times that it and the records after it name.

    ``fields`` are those of record 10; ``vessel`` and ``voyage`` what they say of the ship.
    """

    def __init__(self, header: Header, fields: dict[str, str], position: int, vessel: facts.Vessel, voyage: str) -> None:
        self._header = header
        self._vessel = vessel
        self._voyage = voyage
        self._position = position
        self._flags = header.flags.copy()
        self._times: dict[str, int] = {}
        self.problems: list[Problem] = []
        self.add("10", fields, position)

    def add(self, number: str, fields: dict[str, str], position: int) -> None:
        """Take the times of a record; one that is no time is refused alone."""
        for name in layouts.CALL_FIELDS & fields.keys():
            if not fields[name]:
                continue
            stamp = parse(fields[name], "", self._header.profile.offset_min)
            if stamp is None or stamp.flag:
                place, section = f"{number} {name}", _SECTION + number
                wrong = self._header.notes.error("BAD_TIME", position, place, fields[name], _TIME_EXPECTED, section)
                self.problems.append(wrong.problem)
            else:
                self._times[name] = stamp.ms

    def events(self) -> list[Event]:
        """The events that the times allow. Raises Refused when there is no vessel, or no time at all."""
        notes = self._header.notes
        if not self._vessel.id:
            raise notes.error("NO_VESSEL", self._position, "10", "", "record 10 with the vessel", _SECTION + "10")
        if not self._times and not self.problems:
            expected = f"at least one of {', '.join(sorted(layouts.CALL_FIELDS))}"
            raise notes.error("NO_TIME", self._position, "10, 15, 16", "", expected, _SECTION + "10")
        found = []
        for meaning in layouts.CALL_EVENTS:
            if times := [self._times[name] for name in meaning.fields if name in self._times]:
                at = min(times) if meaning.call_event == "STRT" else max(times)
                try:
                    found.append(self._event(meaning, at))
                except Refused as refused:
                    self.problems.append(refused.problem)
        return found

    def _event(self, meaning: layouts.CallEvent, at: int) -> Event:
        header, profile = self._header, self._header.profile
        flags = self._flags.copy()
        record: Record = {
            "event_id": "", "source_party": profile.party, "source_system": profile.source_system,
            "event_type": "PORT_CALL", "classifier": "ACT", "event_time": at, "source_offset_min": profile.offset_min,
            "record_time": header.prepared or None, "updated_time": 0, "is_retracted": False, "port": profile.port,
            "unlocode_raw": None, "terminal_code": None, "raw_ref": None, "quality_flags": [],
            "vessel_id": self._vessel.id, "vessel_name": self._vessel.name or None,
            # The record has one voyage number: calls are told apart by the inbound one, export boxes name the outbound one.
            "voyage_in": self._voyage or None, "voyage_out": self._voyage or None,
            "service": meaning.service, "call_event": meaning.call_event, "phase": meaning.phase,
        }  # fmt: skip
        moves.terminal(header, record, "", "", lambda: self._position, flags)
        move = f"{meaning.service}-{meaning.call_event}"
        about = moves.About(f"{self._vessel.id}/{self._voyage}", move, self._vessel.id, "10 vesselCode")
        return moves.finish(header, "berth", record, at, flags, self._position, about, lambda: f"{record}")
