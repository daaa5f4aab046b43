"""From bytes to text: UTF-8, or what the partner or the syntax identifier says.

Chinese systems announce UNOA and send GB18030 or UTF-8. Mostly the bytes tell which: long GB18030 text is no valid UTF-8.
But short text may be both, and the commonest of all is: 鲁, with which every Shandong number plate begins, is C2 B3 in
GB18030, and C2 B3 in UTF-8 is "³". Chinese in UTF-8 takes three bytes a character. So where GB18030 is possible, text
whose characters all have two bytes in UTF-8 is taken for GB18030; a partner with accented Latin, Greek or Cyrillic in
UTF-8 needs ``charset: utf-8`` in its profile, or UNOW in its messages.
"""

from __future__ import annotations

from typing import Final

CHINESE: Final = "gb18030"
#: Syntax identifier (UNB S001 0001, ISO 9735) -> charset of bytes that may be no UTF-8; others: GB18030.
_BY_SYNTAX: Final = {
    "UNOC": "latin-1", "UNOD": "iso8859-2", "UNOE": "iso8859-5", "UNOF": "iso8859-7", "UNOG": "iso8859-3",
    "UNOH": "iso8859-4", "UNOI": "iso8859-6", "UNOJ": "iso8859-8", "UNOK": "iso8859-9", "UNOW": "utf-8",
}  # fmt: skip
#: What stands where bytes are no text.
REPLACEMENT: Final = "\ufffd"
#: Begins an escape sequence of ISO 2022 (UNOX). What follows may hold the bytes of separators as parts of characters.
ESCAPE: Final = "\x1b"
_LAST_OF_TWO_BYTES: Final = "\u07ff"


def by_syntax(identifier: str) -> str:
    """Charset by the syntax identifier UNOA to UNOY."""
    return _BY_SYNTAX.get(identifier, CHINESE)


def utf8_text(raw: bytes, fallback: str) -> str | None:
    """The text, if it is UTF-8; None also where it may as well be GB18030 and that is the ``fallback``."""
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        return None
    if fallback == CHINESE and not text.isascii() and max(text) <= _LAST_OF_TWO_BYTES:
        return None
    return text


def decode(raw: bytes, fallback: str) -> str:
    """The text, as UTF-8 or else in ``fallback``; what cannot be decoded becomes U+FFFD."""
    text = utf8_text(raw, fallback)
    if text is not None:
        return text
    try:
        return raw.decode(fallback)
    except UnicodeDecodeError:
        return raw.decode("utf-8", "replace")
