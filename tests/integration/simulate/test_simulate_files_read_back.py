"""What the ports' files say, read by the platform's own readers, is what was planned: the two share no code."""

from __future__ import annotations

from typing import Any

import pytest

from connectors.edi.reader import read
from connectors.reading.events import Event
from ops.simulate.clock import midnight
from ops.simulate.day import Day
from ops.simulate.filing import files

#: (container, move, time, full or empty, vessel, voyage, bill, next or last port, seals)
Move = tuple[Any, ...]


def _move(record: dict[str, Any]) -> Move:
    port = {"LOAD": record.get("pod"), "DISC": record.get("pol")}.get(record["move"], "")
    return (
        record["container_no"], record["move"], record["event_time"], record["ef"], record["vessel_id"] or None,
        record["voyage"] or None, record["bill_no"] or None, port, tuple(seal["no"] for seal in record["seals"]),
    )  # fmt: skip


@pytest.mark.parametrize("port", ["yantai", "weihai"])
def test_moves_read_from_files_are_the_planned_ones(port: str) -> None:
    day = Day(seed=13, day=0, midnight=midnight("2026-03-02"), scale=0.2)
    sheet = day.write()
    latest: dict[str, Move | None] = {}
    for filed in sorted(sheet.filed, key=lambda f: f.due):
        if filed.record["port"] == port:
            latest[filed.record["event_id"]] = None if filed.function == "1" else _move(filed.record)
    found: dict[tuple[str, str], tuple[int, dict[str, Any]]] = {}
    for due in files(sheet, day.calls):
        if due.file.port != port:
            continue
        items = list(read([due.file.text.encode()], name=due.file.name))
        assert sum(isinstance(item, Event) for item in items) == due.events
        for item in items:
            if not isinstance(item, Event):
                assert item.code == "BAD_CHECK_DIGIT", str(item)
                continue
            identity = (item.record["source_party"], item.record["event_id"])
            if identity not in found or found[identity][0] < item.record["updated_time"]:
                found[identity] = (item.record["updated_time"], item.record)
    in_force = [record for _, record in found.values() if not record["is_retracted"]]
    planned = [move for move in latest.values() if move is not None]
    assert sorted(map(_move, in_force), key=str) == sorted(planned, key=str)
    assert len(planned) > 500
