"""A flat-file message about a vessel's call, such as VESDEP: what its records say, and the port-call events of it."""

from __future__ import annotations

from typing import Final

from connectors.edi import layouts, moves
from connectors.edi.moves import Header
from connectors.edi.times import parse
from connectors.reading import facts
from connectors.reading.events import Event, Record
from connectors.reading.problem import Problem

_SECTION: Final = "JT/T flat files, record "


class CallReport:
    """The records 10, 15 and 16 of a message as they come, by the names of their fields."""

    def __init__(self, header: Header) -> None:
        self._header = header
        self._vessel = facts.Vessel("", "")
        self._voyage = ""
        #: field -> what stood there, in which record, and its position in the file
        self._said: dict[str, tuple[str, str, int]] = {}

    def sail(self, vessel: facts.Vessel, voyage: str) -> None:
        """Whose call it is. The ids of the events name it, so that a later message on the same call corrects them."""
        self._vessel, self._voyage = vessel, voyage
        self._header.document = voyage
        self._header.named()

    def take(self, number: str, fields: dict[str, str], position: int) -> None:
        """One record."""
        for name in layouts.CALL_TIMES:
            if fields.get(name):
                self._said[name] = fields[name], number, position

    def events(self) -> tuple[list[Event], list[Problem]]:
        """One for each time that was stated, with the operations as a whole, and what is wrong with the other times. Raises
        Refused for a message without vessel or times."""
        header, notes = self._header, self._header.notes
        if not self._vessel.id:
            raise notes.error("NO_VESSEL", header.first_position, "10", "", "record 10 with the vessel", _SECTION + "10")
        times: dict[str, tuple[int, int]] = {}
        problems: list[Problem] = []
        for name, (text, number, position) in self._said.items():
            stamp = parse(text, "", header.profile.offset_min)
            if stamp is None or stamp.flag:
                wrong = notes.error("BAD_TIME", position, f"{number} {name}", text, layouts.TIME_EXPECTED, _SECTION + number)
                problems.append(wrong.problem)
            else:
                times[name] = stamp.ms, position
        if not times and not problems:
            raise notes.error("NO_TIME", header.first_position, "10", "", layouts.TIME_EXPECTED, _SECTION + "10, 15, 16")
        found = [self._event(*layouts.CALL_TIMES[name], *of) for name, of in times.items()]
        for call_event, names, first_or_last in layouts.OPERATIONS:
            if stated := [times[name] for name in names if name in times]:
                found.append(self._event("CARGO_OPS", "ALGS", call_event, *first_or_last(stated)))
        return found, problems

    def _event(self, service: str, phase: str, call_event: str, at: int, position: int) -> Event:
        header, profile = self._header, self._header.profile
        vessel, voyage = self._vessel, self._voyage
        record: Record = {
            "event_id": "", "source_party": profile.party, "source_system": profile.source_system,
            "event_type": "PORT_CALL", "classifier": "ACT", "event_time": 0, "source_offset_min": profile.offset_min,
            "record_time": header.prepared or None, "updated_time": 0, "is_retracted": False, "port": profile.port,
            "unlocode_raw": None, "terminal_code": None, "raw_ref": None, "quality_flags": [], "vessel_id": vessel.id,
            "vessel_name": vessel.name or None, "voyage_in": voyage or None, "service": service, "phase": phase,
            "call_event": call_event,
        }  # fmt: skip
        flags = header.flags.copy()
        moves.terminal(header, record, "", "", position, flags)
        about = moves.About(vessel.id, f"{service}-{call_event}", vessel.id, "10 vesselCode")
        return moves.finish(header, "berth", record, at, flags, position, about, lambda: str(at))
