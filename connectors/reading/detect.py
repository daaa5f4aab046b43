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

#: What is no text of ours, though it comes in place of one: how it begins, what it is, what to do about it.
_STRANGE: Final = tuple((re.compile(pattern, re.IGNORECASE | re.DOTALL), what, remedy) for pattern, what, remedy in (
    (rb"\x1f\x8b", "a file packed with gzip (.gz)", "unpack it and send what is in it"),
    (rb"PK\x03\x04.{26}mimetypeapplication/vnd\.oasis", "an OpenDocument file", "save it as an Excel file (.xlsx) or CSV"),
    (rb"PK\x03\x04.{26}(?!\[Content_Types\]|_rels/|docProps/|xl/|customXml/)[^\0]", "a zip archive",
     "unpack it and send what is in it"),
    (rb"Rar!|7z\xbc\xaf|BZh[1-9]|\xfd7zXZ|\x28\xb5\x2f\xfd", "a packed file", "unpack it and send what is in it"),
    (rb"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Excel or Word file (.xls, .doc)", "save it as an Excel file (.xlsx) or CSV"),
    (rb"(?:[ -~]\0){8}|(?:\0[ -~]){8}", "text in UTF-16 without the mark that says so", "save it as UTF-8"),
    (rb"\xe4\xd5[\xc1\xc2\xc8]", "EDIFACT in EBCDIC", "have the transfer translate it to ASCII (FTP: type A, not I)"),
    (rb"%PDF-", "a PDF", "send the data itself, as the system that made it writes it"),
    (rb"\x89PNG|\xff\xd8\xff|GIF8[79]a|II\*\0|MM\0\*", "a picture",
     "send the data itself, as the system that made it writes it"),
    (rb"\{\\rtf", "a document of a word processor (RTF)", "save it as plain text"),
    (rb"(<\?xml[^>]*>\s*)?(<!--((?!-->).)*-->\s*)*<(!DOCTYPE\s+html|html|head|body)\b", "a web page (HTML)",
     "what was fetched may be a login or error page: look at it in a browser"),
))  # fmt: skip
#: EDIFACT that does not stand at the beginning.
_LATER: Final = re.compile(rb"[\r\n](UNA.{6}\s*)?UNB[^A-Za-z0-9\s]UNO[A-Z]", re.DOTALL)

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


def strange(head: bytes) -> tuple[str, str] | None:
    """(What it is, what to do about it) of what often comes in place of data: packed files, pictures, web pages, mails."""
    clean = _clean(head)
    found = next(((what, remedy) for pattern, what, remedy in _STRANGE if pattern.match(clean)), None)
    if found is None and not detect(head) and _LATER.search(clean):
        return "a mail, or EDIFACT with text before it", "save the attachment, or send the file from its UNA or UNB on"
    return found


def first_field(head: bytes, number: int) -> str:
    """A field of a flat file's first record, as ASCII, "" where there is none: 4 is the sender."""
    fields = _clean(head).split(b"'", 1)[0].split(b":")
    return fields[number].decode("ascii", "replace").strip() if len(fields) > number else ""


def _clean(head: bytes) -> bytes:
    return head.lstrip().removeprefix(_BOM).lstrip()
