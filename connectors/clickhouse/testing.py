"""A real ClickHouse server for tests and tools: started on loopback, in a folder of its own, stopped with its user."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final
from xml.sax.saxutils import escape

from connectors.clickhouse.errors import Misconfigured

_START_S: Final = 30
_STOP_S: Final = 15
_CONFIG: Final = """<?xml version="1.0"?>
<yandex>
    <logger><level>warning</level><console>0</console><log>{root}/server.log</log><errorlog>{root}/server.err</errorlog></logger>
    <listen_host>127.0.0.1</listen_host>
    <tcp_port>{tcp}</tcp_port>
    <http_port>{http}</http_port>
    <path>{root}/data/</path>
    <tmp_path>{root}/tmp/</tmp_path>
    <user_files_path>{root}/files/</user_files_path>
    <format_schema_path>{root}/schemas/</format_schema_path>
    <users_config>{root}/users.xml</users_config>
    <default_profile>default</default_profile>
    <default_database>default</default_database>
    <timezone>UTC</timezone>
    <mark_cache_size>268435456</mark_cache_size>
    <uncompressed_cache_size>0</uncompressed_cache_size>
</yandex>
"""
_USERS: Final = """<?xml version="1.0"?>
<yandex>
    <profiles><default><max_memory_usage>2000000000</max_memory_usage></default></profiles>
    <users><default>
        <password></password><networks><ip>127.0.0.1</ip></networks><profile>default</profile><quota>default</quota>
    </default></users>
    <quotas><default></default></quotas>
</yandex>
"""


class LocalServer:
    """A server process on loopback. ``url`` is the URL of its database ``default``; ``kill`` and ``start`` are for
    tests of failure: the data stay."""

    def __init__(self, root: Path) -> None:
        program = shutil.which("clickhouse-server")
        if program is None:
            raise Misconfigured("no clickhouse-server on this machine: apt-get install clickhouse-server")
        self._program = program
        self._process: subprocess.Popen[bytes] | None = None
        self._root = root
        self.port, http = _free_ports(2)
        for folder in ("data", "tmp", "files", "schemas"):
            (root / folder).mkdir(parents=True, exist_ok=True)
        (root / "users.xml").write_text(_USERS)
        (root / "config.xml").write_text(_CONFIG.format(root=escape(str(root)), tcp=self.port, http=http))
        self.url = f"clickhouse://127.0.0.1:{self.port}/default"

    def start(self) -> None:
        """Start the server and wait until it accepts connections."""
        self._process = subprocess.Popen(
            [self._program, f"--config-file={self._root / 'config.xml'}"],
            cwd=self._root,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            # The server dies with its user's Ctrl-C only through us, after the client has let go.
            start_new_session=True,
        )
        until = time.monotonic() + _START_S
        while not _accepts(self.port):
            if self._process.poll() is not None or time.monotonic() > until:
                self.kill()
                log = self._root / "server.err"
                said = log.read_text()[-800:] if log.exists() else "no log was written"
                raise Misconfigured(f"clickhouse-server did not start: {said}")
            time.sleep(0.05)

    def kill(self) -> None:
        """kill -9: what a power cut looks like."""
        if self._process:
            self._process.kill()
            self._process.wait()
            self._process = None

    def stop(self) -> None:
        """End the server; waits for it."""
        if self._process:
            self._process.terminate()
            try:
                self._process.wait(_STOP_S)
            except subprocess.TimeoutExpired:
                self.kill()
            self._process = None


@contextmanager
def local_server() -> Iterator[LocalServer]:
    """A fresh server in a temporary folder, for as long as the block runs. Raises Misconfigured where none is
    installed."""
    with tempfile.TemporaryDirectory(prefix="ygt-clickhouse-", ignore_cleanup_errors=True) as folder:
        server = LocalServer(Path(folder))
        try:
            server.start()
            yield server
        finally:
            server.stop()


def server_url() -> str:
    """The setting CLICKHOUSE_URL, "" if it is not set: a server that is already there."""
    return os.environ.get("CLICKHOUSE_URL", "")


def _free_ports(count: int) -> list[int]:
    sockets = [socket.socket() for _ in range(count)]
    try:
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]
    finally:
        for each in sockets:
            each.close()


def _accepts(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex(("127.0.0.1", port)) == 0
