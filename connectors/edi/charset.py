"""From bytes to text: UTF-8 first, then what the partner or the syntax identifier says.

A text in another charset hardly ever reads as UTF-8 by chance, the other way round it often does; so UTF-8 is tried
first always. Chinese systems announce UNOA and send GB18030.
"""

from __future__ import annotations

from typing import Final

#: Syntax identifier (UNB S001 0001, ISO 9735) -> charset where the bytes are not UTF-8.
_BY_SYNTAX: Final = {
    "UNOC": "latin-1", "UNOD": "iso8859-2", "UNOE": "iso8859-5", "UNOF": "iso8859-7", "UNOG": "iso8859-3",
    "UNOH": "iso8859-4", "UNOI": "iso8859-6", "UNOJ": "iso8859-8", "UNOK": "iso8859-9",
}  # fmt: skip
CHINESE: Final = "gb18030"
#: What stands where bytes are no text.
REPLACEMENT: Final = "\ufffd"


def by_syntax(identifier: str) -> str:
    """Charset for bytes that are not UTF-8, by the syntax identifier UNOA to UNOY."""
    return _BY_SYNTAX.get(identifier, CHINESE)


def decode(raw: bytes, fallback: str) -> str:
    """The text, as UTF-8 or else in ``fallback``; what cannot be decoded becomes U+FFFD."""
    for charset in ("utf-8", fallback):
        try:
            return raw.decode(charset)
        except UnicodeDecodeError:
            continue
    return raw.decode("utf-8", "replace")
