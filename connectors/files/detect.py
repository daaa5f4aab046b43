"""Which format a file is in, by how it begins; its name says nothing."""

from __future__ import annotations

import re
from typing import Final

EDIFACT: Final = "EDIFACT"
FLAT: Final = "JT flat file"
#: What is accepted, in words.
ACCEPTED: Final = "UNA, UNB or UNH (EDIFACT CODECO or COARRI), or record 00: (national flat file CODECO or COARRI)"

_BOM: Final = b"\xef\xbb\xbf"
_EDIFACT: Final = re.compile(rb"UNA|UN[BGH][^A-Za-z0-9\s]")
_FLAT: Final = re.compile(rb"00:")


def detect(head: bytes) -> str:
    """EDIFACT, FLAT, or "" for neither; ``head`` is the beginning of the file."""
    head = _clean(head)
    if _EDIFACT.match(head):
        return EDIFACT
    return FLAT if _FLAT.match(head) else ""


def first_field(head: bytes, number: int) -> str:
    """A field of a flat file's first record, as ASCII, "" where there is none: 4 is the sender."""
    fields = _clean(head).split(b"'", 1)[0].split(b":")
    return fields[number].decode("ascii", "replace").strip() if len(fields) > number else ""


def _clean(head: bytes) -> bytes:
    return head.lstrip().removeprefix(_BOM).lstrip()
