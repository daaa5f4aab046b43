"""What customs answers (MT9999 and its like): three kinds of receipts, read by a profile, and the release records they become.

Only a business receipt says what customs decided. The platform acknowledgement is technical: "taken" is no acceptance,
but what it or a format failure refuses never reached customs, and must be reported anew like a rejection.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from connectors.customs import document
from connectors.customs.desk import PARTY
from connectors.customs.document import DocumentProblem
from connectors.customs.profile import BUSINESS, FAILED, REJECT, Profile
from connectors.customs.report import stage_of

#: In the place of a code, where a receipt of this kind has none.
_NO_CODE: Final = {FAILED: "FORMAT"}


class CustomsReceipt(NamedTuple):
    """``meaning`` TAKEN, ACK or REJECT; ``at`` is when it was given, ms UTC; ``receipt_id`` its own id, "" = none."""

    kind: str
    meaning: str
    ref_message_id: str
    code: str
    reason: str
    at: int
    receipt_id: str

    @property
    def event_id(self) -> str:
        """Names the answer by what it says: the same receipt again, under whatever receipt id or file name, is the same."""
        text = "\x1f".join((self.ref_message_id, self.kind, self.code, self.reason, str(self.at)))
        return f"{self.ref_message_id}-{hashlib.sha256(text.encode()).hexdigest()[:16]}"


def read_receipt(profile: Profile, name: str, content: bytes) -> CustomsReceipt:
    """The receipt in a file. Raises DocumentProblem, which names path, value and what was expected."""
    found = document.read(content)
    root = document.root_of(found)
    for table in profile.receipts:
        if table.root == root and name.startswith(table.file):
            said = document.fields_of(table, found)
            code = said.get("code") or _NO_CODE[table.kind]
            meaning = REJECT if table.kind == FAILED else table.means.get(code, "")
            if not meaning:
                raise DocumentProblem(f"{table.name}: the code is {code!r}; expected one of {', '.join(table.means)}")
            return CustomsReceipt(
                table.kind, meaning, said["ref_message_id"], code, said.get("reason", ""), said["sent_at"],
                said.get("receipt_id", ""),
            )  # fmt: skip
    known = ", ".join(f"{table.root} ({table.name})" for table in profile.receipts)
    raise DocumentProblem(f"the root is {root!r} in a file {name!r}; {profile.title} knows {known}")


def write_receipt(profile: Profile, receipt: CustomsReceipt) -> bytes:
    """The document of a receipt, as customs would send it. Raises DocumentProblem."""
    fields = {**receipt._asdict(), "sent_at": receipt.at}
    return document.write(profile, profile.receipt_table(receipt.kind), fields)


def release_record(receipt: CustomsReceipt, about: bytes) -> dict[str, Any]:
    """The record for ``{port}.release.v1`` of a receipt and the report it answers (`report.content_of`)."""
    report: Mapping[str, Any] = json.loads(about)
    return {
        "event_id": receipt.event_id,
        "source_party": PARTY,
        "source_system": PARTY,
        "event_type": "RELEASE",
        "classifier": "ACT",
        "event_time": receipt.at,
        "source_offset_min": 480,
        "updated_time": receipt.at,
        "is_retracted": False,
        "port": report["port"],
        "terminal_code": report.get("terminal_code"),
        "raw_ref": receipt.ref_message_id,
        "quality_flags": [] if receipt.kind == BUSINESS else [receipt.kind],
        "authority": PARTY,
        "stage": stage_of(report["message_type"]),
        "action": receipt.meaning,
        "bill_no": report.get("bill"),
        "container_no": report["container"],
        "ref_message_id": receipt.ref_message_id,
        "reason_code": receipt.code,
        "reason_text": receipt.reason or None,
        "district": report.get("district"),
        "vessel_id": report.get("vessel_id"),
        "voyage": report.get("voyage"),
    }
