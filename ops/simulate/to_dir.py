"""Writes a world to a directory: JSON lines per topic, the ports' files, the truth and the customs plan."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any, TextIO

from ops.simulate.delivery import Delivery
from ops.simulate.world import World


def write(world: World, directory: Path) -> int:
    """Write everything; returns the number of events.

    ``<topic>.jsonl`` holds ``{"at", "key", "record"}`` in order of delivery, ``files/<port>/`` the ports' files with
    ``files.jsonl`` saying when each arrives, ``truth.jsonl`` and ``customs.jsonl`` what must come out. Raises OSError
    where the directory cannot be written, FileExistsError where it holds something already.
    """
    directory.mkdir(parents=True, exist_ok=True)
    if any(directory.iterdir()):
        raise FileExistsError(f"{directory} is not empty; choose a new directory for the simulated world")
    events = _deliveries(world.deliveries(), directory)
    _lines(directory / "truth.jsonl", world.truth())
    _lines(directory / "customs.jsonl", world.customs_plan())
    return events


def _deliveries(deliveries: Iterable[Delivery], directory: Path) -> int:
    events = 0
    streams: dict[str, TextIO] = {}
    try:
        for delivery in deliveries:
            events += delivery.events
            line: dict[str, Any] = {"at": delivery.at_ms}
            if delivery.file is None:
                name = delivery.topic
                line.update(key=delivery.key, record=delivery.record)
            else:
                name = "files"
                line.update(port=delivery.file.port, name=delivery.file.name)
                place = directory / "files" / delivery.file.port
                place.mkdir(parents=True, exist_ok=True)
                (place / delivery.file.name).write_text(delivery.file.text, encoding="utf-8")
            if name not in streams:
                streams[name] = (directory / f"{name}.jsonl").open("w", encoding="utf-8")
            streams[name].write(_json(line))
    finally:
        for stream in streams.values():
            stream.close()
    return events


def _lines(path: Path, lines: Iterable[dict[str, Any]]) -> None:
    with path.open("w", encoding="utf-8") as out:
        out.writelines(_json(line) for line in lines)


def _json(line: dict[str, Any]) -> str:
    return json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n"
