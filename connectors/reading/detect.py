"""Which format a file is in, by how it begins; its name says nothing."""

from __future__ import annotations

import re
from typing import Final

EDIFACT: Final = "EDIFACT"
FLAT: Final = "JT flat file"
XLSX: Final = "Excel file"
JSON: Final = "JSON"
XML: Final = "XML"
LOWER_CASE: Final = "EDIFACT whose tags are not capitals"
#: What is accepted, in words.
ACCEPTED: Final = (
    "EDIFACT (UNA, UNB, UNH), a national flat file (00:), JSON or XML; a table (CSV, JSON lines, Excel) needs --mapping"
)

_BOM: Final = b"\xef\xbb\xbf"
_EDIFACT: Final = re.compile(rb"UNA|UN[BGH][^A-Za-z0-9\s]")
#: The same in whatever letters: an optional UNA, then the first tag.
_ANY_CASE: Final = re.compile(rb"(UNA)?(?(1).{6}\s*)(UN[BGH])[^A-Za-z0-9\s]", re.IGNORECASE | re.DOTALL)
_FLAT: Final = re.compile(rb"00:")
_ZIP: Final = b"PK\x03\x04"
_XML: Final = re.compile(rb"<[?!A-Za-z]")
_JSON: Final = re.compile(rb"\{\s*[\"}]|\[\s*[{\]]")


def detect(head: bytes) -> str:
    """EDIFACT, LOWER_CASE (of its tags), FLAT, XLSX, JSON, XML, or "" for none of them; ``head`` is how the file begins."""
    if head.startswith(_ZIP):
        return XLSX
    head = _clean(head)
    if _JSON.match(head):
        return JSON
    if _XML.match(head):
        return XML
    tags = _ANY_CASE.match(head)
    if tags is not None and not b"".join(filter(None, tags.groups())).isupper():
        return LOWER_CASE
    if _EDIFACT.match(head):
        return EDIFACT
    return FLAT if _FLAT.match(head) else ""


def first_field(head: bytes, number: int) -> str:
    """A field of a flat file's first record, as ASCII, "" where there is none: 4 is the sender."""
    fields = _clean(head).split(b"'", 1)[0].split(b":")
    return fields[number].decode("ascii", "replace").strip() if len(fields) > number else ""


def _clean(head: bytes) -> bytes:
    return head.lstrip().removeprefix(_BOM).lstrip()
