"""What officers do about what went wrong (contracts, section 7: Operator actions)."""

from __future__ import annotations

import base64
import hashlib
from typing import Final

from ops.simulate.clock import HOUR, MINUTE
from ops.simulate.delivery import Record
from ops.simulate.sheet import Planned, Sheet

TOPIC: Final = "operator-actions.v1"
_OFFICERS: Final = ("值班员甲", "值班员乙", "值班员丙")
#: Of customs' responder: who says so, and which of its receipts to one report.
_FIRST_RECEIPT: Final = "CUSTOMS|CUSTOMS|{}-1"


def act(
    sheet: Sheet, action: str, at: int, target: str, reason: str, port: str, status: str = "IN_FORCE", assignee: str = "",
    **subject: str,
) -> None:  # fmt: skip
    """An officer acts on ``container_no``, ``bill_no`` or ``vessel_id``; ``status`` is what its row must say at the end."""
    ((_, key),) = subject.items()
    officer = _OFFICERS[sheet.between(0, len(_OFFICERS))]
    record: Record = {
        "event_id": "A" + sheet.event_id(), "source_party": "OPS", "source_system": "DESK",
        "event_type": "OPERATOR_ACTION", "classifier": "ACT", "event_time": at, "source_offset_min": 480,
        "record_time": at, "updated_time": at, "is_retracted": False, "port": port, "action": action,
        "operator": officer, "target_id": target, "assignee": assignee or None, "comment": reason, **subject,
    }  # fmt: skip
    sheet.last = max(sheet.last, at)
    sheet.planned.append(Planned(max(at, sheet.not_before), TOPIC, key, "operator-action", record))
    sheet.truth.append({
        "kind": "action", "book_key": f"{key}|{port}" if "vessel_id" in subject else key, "action": action,
        "target_id": target, "status": status, "operator": officer, "assignee": assignee,
    })  # fmt: skip


def void(sheet: Sheet, record: Record, kept: bool = True) -> None:
    """An officer voids an event that its sender leaves standing; unless that is ``kept``, it is taken back later."""
    target = f"{record['source_party']}|{record['source_system']}|{record['event_id']}"
    subject = {name: record[name] for name in ("container_no", "bill_no", "vessel_id") if record.get(name)}
    name = next(iter(subject))
    about = {name: str(subject[name])}
    port = record["port"]
    at = record["updated_time"] + sheet.between(10 * MINUTE, HOUR)
    act(sheet, "VOID", at, target, "误报，已核实", port, "IN_FORCE" if kept else "OVERTAKEN", **about)
    if not kept:
        act(sheet, "UNVOID", at + sheet.between(10 * MINUTE, HOUR), target, "再次核实，确有其事", port, **about)


def take_up_rejection(sheet: Sheet, at: int, message: str, port: str, box: str) -> None:
    """An officer acknowledges that customs has rejected a report, and gives it to somebody; it stays rejected."""
    cause = _FIRST_RECEIPT.format(message)
    raised = hashlib.blake2b(f"ARR_REJECTED\x1f{box}\x1f{cause}".encode(), digest_size=12).hexdigest()
    act(sheet, "ACKNOWLEDGE", at, raised, "已联系货代", port, container_no=box)
    act(sheet, "ASSIGN", at + MINUTE, raised, "请核对舱单", port, assignee=_OFFICERS[0], container_no=box)


def first_message(box: str, bill: str, vessel_id: str, voyage: str, terminal: str) -> str:
    """The id of the first MT3101 of a case (model 7.3 B)."""
    text = "\x1f".join(("MT3101", box, bill, vessel_id, voyage, terminal, "2", ""))
    return base64.b32encode(hashlib.sha256(text.encode()).digest())[:24].decode()
