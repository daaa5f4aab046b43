"""Who asked what, who acted, and who was turned away: one JSON line each, kept for whoever must account for it later."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from starlette.requests import Request

from ops.api.people import Person

#: Not asked by people: what pages are made of, figures, and whether we live. Answers to gates are kept as events
#: (`clearance-decisions.v1`). Who is turned away there is kept all the same.
_LEFT_OUT: Final = ("/_nicegui", "/static", "/metrics", "/favicon", "/live")
_BY_EVENT: Final = "/clearance"
_REFUSED: Final = 400


def asked_by(request: Request, person: Person | None, claimed: str = "") -> None:
    """Remember who sends a request; of a stranger the name that was ``claimed``."""
    request.state.asked_by = person.name if person is not None else claimed + "?"


class Audit:
    """Appends to a file, readable by its owner only; it may be moved away, and is then begun anew."""

    def __init__(self, path: Path, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        """Raises OSError where nothing can be written."""
        self._path = path
        self._clock = clock
        path.parent.mkdir(parents=True, exist_ok=True)
        self._write("")

    def note(self, request: Request, status: int) -> None:
        """One answered request. Raises OSError: what cannot be accounted for is not done in silence."""
        path = request.url.path
        if status < _REFUSED and (path.startswith(_LEFT_OUT) or path.endswith(_BY_EVENT)):
            return
        line = {
            "at": self._clock().isoformat(timespec="milliseconds"), "who": getattr(request.state, "asked_by", ""),
            "from": request.client.host if request.client else "", "method": request.method, "path": path,
            "query": request.url.query, "status": status,
        }  # fmt: skip
        self._write(json.dumps(line, ensure_ascii=False) + "\n")

    def _write(self, text: str) -> None:
        file = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(file, text.encode())
        finally:
            os.close(file)
