"""Schema ids and the schemas behind them.

Ids from 1,000,000 on are ours: fixed for ever in ``avro/ids.yaml`` and resolved from this repository, never from a
server. Ids below belong to a registry with the Confluent API (``GET /schemas/ids/{id}``), where one is configured.
"""

from __future__ import annotations

import hashlib
import json
import threading
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final, NamedTuple

import fastavro
import yaml

from schemas.errors import RegistryUnavailableError, SchemaError, UnknownSchemaError

AVRO_DIR: Final = Path(__file__).with_name("avro")
FIRST_OWN_ID: Final = 1_000_000


class Published(NamedTuple):
    """One line of ids.yaml: version ``version`` of ``kind`` has schema id ``id`` and stands in ``file``."""

    id: int
    kind: str
    version: int
    file: str
    sha256: str


@dataclass(frozen=True, slots=True, eq=False)
class Schema:
    """A schema ready for use.

    ``text`` is its JSON without doc texts and logical types, so that every decoder yields times as int milliseconds;
    ``declared`` is the schema as written; ``digest`` names its content.
    """

    id: int
    kind: str
    version: int
    declared: Mapping[str, Any]
    text: str
    parsed: Any
    digest: str

    @property
    def fields(self) -> tuple[str, ...]:
        """Names of the top-level fields, in order."""
        return tuple(f["name"] for f in self.declared["fields"])


def canonical(declared: Any) -> str:
    """The schema's JSON with sorted keys and without doc texts: everything that may never change once published."""
    return json.dumps(_without(declared, "doc"), sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def digest(declared: Any) -> str:
    """SHA-256 of the canonical form, hex."""
    return hashlib.sha256(canonical(declared).encode()).hexdigest()


def _without(node: Any, key: str) -> Any:
    if isinstance(node, dict):
        return {k: _without(v, key) for k, v in node.items() if k != key}
    return [_without(item, key) for item in node] if isinstance(node, list) else node


def _plain(node: Any) -> Any:
    """The same schema without logical types: ``{"type": "long", "logicalType": ..}`` becomes ``"long"``."""
    if isinstance(node, dict):
        return node["type"] if "logicalType" in node else {k: _plain(v) for k, v in node.items()}
    return [_plain(item) for item in node] if isinstance(node, list) else node


def _schema(schema_id: int, kind: str, version: int, declared: dict[str, Any]) -> Schema:
    plain = _plain(_without(declared, "doc"))
    text = json.dumps(plain, ensure_ascii=False)
    return Schema(schema_id, kind, version, declared, text, fastavro.parse_schema(plain), digest(declared))


@cache
def published(directory: Path = AVRO_DIR) -> tuple[Published, ...]:
    """Every version ever published, by id. Raises SchemaError when ids.yaml contradicts itself."""
    listing = yaml.safe_load((directory / "ids.yaml").read_text("utf-8"))
    rows = sorted(
        Published(v["id"], kind, number, v["file"], v["sha256"])
        for kind, versions in listing.items()
        for number, v in versions.items()
    )
    ids = [row.id for row in rows]
    if len(set(ids)) != len(ids) or (ids and ids[0] < FIRST_OWN_ID):
        raise SchemaError(f"ids.yaml: schema ids must be unique and at least {FIRST_OWN_ID}, found {ids}")
    return tuple(rows)


@cache
def _own(schema_id: int) -> Schema:
    for row in published():
        if row.id == schema_id:
            return _schema(row.id, row.kind, row.version, json.loads((AVRO_DIR / row.file).read_text("utf-8")))
    raise UnknownSchemaError(
        f"schema id {schema_id} is not in schemas/avro/ids.yaml; ids from {FIRST_OWN_ID} on are given out there only: "
        "the sender is newer than this platform, or made the id up"
    )


@cache
def kinds() -> tuple[str, ...]:
    """All kinds of record, sorted."""
    return tuple(sorted({row.kind for row in published()}))


@cache
def latest(kind: str) -> Schema:
    """The newest published schema of a kind: what this platform writes, and what it reads every older one as."""
    rows = [row for row in published() if row.kind == kind]
    if not rows:
        raise UnknownSchemaError(f"no such kind of record: {kind!r}; known are {', '.join(kinds())}")
    return _own(max(rows, key=lambda row: row.version).id)


@cache
def _kind_by_name() -> dict[str, str]:
    """Full record name, e.g. yigangtong.v1.Gate, to kind."""
    return {f"{latest(k).declared['namespace']}.{latest(k).declared['name']}": k for k in kinds()}


class Registry:
    """Schema id to schema. Answers are cached for ever (an id never changes its meaning), unknown ids are not.

    ``url`` is the base of a Confluent-compatible API, e.g. ``http://127.0.0.1:8081``; "" means there is none.
    """

    def __init__(self, url: str = "", timeout_s: float = 5.0) -> None:
        self.url = url.rstrip("/")
        self.timeout_s = timeout_s
        self._cache: dict[int, Schema] = {}
        self._lock = threading.Lock()

    def get(self, schema_id: int) -> Schema:
        """The schema of an id. Raises UnknownSchemaError; RegistryUnavailableError when there is no answer now."""
        if schema_id >= FIRST_OWN_ID:
            return _own(schema_id)
        found = self._cache.get(schema_id)
        if found is None:
            with self._lock:
                found = self._cache.get(schema_id) or self._fetch(schema_id)
                self._cache[schema_id] = found
        return found

    def _fetch(self, schema_id: int) -> Schema:
        if not self.url:
            raise UnknownSchemaError(
                f"schema id {schema_id} belongs to a schema registry, and none is configured; set the registry's "
                f"address, or write with this platform's own ids ({FIRST_OWN_ID} and above)"
            )
        where = f"{self.url}/schemas/ids/{schema_id}"
        try:
            with urllib.request.urlopen(where, timeout=self.timeout_s) as answer:
                text = json.loads(answer.read())["schema"]
        except urllib.error.HTTPError as error:
            if error.code == 404:
                raise UnknownSchemaError(f"schema id {schema_id} is unknown to the registry at {self.url}") from error
            raise RegistryUnavailableError(f"{where} answered HTTP {error.code}: try again later") from error
        except OSError as error:
            raise RegistryUnavailableError(f"{where} does not answer ({error}): try again later") from error
        except (KeyError, TypeError, ValueError) as error:
            raise RegistryUnavailableError(
                f"{where} answered, but not as a schema registry does ({error!r}): is the address right?"
            ) from error
        try:
            declared = json.loads(text)
            name = str(declared["name"])
            full = name if "." in name else f"{declared.get('namespace', '')}.{name}"
            return _schema(schema_id, _kind_by_name().get(full, f"foreign record {full}"), 0, declared)
        except (KeyError, TypeError, ValueError, fastavro.schema.SchemaParseException) as error:
            raise UnknownSchemaError(f"schema id {schema_id} is no Avro record schema at {where}: {error!r}") from error


_default = Registry()


def configure(url: str, timeout_s: float = 5.0) -> None:
    """Use this registry for ids below 1,000,000 from now on ("" = none). Called once, by the composition root."""
    global _default
    _default = Registry(url, timeout_s)


def default() -> Registry:
    """The registry in use."""
    return _default
