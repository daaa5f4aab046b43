"""Evidence and books of the simulated day without Kafka: what the in-process cases start from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from bench.workload import Message, messages
from ops.simulate import World
from schemas.codec import decode_batch
from schemas.decoded import Decoded
from schemas.identifiers import container_ok
from schemas.reference import load_reference
from streams.domain.correlator import Correlator, Effects
from streams.domain.evidence import DUPLICATE, Evidence
from streams.domain.reference import Reference
from streams.runtime.ports import Record
from streams.runtime.sources import AGENTS

#: 250 ms at 1,000 events/s: so many events come between two derivations.
WINDOW: Final = 250
#: The simulated senders speak of their past up to so long before they say so: time follows at this distance, ms.
BEHIND: Final = 60_000

Piece = tuple[Decoded, list[Record]]


class Window:
    """The events between two derivations: decoded batches by kind, and the simulated time at their end."""

    def __init__(self, sent: Sequence[Message], offset: int) -> None:
        self.events = 0
        self.at_ms = sent[-1].at_ms
        self.pieces: list[Piece] = []
        for kind in AGENTS:
            of_kind = [m for m in sent if m.kind == kind]
            if of_kind:
                decoded = decode_batch(kind, [m.value for m in of_kind], AGENTS[kind].FIELDS)
                records = [Record(m.topic, 0, offset + i, m.at_ms, None, m.value) for i, m in enumerate(of_kind)]
                AGENTS[kind].evidence(decoded, records)  # turns the columns into Python lists: part of decoding
                self.pieces.append((decoded, records))
                self.events += len(of_kind)

    def evidence(self) -> list[Evidence]:
        """The evidence of the window's events."""
        return [e for decoded, records in self.pieces for e in AGENTS[decoded.kind].evidence(decoded, records)]


def windows(seed: int, scale: float) -> Iterator[Window]:
    """The day in windows of `WINDOW` events."""
    batch: list[Message] = []
    for offset, message in enumerate(messages(World(seed=seed, scale=scale))):
        if message.kind in AGENTS:
            batch.append(message)
        if len(batch) == WINDOW:
            yield Window(batch, offset)
            batch = []
    if batch:
        yield Window(batch, 0)


def correlator() -> Correlator:
    """The books of one partition that is home to everything."""
    return Correlator(Reference(**load_reference().for_domain()), 1, 0, container_ok)


def derive(core: Correlator, window: Window) -> int:
    """One window through the core, as the worker does it; returns how many rows came out. Facts go back in at once."""
    rows = 0
    accept = core.accept
    for e in window.evidence():
        accept(e)
    core.advance(window.at_ms - BEHIND)
    while core.pending():
        effects: Effects = core.flush()
        rows += sum(map(len, effects.rows.values()))
        told = [accept(e) for _, e in effects.facts]
        if not told or all(answer == DUPLICATE for answer in told):
            break
    return rows
