"""What the worker reads: each topic's kind, and the agent that turns its records into evidence."""

from __future__ import annotations

from collections.abc import Sequence
from types import ModuleType
from typing import Final, NamedTuple

from schemas.topics import Topics
from streams.agents import berth, gate, manifest, operator, release, reports

AGENTS: Final[dict[str, ModuleType]] = {m.KIND: m for m in (gate, berth, manifest, release, reports, operator)}
#: Kinds whose senders' heartbeats move the logical time.
PORT_KINDS: Final = ("manifest", "gate", "berth", "release")
FACTS: Final = "facts.v1"
REPORTS: Final = "arrival-reports.v1"


class Source(NamedTuple):
    """One topic that is read."""

    topic: str
    kind: str
    port: str


def sources(topics: Topics) -> dict[str, Source]:
    """Every topic that a worker reads, by name."""
    return {t.name: Source(t.name, t.kind, t.port) for t in topics.read_by("worker") if t.role != "changelog"}


def echo_topics(all_sources: dict[str, Source]) -> Sequence[str]:
    """The topics in which a partition reads its word about time again: behind its own commands, and behind customs' answers."""
    return [REPORTS, *(s.topic for s in all_sources.values() if s.port and s.kind == "release")]


def timed_topics(all_sources: dict[str, Source], live: bool = False) -> Sequence[str]:
    """The topics that the logical time waits for; in live time those with heartbeats too, which show who is silent, and our
    own commands: a receipt says nothing to a box that has not read back what it answers."""
    kinds = (*PORT_KINDS, "control") if live else PORT_KINDS
    found = [s.topic for s in all_sources.values() if s.port and s.kind in kinds]
    return [*found, REPORTS] if live else found
