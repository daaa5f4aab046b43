"""The control tower as a process of its own over the small world, and a real Chromium that looks at it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from connectors.kafka.errors import KafkaProblem
from connectors.kafka.local import LocalKafka, local_kafka
from connectors.kafka.topics import create_topics
from schemas.topics import load_topics
from tests.unit.conftest import ROOT, Filled

#: What a page may load.
OURS = ("http://127.0.0.1:", "ws://127.0.0.1:", "data:", "blob:")


@pytest.fixture(scope="session")
def topics(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalKafka]:
    """A broker of their own with the platform's topics: other tests expect them to be absent from theirs."""
    try:
        with local_kafka(tmp_path_factory.mktemp("tower-kafka")) as broker:
            create_topics(broker.bootstrap, load_topics())
            yield broker
    except KafkaProblem as problem:
        pytest.skip(str(problem))


@contextmanager
def serving(store: str, bootstrap: str, folder: Path, *options: str) -> Iterator[str]:
    """The address of a tower that runs as long as the block."""
    command = [
        sys.executable, "-m", "ops.cli.main", "tower", "serve", "--port", "0", "--store", store, "--bootstrap", bootstrap,
        *options,
    ]  # fmt: skip
    log = (folder / "tower.log").open("w")
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=log, text=True) as child:
        assert child.stdout is not None
        try:
            said = child.stdout.readline()
            assert "http://" in said, (folder / "tower.log").read_text()
            yield said.split()[-1].rstrip("/")
        finally:
            child.terminate()
            child.wait(10)
            log.close()


@pytest.fixture(scope="session")
def tower(embedded_world: Filled, topics: LocalKafka, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Nobody has to log in."""
    with serving(embedded_world.url, topics.bootstrap, tmp_path_factory.mktemp("tower")) as address:
        yield address


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium. It ends with the module: while it runs, no other test of the process may run a loop of its own."""
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("there is no Chromium: run `make setup`")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield launched
        launched.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A fresh page. Nothing may go wrong in its console, and nothing may be asked of another host."""
    context = browser.new_context(viewport={"width": 1400, "height": 900}, permissions=["clipboard-read", "clipboard-write"])
    opened = context.new_page()
    wrong: list[str] = []
    opened.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    opened.on("pageerror", lambda error: wrong.append(str(error)))
    opened.on("request", lambda request: None if request.url.startswith(OURS) else wrong.append(request.url))
    yield opened
    context.close()
    assert wrong == []
