"""A small world in real stores, for what reads: embedded behind a worker's endpoint, and a server's."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple
from uuid import uuid4

import pytest

from connectors.clickhouse import migrate
from connectors.clickhouse.native import NativeStore
from tests.unit.filled_store import fill, small_world, work_out

ROOT = Path(__file__).parents[2]


class Filled(NamedTuple):
    """Where a filled store is read, and when (ms) all had come to rest."""

    url: str
    rest: int


@contextmanager
def embedded(folder: Path, until: int = 0, scale: float = 0.01) -> Iterator[Filled]:
    """The embedded store in a process of its own, as a worker has it: one process can own one path only. ``until``: as it
    stood then (ms). ``scale``: of the world."""
    child = subprocess.Popen(
        [sys.executable, "-m", "tests.unit.filled_store", str(folder / "store"), str(until), str(scale)],
        cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert child.stdout is not None
    assert child.stdin is not None
    with child:
        said = child.stdout.readline()
        assert said, "the store could not be filled"
        yield Filled(**json.loads(said))
        child.stdin.close()


@pytest.fixture(scope="session")
def embedded_world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Filled]:
    """The whole small world, at rest."""
    with embedded(tmp_path_factory.mktemp("world")) as filled:
        yield filled


@pytest.fixture(scope="session")
def server_world(clickhouse_url: str) -> Iterator[Filled]:
    """The same on a real server, in a database of its own."""
    database = f"ygt_cli_{uuid4().hex[:12]}"
    admin = NativeStore(clickhouse_url)
    admin.execute(f"CREATE DATABASE {database}")
    url = f"{clickhouse_url.rsplit('/', 1)[0]}/{database}"
    store = NativeStore(url)
    migrate.apply(store)
    rest = fill(store, small_world())
    work_out(store, rest)
    yield Filled(url, rest)
    store.close()
    admin.execute(f"DROP DATABASE {database}")
    admin.close()
