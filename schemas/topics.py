"""The list of topics (``topics.yaml``) as data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml

from schemas.errors import SchemaError
from schemas.reference import load_reference

FILE: Final = Path(__file__).with_name("topics.yaml")
ROLES: Final = ("source", "internal", "output", "dead-letter", "changelog")
_DAY_MS: Final = 86_400_000


@dataclass(frozen=True, slots=True)
class Topic:
    """One topic. ``kind`` is the kind of its records ("" = no Avro), ``of_kind`` what a dead-letter topic refuses,
    ``port`` the slug of a port's own topic ("" = shared); ``retention_ms`` -1 = kept for ever."""

    name: str
    role: str
    kind: str
    of_kind: str
    port: str
    owner: str
    writers: tuple[str, ...]
    readers: tuple[str, ...]
    key: str
    partitions: int
    retention_ms: int
    compacted: bool
    config: Mapping[str, str]
    zh: str
    en: str

    @property
    def max_bytes(self) -> int:
        """Largest record that the broker takes."""
        return int(self.config["max.message.bytes"])


@dataclass(frozen=True, slots=True)
class Topics:
    """All topics, in the order of the file."""

    all: tuple[Topic, ...]

    def __iter__(self) -> Iterator[Topic]:
        return iter(self.all)

    def by_name(self) -> dict[str, Topic]:
        """Name to topic."""
        return {t.name: t for t in self.all}

    def source_topics(self, kind: str = "") -> tuple[Topic, ...]:
        """What ports, people and customs write (of one kind): every record there is one row of ``intake``."""
        return tuple(t for t in self.all if t.role == "source" and kind in ("", t.kind))

    def read_by(self, principal: str) -> tuple[Topic, ...]:
        """Topics that a principal may read; a worker consumes exactly ``read_by("worker")`` less the changelog."""
        return tuple(t for t in self.all if principal in t.readers)

    def written_by(self, principal: str) -> tuple[Topic, ...]:
        """Topics that a principal may write."""
        return tuple(t for t in self.all if principal in t.writers)

    def dead_letters(self, kind: str) -> Topic:
        """Where refused records of a kind go. Raises SchemaError for a kind that has no such topic."""
        for topic in self.all:
            if topic.role == "dead-letter" and topic.of_kind == kind:
                return topic
        raise SchemaError(f"topics.yaml has no dead-letter topic for records of kind {kind!r}")

    def with_partitions(self, partitions: int) -> Topics:
        """The same list with another number of partitions, for every topic alike."""
        if partitions < 1:
            raise SchemaError(f"topics need at least 1 partition, not {partitions}")
        return Topics(tuple(replace(t, partitions=partitions) for t in self.all))

    def with_replicas(self, replicas: int) -> Topics:
        """The same list for so many copies of each record: one copy may be away, and what is sent is still taken."""
        if replicas < 1:
            raise SchemaError(f"topics need at least 1 replica, not {replicas}")
        in_sync = {"min.insync.replicas": str(max(1, replicas - 1))}
        return Topics(tuple(replace(t, config={**t.config, **in_sync}) for t in self.all))


@cache
def load_topics(file: Path = FILE) -> Topics:
    """The topics of a list. Raises SchemaError, naming the topic, for an incomplete entry or a name given twice."""
    listing = yaml.safe_load(file.read_text("utf-8"))
    common = {str(k): str(v) for k, v in listing["config"].items()}
    topics = [
        _topic(entry, port, kind, listing["partitions"], common)
        for entry in listing["topics"]
        for port in (load_reference().seaports if "{port}" in entry["name"] else ("",))
        for kind in entry.get("for_kinds", ("",))
    ]
    names = [t.name for t in topics]
    twice = sorted({n for n in names if names.count(n) > 1})
    if twice:
        raise SchemaError(f"{file.name}: {', '.join(twice)} stands twice")
    return Topics(tuple(topics))


def _topic(entry: Mapping[str, Any], port: str, of_kind: str, partitions: int, common: Mapping[str, str]) -> Topic:
    name = entry["name"].format(port=port, kind=of_kind)
    needed = {"role", "owner", "writers", "readers", "key", "retention_days", "zh", "en"}
    missing = sorted(needed - entry.keys()) + [k for k in ("role",) if entry.get(k) not in ROLES]
    if missing:
        raise SchemaError(f"topics.yaml: {name} lacks a proper {', '.join(missing)}; roles are {', '.join(ROLES)}")
    days = entry["retention_days"]
    compacted = entry.get("cleanup") == "compact"
    retention_ms = -1 if days < 0 else days * _DAY_MS
    return Topic(
        name=name,
        role=entry["role"],
        kind=entry.get("schema", ""),
        of_kind=of_kind,
        port=port,
        owner=entry["owner"],
        writers=tuple(w.format(port=port) for w in entry["writers"]),
        readers=tuple(entry["readers"]),
        key=entry["key"],
        partitions=partitions,
        retention_ms=retention_ms,
        compacted=compacted,
        config={
            **common,
            "cleanup.policy": "compact" if compacted else "delete",
            "retention.ms": str(retention_ms),
            **{str(k): str(v) for k, v in entry.get("config", {}).items()},
        },
        zh=entry["zh"],
        en=entry["en"],
    )
