"""The simulated day without Kafka: decoded events, the books they go to, and customs, which answers what is sent to it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, Final

from bench.workload import PARTITIONS, Message, messages
from connectors.customs.desk import CustomsDesk
from connectors.customs.plan import parse_plan
from connectors.customs.report import content_of, read
from ops.simulate import World
from schemas.codec import decode_batch, encode
from schemas.decoded import Decoded
from schemas.identifiers import container_ok, imo_ok
from schemas.reference import load_reference
from streams.domain.correlator import Correlator
from streams.domain.effects import Effects
from streams.domain.evidence import Evidence
from streams.domain.reference import Reference
from streams.runtime.engine import CLOSE_AFTER_S, CLOSE_AT_ONCE
from streams.runtime.packing import unpack
from streams.runtime.ports import Record
from streams.runtime.sources import AGENTS

#: Windows of 250 ms.
A_SECOND: Final = 4
#: 250 ms at 1,000 events/s: so many events come between two derivations.
WINDOW: Final = 250
#: The simulated senders speak of their past up to so long before they say so: time follows at this distance, ms.
BEHIND: Final = 60_000

Piece = tuple[Decoded, list[Record]]


class Window:
    """The events between two derivations: decoded batches by kind, and the simulated time at their end."""

    def __init__(self, sent: Sequence[Message]) -> None:
        self.events = len(sent)
        self.at_ms = sent[-1].at_ms
        self.pieces: list[Piece] = []
        for kind in AGENTS:
            values = [m.value for m in sent if m.kind == kind]
            if values:
                decoded = decode_batch(kind, values, AGENTS[kind].FIELDS)
                records = [Record(kind, 0, i, self.at_ms, None, value) for i, value in enumerate(values)]
                AGENTS[kind].evidence(decoded, records)  # turns the columns into Python lists: part of decoding
                self.pieces.append((decoded, records))

    def evidence(self) -> list[Evidence]:
        """The evidence of the window's events."""
        return [e for decoded, records in self.pieces for e in AGENTS[decoded.kind].evidence(decoded, records)]


class Day:
    """The day in windows of `WINDOW` events. Commands given to `send` come back in the next window, with customs'
    receipts: as a worker reads both from Kafka."""

    def __init__(self, seed: int, scale: float) -> None:
        world = World(seed=seed, scale=scale)
        answers = [json.dumps(line) for line in world.customs_plan()]
        self._messages = (m for m in messages(world) if m.kind in AGENTS)
        self._desk = CustomsDesk(parse_plan(answers))
        self._back: list[Message] = []

    def __iter__(self) -> Iterator[Window]:
        while batch := list(islice(self._messages, max(0, WINDOW - len(self._back)))) + self._back:
            self._back = []
            yield Window(sorted(batch, key=lambda m: m.at_ms))

    def send(self, commands: Sequence[Mapping[str, Any]], at_ms: int) -> None:
        """Take the commands of a derivation."""
        for command in commands:
            back = [("arrival-report", command)]
            back += [("release", receipt.record) for receipt in self._desk.handle(read(content_of(command)))]
            self._back += [Message(kind, command["container"], kind, encode(kind, r), at_ms) for kind, r in back]


def correlator() -> Correlator:
    """The books of one partition that is home to everything."""
    return Correlator(Reference(**load_reference().for_domain()), 1, 0, container_ok, unpack=unpack, imo_digit=imo_ok)


def close_books(core: Correlator, window: int) -> None:
    """Close books as a worker does; ``window`` is the number of the window."""
    if window % A_SECOND == 0:
        core.tidy(CLOSE_AFTER_S, CLOSE_AT_ONCE * PARTITIONS)


def derive(core: Correlator, window: Window, commands: list[dict[str, Any]]) -> int:
    """One window through the core, as the worker does it; adds to ``commands`` and returns how many rows came out.

    Facts go back into the books at once, as all of them are here.
    """
    rows = 0
    accept = core.accept
    for e in window.evidence():
        accept(e)
    core.advance(window.at_ms - BEHIND)
    while core.pending():
        effects: Effects = core.flush()
        rows += sum(map(len, effects.rows.values()))
        commands += effects.commands
        for _, e in effects.facts:
            accept(e)
    return rows
