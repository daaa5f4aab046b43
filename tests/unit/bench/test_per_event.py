"""The peers' evidence is the platform's: else the benchmark compares different work."""

from __future__ import annotations

from collections import defaultdict

import pytest

from bench import workload
from bench.per_event import PerEventCore, dump, evidence_of, load, new_book
from ops.simulate import World
from schemas.codec import decode_batch
from streams.runtime.ports import Record
from streams.runtime.sources import AGENTS


@pytest.fixture(scope="module")
def values() -> dict[str, list[bytes]]:
    found: dict[str, list[bytes]] = defaultdict(list)
    for message in workload.messages(World(seed=3, scale=0.02)):
        found[message.kind].append(message.value)
    return found


@pytest.mark.parametrize("kind", workload.KINDS)
def test_evidence_of_one_record_is_what_the_agent_makes_of_it(kind: str, values: dict[str, list[bytes]]) -> None:
    sent = values[kind]
    decoded = decode_batch(kind, sent, AGENTS[kind].FIELDS)
    wanted = AGENTS[kind].evidence(decoded, [Record("t", 0, i, 1000 + i, None, v) for i, v in enumerate(sent)])
    found = [evidence_of(v, 1000 + i) for i, v in enumerate(sent)]
    assert len(sent) > 100
    assert [e.to_tuple() for e in found] == [e.to_tuple() for e in wanted]


@pytest.mark.parametrize("kind", workload.KINDS)
def test_every_kind_of_event_makes_rows(kind: str, values: dict[str, list[bytes]]) -> None:
    core, books = PerEventCore(), {}
    made = 0
    for value in values[kind]:
        e = evidence_of(value, 1)
        made += len(core.handle(books.setdefault(e.book + e.key, new_book(e)), e))
    assert made > 0


def test_a_book_goes_through_its_packed_state_unchanged(values: dict[str, list[bytes]]) -> None:
    core = PerEventCore()
    books = {}
    for value in values["gate"]:
        e = evidence_of(value, 1)
        book = books.setdefault(e.key, new_book(e))
        rows = core.handle(book, e)
        again = load(dump(book))
        assert again.count == book.count
        assert not rows or core.handle(again, e) == []
    assert any(len(book.pages.best) > 1 for book in books.values())
