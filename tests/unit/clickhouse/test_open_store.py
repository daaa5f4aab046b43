"""One URL names the store, and a wrong one is one clear line."""

from __future__ import annotations

import socket
import subprocess
import sys
from pathlib import Path

import pytest

from connectors.clickhouse import Misconfigured, Retry, StoreError, open_store
from connectors.clickhouse.memory import MemoryStore


@pytest.mark.parametrize(
    "url", ["", "memory", "mysql://h/d", "chdb://", "chdb:///", "clickhouse://", "clickhouse://h:port/d"]
)
def test_a_wrong_url_is_refused(url: str) -> None:
    with pytest.raises(Misconfigured, match="clickhouse://"):
        open_store(url)


def test_a_password_is_never_in_an_error() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    with pytest.raises(Retry) as caught:
        open_store(f"clickhouse://ops:gehe1m@127.0.0.1:{port}/ygt")
    assert "gehe1m" not in str(caught.value)
    assert f"127.0.0.1:{port}/ygt" in str(caught.value)


def test_memory_is_a_new_store_each_time() -> None:
    one, two = open_store("memory://"), open_store("memory://")
    assert isinstance(one, MemoryStore)
    assert one is not two


def test_a_closed_store_says_so() -> None:
    store = open_store("memory://")
    store.close()
    store.close()
    with pytest.raises(StoreError, match="closed"):
        store.insert("events", [])


def test_importing_the_package_loads_no_engine() -> None:
    code = (
        "import sys, connectors.clickhouse, connectors.clickhouse.migrate;"
        "print({'chdb', 'pyarrow', 'clickhouse_driver'} & set(sys.modules))"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "set()"


def test_a_config_xml_in_the_working_directory_is_refused(tmp_path: Path) -> None:
    # in a process of its own: the engine reads the file when it is imported, once per process
    (tmp_path / "config.xml").write_text("<clickhouse><path>/nowhere</path></clickhouse>")
    code = f"import sys; sys.path.insert(0, {str(Path.cwd())!r}); from connectors.clickhouse import open_store; open_store('chdb://store')"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=tmp_path, check=False)
    assert "Misconfigured" in said.stderr
    assert "config.xml" in said.stderr
    assert "chdb" not in [path.name for path in tmp_path.iterdir()]
