"""Event ids: the same move reported again has the same id, whatever file it comes in and wherever it stands there.

An id is made of sender, message type, document number, container (bill, vessel) and move; the document is the one that
RFF+ACW names where a message cancels or replaces. Without a document number, or with one that numbers nothing (0, a
title), the whole record stands in for it. File names, positions and message references, which senders count up when they
send again, are never part of it.
"""

from __future__ import annotations

from hashlib import sha256
from typing import Final

from schemas.rules import EVENT_ID_MAX

_DIGEST: Final = 32


def digest(text: str) -> str:
    """128 bits of a text's SHA-256, in hex."""
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:_DIGEST]


def prefix(sender: str, message: str, document: str) -> str:
    """What the ids of one document's moves begin with, at most 70 characters."""
    plain = f"{sender}/{message}/{document}/"
    return plain if len(plain) <= EVENT_ID_MAX - 30 else f"{message}/{digest(plain)}/"


def by_document(prefix: str, subject: str, move: str) -> str:
    """Id of what a numbered document tells of a box, bill or vessel."""
    return short(f"{prefix}{subject}/{move}")


def by_content(sender: str, message: str, subject: str, move: str, record: str) -> str:
    """Id of what is told without a document number: by all that the record says."""
    return short(f"{message}/{digest(f'{sender}/{message}/{record}')}/{subject}/{move}")


def short(event_id: str) -> str:
    """The id, or where that is too long its beginning and a digest of all of it."""
    return event_id if len(event_id) <= EVENT_ID_MAX else f"{event_id[: EVENT_ID_MAX - _DIGEST - 1]}/{digest(event_id)}"
