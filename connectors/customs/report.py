"""An arrival report (运抵报告) as it is said to customs: what it is about, and the bytes that are sent."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

ADD: Final = "2"
DELETE: Final = "3"
#: Import and export tally reports; a receipt for one is of the stage TALLY, for any other of the stage ARRIVAL.
_TALLY: Final = ("MT5101", "MT5102")

#: Fields of the command that only the platform cares about: they are no part of what customs is told.
_OURS: Final = frozenset(("version", "evidence", "sent_at", "attempt", "line_version"))
_TEXT: Final = (
    "message_id", "message_type", "function", "basis", "container", "bill", "house", "vessel_id", "voyage", "port",
    "terminal_code", "district",
)  # fmt: skip


class CaseKey(NamedTuple):
    """The arrival case (model 7.3 B): customs holds exactly one live report for each."""

    container: str
    bill: str
    vessel_id: str
    voyage: str
    terminal_code: str
    message_type: str


class Report(NamedTuple):
    """One message to customs: ``function`` 2 reports an arrival, 3 deletes the report ``basis``. ``ready_at`` is when the
    last condition of the report was met, ms UTC."""

    message_id: str
    message_type: str
    function: str
    basis: str
    container: str
    bill: str
    house: str
    vessel_id: str
    voyage: str
    port: str
    terminal_code: str
    district: str
    ready_at: int

    @property
    def case(self) -> CaseKey:
        """The case it belongs to; an LCL box has one per house bill."""
        bill = self.house or self.bill
        return CaseKey(self.container, bill, self.vessel_id, self.voyage, self.terminal_code, self.message_type)


def content_of(record: Mapping[str, Any]) -> bytes:
    """The bytes that customs is sent for a record of ``arrival-reports.v1``: equal for equal messages."""
    said = {name: value for name, value in record.items() if name not in _OURS and value not in (None, "")}
    return json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def read(content: bytes) -> Report:
    """The report that these bytes say. Raises ValueError for bytes that `content_of` did not make."""
    said = json.loads(content)
    texts = {name: str(said.get(name, "")) for name in _TEXT}
    return Report(**texts, ready_at=int(said.get("ready_at", 0)))


def stage_of(message_type: str) -> str:
    """The stage of the release record that a receipt for such a report becomes."""
    return "TALLY" if message_type in _TALLY else "ARRIVAL"
