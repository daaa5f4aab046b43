"""Answers a gate: memory, decision, words, and the evidence that it was given."""

from __future__ import annotations

import asyncio
import logging
import time
import uuid
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any, Final

from connectors.kafka.errors import KafkaProblem
from connectors.kafka.producer import Publisher
from ops.api.feed import Feed
from ops.api.people import APPLICANT, PORT, Person
from ops.clearance.decide import REFER, Moment, Verdict, decide
from ops.clearance.memory import Mark, Memory, Remembered
from ops.clearance.texts import PREVAILS, Contact, tell
from schemas.codec import encode
from schemas.identifiers import normalise_container

log = logging.getLogger(__name__)

TOPIC: Final = "clearance-decisions.v1"
#: A decision on its way to its topic: returns at once.
Keep = Callable[[dict[str, Any]], None]


class Kept:
    """Publishes decisions without waiting; ``unkept`` counts those that Kafka did not take."""

    def __init__(self, publisher: Publisher) -> None:
        self._publisher = publisher
        self.unkept = 0

    def __call__(self, record: dict[str, Any]) -> None:
        """Queue one."""
        try:
            self._publisher.publish(TOPIC, record["container"], encode("clearance-decision", record))
        except KafkaProblem as problem:
            self.unkept += 1
            log.warning("a clearance decision was not kept: %s", problem)

    def close(self) -> None:
        """Wait until Kafka has those that are on their way."""
        try:
            self._publisher.flush()
        except KafkaProblem as problem:
            self.unkept += 1
            log.warning("a clearance decision was not kept: %s", problem)


class Gate:
    """Answers from ``memory``, which ``feed`` fills (None: somebody else does); ``simulated``: see `Moment`."""

    def __init__(
        self, memory: Memory, feed: Feed | None = None, keep: Keep | None = None, simulated: bool = False,
        contacts: Mapping[str, Contact] | None = None, clock: Callable[[], float] = time.time,
    ) -> None:  # fmt: skip
        self._memory = memory
        self._feed = feed
        self._keep = keep
        self._simulated = simulated
        self._contacts = contacts or {}
        self._clock = clock

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Have the memory filled for as long as the block runs."""
        if self._feed is None:
            yield
            return
        async with self._feed.running():
            yield
        if isinstance(self._keep, Kept):
            await asyncio.to_thread(self._keep.close)

    def state(self) -> dict[str, Any]:
        """How far the feed is: as `ops.api.live.FeedState`."""
        feed = self._feed
        return {
            "age_s": feed.age_s() if feed else None, "complete": feed.complete if feed else False,
            "boxes": len(self._memory), "refused": feed.refused if feed else 0,
            "unkept": self._keep.unkept if isinstance(self._keep, Kept) else 0,
        }  # fmt: skip

    def bills_of(self, box: str) -> list[str]:
        """The bills of a box, as far as it is known."""
        known = self._memory.find(box)
        return known.bills if known else []

    def answer(self, person: Person, container: str, action: str, port: str = "") -> dict[str, Any]:
        """May a box take a step (one of ACTIONS)? As `ops.clearance.routes.Clearance`; it is kept as evidence."""
        number = normalise_container(container)
        box = self._memory.find(number)
        if box is not None and not _sees(person, box):
            box = None  # the same answer as for one that nobody knows
        port = port or person.port
        mark = self._memory.mark(box.partition) if box is not None else None
        moment = Moment(int(self._clock() * 1000), self._simulated)
        if self._feed is not None and not self._feed.complete:
            found = Verdict(REFER, "STALE")
        else:
            found = decide(action, box, mark, self._silent(box, port), moment, port)
        return self._told(person, number, action, port, box, mark, moment, found)

    def _silent(self, box: Remembered | None, port: str) -> list[str]:
        about = [*box.ports, *(step.port for step in box.steps)] if box is not None else []
        ports = dict.fromkeys([*about, port])
        return [source for each in ports if each for source in self._memory.silent(each)]

    def _told(
        self, person: Person, number: str, action: str, port: str, box: Remembered | None, mark: Mark | None, moment: Moment,
        found: Verdict,
    ) -> dict[str, Any]:  # fmt: skip
        step = box.step(action) if box is not None else None
        said = tell(found.code, found.why, found.verdict != REFER)
        age = max(moment.age(mark), 0) if mark is not None else None
        where = step.port if step is not None else port
        contact = self._contacts.get(f"{said.owner}@{where}") or self._contacts.get(said.owner) or Contact()
        decision_id = uuid.uuid4().hex
        if self._keep is not None:
            self._keep({
                "decision_id": decision_id, "container": number, "action": action, "verdict": found.verdict, "code": found.code,
                "why": found.why, "detail": found.detail, "asked_by": person.name, "port": where, "decided_at": moment.at,
                "as_of": mark.watermark if mark is not None else None, "data_age_ms": age,
                "version": box.version if box is not None else 0, "evidence": list(found.evidence),
            })  # fmt: skip
        return {
            "decision_id": decision_id, "container_no": number, "action": action, "verdict": found.verdict,
            "code": found.code, "why": found.why, "detail": found.detail, "reason_zh": said.zh, "reason_en": said.en,
            "prevails": PREVAILS, "owner": said.owner, "phone": contact.phone, "desk": contact.desk, "port": where,
            "terminal": step.terminal if step is not None else "", "bills": box.bills if box is not None else [],
            "vessel_id": step.vessel_id if step is not None else "", "voyage": step.voyage if step is not None else "",
            "cutoff_at": step.cutoff_at or 0 if step is not None else 0,
            "opens_at": step.opens_at or 0 if step is not None else 0,
            "seals": box.seals if box is not None else [], "as_of": mark.watermark if mark is not None else 0,
            "data_age_s": None if age is None else age / 1000,
        }  # fmt: skip


def _sees(person: Person, box: Remembered) -> bool:
    if person.scope == PORT:
        return person.port in box.ports or any(step.port == person.port for step in box.steps)
    if person.scope == APPLICANT:
        return any(map(person.owns, box.bills))
    return True
