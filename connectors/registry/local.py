"""A real schema registry on loopback, for `make registry` and tests."""

from __future__ import annotations

import shutil
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from connectors.processes import Child, end, free_ports, is_free, last_lines, spawn
from connectors.registry.client import RegistryError

#: Where `make registry` puts it.
HOME: Final = Path(__file__).parents[2] / "deploy" / "registry" / "app"
PATH: Final = "/apis/ccompat/v7"
_START_S: Final = 120


@contextmanager
def local_registry(folder: Path, port: int = 0, keep: bool = False) -> Iterator[str]:
    """Run a registry and yield the URL of its API. ``port`` 0 takes a free one; ``keep``: its schemas stay in ``folder``.
    Raises RegistryError when it cannot be started."""
    jars = sorted(HOME.glob("*-runner.jar"))
    if not jars or not shutil.which("java"):
        raise RegistryError("the schema registry is not here: run `make setup`, which fetches it (and Java)")
    if port and not is_free(port):
        raise RegistryError(f"port {port} is in use: choose another with --port")
    port = port or free_ports(1)[0]
    folder.mkdir(parents=True, exist_ok=True)
    options = ["-Dquarkus.http.host=127.0.0.1", f"-Dquarkus.http.port={port}", "-Dquarkus.log.level=WARN"]
    if keep:
        options.append(f"-Dapicurio.datasource.url=jdbc:h2:file:{folder.absolute()}/schemas")
    log = folder / "registry.log"
    child = spawn(["java", "-Xmx384m", *options, "-jar", str(jars[-1])], log, cwd=folder)
    try:
        url = f"http://127.0.0.1:{port}{PATH}"
        _await(child, url, log)
        yield url
    finally:
        end(child)


def _await(child: Child, url: str, log: Path) -> None:
    until = time.monotonic() + _START_S
    while time.monotonic() < until:
        if child.poll() is not None:
            raise RegistryError(f"the registry ended while starting:\n{last_lines(log)}")
        try:
            with urllib.request.urlopen(f"{url}/subjects", timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    raise RegistryError(f"the registry did not answer within {_START_S} s:\n{last_lines(log)}")
