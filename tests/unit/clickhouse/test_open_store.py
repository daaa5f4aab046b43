"""One URL names the store, and a wrong one is one clear line."""

from __future__ import annotations

import socket
import ssl
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from queue import Queue

import pytest

from connectors.clickhouse import Misconfigured, Retry, StoreError, open_store
from connectors.clickhouse.memory import MemoryStore
from tests.secure_kafka import Certificates


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


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("clickhouse://h/d?secure=1", r"has \?secure, which cannot count"),
        ("clickhouses://h/d?verify=false", r"has \?verify, which cannot count"),
        ("clickhouse://h/d?ca_certs=/x", r"has \?ca_certs, which cannot count"),
        ("clickhouses://h/d?ca_certs=/not/there", "'/not/there', is no readable file"),
        (f"clickhouses://h/d?ca_certs={__file__}", "no readable file with certificates in PEM form"),
    ],
)
def test_what_would_not_count_is_refused_so_that_nobody_is_without_tls_unawares(url: str, said: str) -> None:
    with pytest.raises(Misconfigured, match=said):
        open_store(url)


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return Certificates(tmp_path_factory.mktemp("tls") / "a")


@pytest.fixture
def tls_server(certificates: Certificates) -> Iterator[tuple[int, Queue[bytes]]]:
    """Speaks TLS on loopback and closes after the first words of a client; its port, and those words."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(*certificates.issue("clickhouse"))
    heard: Queue[bytes] = Queue()

    def serve() -> None:
        while True:
            try:
                plain, _ = listening.accept()
            except OSError:  # the end
                return
            try:
                with plain, context.wrap_socket(plain, server_side=True) as spoken:
                    heard.put(spoken.recv(1000))
            except OSError:  # the client did not like the certificate
                heard.put(b"")

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=serve)
        thread.start()
        yield listening.getsockname()[1], heard
        listening.shutdown(socket.SHUT_RDWR)
    thread.join()


def test_a_server_is_reached_with_tls_by_the_ca_that_the_url_names(
    tls_server: tuple[int, Queue[bytes]], certificates: Certificates
) -> None:
    port, heard = tls_server
    with pytest.raises(Retry, match="does not answer"):  # it closes
        open_store(f"clickhouses://ops:pw@127.0.0.1:{port}/ygt?ca_certs={certificates.ca}")
    hello = heard.get(timeout=10)
    assert b"ygt" in hello and b"ops" in hello, "the driver's hello came through TLS"


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_a_certificate_that_is_not_trusted_is_one_line_that_says_what_to_do(
    host: str, tls_server: tuple[int, Queue[bytes]], certificates: Certificates
) -> None:
    port, heard = tls_server
    ca = "" if host == "127.0.0.1" else f"?ca_certs={certificates.ca}"  # nobody's CA; and a host that is not in the certificate
    with pytest.raises(Misconfigured, match=r"not trusted: .*Name its CA in the URL"):
        open_store(f"clickhouses://{host}:{port}/ygt{ca}")
    assert heard.get(timeout=10) == b""


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
