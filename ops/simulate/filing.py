"""Turns the filed moves of a day into files as the ports hand them over: every ten minutes, per port and message."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Final, NamedTuple

from ops.simulate import edifact, jtfiles
from ops.simulate.clock import MINUTE, local
from ops.simulate.delivery import File
from ops.simulate.fleet import Call
from ops.simulate.ports import PORTS
from ops.simulate.sheet import ORIGINAL, Filed, Sheet

WINDOW: Final = 10 * MINUTE


class FileDue(NamedTuple):
    """A file, when the port hands it over (ms UTC), and how many moves it holds."""

    due: int
    file: File
    events: int


def files(sheet: Sheet, calls: dict[str, Call]) -> Iterator[FileDue]:
    """The files of a day; ``calls`` are the day's."""
    documents: dict[int, str] = {}
    by_vessel = {(call.vessel.id, call.port): call for call in calls.values()}
    vessels = {call.vessel.id: call.vessel for call in calls.values()}  # a box may be for a vessel of another port
    number = 0
    for (window, port, kind), group in groupby(sorted(sheet.filed, key=_window), key=_window):
        written_at = _end_of(window)
        due = written_at + 20_000
        moves = list(group)
        number += 1
        stem = f"{PORTS[port].sender}_{'CODECO' if kind == 'gate' else 'COARRI'}_{local(written_at, '%Y%m%d%H%M')}"
        reference = f"{sheet.day:03d}{number:06d}"
        if PORTS[port].form == "edifact":
            text = _interchange(moves, port, reference, written_at, documents)
            yield FileDue(due, File(port, f"{stem}_{reference}.edi", text), len(moves))
            continue
        for index, batch in enumerate(_batches(moves)):
            records = [filed.record for filed in batch]
            vessel = records[0]["vessel_id"]
            if kind == "gate":
                text = jtfiles.codeco(records, vessels.get(vessel), written_at)
            else:
                text = jtfiles.coarri(records, by_vessel[vessel, port], written_at)
            yield FileDue(due, File(port, f"{stem}_{reference}_{index}.txt", text), len(batch))


def _interchange(
    moves: list[Filed], port: str, reference: str, written_at: int, documents: dict[int, str]
) -> str:  # fmt: skip
    messages = []
    for index, batch in enumerate(_batches(moves), 1):
        document = f"{PORTS[port].sender}{reference}{index:03d}"
        about = batch[0].about
        replaced = ""
        if about is not None:
            replaced = documents[id(about)]
        else:
            for filed in batch:
                documents[id(filed.record)] = document
        messages.append(
            edifact.message(
                [filed.record for filed in batch], str(index), document, batch[0].function, replaced, written_at
            )
        )
    return edifact.interchange(messages, PORTS[port], reference, written_at)


def written_at(filed: Filed) -> int:
    """When the file with this move is written (ms UTC), which is what the file says."""
    return _end_of(_window(filed)[0])


def _end_of(window: int) -> int:
    return (window + 1) * WINDOW


def _window(filed: Filed) -> tuple[int, str, str]:
    return (filed.due // WINDOW, filed.record["port"], filed.kind)


def _batches(moves: list[Filed]) -> Iterator[list[Filed]]:
    """Moves that go into one message: the same move, vessel and voyage. A cancel or replacement stands alone."""
    for _, group in groupby(sorted(moves, key=_batch), key=_batch):
        yield list(group)


def _batch(filed: Filed) -> tuple[str, str, str, str, str]:
    record = filed.record
    alone = "" if filed.function == ORIGINAL else str(record["event_id"])
    return (record["move"], record["vessel_id"] or "", record["voyage"] or "", filed.function, alone)
