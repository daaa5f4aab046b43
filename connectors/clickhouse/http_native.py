"""The first answer for clickhouse-go (Grafana's plugin), in the Native format of the client's own revision.

The client decodes its greeting query with the revision that it announced itself, with a block header and a byte per
column that chDB's Native lacks. The answer says ``revision() = 0``: from then on the client reads plain Native.
"""

from __future__ import annotations

import struct
from typing import Final

_HELLO: Final = "SELECT displayName(), version(), revision(), timezone()"
# Field 1 is_overflows = 0, field 2 bucket_num = -1, end: the header of a block.
_BLOCK_INFO: Final = b"\x01\x00\x02\xff\xff\xff\xff\x00"
# Since this revision each column says whether it has a serialization of its own.
_CUSTOM_SERIALIZATION: Final = 54454


def is_hello(sql: str) -> bool:
    """Whether ``sql`` is the greeting query."""
    return sql.strip().rstrip(";").strip() == _HELLO


def hello(version: str, zone: str, *, protocol: int) -> bytes:
    """The answer to the greeting query for a client of revision ``protocol`` (0: it announced none)."""
    columns = (
        ("displayName()", "String", _text("chdb")),
        ("version()", "String", _text(version)),
        ("revision()", "UInt32", struct.pack("<I", 0)),
        ("timezone()", "String", _text(zone)),
    )
    out = _BLOCK_INFO if protocol else b""
    out += bytes((len(columns), 1))
    for name, kind, value in columns:
        out += _text(name) + _text(kind) + (b"\x00" if protocol >= _CUSTOM_SERIALIZATION else b"") + value
    return out


def _text(text: str) -> bytes:
    raw = text.encode()
    if len(raw) > 127:
        raise ValueError(f"{text[:20]!r}.. is longer than one length byte can say")
    return bytes((len(raw),)) + raw
