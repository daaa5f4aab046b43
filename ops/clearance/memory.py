"""What is remembered of all boxes and partitions, from the compacted ``visit-updates.v1`` and from ``alerts.v1``.

A box is some 200 bytes: only what decides, packed; it is unpacked when it is asked about.
"""

from __future__ import annotations

from typing import Any, Final

import msgspec

from ops.api.feed import Heard

#: What has left and is not announced is remembered so long after its visit ended, to say so.
KEEP_LEFT_MS: Final = 30 * 86_400_000
#: Watermarks between two looks for boxes that left long ago: an hour of four partitions.
_TIDY_EVERY: Final = 4 * 3600
SILENT: Final = "SOURCE_SILENT"


class Missing(msgspec.Struct, array_like=True, frozen=True):
    """A condition that is UNMET or UNKNOWN (`state`); ``at`` ms."""

    code: str
    state: str
    why: str = ""
    at: int | None = None
    detail: str = ""
    evidence: list[str] = []


class Step(msgspec.Struct, array_like=True, frozen=True):
    """A step that may come next: ``verdict`` as `yigangtong explain` says; times in ms."""

    action: str
    verdict: str
    port: str = ""
    terminal: str = ""
    vessel_id: str = ""
    voyage: str = ""
    cutoff_at: int | None = None
    opens_at: int | None = None
    missing: list[Missing] = []


class Remembered(msgspec.Struct, array_like=True, frozen=True):
    """A box. ``left_at`` (ms): its last visit ended then and nothing announces it; 0: it is here, or is to come."""

    partition: int
    version: int
    left_at: int = 0
    bills: list[str] = []
    ports: list[str] = []
    seals: list[str] = []
    steps: list[Step] = []

    def step(self, action: str) -> Step | None:
        """The step of that name."""
        for step in self.steps:
            if step.action == action:
                return step
        return None


class Mark(msgspec.Struct, frozen=True):
    """All updates of a partition that follow from what happened up to ``watermark`` (ms) were read; the worker said so at
    ``appended_at`` (ms, the broker's clock)."""

    watermark: int
    appended_at: int


class Memory:
    """Listens to a feed. Only its loop writes and reads it."""

    def __init__(self) -> None:
        self._boxes: dict[str, bytes] = {}
        self._marks: dict[int, Mark] = {}
        self._silent: dict[str, str] = {}
        self._pack = msgspec.msgpack.Encoder()
        self._unpack = msgspec.msgpack.Decoder(Remembered)
        self._untidied = 0

    def __len__(self) -> int:
        return len(self._boxes)

    def hear(self, heard: Heard) -> None:
        """A record of the feed."""
        record = heard.record
        if heard.kind == "alert":
            self._alert(record)
        elif record is None:
            self._boxes.pop(heard.key, None)
        elif record["kind"] == "WATERMARK":
            self._marks[heard.partition] = Mark(record["watermark"] or 0, heard.appended_at)
            self._untidied += 1
            if self._untidied >= _TIDY_EVERY:
                self._tidy()
        else:
            self._boxes[record["container"]] = self._pack.encode(remembered(record, heard.partition))

    def find(self, box: str) -> Remembered | None:
        """What is known of a box."""
        packed = self._boxes.get(box)
        return None if packed is None else self._unpack.decode(packed)

    def mark(self, partition: int) -> Mark | None:
        """How far a partition is."""
        return self._marks.get(partition)

    def silent(self, port: str) -> list[str]:
        """The sources of a port (``port.kind``) that have gone silent."""
        return [subject for subject in self._silent.values() if subject.partition(".")[0] == port]

    def _alert(self, record: dict[str, Any] | None) -> None:
        if record is None or record["code"] != SILENT:
            return
        if record["state"] in ("RAISED", "UPDATED"):
            self._silent[record["exception_id"]] = record["subject"]
        else:
            self._silent.pop(record["exception_id"], None)

    def _tidy(self) -> None:
        self._untidied = 0
        until = max(mark.watermark for mark in self._marks.values()) - KEEP_LEFT_MS
        for box in [box for box, packed in self._boxes.items() if 0 < self._unpack.decode(packed).left_at < until]:
            del self._boxes[box]


def remembered(record: dict[str, Any], partition: int) -> Remembered:
    """What decides of a visit update. One of an older version says nothing of steps: there are none then."""
    clearance = record["clearance"]
    left_at = max((visit["closed_at"] or 0 for visit in record["visits"]), default=0)
    if clearance is not None or any(visit["closed_at"] is None for visit in record["visits"]):
        left_at = 0
    return Remembered(
        partition, record["version"], left_at, record["bills"], record["ports"],
        clearance["seals"] if clearance else [], [_step(step) for step in clearance["steps"]] if clearance else [],
    )  # fmt: skip


def _step(step: dict[str, Any]) -> Step:
    return Step(**{**step, "missing": [Missing(**missing) for missing in step["missing"]]})
