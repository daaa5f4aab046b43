"""One bill of a manifest as a flat file tells it (IFCSUM): record 12 with those that follow it becomes manifest lines."""

from __future__ import annotations

from connectors.edi import codes, layouts, moves
from connectors.edi.moves import Header
from connectors.edi.notes import Refused
from connectors.reading import facts
from connectors.reading.events import Event, Record
from connectors.reading.problem import Problem
from connectors.reading.words import is_bill

_SECTION = "JT/T flat files, IFCSUM record "
#: Fields of a bill that every line of it has.
_OF_BILL = ("pol", "pod", "final_dest")


class FlatBill:
    """The bill that is being read: what its records say of it, and its boxes."""

    def __init__(self, header: Header, fields: dict[str, str], position: int, vessel: facts.Vessel, function: str) -> None:
        self._header = header
        self._fields = fields
        self._position = position
        self._vessel = vessel
        self._function = function
        self._boxes: list[tuple[int, dict[str, str]]] = []
        self._cargo: list[tuple[int, dict[str, str]]] = []
        self.problems: list[Problem] = []

    @property
    def size(self) -> int:
        """How many records of it are held."""
        return len(self._boxes) + len(self._cargo)

    def add(self, fields: dict[str, str], position: int) -> None:
        """A record of the bill: a box where it has a container field, cargo where it has packages, else more of the bill."""
        if "container" in fields:
            self._boxes.append((position, fields))
        elif "packages" in fields:
            self._cargo.append((position, fields))
        else:
            for name, value in fields.items():
                if value and not self._fields.get(name):
                    self._fields[name] = value

    def events(self) -> list[Event]:
        """One line for each box, one without a box where the bill names none. Raises Refused for a bill without number."""
        bill = self._fields.get("bill", "")
        if not bill or not is_bill(bill):
            raise self._header.notes.error("NO_BILL", self._position, "12 B/L NO", bill, "a bill number", _SECTION + "12")
        found = []
        for position, box in self._boxes or [(self._position, {})]:
            try:
                found.append(self._line(bill, position, box))
            except Refused as refused:
                self.problems.append(refused.problem)
        return found

    def _line(self, bill: str, position: int, box: dict[str, str]) -> Event:
        header, notes = self._header, self._header.notes
        flags = header.flags.copy()
        number = moves.container(header, box["container"], position, "51 CTN NO", flags) if box else None
        status = box.get("status", "")
        if status and status not in layouts.LOADS:
            notes.warn(flags, "UNKNOWN_FULLNESS", position, "51 status", status, "E, F or L", _SECTION + "51")
        record: Record = {
            **self._base(),
            "master_bl": bill, "container_no": number,
            "iso_type": moves.size_type(header, box.get("size_type", ""), position, "51 ctnType", flags),
            "ef": layouts.STATUSES.get(status), "load_type": layouts.LOADS.get(status),
            "seals": moves.seals(header, box.get("seal", ""), position, "51 SEAL NO", flags),
            "goods": self._fields.get("goods") or None,
        }  # fmt: skip
        for name in _OF_BILL:
            record[name] = moves.place(header, self._fields.get(name, ""), self._position, f"12, 13 {name}", flags)
        record |= self._trade_way(record["pol"], record["pod"], flags)
        # What cargo records say is of the whole bill: it is true of a line only where the bill has no other.
        cargo = self._cargo if len(self._boxes) < 2 else []
        packages = self._sum("box_packages", [(position, box)], flags) or self._sum("packages", cargo, flags)
        record["packages"] = int(packages) if packages else None
        record["gross_kg"] = self._sum("weight", [(position, box)], flags) or self._sum("weight", cargo, flags)
        about = moves.About("/".join(filter(None, (bill, number))), "LINE", bill, "12 B/L NO", again=True)
        return moves.finish(header, "manifest", record, header.prepared, flags, position, about, lambda: f"{record}")

    def _base(self) -> Record:
        header, profile = self._header, self._header.profile
        return {
            "event_id": "", "source_party": profile.party, "source_system": profile.source_system,
            "event_type": "MANIFEST_LINE", "classifier": "ACT", "event_time": 0, "source_offset_min": profile.offset_min,
            "record_time": header.prepared, "updated_time": 0, "is_retracted": header.retracts, "port": profile.port,
            "unlocode_raw": None, "terminal_code": None, "raw_ref": None, "quality_flags": [], "msg_type": header.message,
            "function_code": self._function or None, "vessel_id": self._vessel.id,
            "vessel_name": self._vessel.name or None, "voyage": self._fields.get("voyage") or None,
        }  # fmt: skip

    def _trade_way(self, pol: str | None, pod: str | None, flags: list[str]) -> Record:
        """Export where the bill is loaded here; import otherwise, as with CUSCAR."""
        if not pol and not pod:
            expected = "record 12 with the load port or 13 with the discharge port"
            self._header.notes.warn(flags, "NO_PORT_NAMED", self._position, "12, 13", "", expected, _SECTION + "12, 13")
        port = self._header.profile.port
        if facts.port_of(pod or "") != port and facts.port_of(pol or "") == port:
            return {"manifest_kind": "PREPARED", "direction": "E"}
        return {"manifest_kind": "ORIGINAL", "direction": "I"}

    def _sum(self, name: str, records: list[tuple[int, dict[str, str]]], flags: list[str]) -> float | None:
        total = 0.0
        for position, fields in records:
            text = fields.get(name, "")
            value = layouts.number(text)
            if value is None:
                expected = "a number from 0 to 999999999"
                self._header.notes.warn(flags, "BAD_WEIGHT", position, name, text, expected, _SECTION + "41, 51")
            else:
                total += value
        return total or None


def document(header: Header, vessel: facts.Vessel, voyage: str) -> None:
    """A manifest has no number: it is that of a vessel's voyage, so what is sent later of it is a version of the same lines."""
    header.document = f"{vessel.id}/{voyage}"
    header.named()


def amends(header: Header, function: str) -> None:
    """What function 1, 3, 4 or 5 does to the lines that were told before."""
    header.retracts = function in codes.CANCELS
    header.rank = codes.CANCELS_RANK if header.retracts else codes.REPLACES_RANK if function in codes.REPLACES else 0
