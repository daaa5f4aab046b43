"""One URL says which store: the only place where an adapter is chosen."""

from __future__ import annotations

from urllib.parse import unquote

from connectors.clickhouse.errors import Misconfigured
from connectors.clickhouse.store import Store


def open_store(url: str) -> Store:
    """The store that ``url`` names; its user closes it.

    ``clickhouse://user:password@host:9000/database`` is a server (``clickhouses://…:9440`` with TLS, where ``?ca_certs=`` may
    name the file of a CA), ``chdb:///folder`` the embedded engine (three slashes
    for an absolute path, two for one below the working directory), ``memory://`` the in-memory store for tests.
    Raises Misconfigured for another URL, and what the adapter raises when it cannot be opened.
    """
    scheme, mark, rest = url.partition("://")
    if mark and scheme in ("clickhouse", "clickhouses"):
        from connectors.clickhouse.native import NativeStore

        return NativeStore(url)
    if mark and scheme == "chdb" and rest.strip("/"):
        from connectors.clickhouse.embedded import EmbeddedStore

        return EmbeddedStore(unquote(rest))
    if url == "memory://":
        from connectors.clickhouse.memory import MemoryStore

        return MemoryStore()
    raise Misconfigured(
        "the store URL must be clickhouse://user:password@host:9000/database, chdb:///folder or memory://; "
        f"it begins with {scheme[:20]!r}"
    )
