"""kill -9 of the database, or of the process that holds it, loses no acknowledged row and counts none twice."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from connectors.clickhouse import Misconfigured, Retry, migrate
from connectors.clickhouse.native import NativeStore
from connectors.clickhouse.testing import LocalServer, local_server
from tests.contracts.store.rows_of import row_of

pytestmark = pytest.mark.integration


@pytest.fixture
def server() -> Iterator[LocalServer]:
    if shutil.which("clickhouse-server") is None:
        reason = "no clickhouse-server to kill: apt-get install clickhouse-server"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    with local_server() as running:
        yield running


def test_a_server_killed_while_inserting_ends_with_every_row_once(server: LocalServer) -> None:
    store = NativeStore(server.url)
    migrate.apply(store)
    plain = row_of("intake")
    offset = 2  # kafka_offset's place in the row
    batches = [
        [(*plain[:offset], number, *plain[offset + 1 :]) for number in range(start, start + 20_000)]
        for start in range(0, 200_000, 20_000)
    ]
    started = threading.Event()
    retried = []

    def write() -> None:
        for batch in batches:
            while True:
                try:
                    started.set()
                    store.insert("intake", batch)
                    break
                except Retry as error:
                    assert error.attempts is None, "an outage must be waited for without end"
                    retried.append(error)
                    back.wait()

    back = threading.Event()
    writer = threading.Thread(target=write)
    writer.start()
    started.wait()
    server.kill()
    server.start()
    back.set()
    writer.join()
    assert retried
    answer = store.query("SELECT count() AS n, uniqExact(kafka_offset) AS u, max(kafka_offset) AS m FROM intake FINAL")
    assert answer == [{"n": 200_000, "u": 200_000, "m": 199_999}]
    store.close()


def test_a_server_that_is_away_is_a_retry_and_its_return_needs_no_new_store(server: LocalServer) -> None:
    store = NativeStore(server.url)
    migrate.apply(store)
    server.kill()
    for _ in range(2):
        with pytest.raises(Retry, match="does not answer"):
            store.insert("epochs", [row_of("epochs")])
        with pytest.raises(Retry, match="does not answer"):
            store.query("SELECT 1 AS one")
    server.start()
    store.insert("epochs", [row_of("epochs")])
    assert store.query("SELECT count() AS n FROM epochs") == [{"n": 1}]
    store.close()


def test_a_wrong_password_or_database_stops(server: LocalServer) -> None:
    where = f"127.0.0.1:{server.port}"
    with pytest.raises(Misconfigured):
        NativeStore(f"clickhouse://default:wrong@{where}/default")
    with pytest.raises(Misconfigured, match="nowhere"):
        NativeStore(f"clickhouse://{where}/nowhere")


WRITER = """
import sys
from connectors.clickhouse import migrate
from connectors.clickhouse.embedded import EmbeddedStore
from tests.contracts.store.rows_of import row_of
store = EmbeddedStore(sys.argv[1])
migrate.apply(store)
for batch in range(10_000):
    store.insert("intake", [row_of("intake", kafka_partition=batch, kafka_offset=n, version=1) for n in range(500)])
    print(batch, flush=True)
"""

READER = """
import sys
from connectors.clickhouse.embedded import EmbeddedStore
store = EmbeddedStore(sys.argv[1])
for row in store.query("SELECT kafka_partition AS p, count() AS n FROM intake GROUP BY p ORDER BY p"):
    print(row["p"], row["n"])
"""


def _run(code: str, path: Path) -> subprocess.Popen[str]:
    # processes of their own: this one may have an embedded store open elsewhere
    return subprocess.Popen(
        [sys.executable, "-c", code, str(path)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def test_a_process_killed_while_inserting_keeps_every_acknowledged_batch_whole(tmp_path: Path) -> None:
    path = tmp_path / "store"
    writer = _run(WRITER, path)
    assert writer.stdout is not None
    for line in writer.stdout:
        if line.strip() == "8":
            break
    writer.kill()
    acknowledged = 8 + len(writer.stdout.read().split())
    writer.wait()
    reader = _run(READER, path)
    told, failed = reader.communicate()
    assert reader.returncode == 0, failed
    stored = dict(map(int, line.split()) for line in told.splitlines())
    assert set(range(acknowledged + 1)) <= set(stored)
    assert set(stored.values()) == {500}


def test_a_second_process_is_told_who_owns_the_store(tmp_path: Path) -> None:
    path = tmp_path / "store"
    owner = _run(WRITER, path)
    assert owner.stdout is not None
    owner.stdout.readline()
    second = _run(READER, path)
    _, failed = second.communicate()
    owner.kill()
    owner.communicate()
    assert second.returncode == 1
    assert "Misconfigured" in failed
    assert "open in another process" in failed
