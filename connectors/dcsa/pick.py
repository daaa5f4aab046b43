"""Values of a JSON document by dotted paths."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def pick(document: Any, *paths: str) -> Any:
    """The value at the first path that has one, None where none has. Names in other letters are the same: carriers write
    ``eventId`` and ``unLocationCode``."""
    for path in paths:
        at = document
        for name in path.split("."):
            at = _member(at, name)
        if at not in (None, ""):
            return at
    return None


def _member(document: Any, name: str) -> Any:
    if not isinstance(document, Mapping):
        return None
    if name in document:
        return document[name]
    wanted = name.lower()
    return next((value for key, value in document.items() if key.lower() == wanted), None)


def text(document: Any, *paths: str) -> str:
    """The same as text, "" where there is none or it is no simple value."""
    value = pick(document, *paths)
    return str(value).strip() if isinstance(value, (str, int)) and not isinstance(value, bool) else ""


def objects(document: Any, path: str) -> list[Mapping[str, Any]]:
    """The objects in the list at a path; [] where there is no list."""
    value = pick(document, path)
    return [each for each in value if isinstance(each, Mapping)] if isinstance(value, list) else []
