"""The sender, the receiver or customs itself is killed between any two steps: nothing is lost, nothing is said twice otherwise.

A step is anything that outlives the process: a commit of a ledger, a file that is written or renamed, a record that is
published, an offset that is committed. The run is repeated with a kill before and behind each of them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from itertools import count
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from connectors.customs import post
from connectors.customs.ledger import SendLedger
from connectors.customs.plan import Answer, Plan, PlanKey
from connectors.customs.sender import Sender
from tests.unit.customs.office import READY, Office, Topic, feeder, record

PLAN = Plan({
    PlanKey("MSCU6639871", "QDBL0000001", "2103W", "00001"): [Answer("03", READY + 1, "no")],
    PlanKey("TGHU1234563", "QDBL0000001", "2103W", "00001"): [Answer("01", READY + 2, "", repeat=1, behind=1)],
})  # fmt: skip
COMMANDS = [
    record("M1"), record("M2", container="MSCU6639871"), record("M3", container="TGHU1234563"), feeder("F1"),
    record("BAD", voyage="V" * 18), record("D1", function="3", basis="M1"),
]  # fmt: skip
DURABLE: list[tuple[Any, str]] = [
    (SendLedger, "enter"), (SendLedger, "hold"), (SendLedger, "done"), (post, "_write"), (post.Path, "replace"),
    (Topic, "put"), (Topic, "settle"),
]  # fmt: skip


class Killed(BaseException):
    """No handler of the code under test sees it, as none sees a kill."""


@contextmanager
def killed_at(step: int) -> Iterator[None]:
    """Raises Killed at the step of this number, counted from 0; two to each durable call."""
    numbers = count()

    def watched(call: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(call)
        def run(*args: Any, **named: Any) -> Any:
            if next(numbers) == step:
                raise Killed
            done = call(*args, **named)
            if next(numbers) == step:
                raise Killed
            return done

        return run

    patches = [patch.object(owner, name, watched(getattr(owner, name))) for owner, name in DURABLE]
    for each in patches:
        each.start()
    try:
        yield
    finally:
        for each in patches:
            each.stop()


def work(office: Office) -> None:
    """All three start and work until nothing is left."""
    office.topic.restarted()
    steps: list[Callable[[], bool]] = []
    for part in (office.sender, office.responder, office.receiver):
        started = part()
        started.resume()
        steps.append(started.step)
    while any(step() for step in steps):
        pass


def run(root: Path, step: int | None) -> tuple[Office, bool]:
    """One run with a kill at a step, and a second life; was it killed?"""
    office = Office(root, Topic(COMMANDS), PLAN)
    killed = False
    if step is not None:
        try:
            with killed_at(step):
                work(office)
        except Killed:
            killed = True
        office.close()
    work(office)
    return office, killed


def outcome(office: Office) -> tuple[Any, ...]:
    """What is so at the end: the releases, what customs was told and holds, what is held back."""
    said = defaultdict(set)
    for letter, release in zip(office.topic.put_letters, office.topic.releases(), strict=True):
        said[release["event_id"]].add((letter.topic, letter.key, letter.content))
    office.close()
    sent, customs, received = office.ledger("sent"), office.ledger("customs"), office.ledger("received")
    result = (
        dict(said), list(sent.entries()), sorted(customs.entries()), [held.id for held in sent.held()],
        [ledger.open_ids() for ledger in (sent, customs, received)], customs.refused(), office.names("failed"),
        office.names("out"), office.names("in"), office.topic.committed,
    )  # fmt: skip
    office.close()
    return result


@pytest.fixture(autouse=True)
def no_power_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is killed is the process: files need not be flushed for that, and hundreds of runs would wait for it."""
    monkeypatch.setattr("os.fsync", lambda _: None)


def test_a_kill_between_any_two_steps_changes_nothing_at_the_end(tmp_path: Path) -> None:
    wanted = outcome(run(tmp_path / "whole", None)[0])
    assert len(wanted[0]) == 5 and all(len(contents) == 1 for contents in wanted[0].values())
    assert wanted[4:9] == ([[], [], []], 0, [], [], [])
    for step in count():
        office, killed = run(tmp_path / str(step), step)
        assert outcome(office) == wanted, f"killed at step {step}"
        if not killed:
            break
    assert step > 60


def test_the_comparison_finds_a_sender_that_settles_before_it_has_written_down(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def too_early(self: Sender) -> bool:
        letters = self._platform.take()
        if letters:
            self._platform.settle(letters)
            self._send([letter.content for letter in letters])
        return bool(letters)

    wanted = outcome(run(tmp_path / "whole", None)[0])
    monkeypatch.setattr(Sender, "step", too_early)
    assert any(outcome(run(tmp_path / str(step), step)[0]) != wanted for step in range(20))
