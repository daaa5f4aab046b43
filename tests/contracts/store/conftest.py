"""The stores under the contract: in memory, embedded, and a real server over TCP where one can be had."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from connectors.clickhouse import SqlStore, Store, migrate, open_store
from connectors.clickhouse.embedded import EmbeddedStore
from connectors.clickhouse.memory import MemoryStore
from connectors.clickhouse.native import NativeStore
from connectors.clickhouse.testing import local_server, server_url


@pytest.fixture(scope="session")
def native_url() -> Iterator[str]:
    """URL of a server that may be written to: CLICKHOUSE_URL, else one that we start."""
    if url := server_url():
        yield url
    elif shutil.which("clickhouse-server"):
        with local_server() as server:
            yield server.url
    else:
        reason = "no ClickHouse server: set CLICKHOUSE_URL or apt-get install clickhouse-server"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)


@pytest.fixture(scope="session")
def embedded_session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedStore]:
    """One embedded engine for the session: a process can have only one path open."""
    store = EmbeddedStore(str(tmp_path_factory.mktemp("chdb") / "store"))
    yield store
    store.close()


@pytest.fixture
def embedded(embedded_session: EmbeddedStore) -> Iterator[EmbeddedStore]:
    """The embedded store, migrated; emptied afterwards."""
    migrate.apply(embedded_session)
    yield embedded_session
    _empty(embedded_session)


@pytest.fixture
def native(native_url: str) -> Iterator[NativeStore]:
    """A store in a database of its own on a real server, migrated."""
    admin = NativeStore(native_url)
    database = f"ygt_test_{uuid4().hex[:12]}"
    admin.execute(f"CREATE DATABASE {database}")
    store = NativeStore(f"{native_url.rsplit('/', 1)[0]}/{database}")
    migrate.apply(store)
    yield store
    store.close()
    admin.execute(f"DROP DATABASE {database}")
    admin.close()


@pytest.fixture(params=["memory", "embedded", "native"])
def store(request: pytest.FixtureRequest) -> Iterator[Store]:
    """Each implementation of the port."""
    if request.param == "memory":
        found = open_store("memory://")
        assert isinstance(found, MemoryStore)
        yield found
    else:
        yield request.getfixturevalue(request.param)


@pytest.fixture(params=["embedded", "native"])
def sql_store(request: pytest.FixtureRequest) -> SqlStore:
    """Each implementation that has an engine."""
    engine: SqlStore = request.getfixturevalue(request.param)
    return engine


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working directory."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def _empty(store: SqlStore) -> None:
    for row in store.query("SELECT name FROM system.tables WHERE database = currentDatabase() AND engine != 'View'"):
        if row["name"] != "schema_migrations":
            store.execute(f"TRUNCATE TABLE {row['name']}")
