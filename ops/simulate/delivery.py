"""What leaves the simulated world: one record for a topic, or one file that a port hands over."""

from __future__ import annotations

from typing import Any, NamedTuple

Record = dict[str, Any]


class File(NamedTuple):
    """A file as a port sends it; ``text`` is to be written as UTF-8."""

    port: str
    name: str
    text: str


class Delivery(NamedTuple):
    """``at_ms`` is when it arrives (ms UTC). Either ``record`` for ``topic`` (with ``key`` and schema ``kind``), or
    ``file``. ``events`` counts the events inside."""

    at_ms: int
    topic: str
    key: str
    kind: str
    record: Record
    file: File | None
    events: int
