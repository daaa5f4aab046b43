"""The tutorial: every command in it is run in its order against a real demo, and what it prints is what is shown."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from connectors.kafka.local import HOME
from connectors.processes import free_ports, last_lines
from tests.guide import ROOT, Step, Workplace, prints, steps

TUTORIAL = (ROOT / "docs" / "tutorial.md").read_text("utf-8")
STEPS = steps(TUTORIAL)
#: What was sent can be seen within two seconds; a loaded machine may need more.
SEEN_S = 60.0
UP_S = 180.0
#: What a shell says of a program that Ctrl-C has ended; the demo is meant to be ended so.
INTERRUPTED = 130
#: Commands that look, and so may look again until they see what was sent.
LOOKS = ("yigangtong trace", "yigangtong explain", "yigangtong query", "yigangtong reconcile")


def test_what_is_left_out_may_be_anything_and_nothing_else_may() -> None:
    assert prints("a …\n…\nz\n", "a 1\nb\nc\n  z  \n") and prints("──── x ────\n…\n", "─ x ─\n")
    assert not prints("a …\n", "b 1\n") and not prints("a\n", "a\nb\n") and not prints("a\nb\n", "a\n")


def test_the_tutorial_serves_three_kinds_of_user_and_shows_what_is_printed() -> None:
    headings = re.findall(r"^## (.*)$", TUTORIAL, re.M)
    for user in ("A port's IT team", "Operations", "The engineer on call"):
        assert any(heading.startswith(user) for heading in headings), user
    assert sum(step.shown is not None for step in STEPS) >= 15


def until(condition: Callable[[], Any], what: str, timeout: float) -> None:
    stop = time.monotonic() + timeout
    while not condition():
        if time.monotonic() > stop:
            pytest.fail(f"not within {timeout:.0f} s: {what}")
        time.sleep(0.1)


class Story:
    """The platform of the tutorial, and the terminals in which something stays up."""

    def __init__(self, folder: Path) -> None:
        kafka, health, http, tower, gateway = free_ports(5)
        self.place = Workplace(
            folder,
            {"127.0.0.1:9092": f"127.0.0.1:{kafka}", "127.0.0.1:9100": f"127.0.0.1:{health}",
             "127.0.0.1:8090": f"127.0.0.1:{tower}", "127.0.0.1:8088": f"127.0.0.1:{gateway}",
             "yigangtong gateway serve": f"yigangtong gateway serve --port {gateway}"},
            YGT_KAFKA_PORT=str(kafka), YGT_HEALTH_PORT=str(health), YGT_HTTP_PORT=str(http), YGT_TOWER_PORT=str(tower),
            YGT_READ_URL=f"http://127.0.0.1:{http}", YGT_BOOTSTRAP=f"127.0.0.1:{kafka}", PYTHONUNBUFFERED="1",
            YGT_SAMPLES="",  # their events are months younger than the story: of a box that is still here it would say so
        )  # fmt: skip
        self.terminals: list[subprocess.Popen[bytes]] = []

    def take(self, step: Step) -> None:
        """Run one step; fails when it does not print what is shown, or ends otherwise than said."""
        if step.stays_up:
            self._stay(step)
            return
        stop = time.monotonic() + SEEN_S
        while (done := self.place.run(step.command)) and not (good := self._as_shown(step, done)):
            if time.monotonic() > stop or not step.command.startswith(LOOKS):
                break
            time.sleep(0.2)
        assert good, f"{step.command}\nexit code {done.returncode}\n{done.stdout}\n{done.stderr}\nshown:\n{step.shown}"

    def _as_shown(self, step: Step, done: subprocess.CompletedProcess[str]) -> bool:
        printed = done.stdout if done.stdout.endswith("\n") or not done.stdout else done.stdout + "\n"
        fits = step.shown is None or prints(self.place.own(step.shown), printed + done.stderr)
        return fits and done.returncode == step.exit_code

    def _stay(self, step: Step) -> None:
        log = self.place.folder / f"terminal-{len(self.terminals)}.log"
        terminal = self.place.start(command_of_make(step.command), log)
        self.terminals.append(terminal)
        shown = self.place.own(step.shown or "…\n")

        def is_up() -> bool:
            assert terminal.poll() is None, f"{step.command} ended:\n{last_lines(log)}"
            return prints(shown, log.read_text("utf-8"))

        until(is_up, f"{step.command} prints what is shown:\n{last_lines(log)}", UP_S)

    def stop(self) -> list[int]:
        """Ctrl-C in each terminal, the last one first; the exit codes."""
        codes = []
        while self.terminals:
            terminal = self.terminals.pop()
            with suppress(ProcessLookupError):
                terminal.send_signal(signal.SIGINT)
            codes.append(terminal.wait(60))
        return codes


def command_of_make(command: str) -> str:
    """What make runs for a verb: the set-up is the test run's own."""
    if not command.startswith("make "):
        return command
    asked = ["make", "--no-print-directory", "-n", *command.split()[1:]]
    # `make test` runs us: what it tells its children is not for this one.
    alone = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))}
    done = subprocess.run(asked, cwd=ROOT, env=alone, capture_output=True, text=True, check=True)
    return done.stdout.splitlines()[-1]


@pytest.fixture
def story(tmp_path: Path) -> Iterator[Story]:
    if not any((HOME / "libs").glob("kafka_2.13-*.jar")):
        pytest.skip("Kafka's jars are not in deploy/kafka/libs: run `make setup`")
    told = Story(tmp_path)
    yield told
    told.stop()


@pytest.mark.integration
def test_every_command_prints_what_the_tutorial_shows(story: Story) -> None:
    for step in STEPS:
        story.take(step)
    pages = set(re.findall(r"(?<!')http://127\.0\.0\.1:8090/[\w/]*", TUTORIAL))
    assert {"http://127.0.0.1:8090/exceptions", "http://127.0.0.1:8090/box/QDTU2026037"} <= pages
    for page in pages:
        with urllib.request.urlopen(story.place.own(page), timeout=30) as answer:
            assert answer.status == 200 and b"<html" in answer.read(), page
    assert story.stop() == [INTERRUPTED, 0], "Ctrl-C ends the gateway and the demo in order"
